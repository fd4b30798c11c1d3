"""A figure to turn asks for a recorded table, in a way in which its script shows what was recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import MADE, copytree
from writing.evidence.rendered import read, suspected

LABS = MADE / "labs"
RUNS = 'data-explore="coin_toss.by_run" data-x="run"'


def said(html: str, labs: Path = LABS) -> list[str]:
    """What is said of a page; nothing is said of one that is not even suspected."""
    return [message for _, message in read(html, labs).faults] if suspected(html) else []


@pytest.mark.parametrize(
    "more", ['data-y="heads, share"', 'data-y="heads" data-by="run"', 'data-y="share" data-unit="%"']
)
def test_a_figure_to_turn_that_names_recorded_columns_may_stand(more):
    assert said(f"<figure {RUNS} {more}>") == []


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ('figure data-explore="coin_toss.nothing" data-x="run" data-y="heads"', "is no recorded table"),
        ('figure data-explore="nobody.by_run" data-x="run" data-y="heads"', "is no recorded table"),
        ('figure data-explore="" data-x="run" data-y="heads"', "is no recorded table"),
        (f'figure {RUNS} data-y="heads, tails"', "data-y 'tails' is no column"),
        (f"figure {RUNS}", "data-y '' is no column"),
        ('figure data-explore="coin_toss.by_run" data-y="heads"', "data-x '' is no column"),
        ('figure data-explore="coin_toss.by_run" data-x="run, no" data-y="share"', "data-x 'run, no' is no column"),
        (f'figure {RUNS} data-y="heads" data-by="no"', "data-by 'no' is no column"),
    ],
)  # fmt: skip
def test_a_figure_to_turn_that_names_what_was_not_recorded_is_refused(tag, message):
    assert [message in text for text in said(f"<{tag}>")] == [True]


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        (f'figure {RUNS} data-y="heads, share" data-unit="%"', "would show 498 of heads as 49,800%"),
        (f'figure {RUNS} data-y="share" data-unit="ms"', "data-unit 'ms' was not recorded; name it in the columns"),
        ('figure data-explore="coin_toss.by_run" data-x="heads" data-y="run"', "'run' is a column without a number"),
        (f'div {RUNS} data-y="heads"', "stands on a <div>; only a <figure> can be turned"),
    ],
)  # fmt: skip
def test_a_figure_to_turn_shows_no_number_as_another_and_can_be_turned(tag, message):
    assert [message in text for text in said(f"<{tag}>")] == [True]


def test_a_row_that_another_one_would_hide_is_refused(tmp_path):
    copytree(LABS, tmp_path)
    path = tmp_path / "coin_toss/results.json"
    content = json.loads(path.read_text())
    content["tables"]["by_run"]["rows"][1][0] = "run 1"
    path.write_text(json.dumps(content))
    (message,) = said(f'<figure {RUNS} data-y="heads">', tmp_path)
    assert "several rows of run 'run 1'" in message
