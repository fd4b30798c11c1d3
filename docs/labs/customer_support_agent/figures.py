"""The two figures of the post."""

from __future__ import annotations

from itertools import groupby

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from labs import chart
from labs.customer_support_agent.storage import break_even

INKS = {"cannot restart": 5, "double refund": 1, "refund missing": 0, "memory wrong": 3}


def kind(wrong: list[str]) -> str:
    """The gravest of what is wrong, as a key of INKS, or "" if nothing is."""
    return next((what for what in INKS if what in wrong), "memory wrong" if wrong else "")


def crashes(found: dict[str, list[tuple[str, list[str]]]]) -> Figure:
    """A strip a design: the nine turns from left to right, in each its crash points, coloured by what they broke."""
    figure, axes = chart.new(height=5.6)
    axes.vlines(range(11), -0.5, len(found) - 0.5, color=chart.colour("grid"), linewidth=0.8, zorder=0)
    for y, points in enumerate(found.values()):
        bad = sum(bool(wrong) for _, wrong in points[1:])
        ink = chart.colour("ink" if bad else 2)
        axes.hlines(y, 0, 10, color=chart.colour("grid" if bad else 2), linewidth=1 if bad else 3, zorder=1)
        axes.text(10.15, y, str(bad), va="center", color=ink, fontweight="normal" if bad else "bold")
        for turn, group in groupby(points[1:], lambda point: int(point[0].split(":")[0])):
            kinds = [kind(wrong) for _, wrong in group]
            at = 0
            for what, run in groupby(kinds):
                length = len(list(run))
                if what:
                    span = (turn + at / len(kinds) + 0.02, length / len(kinds) - 0.04)
                    axes.broken_barh([span], (y - 0.36, 0.72), color=chart.colour(INKS[what]), zorder=2)
                at += length
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
    figure.legend(handles=handles, loc="outside upper left", ncols=4, columnspacing=1.2, handlelength=1)
    return figure


def written(curves: dict[str, list[int]]) -> Figure:
    """Bytes written in all against turns kept, both axes logarithmic, with the two break-evens."""
    figure, axes = chart.new()
    turns = range(1, len(curves["SQLite, WAL"]) + 1)
    some = [n for n in turns if n <= 60 or n % 20 == 0]
    for ink, (name, values) in zip((1, 4, 0, 2), curves.items(), strict=True):
        style = {"color": chart.colour(ink)}
        axes.loglog(some, [values[n - 1] for n in some], **style)
        axes.annotate(name, (turns[-1], values[-1]), (6, 0), textcoords="offset points", va="center", **style)
    for name, shift, side in (("SQLite, WAL", (5, -15), "left"), ("SQLite, rollback", (-7, 8), "right")):
        n = break_even(curves["JSON, rewritten"], curves[name])
        axes.plot([n], [curves[name][n - 1]], "o", color=chart.colour("ink"))
        axes.annotate(f"{n} turns", (n, curves[name][n - 1]), shift, textcoords="offset points", ha=side)
    axes.set_xlabel("turns kept, message and reply of 160 characters each")
    axes.set_ylabel("bytes written in all")
    axes.set_xlim(1, turns[-1])
    axes.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    axes.set_yticks([1e3, 1e4, 1e5, 1e6, 1e7, 1e8], ["1 kB", "10 kB", "100 kB", "1 MB", "10 MB", "100 MB"])
    axes.minorticks_off()
    return figure
