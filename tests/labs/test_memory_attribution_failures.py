"""The lab memory_attribution_failures: the worlds on cases worked by hand, each claim broken once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from labs.memory_attribution_failures import (
    found,
    keys,
    labels,
    pairs,
    pipeline,
    survey,
    texts,
    worlds,
)
from labs.memory_attribution_failures.worlds import ASKER, SLOT, Query, answers, outcomes
from labs.record import Results

ROWS = survey.read("reports")


@pytest.fixture(autouse=True)
def fresh():
    """What one test breaks, no other remembers."""
    found.shares.cache_clear()
    yield
    found.shares.cache_clear()


def holds(measure, *arguments):
    """The claims of a part of the lab, by name."""
    r = Results()
    measure(r, *arguments)
    return {name: claim.holds[0] for name, claim in r.claims.items()}


def test_a_world_holds_for_each_user_and_slot_two_values_said_and_then_another_suggested():
    w = worlds.world(np.random.default_rng(0))
    assert len(w.user) == 10 * 8 * 3
    assert w.current().sum() == 80
    for user, slot in ((0, 0), (9, 7)):
        mine = (w.user == user) & (w.slot == slot)
        assert len(set(w.fact[mine])) == 3
        assert w.said[mine].tolist() == [True, True, False]
        assert (np.diff(w.time[mine]) > 0).all()
        assert w.current()[mine].tolist() == [False, True, False]


def test_a_suggestion_at_a_random_place_is_one_of_three_and_the_last_said_is_current():
    w = worlds.world(np.random.default_rng(0), anywhere=True)
    places = (~w.said).reshape(-1, 3)
    assert (places.sum(1) == 1).all()
    assert (places.mean(0) > 0.2).all()
    said = w.said.reshape(-1, 3)
    assert (w.current().reshape(-1, 3).argmax(1) == np.where(said[:, 2], 2, 1)).all()


def test_the_key_of_a_fact_by_a_list_is_the_question_that_its_own_user_would_ask(monkeypatch):
    score = np.zeros((80, 320))
    score[9 * 8 + 3, 9 * 32 :] = 1  # the last user's fourth question is nearest to all of that user's facts
    monkeypatch.setattr(texts, "cosines", lambda kind: (score, None))
    keys = worlds.listed.__wrapped__("User", "cosine")
    assert keys[9 * 32 :].tolist() == [3] * 32
    assert set(keys[: 9 * 32]) == {0}


def test_a_row_that_is_picked_by_hand_is_named_for_what_it_is():
    w = worlds.world(np.random.default_rng(1))
    per = 3
    rows = np.arange(80) * per  # the old value of each question
    assert set(outcomes(w, rows)) == {"old"}
    assert set(outcomes(w, rows + 1)) == {"right"}
    assert set(outcomes(w, rows + 2)) == {"suggested"}
    assert set(outcomes(w, np.roll(rows, 8 * 1))) == {"other user"}
    assert set(outcomes(w, rows[ASKER * 8 + (SLOT + 1) % 8])) == {"other slot"}
    assert set(outcomes(w, np.full(80, -1))) == {"nothing"}


def test_flipped_labels_leave_the_truth_alone_and_always_name_somebody_else():
    w = worlds.world(np.random.default_rng(2))
    noisy = worlds.flipped(w, np.random.default_rng(3), owner=1.0, speaker=1.0, key=1.0, name=1.0)
    assert (noisy.fact // 32 != w.user).all()
    assert (noisy.fact % 32 == w.fact % 32).all()
    assert (noisy.key != w.slot).all()
    assert (noisy.owner != w.user).all()
    assert (noisy.speaker != w.said).all()
    assert (noisy.user == w.user).all()


def test_the_filters_keep_only_rows_with_their_label():
    w = worlds.world(np.random.default_rng(4))
    rows = answers(w, Query(owner=True, speaker=True), "User")
    assert (w.owner[rows] == ASKER).all()
    assert w.speaker[rows].all()
    rows = answers(w, Query(named=True), "serial ids", missing=True)
    assert (w.user[rows] == ASKER).all()
    assert (w.slot[rows] != SLOT).all()


def test_a_name_is_found_at_the_start_of_its_own_facts_only():
    for kind in found.NAMED:
        own = np.repeat(np.arange(10), 32)
        assert (texts.names_user(kind) == (own == np.arange(10)[:, None])).all(), kind
    assert texts.names_user("User").all()


def test_bm25_prefers_the_row_with_the_rare_word_of_the_question():
    w = worlds.world(np.random.default_rng(5))
    best = worlds.bm25(w.fact, "hex ids").argmax(1)
    assert (w.user[best] == ASKER).mean() > 0.95


def test_bm25_of_what_was_never_said_is_that_of_a_store_without_those_rows():
    w = worlds.world(np.random.default_rng(6))
    present = (w.user != ASKER[:, None]) | (w.slot != SLOT[:, None])
    for kind in ("User", "serial ids"):
        with_all = worlds.bm25(w.fact, kind)
        without = worlds.bm25(w.fact, kind, present)
        for q in (0, 37, 79):
            alone = worlds.bm25(w.fact[present[q]], kind)[q]
            assert without[q, present[q]] == pytest.approx(alone, abs=2e-6)
            assert alone.max() == 1
            moved = abs(with_all[q, present[q]] - alone).max()
            assert moved > (0.1 if kind == "serial ids" else 0), "scaled by a row that is not there"


def test_the_newest_of_few_is_the_newest_of_the_nearest_rows_that_the_filters_leave():
    w = worlds.world(np.random.default_rng(7))
    nearest = answers(w, Query(True, True), "first names")
    assert (answers(w, Query(True, True, "few", few=1), "first names") == nearest).all()
    whole = answers(w, Query(True, True, "few", few=len(w.fact)), "first names")
    mine = (w.owner == ASKER[:, None]) & w.speaker
    assert (whole == np.where(mine, w.time, -1).argmax(1)).all()


def changed(monkeypatch, **fields):
    """The survey with a column of each report overwritten."""
    rows = [row | fields for row in ROWS]
    monkeypatch.setattr(
        survey, "read", lambda name: rows if name == "reports" else [{"query": "q18", "names": "", "neutral": "yes"}]
    )


def test_the_counts_of_reports_are_claims_that_can_fail(monkeypatch):
    assert all(holds(survey.measure).values())
    changed(monkeypatch, hop="extract", other="")
    lost = holds(survey.measure)
    assert not any(lost[c] for c in ("half_had_it", "every_hop_breaks", "owner_lost_late", "subject_lost_early"))
    changed(monkeypatch, hop="return", other="")
    lost = holds(survey.measure)
    assert not lost["subject_lost_early"]
    assert not lost["return_is_rare"]


def test_every_report_is_dated_linked_once_and_coded_with_known_words():
    assert len({row["url"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert row["url"].startswith(f"https://github.com/{row['project']}/"), row
        assert row["hop"] in pipeline.HOPS, row
        assert row["other"] in ("", *pipeline.HOPS), row
        assert row["other"] != row["hop"], row
        assert row["field"] in survey.FIELDS, row
        assert row["date"][:2] == "20", row
        assert set(row["query"].split()) <= {q["query"] for q in survey.read("queries")}, row


def test_the_bounds_are_the_least_and_most_over_both_readings():
    rows = [{"hop": "store", "other": ""}, {"hop": "store", "other": "use"}, {"hop": "use", "other": "store"}]
    assert survey.bounds(rows, "store".__eq__) == (2, 1, 3)


def broken_answers(monkeypatch, **changes):
    """Every read query with some of its parts taken away."""
    right = worlds.answers
    monkeypatch.setattr(
        worlds, "answers", lambda w, q, kind, missing=False: right(w, replace(q, **changes), kind, missing)
    )


def test_without_its_owner_filter_the_lab_claims_no_end_of_leaks(monkeypatch):
    assert all(holds(found.names, 0).values())
    found.shares.cache_clear()
    broken_answers(monkeypatch, owner=False)
    assert not holds(found.names, 0)["absence_leaks"]


def test_where_every_text_names_the_asker_no_name_claim_is_left(monkeypatch):
    broken_answers(monkeypatch, named=True)
    lost = holds(found.names, 0)
    gone = ("absence_leaks", "serial_ids_leak", "cut_is_no_filter", "words_help_by_half", "leak_by_question")
    assert not any(lost[c] for c in gone)


def test_where_names_are_lost_from_the_text_they_do_not_look_safe(monkeypatch):
    right = texts.cosines
    monkeypatch.setattr(texts, "cosines", lambda kind: right("User"))
    assert not holds(found.names, 0)["names_look_safe"]


def test_without_the_key_the_claims_about_old_and_new_fail(monkeypatch):
    assert all(holds(found.fields, 0).values())
    assert all(holds(keys.measure, 0).values())
    found.shares.cache_clear()
    broken_answers(monkeypatch, pick="nearest")
    lost = holds(found.fields, 0) | holds(keys.measure, 0)
    gone = (
        "each_field_is_needed",
        "suggestion_wins",
        "worth_depends",
        "newest_needs_a_key",
        "list_needs_its_words",
        "two_fits_two",
    )
    assert not any(lost[c] for c in gone)


def test_with_a_key_in_every_query_nothing_is_a_lottery(monkeypatch):
    broken_answers(monkeypatch, pick="newest", speaker=True)
    lost = holds(found.fields, 0)
    assert not lost["owner_leaves_lottery"]
    assert not lost["speaker_leaves_a_coin"]


def test_where_every_list_is_as_good_as_the_label_no_wording_is_claimed_to_matter(monkeypatch):
    broken_answers(monkeypatch, key="stored")
    assert not holds(keys.measure, 0)["list_needs_its_words"]


def test_without_wrong_labels_the_claims_about_them_fail(monkeypatch):
    assert all(holds(labels.noise, 0).values())
    found.shares.cache_clear()
    monkeypatch.setattr(worlds, "flipped", lambda w, *_: w)
    assert not any(holds(labels.noise, 0).values())


def test_without_wrong_keys_nothing_is_claimed_of_their_cost(monkeypatch):
    monkeypatch.setattr(worlds, "flipped", lambda w, *_: w)
    assert not holds(keys.measure, 0)["wrong_keys_cost"]


def test_without_the_bound_on_similarity_the_key_has_no_second_opinion(monkeypatch):
    broken_answers(monkeypatch, near=-1.0)
    assert not holds(labels.noise, 0)["key_and_near"]


def test_without_the_check_of_the_name_the_leak_goes_on(monkeypatch):
    broken_answers(monkeypatch, named=False)
    lost = holds(labels.noise, 0)
    assert not lost["two_marks_against_leaks"]
    assert not lost["trust_the_better_mark"]
    assert not lost["sound_mark_is_cheaper"]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_pairs_that_are_always_won_or_always_lost_support_no_claim(monkeypatch, share):
    assert all(holds(pairs.measure).values())
    monkeypatch.setattr(pairs, "wins", lambda way: dict.fromkeys(texts.SLOTS, (int(48 * share), 48)))
    assert not any(holds(pairs.measure).values())


def test_of_the_reports_that_are_drawn_one_stands_at_each_hop_and_only_use_has_a_second_reading():
    drawn = [row for row in ROWS if row["url"].removeprefix("https://github.com/") in survey.SHOWN]
    assert {row["field"] for row in drawn} == {"speaker"}
    assert {row["hop"]: row["other"] for row in drawn if row["other"]} == {"use": "extract"}
    assert sorted(row["hop"] for row in drawn) == sorted(pipeline.HOPS)


def test_without_the_filter_by_speaker_suggestions_come_back(monkeypatch):
    assert holds(found.fields, 0)["filter_ends_suggestions"]
    found.shares.cache_clear()
    broken_answers(monkeypatch, speaker=False)
    assert not holds(found.fields, 0)["filter_ends_suggestions"]
