"""What an agent can send beside the obvious: a second search after a failure, and words that say nothing of the work.

After a failure the agent holds the message and the step it was at. Two searches with MiniLM, lessons only; a memory
counts by the better of its two cosines ("better score") or the two rankings are merged by reciprocal rank (k = 60).
"""

from __future__ import annotations

import numpy as np

from labs.asymmetric_retrieval import data, retrieve
from labs.asymmetric_retrieval.asked import share
from labs.asymmetric_retrieval.bench import Bench
from labs.record import Results

SECOND = ("goal at length", "goal", "command", "error in words")


def both(bench: Bench, arm: str, by_rank: bool = False) -> np.ndarray:
    """Share of an arm's wordings that, searched beside the bare message, bring the lesson among five, a number a row.

    A memory counts by the better of its two cosines, or with `by_rank` by the two rankings merged.
    """
    message, hits = bench.scores("error", 0, "lesson", 0), []
    for a in range(len(bench.queries[arm])):
        second = bench.scores(arm, a, "lesson", 0)
        merged = retrieve.fuse(message, second) if by_rank else np.maximum(message, second)
        hits.append(retrieve.ranks(merged, bench.gold) <= 5)
    return np.mean(hits, axis=0)


def measure(bench: Bench, r: Results) -> None:
    """Two searches after a failure; then the controls for length."""
    searches(bench, r)
    padding(bench, r)


def searches(bench: Bench, r: Results) -> None:
    """The message alone against the message and a second search."""
    alone, rows, gain = bench.hits("error"), [], {}
    for arm in SECOND:
        better, ranked = both(bench, arm), both(bench, arm, by_rank=True)
        gain[arm] = bench.boot.mean(better - alone)
        rows.append(
            [arm, better.mean(), *gain[arm], ranked.mean(), *bench.boot.mean(ranked - alone)],
        )
    columns = [
        "Second search",
        "Better score",
        "Gain",
        "Low",
        "High",
        "By rank",
        "Gain by rank",
        "Low of it",
        "High of it",
    ]
    r.table("two_searches", "recall@5, lessons only: the bare message and a second search", columns, rows)
    arm, python = SECOND[0], np.array([row.python for row in bench.rows])
    share(r, "two_searches_r5", bench.boot.mean(both(bench, arm)), f"recall@5 of two searches: error and {arm}")
    share(r, "two_searches_gain_r5", gain[arm], f"recall@5 gained over the bare message by a second search: {arm}", "")
    by_rank = bench.boot.mean(both(bench, arm, by_rank=True))
    share(r, "two_by_rank_r5", by_rank, f"recall@5 of two searches merged by rank: error and {arm}")
    hits = int(both(bench, arm)[python].sum())
    r.add(
        "python_two_searches_hits", hits, f"lessons with a Python error found in five by two searches: error and {arm}"
    )
    r.claim(
        "second_search_helps",
        gain[arm][0] > 0.1 and gain[arm][1] >= 0,
        "The bare message and the goal at length, searched separately and each memory counted by its better score, "
        "find more than the bare message: by more than 0.1 on average, and the paired interval does not reach below "
        "zero.",
    )
    out = bench.boot.mean(both(bench, f"{arm}, shared words out") - alone)
    share(r, "two_searches_words_out_r5", out, "the same gain where the shared words are taken out of that search", "")
    r.claim(
        "second_search_is_shared_words",
        out[0] <= 0 < gain[arm][0],
        "With the words that it shares with its lesson taken out, the goal at length as the second search finds no "
        "more than the bare message alone.",
    )
    r.claim(
        "bare_second_search_open",
        all(gain[other][1] < 0 < gain[other][2] for other in ("goal", "command")),
        "With the bare goal or the command as the second search nothing can be told from zero.",
    )


def padding(bench: Bench, r: Results) -> None:
    """A longer text is no better text: two wrappers that add words and nothing about the work."""

    def size(arm: str) -> float:
        return float(np.median([data.pieces(query) for texts in bench.queries[arm] for query in texts]))

    wrapped, general = bench.gain(("goal as JSON",), ("goal",)), bench.gain(("goal as question",), ("goal",))
    share(r, "general_words_gain_r5", general, "recall@5 gained by general words around the goal, paired", "")
    r.claim(
        "padding_adds_nothing",
        size("goal as JSON") > size("goal at length") and wrapped[2] < 0 and general[1] < 0 < general[2],
        "In a JSON wrapper the median goal has more word pieces than the median goal at length, and finds less than "
        "the bare goal (paired interval below zero); with general words around it, it cannot be told from the bare "
        "goal.",
    )
