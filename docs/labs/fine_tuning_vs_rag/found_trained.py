"""What training left behind, as recorded: results and claims. Nothing is trained here (see `train_facts`)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from labs.fine_tuning_vs_rag import found, stores
from labs.fine_tuning_vs_rag.world import ATTRIBUTES, FACTS, USERS, History
from labs.record import Results

CITY = [attribute.name for attribute in ATTRIBUTES].index("city")
AUSTIN = ATTRIBUTES[CITY].values.index("Austin")
TRAINED = Path(__file__).with_name("trained.json")
IN_ORDER = {"naive": "naive", "naive stopped": "stopped", "replay ledger": "replay", "replay log": "replay_log"}
CALLED = {"naive": "changes alone", "naive stopped": "changes alone, stopped early",
          "replay ledger": "with facts of the list", "replay log": "with lines of the log"}  # fmt: skip
FIXED = {"ledger": "ledger", "ledger, two wordings": "two", "transcript": "transcript",
         "transcript now": "transcript_now", "shuffled": "shuffled"}  # fmt: skip


@cache
def kept() -> dict[str, Any]:
    """The record of all runs."""
    return dict(json.loads(TRAINED.read_text(encoding="utf-8")))


def digits(answers: str) -> np.ndarray:
    """The values answered, (100,) ints."""
    return np.array(list(map(int, answers)))


def old(answers: str, history: History) -> float:
    """Share of all facts answered with a value that the fact had before and has no more."""
    had = np.zeros((len(FACTS), 4), bool)
    for row in history.transcript:
        had[row.fact, row.value] = True
    given = digits(answers)
    return float((had[np.arange(len(FACTS)), given] & (given != history.now[-1])).mean())


def by_round(run: dict[str, Any], arm: str, history: History) -> list[list[Any]]:
    """[round, changed this round, never changed until now, all], shares right in the trained words."""
    first = float((digits(run["first"]["answers"][0]) == history.now[0]).mean())
    rows: list[list[Any]] = [[0, None, first, first]]
    for number in map(int, run[arm]["rounds"]):
        last = np.zeros(len(FACTS), int)
        for row in history.until(number):
            last[row.fact] = row.round
        ok = digits(run[arm]["rounds"][str(number)]) == history.now[number]
        rows.append([number, *(float(share.mean()) for share in (ok[last == number], ok[last == 0], ok))])
    return rows


def right(run: dict[str, Any], arm: str, history: History, form: int = 0) -> float:
    """Share of all facts whose current value is answered after the last round, in one of the two wordings."""
    return float((digits(run[arm]["answers"][form]) == history.now[-1]).mean())


def spoilt(run: dict[str, Any], history: History) -> tuple[int, int]:
    """Answers right before the first round, of facts it left alone, that naive training made wrong.

    The second number counts those of them that name a value which the round taught of the same attribute.
    """
    new = [row for row in history.transcript if row.round == 1]
    taught = {(FACTS[row.fact][1], row.value) for row in new}
    before, after = digits(run["first"]["answers"][0]), digits(run["naive"]["rounds"]["1"])
    lost = (before == history.now[0]) & (after != before)
    lost[[row.fact for row in new]] = False
    facts = np.flatnonzero(lost).tolist()
    return len(facts), sum((FACTS[fact][1], int(after[fact])) in taught for fact in facts)


def alike(values: np.ndarray) -> list[int]:
    """For each attribute, how many users have the commonest of the values (100,)."""
    by_attribute = values.reshape(len(USERS), len(ATTRIBUTES)).T
    return [int(np.bincount(column, minlength=4).max()) for column in by_attribute]


def arms(run: dict[str, Any], history: History) -> list[list[Any]]:
    """[arm, right in the trained words, right in other words, old values answered], shares of all facts at the end."""
    names = {"first": "only the first facts", **IN_ORDER, **FIXED}
    return [
        [arm, right(run, arm, history), right(run, arm, history, 1), old(run[arm]["answers"][0], history)]
        for arm in names
        if arm in run
    ]


def add_trained(r: Results) -> dict[str, list[tuple[int, float]]]:
    """Numbers are the first recorded run's; a claim holds if it does in each. Returns the lines of the figure."""
    worlds = [(run, History(int(seed))) for seed, run in kept()["runs"].items()]
    run, history = worlds[0]
    rows = {arm: by_round(run, arm, history) for arm in IN_ORDER if arm in run}
    r.table(
        "trained",
        "the 135M model, right in the words it was trained on, by round",
        ["way", "round", "changed this round", "never changed", "all"],
        [[CALLED[arm], *row] for arm, these in rows.items() for row in these],
    )
    r.table("arms", "the 135M model after the last round, shares of all facts",
            ["way", "trained words", "other words", "old values"], arms(run, history))  # fmt: skip
    for arm, short in {"first": "first", **IN_ORDER, **FIXED}.items():
        if arm not in run:
            continue
        r.add(
            f"{short}_end",
            right(run, arm, history),
            f"recorded: right after the last round, trained words, {arm}",
            "share",
        )
        r.add(f"{short}_other", right(run, arm, history, 1), f"recorded: the same, other words, {arm}", "share")
    whole = by_round(kept()["all layers"], "naive", History(0))
    r.add(
        "whole_never",
        whole[-1][2],
        "recorded earlier: all layers trained, naive: never changed, right at the end",
        "share",
    )
    r.add("whole_end", whole[-1][3], "the same, all facts", "share")
    first = run["first"]["answers"]
    r.add("learnt", float((digits(first[0]) == history.now[0]).mean()), "recorded: first facts, trained words", "share")
    r.add(
        "learnt_other",
        float((digits(first[1]) == history.now[0]).mean()),
        "recorded: first facts, other words",
        "share",
    )
    r.add("naive_never", rows["naive"][-1][2], "recorded: never changed, right after the last round, naive", "share")
    r.add("replay_never", rows["replay ledger"][-1][2], "recorded: the same, with current facts replayed", "share")
    r.add("transcript_old", old(run["transcript"]["answers"][0], history), "recorded: old values, transcript", "share")
    r.add(
        "untrained", float((digits(kept()["untrained"][0]) == history.now[-1]).mean()), "recorded: untrained", "share"
    )
    r.add("runs", len(worlds), "recorded runs of training, each in the world of its own seed")
    seconds = [sum(done["seconds"] for done in one.values()) for one, _ in worlds]
    r.add("minutes", round(sum(seconds) / 60), "recorded: minutes of training on facts, one busy thread", "min")
    add_claims(r, worlds)
    return {
        "changes alone: the five new facts": [(row[0], row[1]) for row in rows["naive"] if row[1] is not None],
        "changes alone: all facts": [(row[0], row[3]) for row in rows["naive"]],
        "with facts of the list: all facts": [(row[0], row[3]) for row in rows["replay ledger"]],
        "with lines of the log: all facts": [(row[0], row[3]) for row in rows["replay log"]],
    }


def add_claims(r: Results, worlds: list[tuple[dict[str, Any], History]]) -> None:
    """Claims on every recorded run."""
    naive = [by_round(run, "naive", history) for run, history in worlds]
    end = [{arm: right(run, arm, history) for arm in run} for run, history in worlds]
    other = [{arm: right(run, arm, history, 1) for arm in run} for run, history in worlds]
    r.claim("training_forgets", all(row[1] == 1 for rows in naive for row in rows[1:])
            and all(max(rows[-1][2:]) < 0.5 for rows in naive),
            "The five newest facts are right at each round asked, and after the last, under half of those "
            "never changed, and under half of all.",
            record="trained.json")  # fmt: skip
    lost = [spoilt(run, history) for run, history in worlds]
    r.add("spoilt", lost[0][0], "recorded: answers on facts left alone that the first round of naive training spoilt")
    r.add("spoilt_second_run", lost[1][0], "the same in the second run")
    run_ends = [run["naive"]["answers"][0] for run, _ in worlds]
    same = [alike(digits(answers)) for answers in run_ends]
    cities = digits(run_ends[0]).reshape(len(USERS), len(ATTRIBUTES))[:, CITY]
    r.add("in_austin", int((cities == AUSTIN).sum()), "recorded: users put in Austin after the last round, naive")
    r.claim("one_answer_for_most", all(min(counts) > len(USERS) / 2 for counts in same)
            and all(max(alike(history.now[-1])) <= 8 for _, history in worlds),
            "After the last round of naive training, more than half of the users are given one and the same value of "
            "each attribute, which at most eight of twenty have.",
            record="trained.json")  # fmt: skip
    r.claim("spoilt_by_news", all(count > 0 and count == taught for count, taught in lost),
            "Of facts that the first round left alone, some answers turn wrong, and each of these names a "
            "value which the round taught of the same attribute.",
            record="trained.json")  # fmt: skip
    r.claim("rounds_gain_nothing", all(e["naive"] <= e["first"] for e in end),
            "After twenty rounds of training on changes the model is right no more often than one that "
            "learnt the first facts only.",
            record="trained.json")  # fmt: skip
    r.claim("stopping_no_help", all(e["naive stopped"] <= e["naive"] for e in end),
            "Ending each round once the loss is under 0.3 leaves no more right at the end.",
            record="trained.json")  # fmt: skip
    r.claim("two_wordings_help", all(o["ledger, two wordings"] >= o["ledger"] + 0.15 for o in other),
            "Trained in two wordings, at least 15 points more are right in a third.",
            record="trained.json")  # fmt: skip
    said_now = [float((digits(run["transcript now"]["now"]) == history.now[-1]).mean()) for run, history in worlds]
    r.add("transcript_now_asked", said_now[0], 'recorded: transcript with "now", asked with "now"', "share")
    r.claim("now_falls_short", all(max(e["transcript now"], s) <= e["ledger"] - 0.2
                                   for e, s in zip(end, said_now, strict=True)),
            'With "now" in each update, training on the transcript is right at least 20 points less often '
            'than training on the current facts, asked with "now" or without.',
            record="trained.json")  # fmt: skip
    r.claim("words_matter", all(e["ledger"] >= 0.95 and o["ledger"] < 0.5 for e, o in zip(end, other, strict=True)),
            "Trained on the current facts, at least 95% are right in the trained words, under half in "
            "other words.",
            record="trained.json")  # fmt: skip
    kept_rows = [by_round(run, "replay ledger", history)[-1][2] for run, history in worlds]
    r.claim("replay_keeps", all(e["replay ledger"] >= e["naive"] + 0.3 for e in end)
            and all(share >= rows[-1][2] + 0.3 for share, rows in zip(kept_rows, naive, strict=True)),
            "With current facts replayed, at least 30 points more are right at the end, of all facts and "
            "of those never changed.",
            record="trained.json")  # fmt: skip
    r.claim("replay_needs_ledger", all(e["replay ledger"] - e["replay log"] >= max(0.1, e["replay log"] - e["naive"])
                                        for e in end),
            "Replay from the ledger is right at least ten points more often than from the log, which gains "
            "less than half of what the ledger gains.",
            record="trained.json")  # fmt: skip
    stale = [old(run["transcript"]["answers"][0], history) for run, history in worlds]
    r.claim("transcript_loses", all(e["ledger"] >= e["transcript"] + 0.2 and share > (1 - e["transcript"]) / 2
                                    for e, share in zip(end, stale, strict=True)),
            "In as many steps, training on the transcript is right at least 20 points less often than "
            "training on the current facts; most of its wrong answers are old values.",
            record="trained.json")  # fmt: skip
    store = [
        found.right([stores.nearest(history.transcript, form) for form in (0, 1)], history.now[-1])
        for _, history in worlds
    ]
    r.claim("alike", all(abs(e["transcript"] - s) <= 0.1 for e, s in zip(end, store, strict=True)),
            "The model trained on the transcript ends within ten points of appending.",
            record="trained.json")  # fmt: skip
    r.claim("shuffled_is_bad", all(e["shuffled"] < 0.45 for e in end),
            "Trained on facts dealt out to the wrong users, the model is right on under 45%.",
            record="trained.json")  # fmt: skip
