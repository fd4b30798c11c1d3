"""The two figures: every agent on the map, and the bundle against chance."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from labs import chart
from labs.agent_design_space.survey import Agent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARKS = "osD^"  # of the regions, beside their colours
LANES = {"model": "the model", "hybrid": "code first, then the model", "code": "the code", "user": "the user"}


def the_map(rows: list[Agent], region: dict[str, int], names: dict[int, str]) -> Figure:
    """Every agent as a labelled dot: features to the right, who drives from top to bottom, colour its region."""
    cells: dict[tuple[str, int], list[Agent]] = defaultdict(list)
    for agent in rows:
        cells[agent["driver"], agent.score].append(agent)
    figure, axes = chart.new(height=6.9)
    top = 0.0
    for lane, words in LANES.items():
        axes.text(-0.12, top, f"decided by {words}", color=chart.colour("dim"), size=10, va="center")
        stacks = {score: found for (driver, score), found in cells.items() if driver == lane}
        for score, found in stacks.items():
            for i, agent in enumerate(sorted(found, key=lambda a: (region[a.name], a.name.lower())), 1):
                axes.plot(
                    score, top + i, MARKS[region[agent.name]], color=chart.colour(region[agent.name]), markersize=5
                )
                axes.annotate(agent.short, (score, top + i), (5, 0), textcoords="offset points", va="center", size=8)
        top += max(map(len, stacks.values())) + 1.3
        if lane != "user":
            axes.axhline(top - 0.65, color=chart.colour("grid"), linewidth=1)
    for index, words in names.items():
        axes.plot([], [], MARKS[index], color=chart.colour(index), markersize=5, label=words)
    axes.set_ylim(top - 0.6, -0.6)
    axes.set_xlim(-0.15, 6.85)
    axes.set_xticks(range(7))
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.set_xlabel("how many of six harness features it ships")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    figure.legend(loc="outside upper center", ncols=4, handletextpad=0.1, columnspacing=1.2)
    return figure


def the_bundle(observed: list[int], null: np.ndarray) -> Figure:
    """Bars: agents at each number of features. Dots and whiskers: mean and 95% of the null's tables, (times, 7)."""
    figure, axes = chart.new()
    places = np.arange(len(observed))
    axes.bar(places, observed, 0.62, color=chart.colour(0), label="the 24 model-driven agents")
    low, high = np.quantile(null, [0.025, 0.975], axis=0)
    mean = null.mean(axis=0)
    axes.errorbar(
        places, mean, [mean - low, high - mean], fmt="o", color=chart.colour(1), capsize=5,
        label="same features, dealt out independently (95%)",
    )  # fmt: skip
    axes.set_xticks(places)
    axes.set_xlabel("how many of six harness features it ships")
    axes.set_ylabel("agents")
    axes.set_ylim(0, 14.5)
    axes.grid(axis="x", visible=False)
    axes.legend(loc="upper left")
    return figure
