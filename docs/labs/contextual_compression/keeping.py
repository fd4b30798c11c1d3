"""Ways to decide which turns of a conversation stay, at a budget of tokens.

Each way is a score a turn; `take` keeps the best that fit. `rarest` is the one that the notes print, whole.
"""

from __future__ import annotations

# --8<-- [start:imports]
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import log

# --8<-- [end:imports]
import numpy as np

from labs.words import WORD

DAMPING = 0.85  # of TextRank, as in the paper


def words(text: str) -> list[str]:
    """The words of a text in lower case, as `labs.words` tells them apart."""
    return WORD.findall(text.lower())


# --8<-- [start:rarest]
def rarity(turns: Sequence[str]) -> list[float]:
    """How rare the words of each turn are in this conversation.

    It is the mean over its words of log(turns / turns with that word).
    """
    said = [re.findall(r"\w+", turn.lower()) for turn in turns]
    seen = Counter(word for turn in said for word in set(turn))
    rare = {word: log(len(turns) / seen[word]) for word in seen}
    return [sum(rare[w] for w in turn) / max(len(turn), 1) for turn in said]


def rarest(
    turns: Sequence[str],
    budget: int,
    size: Callable[[str], int],
) -> list[int]:
    """Which turns to keep, in order.

    `size` of a turn is its tokens; all may have `budget` together.
    """
    kept, rare = [], rarity(turns)
    for i in sorted(range(len(turns)), key=lambda i: -rare[i]):
        if size(turns[i]) <= budget:
            kept.append(i)
            budget -= size(turns[i])
    return sorted(kept)


# --8<-- [end:rarest]


def take(order: Iterable[int], sizes: Sequence[int], budget: float) -> list[int]:
    """The places that are kept: in the order given, each that still fits."""
    kept = []
    for i in order:
        if sizes[i] <= budget:
            kept.append(i)
            budget -= sizes[i]
    return kept


def cut_again(
    sizes: Sequence[int], budget: float, room: float, order: Callable[[list[int]], list[int]]
) -> tuple[list[int], int]:
    """The turns in a context that is cut at every overflow, and how often it was cut, the last time at the end.

    Turns come one by one, and `sizes` are their tokens. When more than `room` tokens are there, a cut leaves `budget`:
    half for the newest turns, the rest for the others in the `order` that puts those first that are to stay.
    """
    there: list[int] = []
    cuts = 0
    for i in range(len(sizes)):
        there.append(i)
        if i + 1 < len(sizes) and sum(sizes[j] for j in there) <= room:
            continue
        newest = take(reversed(there), sizes, budget / 2)
        older = [j for j in there if j not in set(newest)]
        there = sorted(newest + take(order(older), sizes, budget - sum(sizes[j] for j in newest)))
        cuts += 1
    return there, cuts


def rarest_first(turns: Sequence[str], places: Sequence[int]) -> list[int]:
    """Places by falling rarity of their turns' words, counted in the turns at these places alone."""
    return [places[j] for j in best_first(rarity([turns[i] for i in places]))]


def best_first(scores: Sequence[float]) -> list[int]:
    """Places by falling score, to six decimals, so that equal texts tie on every machine; ties as they stand."""
    return np.argsort(-np.round(np.asarray(scores, float), 6), kind="stable").tolist()


def centrality(vectors: np.ndarray) -> np.ndarray:
    """Cosine of each unit vector (n, d) with the mean of all: the score of a centroid summary."""
    mean = vectors.mean(0)
    return vectors @ (mean / np.linalg.norm(mean))


def textrank(likeness: np.ndarray) -> np.ndarray:
    """PageRank of each turn in the graph of likenesses (n, n); negative ones are no edge.

    Mihalcea and Tarau, TextRank (2004), equation 2: a turn recommends others in proportion to its edges.
    """
    edges = np.clip(likeness, 0, None)
    np.fill_diagonal(edges, 0)
    out = edges.sum(1, keepdims=True)
    edges = np.divide(edges, out, out=np.zeros_like(edges), where=out > 0)
    rank = np.ones(len(edges)) / len(edges)
    for _ in range(100):
        rank = (1 - DAMPING) / len(edges) + DAMPING * (edges.T @ rank)
    return rank


def shared_words(turns: Sequence[str]) -> np.ndarray:
    """The likeness (n, n) of the TextRank paper: words in common over the sum of the logarithms of the lengths."""
    said = [words(turn) for turn in turns]
    vocabulary = {word: i for i, word in enumerate(sorted({word for turn in said for word in turn}))}
    used = np.zeros((len(turns), len(vocabulary)), np.float32)
    for i, turn in enumerate(said):
        used[i, [vocabulary[word] for word in turn]] = 1
    length = np.array([log(max(len(turn), 1)) for turn in said])
    both = length[:, None] + length[None, :]
    return np.divide((used @ used.T).astype(float), both, out=np.zeros(both.shape), where=both > 0)


def diverse(vectors: np.ndarray, weight: float = 0.5) -> list[int]:
    """Places in the order of maximal marginal relevance: like the whole, unlike what was taken already."""
    relevance = centrality(vectors)
    nearest = np.zeros(len(vectors))
    left, order = np.ones(len(vectors), bool), []
    for _ in range(len(vectors)):
        score = np.where(left, weight * relevance - (1 - weight) * nearest, -np.inf)
        best = int(np.round(score, 6).argmax())  # equal texts tie exactly, on every machine
        order.append(best)
        left[best] = False
        nearest = np.maximum(nearest, vectors @ vectors[best])
    return order


def with_previous(order: Iterable[int]) -> list[int]:
    """The same order with the turn before each, which often holds what it answers."""
    return list(dict.fromkeys(j for i in order for j in (i, i - 1) if j >= 0))


def bm25(documents: Sequence[Sequence[str]], query: Sequence[str], k: float = 1.2, b: float = 0.75) -> list[float]:
    """Okapi BM25 of each document for a query, both as words."""
    mean = sum(map(len, documents)) / len(documents)
    seen = Counter(word for document in documents for word in set(document))
    idf = {word: log(1 + (len(documents) - seen[word] + 0.5) / (seen[word] + 0.5)) for word in set(query)}
    scores = []
    for document in documents:
        count = Counter(document)
        norm = k * (1 - b + b * len(document) / mean)
        scores.append(sum(idf[w] * count[w] * (k + 1) / (count[w] + norm) for w in set(query) if w in count))
    return scores
