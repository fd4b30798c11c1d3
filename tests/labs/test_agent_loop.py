"""The lab agent_loop: the loop, its faults and its checks, each on cases worked by hand."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from labs import agent_loop as lab
from labs.agent_loop import diagnose, experiment, keys
from labs.agent_loop.experiment import REREADING as LEVEL
from labs.agent_loop.experiment import STEPS, Tally, arm, many, mean_share, wilson
from labs.agent_loop.experiment import TRANSCRIPT as EVENT
from labs.agent_loop.faults import inject, shadowed
from labs.agent_loop.loop import Phases, run
from labs.agent_loop.sensitivity import first_read_short
from labs.agent_loop.world import BusyWorld, World

ARMS = {" + ".join([loop, *steps]): arm(loop, steps) for loop in experiment.LOOPS for steps in ((), tuple(STEPS))}


def play(arm, fault=None, at=(), paid=None, held="", wrap=lambda phases: phases, **world):
    """Run over orders A (nothing charged) and B (two of three), `fault` firing at its chances `at`, from 1."""
    service = world.pop("cls", World)(dict(paid or {"A": 0, "B": 2}), frozenset(held), **world)
    chances = iter(range(1, 1000))
    phases = inject(fault, lambda: next(chances) in at, [], Phases()) if fault else Phases()
    end, log = run(service, arm, wrap(phases), random.Random(0))
    return end, service.paid, log


@pytest.mark.parametrize("arm", ARMS.values(), ids=ARMS)
def test_without_a_fault_every_order_gets_three_instalments_in_four_calls(arm):
    end, paid, log = play(arm)
    assert (end, paid, len(log)) == ("done", {"A": 3, "B": 3}, 5)


def test_an_order_on_hold_is_tried_once_and_never_charged():
    end, paid, log = play(EVENT, held="A")
    assert (end, paid) == ("done", {"A": 0, "B": 3})
    assert [row["reply"].get("error") for row in log].count("on hold") == 1


def test_a_lost_last_reply_charges_twice_where_the_loop_trusts_its_transcript():
    assert play(EVENT, "lost acknowledgement", at=[3])[:2] == ("done", {"A": 4, "B": 3})


def test_a_lost_earlier_reply_does_no_harm_because_the_next_reply_carries_the_count():
    assert play(EVENT, "lost acknowledgement", at=[1])[1] == {"A": 3, "B": 3}
    assert play(replace(EVENT, echo=False), "lost acknowledgement", at=[1])[1] == {"A": 4, "B": 3}


def test_a_lost_reply_does_no_harm_where_the_loop_reads_the_world():
    assert play(LEVEL, "lost acknowledgement", at=[3])[:2] == ("done", {"A": 3, "B": 3})


def test_a_key_made_per_call_does_not_stop_the_model_from_retrying():
    assert play(replace(EVENT, key="call"), "lost acknowledgement", at=[3])[1]["A"] == 4
    assert play(replace(EVENT, key="intent"), "lost acknowledgement", at=[3])[1]["A"] == 3


def test_any_key_stops_the_same_call_from_taking_effect_twice():
    assert play(EVENT, "duplicated effect", at=[3])[1]["A"] == 4
    for key in ("call", "intent"):
        assert play(replace(EVENT, key=key), "duplicated effect", at=[3])[1]["A"] == 3


def test_a_false_ok_burns_the_key_of_a_loop_that_believes_it():
    guarded = {"key": "intent", "recall": 1.0}
    assert play(replace(EVENT, **guarded), "false ok", at=[1])[0] == "limit"
    assert play(replace(LEVEL, **guarded), "false ok", at=[1])[:2] == ("done", {"A": 3, "B": 3})


def test_verification_stops_an_early_done_and_reports_a_double_charge():
    seeing = replace(EVENT, recall=1.0)
    assert play(EVENT, "early done", at=[2])[:2] == ("done", {"A": 1, "B": 2})
    assert play(seeing, "early done", at=[2])[:2] == ("done", {"A": 3, "B": 3})
    assert play(seeing, "lost acknowledgement", at=[3])[0] == "escalated"


def test_verification_that_only_reports_ends_the_run_where_one_that_repairs_goes_on():
    telling = replace(EVENT, recall=1.0, repair=False)
    assert play(telling, "early done", at=[2])[:2] == ("escalated", {"A": 1, "B": 2})
    assert play(telling)[:2] == ("done", {"A": 3, "B": 3})


def test_verification_against_a_drifted_goal_passes_a_wrong_end():
    seeing = replace(LEVEL, recall=1.0)
    assert play(seeing, "drifted goal", at=[1])[:2] == ("done", {"A": 2, "B": 2})
    assert play(replace(seeing, pinned=True), "drifted goal", at=[1])[:2] == ("done", {"A": 3, "B": 3})


def test_a_lost_goal_ends_at_the_limit_unless_it_is_pinned():
    assert play(replace(LEVEL, recall=1.0), "lost goal", at=[1])[0] == "limit"
    assert play(replace(LEVEL, pinned=True), "lost goal", at=[1])[:2] == ("done", {"A": 3, "B": 3})


def test_a_malformed_call_costs_one_turn_and_nothing_else():
    end, paid, log = play(EVENT, "malformed call", at=[2])
    assert (end, paid, len(log)) == ("done", {"A": 3, "B": 3}, 6)


def test_a_poisoned_fact_hides_an_order_that_reading_the_world_does_not_bring_back():
    assert play(LEVEL, "poisoned fact", at=[1])[:2] == ("done", {"A": 1, "B": 3})


@pytest.mark.parametrize(
    ("fault", "at", "phase"),
    [
        ("truncated view", [1], "perceive"),
        ("stale view", [1], "perceive"),
        ("repeated call", [3], "think"),
        ("early done", [2], "think"),
        ("lost acknowledgement", [3], "act"),
        ("false ok", [1], "act"),
        ("duplicated effect", [3], "act"),
        ("dropped write", [3], "remember"),
        ("lost goal", [1], "remember"),
        ("drifted goal", [1], "remember"),
        ("poisoned fact", [1], "remember"),
    ],
)
def test_the_first_alarm_that_production_can_raise_names_the_phase(fault, at, phase):
    alarms = []
    play(EVENT, fault, at, wrap=lambda phases: diagnose.watched(phases, alarms, []))
    assert diagnose.first_phase(alarms) == phase


def test_knowing_the_truth_names_a_poisoned_fact_too():
    alarms = []
    play(EVENT, "poisoned fact", [1], wrap=lambda phases: shadowed(phases, alarms))
    assert diagnose.first_phase(alarms) == "remember"


class Behind(random.Random):
    """Dice for a BusyWorld: never a note, and every second read comes from the replica."""

    turn = 0

    def random(self):
        self.turn += 1
        return 0.9 if self.turn % 2 else (0.0 if self.turn % 4 else 0.9)


def test_a_reread_older_than_the_write_is_no_evidence_against_it():
    found = {}
    for check in ("naive re-read", "re-read"):
        alarms = []
        options = {"cls": BusyWorld, "rng": Behind(), "lag": True}
        play(EVENT, wrap=lambda p, a=alarms, c=check: diagnose.watched(p, a, [], (c,)), **options)
        found[check] = len(alarms)
    assert found["naive re-read"] > 0
    assert found["re-read"] == 0


def test_five_rounds_of_one_cycle_fire_the_detector_and_four_do_not():
    one, two = ({"call": {"tool": "charge", "order": o}, "reply": {"ok": True}} for o in "AB")
    assert diagnose.detector_fires([two, *[one] * 5])
    assert diagnose.detector_fires([one, two] * 5)
    assert not diagnose.detector_fires([two, *[one] * 4, two])
    assert not diagnose.detector_fires([one, two] * 4)


def test_only_runs_in_which_the_fault_fired_are_counted():
    runs = many(EVENT, "lost goal", 60, p=0.02)
    assert 0 < len(runs) < 60
    assert all(one.fired for one in runs)


def test_wilson_of_none_in_ten_reaches_28_percent():
    assert wilson(0, 10) == pytest.approx((0.0, 0.0, 0.2775), abs=1e-3)
    assert mean_share([(0, 10)]) == pytest.approx(wilson(0, 10))


def test_the_whole_loop_stays_under_a_hundred_lines():
    text = (Path(lab.__file__).parent / "loop.py").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and "--8<--" not in line]
    assert len(lines) <= 100
    assert {"perceive", "think", "act", "remember"} <= {
        line[4 : line.index("(")] for line in lines if line[:4] == "def "
    }


def charged(order: str, target: int, paid: int) -> dict:
    """A row of a tool-call log in which a charge succeeded."""
    return {"call": {"tool": "charge", "order": order, "target": target}, "reply": {"ok": True, "paid": paid}}


def test_the_rules_for_a_log_blame_act_for_a_count_that_jumps_and_think_for_a_repeated_call():
    first = charged("A", 1, 1)
    assert diagnose.log_alarms([first, charged("A", 2, 2)]) == []
    assert diagnose.first_phase(diagnose.log_alarms([first, charged("A", 2, 3)])) == "act"
    assert diagnose.first_phase(diagnose.log_alarms([first, charged("A", 1, 2)])) == "think"


def test_a_first_read_that_lacks_half_of_the_orders_is_mended_by_the_next_read_only():
    assert not any(run.good for run in many(EVENT, "", 5, wrap=first_read_short))
    assert all(run.good for run in many(LEVEL, "", 5, wrap=first_read_short))


def test_verification_by_own_notes_passes_a_poisoned_fact_that_the_source_would_show():
    seeing = replace(LEVEL, recall=1.0)
    assert play(seeing, "poisoned fact", at=[1])[:2] == ("done", {"A": 3, "B": 3})
    assert play(replace(seeing, own_notes=True), "poisoned fact", at=[1])[:2] == ("done", {"A": 1, "B": 3})


def test_a_fault_counts_if_more_than_one_run_in_ten_ends_wrong():
    cells = [((10, 100), (0, 100)), ((11, 100), (11, 100)), ((100, 100), (0, 100))]
    assert Tally.of(cells) == Tally(2, 1, 121, 11, pytest.approx(121 / 300), pytest.approx(11 / 300))


def test_silence_is_no_wrong_guess():
    assert diagnose.verdict(["none", "none", "act"], "think") == "silent"
    assert diagnose.verdict(["act", "act", "think"], "think") == "wrong phase"
    assert diagnose.verdict(["act", "none", "think"], "think") == "mixed"


@pytest.mark.parametrize(
    ("loop", "key", "event", "ends"),
    [
        ("transcript", "no key", "reply lost", (4, "done")),
        ("transcript", "per intent", "error, not charged", (2, "limit")),
        ("transcript", "per intent", "error, charged", (3, "limit")),
        ("re-reading", "per intent", "error, charged", (3, "done")),
        ("transcript", "per intent and try", "error, charged", (4, "done")),
        ("re-reading", "no key", "delivered twice", (4, "done")),
        ("re-reading", "per call", "stale view", (4, "done")),
    ],
)
def test_what_a_key_does_with_one_event(loop, key, event, ends):
    assert keys.outcome(loop, key, event) == ends
