"""The figures of the post, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from labs import chart
from labs.spinel_ruby_aot import measure as m

WIDTH = 4.3  # inches: the column of a phone at 11 points


def one_float(runs: Sequence[Mapping[str, str]]) -> Figure:
    """CPU seconds of the recorded pair, three engines."""
    figure, axes = chart.new(WIDTH, 3.3)
    bars = [
        (f"{engine}, {row['last_call']}", float(row[key]), ink)
        for engine, key in (("Ruby 3.1", "ruby_s"), ("YJIT 3.1", "yjit_s"), ("Spinel, April", "spinel_s"))
        for row, ink in zip(runs, (4, 1), strict=True)
    ]
    for y, (_, value, ink) in enumerate(bars):
        axes.barh(y, value, color=chart.colour(ink), height=0.7)
        axes.text(value + 0.006, y, f"{value:.3f}", va="center", fontsize=11)
    axes.set_yticks(range(len(bars)), [name for name, *_ in bars])
    axes.invert_yaxis()
    axes.set_xlim(0, 0.52)
    axes.set_xticks([0, 0.2, 0.4])
    axes.set_xlabel("CPU seconds")
    axes.grid(False, axis="y")
    return figure


def spread(cells: Mapping[tuple[str, float], Sequence[Mapping[str, m.Split]]], real: Sequence[Sequence[Any]]) -> Figure:
    """The widened share against calls a method, joined and copied; four real programs as ticks."""
    figure, axes = chart.new(WIDTH, 3.7)
    at = {
        (way, q): [m.quantile([one[way].share for one in cells["as counted", d]], q) for d in m.DENSITIES]
        for way in ("joined", "a copy per signature")
        for q in (0.1, 0.5, 0.9)
    }
    axes.fill_between(m.DENSITIES, at["joined", 0.1], at["joined", 0.9], color=chart.colour(1), alpha=0.2, lw=0)
    axes.plot(m.DENSITIES, at["joined", 0.5], "o-", color=chart.colour(1), label="one version for all callers")
    copies = at["a copy per signature", 0.5]
    axes.plot(m.DENSITIES, copies, "s--", color=chart.colour(0), label="a copy per signature")
    for row in real:
        axes.plot([row[2]] * 2, [-0.13, -0.04], color=chart.colour("ink"), lw=2)
    axes.text(1.5, -0.085, "three real programs", fontsize=11, va="center")
    axes.text(9.6, -0.085, "a fourth", fontsize=11, va="center", ha="right")
    axes.set_xscale("log")
    axes.set_xticks(m.DENSITIES, [f"{d:g}" for d in m.DENSITIES])
    axes.minorticks_off()
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
    axes.set_ylim(-0.15, 1)
    axes.set_xlabel("call sites a method")
    axes.set_ylabel("operations widened")
    figure.legend(loc="outside upper left", ncols=1, borderaxespad=0.2)
    return figure


def costs(rows: Sequence[Sequence[float]]) -> Figure:
    """Cost of an operation, warm, against calls a method, at the base prices."""
    figure, axes = chart.new(WIDTH, 3.9)
    at = [row[0] for row in rows]
    drawn = (
        (2, "ahead of time, one version", 1, "o-"),
        (4, "JIT, versions with guards", 0, "s--"),
        (3, "ahead of time, copies", 3, "^-."),
        (1, "ahead of time, no float", 2, ":"),
    )
    for column, label, ink, style in drawn:
        axes.plot(at, [row[column] for row in rows], style, color=chart.colour(ink), label=label)
    axes.set_xscale("log")
    axes.set_xticks(at, [f"{d:g}" for d in at])
    axes.minorticks_off()
    axes.set_ylim(0.9, 2.1)
    axes.set_xlabel("call sites a method")
    axes.set_ylabel("cost of an operation")
    figure.legend(loc="outside upper left", ncols=1, borderaxespad=0.2)
    return figure


def service(rows: Sequence[Sequence[Any]]) -> Figure:
    """By how much the rewrite and then the compiler multiplied requests a second, endpoint by endpoint."""
    figure, axes = chart.new(WIDTH, 3.9)
    five = [row for row in rows if "," not in row[0]]
    for y, row in enumerate(five):
        for shift, value, ink in ((-0.19, row[4], 0), (0.19, row[5], 1)):
            axes.barh(y + shift, value, height=0.36, color=chart.colour(ink), label=None)
            axes.text(value + 0.15, y + shift, f"{value:.1f}×", va="center", fontsize=11)
    axes.barh(0, 0, color=chart.colour(0), label="Rails → plain Ruby, both YJIT")
    axes.barh(0, 0, color=chart.colour(1), label="YJIT → Spinel and its server")
    axes.set_yticks(range(len(five)), [row[0] for row in five])
    axes.invert_yaxis()
    axes.set_xlim(0, 13)
    axes.set_xlabel("requests a second, times")
    axes.grid(False, axis="y")
    figure.legend(loc="outside upper left", ncols=1, borderaxespad=0.2)
    return figure
