"""Which rows a question finds by similarity: exact search over every row, most similar first."""

from __future__ import annotations

from functools import cache

import numpy as np

from labs import embedding
from labs.memory_hierarchy.world import World, texts


@cache
def vectors() -> np.ndarray:
    """The vectors of all texts that rows can have, (n, 384)."""
    return embedding.embed(texts()[0])


@cache
def similar(question: str) -> np.ndarray:
    """The cosine of a question and each text, to five digits, so that two machines agree."""
    return np.round(vectors() @ embedding.embed([question])[0], 5)


def ranked(world: World, question: str, among: np.ndarray | None = None) -> np.ndarray:
    """Row numbers, most similar to the question first; of equal ones in a random order. `among`: these rows only."""
    order = np.lexsort((world.order, -similar(question)[world.text]))
    return order if among is None else order[np.isin(order, among)]
