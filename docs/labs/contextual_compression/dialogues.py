"""What each way to keep turns does to LoCoMo's ten dialogues, from the tables of numbers that `table` made."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy import stats

from labs.contextual_compression import keeping

DATA = Path(__file__).with_name("data")
BUDGETS = (0.05, 0.1, 0.2, 0.4)
SMALL = (0.01, 0.02)  # what a coding agent's compaction leaves, by Factory's count
SHUFFLES = 100
AGAIN = 0.2  # share of a dialogue's tokens that each cut leaves in a context that overflows
SCORES = ("rarity", "centrality", "textrank", "textrank_words")
Answers = list[frozenset[int]]


@dataclass(frozen=True)
class Written:
    """What gpt-3.5-turbo wrote about a dialogue, a row a text: its size, how rare its words are, answers it holds."""

    sizes: list[int]
    rarity: list[float]
    answers: dict[bool, Answers]


@dataclass(frozen=True)
class Again:
    """What stays of a dialogue in a context that is cut at every overflow, and how often it was cut."""

    kept: list[int]
    cuts: int


@dataclass(frozen=True)
class Dialogue:
    """The numbers of one dialogue, a row a turn. `answers` and `asked` by how an answer is matched: loosely or not."""

    name: str
    sizes: list[int]
    words: list[int]
    scores: dict[str, list[float]]
    mmr: list[int]
    surprise: dict[int, float]
    evidence: frozenset[int]
    answers: dict[bool, Answers]
    asked: dict[bool, frozenset[int]]
    fetched: dict[bool, dict[int, int]]  # question -> pieces that BM25 reads until a turn with the answer
    facts_fetched: dict[bool, dict[int, int]]  # the same, until a written fact with the answer; none may have it
    written: dict[str, Written]
    again: dict[float, Again]

    @property
    def total(self) -> int:
        """Word pieces of the whole dialogue."""
        return sum(self.sizes)


def _rows(name: str) -> dict[str, list[dict[str, str]]]:
    """The rows of a table, by dialogue."""
    found: dict[str, list[dict[str, str]]] = {}
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["dialogue"], []).append(row)
    return found


def _answers(rows: Sequence[Mapping[str, str]]) -> dict[bool, Answers]:
    """The questions whose answer each row holds: word for word (False) and loosely (True)."""
    return {
        loose: [frozenset(map(int, row["loosely" if loose else "answers"].split())) for row in rows]
        for loose in (False, True)
    }


@cache
def read() -> tuple[Dialogue, ...]:
    """The ten dialogues of the committed tables."""
    turns, written, questions, again = _rows("turns"), _rows("written"), _rows("questions"), _rows("again")
    found = []
    for name, rows in turns.items():
        texts = {
            kind: [row for row in written[name] if row["kind"] == kind[:-1]] for kind in ("summarys", "observations")
        }
        asked = questions[name]
        found.append(
            Dialogue(
                name,
                [int(row["pieces"]) for row in rows],
                [int(row["words"]) for row in rows],
                {score: [float(row[score]) for row in rows] for score in SCORES},
                [int(row["mmr"]) for row in rows],
                {i: float(row["surprise"]) for i, row in enumerate(rows) if row["surprise"]},
                frozenset(i for i, row in enumerate(rows) if row["asked"] != "0"),
                _answers(rows),
                {
                    False: frozenset(int(row["question"]) for row in asked if row["literal"] == "1"),
                    True: frozenset(int(row["question"]) for row in asked),
                },
                {
                    False: {int(row["question"]): int(row["bm25"]) for row in asked if row["bm25"]},
                    True: {int(row["question"]): int(row["bm25_loosely"]) for row in asked},
                },
                {
                    loose: {int(row["question"]): int(row[column]) for row in asked if row[column]}
                    for loose, column in ((False, "facts"), (True, "facts_loosely"))
                },
                {
                    kind.replace("summarys", "summaries"): Written(
                        [int(row["pieces"]) for row in some], [float(row["rarity"]) for row in some], _answers(some)
                    )
                    for kind, some in texts.items()
                },
                {
                    float(row["room"]): Again([int(i) for i in row["kept"].split()], int(row["cuts"]))
                    for row in again[name]
                },
            )
        )
    return tuple(found)


def orders(one: Dialogue, seed: int) -> dict[str, list[list[int]]]:
    """The turns in the order in which each way keeps them; several orders for dice, one for each other way."""
    turns = range(len(one.sizes))
    shuffle = random.Random(f"{seed} {one.name}")
    rare = keeping.best_first(one.scores["rarity"])
    return {
        "window": [list(reversed(turns))],
        "dice": [shuffle.sample(turns, len(turns)) for _ in range(SHUFFLES)],
        "typical (centroid)": [keeping.best_first(one.scores["centrality"])],
        "typical (TextRank)": [keeping.best_first(one.scores["textrank"])],
        "TextRank, shared words": [keeping.best_first(one.scores["textrank_words"])],
        "diverse (MMR)": [sorted(turns, key=one.mmr.__getitem__)],
        "least typical": [keeping.best_first([-score for score in one.scores["centrality"]])],
        "rare words": [rare],
        "rare words, and the turn before": [keeping.with_previous(rare)],
        "sum of rarity": [keeping.best_first([r * n for r, n in zip(one.scores["rarity"], one.words, strict=True)])],
        "longest": [keeping.best_first(one.sizes)],
    }


def union(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    """All that is in any of the sets."""
    return frozenset().union(*sets)


def kept_evidence(one: Dialogue, kept: Iterable[int]) -> float:
    """Share of the evidence turns that are kept."""
    return len(one.evidence & set(kept)) / len(one.evidence)


def answered(one: Dialogue, held: frozenset[int], loose: bool = False) -> float:
    """Share of the questions whose answer is among those held."""
    return len(held & one.asked[loose]) / len(one.asked[loose])


def in_turns(one: Dialogue, kept: Iterable[int], loose: bool = False) -> frozenset[int]:
    """The questions whose answer some kept turn holds."""
    return union(one.answers[loose][i] for i in kept)


def written_down(one: Dialogue, kind: str, budget: float, loose: bool = False) -> tuple[frozenset[int], int]:
    """Questions answered by the rarest of the texts of a kind that fit a budget, and the pieces they take."""
    texts = one.written[kind]
    kept = keeping.take(keeping.best_first(texts.rarity), texts.sizes, budget)
    return union(texts.answers[loose][i] for i in kept), sum(texts.sizes[i] for i in kept)


@dataclass(frozen=True)
class Kept:
    """Shares kept of each dialogue, at one budget: turns, evidence turns, answers word for word and loosely."""

    turns: np.ndarray
    evidence: np.ndarray
    answers: np.ndarray
    loosely: np.ndarray

    @property
    def richness(self) -> np.ndarray:
        """How often a kept turn is evidence, over how often any turn is: one if turns are kept blindly."""
        return self.evidence / self.turns


def measured(seed: int, budgets: Mapping[str, Sequence[float]]) -> dict[tuple[str, str], Kept]:
    """Each way at each budget: `budgets` names the word pieces for every dialogue. Dice are a mean over shuffles."""
    found: dict[tuple[str, str], list[tuple[float, float, float, float]]] = {}
    for number, one in enumerate(read()):
        for way, several in orders(one, seed).items():
            for name, pieces in budgets.items():
                each = []
                for order in several:
                    kept = keeping.take(order, one.sizes, pieces[number])
                    shares = [answered(one, in_turns(one, kept, loose), loose) for loose in (False, True)]
                    each.append((len(kept) / len(one.sizes), kept_evidence(one, kept), *shares))
                found.setdefault((way, name), []).append(tuple(np.mean(each, axis=0)))
    return {key: Kept(*np.array(rows).T) for key, rows in found.items()}


def shares() -> dict[str, list[float]]:
    """The budgets that are shares of each dialogue's tokens, by name."""
    return {f"{share:.0%}": [share * one.total for one in read()] for share in (*SMALL, *BUDGETS)}


def sizes_of(kind: str) -> list[float]:
    """The word pieces of all that was written of a kind, a dialogue each."""
    return [float(sum(one.written[kind].sizes)) for one in read()]


def newest_and_rare(one: Dialogue, budget: float) -> list[int]:
    """Half of the budget for the newest turns, the rest for the rarest of the others; words counted in all turns."""
    newest = keeping.take(reversed(range(len(one.sizes))), one.sizes, budget / 2)
    left = budget - sum(one.sizes[i] for i in newest)
    others = [i for i in keeping.best_first(one.scores["rarity"]) if i not in set(newest)]
    return newest + keeping.take(others, one.sizes, left)


def thrown_again(one: Dialogue, room: float, seed: int) -> list[list[int]]:
    """What stays in the same contexts if every cut throws dice among the older turns; several times."""
    shuffle = random.Random(f"{seed} {one.name} {room}")
    return [
        keeping.cut_again(
            one.sizes, AGAIN * one.total, room * one.total, lambda older: shuffle.sample(older, len(older))
        )[0]
        for _ in range(SHUFFLES // 5)
    ]


def interval(differences: Sequence[float]) -> tuple[float, float, float]:
    """Mean of paired differences over the dialogues, with its 95% interval (Student's t)."""
    values = np.asarray(differences, float)
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(values.mean() - half), float(values.mean() + half)


def above(scores: Mapping[int, float], evidence: frozenset[int]) -> float:
    """How often a random evidence turn has a higher score than a random other one; a tie counts half."""
    mine = [score for i, score in scores.items() if i in evidence]
    other = [score for i, score in scores.items() if i not in evidence]
    return float(np.mean([(a > b) + (a == b) / 2 for a in mine for b in other]))
