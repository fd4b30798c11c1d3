"""The two figures: solvers by depth, and every published LamBench score of each model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from labs import chart

from .bank import BANDS, Item
from .history import load, scores
from .measure import wilson

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LINES = {  # solver: (label, colour, height of the label at the right end)
    "capture-blind, inner first": ("never renames,\ninner first", 1, 0.86),
    "capture-blind, outer first": ("never renames,\nouter first", 0, 0.62),
    "shadow-blind": ("ignores\nshadowing", 3, 0.22),
    "stops after 3 steps": ("stops after\n3 steps", 4, 0.06),
}


def steps(bank: Sequence[Item], judged: dict[str, list[bool]]) -> Callable[[], Figure]:
    """Share right by steps to the normal form, a line a solver, with 95% Wilson intervals."""

    def draw() -> Figure:
        figure, axes = chart.new(height=4.1)
        for at, (name, (label, colour, height)) in enumerate(LINES.items()):
            places, shares, lows, highs = [], [], [], []
            for i, band in enumerate(BANDS):
                hits = [hit for hit, item in zip(judged[name], bank, strict=True) if item.band == band]
                low, high = wilson(sum(hits), len(hits))
                places.append(i + (at - 1.5) * 0.06)
                shares.append(sum(hits) / len(hits))
                lows.append(max(0.0, shares[-1] - low))
                highs.append(max(0.0, high - shares[-1]))
            axes.errorbar(
                places, shares, yerr=[lows, highs], color=chart.colour(colour), marker="o", elinewidth=1.2, capsize=2
            )
            axes.annotate(
                label, (len(BANDS) - 0.6, height), color=chart.colour(colour), va="center", annotation_clip=False
            )
        axes.set_xticks(range(len(BANDS)), BANDS)
        axes.set_xlim(-0.3, len(BANDS) + 1.5)
        axes.set_ylim(-0.03, 1.05)
        axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        axes.set_xlabel("steps to the normal form")
        axes.set_ylabel("right answers")
        axes.grid(axis="x", visible=False)
        return figure

    return draw


def lambench() -> Callable[[], Figure]:
    """Every full run of every model that the site showed, the last site table and the README marked."""
    runs = load("runs")
    head = {row["model"]: row["right"] for row in runs if row["on_head"] == "yes"}
    told = {row["site_model"]: row["right"] for row in load("readme") if row["site_model"]}
    known = {model: found for model, found in scores(runs).items() if model in head}

    def draw() -> Figure:
        figure, axes = chart.new(height=6.2)
        order = sorted(known, key=lambda model: head[model])
        for y, model in enumerate(order):
            axes.plot([min(known[model]), max(known[model])], [y, y], color=chart.colour("dim"), linewidth=1.4)
            if model in told and not min(known[model]) <= told[model] <= max(known[model]):
                axes.plot([told[model], head[model]], [y, y], color=chart.colour(1), linewidth=1.2, linestyle=":")
        axes.scatter(
            [s for m in order for s in known[m]], [y for y, m in enumerate(order) for _ in known[m]],
            s=34, facecolor=chart.colour("paper"), edgecolor=chart.colour(0), linewidth=1.6, zorder=3, label="a run",
        )  # fmt: skip
        axes.scatter([head[m] for m in order], range(len(order)), s=46, color=chart.colour(0), zorder=4,
                     label="last site table")  # fmt: skip
        marks = [(told[model], y) for y, model in enumerate(order) if model in told]
        axes.scatter(*zip(*marks, strict=True), s=170, linewidth=2.4, marker="|", color=chart.colour(1), zorder=5,
                     label="README, same commit")  # fmt: skip
        axes.set_yticks(range(len(order)), [label(model) for model in order])
        axes.set_xlim(-4, 124)
        axes.set_xlabel("tasks solved, of 120")
        axes.grid(axis="y", visible=False)
        axes.legend(loc="lower right")
        return figure

    return draw


def label(model: str) -> str:
    """A short name; the route where a model has two."""
    route, _, name = model.rpartition("/")
    name = name.replace("-preview", "")
    return f"{name} ({route.split('/')[0]})" if name == "kimi-k2.6" else name
