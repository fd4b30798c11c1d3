"""The lab hermes_md_bug: the searches and the rules, each on cases worked by hand."""

from __future__ import annotations

import itertools
import random

import pytest
from labs import hermes_md_bug as lab
from labs.hermes_md_bug import exact, experiment, rules, search

NINE = [row for row in lab.rows("reports") if row["series"] == "hermes"]


def asks(truth):
    """An oracle over positions, and the parts it was asked about."""
    asked = []

    def ask(part):
        asked.append(list(part))
        return truth(part)

    return ask, asked


def test_by_halves_finds_one_of_eight_in_at_most_six_probes():
    for guilty in range(8):
        ask, asked = asks(lambda part, guilty=guilty: guilty in part)
        assert search.by_halves(range(8), ask) == [guilty]
        assert len(asked) <= 6


def test_by_halves_stops_with_everything_when_a_pair_stands_in_both_halves():
    ask, asked = asks(lambda part: {1, 6} <= set(part))
    assert search.by_halves(range(8), ask) == list(range(8))
    assert asked == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_ddmin_and_one_at_a_time_find_every_pair_of_eight():
    for a in range(8):
        for b in range(a + 1, 8):
            for method in (search.ddmin, search.one_at_a_time):
                ask, asked = asks(lambda part, a=a, b=b: {a, b} <= set(part))
                assert method(range(8), ask) == [a, b]
                assert method is search.ddmin or len(asked) == 8


def test_beginnings_find_every_pair_and_triple_of_eight_in_few_probes():
    for parts in ({a, b, c} for a in range(8) for b in range(8) for c in range(8)):
        ask, asked = asks(lambda part, parts=parts: parts <= set(part))
        assert search.by_prefix(range(8), ask) == sorted(parts)
        assert len(asked) <= 4 * len(parts)


def test_a_rule_that_the_rest_of_the_prompt_fires_is_no_candidate():
    table = [("now.\nopenclaw.in", True), ("now.\nplain", False)]
    fit = rules.consistent(rules.one_part("openclaw.in"), table)
    assert "contains w." not in fit and "contains aw." in fit


def test_ddmin_finds_a_triple_spread_over_a_history():
    ask, _ = asks(lambda part: {0, 31, 63} <= set(part))
    assert search.ddmin(range(64), ask) == [0, 31, 63]


def test_a_remembered_oracle_is_not_asked_twice():
    ask, asked = asks(lambda part: 1 in part)
    once = search.remembered(ask)
    assert [once([1, 2]), once((1, 2)), once([2])] == [True, True, False]
    assert asked == [[1, 2], [2]]


def test_the_first_answer_at_ten_percent_takes_three_agreements_more_than_disagreements():
    given = iter([True, False, True, True, True])  # step ln 9 = 2.20; the first bound ln(1 / 0.00608 - 1) = 5.10
    assert search.settled(lambda _: next(given), 0.1, 0.01)([1]) is True
    assert next(given, "used up") == "used up"


def test_later_answers_must_be_surer_so_that_the_whole_search_stays_within_its_error():
    count = 0

    def ask(_):
        nonlocal count
        count += 1
        return True

    sure = search.settled(ask, 0.1, 0.01)
    for _ in range(19):
        sure([1])
    count = 0
    sure([1])
    assert count == 6  # the 20th answer: allowed 1.5e-5, bound 11.1, step 2.20


def test_belief_and_repetition_find_the_pair_where_single_questions_mostly_fail():
    found = dict.fromkeys(("ddmin", "ddmin, until sure", "beginnings, by belief"), 0)
    for name in found:
        for run in range(100):
            rng = random.Random(run)
            found[name] += experiment.one("a pair", sorted(rng.sample(range(64), 2)), 64, 0.1, name, rng)[0]
    assert found.pop("ddmin") < 25
    assert min(found.values()) >= 97


@pytest.mark.parametrize("length", [5, 7, 64])
def test_what_is_computed_is_what_the_searches_do_at_every_place(length):
    for kind, parts in exact.PARTS.items():
        for name in experiment.COMPUTED:
            places = itertools.combinations(range(length), parts)
            done = [experiment.one(kind, place, length, 0, name, random.Random(0)) for place in places]
            assert sum(count for _, count in done) / len(done) == pytest.approx(exact.probes(name, length, parts))
            assert sum(right for right, _ in done) / len(done) == pytest.approx(exact.right(name, length, parts, 0))


@pytest.mark.parametrize("name", experiment.COMPUTED)
def test_what_is_computed_for_wrong_answers_agrees_with_a_sample(name):
    rng = random.Random(1)
    for kind, parts in exact.PARTS.items():
        done = [experiment.one(kind, sorted(rng.sample(range(16), parts)), 16, 0.1, name, rng)[0] for _ in range(4000)]
        assert sum(done) / len(done) == pytest.approx(exact.right(name, 16, parts, 0.1), abs=0.03)


def test_belief_needs_an_oracle_that_says_something():
    with pytest.raises(ValueError, match="cannot be settled"):
        search.by_belief(range(4), lambda _: True, 0.5, 0.01)


def test_the_order_of_a_pair_counts_and_a_later_copy_does_not_help():
    oracle = experiment.Oracle("ordered pair", [2, 5, 7], 0, random.Random(0))
    assert [oracle(part) for part in ([2, 5], [5, 7], [2, 7], [2, 5, 7])] == [True, False, False, True]
    assert search.ddmin(range(9), oracle) == [2, 5]


def test_a_trigger_that_a_newer_message_hides_is_missed_by_the_second_round():
    def newest_wins(part):  # 0 and 2 set it off, 1 calls it off; the newest of them decides
        return {0: True, 1: False, 2: True}.get(max((i for i in part if i < 3), default=1))

    assert list(search.every_trigger(range(4), newest_wins, search.ddmin)) == [[2]]


def test_there_are_44_substrings_and_ES_m_is_the_shortest_that_fits():
    assert len(rules.substrings("HERMES.md")) == 44
    rows = [(row["message"], row["outcome"] == "metered") for row in NINE[:7]]
    fit = rules.consistent(rules.one_part(rules.STRING), rows)
    assert min((name.removeprefix("contains ") for name in fit), key=len) == "ES.m"
    assert not any("any case" in name for name in fit)
    fewer = [row for row in rows if row[0] != "README.md"]
    assert fit.keys() == rules.consistent(rules.one_part(rules.STRING), fewer).keys()


def test_a_row_more_removes_the_rules_it_contradicts():
    rows = [("HERMES.md", True), ("THEMES.md", False)]
    family = rules.one_part("HERMES.md")
    assert "contains ." in family and "contains ., any case" not in family
    fit = rules.consistent(rules.one_part("HERMES.md"), rows)
    assert "contains ES.m" not in fit and "contains RMES.md" in fit


def test_the_message_that_halves_four_rules_is_worth_one_bit():
    four = {part: (lambda text, part=part: part in text) for part in ("a", "ab", "abc", "abcd")}
    assert rules.gain([list(four)], four, "ab") == pytest.approx(1)
    assert rules.gain([list(four)], four, "zzz") == 0
    used, groups = rules.fixed_list(four, ["zzz", "abc", "ab", "a", "abcd"])
    assert used[0] == "ab" and len(used) == 3 and sorted(map(len, groups)) == [1, 1, 1, 1]
    assert max(rules.one_by_one(four, ["abc", "ab", "a"]).values()) == 2


def test_an_oracle_that_keeps_its_last_answer_still_answers_each_part_for_itself():
    kinds = {"one message": [1], "a pair": [1, 3], "two independent": [1, 3]}
    parts = [list(part) for count in range(5) for part in itertools.combinations(range(4), count)]
    for kind, planted in kinds.items():
        oracle = experiment.Oracle(kind, planted, 0, random.Random(0))
        enough = any if kind == "two independent" else all
        for part in [*parts, *reversed(parts)]:
            expected = enough(p in part for p in planted)
            assert [oracle(part), oracle(part)] == [expected, expected], (kind, part)
