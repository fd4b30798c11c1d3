"""Part four: does the score of the first hit say that the right memory is missing?"""

from __future__ import annotations

import numpy as np

from labs.asymmetric_retrieval import figures, retrieve
from labs.asymmetric_retrieval.asked import share
from labs.asymmetric_retrieval.bench import Bench
from labs.record import Results

HUBS = (
    "question",
    "error",
    "error after 1",
    "error after 3",
    "error after 5",
    "error after 15",
    "error before 15",
    "last 300 characters of 15",
)


def measure(bench: Bench, r: Results) -> None:
    """AUROC with and without the memory, how usual the scores are, and which memory comes back."""
    auroc = {}
    for arm, index, name in (
        ("question", "lesson", "question"),
        ("goal", "lesson", "goal"),
        ("goal at length", "lesson", "length"),
        ("error", "lesson", "error"),
        ("error after 15", "lesson", "15_frames"),
        ("error", "lesson + symptom", "error_stored"),
        ("goal", "lesson + goal", "goal_stored"),
    ):
        auroc[name] = bench.warns(arm, index)
        share(
            r,
            f"auroc_{name}",
            auroc[name],
            f"AUROC of the top cosine with the memory there and gone: {arm}, index {index}",
            "",
        )
    tops = top_scores(bench)
    for name, found in tops.items():
        r.add(f"top_score_{name}", float(found.mean()), f"mean cosine of the first hit: {name}")
    usual = np.percentile(tops["question"], 25)
    share(
        r,
        "usual_score_15_frames",
        bench.boot.mean((tops["15_frames"][0] > usual).astype(float)),
        "15-frame queries that score above the lowest quarter of the questions",
    )
    hubs = {arm: hub(bench, arm) for arm in HUBS}
    for arm, name in (("question", "question"), ("error after 15", "15_frames"), ("error before 15", "before_15")):
        r.add(
            f"hub_{name}", hubs[arm], f"queries of 60 that have the most returned memory among their first five: {arm}"
        )
    table = [[arm, found, bench.recall(arm)] for arm, found in hubs.items()]
    r.table("hubs", "the memory that comes back most, and recall@5; MiniLM", ["Query", "Of 60 queries", "r@5"], table)
    apart = [retrieve.auroc(one, tops["15_frames"][0]) for one in tops["question"]]
    r.add("score_apart_low", min(apart), "AUROC of top scores, a wording of the questions above fifteen frames: lowest")
    r.add("score_apart_high", max(apart), "the same, of the wording with the highest")
    above = 1 - float(np.mean(apart))
    says = "pairs of a question and a 15-frame query in which the latter has the higher top score, mean over wordings"
    r.add("score_above", above, says, "share")
    r.claim(
        "score_overlaps",
        0.2 < above < 0.5,
        "In more than a fifth of the pairs of a question and a fifteen-frame query the latter has the higher top "
        "score, and in fewer than half.",
    )
    r.claim(
        "score_is_silent",
        abs(tops["question"].mean() - tops["15_frames"].mean()) < 0.08
        and bench.recall("error after 15") < 0.1
        and auroc["question"][2] < 0.75
        and auroc["15_frames"][2] < 0.55,
        "After fifteen frames under a tenth of the lessons are found, and yet the mean top score is within 0.08 of "
        "that of questions; removing the right memory hardly lowers the top score: AUROC below 0.75 for questions, "
        "0.55 for fifteen frames.",
    )
    r.claim(
        "one_note_answers_all",
        hubs["error after 15"] > 50 and hubs["question"] < 20 and hubs["error before 15"] > 30,
        "After fifteen frames one memory is among the first five for more than 50 of 60 queries; for questions none "
        "is for 20. With the message first, which finds far more, one still is for more than 30: it tells of frames.",
    )
    r.claim(
        "only_lookup_separates",
        auroc["error_stored"][1] > 0.9
        and max(found[0] for name, found in auroc.items() if name != "error_stored") < 0.8,
        "Of seven settings only one, the bare message against stored messages, has an AUROC over 0.8.",
    )
    r.figure("scores", lambda: figures.scores(top_scores(bench)))


def hub(bench: Bench, arm: str) -> int:
    """For how many of an arm's 60 queries the most returned memory is among the first five, in the worst wording."""
    lists = [
        np.argsort(-bench.scores(arm, a, "lesson", 0), axis=1, kind="stable") for a in range(len(bench.queries[arm]))
    ]
    return max(int(np.bincount(found[:, :5].ravel()).max()) for found in lists)


def top_scores(bench: Bench) -> dict[str, np.ndarray]:
    """The cosine of the first hit, (wordings, 60)."""
    return {
        name: np.array([bench.scores(arm, a, "lesson", 0).max(1) for a in range(len(bench.queries[arm]))])
        for arm, name in (
            ("question", "question"),
            ("goal", "goal"),
            ("error", "error"),
            ("error after 15", "15_frames"),
        )
    }
