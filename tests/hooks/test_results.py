"""A results.json that a lab could not have written is told from one that it has."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from support import MADE, copytree
from writing.evidence.lab_page import filled, page
from writing.evidence.results import recorded


def put(content: dict[str, Any], *path: Any, value: Any) -> None:
    """Set what stands at a path."""
    for step in path[:-1]:
        content = content[step]
    content[path[-1]] = value


ROWS = ("tables", "by_run", "rows", 0)
WRONG: dict[str, Callable[[dict[str, Any]], None]] = {
    "which no page could quote": lambda c: put(c, "values", 'x"><img src=y>', value={"value": 1, "says": "x"}),
    "has the name 'a.b'": lambda c: put(c, "claims", "a.b", value={"holds": [True], "says": "x"}),
    "is no list of 3 cells": lambda c: put(c, *ROWS, value=["run 1", 498, 0.498, 7]),
    "two columns of one name": lambda c: put(c, "tables", "by_run", "columns", value=["run", "heads", "heads"]),
    "the number NaN": lambda c: put(c, "values", "runs", "value", value=float("nan")),
    "the number -Infinity": lambda c: put(c, "values", "runs", "low", value=float("-inf")),
    "unlike numbers of seeds": lambda c: put(c, "claims", "near_half", "holds", value=[True]),
    "or for none": lambda c: put(c, "claims", value={"a": {"holds": [], "says": "x"}}),
    "KeyError('drawn')": lambda c: put(c, "figures", value=c.pop("drawn") and {}),
    "KeyError('data')": lambda c: put(c, "figures", value=c.pop("data") and {}),
}


@pytest.mark.parametrize("said", WRONG)
def test_what_no_lab_writes_is_damage_and_told_in_a_line(tmp_path, said):
    copytree(MADE / "labs/coin_toss", tmp_path / "coin_toss")
    path = tmp_path / "coin_toss/results.json"
    content = json.loads(path.read_text())
    WRONG[said](content)
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r"^labs/coin_toss/results\.json:\d+: is damaged .*write it again") as error:
        recorded(tmp_path / "coin_toss")
    assert said in str(error.value)


def test_notes_may_hold_the_marks_that_the_page_of_a_lab_is_cut_at():
    folder, notes = (
        MADE / "labs/coin_toss",
        '## N\n\n<div data-part="end"></div>\n\n<div data-part="none"></div>\n\nlast',
    )
    html = filled(page(folder, "T", notes), folder, {}, "")
    assert html.index("last") < html.index("## Source")
