"""The lab's figures."""

from __future__ import annotations

from matplotlib.figure import Figure

from labs import chart

Rows = list[list[float | int | str]]


def order(rows: Rows, timed: dict[str, tuple[float, float]]) -> Figure:
    """Bars from the least to the greatest gain, for one request and for a full card; a dot for what was timed."""
    figure, axes = chart.new(4.3, 3.2)
    for y, (name, *values) in enumerate(rows):
        for shift, series, low, high in ((-0.19, 0, *values[:2]), (0.19, 1, *values[2:])):
            axes.barh(
                y + shift, high - low + 0.03, left=low - 0.015, height=0.3, color=chart.colour(series), alpha=0.45
            )
            axes.plot(timed[str(name)][series], y + shift, "os"[series], color=chart.colour(series), markersize=8,
                      label=("one request", "full card")[series] if not y else None, linestyle="")  # fmt: skip
    axes.axvline(1, color=chart.colour("dim"), linewidth=1)
    axes.set_yticks(range(len(rows)), [str(row[0]) for row in rows])
    axes.set(xlabel="times as many tokens a second", xlim=(0, 3.6))
    axes.invert_yaxis()
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=10)
    return figure


def contexts(rows: Rows, timed: dict[int, float]) -> Figure:
    """Speculation's gain on a full card against context: a band over the ten settings, dots for what was timed."""
    figure, axes = chart.new(4.3, 2.8)
    across = [row[0] for row in rows]
    axes.fill_between(across, [min(r[1:]) for r in rows], [max(r[1:]) for r in rows], color=chart.colour(0), alpha=0.4)
    axes.plot(list(timed), list(timed.values()), "o", color=chart.colour(0), markersize=8)
    axes.axhline(1, color=chart.colour("dim"), linewidth=1)
    axes.set_xscale("log", base=2)
    axes.set_xticks(across, [f"{x:,}" for x in across])
    axes.minorticks_off()
    axes.set(xlabel="tokens of context a request", ylabel="gain of speculation", ylim=(0, None))
    return figure


def turn(rows: Rows, names: list[str]) -> Figure:
    """Gain over the number of requests, a line for each way; rows of requests and gains, "–" for none."""
    figure, axes = chart.new(4.3, 3.0)
    for i, name in enumerate(names):
        drawn = [(row[0], row[i + 1]) for row in rows if row[i + 1] != "–"]
        axes.plot(*zip(*drawn, strict=True), color=chart.colour(i), label=name, linestyle=("-", "--", "-.", ":")[i],
                  marker="oDsv"[i], markersize=5)  # fmt: skip
    axes.axhline(1, color=chart.colour("dim"), linewidth=1)
    axes.set_xscale("log", base=2)
    shown = [1, 4, 16, 41, 124, 416]
    axes.set_xticks(shown, [str(x) for x in shown])
    axes.minorticks_off()
    axes.set(xlabel="requests of 1,024 tokens at once", ylabel="times as many tokens", ylim=(0, 2.9))
    axes.legend(loc="upper right", ncols=2, fontsize=10)
    return figure
