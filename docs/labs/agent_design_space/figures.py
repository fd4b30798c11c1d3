"""The figures, drawn for a phone: the bundle against chance, sessions and jobs, and every agent on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labs import chart
from labs.agent_design_space.survey import Agent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, SIZE = 4.2, 10  # inches and points: 11 pixels and more where a phone scales it down
MARKS = "osD"  # of the regions, beside their colours
LANES = {"the model decides": ("model",), "code or user decides": ("hybrid", "code", "user")}
PER_LINE = {"the model decides": 2, "code or user decides": 1}


def small(axes: Axes) -> None:
    """Text of one size, and no more lines than needed."""
    axes.tick_params(labelsize=SIZE, length=0)
    axes.xaxis.label.set_size(SIZE)
    axes.yaxis.label.set_size(SIZE)


def the_bundle(coding: tuple[list[int], list[float]], others: tuple[list[int], list[float]]) -> Figure:
    """Bars: agents at each number of features. Dots: what independent features give on average, exactly."""
    figure, panels = chart.new(WIDTH, 3.6, nrows=2, sharex=True)
    for axes, (observed, expected), words in zip(panels, (coding, others), ("coding agents", "others"), strict=True):
        axes.bar(range(7), observed, 0.66, color=chart.colour(0), label="agents")
        axes.plot(range(7), expected, "o", color=chart.colour(1), markersize=7, label="if features were independent")
        axes.set_title(f"{words} ({sum(observed)})", size=SIZE)
        axes.set_ylim(0, 6.6)
        axes.set_yticks([0, 3, 6])
        axes.grid(axis="x", visible=False)
        small(axes)
    panels[1].set_xticks(range(7))
    panels[1].set_xlabel("how many of the six features it ships")
    marks, words = panels[0].get_legend_handles_labels()
    figure.legend(
        marks[::-1], words[::-1], loc="outside upper center", ncols=2, fontsize=SIZE, handletextpad=0.3, columnspacing=1
    )
    return figure


def the_runs(sessions: list[Agent], jobs: list[Agent]) -> Figure:
    """A dot for each agent above the number of its features: sessions above, jobs below, libraries hollow."""
    figure, (above, below) = chart.new(WIDTH, 3.3, nrows=2, sharex=True)
    for axes, group, words, hue in (
        (above, sessions, "session: a person comes back", 0),
        (below, jobs, "job: it ends with the answer", 1),
    ):
        for score in range(7):
            stack = sorted((a for a in group if a.score == score), key=lambda a: a["work_note"].startswith("a library"))
            for i, agent in enumerate(stack, 1):
                library = agent["work_note"].startswith("a library")
                fill = "none" if library else chart.colour(hue)
                axes.plot(score, i, "o", color=chart.colour(hue), markerfacecolor=fill, markersize=8)
        axes.set_title(words, size=SIZE)
        axes.set_ylim(0.2, 7)
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.spines["left"].set_visible(False)
        small(axes)
    below.plot([], [], "o", color=chart.colour(1), markerfacecolor="none", markersize=8, label="a library")
    below.legend(loc="upper right", fontsize=SIZE, handletextpad=0.1, borderaxespad=0)
    below.set_xticks(range(7))
    below.set_xlabel("how many of the six features it ships")
    return figure


def the_guards(cells: list[list[int]]) -> Figure:
    """Agents by human gate (rows) and isolation (columns), each default, opt-in or none."""
    figure, axes = chart.new(WIDTH, 2.4)
    levels = ["by default", "opt-in", "none"]
    chart.heat(axes, cells, levels, levels, label=str, top=float(max(map(max, cells))))
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xlabel("isolates what it runs")
    axes.set_ylabel("asks a person")
    small(axes)
    return figure


def the_map(rows: list[Agent], region: dict[str, int], names: dict[int, str]) -> Figure:
    """Every agent by name: from top to bottom its number of features, left or right who decides, mark its region."""
    figure, axes = chart.new(WIDTH, 6.2)
    y, places = 0.0, {"the model decides": (0.45, 1.62), "code or user decides": (2.85,)}
    for words, xs in places.items():
        axes.text(xs[0] - 0.08, y - 1.0, words, size=SIZE, color=chart.colour("dim"), va="center")
    for score in range(6, -1, -1):
        depth = 1
        for words, drivers in LANES.items():
            inside = [a for a in rows if a.score == score and a["driver"] in drivers]
            inside.sort(key=lambda a: (region[a.name], a.short.lower()))
            wide = PER_LINE[words]
            for i, agent in enumerate(inside):
                x, line = places[words][i % wide], y + i // wide
                kind = region[agent.name]
                fill = chart.colour(kind) if agent["work"] == "session" else "none"
                axes.plot(x, line, MARKS[kind], color=chart.colour(kind), markerfacecolor=fill, markersize=5.5)
                axes.text(x + 0.09, line, agent.short, size=SIZE, va="center")
            depth = max(depth, -(-len(inside) // wide))
        axes.text(0.1, y, str(score), size=SIZE + 2, weight="bold", va="center", ha="center")
        y += depth
        if score:
            axes.axhline(y - 0.5, color=chart.colour("grid"), linewidth=1)
    for kind, words in names.items():
        axes.plot([], [], MARKS[kind], color=chart.colour(kind), markersize=6, label=words)
    axes.set_xlim(0, 4.15)
    axes.set_ylim(y - 0.4, -1.6)
    axes.axis("off")
    figure.legend(loc="outside upper center", ncols=3, fontsize=SIZE, handletextpad=0.1, columnspacing=1.0)
    return figure
