"""The figures of the post, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from labs import chart
from labs.memory_serialization import matrix, turns

WIDTH = 4.3  # inches: the column of a phone at 11 points
CELLS = {  # outcome: colour, sign, words
    matrix.KEPT: ("grid", "✓", "nothing saved is lost"),
    matrix.LOST: (0, "−1", "a saved message is lost"),
    matrix.REFUSED: (3, "?", "the session is refused"),
    matrix.GONE: (1, "✗", "the session is unreadable"),
}
LABELS = {
    matrix.EVENTS[0]: "bad value",
    matrix.EVENTS[1]: "size limit, kill",
    matrix.EVENTS[2]: "second writer",
    matrix.EVENTS[3]: "next append",
    matrix.EVENTS[4]: "killed mid-call",
    matrix.EVENTS[5]: "new code",
}


def grid(axes, cells: Sequence[Sequence[str]]) -> None:
    """A field of cells, each in the colour of its outcome with its sign."""
    for y, row in enumerate(cells):
        for x, said in enumerate(row):
            colour, sign, _ = CELLS[said]
            axes.bar(x, 0.86, 0.92, y - 0.43, color=chart.colour(colour))
            ink = chart.colour("ink" if said == matrix.KEPT else "paper")
            axes.text(x, y, sign, ha="center", va="center", color=ink, fontsize=12)
    axes.set_ylim(len(cells) - 0.5, -0.5)
    axes.set_xlim(-0.5, len(cells[0]) - 0.5)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def legend(figure: Figure, used: Sequence[str]) -> None:
    """What the colours mean, above the figure."""
    handles = [Patch(color=chart.colour(CELLS[said][0]), label=f"{CELLS[said][1]} {CELLS[said][2]}") for said in used]
    figure.legend(handles=handles, loc="outside upper left", ncols=1, handlelength=1, borderaxespad=0.2)


def events(cells: dict[str, list[str]]) -> Figure:
    """Six events; four common ways, and the worst of the three that are recommended."""
    drawn = {name: cells[name] for name in ("dump", "rename", "JSONL", "SQLite")}
    three = zip(*(cells[name] for name in ("locked+", "append+", "SQLite+")), strict=True)
    drawn["the three"] = [max(row, key=list(CELLS).index) for row in three]
    figure, axes = chart.new(WIDTH, 4.5)
    grid(axes, [[way[i] for way in drawn.values()] for i in range(len(matrix.EVENTS))])
    axes.set_yticks(range(len(LABELS)), LABELS.values())
    axes.set_xticks(range(len(drawn)), drawn, rotation=35, ha="left", rotation_mode="anchor")
    axes.xaxis.tick_top()
    legend(figure, [said for said in CELLS if any(said in way for way in drawn.values())])
    return figure


def joined(rows: Sequence[tuple[str, str, str, str]]) -> Figure:
    """The bytes at the end of a log after a torn append and a good one: plain, and mended."""
    figure, axes = chart.new(WIDTH, 2.5)
    for y, (label, half, whole, message) in enumerate(rows):
        left, seen = whole.startswith(half) * len(half), message == "read"
        top = y * 2.1
        axes.text(0, top, label, fontweight="bold", fontsize=11)
        for start, part, ink in ((0, whole[:left], 1), (left, whole[left:], 2 if seen else 0)):
            axes.text(start * 0.69, top + 0.62, part, family="monospace", fontsize=11, color=chart.colour(ink))
        said = "the reader has message 42" if seen else "one broken line: message 42 is lost"
        axes.text(0, top + 1.16, said, fontsize=11, color=chart.colour("dim"))
    axes.set_xlim(0, 30)
    axes.set_ylim(3.45, -0.4)
    axes.axis("off")
    return figure


def tails(rows: Sequence[tuple[str, str, int, int, int]]) -> Figure:
    """Saved messages lost at the worst cut, over the messages appended after it."""
    figure, axes = chart.new(WIDTH, 3.5)
    most = {row[:3]: row[4] for row in rows}
    drawn = (
        ("plain", "stops", "plain, reader stops", 1, "-"),
        ("newline first", "stops", "newline, reader stops", 3, "--"),
        ("plain", "skips", "plain, reader skips", 0, "-"),
        ("newline first", "skips", "newline, reader skips", 4, "--"),
        ("mended", "stops", "mended, either reader", 2, "-"),
    )
    for writer, reader, label, ink, style in drawn:
        counts = [most[writer, reader, n] for n in range(7)]
        shift = {"newline, reader stops": -0.08, "newline, reader skips": 0.1}.get(label, 0)
        axes.plot(range(7), [c + shift for c in counts], style, color=chart.colour(ink), label=label)
    axes.set_xlabel("good messages appended after the cut")
    axes.set_ylabel("saved messages lost")
    axes.set_ylim(-0.4, 6.4)
    figure.legend(loc="outside upper left", ncols=1, borderaxespad=0.2)
    return figure


def turn(left: dict[str, list[turns.Left]]) -> Figure:
    """One turn a row, a cell for the kill before each step."""
    names = {
        "whole turn at its end": "whole turn",
        "call and result together": "call + result",
        "call first": "call first",
        "call first, dropped on load": "… dropped",
        "call first, repaired on load": "… answered",
    }
    figure, axes = chart.new(WIDTH, 3.6)
    for y, name in enumerate(names):
        for x, one in enumerate(left[name]):
            colour, sign = (1, "✗") if one.untraced else (3, "?") if one.refused else ("grid", "i" if one.open else "✓")
            axes.bar(x, 0.86, 0.92, y - 0.43, color=chart.colour(colour))
            ink = chart.colour("ink" if colour == "grid" else "paper")
            axes.text(x, y, sign, ha="center", va="center", color=ink, fontsize=12)
    axes.set_yticks(range(len(names)), names.values())
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(-0.5, 7.5)
    axes.set_xticks([])
    axes.set_xlabel("killed before step 1, 2, 3 …")
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    words = (
        (1, "✗ refund without a trace"),
        (3, "? session refused"),
        ("grid", "i noted as interrupted   ✓ all known"),
    )
    handles = [Patch(color=chart.colour(c), label=text) for c, text in words]
    figure.legend(handles=handles, loc="outside upper left", handlelength=1, borderaxespad=0.2)
    return figure
