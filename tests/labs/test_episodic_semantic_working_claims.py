"""Each claim that the post leans on falls when the piece it rests on is broken."""

import numpy as np
import pytest
from labs.episodic_semantic_working import (
    event,
    exact,
    found,
    found_arms,
    found_stores,
    history,
    recall,
    tasks,
    views,
    world,
)
from labs.record import Results

SMALL = world.drawn(0, users=300)


def falls(add, *arguments):
    """The claims that do not hold after `add`."""
    results = Results()
    add(results, *arguments)
    return {name for name, claim in results.claims.items() if not claim.holds[0]}


@pytest.fixture(scope="module")
def drawn():
    return world.drawn(0)


def with_rule(change):
    """`play` with its count passed through `change` first."""
    play = world.play
    return lambda drawn, k=2, **more: play(drawn, change(k), **more)


def test_nothing_falls_while_nothing_is_broken(drawn):
    for add in (found.add_lock, found.add_counts, found_arms.add_arms):
        assert not falls(add, drawn)
    for add in (found_arms.add_estimate, found_stores.add_view, found_stores.add_recall, found_stores.add_split):
        assert not falls(add, 0)
    assert not falls(found.add_event)
    assert not falls(found_arms.add_formats)
    assert not falls(found_stores.add_tasks)
    assert not falls(found_stores.add_reader)


def test_the_event_falls_if_a_fact_could_be_unlearnt_without_a_drop(monkeypatch):
    monkeypatch.setitem(event.RULES, "stores successes only", 4.0)
    assert "event_of_the_lead" in falls(found.add_event)


@pytest.mark.parametrize("claim", ["only_ends_at_guessing", "most_are_stuck", "own_yardstick_is_blind"])
def test_the_lock_falls_if_a_fact_is_dropped_after_all(claim, drawn, monkeypatch):
    monkeypatch.setattr(world, "play", with_rule(lambda k: 3 if k == np.inf else k))
    assert claim in falls(found.add_lock, drawn)


@pytest.mark.parametrize(
    ("claim", "change"),
    [
        ("count_matches_belief", lambda k: 1),
        ("simulation_agrees", lambda k: k + 1),
    ],
)
def test_a_claim_on_counts_falls_if_the_agent_counts_otherwise(claim, change, drawn, monkeypatch):
    monkeypatch.setattr(world, "play", with_rule(change))
    assert claim in falls(found.add_counts, drawn)


@pytest.mark.parametrize(
    ("claim", "share"),
    [
        ("three_restores", lambda k, rates: 0.5),
        ("three_is_the_safe_start", lambda k, rates: 0.9 - 0.01 * abs(k - 2)),
        ("one_drops_good_facts", lambda k, rates: 0.9),
        ("best_count_follows_rates", lambda k, rates: -abs(k - 4 + 10 * rates.false)),
    ],
)
def test_a_claim_on_counts_falls_if_the_chain_says_otherwise(claim, share, monkeypatch):
    monkeypatch.setattr(exact, "share", share)
    assert claim in falls(found.add_counts, SMALL)


@pytest.mark.parametrize(
    ("claim", "arm", "other"),
    [
        ("in_turn_beats_guessing", "three, then a random format", {"k": 3}),
        ("praise_needs_more", "three in ten wrong ones praised, three in a row", {"k": 3}),
    ],
)
def test_a_claim_on_arms_falls_with_its_arm(claim, arm, other, monkeypatch):
    monkeypatch.setitem(found_arms.ARMS, arm, other)
    assert claim in falls(found_arms.add_arms, SMALL)


def test_the_claim_on_random_tries_falls_if_one_of_them_counts_what_failed(monkeypatch):
    counts = {"worth": 0.3, "fade": 0.7}
    monkeypatch.setitem(found_arms.TRIED, "a random try now and then", [{"explore": 0.2}, counts])
    assert "exploring_and_expiry_fall_short" in falls(found_arms.add_ways, SMALL)


def test_the_claim_on_names_falls_if_a_name_is_not_stored(monkeypatch):
    share = exact.share
    monkeypatch.setattr(exact, "share", lambda k, rates: share(k, exact.Rates(rates.change, rates.false)))
    assert {"names_recover", "asking_needs_no_count"} <= set(falls(found_arms.add_arms, SMALL))


def test_the_claim_on_fading_counters_falls_if_they_do_not_fade(monkeypatch):
    monkeypatch.setitem(found_arms.TRIED, "two counters that fade", [{"worth": share} for share in (0.4, 0.6, 0.8)])
    assert "fading_counters_keep_up" in falls(found_arms.add_ways, SMALL)


def test_the_claim_on_more_formats_falls_if_more_formats_called_for_another_count(monkeypatch):
    monkeypatch.setattr(exact, "share", lambda k, rates: 0.9 - 0.02 * abs(k - rates.formats / 4))
    assert "three_for_more_formats" in falls(found_arms.add_formats)


def test_the_rates_cannot_be_read_if_a_second_failure_is_taken_for_a_success(monkeypatch):
    estimate = history.estimate
    monkeypatch.setattr(
        history,
        "estimate",
        lambda logs: estimate([[(v, ok or i % 5 == 0) for i, (v, ok) in enumerate(x)] for x in logs]),
    )
    assert "rates_can_be_read" in falls(found_arms.add_estimate, 0)


def test_praise_is_not_read_as_change_if_nothing_is_praised(monkeypatch):
    play = world.play
    monkeypatch.setattr(world, "play", lambda *args, praise=0.0, **arms: play(*args, **arms))
    assert "praise_reads_as_change" in falls(found_arms.add_estimate, 0)


def test_a_name_is_no_row_if_the_query_is_not_told_of_it(monkeypatch):
    by_query = views.by_query
    monkeypatch.setattr(views, "by_query", lambda drawn, k, looks, names=0.0: by_query(drawn, k, looks))
    assert falls(found_stores.add_view, 0) == {"names_are_rows_too"}


def test_the_view_falls_if_it_looks_at_all_rows_for_a_success(monkeypatch):
    newest = views.newest
    monkeypatch.setattr(views, "newest", lambda rows, k: newest(rows, len(rows)) if rows else None)
    assert "fact_is_three_rows" in falls(found_stores.add_view, 0)


@pytest.mark.parametrize(
    ("piece", "other"), [("LIMIT 3", "LIMIT 4"), (" OR named IS NOT NULL", ""), ("'ok'", "'fail'")]
)
def test_the_printed_query_gives_another_fact_if_a_piece_of_it_is_changed(piece, other, monkeypatch):
    assert piece in views.FACT
    monkeypatch.setattr(views, "FACT", views.FACT.replace(piece, other))
    assert falls(found_stores.add_view, 0) == {"query_gives_the_fact"}


def test_likeness_finds_the_newest_if_each_row_has_words_of_its_own_that_the_question_repeats(monkeypatch):
    found_rows = recall.found

    def by_time(seed, rows_each):
        right = found_rows(seed, rows_each)
        return dict.fromkeys(right, right[recall.WAYS[-1]])

    monkeypatch.setattr(recall, "found", by_time)
    assert "likeness_loses_the_newest" in falls(found_stores.add_recall, 0)


@pytest.mark.parametrize(
    ("claim", "name", "by"),
    [
        ("replay_pays", "whole log, replayed", "the fact, copied"),
        ("replay_pays", "the fact, copied", "nothing"),
        ("three_rows_are_no_log", "newest 3 rows, replayed", "whole log, replayed"),
        ("replay_beats_the_query_at_the_split", "whole log, replayed", "newest 3 of each kind"),
        ("changing_wishes_shrink_the_gain", "whole log, replayed", "the fact, copied"),
        ("changing_wishes_shrink_the_gain", "newest 20 rows, replayed", "nothing"),
    ],
)
def test_a_claim_on_the_log_falls_with_what_was_kept(claim, name, by, monkeypatch):
    monkeypatch.setitem(found_stores.KEPT, name, found_stores.KEPT[by])
    assert claim in falls(found_stores.add_split, 0)


def test_the_shrunken_gain_falls_if_no_wish_changes(monkeypatch):
    monkeypatch.setattr(world, "CHANGE", 0.0)
    assert "changing_wishes_shrink_the_gain" in falls(found_stores.add_split, 0)


@pytest.mark.parametrize(
    ("claim", "place", "other"),
    [
        ("task_in_the_key", "by task, never cleared", lambda: tasks.Slot(False, False)),
        ("task_in_the_key", "log, newest of the user", lambda: tasks.Log(True)),
        ("clearing_spares_the_next_task", "fact: by user, replaced", lambda: tasks.Slot(False, True)),
        ("clearing_spares_the_next_task", "by user, ends with a task", lambda: tasks.Slot(False, False)),
        ("kept_log_reaches_the_next_task", "log, newest of the user", lambda: tasks.Slot(False, True)),
    ],
)
def test_a_claim_on_tasks_falls_with_its_place(claim, place, other, monkeypatch):
    monkeypatch.setitem(tasks.PLACES, place, other)
    assert claim in falls(found_stores.add_tasks)


def test_the_map_falls_if_a_kind_does_no_better_under_its_own_rule():
    places = {name: tasks.tried(name) for name in tasks.PLACES}
    wrong = {"the fact, copied": 2.0, "whole log, replayed": 1.5, "newest 3 rows, replayed": 2.0}
    assert falls(found_stores.add_map, wrong, places, SMALL) == {"each_breaks_under_anothers_rule"}
    wrong["whole log, replayed"] = 0.5
    assert not falls(found_stores.add_map, wrong, places, SMALL)
