"""Part three: what else is indexed with a lesson, and how two lists become one."""

from __future__ import annotations

import numpy as np

from labs.asymmetric_retrieval import figures
from labs.asymmetric_retrieval.asked import share
from labs.asymmetric_retrieval.bench import Bench
from labs.record import Results

QUERIES = (
    "question",
    "goal",
    "goal at length",
    "goal as JSON",
    "error in words",
    "error",
    "error after 5",
    "last 300 characters of 15",
)
STACKED = (
    "error",
    "error after 3",
    "error after 5",
    "error after 8",
    "error after 15",
    "error before 15",
    "last 300 characters of 15",
)
FUSED = (
    "fused",
    "fused ten",
    "fused five",
    "fused k=1",
    "fused scores",
    "fused routed",
    "fused once ten",
    "fused once routed ten",
)
SINGLE = ("MiniLM", "BM25", "BM25Q", "BM25 once")


def measure(bench: Bench, r: Results) -> None:
    """Indexes, then fusion."""
    views(bench, r)
    gains(bench, r)
    fusion(bench, r)
    r.figure("stored", lambda: figures.stored(bench))
    r.figure("fused", lambda: figures.fused(bench))


def views(bench: Bench, r: Results) -> None:
    """Recall by query and index; wordings asked are never the wordings stored."""
    for top in (1, 5):
        table = [[arm, *(bench.recall(arm, index, top=top) for index in bench.indexes)] for arm in QUERIES]
        r.table(f"views_r{top}", f"MiniLM recall@{top} by query and index", ["Query", *bench.indexes], table)
    for name, arm, index, top in (
        ("goal_stored_r5", "goal", "lesson + goal", 5),
        ("length_stored_r5", "goal at length", "lesson + goal", 5),
        ("question_stored_r5", "question", "lesson + question", 5),
        ("error_stored_r1", "error", "lesson + symptom", 1),
        ("words_stored_r5", "error in words", "lesson + symptom", 5),
        ("goal_all_r5", "goal", "lesson + all three", 5),
        ("length_all_r5", "goal at length", "lesson + all three", 5),
        ("goal_one_text_r5", "goal", "all in one text", 5),
        ("goal_in_lesson_r5", "goal", "goal in the lesson", 5),
        ("error_5_frames_stored_r5", "error after 5", "lesson + symptom", 5),
        ("goal_json_stored_r5", "goal as JSON", "lesson + goal", 5),
        ("goal_by_question_r5", "goal", "lesson + question", 5),
        ("tail_stored_r5", "last 300 characters of 15", "lesson + symptom", 5),
    ):
        share(r, name, bench.interval(arm, index, top=top), f"recall@{top} of MiniLM: {arm}, index {index}")
    for name, arm, index in (
        ("e5_goal_stored_r5", "goal", "lesson + goal"),
        ("e5_length_stored_r5", "goal at length", "lesson + goal"),
    ):
        share(r, name, bench.interval(arm, index, "E5"), f"recall@5 of E5: {arm}, index {index}")
    for index, name in (("lesson", "goal_alone_r5"), ("lesson + goal", "goal_stored_alone_r5")):
        share(
            r,
            name,
            bench.boot.mean(bench.alone("goal", index)),
            f"recall@5 of MiniLM among the 60 lessons alone: goal, index {index}",
        )


def gains(bench: Bench, r: Results) -> None:
    """What a stored trigger adds, paired by lesson."""
    found = [[bench.found("goal", a, index, 0) for a in (1, 2)] for index in ("lesson + all three", "all in one text")]
    apart = np.mean(found[0], axis=0) - np.mean(found[1], axis=0)
    gain = {
        "goal_gain_r5": bench.gain(("goal", "lesson + goal"), ("goal",)),
        "goal_gain_r1": bench.gain(("goal", "lesson + goal", "MiniLM", 1), ("goal", "lesson", "MiniLM", 1)),
        "e5_goal_gain_r5": bench.gain(("goal", "lesson + goal", "E5"), ("goal", "lesson", "E5")),
        "length_gain_r5": bench.gain(("goal at length", "lesson + goal"), ("goal at length",)),
        "words_gain_r1": bench.gain(
            ("error in words", "lesson + symptom", "MiniLM", 1), ("error in words", "lesson", "MiniLM", 1)
        ),
        "goal_apart_r5": bench.boot.mean(apart),
        "goal_apart_alone_r5": bench.gain(("goal", "lesson + goal"), ("goal", "goal in the lesson")),
        "goal_in_lesson_gain_r5": bench.gain(("goal", "goal in the lesson"), ("goal",)),
        "goal_in_lesson_words_r5": bench.gain(("error in words", "goal in the lesson"), ("error in words",)),
        "plain_minus_json_r5": bench.gain(("goal", "lesson + goal"), ("goal as JSON", "lesson + goal")),
        "buried_gain_r5": bench.gain(("error after 5", "lesson + symptom"), ("error after 5",)),
    }
    for name, found in gain.items():
        share(r, name, found, f"recall gained, paired: {name}", "")
    r.claim(
        "stored_goal_helps",
        gain["goal_gain_r5"][1] > 0.2 and gain["e5_goal_gain_r5"][1] > 0.1,
        "A stored goal lifts goals in other words: the paired interval is above 0.2 with MiniLM and above 0.1 with E5.",
    )
    message = bench.gain(("error",), ("error after 5",))
    share(r, "message_gain_r5", message, "recall@5 by the bare message minus the message after five frames, paired", "")
    length, command = bench.gain(("goal at length",), ("goal",)), bench.gain(("goal and command",), ("goal",))
    spared = [bench.gain(("error",), (arm,))[0] for arm in ("last 300 characters of 15", "error after 1")]
    apart = bench.boot.mean(bench.hits("goal", "lesson + goal") - bench.hits("goal at length"))
    saved = bench.hits("error") - bench.hits("error after 5")
    kept = bench.hits("goal", "lesson + goal") - bench.hits("goal")
    lead = bench.boot.mean(saved - kept)
    share(r, "message_over_stored_r5", lead, "gain of the bare message over five frames less gain of stored goals", "")
    for found, name in zip(spared, ("tail", "one_frame"), strict=True):
        r.add(f"message_gain_{name}", found, f"recall@5 by the bare message minus by the message behind less: {name}")
    r.claim(
        "advice_in_order",
        lead[1] > 0
        and message[0] > length[0]
        and gain["goal_gain_r5"][0] > max(spared)
        and apart[1] < 0 < apart[2]
        and length[0] > command[0],
        "Recall at five gained: more by the bare message in place of five frames and the message than by storing the "
        "goal (paired interval above zero) or telling it at length; in place of the last 300 characters or of one "
        "frame it gains less than storing the goal, by mean values; those intervals may reach "
        "zero. Storing the goal and telling it at length cannot be told apart; "
        "adding the command gains less than the latter.",
    )
    both = bench.interval("goal at length", "lesson + goal")
    r.claim(
        "both_best",
        both[1] > bench.recall("goal at length") and both[1] > bench.recall("goal", "lesson + goal"),
        "A goal told at length, asked of lessons with stored goals, finds more than either change alone.",
    )
    r.claim(
        "apart_beats_one_text",
        min(gain["goal_apart_r5"][1], gain["goal_apart_alone_r5"][1]) > 0,
        "For goals, separate texts find more than one text, of lesson and goal or of lesson, question, goal and "
        "symptom: both paired intervals are above zero.",
    )
    joined, over = gain["goal_in_lesson_gain_r5"], gain["goal_apart_alone_r5"]
    r.claim(
        "joined_gains_most",
        joined[1] > 0.2 and joined[0] > 2 * over[0],
        "A goal written into the text of its lesson gains most of what a separate text gains: the paired interval is "
        "above 0.2, and the separate text adds less than half as much again.",
    )
    r.claim(
        "joined_costs_retold",
        gain["goal_in_lesson_words_r5"][2] < 0,
        "With the goal written into the text of its lesson, failures retold find less: paired interval below zero.",
    )
    r.claim(
        "plain_goal",
        gain["plain_minus_json_r5"][1] > 0,
        "With goals stored, the plain goal finds more than the same goal inside a JSON tool call.",
    )
    stored = bench.recall("error after 5", "lesson + symptom")
    r.claim(
        "no_index_helps_unread",
        stored < 0.25
        and bench.recall("error", "lesson + symptom", top=1) > 0.9
        and max(bench.recall("error after 5", index) for index in bench.indexes) < 0.25,
        "With symptoms stored the bare message is found first in over nine of ten cases; the same message behind five "
        "frames finds its lesson among five in under a quarter of cases with every index.",
    )
    texts = bench.indexes["lesson + symptom"][0][0][bench.memories :]
    same = sum("".join(query) == text for query, text in zip(bench.queries["error"][0], texts, strict=True))
    r.add("same_error_rows", same, "lessons whose error comes back exactly as stored; the others differ in values")
    r.claim(
        "symptom_is_a_lookup",
        same > len(texts) / 2,
        "For more than half of the lessons the message that is asked equals the stored one to the letter.",
    )


def fusion(bench: Bench, r: Results) -> None:
    """BM25 reads the whole traceback; MiniLM does not. What becomes of the two lists."""
    for index, name in (("lesson", "fusion_lesson"), ("lesson + symptom", "fusion_symptom")):
        arms = STACKED if index != "lesson" else ("question", "goal", *STACKED)
        table = [[by, *(bench.recall(arm, index, by) for arm in arms)] for by in (*SINGLE, *FUSED)]
        r.table(name, f"recall@5 by retriever and query, index {index}", ["Retriever", *arms], table)
    symptom = "lesson + symptom"
    for name, depth, by in (
        ("bm25_5", 5, "BM25"),
        ("bm25_15", 15, "BM25"),
        ("bm25q_15", 15, "BM25Q"),
        ("once_15", 15, "BM25 once"),
        ("fused_5", 5, "fused"),
        ("fused_ten_5", 5, "fused ten"),
        ("fused_five_5", 5, "fused five"),
        ("fused_ten_15", 15, "fused ten"),
        ("fused_scores_5", 5, "fused scores"),
        ("fused_k1_5", 5, "fused k=1"),
        ("fused_once_ten_5", 5, "fused once ten"),
        ("fused_once_ten_15", 15, "fused once ten"),
    ):
        found = bench.interval(f"error after {depth}", symptom, by)
        share(r, f"{name}_frames_r5", found, f"recall@5, symptoms stored, {depth} frames above the message: {by}")
    alone = bench.interval("error after 15", by="BM25 once")
    share(r, "once_15_lesson_r5", alone, "recall@5, lessons only, fifteen frames: BM25 once")
    five = {by: bench.recall("error after 5", symptom, by) for by in (*SINGLE, *FUSED)}
    deep = {by: bench.recall("error after 15", symptom, by) for by in (*SINGLE, *FUSED)}
    once = bench.gain(("error after 15", symptom, "BM25 once"), ("error after 15", symptom, "BM25"))
    share(r, "once_gain_15_r5", once, "recall@5 gained at fifteen frames by counting each word once, paired", "")
    loss = bench.gain(("error after 5", symptom, "BM25"), ("error after 5", symptom, "fused ten"))
    share(r, "fusion_loss_5_r5", loss, "recall@5 that fusing lists of ten takes from BM25 at five frames, paired", "")
    r.claim(
        "fusion_loses",
        five["fused"] < five["fused ten"] < five["BM25"]
        and max(five["fused five"], five["fused k=1"]) < five["BM25"]
        and loss[1] > 0,
        "At five frames BM25 alone finds more than its fusion with MiniLM, most of all where whole lists are fused, "
        "less where each is cut to ten or five, or where the first ranks weigh more (k=1).",
    )
    r.claim(
        "words_once",
        deep["BM25 once"] > 0.9 > 0.3 > alone[0]
        and deep["BM25 once"] > deep["BM25Q"] > deep["BM25"]
        and once[1] > 0.15,
        "With symptoms stored, BM25 that counts each word of the query once still finds over nine of ten at fifteen "
        "frames, more than plain BM25 (paired interval above 0.15); query-side BM25 lies between. With lessons only, "
        "words once finds under 30%.",
    )
    r.claim(
        "fused_once_works",
        min(five["fused once ten"], deep["fused once ten"]) > 0.85 and deep["fused ten"] < 0.5,
        "Lists of ten from MiniLM and from BM25 with words once, fused, find over 85% at five and at fifteen frames, "
        "symptoms stored; fused with plain BM25 they find under half at fifteen.",
    )
    adds = {
        by: [bench.gain((arm, "lesson", by), (arm,)) for arm in ("question", "goal", "goal at length")]
        for by in FUSED
        if "rout" not in by
    }
    columns = ["Fused with MiniLM", "Question", "Low", "High", "Goal", "Low of that", "High of that"]
    table = [[by, *question, *goal] for by, (question, goal, _) in adds.items()]
    most = max((length for _, _, length in adds.values()), key=lambda gain: gain[0])
    share(r, "fusion_length_r5", most, "most recall@5 that a fusion adds to MiniLM for goals at length, paired", "")
    r.table("fusion_adds", "recall@5 that fusion adds to MiniLM, lessons only, paired", columns, table)
    share(
        r,
        "fusion_whole_question_r5",
        adds["fused"][0],
        "recall@5 that fusing whole lists adds for questions, paired",
        "",
    )
    r.claim(
        "hybrid_is_no_cure",
        all(gain[1] <= 0 for gains in adds.values() for gain in gains) and adds["fused"][0][2] < 0,
        "Where only lessons are stored, no fusion with BM25 adds anything that can be told from zero, to questions, "
        "to goals or to goals at length, and fusing whole lists takes from questions (paired interval below zero).",
    )
