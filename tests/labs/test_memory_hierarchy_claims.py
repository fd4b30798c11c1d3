"""The claims of the lab memory_hierarchy: each falls when the piece of the lab that it rests on is broken."""

from __future__ import annotations

import zlib
from itertools import combinations

import numpy as np
import pytest
from labs.language_model import Score
from labs.memory_hierarchy import columns, dated, once, paths, quarter, says, stack, store, story, windows, world
from labs.memory_hierarchy.ranks import ranked
from labs.record import Results

WORLD = world.world(0)


def falls(part, *arguments) -> set[str]:
    """The claims of a part of the lab that do not hold, as it stands now."""
    r = Results()
    part(r, *arguments)
    assert r.claims
    return {name for name, claim in r.claims.items() if not claim.holds[0]}


def oldest_first(all_of, question, among=None):
    """A search that knows customers and dates: the customer of the question, oldest row first."""
    named = [owner for owner, name in enumerate(world.OWNERS) if name in question]
    return np.lexsort((all_of.day, ~np.isin(all_of.owner, named)))


def blind(all_of, question, among=None):
    """A search that knows nothing."""
    return np.argsort(all_of.order)


def preferring(*kinds):
    """A search that has rows of these kinds, of the customer of the question, first."""

    def ranked(all_of, question, among=None):
        named = [owner for owner, name in enumerate(world.OWNERS) if name in question]
        wanted = np.isin(all_of.kind, [world.KINDS.index(kind) for kind in kinds]) & np.isin(all_of.owner, named)
        return np.lexsort((all_of.order, ~wanted))

    return ranked


def told(r):
    story.tell(r, WORLD)


def test_every_claim_holds_as_the_lab_stands():
    r = Results()
    windows.measure(r, WORLD, 0)
    for part in (paths.facts, paths.ever, paths.rules):
        part(r, WORLD)
    assert all(claim.holds[0] for claim in r.claims.values())


@pytest.mark.parametrize(
    ("search", "claims"),
    [
        (
            oldest_first,
            {"most_empty", "cliff_moves", "retry_leaves_gaps", "like_a_draw", "most_rows_needed", "worked_at_first"},
        ),
        (blind, {"customer_first_no_help", "dates_first_enough", "cliff_moves"}),
    ],
)
def test_the_claims_on_fortnights_fall_with_another_search(search, claims, monkeypatch):
    monkeypatch.setattr(windows, "ranked", search)
    assert claims <= falls(windows.measure, WORLD, 0)


def test_complete_by_construction_falls_where_a_fortnight_holds_more_than_the_cut(monkeypatch):
    monkeypatch.setattr(windows, "K", 4)
    assert {"first_complete", "anywhere_alike"} <= falls(windows.measure, WORLD, 0)


@pytest.mark.parametrize("once", [lambda all_of, order: order, lambda all_of, order: order[:1]])
def test_a_quarter_is_not_shown_by_twenty_texts_that_repeat_or_by_one(once, monkeypatch):
    assert not falls(quarter.measure, WORLD)
    monkeypatch.setattr(quarter, "one_a_text", once)
    assert falls(quarter.measure, WORLD) == {"quarter_cut"}


def test_a_quarter_is_shown_where_more_rows_are_handed_over(monkeypatch):
    monkeypatch.setattr(quarter, "K", 50)
    assert falls(quarter.measure, WORLD) == {"quarter_cut", "quarter_blind_better"}


def test_a_blind_draw_is_no_better_than_a_search_that_knows_nothing(monkeypatch):
    def nothing(all_of, question, among):
        return np.intersect1d(blind(all_of, question), among)[np.argsort(all_of.order[among])]

    monkeypatch.setattr(quarter, "ranked", nothing)
    assert falls(quarter.measure, WORLD) == {"quarter_cut", "quarter_blind_better"}


@pytest.mark.parametrize("many", [[3], [1, 1], [2, 1, 4], [1, 5, 2, 2]])
def test_the_chance_that_a_blind_draw_shows_every_kind_is_that_of_all_draws(many):
    rows = np.repeat(np.arange(len(many)), many).tolist()
    for k in range(1, len(rows) + 2):
        draws = [set(draw) == set(rows) for draw in combinations(rows, min(k, len(rows)))]
        assert quarter.blind(many, k) == pytest.approx(np.mean(draws))


def test_the_rows_fetched_for_northwind_are_others_with_another_search(monkeypatch):
    assert "story_fetched" not in falls(told)
    monkeypatch.setattr(story, "ranked", preferring("seats"))
    assert falls(told) == {"story_fetched"}
    monkeypatch.setattr(story, "ranked", blind)
    assert falls(told) == {"story_fetched"}
    monkeypatch.setattr(story, "ranked", preferring("outage"))  # all about outages, in several texts
    assert falls(told) == {"story_fetched"}


def test_most_of_northwinds_fortnights_are_not_empty_with_more_rows_fetched(monkeypatch):
    monkeypatch.setattr(windows, "K", 200)
    assert falls(told) == {"northwind_mostly_empty"}


@pytest.mark.parametrize(
    ("part", "search", "claims"),
    [
        (paths.facts, blind, {"facts_found"}),
        (paths.facts, preferring("tax"), {"repeats_crowd_out"}),
        (paths.ever, blind, {"ever_named"}),
        (paths.ever, preferring("export bug", "import bug"), {"ever_named"}),
        (paths.rules, preferring("rule"), {"rules_deep", "rule_behind_others"}),
        (paths.rules, oldest_first, {"rule_behind_others"}),
    ],
)
def test_the_claims_on_other_paths_fall_with_another_search(part, search, claims, monkeypatch):
    monkeypatch.setattr(paths, "ranked", search)
    assert claims <= falls(part, WORLD)


@pytest.mark.parametrize(
    ("search", "claims"),
    [
        (preferring("seats"), {"now_by_similarity", "seats_over_seeds"}),
        (blind, {"now_by_similarity", "labels_cost", "seats_over_seeds"}),
    ],
)
def test_the_claims_on_now_fall_with_another_search(search, claims, monkeypatch):
    monkeypatch.setattr(columns, "ranked", search)
    assert claims <= falls(columns.now, WORLD, 0)


def test_reading_counts_well_with_a_search_that_has_just_those_rows_first(monkeypatch):
    def ranked(all_of, question):
        return preferring("refund" if "refund" in question else "outage")(all_of, question)

    monkeypatch.setattr(columns, "ranked", ranked)
    assert "cut_miscounts" in falls(columns.counts, WORLD, 0)


def test_what_fifty_rows_lack_is_no_fault_of_the_search_where_nothing_else_fits(monkeypatch):
    def ranked(all_of, question):
        return preferring("refund" if "refund" in question else "outage")(all_of, question)

    few = Results()
    monkeypatch.setattr(columns, "ranked", ranked)
    columns.counts(few, WORLD, 0)
    for k in (20, 50, 200):
        assert few.values[f"count_missed_{k}"].value == few.values[f"count_least_{k}"].value


def test_repeats_hide_nothing_from_a_search_that_has_the_newest_rows_first(monkeypatch):
    def ranked(all_of, question, among=None):
        named = [owner for owner, name in enumerate(world.OWNERS) if name in question]
        return np.lexsort((-all_of.day, ~np.isin(all_of.owner, named)))

    monkeypatch.setattr(columns, "ranked", ranked)
    assert "repeats_hide_now" in falls(columns.now, WORLD, 0)


def test_a_filter_by_customer_would_change_something_if_one_row_of_fifty_were_anothers(monkeypatch):
    ranked = columns.ranked

    def first_a_foreign_row(all_of, question, among=None):
        order = ranked(all_of, question, among)
        foreign = order[all_of.owner[order] != all_of.owner[order[0]]][0]
        return np.concatenate([[foreign], order[order != foreign]])

    assert "repeats_hide_now" not in falls(columns.now, WORLD, 0)
    monkeypatch.setattr(columns, "ranked", first_a_foreign_row)
    assert falls(columns.now, WORLD, 0) == {"repeats_hide_now"}


def test_the_rule_is_behind_few_of_northwinds_rows_if_the_filter_by_customer_would_find_it(monkeypatch):
    ranked = paths.ranked

    def own_last(all_of, question, among=None):
        order = ranked(all_of, question, among)
        rule = all_of.kind[order] == world.KINDS.index("rule")
        named = all_of.owner[order] == 0
        return np.concatenate([order[~named], order[named & rule], order[named & ~rule]])

    monkeypatch.setattr(paths, "ranked", own_last)
    assert "rule_behind_others" in falls(paths.rules, WORLD)


def test_counts_of_few_rows_survive_a_lossy_writer():
    assert "counts_break" in falls(columns.counts, WORLD.until(6), 0)


def test_the_count_loses_to_reading_where_reading_sees_every_row(monkeypatch):
    monkeypatch.setattr(columns, "K", 20_000)
    assert "lossy_count_beats_reading" in falls(columns.counts, WORLD, 0)


def test_reading_five_is_no_help_if_only_one_is_read(monkeypatch):
    last_of = columns.last_of
    monkeypatch.setattr(columns, "last_of", lambda rows, seen, many: last_of(rows, seen, 1))
    assert "newest_five" in falls(columns.now, WORLD, 0)


def test_the_cost_of_a_customer_falls_with_long_rows():
    assert falls(paths.cost, WORLD, 5.0, 1000.0) == {"whole_customer_costs", "once_is_cheap"}


def test_dates_in_words_help_only_if_the_memories_have_them(monkeypatch):
    dated.answers.cache_clear()
    monkeypatch.setattr(dated, "dated", lambda part: [part.texts[text] for text in part.text])
    assert falls(dated.measure) == {"dates_in_words"}
    dated.answers.cache_clear()


@pytest.mark.parametrize(
    ("function", "broken"),
    [
        ("newest", lambda db, owner, kind, k=5: db.execute("select id, time, text from memories limit 1").fetchall()),
        ("count", lambda db, owner, kind: 1),
        ("pinned", lambda db, owner: []),
        ("like", lambda db, owner, similarity, k=5: []),
        ("between", lambda db, owner, start, end, similarity, k=20: ([], 0)),
    ],
)
def test_the_whole_store_falls_with_each_of_its_functions(function, broken, monkeypatch):
    last = windows.asked(WORLD, lambda _: [0.0], owners=3)
    assert "whole_stack" not in falls(stack.measure, WORLD, last)
    monkeypatch.setattr(store, function, broken)
    fallen = falls(stack.measure, WORLD, last)
    assert "whole_stack" in fallen
    assert ("topics_need_similarity" in fallen) == (function == "like")


ONCE = {"like_now", "like_ever", "like_rules"}


def test_the_claims_on_each_text_once_hold_and_fall_where_repeats_stay(monkeypatch):
    db = stack.filled(WORLD)
    assert not falls(once.measure, WORLD, db)

    def repeated(db, owner, similarity, k=5):
        rows = db.execute("select text, time from memories where owner = ?", (owner,)).fetchall()
        return sorted(rows, key=lambda row: similarity(row[0]), reverse=True)[:k]

    monkeypatch.setattr(store, "like", repeated)
    assert falls(once.measure, WORLD, db) >= ONCE


def test_the_claims_on_each_text_once_fall_without_similarity(monkeypatch):
    monkeypatch.setattr(once, "near", lambda world, question: lambda text: zlib.crc32(text.encode()))
    assert {"like_now", "like_ever"} <= falls(once.measure, WORLD, stack.filled(WORLD))


def test_what_the_small_model_says_falls_if_it_always_says_yes(monkeypatch):
    yes = [Score(-1.0, 1), Score(-2.0, 1)]
    monkeypatch.setattr(says.SmolLM, "score", lambda self, asked, endings: [yes for _ in asked])
    assert falls(says.measure) == {
        "empty_says_no", "count_moves_it", "wording_moves_it", "count_beats_zero", "no_witness",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("false", "bare", "fallen"),
    [(-1.2, -0.9, set()), (-0.95, -0.9, {"wording_moves_it", "count_beats_zero"}),
     (-2.5, -0.9, {"wording_moves_it"}), (-1.2, -1.1, {"wording_moves_it"})],
)  # fmt: skip
def test_the_wording_and_the_number_are_told_apart_in_what_moves_the_small_model(false, bare, fallen, monkeypatch):
    def score(self, asked, endings):
        said = asked[0]
        yes = (
            false
            if " 0 memories exist" in said
            else bare
            if "was searched" in said
            else -1.0
            if "kept" in said
            else -3.0
        )
        return [[Score(yes, 1), Score(-2.0, 1)] for _ in asked]

    monkeypatch.setattr(says.SmolLM, "score", score)
    assert falls(says.measure) & {"wording_moves_it", "count_beats_zero"} == fallen


def test_a_count_must_move_the_small_model_further_than_a_sentence_does(monkeypatch):
    def score(self, asked, endings):
        yes = -1.0 if "No memories found." in asked[0] else -1.5 if "kept" in asked[0] else -3.0
        return [[Score(yes, 1), Score(-2.0, 1)] for _ in asked]

    monkeypatch.setattr(says.SmolLM, "score", score)
    assert "count_moves_it" in falls(says.measure)


def test_one_customer_with_very_many_rows_is_enough_for_the_cost_of_each_to_fall(monkeypatch):
    heavy = world.World(
        *(np.concatenate([column, np.repeat(column[:1], 2000)]) for column in
          (WORLD.owner, WORLD.kind, WORLD.text, WORLD.day, WORLD.order)), WORLD.texts
    )  # fmt: skip
    assert falls(paths.cost, heavy, 5.0, 5.0) == {"whole_customer_costs"}


@pytest.mark.parametrize("seed", range(5))
def test_one_text_without_a_number_fills_the_twenty_places_for_bluepeak(seed):
    all_of = world.world(seed)
    fetched = ranked(all_of, world.NOW["seats"].format(o="Bluepeak"))[: windows.K]
    assert {all_of.texts[text] for text in all_of.text[fetched]} == {"Unlocked an account at Bluepeak."}
