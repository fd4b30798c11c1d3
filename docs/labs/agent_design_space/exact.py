"""What independent features would give, computed and not sampled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom


def expected_scores(counts: Sequence[int], n: int) -> NDArray[np.float64]:
    """Expected number of agents with 0, 1, ... all features: shape (features + 1,).

    Each feature is dealt out to as many of `n` agents as have it, independently of the others; one agent's score is
    then a sum of independent draws, so that the mean of every bar is exact.
    """
    chances = np.ones(1)
    for count in counts:
        share = count / n
        chances = np.convolve(chances, [1 - share, share])
    return n * chances


def all_of_them(counts: Sequence[int], n: int) -> NDArray[np.float64]:
    """Probability that exactly 0, 1, ... n agents have every feature, dealt out independently: shape (n + 1,).

    The agents with the first feature are fixed; each further feature falls on the ones still left by the
    hypergeometric law.
    """
    left = np.zeros(n + 1)
    left[counts[0]] = 1.0
    for count in counts[1:]:
        after = np.zeros(n + 1)
        for m in np.flatnonzero(left):
            after[: m + 1] += left[m] * hypergeom.pmf(np.arange(m + 1), n, m, count)
        left = after
    return left


def at_least(chances: NDArray[np.float64], seen: int) -> float:
    """Probability of `seen` or more."""
    return float(chances[seen:].sum())


def crowded(group: int, others: int, seen: int, total: int) -> float:
    """Probability that at least `seen` of `total` marked agents fall into a group of `group`, `others` being outside.

    Fisher's exact test to one side: the marks are dealt out at random.
    """
    return float(hypergeom.sf(seen - 1, group + others, group, total))


def as_rich(scores: Sequence[int], group: Sequence[int]) -> float:
    """Probability that a group of this size, drawn from all `scores` at random, has as high a sum as `group` or higher.

    The permutation test of a difference in means, to one side, by counting every draw; scores are whole numbers >= 0.
    """
    ways = np.zeros((len(group) + 1, sum(scores) + 1))
    ways[0, 0] = 1.0
    for score in scores:
        ways[1:, score:] += ways[:-1, : ways.shape[1] - score]
    return float(ways[-1, sum(group) :].sum() / ways[-1].sum())
