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


def similar(rows: Sequence[Row], form: int, own: bool = False, now: bool = False) -> np.ndarray:
    """The cosine of each question and each row, (100, rows); with `own`, -2 for rows of another user."""
    vectors = np.array([sentences(now and row.round > 0)[row.fact, row.value] for row in rows])
    near = (questions(form).astype(float) @ vectors.T.astype(float)).round(6)  # equal texts tie on any machine
    if own:
        near[USER[:, None] != USER[[row.fact for row in rows]]] = -2
    return near


def nearest(
    rows: Sequence[Row],
    form: int,
    own: bool = False,
    newest_of: int = 1,
    now: bool = False,
    half_life: float | None = None,
    margin: float | None = None,
) -> list[Row]:
    """The row returned for each of the 100 questions.

    `own` searches the rows of the user asked about only; `newest_of` takes the newest of so many nearest rows; with
    `now` updates are stored in the words of an update; after `half_life` rounds a cosine counts half; with `margin`
    the newest of all rows whose cosine is at most so far below the best.
    """
    near = similar(rows, form, own, now)
    if half_life:
        age = rows[-1].round - np.array([row.round for row in rows])
        near = np.where(near > 0, near * 0.5 ** (age / half_life), near)
    if margin is not None:
        within = near >= near.max(axis=1, keepdims=True) - margin
        return [rows[int(np.flatnonzero(line)[-1])] for line in within]
    when = np.arange(len(rows))
    best = np.argsort(-near, axis=1, kind="stable")[:, :newest_of]
    if own:  # never a row of somebody else, where the user has fewer
        best = np.where(np.take_along_axis(near, best, 1) > -2, best, best[:, :1])
    return [rows[max(chosen, key=lambda i: when[i])] for chosen in best.tolist()]


def once(rows: Sequence[Row]) -> list[Row]:
    """Each text once, where it was said last."""
    last = {(row.fact, row.value): number for number, row in enumerate(rows)}
    return [rows[number] for number in sorted(last.values())]


def handed(rows: Sequence[Row], form: int, count: int, own: bool = False, newer: bool = False) -> list[list[Row]]:
    """The `count` nearest rows for each question, oldest first: what a model is given to read.

    Of equally near rows the older comes first, with `newer` the newer one.
    """
    near = similar(rows, form, own)
    order = (
        np.lexsort((np.broadcast_to(-np.arange(len(rows)), near.shape), -near), axis=1)
        if newer
        else np.argsort(-near, axis=1, kind="stable")
    )
    best = np.sort(order[:, :count], axis=1)
    return [[rows[i] for i in chosen if near[fact, i] > -2] for fact, chosen in enumerate(best.tolist())]


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
