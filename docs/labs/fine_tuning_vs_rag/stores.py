"""What a store of sentences answers: the row it returns for each question, by similarity of sentence vectors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from labs.embedding import embed
from labs.fine_tuning_vs_rag.world import FACTS, Row, question, sentence

USER = np.array([user for user, _ in FACTS])


@cache
def sentences(now: bool = False) -> np.ndarray:
    """Unit vectors of every sentence, (100, 4, 384); with `now`, in the words of an update."""
    return embed([sentence(fact, value, now) for fact in range(len(FACTS)) for value in range(4)]).reshape(-1, 4, 384)


@cache
def questions(form: int) -> np.ndarray:
    """Unit vectors of the questions in one wording, (100, 384)."""
    return embed([question(fact, form) for fact in range(len(FACTS))])


def nearest(rows: Sequence[Row], form: int, own: bool = False, newest_of: int = 1, now: bool = False) -> list[Row]:
    """The row returned for each of the 100 questions.

    `own` searches the rows of the user asked about only; `newest_of` takes the newest of so many nearest rows; with
    `now` updates are stored in the words of an update.
    """
    vectors = np.array([sentences(now and row.round > 0)[row.fact, row.value] for row in rows])
    near = (questions(form).astype(float) @ vectors.T.astype(float)).round(
        6
    )  # equal texts tie on any number of threads
    if own:
        near[USER[:, None] != USER[[row.fact for row in rows]]] = -2
    when = np.arange(len(rows))
    best = np.argsort(-near, axis=1, kind="stable")[:, :newest_of]
    if own:  # never a row of somebody else, where the user has fewer
        best = np.where(np.take_along_axis(near, best, 1) > -2, best, best[:, :1])
    return [rows[max(chosen, key=lambda i: when[i])] for chosen in best.tolist()]


def keyed(rows: Sequence[Row], missed: float, seed: int) -> list[Row]:
    """The rows of a store that overwrites by key, where a share of updates misses its row and lands beside it."""
    rng = np.random.default_rng(seed)
    kept: dict[object, Row] = {}
    for number, row in enumerate(rows):
        miss = row.round > 0 and rng.random() < missed
        kept[number if miss else ("fact", row.fact)] = row
    return sorted(kept.values(), key=lambda row: row.round)


def outcome(answers: Sequence[Row], truth: np.ndarray) -> np.ndarray:
    """For each question: 0 right, 1 an old value of this fact, 2 another fact."""
    return np.array([2 if row.fact != fact else int(row.value != truth[fact]) for fact, row in enumerate(answers)])
