"""The lab's figures."""

from __future__ import annotations

from matplotlib.figure import Figure

from labs import chart
from labs.llm_inference_optimization import roofline as roof

Rows = list[list[float | int | str]]


def order(rows: Rows) -> Figure:
    """Bars from the least to the greatest gain, for one request and for a full card."""
    figure, axes = chart.new(4.3, 3.0)
    for y, (_, *values) in enumerate(rows):
        for shift, series, low, high in ((-0.18, 0, *values[:2]), (0.18, 1, *values[2:])):
            axes.barh(y + shift, high - low + 0.03, left=low - 0.015, height=0.3, color=chart.colour(series),
                      label=("one request", "full card")[series] if not y else None)  # fmt: skip
    axes.axvline(1, color=chart.colour("dim"), linewidth=1)
    axes.set_yticks(range(len(rows)), [str(row[0]) for row in rows])
    axes.set(xlabel="times as many tokens a second", xlim=(0, 3.6))
    axes.invert_yaxis()
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=10)
    return figure


def contexts(rows: Rows) -> Figure:
    """Speculation's gain on a full card against context: a band over the ten settings."""
    figure, axes = chart.new(4.3, 2.8)
    across = [row[0] for row in rows]
    axes.fill_between(across, [min(r[1:]) for r in rows], [max(r[1:]) for r in rows], color=chart.colour(0), alpha=0.4)
    axes.axhline(1, color=chart.colour("dim"), linewidth=1)
    axes.set_xscale("log", base=2)
    axes.set_xticks(across, [f"{x:,}" for x in across])
    axes.minorticks_off()
    axes.set(xlabel="tokens of context a request", ylabel="gain of speculation", ylim=(0, None))
    return figure


def turn(rows: Rows) -> Figure:
    """Gain over the share of the full card that runs, at 1,024 tokens, a line for each way."""
    figure, axes = chart.new(4.3, 2.9)
    for i, name in enumerate(roof.WAYS):
        axes.plot([row[0] for row in rows], [row[i + 1] for row in rows], color=chart.colour(i), label=name,
                  linestyle=("-", "--", "-.", ":")[i])  # fmt: skip
    axes.axhline(1, color=chart.colour("dim"), linewidth=1)
    axes.set(
        xlabel="% of the requests that fill the card", ylabel="gain in tokens a second", xlim=(0, 92), ylim=(0, 3.2)
    )
    axes.legend(loc="upper right", fontsize=10)
    return figure
