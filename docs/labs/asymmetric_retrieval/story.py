"""The lesson of the lead in full: where each query finds it, and what comes first in its place."""

from __future__ import annotations

import numpy as np

from labs import embedding
from labs.asymmetric_retrieval import data, invoice, retrieve, tracebacks
from labs.asymmetric_retrieval.bench import Bench
from labs.asymmetric_retrieval.message import message
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
    whole, alone = recorded(bench, r, row)
    r.claim(
        "story",
        max(rank["question"], rank["length"], *alone) <= 5 < min(rank["goal"], *whole),
        f"The lesson {STORY} is among the first five for its question, the goal at length and the bare message of each "
        "of its three recorded errors, and not for the goal nor for any of the three whole tracebacks.",
    )
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


def recorded(bench: Bench, r: Results, row: int) -> tuple[list[int], list[int]]:
    """The story's own error, recorded: what its traceback finds in place of the lesson, and how sure that looks.

    The ranks of the lesson by each recorded traceback and by each bare message.
    """
    texts, whole = bench.indexes["lesson"][0][0], invoice.read()
    bare = [message(text) for text in whole.values()]
    memories = embedding.embed(texts).T
    scores = dict(zip(whole, embedding.embed([*whole.values()]) @ memories, strict=True))
    ranks = retrieve.ranks(np.array([*scores.values()]), [row] * len(whole)).tolist()
    alone = retrieve.ranks(embedding.embed(bare) @ memories, [row] * len(bare)).tolist()
    for end, rank in zip(whole, ranks, strict=True):
        name = f"story_real_{end.replace(' ', '_')}"
        r.add(name, rank, f"rank of the lesson {STORY} among the 120 memories by a recorded traceback: {end}")
    text, found = whole[invoice.STORY], scores[invoice.STORY]
    own = [*whole].index(invoice.STORY)
    first, top = int(found.argmax()), float(found.max())
    question = float(bench.scores("question", 0, "lesson", 0)[row].max())
    size, last = embedding.pieces([text, bare[own]]).tolist()
    r.add("story_real", ranks[own], f"rank of the lesson {STORY} by the recorded traceback of the story")
    r.add("story_real_error", max(alone), f"rank of the lesson {STORY} by a recorded message alone, the worst of three")
    r.add("story_frames", len(tracebacks.frames(text)), "frames of the story's recorded traceback")
    r.add("story_pieces", size, "its word pieces")
    r.add("story_first_note", texts[first].split(";")[0], "first clause of the memory that comes first for it")
    r.add("story_first_score", top, "its cosine")
    r.add("story_question_score", question, f"cosine of {STORY}, which its first question puts first")
    r.claim(
        "wrong_note_first",
        first != row and top > question and size - last >= embedding.WINDOW,
        "What comes first for the story's recorded traceback is another memory, and scores higher than the lesson does "
        "by its question. The model reads nothing of the message.",
    )
    listed = np.argsort(-bench.scores("error after 15", 0, "lesson", 0), axis=1, kind="stable")[:, :5]
    most = int(np.bincount(listed.ravel()).argmax())
    r.add("hub_note", texts[most], "the memory that is most often among the first five after fifteen frames")
    return ranks, alone
