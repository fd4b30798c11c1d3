"""The figures: what wrong solvers score, what a clean score rules out, graders, LamBench's runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from labs import chart
from labs.record import Results

from .bank import BANDS
from .history import load, scores
from .strata import INNER, ONCE, OUTER, SHIPPED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Draw = Callable[[], "Figure"]
NARROW = 4.2  # inches: a phone shows such a figure without scaling its text down
SHADOW, EIGHT, ALWAYS_W = "ignores shadowing", "stops after 8 steps", "renames every clash to w"
SHOWN = {  # solver: the label in a figure
    ALWAYS_W: "renames to w, no look", ONCE: "renames once, at start", SHIPPED[1]: "Explorer, 2020",
    SHIPPED[0]: "Explorer, 2019", OUTER: "Explorer, 2017", SHADOW: "ignores shadowing",
}  # fmt: skip


def cell(r: Results, table: str, row: Sequence[object], column: str) -> float:
    """A cell of a recorded table: the row begins with `row`."""
    found = r.tables[table]
    return next(c[found.columns.index(column)] for c in found.rows if list(c[: len(row)]) == list(row))


def top(figure: Figure, columns: int = 3) -> None:
    """A legend above the axes, over the whole width, so that no label is cut and the axes keep theirs."""
    figure.legend(loc="outside upper center", ncols=columns, columnspacing=1, handletextpad=0.3, handlelength=1.4)


def plain(r: Results) -> Draw:
    """What each wrong solver scores on the plain bank, as bars."""

    def draw() -> Figure:
        figure, axes = chart.new(NARROW, 2.7)
        order = list(reversed(SHOWN))
        shares = [cell(r, "by_steps", ["all", name], "plain") for name in order]
        axes.barh(
            range(len(order)),
            shares,
            color=[chart.colour(0 if SHOWN[n].startswith("Explorer") else 4) for n in order],
            height=0.66,
        )
        for y, share in enumerate(shares):
            axes.text(share - 0.02, y, f"{100 * share:.1f}%", ha="right", va="center", color=chart.colour("paper"))
        axes.set_yticks(range(len(order)), [SHOWN[name] for name in order])
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(lambda x, _: f"{x:.0%}")
        axes.set_xticks([0, 0.5, 1])
        axes.grid(axis="y", visible=False)
        return figure

    return draw


def flawless(r: Results) -> Draw:
    """How many right answers in a row rule out each wrong solver, by where the questions are from."""

    def draw() -> Figure:
        figure, axes = chart.new(NARROW, 3.1)
        order = list(reversed(SHOWN))
        for y, name in enumerate(order):
            ends = [
                n for s in ("plain", "capture", "deep capture") if (n := cell(r, "flawless", [name], s)) is not None
            ]
            axes.plot([min(ends), max(ends)], [y, y], color=chart.colour("grid"), linewidth=2, zorder=1)
        for stratum, marker, colour, label, up in (
            ("plain", "o", 0, "as drawn", 0), ("capture", "s", 1, "picked", 0.17),
            ("deep capture", "D", 2, "picked, 9+ steps", -0.17),
        ):  # fmt: skip
            at = [
                (n, y + up) for y, name in enumerate(order) if (n := cell(r, "flawless", [name], stratum)) is not None
            ]
            axes.scatter(*zip(*at, strict=True), s=52, marker=marker, facecolor=chart.colour("paper"), zorder=3,
                         edgecolor=chart.colour(colour), linewidth=2, label=label)  # fmt: skip
        axes.set_xscale("log")
        axes.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
        axes.minorticks_off()
        axes.set_xlim(0.7, 6000)
        axes.set_yticks(range(len(order)), [SHOWN[name] for name in order])
        axes.set_ylim(-0.6, len(order) - 0.4)
        axes.set_xlabel("right answers in a row")
        axes.grid(axis="y", visible=False)
        top(figure)
        return figure

    return draw


def naming(r: Results) -> Draw:
    """How many of 1,000 questions catch a solver that never renames, by how binders are named."""

    def draw() -> Figure:
        figure, axes = chart.new(NARROW, 2.2)
        drawn, other, *same = r.tables["naming"].rows  # the same questions next to those they are
        rows = [other, *reversed(same), drawn]
        caught = [1000 * (1 - row[2]) for row in rows]
        axes.barh(range(len(rows)), caught, color=chart.colour(0), height=0.6)
        for y, n in enumerate(caught):
            axes.text(n + 2, y, f"{n:.0f}", va="center")
        axes.set_yticks(range(len(rows)), [row[0].replace("the same", "same") for row in rows])
        axes.set_xlim(0, 1.15 * max(caught))
        axes.set_xlabel("caught, of 1,000 questions")
        axes.grid(axis="y", visible=False)
        return figure

    return draw


def stacked(axes: object, rows: Sequence[tuple[str, Sequence[int]]], labels: Sequence[str]) -> None:
    """Horizontal bars of counts, each with its number, the first row on top."""
    colours = [chart.colour(2), chart.colour(1), chart.colour("grid")][: len(labels)]
    for y, (_, counts) in enumerate(reversed(rows)):
        left = 0
        for count, colour in zip(counts, colours, strict=True):
            axes.barh(y, count, left=left, color=colour, height=0.66)
            if count >= 0.07 * sum(counts):
                ink = max((chart.colour("paper"), chart.colour("ink")), key=lambda c, b=colour: chart.contrast(c, b))
                axes.text(left + count / 2, y, str(count), ha="center", va="center", color=ink)
            left += count
    axes.set_yticks(range(len(rows)), [name for name, _ in reversed(rows)])
    axes.set_ylim(-0.5, len(rows) - 0.5)
    axes.set_xticks([])
    axes.spines[:].set_visible(False)
    axes.grid(visible=False)
    axes.figure.legend([axes.barh(0, 0, color=c) for c in colours], labels, loc="outside upper center", ncols=3,
                       columnspacing=1, handlelength=1, handletextpad=0.4)  # fmt: skip


def graders(r: Results) -> Draw:
    """What three graders call the same right answers in many dresses."""

    def draw() -> Figure:
        figure, axes = chart.new(NARROW, 1.9)
        rows, all_of = [], r.values["dress_all"].value
        for label, name in (("compares text", "text"), ("parses last line", "line"), ("this grader", "this")):
            right = r.values[f"dress_{name}"].value
            rows.append((label, (right, all_of - right)))
        stacked(axes, rows, ["called right", "called wrong"])
        return figure

    return draw


def steps(r: Results) -> Draw:
    """Share right on the plain bank by steps to the normal form, a line a solver."""

    def draw() -> Figure:
        figure, axes = chart.new(NARROW, 3.3)
        for at, (name, label) in enumerate(
            {EIGHT: "stops after 8", INNER: "never, inner", OUTER: "never, outer", SHADOW: "no shadowing"}.items()
        ):
            shares = [cell(r, "by_steps", [band, name], "plain") for band in BANDS]
            colour = chart.colour((4, 1, 0, 3)[at])
            axes.plot(range(len(BANDS)), shares, color=colour, marker="osD^"[at], label=label)
        axes.set_xticks(range(len(BANDS)), BANDS)
        axes.set_ylim(-0.03, 1.05)
        axes.set_yticks([0, 0.5, 1])
        axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        axes.set_xlabel("steps to the normal form")
        top(figure, 2)
        axes.grid(axis="x", visible=False)
        return figure

    return draw


def lambench() -> Draw:
    """Every full run of every model that the site showed, the last site table and the README marked."""
    runs = load("runs")
    head = {row["model"]: row["right"] for row in runs if row["on_head"] == "yes"}
    told = {row["site_model"]: row["right"] for row in load("readme") if row["site_model"]}
    known = {model: found for model, found in scores(runs).items() if model in head}

    def draw() -> Figure:
        figure, axes = chart.new(NARROW, 5.6)
        order = sorted(known, key=lambda model: head[model])
        for y, model in enumerate(order):
            axes.plot([min(known[model]), max(known[model])], [y, y], color=chart.colour("dim"), linewidth=1.4)
        axes.scatter(
            [s for m in order for s in known[m]], [y for y, m in enumerate(order) for _ in known[m]],
            s=30, facecolor=chart.colour("paper"), edgecolor=chart.colour(0), linewidth=1.6, zorder=3, label="a run",
        )  # fmt: skip
        axes.scatter([head[m] for m in order], range(len(order)), s=40, color=chart.colour(0), zorder=4,
                     label="last table")  # fmt: skip
        marks = [(told[model], y) for y, model in enumerate(order) if model in told]
        axes.scatter(*zip(*marks, strict=True), s=120, linewidth=2.2, marker="|", color=chart.colour(1), zorder=5,
                     label="README")  # fmt: skip
        axes.set_yticks(range(len(order)), [label(model) for model in order])
        axes.set_ylim(-0.7, len(order) - 0.3)
        axes.set_xlim(-4, 124)
        axes.set_xlabel("tasks solved, of 120")
        axes.grid(axis="y", visible=False)
        top(figure)
        return figure

    return draw


def label(model: str) -> str:
    """A short name; the route where a model has two."""
    route, _, name = model.rpartition("/")
    name = name.replace("-preview", "").replace("gemini-3.1-flash-lite", "gemini-3.1-fl-lite")
    return f"{name} ({'router' if 'router' in route else 'own'})" if name == "kimi-k2.6" else name
