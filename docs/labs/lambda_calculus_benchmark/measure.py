"""The statistics of this lab: an interval for one score, a test for two, and how many items a question needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

from scipy.stats import binom, binomtest, norm
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

Z = 1.959964  # 95%, two-sided


def wilson(right: int, asked: int) -> tuple[float, float]:
    """The 95% score interval for `right` of `asked` (Wilson 1927), as shares."""
    share, z = right / asked, Z
    centre = (share + z * z / (2 * asked)) / (1 + z * z / asked)
    half = z * math.sqrt(share * (1 - share) / asked + z * z / (4 * asked**2)) / (1 + z * z / asked)
    return max(0.0, centre - half), min(1.0, centre + half)


@cache
def mcnemar(lost: int, gained: int) -> float:
    """Exact two-sided p of McNemar's test: on the tasks where two runs differ, is one ahead by more than chance?"""
    return float(binomtest(lost, lost + gained).pvalue) if lost + gained else 1.0


def expected_calls(differing: Sequence[int], alpha: float = 0.05) -> float:
    """How many of several pairs `mcnemar` calls different on average if each task that differs falls by a fair coin.

    differing  tasks that differ in each pair. Exact: less than alpha times the pairs, as the test is on whole tasks.
    """
    return sum(
        float(binom.pmf([k for k in range(n + 1) if mcnemar(k, n - k) < alpha], n, 0.5).sum()) for n in differing
    )


def items_to_expose(share: float, power: float = 0.8, alpha: float = 0.05) -> int:
    """Items after which a solver that fails a `share` of them is told from a perfect one with `power`.

    Both answer the same items and only the perfect one can be ahead, so McNemar's exact test needs a fixed number
    of failures (six at 5%); this is the least number of items on which that many come with probability `power`.
    """
    needed = next(k for k in range(1, 99) if 2 * 0.5**k < alpha)
    asked = needed
    while binom.sf(needed - 1, asked, share) < power:
        asked += 1
    return asked


def items_to_rank(low: float, high: float, power: float = 0.8) -> int:
    """Items for each of two solvers with true shares `low` and `high`, to tell them apart at 5% (normal curve)."""
    middle = (low + high) / 2
    spread = Z * math.sqrt(2 * middle * (1 - middle))
    spread += norm.ppf(power) * math.sqrt(low * (1 - low) + high * (1 - high))
    return math.ceil((spread / (high - low)) ** 2)


def gap_seen(high: float, asked: int, power: float = 0.8) -> float:
    """The smallest shortfall from `high` that `asked` items for each solver detect, to a tenth of a percent."""
    return next(g / 1000 for g in range(1, 1000) if items_to_rank(high - g / 1000, high, power) <= asked)


def nearest(stored: Sequence[str], asked: Sequence[str]) -> list[int]:
    """For each asked term the place of the most similar stored one: cosine over runs of one to three symbols."""
    count = CountVectorizer(token_pattern=r"\S+", ngram_range=(1, 3), lowercase=False)
    known = normalize(count.fit_transform(stored))
    return [int(place) for place in (normalize(count.transform(asked)) @ known.T).toarray().argmax(axis=1)]


# --8<-- [start:flawless]
def flawless(share: float, alpha: float = 0.05) -> int:
    """Right answers in a row that rule out a program right on this share.

    The least n with share**n < alpha, for questions drawn independently.
    """
    if not 0 <= share < 1:
        raise ValueError(f"{share}: no run rules out what is always right")
    if share == 0:
        return 1
    return math.floor(math.log(alpha) / math.log(share)) + 1


# --8<-- [end:flawless]
