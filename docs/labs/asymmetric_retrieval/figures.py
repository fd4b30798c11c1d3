"""The two figures of the lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labs import chart, embedding
from labs.asymmetric_retrieval import data

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from labs.asymmetric_retrieval import Bench


def stack(bench: Bench) -> Figure:
    """Recall@5 against depth of the stack, and the pieces of the query below it."""
    figure, (top, low) = chart.new(height=4.8, nrows=2, sharex=True, height_ratios=(3, 2))
    x = list(range(len(data.FRAMES) + 1))
    lines = (("", "message last", 0, "o-"), (", no carets", "message last, caret lines off", 1, "s--"))
    for suffix, label, series, style in lines:
        arms = ["error", *(f"error after {n}{suffix}" for n in data.FRAMES)]
        top.plot(x, [bench.recall(a) for a in arms], style, color=chart.colour(series), label=label)
        low.plot(x, [np.median(embedding.pieces(bench.queries[a])) for a in arms], style, color=chart.colour(series))
    ends = [data.FRAMES.index(5) + 1, data.FRAMES.index(15) + 1]
    top.plot([0, *ends], [bench.recall(a) for a in ("error", "error before 5", "error before 15")], "^:",
             color=chart.colour(2), label="message first")  # fmt: skip
    top.set(ylim=(0, 1), ylabel="recall@5")
    top.legend()
    low.axhline(embedding.WINDOW, color=chart.colour("ink"), linewidth=1.2)
    low.text(x[-1], embedding.WINDOW - 25, "the model reads 256", ha="right", va="top", color=chart.colour("ink"))
    low.set(ylabel="word pieces\nin the query", ylim=(0, 1200), xlabel="stack frames above the message")
    low.set_xticks(x, [0, *data.FRAMES])
    return figure


def views(bench: Bench) -> Figure:
    """Heat map of MiniLM recall@5: query by index."""
    arms = ("question", "goal", "error in words", "error", "error after 5")
    labels = [*arms[:-1], "error after\n5 frames"]
    figure, axes = chart.new(height=3.4)
    names = ["lesson\nonly", "+ question", "+ goal", "+ symptom", "+ all\nthree", "all in\none text"]
    chart.heat(axes, [[bench.recall(arm, index) for index in bench.indexes] for arm in arms], labels, names)
    axes.xaxis.tick_top()
    return figure
