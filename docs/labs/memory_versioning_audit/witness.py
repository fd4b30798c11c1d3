"""What each kind of record says to the auditor's question: was this fact, in these words, in that prompt?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from labs.embedding import embed
from labs.memory_versioning_audit.retrieve import Search
from labs.memory_versioning_audit.world import (
    DAYS,
    NAMED,
    Decision,
    Version,
    current,
    decisions,
    every_question,
    every_text,
    history,
)

SIZES = (3, 5, 10)  # memories that a prompt takes
END = DAYS * 1440  # when the auditor asks
TABLE, KEPT, ROUNDED, OTHER, TODAY, IDS, SENT, ROWS = (
    "version table", "replay, vectors kept", "replay, 8-bit vectors", "replay, other encoder",
    "replay, today's memory", "logged memory ids", "prompt as sent", "logged version ids",
)  # fmt: skip
WITNESSES = (TABLE, KEPT, ROUNDED, OTHER, TODAY, IDS, SENT, ROWS)


@dataclass(frozen=True)
class Scene:
    """A seed's history, its decisions, and what was searched with which encoder."""

    versions: list[Version]
    decisions: list[Decision]
    search: dict[str, Search]


@dataclass
class Score:
    """Answers of one witness over all decisions: wrong ones by kind, and lists equal to what was shown."""

    yes: int = 0  # says it was shown; it was not
    no: int = 0  # says it was not shown; it was
    text: int = 0  # it was shown, in other words than the witness gives
    same: int = 0

    @property
    def wrong(self) -> int:
        """Wrong answers of any kind."""
        return self.yes + self.no + self.text


def scene(seed: int) -> Scene:
    """The world of a seed, its vectors from the cache."""
    for kind, texts in (("passage", every_text()), ("query", every_question())):  # whatever a seed chooses is cached
        for encoder in ("minilm", f"e5-{kind}"):
            embed(texts, encoder)
    versions = history(seed)
    made = decisions(seed, versions)
    queries = sorted({d.query for d in made})
    return Scene(versions, made, {
        "kept": Search(versions, queries), "rounded": Search(versions, queries, bits=8),
        "other": Search(versions, queries, "e5"),
    })  # fmt: skip


Ranked = list[list[Version]]
Witness = Callable[[int, int], list[Version]]  # number of the decision and k to the versions it names


def witnesses(s: Scene, ranked: Ranked, filtered: bool) -> dict[str, Witness]:
    """Each witness as a function of decision and k."""
    now = current(s.versions, END)
    replays = {
        name: [s.search[key].rank(d, END if name == TODAY else d.at, filtered) for d in s.decisions]
        for name, key in ((KEPT, "kept"), (ROUNDED, "rounded"), (OTHER, "other"), (TODAY, "kept"))
    }
    own = [sorted(row, key=lambda v: v.seq) for row in ranked]
    return {
        TABLE: lambda i, k: own[i],
        **{name: (lambda i, k, rows=rows: rows[i][:k]) for name, rows in replays.items()},
        IDS: lambda i, k: [now[v.memory] for v in ranked[i][:k]],
        SENT: lambda i, k: ranked[i][:k],  # a copy of the texts: the same answers as the ids, by construction
        ROWS: lambda i, k: ranked[i][:k],
    }


def score(s: Scene, shown: Ranked, says: Callable[[int], list[Version]]) -> Score:
    """Compare a witness with what the prompts held."""
    total = Score()
    for i, (d, prompt) in enumerate(zip(s.decisions, shown, strict=True)):
        named = says(i)
        truth, claimed = (
            next((v for v in rows if (v.person, v.kind) == (d.person, d.kind)), None) for rows in (prompt, named)
        )
        total.yes += claimed is not None and truth is None
        total.no += claimed is None and truth is not None
        total.text += claimed is not None and truth is not None and claimed.text != truth.text
        total.same += [v.seq for v in named] == [v.seq for v in prompt]
    return total


def missing(s: Scene, ranked: Ranked, k: int) -> float:
    """Share of decisions in which the fact is stored and not among the first k."""
    return sum(place(d, row) > k for d, row in zip(s.decisions, ranked, strict=True)) / len(ranked)


def place(d: Decision, row: Sequence[Version]) -> int:
    """The rank of the fact that a decision turns on, from 1."""
    return next(i for i, v in enumerate(row, 1) if (v.person, v.kind) == (d.person, d.kind))


def shown(d: Decision, row: Sequence[Version], k: int) -> list[tuple[int, str, str, str]]:
    """Rank, kind and person of the first memories, to one below the fact at least, and whether in a prompt of `k`."""
    first = row[: max(k + 3, place(d, row) + 1)]
    return [(i, v.kind, v.person, "yes" if i <= k else "no") for i, v in enumerate(first, 1)]


def rankings(s: Scene) -> dict[str, Ranked]:
    """Every decision's memories, best first: all people or hers, by vectors, by both, or asked for by name."""
    kept = s.search["kept"]
    named = [replace(d, query=NAMED[d.kind].format(n=d.person)) for d in s.decisions]
    asking = Search(s.versions, sorted({d.query for d in named}))
    return {
        "all": [kept.rank(d, d.at, False) for d in s.decisions],
        "hers": [kept.rank(d, d.at, True) for d in s.decisions],
        "hybrid": [kept.rank(d, d.at, True, hybrid=True) for d in s.decisions],
        "named": [asking.rank(d, d.at, True) for d in named],
    }


def event(s: Scene, ranked: Ranked) -> int:
    """The decision of the opening: the first about a tooth whose warfarin is stored and not among the first five."""
    return next(
        i for i, (d, row) in enumerate(zip(s.decisions, ranked, strict=True))
        if d.query.startswith("Can") and d.kind == "warfarin" and place(d, row) > 5
    )  # fmt: skip
