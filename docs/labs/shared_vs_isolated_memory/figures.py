"""The figures, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from labs import chart
from labs.shared_vs_isolated_memory.cost import AGENTS

WIDTH, TEXT = 4.2, 10.5  # inches and points: eleven pixels where a phone shows 350 px


def plain(axes: object) -> None:
    """No frame, no grid, no ticks."""
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def lanes(page: str) -> Callable[[], Figure]:
    """One order of two agents: who reads and saves when, and what the page holds, `page` in the end."""

    def draw() -> Figure:
        figure, axes = chart.new(WIDTH, 2.5)
        steps = [("A", 0.0, 2.6), ("B", 1.0, 3.8)]
        for lane, (name, read, save) in enumerate(steps):
            ink = chart.colour(lane)
            axes.add_patch(Rectangle((read, lane - 0.22), save - read, 0.44, facecolor=ink, alpha=0.16, linewidth=0))
            axes.text((read + save) / 2, lane, "model thinks", ha="center", va="center", size=TEXT, color=ink)
            for x, label, side in ((read, "reads", "left"), (save, "saves", "right")):
                axes.plot([x, x], [lane - 0.22, lane + 0.22], color=ink, linewidth=2.4)
                axes.text(x, lane - 0.3, label, ha="left" if side == "left" else "right", va="bottom", size=TEXT)
            axes.text(-0.25, lane, name, ha="right", va="center", weight="bold", size=TEXT + 1, color=ink)
        axes.text(-0.25, 2.05, "page", ha="right", va="center", size=TEXT, color=chart.colour("dim"))
        for start, end, text, ink in ((0.0, 2.6, "empty", "dim"), (2.6, 3.8, "A", 0), (3.8, 5.0, page.strip(), 1)):
            axes.add_patch(Rectangle((start + 0.02, 1.8), end - start - 0.04, 0.5, fill=False, linewidth=1,
                                     edgecolor=chart.colour("grid")))  # fmt: skip
            weight = "normal" if ink == "dim" else "bold"
            axes.text(
                (start + end) / 2,
                2.05,
                text,
                ha="center",
                va="center",
                size=TEXT + 1,
                color=chart.colour(ink),
                weight=weight,
            )
        axes.text(4.4, 2.45, "A is gone", ha="center", va="top", size=TEXT, color=chart.colour(5))
        axes.set_xlim(-0.75, 5.05)
        axes.set_ylim(2.85, -0.65)
        axes.set_xticks([])
        axes.set_yticks([])
        plain(axes)
        return figure

    return draw


def ways(rows: Sequence[tuple[str, str, str, str, str]]) -> Callable[[], Figure]:
    """What each way of keeping the page does: (name, lost, error, calls, wait), "" where there is nothing to say."""

    def draw() -> Figure:
        figure, axes = chart.new(WIDTH, 3.9)
        for y, (_, *cells) in enumerate(rows):
            for x, text in enumerate(cells):
                bad = text not in ("0", "1", "")
                fill = chart.colour((5, 1, 0, 3)[x] if bad else "grid")
                axes.bar(x, 0.86, 0.94, y - 0.43, color=fill)
                axes.text(
                    x, y, text, ha="center", va="center", size=TEXT, color=chart.colour("paper" if bad else "ink")
                )
        axes.set_yticks(range(len(rows)), [name for name, *_ in rows], size=TEXT)
        axes.set_xticks(range(4), ["note\nlost", "error", "calls\na note", "wait"], size=TEXT)
        axes.xaxis.tick_top()
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(-0.5, 3.5)
        plain(axes)
        return figure

    return draw


def fleets(cells: dict[tuple[str, str], int]) -> Callable[[], Figure]:
    """Two agents that write in two ways: of four overlapping orders, those that lose a note in silence."""

    def draw() -> Figure:
        figure, axes = chart.new(WIDTH, 3.1)
        names = list(dict.fromkeys(a for a, _ in cells))
        for y, a in enumerate(names):
            for x, b in enumerate(names):
                lost = cells[a, b]
                axes.bar(x, 0.86, 0.94, y - 0.43, color=chart.colour(5 if lost else "grid"))
                ink = chart.colour("paper" if lost else "ink")
                axes.text(x, y, str(lost), ha="center", va="center", size=TEXT, color=ink)
        axes.set_yticks(range(len(names)), names, size=TEXT)
        axes.set_xticks(range(len(names)), [name.replace(" ", "\n") for name in names], size=TEXT)
        axes.xaxis.tick_top()
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlim(-0.5, len(names) - 0.5)
        plain(axes)
        return figure

    return draw


def calls(curves: dict[str, Sequence[float]]) -> Callable[[], Figure]:
    """Model calls a note against agents that start together, a line for each way."""

    def draw() -> Figure:
        figure, axes = chart.new(WIDTH, 2.9)
        for ink, (name, values) in zip((1, 3, 2), curves.items(), strict=True):
            axes.plot(AGENTS, values, "o-", color=chart.colour(ink), label=name)
            shift = (4, -12) if values[-1] < 1.2 else (4, 4)
            axes.annotate(f"{values[-1]:.1f}", (AGENTS[-1], values[-1]), shift, textcoords="offset points", size=TEXT)
        axes.set_xticks(AGENTS, [str(n) for n in AGENTS], size=TEXT)
        axes.set_xlabel("agents that start together", size=TEXT)
        axes.set_ylabel("model calls a note", size=TEXT)
        axes.set_ylim(0, 9.5)
        axes.set_xlim(0, 18.2)
        axes.tick_params(labelsize=TEXT)
        axes.legend(loc="upper left", fontsize=TEXT)
        return figure

    return draw


def guesses(shares: dict[str, float]) -> Callable[[], Figure]:
    """How often the nearest sentence is a fact, by what marks the guesses."""

    def draw() -> Figure:
        figure, axes = chart.new(WIDTH, 2.7)
        for y, (name, share) in enumerate(shares.items()):
            axes.barh(y, 1, 0.7, color=chart.colour("grid"))
            axes.barh(y, share, 0.7, color=chart.colour(2 if name.startswith("only") else 0))
            axes.text(share - 0.02, y, f"{share:.0%}", ha="right", va="center", size=TEXT, color=chart.colour("paper"))
        axes.set_yticks(range(len(shares)), shares, size=TEXT)
        axes.set_ylim(len(shares) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        axes.set_xticks([])
        plain(axes)
        return figure

    return draw
