"""The figures of the post, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from labs import chart
from labs.contextual_compression import planted
from labs.contextual_compression.found import DRAWN, SHARES, Found
from labs.contextual_compression.planted import Event

WIDTH = 4.3  # inches: the column of a phone at 11 points


def strip(event: Event) -> Figure:
    """The turns of one chat, a row for each way: kept ones drawn, the facts marked."""
    figure, axes = chart.new(WIDTH, 3.3)
    facts = {fact.turn for fact in event.chat.facts}
    for y, way in enumerate(planted.DRAWN):
        kept = set(event.places[way])
        axes.plot([0, len(event.chat.turns)], [y, y], color=chart.colour("grid"), linewidth=1)
        axes.vlines(sorted(kept - facts), y - 0.24, y + 0.24, color=chart.colour("dim"), linewidth=1.2)
        lost, held = sorted(facts - kept), sorted(facts & kept)
        axes.plot(
            lost, [y] * len(lost), "o", color=chart.colour(1), fillstyle="none", markersize=5, markeredgewidth=1.3
        )
        axes.plot(held, [y] * len(held), "o", color=chart.colour(0), markersize=7)
        axes.text(0, y - 0.36, f"{way}: {len(held)} of {len(facts)} facts", fontsize=11)
    axes.axvline(event.turn - 1, color=chart.colour(1), linewidth=1, linestyle=":")
    axes.text(
        event.turn + 1, len(planted.DRAWN) - 0.42, "the forbidden word", fontsize=11, color=chart.colour(1), va="center"
    )
    axes.set_ylim(len(planted.DRAWN) - 0.25, -0.75)
    axes.set_xlabel("turn of the chat")
    axes.set_yticks([])
    axes.grid(False)
    axes.spines[:].set_visible(False)
    return figure


def budget(found: Found) -> Figure:
    """Evidence turns kept over the budget, one line a way."""
    figure, axes = chart.new(WIDTH, 3.7)
    drawn = (("rare words", 0, "-"), ("least typical", 2, "-"), ("dice", "ink", "--"), ("window", 3, "-"),
             ("typical (TextRank)", 1, "-"))  # fmt: skip
    x = [int(share[:-1]) for share in SHARES]
    for way, ink, style in drawn:
        y = [100 * found[way, share].evidence.mean() for share in SHARES]
        axes.plot(x, y, style, color=chart.colour(ink), label=way, marker="o", markersize=4)
    axes.set_xticks(x, SHARES)
    axes.set_xlabel("tokens kept")
    axes.set_ylabel("evidence turns kept, %")
    axes.set_ylim(0, 60)
    axes.legend(loc="upper left")
    return figure


def dots(found: Found) -> Figure:
    """Evidence turns kept at a tenth of the tokens, less what dice keep: a dot a dialogue."""
    figure, axes = chart.new(WIDTH, 3.5)
    ways = DRAWN[:-2] + tuple(reversed(DRAWN[-2:]))
    for y, way in enumerate(ways):
        points = 100 * (found[way, "10%"].evidence - found["dice", "10%"].evidence)
        axes.plot(points, [y] * len(points), "o", color=chart.colour(0 if points.min() > 0 else 1), alpha=0.65)
        axes.plot([points.mean()], [y], "|", color=chart.colour("ink"), markersize=15, markeredgewidth=2)
    axes.axvline(0, color=chart.colour("ink"), linestyle="--", linewidth=1.2)
    axes.set_yticks(range(len(ways)), [way.replace("TextRank, shared words", "TextRank, words") for way in ways])
    axes.set_ylim(len(ways) - 0.5, -0.5)
    axes.set_xlabel("points above dice")
    axes.grid(axis="y", visible=False)
    return figure


def question(rows: Sequence[Sequence[object]]) -> Figure:
    """Answers in the context when a question comes, a bar for each content of the context."""
    figure, axes = chart.new(WIDTH, 5.7)
    for y, (name, tokens, answers, _) in enumerate(rows):
        fetched = "fetched" in str(name)
        ink = 2 if fetched else 0 if name in ("rare words", "session summaries", "written facts") else 4
        axes.barh(y, 100 * float(answers), 0.36, color=chart.colour(ink))
        label = str(name).split(", 1")[0].split(", 2")[0].split(", 5")[0]
        axes.text(0, y - 0.41, f"{label}: {100 * float(tokens):.0f}% of the tokens", fontsize=11, va="center")
        axes.text(100 * float(answers) + 1, y, f"{100 * float(answers):.0f}%", fontsize=11, va="center")
    axes.set_ylim(len(rows) - 0.5, -0.8)
    axes.set_xlim(0, 108)
    axes.set_yticks([])
    axes.set_xticks([])
    axes.grid(False)
    axes.spines[:].set_visible(False)
    return figure
