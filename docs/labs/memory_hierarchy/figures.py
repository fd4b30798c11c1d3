"""The figures of the post, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from labs import chart
from labs.memory_hierarchy.windows import AFTER, BEFORE, OVER, RETRY, Asked, K

WIDTH = 4.3  # inches: the column of a phone at 11 points
SHOWN = {BEFORE: 2, OVER: 0, RETRY: 4, AFTER: 1}


def dots(story: Asked) -> Callable[[], Figure]:
    """The customer's rows in a line, most similar first: the cut, and the rows of the fortnight."""

    def draw() -> Figure:
        figure, axes = chart.new(WIDTH, 2.1)
        axes.barh(0, story.own, 0.5, color=chart.colour("grid"))
        axes.barh(0, K, 0.5, color=chart.colour(0))
        for at, rank in enumerate(story.ranks):
            axes.plot(rank, 0, "o", ms=9, color=chart.colour(1))
            up = 1 if at % 2 else -1
            axes.annotate(str(rank), (rank, 0), (0, up * 26), textcoords="offset points", ha="center", va="center")
        axes.set_ylim(-0.9, 0.9)
        axes.set_xlim(0, story.own + 4)
        axes.set_xticks([1, 100, 200, 300, story.own])
        axes.set_yticks([])
        axes.grid(False)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("rows about Northwind, most similar first")
        figure.legend(
            handles=[
                Patch(color=chart.colour(0), label=f"the {K} fetched"),
                axes.plot([], [], "o", ms=8, color=chart.colour(1), label="rows of the fortnight")[0],
            ],
            loc="outside upper left",
            ncols=2,
            handlelength=1,
            borderaxespad=0.2,
        )
        return figure

    return draw


def growth(rows: Sequence[Sequence[Any]]) -> Callable[[], Figure]:
    """The share of fortnights with all their rows, against the history."""

    def draw() -> Figure:
        figure, axes = chart.new(WIDTH, 3.4)
        for way, colour in SHOWN.items():
            line = [(row[0], row[3]) for row in rows if row[1] == way]
            axes.plot(*zip(*line, strict=True), "-o", ms=5, color=chart.colour(colour), label=way)
        axes.set_xscale("log")
        axes.set_xticks([1, 2, 3, 6, 12, 36], ["1", "2", "3", "6", "12", "36"])
        axes.minorticks_off()
        axes.set_ylim(-0.04, 1.06)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.set_xlabel("months of memories")
        axes.set_ylabel("fortnights complete")
        figure.legend(loc="outside upper left", ncols=2, handlelength=1.2, borderaxespad=0.2, columnspacing=1)
        return figure

    return draw


def exact() -> Figure:
    """The chance that a count is exact, by how many rows it counts and how many are lost."""
    figure, axes = chart.new(WIDTH, 2.8)
    n = np.arange(1, 101)
    for p, colour in ((0.01, 2), (0.05, 0), (0.1, 1)):
        axes.plot(n, (1 - p) ** n, color=chart.colour(colour), label=f"{p:.0%} of rows lost")
    axes.legend(loc="upper right", handlelength=1.2)
    axes.set_ylim(0, 1.05)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_xlabel("rows to count")
    axes.set_ylabel("count is exact")
    return figure


def rules(rows: Sequence[tuple[int, str, int, float]]) -> Callable[[], Figure]:
    """The share of acts for which the customer's rule is among the first k rows."""

    def draw() -> Figure:
        figure, axes = chart.new(WIDTH, 2.6)
        ranks, shares = [row[0] for row in rows], [row[2] / len(rows) for row in rows]
        axes.step([1, *ranks], [0, *shares], where="post", color=chart.colour(0))
        axes.axvline(K, color=chart.colour(1), lw=1.5)
        axes.annotate(f"k = {K}", (K, 0.9), (-6, 0), textcoords="offset points", ha="right", color=chart.colour(1))
        axes.set_xscale("log")
        axes.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
        axes.minorticks_off()
        axes.set_ylim(0, 1.03)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.set_xlabel("rows fetched")
        axes.set_ylabel("acts with their rule")
        return figure

    return draw
