"""Results and claims of the lab."""

from __future__ import annotations

from typing import Any

import numpy as np

from labs.fine_tuning_vs_rag import stores
from labs.fine_tuning_vs_rag.world import CHANGES, FACTS, ROUNDS, USERS, History, Row
from labs.record import Results

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
    """A dog, then a parrot: which row of a store that holds both, and all other facts, is nearest to the question?"""
    pets = [fact for fact, (_, attribute) in enumerate(FACTS) if attribute == 0]
    first = History(0).now[0]
    dogs = 0
    for form in (0, 1):
        for fact in pets:
            rows = [Row(other, int(value), 0) for other, value in enumerate(first) if other != fact]
            answer = stores.nearest([*rows, Row(fact, 0, 0), Row(fact, 2, 1)], form)[fact]
            dogs += int((answer.fact, answer.value) == (fact, 0))
    r.add("users", len(USERS), "users in the world")
    r.add("facts", len(FACTS), "facts, five a user")
    r.add("dog_questions", 2 * len(pets), "questions for a pet: twenty users, two wordings")
    r.add("dog_nearer", dogs, "of them, those to which the dog's sentence is the nearest row")
    r.claim("dog_is_nearer", dogs == 2 * len(pets), "For all users, in both wordings, the dog's sentence is the "
            "nearest row of a store that holds the parrot's, too.")  # fmt: skip


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
        r.add(f"{arm}_start", values[0], f"right answers before any change, {arm}", "share")
        r.add(f"{arm}_end", values[-1], f"right answers after the last round, {arm}", "share")
    r.add("keyed_own_end", right(own, truth), "right after the last round, keyed, the user's own rows only", "share")
    r.add("append_old", float((end["append"] == 1).mean()), "answers that are old values, append", "share")
    never = ~history.changed
    r.add("append_changed", float((end["append"] == 0)[:, ~never].mean()), "right, append, facts that changed", "share")
    r.add("newest_other", float((end["newest"] == 2).mean()), "newest of five: another fact is answered", "share")
    table = [[n, *(lines[arm][n] for arm in lines)] for n in range(ROUNDS + 1)]
    r.table("rounds", "right answers after each round", ["round", *lines], table)
    last = {arm: values[-1] for arm, values in lines.items()}
    r.claim("append_decays", last["append"] < 0.75 and last["keyed"] > 0.85 and lines["append"][0] > 0.85,
            "Appending, with the nearest row returned, begins above 85% and ends below 75%; with keys the end is above "
            "85%.")  # fmt: skip
    r.claim("newest_is_worse", last["newest"] < last["append"] and last["newest_own"] < last["append"]
            and (end["newest"] == 2).mean() > 0.5,
            "After round 20, the newest of five nearest rows is right less often than the nearest, "
            "over all rows and over the user's own; over all, more than half are rows of another fact.")  # fmt: skip
    r.claim("now_is_no_clock", last["append_now"] < min(last["append"], last["keyed"] - 0.1),
            "Saying 'now' in each update leaves append at least ten points below keys, and right less often than "
            "without.")  # fmt: skip
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
        r.add(
            f"missed_{round(100 * miss)}", float(got), f"right answers if {miss:.0%} of updates miss their row", "share"
        )
    r.table("keys", "right answers by share of updates that miss their row", ["missed", "right"], shares)
    values = dict(shares)
    r.claim("missed_keys_cost", values[0.0] - values[0.4] >= 0.1 and values[0.2] < values[0.0],
            "Fewer answers are right if one update in five misses its row than if none does; "
            "two in five cost at least ten points.")  # fmt: skip
    return shares
