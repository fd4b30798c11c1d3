"""The lesson of the lead in full: where each query finds it, and what comes first in its place."""

from __future__ import annotations

import numpy as np

from labs.asymmetric_retrieval import data, retrieve
from labs.asymmetric_retrieval.bench import Bench
from labs.record import Results

STORY = "sqla_detached"


def measure(bench: Bench, r: Results) -> None:
    """One lesson in full: its rank for each query."""
    row = [one.name for one in bench.rows].index(STORY)
    arms = {
        "question": "question",
        "goal": "goal",
        "goal at length": "length",
        "error": "error",
        "error after 5": "traceback",
    }
    rank = {}
    for arm, name in arms.items():
        rank[name] = int(retrieve.ranks(bench.scores(arm, 0, "lesson", 0), bench.gold)[row])
        r.add(f"story_{name}", rank[name], f"rank of the lesson {STORY} among the 120 memories: {arm}, first wording")
    for arm in ("question", "goal"):
        for a in range(data.WORDINGS):
            one = int(retrieve.ranks(bench.scores(arm, a, "lesson", 0), bench.gold)[row])
            r.add(f"story_{arm}_{a + 1}", one, f"rank of the lesson {STORY} among the 120: {arm}, wording {a + 1}")
    r.claim(
        "story",
        max(rank["question"], rank["length"], rank["error"]) <= 5 < min(rank["goal"], rank["traceback"]),
        f"The lesson {STORY} is among the first five for its question, the goal at length and the bare error, "
        "and not for the goal nor for the error after five frames.",
    )
    stack(bench, r, row)
    kept = {w: int(retrieve.ranks(bench.scores("goal", 0, "lesson + goal", w), bench.gold)[row]) for w in (1, 2)}
    for w, found in kept.items():
        r.add(
            f"story_stored_{w + 1}",
            found,
            f"rank of {STORY} by goal, wording 1, where goals in wording {w + 1} are stored",
        )
    r.claim(
        "story_stored",
        min(kept.values()) == 1 and max(kept.values()) < rank["goal"] / 5,
        f"The first wording of the goal of {STORY} finds it first where one of the other two wordings is stored, and "
        "under a fifth as deep as with lessons alone where the other is.",
    )


def stack(bench: Bench, r: Results, row: int) -> None:
    """What the story's error after five frames finds in place of its lesson, and how sure that looks."""
    scores = {arm: bench.scores(arm, 0, "lesson", 0) for arm in ("question", "error after 5", "error after 15")}
    first, texts = int(scores["error after 5"][row].argmax()), bench.indexes["lesson"][0][0]
    top = {arm: float(found[row].max()) for arm, found in scores.items()}
    listed = (np.argsort(-scores["error after 15"], axis=1, kind="stable")[:, :5] == first).any(1).sum()
    r.add("story_first_note", texts[first], f"the memory that comes first for {STORY}'s error after five frames")
    r.add("story_first_listed", listed, "the errors after fifteen frames, of 60, that have it among their first five")
    r.add("story_first_score", top["error after 5"], "its cosine")
    r.add("story_question_score", top["question"], f"cosine of {STORY}, which its first question puts first")
    r.add(
        "story_pieces", data.pieces(bench.queries["error after 5"][0][row]), f"word pieces of {STORY}'s error, 5 frames"
    )
    r.claim(
        "wrong_note_first",
        first >= len(bench.rows)
        and top["error after 5"] > 0.95 * top["question"]
        and listed > 50
        and bench.read("error after 5")[row] == 0,
        f"What comes first for {STORY}'s error after five frames answers nothing, and scores nearly as high as the "
        "lesson does by its question, or higher. The model reads nothing of the message. The same memory is among "
        "the first five for more than 50 of the 60 errors after fifteen frames.",
    )
