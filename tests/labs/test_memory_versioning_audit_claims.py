"""The claims of the lab memory_versioning_audit: each falls when the piece of the lab that it rests on is broken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from labs.memory_versioning_audit import (
    attacks,
    audit,
    chain,
    clocks,
    erasure,
    falsified,
    found,
    measure,
    store,
    witness,
)
from labs.memory_versioning_audit.chain import START
from labs.memory_versioning_audit.store import MemoryLog
from labs.record import Results

SHOWN, ERASE, VERIFY = MemoryLog.shown, MemoryLog.erase, MemoryLog.verify


@pytest.fixture(scope="module")
def scene():
    return witness.scene(0)


@pytest.fixture(scope="module")
def ranked(scene):
    return witness.rankings(scene)


def claims(part, *arguments) -> dict[str, bool]:
    """The claims that a part of the lab makes, as it stands now."""
    r = Results()
    part(r, *arguments)
    return {name: claim.holds[0] for name, claim in r.claims.items()}


def promoted(scene, rows, to: int):
    """The same lists with the fact that the decision turns on at rank `to`."""
    lists = []
    for d, row in zip(scene.decisions, rows, strict=True):
        fact = row[witness.place(d, row) - 1]
        rest = [v for v in row if v is not fact]
        lists.append([*rest[: to - 1], fact, *rest[to - 1 :]])
    return lists


def test_asking_by_name_is_told_for_the_topics_that_have_one(scene, ranked):
    lists = [
        promoted(replace(scene, decisions=[d]), [row], 1 if d.kind == "privacy" else 9)[0]
        for d, row in zip(scene.decisions, ranked["named"], strict=True)
    ]
    assert not claims(found.stored, scene, {**ranked, "named": lists})["name_needs_a_name"]
    lists = [
        promoted(replace(scene, decisions=[d]), [row], 9)[0] if d.kind == "privacy" else row
        for d, row in zip(scene.decisions, ranked["hers"], strict=True)
    ]
    assert not claims(found.stored, scene, {**ranked, "hers": lists})["name_needs_a_name"]


def test_what_is_stored_and_not_shown_rests_on_the_ranks(scene, ranked):
    assert all(claims(found.stored, scene, ranked).values())
    for name, to, falls in (
        ("all", 9, "half_is_not_shown"), ("all", 9, "seeds_shown"),
        ("all", 9, "filter_hardly_helps"), ("hybrid", 3, "hybrid_is_no_better"),
        ("hers", 3, "ten_still_miss"), ("named", 9, "named_misses_less"), ("named", 3, "named_misses_less"),
    ):  # fmt: skip
        assert not claims(found.stored, scene, {**ranked, name: promoted(scene, ranked[name], to)})[falls]
    first = promoted(scene, ranked["all"], 1)
    with pytest.raises(StopIteration):
        claims(found.stored, scene, {**ranked, "all": first})


def test_answers_of_records_rest_on_what_each_searches(scene, ranked):
    assert all(claims(found.answers, scene, ranked).values())
    kept, rounded, other = (scene.search[name] for name in ("kept", "rounded", "other"))
    for search, falls in (
        ({"kept": rounded}, "kept_replay_is_exact"), ({"rounded": other}, "rounding_moves_lists_not_answers"),
        ({"rounded": kept}, "rounding_moves_lists_not_answers"), ({"other": kept}, "other_encoder_is_another_search"),
        ({"other": kept}, "today_misleads"), ({"other": kept}, "seeds_answers"),
    ):  # fmt: skip
        assert not claims(found.answers, replace(scene, search={**scene.search, **search}), ranked)[falls]


def test_an_id_and_an_overwritten_row_mislead_only_where_texts_change(scene, ranked):
    blank = {v.seq: replace(v, text="x") for v in scene.versions}
    rows = {name: [[blank[v.seq] for v in row] for row in lists] for name, lists in ranked.items()}
    without = claims(found.answers, replace(scene, versions=[*blank.values()]), rows)
    assert not without["an_id_is_no_version"] and not without["overwriting_loses"]


def test_the_retrievers_log_is_right_where_nothing_is_cut(scene, ranked, monkeypatch):
    assert all(claims(found.cutting, scene, ranked, 0).values())
    monkeypatch.setattr(found, "cut", lambda row, budget: list(row))
    assert not claims(found.cutting, scene, ranked, 0)["log_after_the_cut"]


def test_a_log_that_answers_by_what_there_is_now_is_no_better_than_a_clock(monkeypatch):
    assert claims(clocks.report, measure.recorded()) == {"time_is_no_witness": True}
    monkeypatch.setattr(MemoryLog, "evidence", lambda self, decision: [[self.version(2)]])
    assert claims(clocks.report, measure.recorded()) == {"time_is_no_witness": False}


STEP = chain.step
BREAKS = {
    "a verifier that does not look at anchors": (
        (attacks, "problems", lambda c, rows, links, anchors=(): chain.problems(c, rows, links)),
        ("an_anchor_sees_a_cut", "anchor_beats_key", "grid_of_attacks", "each_step_leaves_fewer"),
    ),
    "a key that is not used": (
        (chain, "step", lambda prev, row, key=b"": STEP(prev, row)), ("key_stops_the_owner", "key_adds_the_tail"),
    ),
    "a hash that covers only the number": (
        (chain, "step", lambda prev, row, key=b"": STEP(prev, row[:1], key)), ("chain_is_forged_without_a_key",),
    ),
    "an attacker who cuts behind the anchor": ((attacks, "AFTER", 14), ("after_the_anchor_is_free",)),
    "a comparison that finds no request": (
        (attacks, "unlogged", lambda calls, logged: []),
        ("never_written_is_never_missed", "without_an_anchor_too", "ids_see_reads_only"),
    ),
    "a seal over the first row only": (
        (attacks, "seal", lambda rows, key, before=START: chain.seal(list(rows)[:1], key)),
        ("an_aggregate_sees_a_cut", "after_the_anchor_is_free"),
    ),
    "a chain that says how long it is": (
        (attacks, "problems", lambda c, rows, *rest: "" if len(rows) >= 63 else "short"), ("every_chain_can_be_cut",),
    ),
    "anchors of another log": ((attacks, "taken", lambda log: [(1, "0")]), ("no_false_alarm",)),
}  # fmt: skip


def test_every_claim_on_attacks_holds():
    assert all(claims(falsified.report, 0).values())


@pytest.mark.parametrize("name", BREAKS)
def test_a_claim_on_attacks_falls_with(monkeypatch, name):
    change, falls = BREAKS[name]
    monkeypatch.setattr(*change)
    held = claims(falsified.report, 0)
    assert not any(held[claim] for claim in falls)


def test_a_row_slipped_in_is_noticed_by_its_request_being_there_too_often(monkeypatch):
    assert attacks.outcomes(0)["slip a row in"]["ids alone"]
    monkeypatch.setattr(attacks, "unasked", lambda calls, logged: [])
    assert not attacks.outcomes(0)["slip a row in"]["ids alone"]


@pytest.fixture(scope="module")
def prompts(scene, ranked):
    return found.cutting(Results(), scene, ranked, 0)


def whole(scene, prompts) -> dict[str, bool]:
    return claims(audit.report, scene.versions, prompts[0], scene.decisions[0].person, prompts[1])


def test_every_claim_on_the_whole_design_holds(scene, prompts):
    assert all(whole(scene, prompts).values())


@pytest.mark.parametrize(
    ("method", "broken", "falls"),
    [
        ("shown", lambda log, d, rows, *rest: SHOWN(log, d, rows[:-1], *rest), "whole_design_answers"),
        ("erase", lambda log, *rest, keep: 0, "erasure_takes_evidence"),
        ("erase", lambda log, *rest, keep: ERASE(log, *rest), "keeping_shown_keeps_evidence"),
        ("verify", lambda log, anchors=(): VERIFY(log), "falsified_is_found"),
        ("verify", lambda log, anchors=(): VERIFY(log), "chained_text_needs_an_anchor"),
    ],
)
def test_a_claim_on_the_whole_design_falls_without_its_piece(scene, prompts, monkeypatch, method, broken, falls):
    monkeypatch.setattr(MemoryLog, method, broken)
    assert not whole(scene, prompts)[falls]


def test_prompts_are_called_mostly_a_patients_own_only_where_they_are(scene, ranked, prompts):
    others = [
        (d, [v for v in row if v.person != d.person][:5]) for d, row in zip(scene.decisions, ranked["all"], strict=True)
    ]
    held = claims(audit.report, scene.versions, others, scene.decisions[0].person, prompts[1])
    assert not held["prompts_are_mostly_own"]


def test_a_prompt_kept_as_sent_is_dearer_only_where_it_holds_her_texts(scene, prompts):
    bare = [(d, held[:1]) for d, held in prompts[0]]
    held = claims(audit.report, scene.versions, bare, scene.decisions[0].person, prompts[1])
    assert not held["a_copy_is_erased_prompt_by_prompt"]


def test_claims_on_erasing_rest_on_nonces_links_and_vectors(scene, monkeypatch):
    vectors, person = scene.search["kept"].rows, scene.versions[0].person
    assert all(claims(erasure.report, scene.versions, vectors, person).values())
    noise = np.random.default_rng(0).normal(size=vectors.shape)
    assert not claims(erasure.report, scene.versions, noise, person)["vectors_give_away"]
    monkeypatch.setattr(erasure, "commitment", lambda nonce, *rest: store.commitment("", *rest))
    monkeypatch.setattr(erasure, "problems", lambda *rest: "")
    monkeypatch.setattr(erasure, "residue", lambda: [[*row[:3], "left", "left"] for row in RESIDUE])
    without = claims(erasure.report, scene.versions, vectors, person)
    fall = ("nonce_must_go", "text_in_the_chain_breaks_it", "erase_needs_both", "a_reader_keeps_the_log")
    assert not any(without[c] for c in fall)


RESIDUE = erasure.residue()
