"""Results and claims of the lab."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from labs.fine_tuning_vs_rag import stores
from labs.fine_tuning_vs_rag.world import CHANGES, FACTS, ROUNDS, USERS, History, Row
from labs.record import Results

TRAINED = Path(__file__).with_name("trained.json")
ARMS: dict[str, dict[str, Any]] = {
    "append": {},
    "append_now": {"now": True},
    "append_own": {"own": True},
    "newest": {"newest_of": 5},
    "newest_own": {"own": True, "newest_of": 5},
}
MISSES = (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)


def right(answers: list[list[Row]], truth: np.ndarray) -> float:
    """Share of right answers, over wordings."""
    return float(np.mean([stores.outcome(rows, truth) == 0 for rows in answers]))


def add_example(r: Results) -> None:
    """A dog, then a parrot: which sentence lies nearer to the question?"""
    pets = [fact for fact, (_, attribute) in enumerate(FACTS) if attribute == 0]
    dogs = 0
    for form in (0, 1):
        for fact in pets:
            near = stores.sentences()[fact] @ stores.questions(form)[fact]
            dogs += int(near[0] > near[2])
    r.add("users", len(USERS), "users in the world")
    r.add("facts", len(FACTS), "facts, five a user")
    r.add("dog_questions", 2 * len(pets), "questions for a pet: twenty users, two wordings")
    r.add("dog_nearer", dogs, "of them, those to which the dog's sentence is nearer than the parrot's")
    r.claim("dog_is_nearer", dogs == 2 * len(pets), "For all users, in both wordings, the dog's sentence is nearer.")


def add_stores(r: Results, seed: int) -> dict[str, list[float]]:
    """Every store after each round, both wordings."""
    history = History(seed)
    end: dict[str, np.ndarray] = {}
    lines: dict[str, list[float]] = {name: [] for name in ("keyed", *ARMS)}
    for number in range(ROUNDS + 1):
        rows, truth = history.until(number), history.now[number]
        ledger = stores.keyed(rows, 0.0, seed)
        lines["keyed"].append(right([stores.nearest(ledger, form) for form in (0, 1)], truth))
        for arm, how in ARMS.items():
            answers = [stores.nearest(rows, form, **how) for form in (0, 1)]
            lines[arm].append(right(answers, truth))
            end[arm] = np.array([stores.outcome(a, truth) for a in answers])
    own = [stores.nearest(ledger, form, own=True) for form in (0, 1)]
    r.add("rounds", ROUNDS, "rounds")
    r.add("changes", CHANGES, "facts that change in each round")
    for arm, values in lines.items():
        r.add(f"{arm}_start", values[0], f"right answers before any change, {arm}", "%")
        r.add(f"{arm}_end", values[-1], f"right answers after the last round, {arm}", "%")
    r.add("keyed_own_end", right(own, truth), "right after the last round, keyed, the user's own rows only", "%")
    r.add("append_old", float((end["append"] == 1).mean()), "answers that are old values, append", "%")
    never = ~history.changed
    r.add("append_changed", float((end["append"] == 0)[:, ~never].mean()), "right, append, facts that changed", "%")
    r.add("newest_other", float((end["newest"] == 2).mean()), "newest of five: another fact is answered", "%")
    table = [[n, *(lines[arm][n] for arm in lines)] for n in range(ROUNDS + 1)]
    r.table("rounds", "right answers after each round", ["round", *lines], table)
    last = {arm: values[-1] for arm, values in lines.items()}
    r.claim("append_decays", last["append"] < 0.75 and last["keyed"] > 0.85 and lines["append"][0] > 0.85,
            "Appending begins above 85% and ends below 75%; with keys the end is above 85%.")  # fmt: skip
    r.claim("newest_is_worse", last["newest"] < last["append"] and last["newest_own"] < last["append"],
            "After round 20, the newest of five nearest rows is right less often than the nearest, "
            "over all rows and over the user's own.")  # fmt: skip
    r.claim("now_is_no_clock", last["append_now"] < last["keyed"] - 0.1,
            "Saying 'now' in each update leaves append at least ten points below keys.")  # fmt: skip
    r.claim("filter_is_no_clock", last["append_own"] < last["keyed"] - 0.1,
            "Searching the user's own rows only leaves append at least ten points below keys.")  # fmt: skip
    names = {"keyed": "overwrite by key", "append": "append, nearest", "append_own": "append, own rows",
             "newest": "append, newest of five"}  # fmt: skip
    return {name: lines[arm] for arm, name in names.items()}


def add_keys(r: Results, seed: int) -> list[tuple[float, float]]:
    """A store with keys, where some updates miss their row."""
    history = History(seed)
    shares = []
    for miss in MISSES:
        runs = [stores.keyed(history.transcript, miss, draw) for draw in range(10)]
        got = np.mean([right([stores.nearest(run, form) for form in (0, 1)], history.now[-1]) for run in runs])
        shares.append((miss, float(got)))
        r.add(f"missed_{round(100 * miss)}", float(got), f"right answers if {miss:.0%} of updates miss their row", "%")
    r.table("keys", "right answers by share of updates that miss their row", ["missed", "right"], shares)
    values = dict(shares)
    r.claim("missed_keys_cost", values[0.0] - values[0.4] >= 0.05 and values[0.2] < values[0.0],
            "Fewer answers are right if one update in five misses its row than if none does; "
            "two in five cost at least five points.")  # fmt: skip
    return shares


def add_trained(r: Results) -> None:
    """What training left behind: recorded once, with the world of seed 0."""
    kept, history = json.loads(TRAINED.read_text(encoding="utf-8")), History(0)
    chosen = {arm: np.argmax(kept["arms"][arm]["forms"], 2) for arm in ("untrained", "first", "naive")}
    first, naive = kept["arms"]["first"], kept["arms"]["naive"]
    table: list[list[Any]] = [[0, None, *[float((chosen["first"][0] == history.now[0]).mean())] * 2]]
    for number in map(int, naive["rounds"]):
        last = np.zeros(len(FACTS), int)
        for row in history.until(number):
            last[row.fact] = row.round
        ok = np.array(list(map(int, naive["rounds"][str(number)][0]))) == history.now[number]
        shares = (ok[last == number], ok[last == 0], ok)
        table.append([number, *(float(share.mean()) for share in shares)])
    r.table("trained", "the 135M model, right in the words it was trained on, by round",
            ["round", "changed this round", "never changed", "all"], table)  # fmt: skip
    r.add("learnt", table[0][3], "recorded: right after learning the first facts, in the trained words", "%")
    r.add("learnt_other", float((chosen["first"][1] == history.now[0]).mean()), "the same, another wording", "%")
    r.add("untrained", float((chosen["untrained"][0] == history.now[-1]).mean()), "recorded: right, untrained", "%")
    r.add("one_round_never", table[1][2], "recorded: never changed, right after one round", "%")
    r.add("end_never", table[-1][2], "recorded: never changed, right after the last round", "%")
    r.add("end_never_count", int((~history.changed).sum()), "facts that never changed, seed 0")
    r.add("end_new", table[-1][1], "recorded: changed in the last round, right", "%")
    r.add("end_all", table[-1][3], "recorded: right after the last round, all facts", "%")
    frozen = float((chosen["first"][0] == history.now[-1]).mean())
    r.add(
        "frozen", frozen, "recorded: the model that only learnt the first facts, asked for what holds at the end", "%"
    )
    r.add("steps", first["steps"] + naive["steps"], "steps of training in all")
    r.add(
        "minutes", round((first["seconds"] + naive["seconds"]) / 60), "recorded: minutes of training, one thread", "min"
    )
    r.claim("training_forgets", all(row[1] == 1 for row in table[1:]) and table[-1][2] < 0.35,
            "Recorded: each round's five facts are right after it, and after the last, under 35% of the never "
            "changed.")  # fmt: skip
    r.claim("rounds_gain_nothing", table[-1][3] <= frozen,
            "Recorded: after twenty rounds the model is right no more often than without them.")  # fmt: skip
    r.claim("words_matter", table[0][3] == 1 and r.values["learnt_other"].value < 0.4,
            "Recorded: all first facts right in the trained words, under 40% in another wording.")  # fmt: skip
