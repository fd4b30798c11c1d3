"""The two figures: who said what when, and what each search method finds for its probes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from labs import chart

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WHO = ("reporter", "other user", "third-party measurement", "vendor", "vendor, as a user reports", "second hand")
MARKS = {"one at a time": ("s", 70), "bisection": ("v", 150), "ddmin": ("o", 70), "ddmin + SPRT": ("D", 70)}


def timeline(events: Sequence[Mapping[str, str]]) -> Figure:
    """Events by date, one lane for each kind of source, numbered as in the table."""
    figure, axes = chart.new(width=5.4, height=4.4)
    last: dict[str, datetime.date] = {}
    for number, event in enumerate(events, 1):
        day, lane = datetime.date.fromisoformat(event["date"]), WHO.index(event["who"])
        close = (day - last.get(event["who"], datetime.date.min)).days < 9
        at = lane + 0.36 * close
        axes.scatter([day], [at], s=250, color=chart.colour(lane), zorder=3)
        number_style = {"color": chart.colour("paper"), "fontsize": 10, "fontweight": "bold", "zorder": 4}
        axes.annotate(str(number), (day, at), ha="center", va="center_baseline", **number_style)
        if event["label"]:
            left = event["side"] == "left"
            axes.annotate(
                event["label"], (day, at), xytext=(-12 if left else 12, 0), textcoords="offset points",
                ha="right" if left else "left", va="center_baseline", fontsize=10, color=chart.colour("ink"),
            )  # fmt: skip
        last[event["who"]] = day
    axes.set_yticks(
        range(len(WHO)), [who[0].upper() + who[1:].replace(", ", ",\n").replace("y m", "y\nm") for who in WHO]
    )
    for label, lane in zip(axes.get_yticklabels(), range(len(WHO)), strict=True):
        label.set_color(chart.colour(lane))
    months = [datetime.date(2026, month, 1) for month in range(3, 11)]
    axes.set_xticks(months, [f"{month:%b}" for month in months])
    axes.set_xlim(datetime.date(2026, 2, 22), datetime.date(2026, 10, 1))
    axes.set_ylim(len(WHO) - 0.3, -0.5)
    axes.set_xlabel("2026")
    axes.grid(False)
    return figure


def probes(cells: Mapping[tuple, tuple], length: int, flips: float) -> Figure:
    """Mean probes against share found exactly, for one message and for a pair; filled: an oracle without flips."""
    figure, panels = chart.new(width=5.4, height=4.1, ncols=2, sharey=True)
    for axes, kind, title in zip(panels, ("single", "conjunction"), ("One message", "A pair of messages"), strict=True):
        for i, (name, (mark, size)) in enumerate(MARKS.items()):
            points = []
            for rate in (0.0, flips):
                runs, found, mean, _ = cells[kind, length, rate, name]
                points.append((mean, found / runs))
            axes.plot(*zip(*points, strict=True), color=chart.colour(i), linewidth=1.2, zorder=2)
            for (x, y), face in zip(points, (chart.colour(i), chart.colour("paper")), strict=True):
                axes.scatter([x], [y], marker=mark, s=size, color=face, edgecolors=chart.colour(i), zorder=3)
            axes.scatter([], [], marker=mark, s=size, color=chart.colour(i), label=name)
        axes.set_xscale("log")
        axes.set_xlim(2, 400)
        axes.set_xticks([3, 10, 30, 100, 300], ["3", "10", "30", "100", "300"])
        axes.minorticks_off()
        axes.set_title(title)
        axes.set_xlabel("mean probes a search")
    panels[0].text(2.2, 0.14, "filled: never wrong\nhollow: 5% flips", fontsize=10, color=chart.colour("dim"))
    panels[0].set_ylim(-0.05, 1.08)
    panels[0].set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    panels[0].set_ylabel("searches that found it exactly")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, columnspacing=3)
    return figure
