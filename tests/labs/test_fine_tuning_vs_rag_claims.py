"""The claims of the lab fine_tuning_vs_rag: each falls when the piece of the lab that it rests on is broken."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from labs.fine_tuning_vs_rag import found, found_decay, found_reading, found_story, found_trained, stores
from labs.record import Results

KEYED, NEAREST, ONCE, HANDED = stores.keyed, stores.nearest, stores.once, stores.handed
OUTCOME, HELD = stores.outcome, found_reading.held


def falls(part, *arguments) -> set[str]:
    """The claims of a part of the lab that do not hold, as it stands now."""
    r = Results()
    part(r, *arguments)
    assert r.claims
    return {name for name, claim in r.claims.items() if not claim.holds[0]}


def test_every_claim_holds_as_the_lab_stands():
    for part in (found.add_stores, found.add_keys, found_decay.add_decay, found_reading.add_growth):
        assert falls(part, 0) == set()
    for part in (found.add_example, found_trained.add_trained, found_reading.add_reading, found_story.add_story):
        assert falls(part) == set()


def test_a_store_that_loses_its_keys_decays_as_appending_does(monkeypatch):
    monkeypatch.setattr(stores, "keyed", lambda rows, missed, seed: KEYED(rows, 1.0, seed))
    assert falls(found.add_stores, 0) >= {"append_decays", "filter_is_no_clock", "now_is_no_clock"}
    short = {"decay_falls_short", "no_decay_fits", "no_decay_fits_own", "margin_falls_short"}
    assert falls(found_decay.add_decay, 0) == short


def test_a_margin_of_nothing_is_no_better_than_the_nearest_row(monkeypatch):
    monkeypatch.setattr(found_decay, "MARGIN", 0.0)
    assert falls(found_decay.add_decay, 0) == {"margin_falls_short", "margin_is_best"}


def test_a_slow_fading_that_fades_fast_does_not_come_close(monkeypatch):
    def fast(rows, form, **how):
        return NEAREST(rows, form, **{**how, "half_life": how["half_life"] / 50 if "half_life" in how else None})

    monkeypatch.setattr(stores, "nearest", fast)
    assert falls(found_decay.add_decay, 0) == {"slow_decay_comes_close"}


def test_a_store_in_which_no_key_is_missed_costs_nothing(monkeypatch):
    monkeypatch.setattr(stores, "keyed", lambda rows, missed, seed: KEYED(rows, 0.0, seed))
    assert falls(found.add_keys, 0) == {"missed_keys_cost"}


def test_a_newest_of_five_that_only_looks_at_the_nearest_is_no_worse(monkeypatch):
    def first(rows, form, **how):
        return NEAREST(rows, form, **{**how, "newest_of": 1})

    monkeypatch.setattr(stores, "nearest", first)
    assert falls(found.add_stores, 0) == {"newest_is_worse"}


def test_updates_that_say_now_in_vain_are_no_worse_than_without(monkeypatch):
    monkeypatch.setattr(stores, "nearest", lambda rows, form, **how: NEAREST(rows, form, **{**how, "now": False}))
    assert falls(found.add_stores, 0) == {"now_is_no_clock"}


def test_newest_rows_that_are_not_of_another_fact_would_be_told(monkeypatch):
    monkeypatch.setattr(stores, "outcome", lambda answers, truth: np.minimum(OUTCOME(answers, truth), 1))
    assert falls(found.add_stores, 0) == {"newest_is_worse"}


def test_a_parrot_nearer_than_the_dog_ends_the_example(monkeypatch):
    turned = stores.sentences()[:, [2, 1, 0, 3]]
    monkeypatch.setattr(stores, "sentences", lambda now=False: turned)
    assert falls(found.add_example) == {"dog_is_nearer"}


def test_without_listing_texts_once_a_long_history_hides_the_newest_row(monkeypatch):
    monkeypatch.setattr(stores, "once", list)
    assert falls(found_reading.add_growth, 0) == {"once_keeps_newest"}
    monkeypatch.setattr(stores, "once", ONCE)
    monkeypatch.setattr(stores, "handed", lambda rows, form, count, **how: HANDED(rows, form, 60, **how))
    assert falls(found_reading.add_growth, 0) == {"order_has_an_end"}


ALWAYS, NEVER = np.ones(found_reading.ASKED, bool), np.zeros(found_reading.ASKED, bool)


@pytest.mark.parametrize(
    ("changed", "gone"),
    [
        ({"keyed": ALWAYS}, {"adapter_reads", "adapter_helps_all", "one_row_needs_no_training"}),
        ({"keyed_adapter": NEVER}, {"adapter_reads", "adapter_helps_all"}),
        ({"keyed_one": NEVER}, {"one_row_needs_no_training"}),
        ({"keyed_three": NEVER}, {"one_row_needs_no_training"}),
        ({"keyed_three": ALWAYS}, {"one_row_needs_no_training"}),
        ({"changed": ALWAYS}, {"adapter_reads"}),
        ({"changed_adapter": NEVER}, {"adapter_reads"}),
        ({"other_words_one": NEVER}, {"one_row_helps_other_words"}),
        ({"other_words_one_adapter": ALWAYS}, {"one_row_helps_other_words"}),
        ({"own_other_words": ALWAYS}, {"lead_needs_the_words"}),
        ({"own_other_words_adapter": ALWAYS}, {"lead_needs_the_words", "margin_catches_reader"}),
        ({"own": ALWAYS}, {"adapter_helps_all", "reader_beats_search_on_log"}),
        ({"append_adapter": NEVER}, {"adapter_helps_all", "order_is_a_clock"}),
        ({"own_newest_first_adapter": ALWAYS}, {"order_is_a_clock"}),
        (
            {"other_words_adapter": ALWAYS},
            {"other_words_stay_hard", "search_suffices_on_list", "one_row_helps_other_words"},
        ),
        (
            {"own_adapter": NEVER},
            {"adapter_helps_all", "order_is_a_clock", "reader_beats_search_on_log", "margin_catches_reader"},
        ),
        ({"without_adapter": ALWAYS}, {"reads_what_is_there"}),
    ],
)
def test_other_answers_of_the_reading_model_would_be_told(monkeypatch, changed, gone):
    answered = found_reading.answered
    names = {way: name for name, way in found_reading.WAYS.items()}
    monkeypatch.setattr(
        found_reading, "answered", lambda way: changed[names[way]] if names[way] in changed else answered(way)
    )
    assert falls(found_reading.add_reading) == gone


def test_rows_by_key_that_hold_old_values_would_be_told(monkeypatch):
    monkeypatch.setattr(found_reading.stores, "keyed", lambda rows, missed, seed: list(rows))
    with pytest.raises(ValueError, match="not in its answers"):  # other rows are other prompts
        falls(found_reading.add_reading)
    _, alone = found_reading.held(found_reading.Way("keyed", False))
    assert not alone.all()


def test_own_rows_without_an_old_value_would_be_told(monkeypatch):
    monkeypatch.setattr(found_reading, "held", lambda way: (HELD(way)[0],) * 2)
    assert falls(found_reading.add_reading) == {"order_is_a_clock"}


def test_an_oldest_value_that_is_true_again_is_not_counted_as_old():
    left, named = found_reading.turned()
    found, truth = found_reading.handed("own", 0)
    for fact in range(found_reading.ASKED):
        first = next(row.value for row in found[fact] if row.fact == fact)
        assert left[fact] == (first != truth[fact])
    assert not (named & ~left).any()
    _, alone = found_reading.held(found_reading.WAYS["own_adapter"])
    assert left.sum() < (~alone).sum()  # some facts came back to their first value


def test_a_search_that_finds_no_row_of_the_list_would_not_suffice(monkeypatch):
    searched = found_reading.searched
    monkeypatch.setattr(found_reading, "searched", lambda rows, form=0: 0 if rows == "keyed" else searched(rows, form))
    assert falls(found_reading.add_reading) == {"search_suffices_on_list", "one_row_helps_other_words"}


def test_a_search_of_own_rows_that_other_words_do_not_harm_would_be_told(monkeypatch):
    searched = found_reading.searched
    monkeypatch.setattr(found_reading, "searched", lambda rows, form=0: searched(rows, 0 if rows == "own" else form))
    assert falls(found_reading.add_reading) == {"lead_needs_the_words"}


def test_a_margin_of_nothing_does_not_catch_the_reader(monkeypatch):
    monkeypatch.setattr(found_reading, "MARGIN", 0.0)
    assert falls(found_reading.add_reading) == {"margin_catches_reader"}


def test_a_reader_that_named_the_newest_of_turned_rows_would_be_told(monkeypatch):
    chosen, newest = found_reading.chosen, found_reading.world()[0].now[-1][: found_reading.ASKED]
    turned = found_reading.WAYS["own_newest_first_adapter"]
    monkeypatch.setattr(found_reading, "chosen", lambda way: newest if way == turned else chosen(way))
    assert falls(found_reading.add_reading) == {"order_is_a_clock", "turned_names_oldest"}


def test_an_adapter_that_costs_prose_would_be_told(monkeypatch):
    kept = found_reading.record()
    monkeypatch.setattr(found_reading, "record", lambda: kept | {"perplexity": [10.0, 10.6]})
    assert falls(found_reading.add_reading) == {"prose_survives"}


@pytest.mark.parametrize(
    ("arm", "like", "gone"),
    [
        ("naive", "ledger", {"rounds_gain_nothing", "replay_keeps", "one_answer_for_most"}),
        ("transcript", "shuffled", {"transcript_loses", "alike"}),
        ("naive stopped", "ledger", {"stopping_no_help"}),
        ("replay ledger", "naive", {"replay_keeps", "replay_needs_ledger"}),
        ("replay log", "ledger", {"replay_needs_ledger"}),
        ("transcript", "ledger", {"transcript_loses", "alike"}),
        ("transcript now", "ledger", {"now_falls_short"}),
        ("ledger, two wordings", "ledger", {"two_wordings_help"}),
        ("shuffled", "ledger", {"shuffled_is_bad"}),
        ("ledger", "transcript", {"transcript_loses", "words_matter", "now_falls_short"}),
    ],
)
@pytest.mark.parametrize("seed", ["0", "1"])
def test_an_arm_that_answered_like_another_in_one_run_would_be_told(monkeypatch, arm, like, gone, seed):
    record = copy.deepcopy(found_trained.kept())
    record["runs"][seed][arm]["answers"] = record["runs"][seed][like]["answers"]
    monkeypatch.setattr(found_trained, "kept", lambda: record)
    assert gone <= falls(found_trained.add_trained)


def test_a_naive_run_that_kept_what_never_changed_would_be_told(monkeypatch):
    record = copy.deepcopy(found_trained.kept())
    truth = found_trained.History(1).now[20]
    record["runs"]["1"]["naive"]["rounds"]["20"] = "".join(map(str, truth))
    monkeypatch.setattr(found_trained, "kept", lambda: record)
    assert falls(found_trained.add_trained) == {"training_forgets", "replay_keeps"}


@pytest.mark.parametrize("seed", ["0", "1"])
def test_a_first_round_that_spoilt_answers_with_values_it_never_taught_would_be_told(monkeypatch, seed):
    record = copy.deepcopy(found_trained.kept())
    history = found_trained.History(int(seed))
    left = sorted(set(range(100)) - {row.fact for row in history.transcript if row.round == 1})
    after = list(record["runs"][seed]["naive"]["rounds"]["1"])
    for fact in left:
        after[fact] = str((int(history.now[0][fact]) + 1) % 4)
    record["runs"][seed]["naive"]["rounds"]["1"] = "".join(after)
    monkeypatch.setattr(found_trained, "kept", lambda: record)
    assert "spoilt_by_news" in falls(found_trained.add_trained)


def test_replay_from_the_log_that_gains_more_than_half_would_be_told(monkeypatch):
    record = copy.deepcopy(found_trained.kept())
    record["runs"]["0"]["replay log"]["answers"] = record["runs"]["0"]["transcript"]["answers"]
    monkeypatch.setattr(found_trained, "kept", lambda: record)
    assert falls(found_trained.add_trained) == {"replay_needs_ledger"}


@pytest.mark.parametrize("seed", ["0", "1"])
def test_a_transcript_whose_wrong_answers_were_never_true_would_be_told(monkeypatch, seed):
    record, history = copy.deepcopy(found_trained.kept()), found_trained.History(int(seed))
    transcript = record["runs"][seed]["transcript"]
    had = [{row.value for row in history.transcript if row.fact == fact} for fact in range(100)]
    given = [int(value) for value in transcript["answers"][0]]
    for fact, (value, true) in enumerate(zip(given, history.now[-1], strict=True)):
        if value != true:
            given[fact] = min({0, 1, 2, 3} - had[fact], default=value)
    transcript["answers"][0] = "".join(map(str, given))
    monkeypatch.setattr(found_trained, "kept", lambda: record)
    assert falls(found_trained.add_trained) == {"transcript_loses"}


def test_ivans_story_falls_with_a_store_that_returns_his_newest_pet(monkeypatch):
    def newest(rows, form, **how):
        found = NEAREST(rows, form, **how)
        found[found_story.PET] = max((row for row in rows if row.fact == found_story.PET), key=lambda row: row.round)
        return found

    monkeypatch.setattr(stores, "nearest", newest)
    assert falls(found_story.add_story) == {"story_store"}


@pytest.mark.parametrize(
    ("arm", "like", "gone"),
    [
        ("naive", "ledger", {"story_trained"}),
        ("replay ledger", "naive", {"story_replay"}),
        ("replay log", "ledger", {"story_replay"}),
    ],
)
def test_ivans_story_falls_with_a_run_that_answered_otherwise(monkeypatch, arm, like, gone):
    record = copy.deepcopy(found_trained.kept())
    record["runs"]["0"][arm]["answers"] = record["runs"]["0"][like]["answers"]
    monkeypatch.setattr(found_trained, "kept", lambda: record)
    assert falls(found_story.add_story) == gone


@pytest.mark.parametrize(
    ("way", "like", "gone"),
    [
        ("keyed", "keyed_adapter", {"story_read"}),
        ("own", "own_adapter", {"story_order"}),
        ("own_newest_first_adapter", "own_adapter", {"story_order"}),
    ],
)
def test_ivans_story_falls_with_a_reader_that_chose_otherwise(monkeypatch, way, like, gone):
    picked = found_story.picked
    monkeypatch.setattr(found_story, "picked", lambda name, fact: picked(like if name == way else name, fact))
    assert falls(found_story.add_story) == gone
