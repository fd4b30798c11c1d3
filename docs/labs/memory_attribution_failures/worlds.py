"""Worlds of facts with owner, speaker and time, and what a read query makes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from labs.memory_attribution_failures import texts
from labs.memory_attribution_failures.texts import SLOTS, USERS, VALUES

OUTCOMES = ("right", "other user", "suggested", "old", "other slot", "nothing")
SLOT_NAMES = tuple(SLOTS)
ASKED = len(SLOT_NAMES)
COUNT = 20  # worlds of an arm: 1,600 questions


@dataclass(frozen=True)
class World:
    """Rows of a store, each array with one entry a row.

    fact     index of its text in `texts.facts`
    user, slot, said, time   whom it is about, which slot, whether the user said it, when: the truth
    owner, speaker, key      whom, who said it and the slot as the store has them: labels may be wrong
    """

    fact: np.ndarray
    user: np.ndarray
    slot: np.ndarray
    said: np.ndarray
    time: np.ndarray
    owner: np.ndarray
    speaker: np.ndarray
    key: np.ndarray

    def current(self) -> np.ndarray:
        """Whether a row is the last that its user said of its slot."""
        key = self.user * ASKED + self.slot
        newest = np.full(USERS * ASKED, -1.0)
        np.maximum.at(newest, key[self.said], self.time[self.said])
        return self.said & (self.time == newest[key])


def world(random: np.random.Generator, values: int = 2, anywhere: bool = False) -> World:
    """Each user states `values` values of each slot one after the other; the assistant suggests another one.

    It does so last, or with `anywhere` at a random place among them.
    """
    per = values + 1
    user, slot, turn = (a.ravel() for a in np.indices((USERS, ASKED, per)))
    chosen = np.argsort(random.random((USERS, ASKED, VALUES)), axis=2)[:, :, :per].ravel()
    time = np.sort(random.random((USERS, ASKED, per)), axis=2).ravel()
    last = np.full(USERS * ASKED, values)
    suggested = random.integers(0, per, USERS * ASKED) if anywhere else last
    said = turn != np.repeat(suggested, per)
    return World((user * ASKED + slot) * VALUES + chosen, user, slot, said, time, user, said, slot)


def worlds(seed: int, count: int, values: int = 2, anywhere: bool = False) -> Iterator[World]:
    """`count` worlds of a seed."""
    random = np.random.default_rng([seed, values])
    return (world(random, values, anywhere) for _ in range(count))


def flipped(
    w: World, random: np.random.Generator, owner: float = 0.0, speaker: float = 0.0, key: float = 0.0, name: float = 0.0
) -> World:
    """The same world with a share of its owners, keys and names in the text changed, of its speaker labels turned."""
    moved = random.random(len(w.user)) < owner
    others = (w.user + random.integers(1, USERS, len(w.user))) % USERS
    turned = random.random(len(w.user)) < speaker
    lost = random.random(len(w.user)) < key
    keys = (w.slot + random.integers(1, ASKED, len(w.user))) % ASKED
    misnamed = random.random(len(w.user)) < name
    named = (w.user + random.integers(1, USERS, len(w.user))) % USERS
    fact = np.where(misnamed, w.fact + (named - w.user) * ASKED * VALUES, w.fact)
    label = np.where(moved, others, w.user)
    return replace(w, fact=fact, owner=label, speaker=w.said ^ turned, key=np.where(lost, keys, w.slot))


@dataclass(frozen=True)
class Query:
    """A read query: which fields it filters by, how it scores, and how it picks among the rows that are left.

    pick     "nearest": the highest score. "newest": the newest row with the nearest one's key. "few": the newest of the
             `few` highest scores. A number: the newest row whose cosine with the nearest one reaches it, a guessed key
    key      whose key: "stored" with the row, or guessed as the question of a list that the text is nearest to, by
             "cosine", by "both" cosine and BM25, or "reworded", by the cosine with the list in other words
    near     with "newest": rows must also reach this cosine with the nearest one
    recency  weight of the age (0 oldest, 1 newest) in the score
    words    add BM25 over words, each question's highest as one, to the cosine
    named    keep only rows whose text begins with the asker's name
    cut      answer nothing below this score
    """

    owner: bool = False
    speaker: bool = False
    pick: str | float = "nearest"
    few: int = 1
    key: str = "stored"
    near: float = -1.0
    recency: float = 0.0
    words: bool = False
    named: bool = False
    cut: float = -np.inf


ASKER, SLOT = np.repeat(np.arange(USERS), ASKED), np.tile(np.arange(ASKED), USERS)


@cache
def counted(kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Words that a question has in common with a fact: whether a question has each, (80, words), how often a fact has
    each, (320, words), and the length of each fact, (320,).
    """
    asked, stored = texts.words(kind)
    shared = sorted({t for words in asked for t in words} & {t for words in stored for t in words})
    has = np.array([[t in words for t in shared] for words in map(set, asked)], float)
    count = np.array([[words.count(t) for t in shared] for words in stored], float)
    return has, count, np.array([len(words) for words in stored], float)


def bm25(fact: np.ndarray, kind: str, present: np.ndarray | None = None, k: float = 1.2, b: float = 0.75) -> np.ndarray:
    """BM25 of each question with each row of facts, (80, rows), the highest of a question's rows as one; the formula is
    as in Robertson and Zaragoza (2009). `present`, (80, rows), says which rows there are when a question is asked.
    """
    has, count, length = counted(kind)
    count, length = count[fact], length[fact]
    there = np.ones((1, len(fact))) if present is None else present.astype(float)
    rows = there.sum(1, keepdims=True)
    held = there @ (count > 0)
    idf = has * np.log1p((rows - held + 0.5) / (held + 0.5))
    size = np.broadcast_to(k * (1 - b + b * length * rows / (there @ length)[:, None]), (len(has), len(fact)))
    found = np.zeros(size.shape)
    for word, often in enumerate(count.T):
        ask, hold = np.ix_(np.flatnonzero(has[:, word]), np.flatnonzero(often))
        found[ask, hold] += idf[ask, word] * often[hold] * (k + 1) / (often[hold] + size[ask, hold])
    best = np.where(there > 0, found, 0.0).max(1, keepdims=True)
    return (found / np.where(best > 0, best, 1.0)).round(6)


@cache
def listed(kind: str, way: str) -> np.ndarray:
    """For each fact, the slot whose question about the one it names is nearest, (320,); `way` is a key of a Query."""
    score = texts.reworded(kind) if way == "reworded" else texts.cosines(kind)[0]
    every = np.arange(score.shape[1])
    if way == "both":
        score = score + bm25(every, kind)
    return score.reshape(USERS, ASKED, -1)[every // (ASKED * VALUES), :, every].argmax(1)


def answers(w: World, query: Query, kind: str, missing: bool = False) -> np.ndarray:
    """The row that answers each question, -1 where there is none; `missing`: without what is asked about the asker."""
    near, alike = texts.cosines(kind)
    present = (w.user != ASKER[:, None]) | (w.slot != SLOT[:, None]) if missing else None
    found = near[:, w.fact] + query.recency * w.time
    if query.words:
        found = found + bm25(w.fact, kind, present)
    kept = found >= query.cut
    if query.owner:
        kept &= w.owner == ASKER[:, None]
    if query.named:
        kept &= texts.names_user(kind)[:, w.fact][ASKER]
    if query.speaker:
        kept &= w.speaker
    if present is not None:
        kept &= present
    found = np.where(kept, found, -np.inf)
    top = found.argmax(1)
    if query.pick == "newest":
        key = w.key if query.key == "stored" else listed(kind, query.key)[w.fact]
        kept &= (key == key[top][:, None]) & (alike[w.fact[top]][:, w.fact] >= query.near)
    elif query.pick == "few":
        first = np.argsort(-found, axis=1, kind="stable")[:, : query.few]
        kept &= (np.arange(found.shape[1]) == first[..., None]).any(1)
    elif query.pick != "nearest":
        kept &= alike[w.fact[top]][:, w.fact] >= query.pick
    if query.pick != "nearest":
        top = np.where(kept, w.time, -np.inf).argmax(1)
    return np.where(kept.any(1), top, -1)


def outcomes(w: World, rows: np.ndarray) -> np.ndarray:
    """What each answer is, one of OUTCOMES: the first fault that applies."""
    faults = [w.user[rows] != ASKER, w.slot[rows] != SLOT, ~w.said[rows], ~w.current()[rows]]
    return np.select([rows < 0, *faults], ["nothing", "other user", "other slot", "suggested", "old"], "right")


@cache
def shares(
    seed: int, query: Query, kind: str, *, values: int = 2, missing: bool = False, owner: float = 0.0,
    speaker: float = 0.0, key: float = 0.0, name: float = 0.0, anywhere: bool = False,
) -> dict[str, float]:  # fmt: skip
    """Shares of the outcomes over COUNT worlds of a seed, with shares of wrong labels."""
    random = np.random.default_rng([seed, 1000])
    counted: Counter[str] = Counter()
    for w in worlds(seed, COUNT, values, anywhere):
        noisy = flipped(w, random, owner, speaker, key, name) if owner or speaker or key or name else w
        counted.update(outcomes(noisy, answers(noisy, query, kind, missing)).tolist())
    return {o: counted[o] / counted.total() for o in OUTCOMES}


def unsaid_by_slot(seed: int, kind: str) -> np.ndarray:
    """What unfiltered answers to what the asker never said are, (8, 9): for each slot that is asked about, the share of
    each slot among the asker's own rows, and last the share of other users' rows.
    """
    given = np.zeros((ASKED, ASKED + 1))
    for w in worlds(seed, COUNT):
        rows = answers(w, Query(), kind, missing=True)
        np.add.at(given, (SLOT, np.where(w.user[rows] == ASKER, w.slot[rows], ASKED)), 1)
    return given / (COUNT * USERS)


def cut_for(seed: int, kind: str, keep: float = 0.95) -> float:
    """The cut-off of the cosine that still answers a share `keep` of the questions whose answer is stored."""
    near = texts.cosines(kind)[0]
    best = np.concatenate([near[:, w.fact].max(1) for w in worlds(seed, COUNT)])
    return float(np.quantile(best, 1 - keep))
