"""The figures, each narrow enough to be read on a phone: a trace, bars of faults, and who names the phase."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from matplotlib.patches import Patch, Rectangle

from labs import chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, TEXT = 4.2, 10.5  # inches and points: eleven pixels where a phone shows 350 px
Bar = tuple[str, int, int]  # name, faults that end silently, faults that end wrong loudly only
MARKS = {"lost": 1, "double": 5, "heals": 2}


def trace(lanes: Sequence[tuple[str, Sequence[dict[str, str]], str]]) -> Callable[[], Figure]:
    """One order in two loops under the same lost reply: a lane each, a column a turn.

    A lane is title, turns, note. A turn has the texts "sees", "charges", "reply", "world", and "mark": "" or one of
    MARKS.
    """

    def draw() -> Figure:
        figure, axes = chart.new(width=WIDTH, height=3.7)
        columns = max(len(records) for _, records, _ in lanes)
        for lane, (title, records, note) in enumerate(lanes):
            top = lane * 6.6
            axes.text(-1.75, top - 0.1, title, weight="bold", va="bottom", size=TEXT + 0.5)
            axes.axhline(top + 0.1, color=chart.colour("grid"), linewidth=1, zorder=0)
            for line, (key, label) in enumerate(
                (("sees", "loop sees"), ("charges", "it calls"), ("reply", "reply"), ("world", "charged"))
            ):
                y = top + line + 0.7
                axes.text(-1.75, y, label, va="center", color=chart.colour("dim"), size=TEXT)
                for turn, record in enumerate(records):
                    ink = chart.colour(MARKS[record["mark"]]) if record["mark"] else chart.colour("ink")
                    axes.text(turn + 0.5, y, record[key], ha="center", va="center", size=TEXT, color=ink)
            for turn, record in enumerate(records):
                if mark := record["mark"]:
                    ink = chart.colour(MARKS[mark])
                    axes.add_patch(
                        Rectangle((turn + 0.01, top + 0.2), 0.98, 3.95, fill=False, edgecolor=ink, linewidth=1.6)
                    )
            ink = chart.colour(MARKS[records[-1]["mark"]]) if records[-1]["mark"] else chart.colour("ink")
            axes.text(columns, top + 4.35, note, ha="right", va="top", size=TEXT, color=ink)
        axes.set_xlim(-1.8, columns)
        axes.set_ylim(12.0, -1.2)
        axes.set_xticks([t + 0.5 for t in range(columns)], [str(t + 1) for t in range(columns)], size=TEXT)
        axes.set_xlabel("turn", size=TEXT)
        axes.xaxis.set_label_position("top")
        axes.xaxis.tick_top()
        plain(axes)
        return figure

    return draw


def plain(axes: Axes) -> None:
    """No grid, no frame, no marks on the left."""
    axes.set_yticks([])
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def bars(panels: Sequence[tuple[str, Sequence[Bar]]], top: int, says: str) -> Callable[[], Figure]:
    """Horizontal bars of counts of faults, one panel under the other: ends silently (full), loudly (pale)."""

    def draw() -> Figure:
        lines = [len(drawn) for _, drawn in panels]
        figure, grid = chart.new(
            width=WIDTH, height=0.8 + 0.29 * sum(lines) + 0.35 * len(panels), nrows=len(panels), sharex=True,
            squeeze=False, height_ratios=lines,
        )  # fmt: skip
        for axes, (title, drawn) in zip(grid[:, 0], panels, strict=True):
            for y, (_, silent, loud) in enumerate(drawn):
                axes.barh(y, silent, color=chart.colour(1), height=0.66)
                axes.barh(y, loud, left=silent, color=chart.colour(1), alpha=0.32, height=0.66)
                text = f"{silent} + {loud}" if silent and loud else f"{silent + loud}"
                axes.text(silent + loud + 0.15, y, text, va="center", size=TEXT)
            axes.set_yticks(range(len(drawn)), [name for name, *_ in drawn], size=TEXT)
            axes.invert_yaxis()
            if title:
                axes.set_title(title, size=TEXT)
            axes.set_xlim(0, top + 1.2)
            axes.set_xticks(range(0, top + 1, 3))
            axes.grid(axis="y", visible=False)
            axes.tick_params(length=0, labelsize=TEXT)
        grid[-1, 0].set_xlabel(says, size=TEXT, loc="right")
        swatch = {"facecolor": chart.colour(1), "linewidth": 0}
        figure.legend(
            [Patch(**swatch), Patch(alpha=0.32, **swatch)], ["says “done”", "it shows"], loc="outside upper right",
            ncols=2, fontsize=TEXT, handlelength=1.2, columnspacing=1.2,
        )  # fmt: skip
        return figure

    return draw


def verdicts(rows: Sequence[tuple[str, Sequence[int]]]) -> Callable[[], Figure]:
    """Counts of faults by what an observer says: the right phase, another one, nothing (or mixed)."""
    names = ("right phase", "wrong phase", "no alarm", "mixed")
    inks = (2, 1, 4, 3)

    def draw() -> Figure:
        used = [i for i in range(4) if any(counts[i] for _, counts in rows)]
        figure, axes = chart.new(width=WIDTH, height=3.3)
        for y, (_, counts) in enumerate(rows):
            left = 0
            for i in used:
                axes.barh(y, counts[i], left=left, color=chart.colour(inks[i]), height=0.68)
                if counts[i]:
                    axes.text(
                        left + counts[i] / 2, y, str(counts[i]), ha="center", va="center", size=TEXT,
                        color=chart.colour("paper"),
                    )  # fmt: skip
                left += counts[i]
        axes.set_yticks(range(len(rows)), [name for name, _ in rows], size=TEXT)
        axes.invert_yaxis()
        axes.set_xlabel("faults", size=TEXT)
        axes.set_xlim(0, 11.2)
        axes.set_xticks(range(0, 12, 3))
        axes.grid(axis="y", visible=False)
        axes.tick_params(length=0, labelsize=TEXT)
        figure.legend(
            [Patch(facecolor=chart.colour(inks[i]), linewidth=0) for i in used], [names[i] for i in used],
            loc="outside upper right", ncols=len(used), fontsize=TEXT, handlelength=1, columnspacing=0.9,
        )  # fmt: skip
        return figure

    return draw
