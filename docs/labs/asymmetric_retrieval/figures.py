"""The figures of the lab, each narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from labs import chart
from labs.asymmetric_retrieval import data

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from labs.asymmetric_retrieval.bench import Bench

WIDTH = 4.3  # inches: 10 points are 11 pixels on a phone
SENT = (
    ("question", "a question"),
    ("goal", "next step, bare"),
    ("command", "the command"),
    ("goal at length", "next step, at length"),
    ("error", "error message"),
    ("error in words", "error, retold"),
    ("error after 5", "after 5 frames"),
)


def asked(rows: Sequence[Sequence[Any]]) -> Figure:
    """Recall at five by what is sent, with intervals; the last row is chance, the dotted line."""
    figure, axes = chart.new(WIDTH, 3.1)
    *sent, chance = rows
    for y, (_, arm, mean, low, high) in enumerate(sent):
        series = 0 if arm == "question" else 2 if arm in ("goal at length", "error") else 1
        axes.barh(y, mean, height=0.62, color=chart.colour(series))
        axes.plot([low, high], [y, y], color=chart.colour("ink"), linewidth=1.2)
        axes.text(1.0, y, f"{mean:.0%}", ha="right", va="center")
    axes.axvline(chance[2], color=chart.colour("ink"), linestyle=":", linewidth=1.2)
    axes.set_yticks(range(len(sent)), [label for label, *_ in sent])
    axes.invert_yaxis()
    axes.set(xlim=(0, 1.02), xlabel="lessons among the first five")
    axes.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
    axes.grid(axis="y", visible=False)
    return figure


def stack(found: dict[str, list[tuple[int, float]]]) -> Figure:
    """Recall at five by depth of the stack; lines join depths that were all measured, marks stand alone."""
    figure, axes = chart.new(WIDTH, 3.3)
    for series, style, label in ((0, "o-", "message last"), (1, "s--", "window 512"), (3, "x-", "best part")):
        axes.plot(*zip(*found[label], strict=True), style, color=chart.colour(series), label=label, markersize=5)
    marks = zip(*found["message first"], strict=True)
    axes.plot(*marks, "^", color=chart.colour(2), label="message first", markersize=7, markeredgewidth=2)
    axes.set(ylim=(0, 0.8), xlabel="frames above or below the message")
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8], ["0%", "20%", "40%", "60%", "80%"])
    axes.set_xticks([0, 2, 4, 6, 8, 15])
    axes.legend(ncols=1, handlelength=1.6)
    return figure


def stored(bench: Bench) -> Figure:
    """Recall at five before and after a trigger is stored: a goal, a symptom, or all three."""
    figure, axes = chart.new(WIDTH, 3.0)
    rows = (
        ("question", "a question", "lesson + question"),
        ("goal", "next step, bare", "lesson + goal"),
        ("goal at length", "next step, at length", "lesson + goal"),
        ("error in words", "error, retold", "lesson + symptom"),
        ("error", "error message", "lesson + symptom"),
        ("error after 5", "after 5 frames", "lesson + symptom"),
    )
    for y, (arm, _, index) in enumerate(rows):
        before, after = bench.recall(arm), bench.recall(arm, index)
        axes.plot([before, after], [y, y], color=chart.colour("dim"), linewidth=2)
        axes.plot(before, y, "o", color=chart.colour("dim"), markersize=7, label="lesson only" if y == 0 else None)
        axes.plot(after, y, "D", color=chart.colour(0), markersize=7, label="trigger stored too" if y == 0 else None)
    axes.set_yticks(range(len(rows)), [label for _, label, _ in rows])
    axes.set(xlim=(0, 1.03), ylim=(len(rows) - 0.5, -1.6), xlabel="lessons among the first five")
    axes.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
    axes.legend(ncols=2, loc="upper right", handletextpad=0.2, columnspacing=1, borderpad=0)
    return figure


def fused(bench: Bench) -> Figure:
    """Recall at five by frames with symptoms stored: single lists and fused ones."""
    figure, axes = chart.new(WIDTH, 3.6)
    depths = [0, *data.FRAMES]
    arms = ["error", *(f"error after {n}" for n in data.FRAMES)]
    for series, style, by, label in (
        (2, "^-", "BM25 once", "BM25, words once"),
        (4, "D-", "fused once ten", "that, fused"),
        (1, "s--", "BM25", "BM25"),
        (3, "x--", "fused ten", "BM25, fused"),
        (0, "o:", "MiniLM", "MiniLM"),
    ):
        found = [bench.recall(arm, "lesson + symptom", by) for arm in arms]
        axes.plot(depths, found, style, color=chart.colour(series), label=label, markersize=5)
    axes.set(ylim=(0, 1.04), xlabel="frames above the message")
    axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    axes.set_xticks([0, 2, 4, 6, 8, 15])
    axes.legend(ncols=2, handlelength=1.6, loc="lower left", bbox_to_anchor=(-0.12, 1.0), borderpad=0, columnspacing=1)
    return figure


def scores(tops: dict[str, np.ndarray]) -> Figure:
    """Each query's top cosine, by what is sent."""
    figure, axes = chart.new(WIDTH, 2.2)
    labels = {"question": "a question", "error": "error message", "15_frames": "after 15 frames"}
    for y, name in enumerate(labels):
        found = np.sort(tops[name][0])
        lift = np.random.default_rng(0).uniform(-0.22, 0.22, len(found))
        axes.plot(found, y + lift, "o", color=chart.colour(1 if "15" in name else 0), markersize=4, alpha=0.7)
        axes.plot([found.mean()] * 2, [y - 0.34, y + 0.34], color=chart.colour("ink"), linewidth=2)
    axes.set_yticks(range(len(labels)), labels.values())
    axes.set(xlim=(0, 0.8), ylim=(len(labels) - 0.5, -0.5), xlabel="cosine of the first hit")
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8])
    axes.grid(axis="y", visible=False)
    return figure
