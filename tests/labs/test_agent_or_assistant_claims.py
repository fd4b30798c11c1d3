"""The claims of the lab agent_or_assistant: each falls when the piece of the lab that it rests on is broken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from labs.agent_or_assistant import event, exact, found, found_mail, found_schedules, found_tired, model, world
from labs.agent_or_assistant.world import World
from labs.record import Results


@pytest.fixture(autouse=True)
def forget():
    """What a broken piece computed is not kept for the next test."""
    yield
    exact.counted.cache_clear()
    exact.mail_share.cache_clear()


def falls(part, *arguments) -> set[str]:
    """The claims of a part of the lab that do not hold, as it stands now."""
    exact.counted.cache_clear()
    exact.mail_share.cache_clear()
    r = Results()
    part(r, *arguments)
    assert r.claims
    return {name for name, claim in r.claims.items() if not claim.holds[0]}


RUN = exact.run


def test_if_a_long_batch_is_read_less_well_the_leash_lets_more_through(monkeypatch):
    monkeypatch.setattr(exact, "read_share", lambda case, batch: case.share * (1 - batch / 200))
    assert {"leash_lets_nothing_more_through", "reading_is_the_same"} <= falls(found.add_leash)


def test_if_a_longer_leash_meant_less_rework_there_would_be_no_trade(monkeypatch):
    monkeypatch.setattr(exact, "run", lambda case, k, stop=0: replace(RUN(case, k), made=60.0 - k))
    assert "leash_trades_looks_for_rework" in falls_as_patched(found.add_leash)


def falls_as_patched(part, *arguments) -> set[str]:
    """As `falls`, where `exact.run` itself is what was broken."""
    r = Results()
    part(r, *arguments)
    return {name for name, claim in r.claims.items() if not claim.holds[0]}


def test_if_interruptions_cost_nothing_the_same_hours_are_no_worse(monkeypatch):
    monkeypatch.setattr(exact, "human", lambda case, one: case.read * one.reads)
    fallen = falls(found.add_reading)
    assert {"same_hours_short_leash_is_worse", "same_hours_cheap_look", "dear_reading_shrinks_it"} <= fallen
    assert "hours_need_four" in fallen


def test_if_who_skims_reads_everything_nothing_gets_through(monkeypatch):
    monkeypatch.setattr(exact, "read_share", lambda case, batch: case.share)
    assert {"skimming_lets_through", "skimming_looks_cheap"} <= falls(found.add_reading)


def test_a_perfect_reader_of_an_agent_that_errs_more_approves_less(monkeypatch):
    monkeypatch.setattr(found, "BASE", replace(found.BASE, p=0.1))
    assert "approval_says_little" in falls(found.add_prices)


def test_at_a_tenth_of_the_price_of_a_look_the_valley_lies_elsewhere(monkeypatch):
    monkeypatch.setattr(exact, "rule", lambda case: 3.0)
    assert "formula_is_enough" in falls(found.add_valley)
    monkeypatch.setattr(exact, "bill_band", lambda case: [9, 38])
    assert "bill_is_flat" in falls(found.add_valley)
    monkeypatch.setattr(exact, "band", lambda case, within=0.05: (16, 17))
    assert "valley_is_flat" in falls(found.add_valley)
    monkeypatch.setattr(exact, "best", lambda case: round(0.6 / case.p))
    assert "twenty_times_better_four_times_longer" in falls(found.add_valley)
    monkeypatch.setattr(exact, "assistant_below", lambda case: 1.0)
    assert {"price_of_a_look_decides", "assistant_needs_cheap_looks"} <= falls(found.add_valley)


def test_if_the_equal_intervals_were_poor_early_looks_would_pay(monkeypatch):
    uniform = exact.uniform
    monkeypatch.setattr(exact, "uniform", lambda hazard, catch, look, every: uniform(hazard, catch, look, 4))
    assert falls(found_schedules.add_schedules) == {"early_mistakes_want_early_looks"}


def test_a_reader_who_does_not_tire_wants_no_shorter_leash(monkeypatch):
    monkeypatch.setattr(found_tired, "TIRE", 0.0)
    assert falls(found_tired.add_tired) == {
        "a_tired_reader_wants_it_shorter",
        "a_tired_reader_loses_the_lead_of_holding",
        "a_tired_reader_halves_the_longest",
        "a_tired_reader_needs_the_hours",
        "a_tired_reader_gains_where_looks_are_cheap",
    }


def test_if_interruptions_took_no_time_who_tires_would_lose_nothing_by_more_of_them(monkeypatch):
    monkeypatch.setattr(exact, "human", lambda case, one: case.read * one.reads)
    assert falls(found_tired.add_tired) == {
        "a_tired_reader_needs_the_hours",
        "a_tired_reader_gains_where_looks_are_cheap",
    }


MAIL = exact.mail_wrong


def test_if_held_mails_left_at_once_holding_would_help_nobody(monkeypatch):
    monkeypatch.setattr(exact, "mail_wrong", lambda case, every, at, way="made": MAIL(case, every, at))
    fallen = falls(found_mail.add_mail)
    assert {"holding_beats_looking_often", "holding_ignores_the_leash", "mail_alone_must_betray"} <= fallen
    assert {"holding_not_showing", "asking_first_equals_holding"} <= fallen
    assert {"each_step_helps", "holding_before_a_test"} <= falls(found_mail.add_together)


def test_if_a_prompt_showed_everything_it_would_help(monkeypatch):
    ways = {"gate": "held"}
    monkeypatch.setattr(
        exact, "mail_wrong", lambda case, every, at, way="made": MAIL(case, every, at, ways.get(way, way))
    )
    assert {"showing_the_mail_hardly_helps", "mail_alone_must_betray"} <= falls(found_mail.add_mail)


def test_if_a_stop_at_the_mail_cost_a_look_for_each_step_it_would_not_equal_holding(monkeypatch):
    monkeypatch.setattr(exact, "trail_looks", lambda case, every: 3.0)
    assert falls(found_mail.add_mail) == {"showing_all_equals_holding"}


def test_if_a_stop_at_the_mail_showed_it_alone_it_would_not_equal_holding(monkeypatch):
    ways = {"trail": "gate"}
    monkeypatch.setattr(
        exact, "mail_wrong", lambda case, every, at, way="made": MAIL(case, every, at, ways.get(way, way))
    )
    assert falls(found_mail.add_mail) == {"showing_all_equals_holding"}


def test_a_test_that_sees_every_kind_removes_more_than_a_kind(monkeypatch):
    monkeypatch.setattr(exact, "with_test", lambda case, sees: replace(case, p=case.p * (1 - sees) ** 6))
    assert {"test_removes_a_kind", "tests_run_as_computed"} <= falls(found_mail.add_tests, 0)
    assert "reading_comes_first" in falls(found_mail.add_together)


def test_if_reading_were_no_use_it_would_not_come_first(monkeypatch):
    monkeypatch.setattr(exact, "read_share", lambda case, batch: 0.1)
    assert {"reading_comes_first", "together"} <= falls(found_mail.add_together)
    monkeypatch.setattr(exact, "read_share", lambda case, batch: 1.0)
    assert "holding_needs_reading" in falls(found_mail.add_together)


def test_worlds_in_which_a_look_passes_everything_are_told(monkeypatch):
    monkeypatch.setattr(found_mail, "TASKS", 100)
    monkeypatch.setattr(world.Task, "look", lambda self, done, read: None)
    assert {"world_agrees", "every_world_rewards_holding"} <= falls(found_mail.add_worlds, 0)


def test_a_world_in_which_the_last_look_is_careless_punishes_the_long_leash(monkeypatch):
    look = world.Task.look
    monkeypatch.setattr(found_mail, "TASKS", 100)
    monkeypatch.setattr(found_mail, "WORLDS", {"one": World(), "two": World(chain=False)})
    monkeypatch.setattr(
        world.Task, "look", lambda self, done, read: look(self, done, read) if len(done) - read < 20 else None
    )
    assert "no_world_punishes_the_long_leash" in falls(found_mail.add_worlds, 0)


def test_a_mail_that_waits_for_a_later_look_waits_longer(monkeypatch):
    monkeypatch.setattr(found_mail, "TASKS", 50)
    monkeypatch.setattr(found_mail, "USUAL", 30)
    assert "held_mail_waits" in falls(found_mail.add_worlds, 0)


def test_a_model_that_doubts_at_random_says_nothing_about_what_to_read(monkeypatch):
    flat = [[one._replace(margin=float(i * 7 % 60)) for i, one in enumerate(task)] for task in model.answers()]
    monkeypatch.setattr(model, "answers", lambda: flat)
    assert falls(found_mail.add_model) == {"doubt_says_what_to_read"}


def test_a_look_that_misses_the_mistake_lets_the_held_mail_out_wrong(monkeypatch):
    monkeypatch.setattr(event, "drive", lambda steps, act, look, send, every: [send(act(s, [(0, "x")])) for s in steps])
    assert falls(event.add_event) == {"event_of_the_lead"}


def test_a_reader_who_gets_less_time_the_longer_the_leash_falsifies_the_figure(monkeypatch):
    monkeypatch.setattr(exact, "human", lambda case, one: case.read * one.reads + 1000 / one.looks)
    assert "same_hours_never_worse_later" in falls(found.add_reading)
