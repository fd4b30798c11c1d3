"""Each claim that carries the post turns false when the thing it speaks of is broken."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from labs.coding_agent_memory import checks, found, found_later, model
from labs.coding_agent_memory.checks import CHECKS, DATA, KINDS, Notes, mask
from labs.coding_agent_memory.collect import AGES, BITS
from labs.record import Results


def everything(notes: Notes) -> dict[str, bool]:
    r = Results()
    found.corpus(r, notes)
    found.changed(r, notes)
    found.checks(r, notes, 0)
    found_later.kinds(r, notes)
    found_later.clocks(r, notes)
    found_later.without_one(r, notes)
    found_later.elsewhere(r, notes)
    return {name: claim.holds[0] for name, claim in r.claims.items()}


@pytest.fixture(autouse=True)
def fewer_draws(monkeypatch):
    monkeypatch.setattr(checks, "DRAWS", 2)


def test_every_claim_about_the_checks_holds_unbroken():
    assert all(everything(Notes()).values())


def setting(*names: str, on: bool = True, true: bool | None = None, kind: str = "", old: int = 0):
    """A breaker: bits set or cleared, for true or wrong notes, one kind, or notes older than some days."""

    def breaker(notes: Notes) -> None:
        rows = np.ones(len(notes.count), bool) if true is None else notes.truth() == true
        rows &= (notes.age > old) & (np.arange(len(rows)) % 9 > 0)  # some stay, so that no share is of nothing
        rows &= (notes.kind == KINDS.index(kind)) if kind else True
        bits = mask(*names)
        notes.outcome = np.where(rows, notes.outcome | bits if on else notes.outcome & ~bits, notes.outcome)

    return breaker


@pytest.mark.parametrize(
    ("claim", "breaker"),
    [
        ("truth_is_between", setting("hash")),
        ("names_last", setting("symbol", on=False)),
        ("changed_is_not_wrong", setting("true", on=False)),
        ("hash_drops_most", setting("hash")),
        ("log_is_a_hash", setting("log")),
        ("numbers_alarm", setting("number")),
        ("path_misses", setting("path")),
        ("each_halves", setting("quote")),
        ("block_is_better", setting("block", "quote")),
        ("best_is_cheap", setting("block", on=False)),
        ("best_catches", setting("block", "symbol", "path")),
        ("lead", setting("block", on=False)),
        ("lead", setting("block", "symbol", "path", true=False)),
        ("each_halves", setting("quote", on=False, true=False)),
        ("function_hash", setting("body")),
        ("anywhere_misses", setting("anywhere", on=False)),
        ("inside_costs", setting("inside")),
        ("quote_must_hold_the_fact", setting("quote", on=False, kind="arguments, several lines")),
        ("lines_apart_miss", setting("quotes", on=False)),
        ("wider_facts_escape", setting("block", on=False, kind="exceptions")),
        ("narrow_facts", setting("block", "symbol", "path", true=False, kind="default")),
        ("narrow_facts", setting("block", on=False, kind="call")),
        ("path_typical", setting("path", on=False, true=False)),
        ("best_typical", setting("block", "symbol", "path", true=False)),
        ("best_typical", lambda notes: setattr(notes, "outcome", notes.outcome & ~mask("block"))),
        ("line_misses_long_ones", setting("quote", on=False, kind="arguments, several lines")),
        ("anywhere_mostly_moved", setting("moved", on=False)),
        ("home_misses", setting("home", on=False)),
        ("command_costs", setting("once", on=False)),
        ("no_clock", setting("true", on=False, old=90)),
        ("no_clock", setting("block", "symbol", "path", true=False, kind="call")),
    ],
)
def test_a_broken_measurement_turns_its_claim(claim, breaker):
    notes = Notes()
    breaker(notes)
    assert not everything(notes)[claim]


def test_a_hash_misses_nothing_by_construction_and_a_blind_one_misses_what_the_coin_does():
    notes = Notes()
    keep = notes.select(90)
    assert notes.rates("file hash", keep).served == 0
    assert notes.rates("none", keep)[:2] == (0, 1)
    rng = np.random.default_rng(0)
    drawn = rng.random(len(notes.count)) < 0.5
    notes.outcome = np.where(drawn, notes.outcome | mask("hash"), notes.outcome & ~mask("hash"))
    assert notes.rates("file hash", keep).served > 0.1


def test_the_record_has_every_age_and_each_check_wants_recorded_outcomes():
    notes = Notes()
    assert set(notes.age.tolist()) == set(AGES)
    assert notes.outcome.max() < 1 << len(BITS)
    assert max(CHECKS.values()) < 1 << len(BITS)


def test_the_life_of_the_note_breaks_if_the_line_had_gone_earlier(monkeypatch):
    rows = found_later.life()
    r = Results()
    found_later.event(r)
    assert r.claims["life"].holds == (True,)
    rows[40]["quote"] = "0"
    monkeypatch.setattr(found_later, "life", lambda: rows)
    r = Results()
    found_later.event(r)
    assert r.claims["life"].holds == (False,)


@pytest.mark.parametrize(
    ("arm", "share", "claim"), [("stale note", 0.5, "follows_the_note"), ("code, stale note", 0.9, "pulled_from_code")]
)
def test_a_model_that_ignores_the_note_turns_the_claim(monkeypatch, arm, share, claim):
    kept = model.current
    monkeypatch.setattr(model, "current", lambda one: share if one == arm else kept(one))
    r = Results()
    model.report(r)
    assert r.claims[f"model_{claim}"].holds == (False,)


def test_each_pair_of_names_is_asked_in_both_directions():
    asked = model.items()
    assert {(function, new, old) for function, old, new in asked} == set(asked)


def test_each_repository_has_its_commits_and_a_link():
    with (DATA / "repositories.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert row["url"] == f"https://github.com/{row['repository']}/tree/{row['commit']}"
            assert all(len(row[f"commit_{age}"]) == 40 for age in AGES)
