"""Retrieval and its measures: BM25, cosine over several texts a memory, rank fusion, recall, bootstrap, AUROC."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy.stats import rankdata

from labs import embedding


def words(text: str) -> list[str]:
    """Lower-case runs of letters and digits."""
    return re.findall(r"[a-z0-9]+", text.lower())


# --8<-- [start:bm25]
def bm25(documents: Sequence[str], queries: Sequence[str], k1: float = 1.5, b: float = 0.75) -> np.ndarray:
    """BM25 scores, (queries, documents); Robertson and Zaragoza's formula with an idf that is never negative."""
    bags = [Counter(words(text)) for text in documents]
    lengths = np.array([bag.total() for bag in bags])
    slope = k1 * (1 - b + b * lengths / lengths.mean())

    @cache
    def gain(word: str) -> np.ndarray:
        counts = np.array([bag[word] for bag in bags])
        containing = (counts > 0).sum()
        idf = math.log(1 + (len(bags) - containing + 0.5) / (containing + 0.5))
        return idf * counts * (k1 + 1) / (counts + slope)

    return np.array([sum(times * gain(word) for word, times in Counter(words(q)).items()) for q in queries])


# --8<-- [end:bm25]


def bm25_once(documents: Sequence[str], queries: Sequence[str]) -> np.ndarray:
    """BM25 that counts each different word of a query once, however often the query repeats it."""
    return bm25(documents, [" ".join(dict.fromkeys(words(query))) for query in queries])


def cosine(documents: Sequence[str], queries: Sequence[str]) -> np.ndarray:
    """Cosine of MiniLM vectors, (queries, documents)."""
    return embedding.embed(queries) @ embedding.embed(documents).T


def best_view(scores: np.ndarray, owners: Sequence[int], memories: int) -> np.ndarray:
    """A memory's score is that of its best text: (queries, texts) -> (queries, memories)."""
    best = np.full((len(scores), memories), -np.inf)
    for column, owner in enumerate(owners):
        best[:, owner] = np.maximum(best[:, owner], scores[:, column])
    return best


def fuse(*scores: np.ndarray, k: int = 60) -> np.ndarray:
    """Reciprocal-rank fusion (Cormack, Clarke and Buettcher 2009) of score matrices of one shape; ties share a rank."""
    return sum(1 / (k + rankdata(-s, axis=1)) for s in scores)


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
        low, high = np.percentile(values[self.picks].mean(1), [2.5, 97.5])
        return float(values.mean()), float(low), float(high)

    def auroc(self, positive: np.ndarray, negative: np.ndarray, samples: int = 1000) -> tuple[float, float, float]:
        """AUROC of paired scores (with and without the right memory) and its interval."""
        low, high = np.percentile([auroc(positive[p], negative[p]) for p in self.picks[:samples]], [2.5, 97.5])
        return auroc(positive, negative), float(low), float(high)
