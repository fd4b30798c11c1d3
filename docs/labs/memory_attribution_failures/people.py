"""LoCoMo's questions asked of one speaker and, word for word, of the other: what one memory's maker published.

And the facts that a model drew from the same dialogues. Counted from data/people.csv, data/answers.csv, data/facts.csv
and data/extracted.csv, which `people_table` made.
"""

from __future__ import annotations

from collections.abc import Sequence

from labs.memory_attribution_failures.survey import Row, read
from labs.record import Results

RUNS = {"haiku": "Claude Haiku 4.5", "gpt": "GPT-4o mini", "withdrawn": "withdrawn run"}
SEEN = ("unknown", "passed", "other_unknown", "other_passed", "other_denies", "same")  # columns of each run


def counted(rows: Sequence[Row], run: str) -> dict[str, int]:
    """Of the pairs of a run: those whose first answer is given and passed, those where the second passes too, ..."""
    one = {column: [row[f"{run}_{column}"] == "1" for row in rows] for column in SEEN}
    first = [p and not u for p, u in zip(one["passed"], one["unknown"], strict=True)]
    both = [f and p for f, p in zip(first, one["other_passed"], strict=True)]
    denied = [f and d and not p for f, d, p in zip(first, one["other_denies"], one["other_passed"], strict=True)]
    return {"first": sum(first), "both": sum(both), "denied": sum(denied), "same": sum(one["same"]),
            "other_passed": sum(one["other_passed"]), "other_unknown": sum(one["other_unknown"])}  # fmt: skip


def measure(r: Results) -> list[tuple[str, Sequence[int]]]:
    """Counts of the three published runs; returns what is drawn: asked of the owner, of the other, both."""
    rows = read("people")
    runs = {run: counted(rows, run) for run in RUNS}
    whole = {row["run"]: {k: int(v) for k, v in row.items() if k != "run"} for row in read("answers")}
    r.add("person_pairs", len(rows), "questions of LoCoMo asked of the right speaker and, word for word, of the other")
    r.add("trick", whole["haiku"]["trick"], "LoCoMo's questions that its dialogue does not answer")
    r.add("all_questions", whole["haiku"]["answers"], "LoCoMo's questions")
    for run, got in runs.items():
        name = RUNS[run]
        r.add(f"{run}_first", got["first"], f"{name}: of the pairs, answered of the right person and judged right")
        r.add(f"{run}_both", got["both"], f"{name}: of these, those whose second answer was judged right too")
        r.add(
            f"{run}_denied", got["denied"], f"{name}: of the rest, second answers with the owner's name or a negation"
        )
        r.add(f"{run}_same", got["same"], f"{name}: pairs in which both people got the same words for an answer")
        r.add(f"{run}_second", got["other_passed"], f"{name}: of the pairs, second answers judged right")
        for column, what in (("passed", "judged right"), ("unknown", "beginning with unknown or not mentioned"),
                             ("unknown_passed", "of these, judged right"), ("trick_passed", "without an answer in the "
                              "dialogue, judged right")):  # fmt: skip
            r.add(f"{run}_all_{column}", whole[run][column], f"{name}: of all its answers, those {what}")
    told = [[RUNS[run], got["first"], got["other_passed"], got["both"], got["same"]] for run, got in runs.items()]
    columns = ["Answers by", "of the owner", "of the other", "both", "same words"]
    r.table("by_person", "pairs of questions, of 278, judged right", columns, told)
    by = [[n, *(counted([row for row in rows if row["dialogue"] == str(n)], run)[c] for run in ("haiku", "gpt")
                for c in ("first", "both", "same"))] for n in range(1, 11)]  # fmt: skip
    names = [f"{run}: {what}" for run in ("Haiku", "mini") for what in ("of the owner", "both", "same words")]
    r.table("by_dialogue", "the same by dialogue", ["Dialogue", *names], by)
    kept = [runs["haiku"], runs["gpt"]]
    held = [(g["both"] + g["denied"]) / g["first"] for g in kept]
    r.claim("half_the_question", all(0.7 < g["first"] / len(rows) < 0.8 for g in kept) and max(held) < 2 / 3, (
        "In each of the two runs with answers, between 70 and 80% of the questions asked of the right person were "
        "answered and judged right, and of these fewer than two thirds held when asked of the other, even if each "
        "answer that names the owner or has a negation is counted as right."
    ))  # fmt: skip
    r.claim("same_words", min(g["same"] for g in kept) > 0.1 * len(rows), (
        "In each of the two runs with answers, both people got the same words for an answer in more than a tenth of "
        "the pairs, without any judge."
    ))  # fmt: skip
    gone, all_of = runs["withdrawn"], whole["withdrawn"]
    r.claim("knows_nothing", gone["other_passed"] == len(rows) and all_of["trick_passed"] == all_of["trick"]
            and gone["both"] < 10 and all_of["unknown_passed"] > 0.9 * all_of["answers"], (
        "The withdrawn run passed every question that the dialogue does not answer; more than nine tenths of all its "
        "answers begin with unknown or not mentioned and were judged right, and fewer than ten pairs have an answer "
        "about the owner and both judged right."
    ))  # fmt: skip
    facts = [int(row["facts"]) for row in read("facts")]
    cites = read("extracted")
    theirs = [row["theirs"] == "1" for row in cites]
    r.add("facts", sum(facts), "facts that gpt-3.5-turbo drew from LoCoMo's dialogues, each under one speaker")
    r.add("cites_other", len(cites), "of these, facts that cite turns of the other speaker only")
    r.add("theirs", sum(theirs), "of these, what the other says of themself, by my reading alone")
    r.claim("extraction_swaps_few", len(cites) > sum(theirs) > 10 and sum(theirs) < 0.01 * sum(facts), (
        "Of the facts that gpt-3.5-turbo drew, fewer than one in a hundred, and more than ten, stand under a speaker "
        "and cite only what the other says of themself."
    ))  # fmt: skip
    return [(RUNS[run], (got["first"], got["other_passed"], got["both"])) for run, got in runs.items()]
