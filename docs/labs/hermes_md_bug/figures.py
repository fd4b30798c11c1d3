"""The figures: the nine cases, what each row of evidence removes, the pieces it leaves, what each search costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from labs import chart

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLACES = {"subject": "", "file": ", a file", "orphan": ", elsewhere"}
PAD = 0.18  # inches at the sides: a reader's font may be wider than the one that measured the labels


def cases(reported: Sequence[Mapping[str, str]]) -> Figure:
    """The reporter's nine cases, a row each, on the plan or metered."""
    figure, axes = chart.new(width=4.2, height=3.2)
    for row, case in enumerate(reported):
        metered = case["outcome"] == "metered"
        axes.axhline(row, color=chart.colour("grid"), linewidth=0.8, zorder=1)
        axes.scatter([int(metered)], [row], s=110, marker="D" if metered else "o", zorder=3,
                     color=chart.colour(1 if metered else 0))  # fmt: skip
    axes.set_yticks(range(len(reported)), [case["message"] + PLACES[case["where"]] for case in reported])
    axes.set_xticks([0, 1], ["plan", "metered"])
    axes.set_xlim(-0.5, 1.7)
    axes.set_ylim(len(reported) - 0.4, -0.6)
    axes.tick_params(labelsize=11, length=0, labelcolor=chart.colour("ink"))
    axes.xaxis.tick_top()
    axes.grid(False)
    axes.spines[:].set_visible(False)
    figure.get_layout_engine().set(w_pad=PAD)
    return figure


def elimination(steps: Sequence[tuple[str, int]]) -> Figure:
    """One-part rules left after each further row of the report's table, as labelled bars."""
    figure, axes = chart.new(width=4.2, height=3.0)
    names, left = zip(*steps, strict=True)
    shades = [chart.colour("dim"), *[chart.colour(0)] * (len(left) - 1)]
    axes.barh(range(len(left)), left, color=shades, height=0.62)
    for row, count in enumerate(left):
        axes.text(count + 1.5, row, str(count), va="center", fontsize=11)
    axes.set_yticks(range(len(left)), [names[0], *(f"+ {name}" for name in names[1:])])
    axes.set_ylim(len(left) - 0.4, -0.6)
    axes.set_xlim(0, 122)
    axes.set_xticks([])
    axes.set_xlabel("rules that still fit", fontsize=11)
    axes.tick_params(labelsize=11, length=0, labelcolor=chart.colour("ink"))
    axes.grid(False)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
    figure.get_layout_engine().set(w_pad=PAD)
    return figure


def pieces(name: str, kept: Sequence[str]) -> Figure:
    """The pieces of `name` that a rule may look for and still fit, a row each, their letters under those of the name.

    The letters that all of them share are drawn in a second colour.
    """
    rows = sorted(kept, key=lambda piece: (-len(piece), name.index(piece)))
    shared = [i for i in range(len(name))
              if all(name.index(piece) <= i < name.index(piece) + len(piece) for piece in rows)]  # fmt: skip
    figure, axes = chart.new(width=4.2, height=3.4)
    for row, piece in enumerate(rows):
        for column, letter in enumerate(piece, name.index(piece)):
            fill = chart.colour(1 if column in shared else 0)
            axes.barh(row, 0.94, left=column - 0.47, height=0.8, color=fill)
            axes.text(column, row, letter, ha="center", va="center", fontsize=12, color=chart.colour("paper"),
                      family="monospace", weight="bold")  # fmt: skip
    axes.set_xlim(-0.6, len(name) - 0.4)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    axes.spines[:].set_visible(False)
    figure.get_layout_engine().set(w_pad=PAD)
    return figure


def search(cells: Mapping[tuple, object]) -> Figure:
    """A pair in 64 messages at 5% wrong answers: probes of each method as a bar, and the share that it finds."""
    names = {"both halves": "which half?", "ddmin": "ddmin", "beginnings": "beginnings",
             "beginnings, best of three": "…, three times", "ddmin, until sure": "ddmin, until sure",
             "beginnings, until sure": "…, until sure", "beginnings, by belief": "…, by belief"}  # fmt: skip
    order = ["both halves", "ddmin", "ddmin, until sure", "beginnings", "beginnings, best of three",
             "beginnings, until sure", "beginnings, by belief"]  # fmt: skip
    figure, axes = chart.new(width=4.2, height=3.1)
    for row, name in enumerate(order):
        cell = cells["a pair", 64, 0.05, name]
        finds = cell.right >= 0.98
        axes.barh(row, cell.probes, height=0.62, color=chart.colour(0 if finds else "dim"))
        axes.text(cell.probes + 4, row, f"{cell.probes:.0f} runs, {cell.right:.0%}", va="center", fontsize=11)
    axes.set_yticks(range(len(order)), [names[name] for name in order])
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.set_xlim(0, 460)
    axes.set_xticks([])
    axes.tick_params(labelsize=11, length=0, labelcolor=chart.colour("ink"))
    axes.grid(False)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
    figure.get_layout_engine().set(w_pad=PAD)
    return figure
