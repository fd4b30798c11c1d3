"""The survey of agents: hand-worked statistics, the shape of its data, and the table that the post shows."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest
from labs.agent_design_space import main
from labs.agent_design_space import statistics as st
from labs.agent_design_space.blind import by_field, cells, substituted
from labs.agent_design_space.structure import every_reading
from labs.agent_design_space.survey import BUNDLE, DRIVERS, FIELDS, Agent, agents, disputed, matrix, read, table
from support import DOCS

YES_NO = {"yes", "no"}
LEVELS = {"default", "opt-in", "none"}
ALLOWED = {
    "driver": set(DRIVERS), "memory": {"model", "human", "session", "none"}, "gate": LEVELS, "isolation": LEVELS,
    **dict.fromkeys(("compaction", "mcp", "subagent_tool", "instruction_file", "todo_tool", "fixed_roles"), YES_NO),
}  # fmt: skip


def bits(*rows: str) -> np.ndarray:
    """Rows written as strings of 0 and 1."""
    return np.array([[letter == "1" for letter in row] for row in rows])


def test_silhouette_of_two_tight_pairs_is_their_gap() -> None:
    apart = np.array([[0, 0.1, 0.5, 0.5], [0.1, 0, 0.5, 0.5], [0.5, 0.5, 0, 0.1], [0.5, 0.5, 0.1, 0]])
    assert st.silhouette(apart, np.array([1, 1, 2, 2])) == pytest.approx((0.5 - 0.1) / 0.5)


def test_an_agent_alone_in_its_cluster_counts_nothing() -> None:
    apart = np.array([[0, 0.1, 0.5], [0.1, 0, 0.5], [0.5, 0.5, 0]])
    assert st.silhouette(apart, np.array([1, 1, 2])) == pytest.approx(0.8 * 2 / 3)


def test_distance_counts_a_different_driver_as_two_columns() -> None:
    same, other = bits("11", "10"), bits("1000", "0100")
    assert st.distances(same, other)[0, 1] == pytest.approx((1 + 2) / 6)


def test_shuffling_keeps_how_often_each_feature_ships_and_no_more() -> None:
    table = bits("111", "111", "000", "000", "000")
    changed = st.shuffled(table, np.random.default_rng(0))
    assert changed.sum(axis=0).tolist() == [2, 2, 2]
    assert changed.sum(axis=1).tolist() != table.sum(axis=1).tolist()


def test_swapping_keeps_rows_and_columns_but_not_the_table() -> None:
    table = bits("1100", "0110", "0011", "1001", "1111")
    changed = st.swapped(table, np.random.default_rng(1))
    assert changed.sum(axis=0).tolist() == table.sum(axis=0).tolist()
    assert changed.sum(axis=1).tolist() == table.sum(axis=1).tolist()
    assert (changed != table).any()


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
    assert st.scalability(bits("111", "110", "100", "000")) == pytest.approx(1)
    assert st.scalability(bits("111", "011", "100", "000")) < 1


def test_a_p_value_counts_the_observation_in() -> None:
    assert st.p_value(3, [1, 2, 3, 4]) == pytest.approx(3 / 5)
    assert st.p_value(9, [1, 2, 3, 4]) == pytest.approx(1 / 5)


def test_memory_that_people_wrote_is_not_model_written() -> None:
    assert not Agent({"memory": "human"}).has("memory")
    assert not Agent({"memory": "session"}).has("memory")
    assert Agent({"memory": "model"}).has("memory")


def test_every_cell_has_a_value_of_the_codebook() -> None:
    assert [row["field"] for row in read("codebook.csv") if row["field"] != "planning"] and len(agents()) == 36
    for agent in agents():
        for field, allowed in ALLOWED.items():
            assert agent[field] in allowed, (agent.name, field)
        assert agent["cap"] == "none" or int(agent["cap"]) > 0


def test_every_value_but_no_and_none_links_to_a_line_at_the_row_s_commit() -> None:
    for agent in agents():
        start = re.escape(f"https://github.com/{agent['repository']}/blob/{agent['commit']}/")
        for field in FIELDS:
            url = agent[field + "_evidence"]
            assert re.fullmatch(start + r"\S+#L\d+", url) or (not url and agent[field] in ("no", "none")), url


def test_the_final_coding_is_the_survey_but_for_what_the_blind_coding_corrected() -> None:
    rows = {agent["repository"]: agent for agent in agents()}
    fixed = {(c["repository"], c["field"]) for c in cells() if c["survey"] != rows[c["repository"]][c["field"]]}
    for cell in read("second-coding.csv"):
        if (cell["repository"], cell["field"]) in fixed:
            continue
        if cell["field"] in BUNDLE:
            assert (cell["final"] == "yes") == rows[cell["repository"]].has(cell["field"]), cell
        if cell["field"] == "driver":
            assert cell["final"] == rows[cell["repository"]]["driver"]


def test_the_blind_rows_are_the_draw_and_every_other_row_has_three_fields() -> None:
    names = [agent["repository"] for agent in agents()]
    drawn = set(random.Random(20261122).sample(names, 12))
    coded: dict[str, set[str]] = {name: set() for name in names}
    for cell in cells():
        coded[cell["repository"]].add(cell["field"])
        assert (cell["drawn"] == "yes") == (cell["repository"] in drawn)
    for name, fields in coded.items():
        assert fields == (set(FIELDS) if name in drawn else {"gate", "isolation", "memory"})


def test_kappa_of_the_blind_gates_by_hand() -> None:
    pairs = list(by_field(cells()))[len(FIELDS)][1]
    gates = {pair: pairs.count(pair) for pair in set(pairs)}
    assert gates == {
        ("default", "default"): 13, ("opt-in", "opt-in"): 8, ("none", "none"): 9,
        ("default", "none"): 2, ("opt-in", "default"): 2, ("none", "opt-in"): 2,
    }  # fmt: skip
    chance = (15 * 15 + 10 * 10 + 11 * 11) / 36**2
    assert st.kappa(*zip(*pairs, strict=True)) == pytest.approx((30 / 36, (30 / 36 - chance) / (1 - chance)))


def test_a_blind_value_takes_the_place_of_the_survey_s_and_of_no_other() -> None:
    rows = [Agent({"repository": name, **dict.fromkeys(FIELDS, "no")}) for name in ("a/a", "b/b")]
    other = substituted(rows, [{"repository": "b/b", "field": "mcp", "value": "yes"}])
    assert [(agent["mcp"], agent["gate"]) for agent in other] == [("no", "no"), ("yes", "no")]
    assert rows[1]["mcp"] == "no"


def test_readings_turn_every_disputed_cell_both_ways() -> None:
    model = [agent for agent in agents() if agent["driver"] == "model"]
    cells = [(agent, field) for agent, field in disputed(model) if field in BUNDLE]
    readings = np.stack(every_reading(model))
    assert len(readings) == 2 ** len(cells)
    assert int((readings.min(axis=0) != readings.max(axis=0)).sum()) == len(cells)
    assert (readings[0] == matrix(model, BUNDLE)).all()


def test_the_table_in_the_post_is_the_survey(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table"]) == 0
    assert capsys.readouterr().out == table(agents()) + "\n"
    post = (DOCS / "posts" / "agent-design-space.md").read_text(encoding="utf-8")
    assert table(agents()) in post, "paste the output of `lab agent-design-space table` into the post"


def test_the_lab_refuses_an_unknown_command() -> None:
    with pytest.raises(ValueError, match="one command"):
        main(["picture"])
