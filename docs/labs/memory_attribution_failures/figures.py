"""The figures, each narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from labs import chart
from labs.memory_attribution_failures.found import NOISE
from labs.memory_attribution_failures.pipeline import HOPS
from labs.memory_attribution_failures.survey import FIELDS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, TEXT = 4.2, 10.5  # inches and points: eleven pixels where a phone shows 350 px
WORDS = {"owner": "whose", "speaker": "who said it", "subject": "about whom", "time": "when, or replaced",
         "basis": "said or guessed"}  # fmt: skip


def lanes(rows: Sequence[tuple[str, str, str]]) -> Callable[[], Figure]:
    """Reports (label, broken hop, address), a line each: hops that kept the field, the one that lost it, the rest."""

    def draw() -> Figure:
        figure, axes = chart.new(WIDTH, 0.5 + 0.52 * len(rows))
        for y, (label, hop_lost, _) in enumerate(rows):
            broken = HOPS.index(hop_lost)
            axes.text(0, y - 0.31, label, size=TEXT, va="center")
            for hop in range(len(HOPS)):
                x = 0.45 + hop
                if hop < broken:
                    axes.plot([x, x + 1], [y + 0.12] * 2, color=chart.colour(0), linewidth=2.2)
                    axes.plot(x, y + 0.12, "o", color=chart.colour(0), markersize=8)
                elif hop == broken:
                    axes.plot(x, y + 0.12, "X", color=chart.colour(1), markersize=11)
                else:
                    axes.plot(x, y + 0.12, "o", color=chart.colour("grid"), markersize=8)
        axes.set(xlim=(-0.05, 4), ylim=(len(rows) - 0.5, -0.7))
        axes.set_xticks([0.45 + i for i in range(len(HOPS))], HOPS, size=TEXT)
        axes.xaxis.tick_top()
        axes.set_yticks([])
        axes.grid(False)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        return figure

    return draw


def hops(grid: Sequence[Sequence[int]]) -> Callable[[], Figure]:
    """Counts of reports by field and hop."""

    def draw() -> Figure:
        figure, axes = chart.new(WIDTH, 2.6)
        chart.heat(axes, grid, [WORDS[f] for f in FIELDS], HOPS, label="{:.0f}".format, top=10)
        axes.tick_params(labelsize=TEXT)
        axes.xaxis.tick_top()
        return figure

    return draw


def paired(
    rows: dict[str, tuple[float, float]], names: Sequence[str], height: float, of: int = 0
) -> Callable[[], Figure]:
    """Two bars a row: shares, or counts `of` so many, whose axis is marked to the half of them."""
    whole, room = (of / 2, 1.3) if of else (1, 1.18)

    def draw() -> Figure:
        figure, axes = chart.new(WIDTH, height)
        for y, values in enumerate(rows.values()):
            for shift, value, series in zip((-0.2, 0.2), values, (0, 1), strict=True):
                axes.barh(y + shift, value, height=0.36, color=chart.colour(series))
                said = str(value) if of else f"{value:.0%}"
                axes.text(value + 0.015 * whole, y + shift, said, va="center", size=TEXT)
        axes.set_yticks(range(len(rows)), [name.replace(" + ", "\n+ ") for name in rows], size=TEXT)
        axes.invert_yaxis()
        axes.set_xlim(0, room * whole)
        marks = ["0", f"{of // 4}", f"{of // 2} of {of}"] if of else ["0%", "50%", "100%"]
        axes.set_xticks([0, whole / 2, whole], marks, size=TEXT)
        axes.grid(axis="y", visible=False)
        axes.tick_params(length=0)
        swatch = [axes.barh(0, 0, color=chart.colour(i)) for i in (0, 1)]
        figure.legend(swatch, names, loc="outside upper right", ncols=2, fontsize=TEXT, handlelength=1.2)
        return figure

    return draw


def tags(won: dict[str, tuple[int, int]]) -> Callable[[], Figure]:
    """Pairs, of 48, in which the assistant's tagged sentence is nearer than the user's own, by question."""
    return paired(won, ["tagged", "and asked by tag"], 4.2, of=48)


def people(rows: Sequence[tuple[str, Sequence[int]]], of: int) -> Callable[[], Figure]:
    """Three bars a run: questions asked of the owner, of the other speaker, and both, judged right."""

    def draw() -> Figure:
        figure, axes = chart.new(WIDTH, 3.6)
        for y, (_, values) in enumerate(rows):
            for series, value in enumerate(values):
                at = y + 0.27 * (series - 1)
                axes.barh(at, value, height=0.25, color=chart.colour(series))
                axes.text(value + of / 60, at, str(value), va="center", size=TEXT)
        axes.set_yticks(range(len(rows)), [name.replace(" ", "\n", 1) for name, _ in rows], size=TEXT)
        axes.invert_yaxis()
        axes.set_xlim(0, 1.14 * of)
        axes.set_xticks([0, of], ["0", f"{of} pairs"], size=TEXT)
        axes.grid(axis="y", visible=False)
        axes.tick_params(length=0)
        swatch = [axes.barh(0, 0, color=chart.colour(i)) for i in range(3)]
        names = ["the owner's", "the other's", "both"]
        figure.legend(swatch, names, loc="outside upper right", ncols=3, fontsize=TEXT, handlelength=1)
        return figure

    return draw


def suggested(found: dict[str, tuple[float, float]]) -> Callable[[], Figure]:
    """Right answers and suggestions that came back, by the fields that the read query uses."""
    return paired(found, ["right", "suggested"], 2.6)


def leaks(found: dict[str, tuple[float, float]]) -> Callable[[], Figure]:
    """Another user's answer by kind of name: the fact stored, and never said."""
    return paired(found, ["fact is stored", "never said"], 3.5)


def noise(drawn: Sequence[tuple[str, Sequence[float]]]) -> Callable[[], Figure]:
    """Another user's answers by the share of labels and of names that are wrong, for four read queries."""
    label = {"nearest row": "nearest row with the label", "label": "newest by label", "name": "newest by name",
             "label and name": "newest by both"}  # fmt: skip

    def draw() -> Figure:
        figure, axes = chart.new(WIDTH, 3.2)
        for series, (way, values) in enumerate(drawn):
            style = ("o-", "s-", "d-", "^--")[series]
            axes.plot(NOISE, values, style, color=chart.colour(series), label=label[way])
        axes.set(xlabel="labels, and names, that are wrong", ylim=(-0.008, 0.23))
        axes.xaxis.label.set_size(TEXT)
        axes.set_xticks(NOISE, [f"{p:.0%}" for p in NOISE], size=TEXT)
        axes.set_yticks([0, 0.05, 0.1, 0.15, 0.2], ["0%", "5%", "10%", "15%", "20%"], size=TEXT)
        axes.legend(fontsize=TEXT, loc="upper left")
        return figure

    return draw
