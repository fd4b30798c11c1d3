"""What three searches find, and for how many probes, for every place a trigger can stand: computed, not sampled.

Each of them asks a fixed question after each answer, and no wrong answer can be made good by a later one. So a
search is exactly right with probability (1 - flips) ** probes wherever it is right without flips. The tests run the
searches themselves over every place and compare.
"""

from __future__ import annotations

from functools import cache

import numpy as np

PARTS = {"one message": 1, "a pair": 2}


@cache
def cuts(length: int) -> np.ndarray:
    """Questions of a binary search among `length` places, for each place: halves are cut at length // 2."""
    if length == 1:
        return np.zeros(1, int)
    return 1 + np.concatenate([cuts(length // 2), cuts(length - length // 2)])


def beginnings(length: int, parts: int) -> np.ndarray:
    """Probes of `search.by_prefix` for every place of one part, or of two; it is right in each."""
    places = np.arange(length)
    if parts == 1:
        return cuts(length) + (places > 0)
    later = [cuts(length)[j] + 1 + cuts(j) + (places[:j] > 0) for j in range(1, length)]
    return np.concatenate(later)


def one_at_a_time(length: int, parts: int) -> np.ndarray:
    """Probes of `search.one_at_a_time` for every place: one a message, but the last one left is not asked about."""
    if parts == 1:
        return np.where(np.arange(length) == 0, length - 1, length)
    return np.full(length * (length - 1) // 2, length)


@cache
def halves(length: int, parts: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(probes, right, messages left) of `search.by_halves` for every place of one part, or of two.

    One question if the trigger stands in the first half, two otherwise; a pair that stands in both ends the search.
    """
    if length < max(parts, 2):
        count = int(parts == 1)
        return np.zeros(count, int), np.ones(count, bool), np.ones(count, int)
    first, second = length // 2, length - length // 2
    across = first * second if parts == 2 else 0
    ended = np.full(across, 2), np.full(across, length == 2), np.full(across, length)
    one, two = halves(first, parts), halves(second, parts)
    return (
        np.concatenate([1 + one[0], 2 + two[0], ended[0]]),
        np.concatenate([one[1], two[1], ended[1]]),
        np.concatenate([one[2], two[2], ended[2]]),
    )


def right(method: str, length: int, parts: int, flips: float) -> float:
    """Share of places in which a search is exactly right, over all of them and over the oracle's wrong answers."""
    if method == "both halves":
        probes, found, _ = halves(length, parts)
        return float((found * (1 - flips) ** probes).mean())
    probes = {"beginnings": beginnings, "one at a time": one_at_a_time}[method](length, parts)
    return float(((1 - flips) ** probes).mean())


def probes(method: str, length: int, parts: int) -> float:
    """Mean probes over all places, for an oracle that is never wrong."""
    if method == "both halves":
        return float(halves(length, parts)[0].mean())
    return float({"beginnings": beginnings, "one at a time": one_at_a_time}[method](length, parts).mean())
