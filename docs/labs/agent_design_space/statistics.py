"""The statistics of the survey: clusters, nulls that keep margins, agreement of two coders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform
from sklearn.metrics import adjusted_rand_score

Bits = NDArray[np.bool_]
Floats = NDArray[np.float64]
Random = np.random.Generator
KS = range(2, 7)


def distances(features: Bits, drivers: Bits | None = None) -> Floats:
    """Share of columns in which two agents differ: shape (n, n); the driver adds four columns."""
    bits = features if drivers is None else np.hstack([features, drivers])
    return (bits[:, None, :] != bits[None, :, :]).mean(axis=2)


def clusters(apart: Floats, k: int) -> NDArray[np.int_]:
    """One label a cluster of average-linkage clustering of a distance matrix, at most k: shape (n,)."""
    return cut(linkage(squareform(apart, checks=False), "average"), k)


def cut(tree: Floats, k: int) -> NDArray[np.int_]:
    """The labels of a linkage tree cut into at most k clusters, as scipy's fcluster with "maxclust" but without its
    checks, which take most of the time of a thousand small tables. Merges of one height are made together.
    """
    n = len(tree) + 1
    made = int(np.searchsorted(tree[:, 2], tree[n - k - 1, 2], "right")) if k < n else 0
    pairs = tree[:made, :2].astype(int).tolist()
    of = list(range(n))
    for one, _ in pairs:
        of.append(of[one])
    for merge, (one, two) in reversed(list(enumerate(pairs, n))):
        of[one] = of[two] = of[merge]
    return np.array(of[:n])


def silhouette(apart: Floats, labels: NDArray[np.int_]) -> float:
    """Mean silhouette (Rousseeuw 1987), -1 to 1; an agent alone in its cluster counts 0."""
    names, sizes = np.unique(labels, return_counts=True)
    if len(names) < 2:
        return 0.0
    sums = apart @ (labels[:, None] == names)
    own = np.searchsorted(names, labels)
    rows = np.arange(len(labels))
    inside = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[rows, own] = np.inf
    outside = means.min(axis=1)
    score = (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-12)
    return float(np.where(sizes[own] == 1, 0.0, score).mean())


def silhouettes(features: Bits, drivers: Bits | None = None) -> Floats:
    """The silhouette of the partition into each number of clusters in KS: shape (5,)."""
    apart = distances(features, drivers)
    tree = linkage(squareform(apart, checks=False), "average")
    return np.array([silhouette(apart, cut(tree, k)) for k in KS])


def shuffled(features: Bits, random: Random) -> Bits:
    """Each column permuted by itself: every feature as frequent as before, nothing goes together."""
    return random.permuted(features, axis=0)


# --8<-- [start:swapped]
def swapped(features: Bits, random: Random, rounds: int = 10) -> Bits:
    """Rows traded in pairs, all rows at once, as global curveball does: row and column sums kept."""
    bits = features.copy()
    for _ in range(rounds):
        pairs = random.permutation(len(bits))[: len(bits) // 2 * 2].reshape(2, -1)
        one, two = bits[pairs[0]], bits[pairs[1]]
        differ = one != two
        keys = np.where(differ, random.random(differ.shape), 2.0)
        first = keys.argsort(axis=1).argsort(axis=1) < (one & differ).sum(axis=1, keepdims=True)
        bits[pairs[0]] = np.where(differ, first, one)
        bits[pairs[1]] = np.where(differ, ~first, two)
    return bits


# --8<-- [end:swapped]
def null_tables(
    features: Bits, drivers: Bits | None, change: Callable[[Bits, Random], Bits], times: int, seed: int
) -> list[tuple[Bits, Bits | None]]:
    """Changed tables; the driver block is permuted as one where features are shuffled, and kept where rows trade."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(times):
        block = drivers
        if drivers is not None and change is shuffled:
            block = drivers[random.permutation(len(drivers))]
        found.append((change(features, random), block))
    return found


def p_value(observed: float, null: Sequence[float] | Floats) -> float:
    """Share of the null at least as high as observed, the observation counted in: never 0."""
    return (1 + reached(observed, null)) / (1 + len(null))


def reached(observed: float, null: Sequence[float] | Floats) -> int:
    """How many of the null are at least as high as observed."""
    return int(np.sum(np.asarray(null) >= observed - 1e-12))


def bootstrap_ari(features: Bits, drivers: Bits, k: int, times: int, seed: int) -> Floats:
    """Adjusted Rand index between the clusters of the sample and those of resamples, on the drawn agents."""
    random = np.random.default_rng(seed)
    apart = distances(features, drivers)
    labels = clusters(apart, k)
    draws = random.integers(0, len(labels), (times, len(labels)))
    return np.array([adjusted_rand_score(labels[d], clusters(apart[np.ix_(d, d)], k)) for d in draws])


def cluster_stability(features: Bits, drivers: Bits | None, k: int, times: int, random: Random) -> dict[int, float]:
    """For each cluster the median, over resamples, of the best Jaccard overlap with a new cluster (Hennig 2007)."""
    apart = distances(features, drivers)
    labels = clusters(apart, k)
    names = np.unique(labels)
    found: dict[int, list[float]] = {int(name): [] for name in names}
    for draw in random.integers(0, len(labels), (times, len(labels))):
        again = clusters(apart[np.ix_(draw, draw)], k)
        old = (labels[draw][:, None] == names).astype(float)
        new = (again[:, None] == np.unique(again)).astype(float)
        both = old.T @ new
        overlap = (both / (old.sum(axis=0)[:, None] + new.sum(axis=0) - both)).max(axis=1)
        for name, size, share in zip(names, old.sum(axis=0), overlap, strict=True):
            if size:
                found[int(name)].append(share)
    return {name: float(np.median(overlaps)) for name, overlaps in found.items()}


def variance_ratio(features: Bits) -> float:
    """Variance of the row sums over the sum of the column variances; 1 if features are independent (Schluter 1984)."""
    return float(features.sum(axis=1).var() / features.var(axis=0).sum())


def histogram(features: Bits) -> list[int]:
    """How many agents ship 0, 1, ... all of the features."""
    return np.bincount(features.sum(axis=1), minlength=features.shape[1] + 1).tolist()


def null_bundles(features: Bits, times: int, seed: int) -> tuple[Floats, NDArray[np.int_]]:
    """Variance ratios (times,) and histograms (times, features + 1) with every column permuted by itself."""
    random = np.random.default_rng(seed)
    keys = random.random((times, *features.shape), dtype=np.float32)
    sums = np.take_along_axis(np.broadcast_to(features, keys.shape), keys.argsort(axis=1), axis=1).sum(axis=2)
    bars = np.stack([(sums == n).sum(axis=1) for n in range(features.shape[1] + 1)], axis=1)
    return sums.var(axis=1) / features.var(axis=0).sum(), bars


def kappa(first: Sequence[str], second: Sequence[str]) -> tuple[float, float]:
    """Raw agreement and Cohen's kappa (Cohen 1960) of two coders. Kappa is 1 if neither ever varies and both agree."""
    n = len(first)
    agree = sum(a == b for a, b in zip(first, second, strict=True)) / n
    one, two = Counter(first), Counter(second)
    chance = sum(one[value] * two[value] for value in one) / n**2
    return agree, 1.0 if chance == 1 else (agree - chance) / (1 - chance)
