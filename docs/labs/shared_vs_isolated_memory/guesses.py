"""The reading half: one agent's guess among other agents' facts, found by sentence vectors.

Eight agents each own a service and write two sentences about each of three properties; the next agent writes one
guess about it, a wrong value. Somebody then asks by name, and the nearest sentence answers. Wordings, values and
labels are drawn anew in every draw; with two facts and a guess, drawing a sentence at random is right in two of three.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labs import embedding

SERVICES = ("billing", "search", "checkout", "inventory", "shipping", "reviews", "accounts", "reports")
PROPERTIES: dict[str, tuple[Sequence[str], Sequence[str], str]] = {
    "database": (
        ("PostgreSQL", "MySQL", "MongoDB"),
        ("{s} uses {v} as its database", "The database of {s} is {v}", "{s} keeps its data in {v}"),
        "Which database does {s} use?",
    ),
    "port": (
        ("8080", "9000", "3000"),
        ("{s} listens on port {v}", "The port of {s} is {v}", "{s} is reached at port {v}"),
        "On which port does {s} listen?",
    ),
    "region": (
        ("Frankfurt", "Dublin", "Oregon"),
        ("{s} runs in {v}", "The region of {s} is {v}", "{s} is hosted in {v}"),
        "In which region does {s} run?",
    ),
}
HEDGES = ("I think ", "Unconfirmed guess: ")
DRAWS = 60
NOISE = (0.0, 0.05, 0.1, 0.2)
ARMS = ("plain", *HEDGES)


def sentence(service: str, prop: str, value: int, wording: int, hedge: str = "") -> str:
    """One sentence about a property of a service."""
    values, wordings, _ = PROPERTIES[prop]
    text = wordings[wording].format(s=service, v=values[value])
    return hedge + (text[0].lower() + text[1:] if hedge and text.startswith("The ") else text)


def shares(seed: int) -> tuple[dict[str, list[int]], dict[float, int], dict[str, int], int]:
    """What the nearest sentence says, over all draws of a seed.

    Returns, for guesses written plainly and with each hedge, one 1 or 0 a question (right or not, paired); for each
    label noise, how many answers are right if only sentences labelled facts are read; for isolated agents asked about
    the next agent's service, what they answer; and the number of questions.
    """
    rng = np.random.default_rng(seed)
    keys = [(s, p) for s in SERVICES for p in PROPERTIES]
    pool = sorted({sentence(s, p, v, w, h) for s, p in keys for v in range(3) for w in range(3) for h in ("", *HEDGES)})
    asked = [PROPERTIES[p][2].format(s=s) for s, p in keys]
    near = embedding.embed(asked) @ embedding.embed(pool).T  # (questions, sentences)
    place = {text: i for i, text in enumerate(pool)}
    right: dict[str, list[int]] = {arm: [] for arm in ARMS}
    filtered, alone = dict.fromkeys(NOISE, 0), {"right": 0, "another service": 0, "own guess": 0}
    for _ in range(DRAWS):
        facts, guesses = [], []  # rows: place of the sentence, index of its key
        for k, (s, p) in enumerate(keys):
            true, wrong = rng.permutation(3)[:2]
            one, two, third = rng.permutation(3)
            facts += [(place[sentence(s, p, true, w)], k) for w in (one, two)]
            guesses.append([place[sentence(s, p, wrong, third, h)] for h in ("", *HEDGES)])
        owner = np.array([k for _, k in facts])
        fact = np.array([i for i, _ in facts])
        for column, arm in enumerate(ARMS):
            guess = np.array([g[column] for g in guesses])
            best = np.argmax(near[:, np.concatenate([fact, guess])], axis=1)
            ok = [int(b < len(fact) and owner[b] == k) for k, b in enumerate(best)]
            right[arm] += ok
        guess = np.array([g[0] for g in guesses])
        rows, about = np.concatenate([fact, guess]), np.concatenate([owner, np.arange(len(keys))])
        truth = np.arange(len(rows)) < len(fact)
        flips = rng.random(len(rows))
        for noise in NOISE:
            read = truth ^ (flips < noise)
            best = np.argmax(np.where(read, near[:, rows], -2.0), axis=1)
            filtered[noise] += sum(int(truth[b] and about[b] == k) for k, b in enumerate(best))
        own = np.array([SERVICES.index(s) for s, _ in keys])
        for k in range(len(keys)):
            asker = (own[k] - 1) % len(SERVICES)  # it owns another service, and has guessed about this one
            seen = [(i, j == k, True) for i, j in facts if own[j] == asker]
            seen += [(guesses[j][0], j == k, False) for j in range(len(keys)) if own[j] == own[k]]
            _, same, is_fact = seen[int(np.argmax([near[k, i] for i, _, _ in seen]))]
            alone["right" if same and is_fact else "another service" if is_fact else "own guess"] += 1
    return right, filtered, alone, DRAWS * len(keys)
