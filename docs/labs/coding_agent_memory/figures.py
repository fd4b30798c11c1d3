"""The figures, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from labs import chart
from labs.coding_agent_memory.checks import AGES, Notes

WIDTH = 4.3  # inches: 10 points are 11 pixels on a phone
LABELS = {  # check: label, its offset in points, alignment
    "none": ("no check", (8, -13), "left"),
    "line anywhere": ("line, in any file", (8, -3), "left"),
    "path": ("file exists", (8, -3), "left"),
    "name": ("name exists", (8, -3), "left"),
    "line and name": ("line and name", (9, -3), "left"),
    "block and name": ("block and name", (9, 0), "left"),
    "function hash": ("function\nhash", (0, -28), "center"),
    "line number": ("line number", (8, 3), "left"),
    "file hash": ("file hash", (0, -17), "center"),
}


def stretched(share: np.ndarray) -> np.ndarray:
    """Square root, which gives the small shares room."""
    return np.sqrt(np.maximum(share, 0))


def corner(notes: Notes, age: int = 90) -> Figure:
    """True notes dropped and wrong notes served, one dot a check; the line is a coin of any bias."""
    figure, axes = chart.new(WIDTH, 3.7)
    keep = notes.select(age)
    share = np.linspace(0, 1, 60)
    axes.plot(share, 1 - share, color=chart.colour("dim"), linestyle=":", linewidth=1.2)
    axes.text(0.42, 0.62, "toss of a coin", color=chart.colour("dim"), fontsize=10)
    for check, (label, offset, side) in LABELS.items():
        one = notes.rates(check, keep)
        best = check == "block and name"
        axes.plot(one.dropped, one.served, "D" if best else "o", color=chart.colour(1 if best else 0), markersize=8,
                  clip_on=False, zorder=3)  # fmt: skip
        axes.annotate(label, (one.dropped, one.served), xytext=offset, textcoords="offset points", ha=side,
                      fontsize=11 if best else 10.5, weight="bold" if best else "normal")  # fmt: skip
    axes.set_xscale("function", functions=(stretched, np.square))
    axes.set_yscale("function", functions=(stretched, np.square))
    axes.set(xlim=(0, 1), ylim=(0, 1.06), xlabel="true notes thrown away", ylabel="wrong notes let through")
    ticked = [0, 0.02, 0.1, 0.25, 0.5, 1]
    axes.set_xticks(ticked, [f"{one:.0%}" for one in ticked])
    axes.set_yticks(ticked, [f"{one:.0%}" for one in ticked])
    axes.tick_params(axis="x", pad=32)
    return figure


def ticks(axes: Axes, at: Sequence[int], y: float, colour: str, width: float) -> None:
    """Upright ticks as one path, which keeps the file small."""
    xs = [x for one in at for x in (one, one, float("nan"))]
    axes.plot(xs, [y - 0.3, y + 0.3, y] * len(at), color=colour, linewidth=width, solid_capstyle="butt")


def life(rows: Sequence[dict[str, str]], lanes: Mapping[str, Sequence[bool]]) -> Figure:
    """One note: a tick for each change of its file at which a check would have dropped it."""
    figure, axes = chart.new(WIDTH, 2.4)
    changes = rows[1:]
    for y, alarms in enumerate(lanes.values()):
        axes.plot([1, len(changes)], [y, y], color=chart.colour("grid"), linewidth=1)
        for late, series in ((False, 0), (True, 1)):
            said = zip(alarms, changes, strict=True)
            at = [n for n, (alarm, row) in enumerate(said, 1) if alarm and (row["true"] == "0") is late]
            ticks(axes, at, y, chart.colour(series), 3.5 if late else 0.8)
    axes.set_yticks(range(len(lanes)), list(lanes))
    axes.set(ylim=(len(lanes) - 0.5, -0.5), xlim=(-2, len(changes) + 3), xlabel="changes of the file, in order")
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return figure


def curves(notes: Notes) -> Figure:
    """Mean shares over the repositories, by the age of the note."""
    figure, axes = chart.new(WIDTH, 3.1)
    for series, name, label, place in (
        (2, "path", "file exists", (-4, 8)),
        (1, "true", "note true", (-4, -16)),
        (0, "hash", "file unchanged", (-4, 26)),
    ):
        values = [notes.shares([name], notes.select(age)).mean() for age in AGES]
        axes.plot(AGES, values, "o-", color=chart.colour(series), markersize=5)
        axes.annotate(label, (AGES[-1], values[-1]), xytext=place, textcoords="offset points", ha="right",
                      color=chart.colour(series))  # fmt: skip
    axes.set(ylim=(0, 1.08), xlim=(0, 375), xlabel="age of the note, days")
    axes.set_xticks(AGES, ["7", "", "90", "180", "365"])
    axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    return figure


def pull(found: dict[str, float]) -> Figure:
    """What a small model is shown, and how often its call goes on with the current name; the dotted line is chance."""
    figure, axes = chart.new(WIDTH, 2.9)
    for y, (arm, share) in enumerate(found.items()):
        axes.barh(y, share, height=0.62, color=chart.colour(1 if "stale" in arm else 0))
        inside = share > 0.5
        ink = chart.colour("paper" if inside else "ink")
        axes.text(share + (-0.02 if inside else 0.02), y, f"{share:.0%}", ha="right" if inside else "left", va="center",
                  color=ink)  # fmt: skip
    axes.axvline(0.5, color=chart.colour("ink"), linestyle=":", linewidth=1.2)
    axes.set_yticks(range(len(found)), list(found))
    axes.invert_yaxis()
    axes.set(xlim=(0, 1.02), xlabel="calls with the current name")
    axes.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
    axes.grid(axis="y", visible=False)
    return figure
