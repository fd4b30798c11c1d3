"""The figures, each narrow enough to be read on a phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from labs import chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, TEXT = 4.2, 10.5  # inches and points: eleven pixels where a phone shows 350 px


def bare(axes: Axes) -> None:
    """No grid, no frame, no marks."""
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=TEXT)


def event(rows: Sequence[tuple[int, str, str, str]], person: str, fact: str) -> Callable[[], Figure]:
    """One decision: memories by rank, those that entered the prompt in a frame, the fact of the person marked."""

    def draw() -> Figure:
        shown, k = len(rows), sum(inside == "yes" for *_, inside in rows)
        figure, axes = chart.new(width=WIDTH, height=0.5 + 0.27 * shown)
        for i, (rank, kind, about, inside) in enumerate(rows):
            hit = about == person and kind == fact
            ink = chart.colour(1) if hit else chart.colour("ink" if inside == "yes" else "dim")
            whose = kind if about == person else f"{kind} (somebody else)"
            axes.text(0.55, i, f"{rank}", ha="right", va="center", size=TEXT, color=ink)
            axes.text(0.8, i, whose, va="center", size=TEXT, color=ink, weight="bold" if hit else "normal")
        axes.add_patch(Rectangle((0.1, -0.5), 4.0, k - 0.02, fill=False, edgecolor=chart.colour(0), linewidth=1.8))
        axes.text(4.3, (k - 1) / 2, "in the\nprompt", va="center", size=TEXT, color=chart.colour(0), weight="bold")
        axes.text(4.3, (k + shown - 1) / 2, "stored,\nnot shown", va="center", size=TEXT, color=chart.colour("dim"))
        axes.set_xlim(0, 5.8)
        axes.set_ylim(shown - 0.4, -0.8)
        axes.set_xticks([])
        axes.set_yticks([])
        bare(axes)
        return figure

    return draw


def records(rows: Sequence[tuple[str, float, float, float]]) -> Callable[[], Figure]:
    """Stacked bars of wrong answers by record: wrong yes, wrong no, other words."""
    names, inks = ("wrong yes", "wrong no", "other words"), (1, 3, 0)

    def draw() -> Figure:
        figure, axes = chart.new(width=WIDTH, height=0.95 + 0.36 * len(rows))
        for y, (_, *parts) in enumerate(rows):
            left = 0.0
            for part, ink in zip(parts, inks, strict=True):
                axes.barh(y, part, left=left, color=chart.colour(ink), height=0.64)
                left += part
            axes.text(left + 0.01, y, f"{left:.0%}", va="center", size=TEXT)
        axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
        axes.invert_yaxis()
        axes.set_xlim(0, 0.68)
        axes.set_xticks([])
        bare(axes)
        figure.legend(
            [Patch(facecolor=chart.colour(ink), linewidth=0) for ink in inks], names, loc="outside upper right",
            ncols=3, fontsize=TEXT, handlelength=1, columnspacing=0.9, handletextpad=0.4,
        )  # fmt: skip
        return figure

    return draw


def grid(cells: Sequence[Sequence[bool]], rows: Sequence[str], columns: Sequence[str]) -> Callable[[], Figure]:
    """Attacks by schemes: filled where verification notices, an open ring where it does not."""

    def draw() -> Figure:
        figure, axes = chart.new(width=WIDTH, height=1.5 + 0.27 * len(rows))
        for y, row in enumerate(cells):
            for x, noticed in enumerate(row):
                axes.plot(
                    x, y, "o", markersize=9, color=chart.colour(2 if noticed else 1),
                    fillstyle="full" if noticed else "none", markeredgewidth=1.6,
                )  # fmt: skip
        axes.set_yticks(range(len(rows)), rows)
        axes.set_xticks(range(len(columns)), columns, rotation=52, ha="left", rotation_mode="anchor")
        axes.xaxis.tick_top()
        axes.set_xlim(-0.6, len(columns) + 0.6)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        bare(axes)
        marks = [
            Line2D([], [], marker="o", linestyle="none", markersize=8, color=chart.colour(ink), fillstyle=fill)
            for ink, fill in ((2, "full"), (1, "none"))
        ]
        figure.legend(marks, ["noticed", "not noticed"], loc="outside lower right", ncols=2, fontsize=TEXT)
        return figure

    return draw


def strip(states: Sequence[tuple[str, float, bool]], erased: str) -> Callable[[], Figure]:
    """Decisions by person and day: a full tick where the evidence is whole, an open ring where a text is gone."""

    def draw() -> Figure:
        people = sorted({person for person, *_ in states})
        figure, axes = chart.new(width=WIDTH, height=4.0)
        whole = [(day, people.index(person)) for person, day, lost in states if not lost]
        gone = [(day, people.index(person)) for person, day, lost in states if lost]
        ticks = [point for day, y in whole for point in ((day, y - 0.32), (day, y + 0.32), (nan, nan))]
        axes.plot(*zip(*ticks, strict=True), color=chart.colour(0), linewidth=1.6)  # one path: the file stays small
        axes.plot(
            *zip(*gone, strict=True), "o", color=chart.colour(1), fillstyle="none", markersize=7, markeredgewidth=1.6
        )
        names = [name if name == erased else "" for name in people]
        axes.set_yticks(range(len(people)), names, size=TEXT)
        axes.set_xlabel("day of the decision", size=TEXT)
        axes.grid(axis="x", visible=False)
        axes.tick_params(length=0, labelsize=TEXT)
        marks = [
            Line2D([], [], marker=mark, linestyle="none", markersize=8, color=chart.colour(ink), fillstyle="none",
                   markeredgewidth=1.6)
            for mark, ink in (("|", 0), ("o", 1))
        ]  # fmt: skip
        figure.legend(marks, ["evidence whole", "a text is gone"], loc="outside upper right", ncols=2, fontsize=TEXT)
        return figure

    return draw
