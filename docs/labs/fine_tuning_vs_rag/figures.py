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


def trained(lines: Mapping[str, Sequence[tuple[int, float]]]) -> Figure:
    """The trained model by round, a line an arm."""
    figure, axes = chart.new(WIDTH, 3.6)
    for ink, (name, points) in enumerate(lines.items()):
        style = ("o-", "s--", "^-.", "d:")[ink]
        axes.plot([x for x, _ in points], [y for _, y in points], style, color=chart.colour(ink), label=name)
    axes.axhline(0.25, color=chart.colour("ink"), lw=1)
    axes.text(0.2, 0.17, "guessing", fontsize=11)
    _percent(axes)
    axes.set_xticks([0, 5, 10, 15, 20])
    axes.set_xlabel("rounds of five changes")
    axes.set_ylabel("right answers")
    figure.legend(loc="outside upper left", ncols=1, borderaxespad=0.2)
    return figure


def reading(pairs: Mapping[str, tuple[int, int]], asked: int) -> Figure:
    """Right answers of the reading model, a pair of bars for what it was handed: as it comes, with the adapter."""
    figure, axes = chart.new(WIDTH, 3.4)
    for ink, name in enumerate(("as it comes", "with the adapter")):
        y = [3 * i + ink for i in range(len(pairs))]
        axes.barh(y, [pair[ink] for pair in pairs.values()], color=chart.colour(ink), label=name)
    axes.axvline(asked / 4, color=chart.colour("ink"), lw=1, linestyle=":")
    axes.set_yticks([3 * i + 0.5 for i in range(len(pairs))], list(pairs))
    axes.invert_yaxis()
    axes.set_xlim(0, asked)
    axes.set_xlabel(f"right of {asked}; the dotted line is guessing")
    figure.legend(loc="outside upper left", ncols=2, borderaxespad=0.2)
    return figure
