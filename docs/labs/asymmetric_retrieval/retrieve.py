"""Retrieval and its measures: BM25, cosine over several texts a memory, fusion, recall, bootstrap, AUROC."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from scipy.stats import rankdata

from labs.words import WORD

K1, B = 1.5, 0.75


def words(text: str) -> list[str]:
    """Lower-case runs of letters and digits, or single signs of a script without spaces."""
    return WORD.findall(text.lower().replace("_", " "))


def stems(text: str) -> set[str]:
    """The first five letters of every word that has five."""
    return {word[:5] for word in words(text) if len(word) >= 5}


# --8<-- [start:bm25]
@cache
def gains(documents: tuple[str, ...]) -> tuple[dict[str, int], np.ndarray, float]:
    """The words of the documents, by row; what each gains a document, (words, documents); the mean length.

    Robertson and Zaragoza's formula with an idf that is never negative.
    """
    bags = [Counter(words(text)) for text in documents]
    rows = {word: i for i, word in enumerate(dict.fromkeys(word for bag in bags for word in bag))}
    counts = np.zeros((len(rows), len(bags)))
    for column, bag in enumerate(bags):
        counts[[rows[word] for word in bag], column] = list(bag.values())
    lengths = counts.sum(0)
    containing = (counts > 0).sum(1, keepdims=True)
    idf = np.log(1 + (len(bags) - containing + 0.5) / (containing + 0.5))
    slope = K1 * (1 - B + B * lengths / lengths.mean())
    return rows, idf * counts * (K1 + 1) / (counts + slope), float(lengths.mean())


def bm25(
    documents: Sequence[str],
    queries: Sequence[str],
    weight: Callable[[int, float], float] = lambda times, length: times,
) -> np.ndarray:
    """BM25 scores, (queries, documents).

    `weight` says what a word counts that a query of a relative length repeats: as often as it stands there.
    """
    rows, gain, mean = gains(tuple(documents))
    asked = np.zeros((len(queries), len(rows)))
    for i, bag in enumerate(Counter(words(query)) for query in queries):
        for word in bag.keys() & rows.keys():
            asked[i, rows[word]] = weight(bag[word], bag.total() / mean)
    return asked @ gain


def once(times: int, length: float) -> float:
    """A word counts once, however often the query repeats it."""
    return 1


def saturating(times: int, length: float) -> float:
    """BM25 on the query's side too, as Anserini's query-side BM25: each repetition counts less."""
    return times * (K1 + 1) / (times + K1 * (1 - B + B * length))


# --8<-- [end:bm25]


def best_view(scores: np.ndarray, owners: Sequence[int], memories: int) -> np.ndarray:
    """A memory's score is that of its best text: (queries, texts) -> (queries, memories)."""
    best = np.full((len(scores), memories), -np.inf)
    for column, owner in enumerate(owners):
        best[:, owner] = np.maximum(best[:, owner], scores[:, column])
    return best


def fuse(*scores: np.ndarray, k: int = 60, depth: float = math.inf) -> np.ndarray:
    """Reciprocal-rank fusion (Cormack, Clarke and Buettcher 2009) of score matrices of one shape; ties share a rank.

    Each list is first cut to its `depth` best.
    """
    lists = [rankdata(-s, axis=1) for s in scores]
    return sum(np.where(places <= depth, 1 / (k + places), 0) for places in lists)


def blend(*scores: np.ndarray) -> np.ndarray:
    """The sum of scores, each list stretched to reach from 0 to 1."""
    total = np.zeros(scores[0].shape)
    for s in scores:
        low, high = s.min(1, keepdims=True), s.max(1, keepdims=True)
        total += np.divide(s - low, high - low, out=np.zeros_like(total), where=high > low)
    return total


def ranks(scores: np.ndarray, gold: Sequence[int]) -> np.ndarray:
    """Rank of the right memory for each query, 1 is the top; a tie counts as lost, so that 0 everywhere is last."""
    right = scores[np.arange(len(scores)), gold]
    return (scores >= right[:, None]).sum(1)


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    """Chance that a positive scores above a negative, ties half."""
    a, b = positive[:, None], negative[None, :]
    return float((a > b).mean() + (a == b).mean() / 2)


def without(scores: np.ndarray, gold: Sequence[int]) -> np.ndarray:
    """The scores had the right memory never been stored."""
    left = scores.copy()
    left[np.arange(len(scores)), gold] = -np.inf
    return left


class Bootstrap:
    """Percentile 95% intervals over rows, with the same resamples for every measure."""

    def __init__(self, rows: int, seed: int, samples: int = 4000):
        self.picks = np.random.default_rng(seed).integers(rows, size=(samples, rows))

    def mean(self, values: np.ndarray) -> tuple[float, float, float]:
        """Mean of a value a row and its interval."""
        return self.of(lambda picked: picked.mean(-1), values)

    def of(self, measure: Callable[..., np.ndarray], *values: np.ndarray) -> tuple[float, float, float]:
        """A measure of values, (..., rows), and its interval; `measure` reduces all axes but that of the samples."""
        low, high = np.nanpercentile(measure(*(v[..., self.picks] for v in values)), [2.5, 97.5])
        return float(measure(*values)), float(low), float(high)

    def auroc(self, positive: np.ndarray, negative: np.ndarray, samples: int = 1000) -> tuple[float, float, float]:
        """AUROC of scores a row, with and without the right memory, and its interval."""
        low, high = np.percentile([auroc(positive[p], negative[p]) for p in self.picks[:samples]], [2.5, 97.5])
        return auroc(positive, negative), float(low), float(high)
