"""Part four: does the score of the first hit say that the right memory is missing?"""

from __future__ import annotations

import numpy as np

from labs.asymmetric_retrieval import figures
from labs.asymmetric_retrieval.asked import share
from labs.asymmetric_retrieval.bench import Bench
from labs.record import Results


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
    for arm, name in (("question", "question"), ("error after 15", "15_frames")):
        worst = 0
        for a in range(len(bench.queries[arm])):
            first = np.argsort(-bench.scores(arm, a, "lesson", 0), axis=1, kind="stable")[:, :5]
            worst = max(worst, int(np.bincount(first.ravel()).max()))
        r.add(f"hub_{name}", worst, f"queries of 60 that have the most returned memory among their first five: {arm}")
    hubs = (r.values["hub_15_frames"].value, r.values["hub_question"].value)
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
        hubs[0] > 40 and hubs[1] < 20,
        "After fifteen frames one memory is among the first five for more than 40 of 60 queries; for questions none "
        "is for 20.",
    )
    r.claim(
        "only_lookup_separates",
        auroc["error_stored"][1] > 0.9
        and max(found[0] for name, found in auroc.items() if name != "error_stored") < 0.8,
        "Of seven settings only one, the bare message against stored messages, has an AUROC over 0.8.",
    )
    r.figure("scores", lambda: figures.scores(top_scores(bench)))


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
