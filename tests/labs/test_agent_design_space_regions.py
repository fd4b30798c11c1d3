"""The regions of the survey of agents: each claim about them broken once, and the null within a kind of driver."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from labs.agent_design_space import statistics as st
from labs.agent_design_space import structure
from labs.agent_design_space.survey import CODED, Agent, agents
from labs.record import Results

YES = ("compaction", "mcp", "subagent_tool", "instruction_file", "todo_tool")


def other(rows: list[Agent], change: Callable[[Agent], dict[str, str]]) -> list[Agent]:
    """The rows with some fields of some of them changed."""
    return [Agent(a.row | change(a)) for a in rows]


def claims(part: Callable[..., None], rows: list[Agent], *more: int) -> dict[str, bool]:
    """What a part of the lab claims of these rows."""
    results = Results()
    part(results, rows, *more)
    return {name: claim.holds[0] for name, claim in results.claims.items()}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer shuffled tables than a run has."""
    for name, times in (("TIMES", 100), ("WITHIN", 100), ("FEWER", 50), ("RESAMPLES", 20), ("NULL_TABLES", 5)):
        monkeypatch.setattr(structure, name, times)


def test_borders_are_closed_if_holmesgpt_had_sub_agents(few: None) -> None:
    rows = other(agents(), lambda a: {"subagent_tool": "yes"} if a.name == "holmesgpt" else {})
    assert not claims(structure.regions, rows, 0)["borders_are_open"]


def test_a_border_stays_if_the_corrected_cell_is_as_it_was(few: None) -> None:
    rows = other(agents(), lambda a: {"instruction_file": "yes"} if a.name == "deepagents" else {})
    assert not claims(structure.regions, rows, 0)["one_cell_moves_a_border"]


def test_one_cell_regroups_nobody_where_groups_are_far_apart() -> None:
    kinds = np.repeat(np.arange(3), 12)
    features, who = np.repeat(np.eye(3, dtype=bool)[kinds], 3, axis=1), np.eye(4, dtype=bool)[kinds]
    labels = st.clusters(st.distances(features, who), 3)
    results = Results()
    structure.one_cell(results, features, who, labels)
    assert not results.claims["one_cell_regroups"].holds[0]


def test_the_driver_explains_no_groups_if_features_split_the_agents_that_a_model_drives(few: None) -> None:
    none = {"isolation": "none", "memory": "none", "fixed_roles": "no", "gate": "none", **dict.fromkeys(YES, "no")}
    one, two = none | dict.fromkeys(YES[:3], "yes"), none | dict.fromkeys(YES[3:], "yes")
    half = {agent.name for agent in agents()[::2]}
    rows = other(agents(), lambda a: none if a["driver"] != "model" else one if a.name in half else two)
    found = claims(structure.within_drivers, rows, 0)
    assert not found["driver_explains_groups"]
    assert not found["three_within_drivers"]


@pytest.mark.parametrize("null", structure.NULLS)
def test_features_move_within_a_kind_of_driver_and_not_across(
    null: str, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setitem(structure.NULLS, null, lambda features, random: seen.append(len(features)) or features)
    claims(structure.within_drivers, agents(), 0)
    drive = sum(agent["driver"] == "model" for agent in agents())
    assert set(seen) == {drive, len(agents()) - drive}


def test_three_groups_are_better_than_two_if_the_map_were_clean(few: None) -> None:
    plain = {"isolation": "none", "memory": "none", "fixed_roles": "no", "gate": "none"}
    rich = plain | dict.fromkeys(YES, "yes")
    bare = plain | dict.fromkeys(YES, "no")
    rows = other(agents(), lambda a: rich if a["driver"] == "model" and a.score > 3 else bare)
    rows = other(rows, lambda a: {"driver": "model" if a["driver"] == "model" else "code"})
    assert not claims(structure.against_chance, rows, 0)["two_as_good"]


def test_the_case_leans_on_no_field_if_no_shuffled_table_reaches_it(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "reached", lambda seen, null: 0)
    assert not claims(structure.against_chance, agents(), 0)["regions_lean_on_roles"]


def test_regions_without_a_name_are_asked_for(few: None) -> None:
    rows = other(agents(), lambda a: {f: a[f] if f == "cap" else agents()[0][f] for f in CODED})
    with pytest.raises(ValueError, match="share a region now"):
        structure.regions(Results(), rows, 0)


def test_three_regions_are_none_where_features_are_shuffled(few: None) -> None:
    rows = agents()
    columns = [np.random.default_rng(i).permutation(len(rows)) for i in range(len(CODED))]
    mixed = [
        Agent(a.row | {field: rows[columns[n][i]][field] for n, field in enumerate(CODED)}) for i, a in enumerate(rows)
    ]
    assert not claims(structure.against_chance, mixed, 0)["three_regions"]
