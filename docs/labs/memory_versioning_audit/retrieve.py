"""Search over the memories of a moment: exact vectors, a quantised index, words and vectors together, a token cut."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np

from labs.embedding import embed, pieces
from labs.memory_versioning_audit.world import Decision, Version, current

FUSION = 60  # the constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)


class Search:
    """Search over a history of versions with one encoder.

    `encoder` is "minilm" or "e5"; `bits` 8 rounds each number of a stored vector to one of 255 steps.
    """

    def __init__(self, versions: Sequence[Version], queries: Sequence[str], encoder: str = "minilm", bits: int = 32):
        names = ("minilm", "minilm") if encoder == "minilm" else (f"{encoder}-passage", f"{encoder}-query")
        self.versions = list(versions)
        self.rows = embed([v.text for v in versions], names[0])
        if bits == 8:
            top = float(np.abs(self.rows).max())
            self.rows = (np.round(self.rows / top * 127) / 127 * top).astype(np.float32)
        self.queries = dict(zip(queries, embed(queries, names[1]), strict=True))

    def rank(self, decision: Decision, at: int, filtered: bool, hybrid: bool = False) -> list[Version]:
        """All memories of a moment, in their newest version then, best first; `filtered` only the person's own."""
        found = [v for v in current(self.versions, at).values() if not filtered or v.person == decision.person]
        # one product a row: a matrix product may round otherwise when its shape changes, and ties would move
        scores = np.einsum("ij,j->i", self.rows[[v.seq - 1 for v in found]], self.queries[decision.query])
        order = sorted(range(len(found)), key=lambda i: (-scores[i], found[i].seq))
        if hybrid:
            words = by_words(decision.query, [v.text for v in found])
            second = sorted(range(len(found)), key=lambda i: (-words[i], found[i].seq))
            fused: Counter[int] = Counter()
            for ranking in (order, second):
                for place, i in enumerate(ranking, 1):
                    fused[i] += 1 / (FUSION + place)
            order = sorted(range(len(found)), key=lambda i: (-fused[i], found[i].seq))
        return [found[i] for i in order]


@cache
def split(text: str) -> tuple[str, ...]:
    """The words of a text, lower case."""
    return tuple(re.findall(r"[a-z0-9]+", text.lower()))


def by_words(query: str, texts: Sequence[str], k1: float = 1.2, b: float = 0.75) -> list[float]:
    """BM25 scores (Robertson and Zaragoza, 2009) of texts for a query."""
    documents = [Counter(split(text)) for text in texts]
    mean = sum(d.total() for d in documents) / len(documents)
    scores = [0.0] * len(texts)
    for word in dict.fromkeys(split(query)):  # in order: sums of floats depend on it
        having = sum(word in d for d in documents)
        weight = math.log(1 + (len(texts) - having + 0.5) / (having + 0.5))
        for i, d in enumerate(documents):
            n = d[word]
            scores[i] += weight * n * (k1 + 1) / (n + k1 * (1 - b + b * d.total() / mean)) if n else 0.0
    return scores


def cut(found: Sequence[Version], budget: int) -> list[Version]:
    """What fits into a prompt: from the first on, until the next would go over `budget` word pieces."""
    kept: list[Version] = []
    counts = pieces([v.text for v in found])
    for version, cost in zip(found, np.cumsum(counts), strict=True):
        if cost > budget:
            break
        kept.append(version)
    return kept


def by_chance(memories: int, k: int) -> float:
    """How often a fact is left out if k of `memories` are taken in random order: exact."""
    return max(0.0, 1 - k / memories)
