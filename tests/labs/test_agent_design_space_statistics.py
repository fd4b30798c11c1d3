"""The statistics of the survey of agents, worked by hand or by counting; what counts as a feature."""

from __future__ import annotations

import numpy as np
import pytest
from labs.agent_design_space import exact
from labs.agent_design_space import statistics as st
from labs.agent_design_space.bundle import scalability
from labs.agent_design_space.survey import Agent
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform


def bits(*rows: str) -> np.ndarray:
    """Rows written as strings of 0 and 1."""
    return np.array([[letter == "1" for letter in row] for row in rows])


def test_silhouette_of_two_tight_pairs_is_their_gap() -> None:
    apart = np.array([[0, 0.1, 0.5, 0.5], [0.1, 0, 0.5, 0.5], [0.5, 0.5, 0, 0.1], [0.5, 0.5, 0.1, 0]])
    assert st.silhouette(apart, np.array([1, 1, 2, 2])) == pytest.approx((0.5 - 0.1) / 0.5)


def test_an_agent_alone_in_its_cluster_counts_nothing() -> None:
    apart = np.array([[0, 0.1, 0.5], [0.1, 0, 0.5], [0.5, 0.5, 0]])
    assert st.silhouette(apart, np.array([1, 1, 2])) == pytest.approx(0.8 * 2 / 3)


def test_a_tree_is_cut_as_scipy_cuts_it() -> None:
    random = np.random.default_rng(4)
    for _ in range(30):
        tree = linkage(squareform(st.distances(random.random((12, 5)) < 0.5), checks=False), "average")
        for k in (1, 2, 3, 5, 12):
            assert st.adjusted_rand_score(st.cut(tree, k), fcluster(tree, k, "maxclust")) == 1


def test_distance_counts_a_different_driver_as_two_columns() -> None:
    same, other = bits("11", "10"), bits("1000", "0100")
    assert st.distances(same, other)[0, 1] == pytest.approx((1 + 2) / 6)


def test_shuffling_keeps_how_often_each_feature_ships_and_no_more() -> None:
    table = bits("111", "111", "000", "000", "000")
    changed = st.shuffled(table, np.random.default_rng(0))
    assert changed.sum(axis=0).tolist() == [2, 2, 2]
    assert changed.sum(axis=1).tolist() != table.sum(axis=1).tolist()


def test_trading_rows_keeps_both_margins_but_not_the_table() -> None:
    table = bits("1100", "0110", "0011", "1001", "1111", "0000")
    changed = st.swapped(table, np.random.default_rng(1))
    assert changed.sum(axis=0).tolist() == table.sum(axis=0).tolist()
    assert changed.sum(axis=1).tolist() == table.sum(axis=1).tolist()
    assert (changed != table).any()


def test_trading_rows_reaches_every_table_with_the_margins_equally_often() -> None:
    random = np.random.default_rng(2)
    seen = [st.swapped(bits("10", "10", "01"), random, 9)[:, 1].tolist().index(True) for _ in range(900)]
    assert all(240 < seen.count(place) < 360 for place in range(3))


def test_variance_ratio_is_the_number_of_features_if_all_come_together() -> None:
    assert st.variance_ratio(bits("111", "000")) == pytest.approx(3)


def test_variance_ratio_is_one_if_every_combination_ships_once() -> None:
    assert st.variance_ratio(bits("11", "10", "01", "00")) == pytest.approx(1)


def test_null_bundles_keep_each_feature_count() -> None:
    ratios, bars = st.null_bundles(bits("11", "10", "00", "00"), 50, 0)
    assert set(bars @ np.arange(3)) == {3}
    assert ratios.mean() == pytest.approx(1, abs=0.3)


def test_kappa_of_a_worked_table_is_four_tenths() -> None:
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert st.kappa(first, second) == pytest.approx((0.7, 0.4))


def test_coders_who_agree_by_chance_have_no_kappa() -> None:
    assert st.kappa(["yes", "yes", "no", "no"], ["yes", "no", "yes", "no"]) == pytest.approx((0.5, 0))


def test_scalability_is_one_for_a_staircase_and_lower_off_it() -> None:
    assert scalability(bits("111", "110", "100", "000")) == pytest.approx(1)
    assert scalability(bits("111", "011", "100", "000")) < 1


def test_a_p_value_counts_the_observation_in() -> None:
    assert st.p_value(3, [1, 2, 3, 4]) == pytest.approx(3 / 5)
    assert st.p_value(9, [1, 2, 3, 4]) == pytest.approx(1 / 5)


def test_expected_scores_are_those_of_independent_coins() -> None:
    assert exact.expected_scores([2, 1], 4).tolist() == pytest.approx([4 * 0.375, 4 * 0.5, 4 * 0.125])


def test_the_chance_of_all_features_by_hand_and_by_counting() -> None:
    assert exact.all_of_them([2, 2], 4)[:3].tolist() == pytest.approx([1 / 6, 4 / 6, 1 / 6])
    tables = bits("111", "110", "100", "011", "000")
    found = [int(st.shuffled(tables, random).all(axis=1).sum()) for random in [np.random.default_rng(3)] * 4000]
    chances = exact.all_of_them(tables.sum(axis=0).tolist(), len(tables))
    for m in range(3):
        assert found.count(m) / 4000 == pytest.approx(chances[m], abs=0.03)


def test_the_mean_of_all_six_in_the_first_survey_was_854_thousandths() -> None:
    assert exact.expected_scores([15, 15, 18, 14, 12, 10], 24)[6] == pytest.approx(0.854, abs=0.0005)


def test_a_crowd_is_fisher_s_exact_test_to_one_side() -> None:
    assert exact.crowded(2, 2, 2, 2) == pytest.approx(1 / 6)


def test_a_group_as_rich_is_counted_over_every_draw() -> None:
    assert exact.as_rich([0, 0, 1, 2], [1, 2]) == pytest.approx(1 / 6)
    assert exact.as_rich([0, 1, 1, 2], [1, 1]) == pytest.approx(4 / 6)


def test_memory_that_people_wrote_is_not_model_written() -> None:
    assert not Agent({"memory": "human"}).has("memory")
    assert not Agent({"memory": "session"}).has("memory")
    assert Agent({"memory": "model"}).has("memory")
