"""The two figures: where each fault ends in each loop, and one lost acknowledgement turn by turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
from matplotlib.patches import Patch, Rectangle

from labs import chart

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def heat_map(
    rows: Sequence[tuple[str, str]], columns: Sequence[str], fail: Sequence[Sequence[float]],
    silent: Sequence[Sequence[float]],
) -> Callable[[], Figure]:  # fmt: skip
    """Failure rate of every fault in every loop; hatched where most failing runs still say "done".

    `rows` are (fault, phase), those of a phase together; shares are 0 to 1, a row a fault.
    """

    def label(value: float) -> str:
        return f"{value:.0%}" if value else ""

    def draw() -> Figure:
        figure, axes = chart.new(height=6.8)
        plt.rcParams.update({"hatch.linewidth": 2.0, "hatch.color": chart.colour("paper")})
        chart.heat(axes, fail, [fault for fault, _ in rows], columns, label)
        axes.xaxis.tick_top()
        axes.tick_params(axis="y", pad=2)
        for i, row in enumerate(silent):
            for j, share in enumerate(row):
                if share > 0.5:
                    box = Rectangle((j, i), 1, 1, fill=False, hatch="//", linewidth=0)
                    axes.add_patch(box)
        for text in axes.texts:
            x, y = text.get_position()
            if silent[int(y)][int(x)] > 0.5:
                text.set_bbox({"facecolor": chart.colour("paper"), "edgecolor": "none", "pad": 1.5})
                text.set_color(chart.colour("ink"))
        phases = [phase for _, phase in rows]
        for phase in dict.fromkeys(p for p in phases if p):
            first, count = phases.index(phase), phases.count(phase)
            axes.axhline(first, color=chart.colour("dim"), linewidth=1)
            middle = first + count / 2
            axes.axhline(first + count, color=chart.colour("dim"), linewidth=1)
            axes.text(len(columns) + 0.08, middle, phase, rotation=270, va="center", color=chart.colour("dim"), size=11)
        swatch = {"facecolor": chart.colour(0), "linewidth": 0}
        says = [Patch(**swatch), Patch(hatch="////", **swatch)]
        axes.legend(says, ["ends wrong, and it shows", "ends wrong, says “done”"], loc="upper center",
                    bbox_to_anchor=(0.42, -0.01), ncols=2, handlelength=1.6, columnspacing=1.4)  # fmt: skip
        return figure

    return draw


NOTES = {"lost": "reply lost", "double": "charged again", "heals": "sees 3, moves on"}
INKS = {"lost": 1, "double": 5, "heals": 2}


def trace(lanes: Sequence[tuple[str, Sequence[dict[str, str]]]], turns: int) -> Callable[[], Figure]:
    """Two loops under the same lost acknowledgement: a lane each, a column a turn.

    A turn has the texts "seen", "call", "reply", "world", and "mark": "" or a key of NOTES.
    """

    def draw() -> Figure:
        figure, axes = chart.new(width=5.4, height=4.3)
        for lane, (title, records) in enumerate(lanes):
            top = lane * 6
            axes.text(-1.05, top - 0.1, title, weight="bold", va="bottom")
            axes.axhline(top + 0.1, color=chart.colour("grid"), linewidth=1, zorder=0)
            for line, key in enumerate(("seen", "call", "reply", "world")):
                y = top + line + 0.6
                axes.text(-1.05, y, key, va="center", color=chart.colour("dim"), size=10.5)
                for turn, record in enumerate(records):
                    ink = chart.colour(INKS[record["mark"]]) if record["mark"] else chart.colour("ink")
                    axes.text(turn + 0.5, y, record[key], ha="center", va="center", size=10.5, color=ink)
            for turn, record in enumerate(records):
                if mark := record["mark"]:
                    ink = chart.colour(INKS[mark])
                    box = Rectangle((turn + 0.04, top + 0.15), 0.92, 3.95, fill=False, edgecolor=ink, linewidth=1.6)
                    axes.add_patch(box)
                    x, side = (turn + 0.96, "right") if mark == "lost" else (turn + 0.1, "left")
                    axes.text(x, top + 4.25, NOTES[mark], ha=side, va="top", size=10.5, color=ink)
        axes.set_xlim(-1.05, turns)
        axes.set_ylim(11.2, -0.9)
        axes.set_xticks([t + 0.5 for t in range(turns)], [str(t + 1) for t in range(turns)], size=10.5)
        axes.set_xlabel("turn", size=10.5)
        axes.xaxis.set_label_position("top")
        axes.xaxis.tick_top()
        axes.set_yticks([])
        axes.grid(False)
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        return figure

    return draw
