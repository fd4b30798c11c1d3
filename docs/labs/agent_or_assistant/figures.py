"""The figures of the post, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from labs import chart
from labs.agent_or_assistant.event import KINDS, Row

WIDTH = 4.3  # inches: the column of a phone at 11 points
CELLS = {  # what a cell shows: colour, sign, words
    "right": ("grid", "", KINDS["right"]),
    "mistake": (1, "✗", KINDS["mistake"]),
    "descent": (3, "", KINDS["descent"]),
}


def event(rows: Sequence[Row]) -> Figure:
    """Twenty steps in each of two loops: the mistake, what was built on it, the mail, the look."""
    figure, axes = chart.new(WIDTH, 3.5)
    for y, row in enumerate(rows):
        top = y * 3.7
        axes.text(0.5, top - 0.95, row.name, fontweight="bold", fontsize=11)
        for x, kind in enumerate(row.cells, 1):
            axes.bar(x, 0.9, 0.86, top - 0.45, color=chart.colour(CELLS[kind][0]))
        axes.text(row.mistake, top, "✗", ha="center", va="center", color=chart.colour("paper"), fontsize=11)
        axes.text(row.mail, top, "@", ha="center", va="center", color=chart.colour("paper"), fontsize=11)
        for x, said in ((row.mistake, str(row.mistake)), (row.mail, f"{row.mail} mail"), (row.look, f"{row.look}")):
            axes.text(x, top + 0.85, said, ha="center", va="center", fontsize=11, color=chart.colour("dim"))
        axes.text(row.look + 0.5, top - 0.75, "look ▾", ha="right", va="center", fontsize=11, color=chart.colour("dim"))
        axes.text(0.5, top + 1.5, row.said, va="center", fontsize=11, color=chart.colour(1 if row.wrong else 2))
    handles = [Patch(color=chart.colour(c), label=text) for c, _, text in CELLS.values()]
    figure.legend(
        handles=handles, loc="outside upper left", ncols=3, handlelength=1, columnspacing=1, borderaxespad=0.2
    )
    axes.set_xlim(0, 21)
    axes.set_ylim(4.8, -1.4)
    axes.axis("off")
    return figure


def reading(by: Mapping[int, Mapping[str, float]]) -> Figure:
    """Chance of a mistake left, over the interval, for three ways to read."""
    figure, axes = chart.new(WIDTH, 3.4)
    intervals = list(by)
    styles = (("the same hours", 0, "--"), ("eight steps a look", 1, ":"), ("every step read", 2, "-"))
    for name, ink, style in styles:
        axes.plot(intervals, [by[k][name] for k in intervals], style, color=chart.colour(ink), marker="o", label=name)
    axes.set_xscale("log")
    axes.set_xticks([4, 8, 15, 30, 60], ["4", "8", "15", "30", "60"])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.set_yticks(np.arange(0, 0.81, 0.2))
    axes.set_ylim(0, 0.78)
    axes.set_xlabel("steps between two looks")
    axes.set_title("tasks that end with a mistake", fontweight="normal")
    figure.legend(loc="outside upper left", ncols=1, borderaxespad=0.2)
    return figure


def valley(curves: Mapping[float, tuple[np.ndarray, tuple[int, int]]]) -> Figure:
    """Cost over the interval for three error rates; the stretch within 5% of the least is drawn thick."""
    figure, axes = chart.new(WIDTH, 3.3)
    words = {0.05: "1 step in 20 wrong", 0.02: "1 in 50", 0.005: "1 in 200"}
    for ink, (p, (cost, (low, high))) in enumerate(curves.items()):
        k = np.arange(1, len(cost) + 1)
        shown = cost <= 205
        axes.plot(k[shown], cost[shown], color=chart.colour(ink), linewidth=1.2)
        good = (k >= low) & (k <= high)
        axes.plot(k[good], cost[good], color=chart.colour(ink), linewidth=6, solid_capstyle="butt", label=words[p])
    axes.set_xscale("log")
    axes.set_xticks([2, 4, 8, 15, 30, 60], ["2", "4", "8", "15", "30", "60"])
    axes.minorticks_off()
    axes.set_ylim(0, 210)
    axes.set_xlabel("steps between two looks")
    axes.set_title("cost of a task, in steps", fontweight="normal")
    figure.legend(loc="outside upper left", ncols=3, columnspacing=1, handlelength=1.2, borderaxespad=0.2)
    return figure


def mail(rows: Sequence[Sequence[Any]]) -> Figure:
    """Mails that leave wrong, a bar a way."""
    figure, axes = chart.new(WIDTH, 3.9)
    names = [row[0].replace(", ", ",\n") for row in rows]
    inks = [0] * 4 + [1] + [2] * 3
    axes.barh(range(len(rows)), [row[1] for row in rows], 0.7, color=[chart.colour(ink) for ink in inks])
    for y, row in enumerate(rows):
        axes.text(row[1] + 0.008, y, f"{row[1]:.0%}", va="center", fontsize=11)
    axes.set_yticks(range(len(rows)), names, linespacing=0.95)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, 0.5)
    axes.set_xticks([])
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set_title("mails that leave wrong", fontweight="normal")
    return figure


def doubt(rows: Sequence[Sequence[float]]) -> Figure:
    """Share of the model's wrong answers among those read, by doubt and in any order."""
    figure, axes = chart.new(WIDTH, 3.2)
    read = [0, *(row[0] for row in rows)]
    axes.plot(read, [0, *(row[1] for row in rows)], color=chart.colour(2), label="least confident first")
    axes.plot(read, [0, *(row[2] for row in rows)], "--", color=chart.colour(4), label="in any order")
    axes.set_xticks([0, 5, 8, 15])
    axes.set_xlabel("answers read, of each 15")
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.set_title("wrong answers among them", fontweight="normal")
    figure.legend(loc="outside upper left", ncols=2, borderaxespad=0.2)
    return figure
