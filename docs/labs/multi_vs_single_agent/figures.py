"""The figures of the post, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from labs import chart
from labs.multi_vs_single_agent.merge import CHECKS, CRASH, FAIL, SILENT, outcome, seen
from labs.multi_vs_single_agent.shop import DECISIONS

WIDTH = 4.3  # inches: the column of a phone at 11 points
DRAWN = {
    "own tests": "each half's own tests",
    "it runs": "the ordinary order runs",
    "types": "types at the border",
    "its answer": "the ordinary order, with its answer",
    "side by side": "examples side by side",
}
COLOURS = {CRASH: 4, FAIL: 0, SILENT: 1}
WORDS = {CRASH: "it crashes", FAIL: "its test fails", SILENT: "it passes"}


def clean(axes) -> None:
    """No frame, no grid, no ticks."""
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def twelve() -> Figure:
    """Twelve decisions, five checks: a filled cell where the check sees both ways to disagree."""
    figure, axes = chart.new(WIDTH, 5.0)
    for y, decision in enumerate(DECISIONS):
        for x, name in enumerate(DRAWN.values()):
            sees = seen(CHECKS[name], decision)
            axes.bar(x, 0.84, 0.9, y - 0.42, color=chart.colour(2 if sees else "grid"))
            if sees:
                axes.text(x, y, "✓", ha="center", va="center", color=chart.colour("paper"), fontsize=12)
    axes.set_yticks(range(len(DECISIONS)), [decision.name for decision in DECISIONS])
    for label, decision in zip(axes.get_yticklabels(), DECISIONS, strict=True):
        if outcome(decision) == SILENT:
            label.set_color(chart.colour(1))
            label.set_fontweight("bold")
    axes.set_xticks(range(len(DRAWN)), DRAWN, rotation=40, ha="left", rotation_mode="anchor")
    axes.xaxis.tick_top()
    axes.set_xlim(-0.5, len(DRAWN) - 0.5)
    axes.set_ylim(len(DECISIONS) - 0.5, -0.5)
    clean(axes)
    return figure


def model(rows: Sequence[Sequence[object]]) -> Figure:
    """In how many of four programs a small model takes different ways at the two ends."""
    figure, axes = chart.new(WIDTH, 4.4)
    for y, (_, count, said) in enumerate(rows):
        axes.barh(y, count, 0.7, color=chart.colour(COLOURS[said]))
        axes.text(count + 0.06, y, f"{count:.0f}", va="center", fontsize=11)
    axes.set_yticks(range(len(rows)), [str(row[0]) for row in rows])
    axes.set_xlim(0, 4.5)
    axes.set_xticks([])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    clean(axes)
    handles = [Patch(color=chart.colour(COLOURS[kind]), label=WORDS[kind]) for kind in (CRASH, FAIL, SILENT)]
    figure.legend(handles=handles, loc="outside upper left", ncols=3, handlelength=1, columnspacing=1)
    return figure


def hindsight(saved: Sequence[tuple[str, float, float]]) -> Figure:
    """What the seam saves of the commits across, on the half it was found in and on the later one."""
    figure, axes = chart.new(WIDTH, 3.2)
    for y, (_, older, newer) in enumerate(saved):
        axes.plot([newer, older], [y, y], color=chart.colour("grid"), linewidth=3, zorder=1)
        axes.plot(
            older, y, "o", color=chart.colour(0), markersize=9, label="commits it was found in" if y == 0 else None
        )
        axes.plot(newer, y, "s", color=chart.colour(1), markersize=8, label="later commits" if y == 0 else None)
    axes.set_yticks(range(len(saved)), [one[0] for one in saved])
    axes.set_ylim(len(saved) - 0.5, -0.5)
    axes.set_xlim(-0.05, 0.6)
    axes.set_xticks([0, 0.2, 0.4, 0.6], ["0%", "20%", "40%", "60%"])
    axes.set_xlabel("fewer commits across than at random")
    figure.legend(loc="outside upper left", ncols=1, handlelength=1)
    return figure


def speed(rows: Sequence[Sequence[object]]) -> Figure:
    """Speed of four writers over disagreements, one line for each repair rule."""
    figure, axes = chart.new(WIDTH, 3.9)
    rules = list(dict.fromkeys(row[1] for row in rows))
    for ink, rule in enumerate(rules):
        points = [(row[0], row[2]) for row in rows if row[1] == rule]
        axes.plot(
            *zip(*points, strict=True), color=chart.colour(ink), label=rule, linestyle=("-", "--", "-.", ":")[ink]
        )
    axes.axhline(1, color=chart.colour("ink"), linewidth=1)
    axes.text(0.3, 1.06, "one writer", fontsize=11)
    axes.set_xlabel("disagreements in 24 modules")
    axes.set_ylabel("speed")
    axes.set_ylim(0, 4.2)
    axes.set_xticks(range(0, 25, 6))
    figure.legend(loc="outside upper left", ncols=1)
    return figure


def stuck(rows: Sequence[tuple[str, float, float, int]]) -> Figure:
    """Tests passed by one agent and by three, by task; where the lone agent's log is whole, its longest repeat."""
    figure, axes = chart.new(WIDTH, 5.4)
    for y, (_, one, three, repeated) in enumerate(rows):
        for shift, value, series in ((-0.2, one, 0), (0.2, three, 1)):
            axes.barh(y + shift, value, 0.36, color=chart.colour(series))
            said = f"{value:g}%" + (f", one command {repeated} times" if repeated and series == 0 else "")
            axes.text(value + 1.2, y + shift, said, va="center", fontsize=10)
    axes.set_yticks(range(len(rows)), [row[0] for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.6)
    axes.set_xlim(0, 104)
    axes.set_xticks([])
    clean(axes)
    handles = [Patch(color=chart.colour(i), label=label) for i, label in enumerate(("one agent", "three agents"))]
    figure.legend(handles=handles, loc="outside upper left", ncols=2, handlelength=1)
    return figure
