"""What one shared page costs n agents in model calls and in waiting, by how they write to it.

Time is counted in model calls: a call lasts 1, or 0.5 to 1.5 at random; everything else takes no time. Each agent
saves one note. A spread of 0 starts all at once with calls of equal length, another starts them at random within so
many call lengths. No store is touched here: what clashes is what the schedules on real stores show to clash.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

AGENTS = (1, 2, 4, 8, 16)
SPREADS = (4, 16, 64)
LINES, DRAWS = 20, 200
Length = Callable[[], float]


class Run(NamedTuple):
    """One run of n agents: model calls in all, mean time from start to saved in calls, notes lost."""

    calls: int
    wait: float
    lost: int


def retried(starts: np.ndarray, length: Length, lines: np.ndarray) -> Run:
    """Optimistic: whoever finds its line changed since it read reads and thinks again.

    `lines` (n,) names the line that each agent writes; all equal is a version of the whole page.
    """
    queue = [(start + length(), i, start) for i, start in enumerate(starts)]
    heapq.heapify(queue)
    changed: dict[int, float] = {}  # line: when it was last saved
    calls, wait = 0, 0.0
    while queue:
        now, i, began = heapq.heappop(queue)
        calls += 1
        if changed.get(lines[i], -1.0) > began:
            heapq.heappush(queue, (now + length(), i, now))
            continue
        changed[lines[i]] = now
        wait += now - starts[i]
    return Run(calls, wait / len(starts), 0)


def locked(starts: np.ndarray, length: Length) -> Run:
    """A lock from before the read until after the write, first come, first served, and nobody gives up."""
    free, wait = 0.0, 0.0
    for start in np.sort(starts):
        free = max(free, start) + length()
        wait += free - start
    return Run(len(starts), wait / len(starts), 0)


def added(starts: np.ndarray, length: Length) -> Run:
    """The call's result is an operation, applied to whatever is there when the call ends."""
    return Run(len(starts), float(np.mean([length() for _ in starts])), 0)


def rewritten(starts: np.ndarray, length: Length) -> Run:
    """The whole page is written as it was read, plus one note."""
    saves = sorted((start + (took := length()), i, start, took) for i, start in enumerate(starts))
    pages: list[tuple[float, frozenset[int]]] = [(-1.0, frozenset())]
    for now, i, began, _ in saves:
        read = next(page for when, page in reversed(pages) if when <= began)
        pages.append((now, read | {i}))
    return Run(len(starts), float(np.mean([took for *_, took in saves])), len(starts) - len(pages[-1][1]))


STYLES: dict[str, Callable[[np.ndarray, Length, np.random.Generator], Run]] = {
    "whole page": lambda starts, length, _: rewritten(starts, length),
    "lock": lambda starts, length, _: locked(starts, length),
    "version of the page": lambda starts, length, _: retried(starts, length, np.zeros(len(starts), int)),
    "version of a line": lambda starts, length, rng: retried(starts, length, rng.integers(0, LINES, len(starts))),
    "add a line": lambda starts, length, _: added(starts, length),
}


def draws(style: str, agents: int, spread: int, rng: np.random.Generator) -> list[Run]:
    """Runs of one cell: one where nothing is random, else DRAWS of them."""
    if not spread and style != "version of a line":
        return [STYLES[style](np.zeros(agents), lambda: 1.0, rng)]
    if not spread:
        return [STYLES[style](np.zeros(agents), lambda: 1.0, rng) for _ in range(DRAWS)]
    return [STYLES[style](rng.uniform(0, spread, agents), lambda: rng.uniform(0.5, 1.5), rng) for _ in range(DRAWS)]


def most(agents: int) -> int:
    """The most calls that a version can cost: of any two agents at most one makes the other think again, once."""
    return agents * (agents + 1) // 2
