"""The lab's figures."""

from __future__ import annotations

from matplotlib.figure import Figure

from labs import chart

Rows = list[list[float | int | str]]


def order(timed: dict[str, tuple[float, float]]) -> Figure:
    """What each way gained with one request and on a full card, as timed: bars to the right gain, to the left lose."""
    figure, axes = chart.new(4.3, 2.6)
    for y, gains in enumerate(timed.values()):
        for series, gain in enumerate(gains):
            at = y + (-0.19, 0.19)[series]
            axes.barh(at, gain - 1, left=1, height=0.34, color=chart.colour(series),
                      label=("one request", "full card")[series] if not y else None)  # fmt: skip
            axes.annotate(f"{gain:.2f}", (gain, at), (4 if gain > 0.99 else -4, 0), textcoords="offset points",
                          ha="left" if gain > 0.99 else "right", va="center", fontsize=11)  # fmt: skip
    axes.axvline(1, color=chart.colour("dim"), linewidth=1)
    axes.set_yticks(range(len(timed)), list(timed))
    axes.set(xlabel="times as fast as with sixteen bits", xlim=(0.5, 2.4))
    axes.invert_yaxis()
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=11)
    return figure


def read(rows: list[tuple[int, float]], weights: float) -> Figure:
    """GB of weights and of cache that a step reads; rows of requests and GB of their caches."""
    figure, axes = chart.new(4.3, 2.2)
    for y, (_, cache) in enumerate(rows):
        axes.barh(y, weights, height=0.55, color=chart.colour(0), label=None if y else "weights")
        axes.barh(y, cache, left=weights, height=0.55, color=chart.colour(1), label=None if y else "everybody's cache")
    axes.set_yticks(range(len(rows)), [f"{n:,} request{'s' * (n > 1)}" for n, _ in rows])
    axes.set(xlabel="GB that one step reads")
    axes.invert_yaxis()
    axes.legend(loc="lower left", bbox_to_anchor=(-0.2, 1), ncols=2, fontsize=11)
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
