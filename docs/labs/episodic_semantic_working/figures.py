"""The figures of the post, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from labs import chart
from labs.episodic_semantic_working import exact
from labs.episodic_semantic_working.exact import Rates
from labs.episodic_semantic_working.found_stores import Map
from labs.episodic_semantic_working.world import DELIVERIES, FORMATS

WIDTH = 4.3  # inches: the column of a phone at 11 points


def ana(rules: Sequence[str], reports: Sequence[Sequence[int | str]]) -> Figure:
    """A square a report, in rows of twelve: what went out, and whether it was wanted.

    A row of `reports` has number, format wanted, whether it is late, and what went out under each of the rules.
    """
    figure, axes = chart.new(WIDTH, 3.9)
    signs = dict(zip(FORMATS, "PsCMX", strict=True))
    for block, name in enumerate(rules):
        top = block * 3.3
        axes.text(-0.5, top - 0.65, name, fontsize=11, fontweight="bold", va="center")
        if not block:
            axes.text(11.5, top - 0.72, "wants CSV from here", fontsize=11, va="center", ha="right")
        for i, (_, wanted, late, *sent) in enumerate(reports):
            x, y, right = i % 12, top + i // 12 + 0.15, sent[block] == wanted
            axes.bar(x, 0.86, 0.9, y - 0.43, color=chart.colour("grid" if right else 1))
            ink = chart.colour("ink" if right else "paper")
            axes.text(x, y, signs[sent[block]], ha="center", va="center", color=ink, fontsize=11)
            if late == "yes":
                axes.plot([x - 0.35, x + 0.35], [y + 0.37] * 2, color=chart.colour(3), linewidth=2.5)
            if i and wanted != reports[i - 1][1]:
                axes.plot([x - 0.5, x - 0.5], [y - 0.55, y + 0.55], color=chart.colour("ink"), linewidth=2.5)
    axes.set_ylim(9.2, -1.2)
    axes.set_xlim(-0.7, 11.6)
    axes.axis("off")
    return figure


def course() -> Figure:
    """Chance that a delivery is right, from the first on."""
    figure, axes = chart.new(WIDTH, 3.3)
    lines = ((3, "three in a row", 2, "-"), (1, "one complaint", 0, "-"), (0, "successes only", 1, "-"))
    for k, name, ink, style in lines:
        axes.plot(
            range(1, DELIVERIES + 1), exact.course(k, Rates(), DELIVERIES), style, color=chart.colour(ink), label=name
        )
    axes.axhline(1 / len(FORMATS), linestyle="--", color=chart.colour("dim"), label="guessing", linewidth=1.4)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
    axes.set_xlabel("report number")
    axes.set_ylabel("right")
    figure.legend(loc="outside upper left", ncols=2, borderaxespad=0.2, columnspacing=1.2)
    return figure


def untrue(rows: list[list[object]]) -> Figure:
    """Share right over the share of untrue complaints, a line for each count."""
    figure, axes = chart.new(WIDTH, 3.3)
    here = [row for row in rows if row[1] == "1 in 50"]
    for column, name, ink in ((5, "three", 2), (4, "two", 4), (6, "five", 3), (3, "one", 0), (2, "successes only", 1)):
        axes.plot([row[0] for row in here], [row[column] for row in here], color=chart.colour(ink), label=name)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
    axes.set_xticks([0, 0.1, 0.2, 0.3, 0.4], ["0", "10%", "20%", "30%", "40%"])
    axes.set_xlabel("right reports complained about")
    axes.set_ylabel("right")
    figure.legend(loc="outside upper left", ncols=3, borderaxespad=0.2, columnspacing=1.2)
    return figure


def split(wrong: dict[str, float]) -> Figure:
    """Wrong reports a user after the key was split, by what had been kept."""
    figure, axes = chart.new(WIDTH, 3.2)
    names = list(wrong)[::-1]
    inks = [2 if name.startswith("whole") else 1 if name.startswith("the old") else 0 for name in names]
    axes.barh(range(len(names)), [wrong[name] for name in names], color=[chart.colour(ink) for ink in inks], height=0.7)
    for y, name in enumerate(names):
        axes.text(wrong[name] + 0.1, y, f"{wrong[name]:.1f}", va="center", fontsize=11)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlim(0, max(wrong.values()) * 1.15)
    axes.set_xlabel("wrong reports a user, of 40")
    axes.grid(axis="y", visible=False)
    return figure


def three_by_three(found: Map) -> Figure:
    """The map: what a thing is, and whose rule it is kept by."""
    figure, axes = chart.new(WIDTH, 3.7)
    rows, columns = ("step result\nby user", "episode", "fact"), ("ends with\nthe task", "only\nappended", "replaced")
    for y, line in enumerate(found.cells):
        for x, text in enumerate(line):
            own = x == y > 0  # of step results the key decides, not the rule
            axes.bar(x, 0.92, 0.94, y - 0.46, color=chart.colour(2 if own else "grid"))
            ink = chart.colour("paper" if own else "ink")
            axes.text(x, y, text, ha="center", va="center", color=ink, fontsize=11, fontweight="bold" if own else None)
    axes.set_xticks(range(3), columns)
    axes.set_yticks(range(3), rows)
    axes.xaxis.tick_top()
    axes.set_ylim(2.5, -0.5)
    axes.set_xlim(-0.5, 2.5)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return figure
