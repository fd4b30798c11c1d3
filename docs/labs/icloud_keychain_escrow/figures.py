"""The figures of the post, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from labs import chart
from labs.icloud_keychain_escrow.search import NO_CAP

WIDTH = 4.3  # inches: the column of a phone at 11 points
PANELS = {  # cluster: title
    "own counts, 3 of 5": "own counts, 3 of 5 votes",
    "each number signed once, 3 of 5": "each number once, 3 of 5",
    "each number signed once, 3 of 5, one restored": "… one member restored",
    "each number signed once, 4 of 5, two restored": "4 of 5, two restored",
}


def votes(rows: Sequence[Sequence[int | str]]) -> Figure:
    """Who votes for each guess of the longest attack: a row a member, a column a guess.

    `rows` have cluster, guess, the letters of the members that vote, and of those that are restored and vote.
    """
    figure, panels = chart.new(WIDTH, 5.6, nrows=4, sharex=True)
    for axes, (name, title) in zip(panels, PANELS.items(), strict=True):
        tries = [cells for cluster, *cells in rows if cluster == name]
        for column, ink, mark in ((1, 0, "s"), (2, 1, "D")):
            places = [
                (cells[0], "ABCDE".index(letter)) for cells in tries for letter in cells[column] if letter in "ABCDE"
            ]
            if places:
                axes.scatter(*zip(*places, strict=True), s=34, marker=mark, color=chart.colour(ink), linewidth=0)
        axes.axvline(10.5, color=chart.colour("dim"), linewidth=1, linestyle=":")
        axes.set_title(f"{title}: {len(tries)} guesses", fontsize=11.5)
        axes.set_yticks(range(5), "ABCDE")
        axes.set_ylim(4.6, -0.6)
        axes.set_xlim(0.2, 20.8)
        axes.set_xticks([1, 5, 10, 15, 20])
        axes.grid(False)
        axes.tick_params(length=0)
    panels[-1].set_xlabel("guesses answered; the limit is 10")
    handles = [
        Line2D([], [], linestyle="", marker="s", color=chart.colour(0), label="votes"),
        Line2D([], [], linestyle="", marker="D", color=chart.colour(1), label="restored, votes"),
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=2, handlelength=1, borderaxespad=0.2)
    return figure


def locks() -> Figure:
    """An escrow record: what lies inside what, and who can open it."""
    figure, axes = chart.new(WIDTH, 2.5)
    boxes = (
        (0, 0, 10, 7.2, "ink", "escrow record, sealed to the cluster's key"),
        (0.5, 1.3, 9, 5.4, 0, "a verifier, to check a code by SRP"),
        (0.5, 2.9, 9, 3.8, 1, "wrapped under your code:"),
        (1.0, 4.3, 8, 2.0, "dim", "the key to your keychain"),
    )
    for x, y, width, height, ink, text in boxes:
        colour = chart.colour(ink)
        if ink != 0:
            axes.add_patch(Rectangle((x, y), width, height, facecolor="none", edgecolor=colour, linewidth=1.5))
        axes.text(x + 0.3, y + 0.75, text, fontsize=11.5, color=colour, va="center")
    axes.text(1.3, 5.7, "(the keychain itself lies elsewhere)", fontsize=11, color=chart.colour("dim"), va="center")
    axes.text(
        0, 8.1, "the rule of ten guards the outer box only", fontsize=11.5, va="center", color=chart.colour("ink")
    )
    axes.set_xlim(-0.1, 10.1)
    axes.set_ylim(8.6, -0.2)
    axes.axis("off")
    return figure


def power() -> Figure:
    """Two orders of two lines, and a power cut between them."""
    figure, axes = chart.new(WIDTH, 2.5)
    orders = (
        ("answer first", "vote leaves", "count written", "heard, not counted: no cap", 1),
        ("count first", "count written", "vote leaves", "counted, not heard: 10 at most", 2),
    )
    for y, (name, before, after, said, ink) in enumerate(orders):
        top = 2.1 * y
        axes.text(0, top, name, fontweight="bold", fontsize=11.5)
        for x, text, live in ((0, before, True), (5.9, after, False)):
            colour = chart.colour("ink" if live else "dim")
            box = {"boxstyle": "round,pad=0.35", "facecolor": "none", "edgecolor": colour}
            if not live:
                box["linestyle"] = ":"
            axes.text(x + 0.15, top + 0.68, text, fontsize=11.5, color=colour, bbox=box, va="center")
        axes.text(4.75, top + 0.68, "⚡", fontsize=15, color=chart.colour(1), ha="center", va="center")
        axes.text(0, top + 1.36, said, fontsize=11.5, color=chart.colour(ink), va="center")
    axes.set_xlim(0, 10)
    axes.set_ylim(3.8, -0.5)
    axes.axis("off")
    return figure


def restored(rows: Sequence[Sequence[int | str]]) -> Figure:
    """Guesses over the members that can be restored; those without a cap at the upper edge."""
    figure, axes = chart.new(WIDTH, 3.9)
    top = 42
    drawn = (
        ("read and write, 3 of 5", "read and write, 3 of 5", 1, "-", "o", 0.5),
        ("own counts, 3 of 5", "own counts, 3 of 5", 3, "--", "s", 0),
        ("signed once, 3 of 5", "each number once, 3 of 5", 0, "-", "^", -0.5),
        ("signed once, 4 of 5", "each number once, 4 of 5", 2, "-", "D", 0),
        ("signed once, 5 of 5", "each number once, 5 of 5", 4, ":", "v", -1.2),
    )
    for rule, label, ink, style, mark, shift in drawn:
        found = [guesses for _, name, guesses in rows if name == rule]
        heights = [(top if g == NO_CAP else g) + shift for g in found]
        last = found.index(NO_CAP) + 1 if NO_CAP in found else len(found)
        axes.plot(range(last), heights[:last], style, marker=mark, color=chart.colour(ink), label=label)
    axes.axhline(top, color=chart.colour("dim"), linewidth=1, linestyle=":")
    axes.set_yticks([10, 20, 30, top], ["10", "20", "30", "no cap"])
    axes.set_xticks(range(4))
    axes.set_xlabel("members restored, of five")
    axes.set_ylabel("guesses answered")
    axes.set_ylim(5, 45)
    figure.legend(loc="outside upper left", ncols=1, borderaxespad=0.2)
    return figure
