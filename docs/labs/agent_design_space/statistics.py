"""The statistics of the survey: clusters, nulls that keep margins, agreement of two coders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.metrics import adjusted_rand_score

Bits = NDArray[np.bool_]
Random = np.random.Generator
KS = range(2, 7)


def distances(features: Bits, drivers: Bits | None = None) -> NDArray[np.float64]:
    """Share of columns in which two agents differ: shape (n, n); the driver adds four columns."""
    bits = features if drivers is None else np.hstack([features, drivers])
    return (bits[:, None, :] != bits[None, :, :]).mean(axis=2)


def clusters(apart: NDArray[np.float64], k: int) -> NDArray[np.int_]:
    """Labels 1 to k of average-linkage clustering of a distance matrix."""
    return fcluster(linkage(squareform(apart, checks=False), "average"), k, "maxclust")


def silhouette(apart: NDArray[np.float64], labels: NDArray[np.int_]) -> float:
    """Mean silhouette (Rousseeuw 1987), -1 to 1; an agent alone in its cluster counts 0."""
    names, sizes = np.unique(labels, return_counts=True)
    if len(names) < 2:
        return 0.0
    sums = np.stack([apart[:, labels == name].sum(axis=1) for name in names], axis=1)
    own = np.searchsorted(names, labels)
    rows = np.arange(len(labels))
    inside = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[rows, own] = np.inf
    outside = means.min(axis=1)
    score = (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-12)
    return float(np.where(sizes[own] == 1, 0.0, score).mean())


def best_silhouette(features: Bits, drivers: Bits | None = None) -> tuple[float, int]:
    """The highest silhouette over k = 2 to 6, and its k."""
    apart = distances(features, drivers)
    tree = linkage(squareform(apart, checks=False), "average")
    return max((silhouette(apart, fcluster(tree, k, "maxclust")), k) for k in KS)


def shuffled(features: Bits, random: Random) -> Bits:
    """Each column permuted by itself: every feature as frequent as before, nothing goes together."""
    return random.permuted(features, axis=0)


# --8<-- [start:swapped]
def swapped(features: Bits, random: Random, rounds: int = 600) -> Bits:
    """Rows traded in pairs, as curveball does: row and column sums kept."""
    bits = features.copy()
    for _ in range(rounds):
        a, b = random.choice(len(bits), 2, replace=False)
        differ = np.flatnonzero(bits[a] != bits[b])
        if len(differ) > 1:
            bits[a, differ] = random.permutation(bits[a, differ])
            bits[b, differ] = ~bits[a, differ]
    return bits


# --8<-- [end:swapped]
def null_silhouettes(
    features: Bits, drivers: Bits | None, change: Callable[[Bits, Random], Bits], times: int, seed: int
) -> NDArray[np.float64]:
    """Best silhouettes of changed tables; the driver block is permuted as one where features are shuffled."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(times):
        block = drivers
        if drivers is not None and change is shuffled:
            block = drivers[random.permutation(len(drivers))]
        found.append(best_silhouette(change(features, random), block)[0])
    return np.array(found)


def p_value(observed: float, null: Sequence[float] | NDArray[np.float64]) -> float:
    """Share of the null at least as high as observed, the observation counted in: never 0."""
    return (1 + int(np.sum(np.asarray(null) >= observed - 1e-12))) / (1 + len(null))


def bootstrap_ari(features: Bits, drivers: Bits, k: int, times: int, seed: int) -> NDArray[np.float64]:
    """Adjusted Rand index between the clusters of the sample and those of resamples, on the drawn agents."""
    random = np.random.default_rng(seed)
    apart = distances(features, drivers)
    labels = clusters(apart, k)
    draws = random.integers(0, len(labels), (times, len(labels)))
    return np.array([adjusted_rand_score(labels[d], clusters(apart[np.ix_(d, d)], k)) for d in draws])


def variance_ratio(features: Bits) -> float:
    """Variance of the row sums over the sum of the column variances; 1 if features are independent (Schluter 1984)."""
    return float(features.sum(axis=1).var() / features.var(axis=0).sum())


def histogram(features: Bits) -> list[int]:
    """How many agents ship 0, 1, ... all of the features."""
    return np.bincount(features.sum(axis=1), minlength=features.shape[1] + 1).tolist()


def null_bundles(features: Bits, times: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int_]]:
    """Variance ratios (times,) and histograms (times, features + 1) with every column permuted by itself."""
    random = np.random.default_rng(seed)
    keys = random.random((times, *features.shape))
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


def cluster_stability(features: Bits, drivers: Bits, k: int, times: int, seed: int) -> dict[int, float]:
    """For each cluster the median, over resamples, of the best Jaccard overlap with a new cluster (Hennig 2007)."""
    random = np.random.default_rng(seed)
    apart = distances(features, drivers)
    labels = clusters(apart, k)
    found: dict[int, list[float]] = {int(name): [] for name in np.unique(labels)}
    for draw in random.integers(0, len(labels), (times, len(labels))):
        again = clusters(apart[np.ix_(draw, draw)], k)
        for name, overlaps in found.items():
            old = labels[draw] == name
            if old.any():
                groups = [again == other for other in np.unique(again)]
                overlaps.append(max((old & new).sum() / (old | new).sum() for new in groups))
    return {name: float(np.median(overlaps)) for name, overlaps in found.items()}


def scalability(features: Bits) -> float:
    """Loevinger's H: 1 if no agent ships a rarer feature without every commoner one, 0 if features are independent."""
    bits = features[:, np.argsort(-features.sum(axis=0), kind="stable")]
    share = bits.mean(axis=0)
    pairs = [(a, b) for b in range(bits.shape[1]) for a in range(b)]
    errors = sum((~bits[:, a] & bits[:, b]).sum() for a, b in pairs)
    return float(1 - errors / sum(len(bits) * (1 - share[a]) * share[b] for a, b in pairs))
