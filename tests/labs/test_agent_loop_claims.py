"""The claims of the lab agent_loop: each falls when the piece of the lab that it rests on is broken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from labs.agent_loop import diagnose, evidence, experiment, keys, model, sensitivity, steps
from labs.agent_loop.experiment import STEPS, arm
from labs.agent_loop.faults import inject
from labs.agent_loop.loop import Phases
from labs.agent_loop.world import GOAL, BusyWorld, World
from labs.record import Results

CHARGE = World.charge


def claims(part, *arguments) -> dict[str, bool]:
    """The claims that a part of the lab makes, as it stands now."""
    r = Results()
    part(r, *arguments)
    return {name: claim.holds[0] for name, claim in r.claims.items()}


@pytest.fixture
def quick(monkeypatch):
    """The grid with few runs: enough to see a claim fall."""
    monkeypatch.setattr(steps, "RUNS", 12)


BREAKS = {
    "a verification that sees nothing wrong": (
        (World, "audit", lambda self: {}),
        ("verify_alone_ends_silence", "pair_ends_silence", "order_silent_first", "drifted_goal_is_left"),
    ),
    "a pin that pins nothing": (
        (STEPS, "pin", {}), ("pair_ends_silence", "pair_leaves_wrong", "four_end_the_twelve", "no_key_still_loud"),
    ),
    "a key that is never sent": ((STEPS, "key", {}), ("key_alone_prevents_most", "four_end_the_twelve")),
    "a re-reading loop that does not": (
        (experiment.LOOPS, "re-reading", False),
        ("reread_alone_is_third", "reread_and_pin_stay_silent", "halving_refuted", "later_best_is_reread",
         "later_order"),
    ),
    "another order": ((steps, "ORDER", ("key", "verify", "pin")), ("order_silent_first",)),
    "later faults that are a known one": (
        (experiment, "later", lambda fault, *rest: inject("lost acknowledgement", *rest)),
        ("four_leave_six_new", "later_hardly_helped", "later_best_is_reread"),
    ),
    "loops that all verify": (
        (steps, "arm", lambda loop, chosen=(): arm(loop, {"verify", *chosen})), ("plain_fails_silently",),
    ),
    "a service that refuses a fourth charge": (
        (World, "charge", lambda self, order, key="": CHARGE(self, order, key) if self.paid.get(order) != GOAL
            else {"ok": True, "paid": GOAL, "version": self.version}),
        ("verify_is_not_right", "pair_leaves_wrong", "four_leave_six_new"),
    ),
    "a service that charges somebody for an unknown order": (
        (World, "charge", lambda self, order, key="": (order not in self.paid and CHARGE(self, "A") and
            CHARGE(self, order)) or CHARGE(self, order, key)),
        ("noisiest_is_harmless",),
    ),
    "a service that forgets its keys": (
        (World, "charge", lambda self, order, key="": CHARGE(self, order)),
        ("key_makes_one_worse", "key_makes_its_own_fault"),
    ),
    "reads that cost nothing": (
        (World, "read", lambda self: {"version": self.version, "total": len(self.paid), "paid": {**self.paid}}),
        ("dear_step_last",),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("patch", "fall"), BREAKS.values(), ids=BREAKS)
def test_a_claim_about_the_steps_falls_with_what_it_rests_on(monkeypatch, quick, patch, fall):
    target, name, value = patch
    (monkeypatch.setitem if isinstance(target, dict) else monkeypatch.setattr)(target, name, value)
    held = claims(steps.grid, 0)
    assert [c for c in fall if held[c]] == []


@pytest.mark.parametrize(
    ("target", "name", "value", "fall"),
    [
        (keys.Shaky, "charge", lambda self, order, key="": CHARGE(self, order, key),
         ("kept_error_sticks", "forgotten_key_charges_twice", "new_try_needs_reread", "event_of_the_lead")),
        (keys, "by_try", Phases, ("only_reread_and_try",)),
        (experiment.LOOPS, "re-reading", False,
         ("event_of_the_lead", "only_reread_and_try", "new_try_needs_reread")),
        (World, "charge", lambda self, order, *_: CHARGE(self, order),
         ("call_key_heals_one", "false_ok_spends_the_name")),
        (keys, "by_try", lambda: Phases(think=lambda context: {"tool": "done"}), ("try_changes_nothing_else",)),
    ],
)  # fmt: skip
def test_a_claim_about_keys_falls_with_what_it_rests_on(monkeypatch, target, name, value, fall):
    (monkeypatch.setitem if isinstance(target, dict) else monkeypatch.setattr)(target, name, value)
    held = claims(keys.keys, 0)
    assert [c for c in fall if held[c]] == []


@pytest.mark.parametrize(
    ("part", "target", "name", "value", "fall"),
    [
        ("verification", sensitivity, "replace", lambda built, **o: replace(built, **{**o, "recall": 1.0}),
         ("weak_verify_leaks",)),
        ("verification", sensitivity, "replace", lambda built, **o: replace(built, **{**o, "own_notes": False}),
         ("own_notes_bring_silence_back",)),
        ("replies", sensitivity, "replace", lambda built, **o: built, ("state_in_the_reply_halves",)),
        ("reads", BusyWorld, "read", lambda self: World.read(self), ("stale_reread_is_the_fault",)),
        ("stale_checks", BusyWorld, "audit", World.audit, ("stale_check_hurts",)),
        ("stale_checks", sensitivity, "CONDITIONAL", Phases(), ("stale_check_hurts",)),
        ("stale_checks", sensitivity, "GOAL", 99, ("stale_check_hurts",)),
        ("stale_checks", BusyWorld, "read", lambda self: World.read(self), ("stale_each_is_worse",)),
        ("rates", experiment, "dice", lambda rng, p, once_in=0: lambda: p > 0.1 and rng.random() < 0.25,
         ("counts_hold_once",)),
    ],
)  # fmt: skip
def test_a_claim_about_sensitivity_falls_with_what_it_rests_on(monkeypatch, part, target, name, value, fall):
    monkeypatch.setattr(target, name, value)
    monkeypatch.setattr(sensitivity, "FEW", 12)
    monkeypatch.setattr(sensitivity, "RUNS", 100)
    held = claims(getattr(sensitivity, part), 0)
    assert [c for c in fall if held[c]] == []


@pytest.mark.parametrize(
    ("target", "name", "value", "fall"),
    [
        (diagnose, "CHECKS", {**diagnose.CHECKS, "timeout": "think: every call has a reply"}, ("checks_name_known",)),
        (evidence, "NEW", experiment.OLD[:3] + experiment.NEW, ("checks_miss_new", "nothing_names_new")),
        (diagnose, "detector_fires", lambda log: True, ("detector_no_help",)),
    ],
)
def test_a_claim_about_naming_falls_with_what_it_rests_on(monkeypatch, target, name, value, fall):
    monkeypatch.setattr(target, name, value)
    monkeypatch.setattr(evidence, "EACH", 15)
    held = claims(evidence.naming, 0)
    assert [c for c in fall if held[c]] == []


@pytest.mark.parametrize(
    ("name", "value", "fall"),
    [
        ("policy", lambda: dict.fromkeys(model.policy(), "A"), ("model_chooses_like_script",)),
        ("policy", model.policy, ("model_cannot_count",)),
        ("chosen", lambda context: {"tool": "done"}, ("model_needs_the_same_steps",)),
    ],
)
def test_a_claim_about_the_model_falls_with_what_it_rests_on(monkeypatch, name, value, fall):
    if name == "policy":
        made = value()
        monkeypatch.setattr(model, "policy", lambda *_: made)
    else:
        monkeypatch.setattr(model, name, value)
    monkeypatch.setattr(model, "RUNS", 12)
    held = claims(model.arms, 0)
    assert [c for c in fall if held[c]] == []
