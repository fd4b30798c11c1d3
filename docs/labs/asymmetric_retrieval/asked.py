"""Part one: the same memories asked in different ways, with nothing stored but the lessons."""

from __future__ import annotations

import numpy as np

from labs.asymmetric_retrieval import data, figures, retrieve
from labs.asymmetric_retrieval.bench import Bench
from labs.record import Results

LEVEL = "95% bootstrap over the 60 lessons"
ARMS = {
    "question": "question",
    "goal": "goal",
    "goal as JSON": "goal_json",
    "goal as question": "goal_question",
    "command": "command",
    "goal and command": "goal_command",
    "goal at length": "length",
    "error": "error",
    "error in words": "words",
    "command and error": "command_error",
}
NO_E5 = ("goal as JSON", "goal as question", "command and error")


def share(r: Results, name: str, found: tuple[float, float, float], says: str, unit: str = "share") -> None:
    """Keep a measure with its interval."""
    r.add(name, found[0], says, unit, low=found[1], high=found[2], interval=LEVEL)


def measure(bench: Bench, r: Results) -> None:
    """Who asks, how it is worded, and whether shared words explain it."""
    registers(bench, r)
    wordings(bench, r)
    overlap(bench, r)
    noise(bench, r)
    rows = [[label, arm, *bench.interval(arm)] for arm, label in figures.SENT]
    chance = ["chance", "–", 5 / bench.memories, "–", "–"]
    says = "MiniLM, lessons only: recall@5 by what is sent, with 95% intervals"
    r.table("asked", says, ["What is sent", "Query", "r@5", "Low", "High"], [*rows, chance])
    r.figure("asked", lambda: figures.asked([*rows, chance]))


def registers(bench: Bench, r: Results) -> None:
    """Recall by what is sent, with MiniLM, E5, BM25 and their fusion."""
    r.add("lessons", len(bench.rows), "lessons in the store that answer a query")
    r.add("memories", bench.memories, "memories in the store, with those that answer none of the queries")
    r.add("chance_r5", 5 / bench.memories, "recall@5 of a retriever that picks at random", "share")
    r.add("wordings", data.WORDINGS, "wordings of each question and of each goal")
    r.add("python_rows", sum(row.python for row in bench.rows), "lessons whose error is raised as a Python exception")
    table = []
    for arm, name in ARMS.items():
        for top in (1, 5):
            says = f"recall@{top} of MiniLM, lessons only, asked by: {arm}"
            share(r, f"{name}_r{top}", bench.interval(arm, top=top), says)
        size = float(np.median([data.pieces(query) for texts in bench.queries[arm] for query in texts]))
        others = [
            "–" if by == "E5" and arm in NO_E5 else bench.recall(arm, by=by) for by in ("E5", "BM25", "fused ten")
        ]
        cosine = np.mean([bench.scores(arm, a, "lesson", 0).max(1).mean() for a in range(len(bench.queries[arm]))])
        table.append([arm, size, bench.recall(arm, top=1), *bench.interval(arm), *others, cosine])
    columns = [
        "Query",
        "Median pieces",
        "MiniLM r@1",
        "MiniLM r@5",
        "Low",
        "High",
        "E5 r@5",
        "BM25 r@5",
        "Fused r@5",
        "Mean top score",
    ]
    r.table("registers", "lessons only: recall by what is sent as the query", columns, table)
    gaps = {by: bench.gain(("question", "lesson", by), ("goal", "lesson", by)) for by in ("MiniLM", "E5", "BM25")}
    for by, gap in gaps.items():
        share(r, f"gap_{by.lower()}", gap, f"recall@5 of {by} by question minus by goal, paired", "")
    for arm, name in (("question", "question"), ("goal", "goal"), ("goal at length", "length"), ("error", "error")):
        share(r, f"e5_{name}_r5", bench.interval(arm, by="E5"), f"recall@5 of E5, lessons only: {arm}")
        if arm != "error":
            share(r, f"bm25_{name}_r5", bench.interval(arm, by="BM25"), f"recall@5 of BM25, lessons only: {arm}")
    five, bare = bench.recall("error after 5"), bench.recall("error")
    r.claim(
        "lead",
        bench.recall("goal") < bench.recall("question") / 2
        and five < bare / 5
        and min(bench.recall("goal at length"), bare) > bench.recall("question") - 0.15,
        "With nothing changed but the query: the bare next step finds under half as many lessons as a question, and "
        "five frames above the message leave under a fifth of what the bare message finds; the step told at length "
        "and the bare message both come within 0.15 of the question.",
    )
    r.claim(
        "question_beats_goal",
        all(gap[1] > 0 for gap in gaps.values()),
        "A question finds its lesson more often than the bare next step, with MiniLM, with E5 and with BM25: the "
        "95% interval of the paired difference is above zero for each.",
    )
    r.claim(
        "e5_keeps_the_gap",
        gaps["E5"][1] > 0 and gaps["E5"][0] > 0.5 * gaps["MiniLM"][0],
        "With E5, trained for search with a prefix for queries, more than half of the gap between question and "
        "goal stays.",
    )
    length = bench.gain(("goal at length",), ("goal",))
    share(r, "length_minus_goal_r5", length, "recall@5 of MiniLM by goal at length minus by goal, paired", "")
    left = bench.gain(("question",), ("goal at length",))
    share(r, "question_minus_length_r5", left, "recall@5 of MiniLM by question minus by goal at length, paired", "")
    r.claim(
        "length_helps",
        length[1] > 0.15 and left[1] < 0 < left[2] and length[0] > 2 * left[0],
        "A goal told at length finds its lesson more often than the bare next step (the paired interval is above "
        "0.15); that is more than two thirds of the way to a question, and what is left cannot be told from zero.",
    )
    json, command = bench.gain(("goal",), ("goal as JSON",)), bench.gain(("goal and command",), ("goal",))
    share(r, "goal_minus_json_r5", json, "recall@5 of MiniLM by goal minus by goal inside a JSON tool call, paired", "")
    share(r, "command_gain_r5", command, "recall@5 of MiniLM by goal and command minus by goal, paired", "")
    longer = bench.gain(("goal at length",), ("goal and command",))
    r.claim(
        "command_helps",
        command[1] > 0 and longer[1] > 0,
        "The command added to the goal finds more, though less than the goal at length: both paired intervals are "
        "above zero.",
    )
    r.claim("json_hurts", json[1] > 0, "The goal inside a JSON tool call finds less: paired interval above zero.")
    words = bench.gain(("error", "lesson", "MiniLM", 1), ("error in words", "lesson", "MiniLM", 1))
    share(r, "error_minus_words_r1", words, "recall@1 by error minus by error in words, paired", "")
    r.claim(
        "retelling_hurts",
        words[1] > 0.1 and bench.gain(("error",), ("error in words",))[1] > 0,
        "A failure retold in other words finds less than the message itself, at one and at five hits.",
    )


def wordings(bench: Bench, r: Results) -> None:
    """Recall of each wording by itself."""
    rows, found = [], {}
    for arm in ("question", "goal"):
        for a in range(data.WORDINGS):
            found[arm, a] = bench.boot.mean(bench.found(arm, a, "lesson", 0))
            rows.append([f"{arm} {a + 1}", *found[arm, a]])
    r.table("wordings", "lessons only, MiniLM: recall@5 of each wording", ["Wording", "r@5", "Low", "High"], rows)
    for arm in ("question", "goal"):
        each = sorted((found[arm, a] for a in range(data.WORDINGS)), key=lambda one: one[0])
        share(r, f"{arm}_worst_r5", each[0], f"recall@5 of the wording of the {arm} that finds least")
        share(r, f"{arm}_best_r5", each[-1], f"recall@5 of the wording of the {arm} that finds most")
    pairs = [
        bench.boot.mean(bench.found("question", q, "lesson", 0) - bench.found("goal", g, "lesson", 0))
        for q in range(data.WORDINGS)
        for g in range(data.WORDINGS)
    ]
    closest = min(pairs)
    share(
        r,
        "closest_pair",
        closest,
        "smallest difference of the nine: a wording of the question minus one of the goal",
        "",
    )
    r.add("pairs", len(pairs), "pairs of a wording of the questions and one of the goals")
    r.add("pairs_apart", sum(pair[1] > 0 for pair in pairs), "of these, pairs whose paired interval is above zero")
    r.claim(
        "every_wording",
        closest[0] > 0 and sum(pair[1] > 0 for pair in pairs) == len(pairs) - 1,
        "Each of the three wordings of the questions finds more lessons than each of the three of the goals; eight of "
        "the nine paired intervals are above zero, that of the closest pair is not.",
    )


def overlap(bench: Bench, r: Results) -> None:
    """Is it only shared words? Queries that share none, and all queries with shared words taken out."""
    lesson = [retrieve.stems(row.lesson) for row in bench.rows]
    rows, shares, hits = [], {}, {}
    for arm in ("question", "goal", "goal at length", "command", "error", "error in words"):
        texts = bench.queries[arm]
        shares[arm] = np.array(
            [[bool(retrieve.stems("".join(q)) & own) for q, own in zip(t, lesson, strict=True)] for t in texts]
        )
        hits[arm] = np.array([bench.found(arm, a, "lesson", 0) for a in range(len(texts))])
        cut = f"{arm}, shared words out"
        rows.append(
            [
                arm,
                shares[arm].mean(),
                hits[arm][shares[arm]].mean(),
                hits[arm][~shares[arm]].mean(),
                bench.recall(cut) if cut in bench.queries else "–",
                bench.alone(arm).mean(),
            ]
        )
    columns = ["Query", "Shares a stem", "r@5 if it does", "r@5 if not", "r@5, shared words out", "r@5, 60 alone"]
    r.table("overlap", "MiniLM, lessons only; a stem is the first five letters of a word", columns, rows)

    def apart(hits: np.ndarray, none: np.ndarray) -> np.ndarray:
        return (hits * none).sum((0, -1)) / none.sum((0, -1))

    none = {arm: bench.boot.of(apart, hits[arm], ~shares[arm]) for arm in ("question", "goal")}
    for arm, found in none.items():
        share(r, f"{arm}_none_shared_r5", found, f"recall@5 over wordings that share no stem with the lesson: {arm}")
        share(r, f"{arm}_shares", bench.boot.mean(shares[arm].mean(0)), f"wordings that share a stem: {arm}")
    difference = bench.boot.of(
        lambda a, b, c, d: apart(a, b) - apart(c, d),
        hits["question"],
        ~shares["question"],
        hits["goal"],
        ~shares["goal"],
    )
    share(r, "gap_none_shared", difference, "question minus goal, both among wordings that share no stem", "")
    out = bench.gain(("question, shared words out",), ("goal, shared words out",))
    share(r, "gap_words_out", out, "question minus goal where the shared words are taken out of both, paired", "")
    whole = bench.hits("question") - bench.hits("goal")
    less = bench.hits("question, shared words out") - bench.hits("goal, shared words out")
    part = bench.boot.of(lambda a, b: 1 - b.mean(-1) / a.mean(-1), whole, less)
    share(r, "explained_by_words", part, "part of the gap between question and goal that goes with the shared words")
    for arm, name in (("question", "question"), ("goal", "goal"), ("goal at length", "length")):
        found = bench.interval(f"{arm}, shared words out")
        share(r, f"{name}_words_out_r5", found, f"recall@5 of MiniLM with the shared words taken out: {arm}")
    long = bench.gain(("goal at length, shared words out",), ("goal, shared words out",))
    share(r, "length_gain_words_out", long, "goal at length minus goal, shared words taken out of both, paired", "")
    r.claim(
        "length_helps_without_words",
        long[1] > 0 and long[0] < bench.gain(("goal at length",), ("goal",))[0] / 2,
        "With the shared words taken out, too, the goal at length finds more: the paired interval is above zero. Less "
        "than half of what length gains is left.",
    )
    r.claim(
        "words_are_a_part",
        difference[1] > 0 and out[1] > 0 and part[0] < 0.6,
        "Shared words explain less than six tenths of the gap between question and goal: it stays, with an "
        "interval above zero, among queries that share none, and where the shared words are taken out.",
    )


def noise(bench: Bench, r: Results) -> None:
    """How far two recalls at five must be apart: half-widths of paired intervals."""
    widths = []
    for one, other in (
        (("question",), ("goal",)),
        (("goal at length",), ("goal",)),
        (("error",), ("question",)),
        (("goal",), ("goal as JSON",)),
        (("error",), ("error in words",)),
        (("command",), ("goal",)),
        (("question",), ("goal at length",)),
        (("error before 5",), ("error after 5",)),
    ):
        _, low, high = bench.gain(one, other)
        widths.append((high - low) / 2)
    r.add("half_width_low", float(np.min(widths)), "smallest half-width of eight paired 95% intervals of recall@5")
    r.add("half_width_high", float(np.max(widths)), "largest half-width of eight paired 95% intervals of recall@5")
