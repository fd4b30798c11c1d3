"""The figures of the post, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from labs import chart

WIDTH = 4.3


def _percent(axes: Any) -> None:
    axes.set_ylim(0, 1.05)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])


def rounds(lines: Mapping[str, Sequence[float]]) -> Figure:
    """Right answers by round, a line a store."""
    figure, axes = chart.new(WIDTH, 3.6)
    for ink, (name, values) in enumerate(lines.items()):
        axes.plot(range(len(values)), values, ("-", "--", "-.", ":")[ink], color=chart.colour(ink), label=name)
    _percent(axes)
    axes.set_xticks([0, 5, 10, 15, 20])
    axes.set_xlabel("rounds of five changes")
    axes.set_ylabel("right answers")
    figure.legend(loc="outside upper left", ncols=1, borderaxespad=0.2)
    return figure


def keys(rows: Sequence[tuple[float, float]]) -> Figure:
    """Right answers by the share of updates that miss their row."""
    figure, axes = chart.new(WIDTH, 2.7)
    axes.plot([x for x, _ in rows], [y for _, y in rows], "o-", color=chart.colour(0))
    _percent(axes)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0", "20%", "40%", "60%", "80%", "100%"])
    axes.set_xlabel("updates that miss their row")
    axes.set_ylabel("right answers")
    return figure


def trained(rows: Sequence[Sequence[Any]]) -> Figure:
    """The trained model by round: facts of this round, facts never changed, all."""
    figure, axes = chart.new(WIDTH, 3.4)
    for ink, (column, name) in enumerate(((1, "changed this round"), (2, "never changed"), (3, "all facts"))):
        shown = [row for row in rows if row[column] is not None]
        style = ("s--", "o-", "^:")[ink]
        axes.plot([row[0] for row in shown], [row[column] for row in shown], style, color=chart.colour(ink), label=name)
    axes.axhline(0.25, color=chart.colour("ink"), lw=1)
    axes.text(6, 0.17, "guessing", fontsize=11)
    _percent(axes)
    axes.set_xticks([0, 5, 10, 15, 20])
    axes.set_xlabel("rounds of five changes")
    axes.set_ylabel("right answers")
    figure.legend(loc="outside upper left", ncols=1, borderaxespad=0.2)
    return figure
