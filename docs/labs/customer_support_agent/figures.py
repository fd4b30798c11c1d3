"""The figures of the post and its notes, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from labs import chart
from labs.customer_support_agent.found import PAID, RECORDED, STEPS, kind
from labs.customer_support_agent.storage import break_even

Outcomes = list[tuple[str, list[str]]]
INKS = {"cannot restart": 5, "double refund": 1, "refund missing": 0, "memory wrong": 3, "held for a person": 4}
SIGNS = {PAID: "€", RECORDED: "✓"}
WIDTH = 4.3  # inches: the column of a phone at 11 points


def steps(rows: Sequence[Sequence[Any]]) -> Figure:
    """The first refund turn of each design, a cell a step: what a kill after that step leaves wrong."""
    figure, axes = chart.new(WIDTH, 3.1)
    for y, (_, cells) in enumerate(groupby(rows, lambda row: row[0])):
        for x, (*_, payment, what) in enumerate(cells):
            fill = chart.colour(INKS[what]) if what in INKS else chart.colour("grid")
            axes.bar(x, 0.8, 0.9, y - 0.4, color=fill)
            ink = chart.colour("paper" if what in INKS else "ink")
            axes.text(x, y, SIGNS.get(payment, ""), ha="center", va="center", color=ink, fontsize=11)
    axes.set_yticks(range(len(STEPS)), STEPS.values())
    axes.set_ylim(len(STEPS) - 0.5, -0.5)
    axes.set_xlim(-0.5, 9.5)
    axes.set_xticks([])
    axes.set_xlabel("€ paid, ✓ on record")
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    handles = [Patch(color=chart.colour(INKS["double refund"]), label="double refund")]
    handles.append(Patch(color=chart.colour("grid"), label="nothing wrong"))
    figure.legend(handles=handles, loc="outside upper left", ncols=2, columnspacing=1, handlelength=1)
    return figure


def evening(told: dict[str, dict[str, int]]) -> Figure:
    """Ann's message, her wish to be forgotten and the message again, a column for each way to keep its number."""
    figure, axes = chart.new(WIDTH, 3.6)
    for x, (name, seen) in enumerate(told.items()):
        first, again = (f"pays {seen[when]} €" if seen[when] else "pays nothing" for when in ("first", "again"))
        kept = "number\nstays" if seen["known"] else "number\ngoes too"
        words = "some words\nare back" if seen["words"] else "her words\nstay away"
        axes.text(x, -0.95, name, ha="center", va="center", fontsize=11, fontweight="bold")
        rows = [(first, False), (f"words go,\n{kept}", False), (again, seen["again"] > 0), (words, seen["words"] > 0)]
        for y, (text, wrong) in enumerate(rows):
            axes.bar(x, 0.9, 0.95, y - 0.45, color=chart.colour(1 if wrong else "grid"))
            axes.text(
                x, y, text, ha="center", va="center", fontsize=11, color=chart.colour("paper" if wrong else "ink")
            )
    axes.set_yticks(range(4), ["Ann's\nmessage", '"forget\nme"', "the same\nmessage", "and then"])
    axes.set_ylim(3.5, -1.5)
    axes.set_xlim(-0.5, len(told) - 0.5)
    axes.set_xticks([])
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return figure


def crashes(found: dict[str, Outcomes]) -> Figure:
    """A strip a design: the nine turns from left to right, in each its crash points, coloured by what they broke."""
    figure, axes = chart.new(height=6.6)
    axes.vlines(range(11), -0.5, len(found) - 0.5, color=chart.colour("grid"), linewidth=0.8, zorder=0)
    for y, points in enumerate(found.values()):
        bad = sum(kind(wrong) not in ("", "held for a person") for _, wrong in points[1:])
        axes.hlines(y, 0, 10, color=chart.colour("grid" if bad else 2), linewidth=1 if bad else 3, zorder=1)
        weight = "normal" if bad else "bold"
        axes.text(10.15, y, str(bad), va="center", color=chart.colour("ink" if bad else 2), fontweight=weight)
        spans: dict[str, list[tuple[float, float]]] = {}
        for turn, group in groupby(points[1:], lambda point: int(point[0].split(":")[0])):
            kinds, at = [kind(wrong) for _, wrong in group], 0
            for what, run in groupby(kinds):
                length = len(list(run))
                spans.setdefault(what, []).append((turn + at / len(kinds) + 0.02, length / len(kinds) - 0.04))
                at += length
        for what in filter(None, spans):
            axes.broken_barh(spans[what], (y - 0.36, 0.72), color=chart.colour(INKS[what]), zorder=2)
    axes.set_yticks(range(len(found)), found)
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_xlim(0, 10.7)
    axes.set_xticks([x + 0.5 for x in range(10)], ["start", "1", "2 €", "3", "4", "5", "6", "7", "8 €", "9 €"])
    axes.set_xlabel("turn in which it is killed (€: with a refund)")
    axes.set_title("bad", loc="right", fontweight="normal")
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    handles = [Patch(color=chart.colour(ink), label=what) for what, ink in INKS.items()]
    figure.legend(handles=handles, loc="outside upper left", ncols=3, columnspacing=1.2, handlelength=1)
    return figure


def kept(cells: dict[str, list[tuple[int, int]]], columns: Sequence[str]) -> Figure:
    """What is kept of a message against what happens to the memory: how many cases go wrong, of how many."""
    figure, axes = chart.new(WIDTH, 0.8 + 0.44 * len(cells))
    for y, row in enumerate(cells.values()):
        for x, (bad, tried) in enumerate(row):
            fill = chart.colour(1) if bad else chart.colour("grid")
            axes.bar(x, 0.88, 0.94, y - 0.44, color=fill)
            said, ink = (f"{bad}/{tried}", "paper") if bad else ("0", "ink")
            axes.text(x, y, said, ha="center", va="center", color=chart.colour(ink), fontsize=11)
    axes.set_yticks(range(len(cells)), cells)
    axes.set_ylim(len(cells) - 0.5, -0.5)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_xticks(range(len(columns)), columns)
    axes.xaxis.tick_top()
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return figure


def chosen(ways: dict[str, dict[str, int]], total: int) -> Figure:
    """What each way of deciding does with the messages written by hand: counts of right and wrong, stacked."""
    figure, axes = chart.new(WIDTH, 2.9)
    parts = {"right": 2, "wrong refund": 1, "refund missed": 0, "other": 4}
    for y, marks in enumerate(ways.values()):
        counts, at = {**marks, "other": total - sum(marks.values())}, 0
        for what, ink in parts.items():
            if counts[what]:
                axes.barh(y, counts[what], 0.7, at, color=chart.colour(ink))
                axes.text(at + counts[what] / 2, y, counts[what], ha="center", va="center", color=chart.colour("paper"))
                at += counts[what]
    axes.set_yticks(range(len(ways)), ways)
    axes.set_ylim(len(ways) - 0.5, -0.5)
    axes.set_xlim(0, total)
    axes.set_xlabel(f"of {total} messages written by hand")
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    handles = [Patch(color=chart.colour(ink), label=what) for what, ink in parts.items()]
    figure.legend(handles=handles, loc="outside upper left", ncols=2, columnspacing=1, handlelength=1)
    return figure


def written(curves: dict[str, list[int]]) -> Figure:
    """Bytes written in all against turns kept, both axes logarithmic, with the two break-evens."""
    figure, axes = chart.new(WIDTH, 3.6)
    turns = range(1, len(curves["SQLite, WAL"]) + 1)
    some = [n for n in turns if n <= 20 or n % 20 == 0]
    for ink, (name, values) in zip((1, 4, 0, 2), curves.items(), strict=True):
        axes.loglog(some, [values[n - 1] for n in some], color=chart.colour(ink), label=name)
    for name, shift, side in (("SQLite, WAL", (4, -14), "left"), ("SQLite, rollback", (-4, 8), "right")):
        n = break_even(curves["JSON, rewritten"], curves[name])
        axes.plot([n], [curves[name][n - 1]], "o", color=chart.colour("ink"))
        axes.annotate(f"turn {n}", (n, curves[name][n - 1]), shift, textcoords="offset points", ha=side)
    axes.set_xlabel("turns kept")
    axes.set_ylabel("bytes written in all")
    axes.set_xlim(1, turns[-1])
    axes.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    axes.set_yticks([1e3, 1e4, 1e5, 1e6, 1e7, 1e8], ["1 kB", "10 kB", "100 kB", "1 MB", "10 MB", "100 MB"])
    axes.minorticks_off()
    figure.legend(loc="outside upper left", ncols=2, columnspacing=1, handlelength=1)
    return figure
