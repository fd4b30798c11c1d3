"""What one shared page costs n agents in model calls and in waiting, by how they write to it.

Time is counted in model calls: a call lasts 1 on average; everything else takes no time. Each agent saves one note. A
spread of 0 starts all at once with calls of equal length, another starts them at random within so many call lengths,
with calls of 0.5 to 1.5 unless another of LENGTHS is named. No store is touched here: what clashes is what the
schedules on real stores show to clash.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

AGENTS = (1, 2, 4, 8, 16)
SPREADS = (4, 16, 64)
LINES, DRAWS = 20, 200
Length = Callable[[int], float]  # of the next call of agent number so many


class Run(NamedTuple):
    """One run of n agents: model calls in all, mean time from start to saved in calls, notes lost."""

    calls: int
    wait: float
    lost: int


def retried(starts: np.ndarray, length: Length, lines: np.ndarray) -> Run:
    """Optimistic: whoever finds its line changed since it read reads and thinks again.

    `lines` (n,) names the line that each agent writes; all equal is a version of the whole page.
    """
    queue = [(start + length(i), i, start) for i, start in enumerate(starts)]
    heapq.heapify(queue)
    changed: dict[int, float] = {}  # line: when it was last saved
    calls, wait = 0, 0.0
    while queue:
        now, i, began = heapq.heappop(queue)
        calls += 1
        if changed.get(lines[i], -1.0) > began:
            heapq.heappush(queue, (now + length(i), i, now))
            continue
        changed[lines[i]] = now
        wait += now - starts[i]
    return Run(calls, wait / len(starts), 0)


def locked(starts: np.ndarray, length: Length) -> Run:
    """A lock from before the read until after the write, first come, first served, and nobody gives up."""
    free, wait = 0.0, 0.0
    for i in np.argsort(starts):
        start = float(starts[i])
        free = max(free, start) + length(i)
        wait += free - start
    return Run(len(starts), wait / len(starts), 0)


def added(starts: np.ndarray, length: Length) -> Run:
    """The call's result is an operation, applied to whatever is there when the call ends."""
    return Run(len(starts), float(np.mean([length(i) for i in range(len(starts))])), 0)


def rewritten(starts: np.ndarray, length: Length) -> Run:
    """The whole page is written as it was read, plus one note."""
    saves = sorted((start + (took := length(i)), i, start, took) for i, start in enumerate(starts))
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


LENGTHS: dict[str, Callable[[int, np.random.Generator], Length]] = {
    "all equal": lambda n, rng: lambda i: 1.0,
    "0.5 to 1.5, an agent's own": lambda n, rng: rng.uniform(0.5, 1.5, n).__getitem__,
    "0.5 to 1.5, drawn anew": lambda n, rng: lambda i: rng.uniform(0.5, 1.5),
    "exponential, drawn anew": lambda n, rng: lambda i: rng.exponential(),
}
USUAL = "0.5 to 1.5, drawn anew"


def draws(style: str, agents: int, spread: int, rng: np.random.Generator, lengths: str = USUAL) -> list[Run]:
    """Runs of one cell: one where nothing is random, else DRAWS of them."""
    if not spread:
        return [STYLES[style](np.zeros(agents), lambda i: 1.0, rng)]
    return [STYLES[style](rng.uniform(0, spread, agents), LENGTHS[lengths](agents, rng), rng) for _ in range(DRAWS)]


def together(agents: int) -> float:
    """Calls a note if all start together with equal calls and each writes a random line: k on a line pay k(k+1)/2."""
    return 1 + (agents - 1) / (2 * LINES)


def most(agents: int) -> int:
    """The most calls that a version can cost: of any two agents at most one makes the other think again, once."""
    return agents * (agents + 1) // 2
