"""The rows that a likeness search finds for a question about one user, and whether the fact can be read from them."""

from __future__ import annotations

import numpy as np

from labs.embedding import embed
from labs.episodic_semantic_working import views, world

NAMES = (
    "Ana", "Bo", "Cleo", "Dev", "Eva", "Finn", "Gil", "Hana", "Iris", "Jon",
    "Kira", "Leo", "Mina", "Nils", "Olga", "Pia", "Quin", "Rosa", "Sven", "Tess",
)  # fmt: skip
K = 3
TOP = 10
WAYS = (
    "ten most alike",
    "ten most alike, newest first among equals",
    "the same, repeats as one",
    "of this user, ten most alike",
    "newest ten",
)


def sentence(name: str, sent: int, happy: bool) -> str:
    """A row of the log in words."""
    ends = f"{name} was happy with it" if happy else f"{name} complained: not this one"
    return f"Sent {name} the report as {world.FORMATS[sent]}; {ends}."


def question(name: str) -> str:
    """What the agent asks its log before it sends."""
    return f"Which format does {name} want the report in?"


def found(seed: int, rows_each: int) -> dict[str, int]:
    """Of 20 users, by way to search: those for whom the rows found give the fact that the newest three rows give."""
    played = world.play(world.drawn(seed, users=len(NAMES), deliveries=rows_each), K)
    log = [
        (name, int(played.sent[t, u]), bool(played.happy[t, u]))
        for t in range(rows_each)
        for u, name in enumerate(NAMES)
    ]
    texts = [sentence(name, sent, happy) for name in NAMES for sent in range(world.COUNT) for happy in (True, False)]
    vector = dict(zip(texts, embed(texts), strict=True))
    matrix = np.array([vector[sentence(*row)] for row in log])
    right = dict.fromkeys(WAYS, 0)
    for u, (name, asked) in enumerate(zip(NAMES, embed([question(name) for name in NAMES]), strict=True)):
        mine = [(int(played.sent[t, u]), bool(played.happy[t, u])) for t in range(rows_each)]
        fact = views.newest(mine, K)
        alike = np.round(matrix @ asked, 6)
        older = np.argsort(-alike, kind="stable")[:TOP]
        newer = sorted(range(len(log)), key=lambda i: (-alike[i], -i))
        seen: set[tuple[str, int, bool]] = set()
        once = [i for i in newer if log[i] not in seen and not seen.add(log[i])]
        last = [i for i in range(len(log)) if log[i][0] == name][-TOP:]
        own = [i for i in newer if log[i][0] == name][:TOP]
        for way, hits in zip(WAYS, (older, newer[:TOP], once[:TOP], own, last), strict=True):
            rows = [log[i][1:] for i in sorted(hits) if log[i][0] == name]
            right[way] += views.newest(rows, K) == fact
    return right
