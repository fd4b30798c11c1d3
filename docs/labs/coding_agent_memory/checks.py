"""The checks, as the outcomes that each wants, and what they cost: true notes dropped, wrong notes served.

A check serves a note if every bit of its mask is set in the note's outcome (`collect.BITS`). Every repository weighs
the same, whatever its size: a note weighs one over the notes of its repository at that age.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from labs.coding_agent_memory.collect import AGES, BITS
from labs.coding_agent_memory.facts import KINDS

DRAWS = 1000  # of repositories, for an interval
DATA = Path(__file__).with_name("data")


def mask(*names: str) -> int:
    """The bits of the outcomes named."""
    return sum(1 << BITS.index(name) for name in names)


CHECKS = {
    "none": 0,
    "path": mask("path"),
    "name": mask("path", "symbol"),
    "line number": mask("number"),
    "git log": mask("log"),
    "file hash": mask("hash"),
    "function hash": mask("body"),
    "line": mask("quote"),
    "all lines": mask("quote", "quotes"),
    "all lines and name": mask("quote", "quotes", "symbol"),
    "block": mask("block"),
    "line and name": mask("quote", "symbol"),
    "block and name": mask("block", "symbol"),
    "block and name anywhere": mask("home"),
    "block once and word": mask("once", "words"),
    "line in function": mask("inside"),
    "line as often": mask("quote", "count"),
    "line anywhere": mask("anywhere"),
}
SAYS = {
    "none": "no check at all",
    "path": "the file exists",
    "name": "the file defines the name",
    "line number": "the line at that number reads the same",
    "git log": "no commit touched the path",
    "file hash": "the file is the same, byte for byte",
    "function hash": "the lines of the function or constant are the same",
    "line": "the quoted line stands in the file",
    "all lines": "every line that the fact rests on stands in the file",
    "all lines and name": "every line that it rests on stands in the file, and the name is defined",
    "block": "all the lines that it rests on stand together",
    "line and name": "the quoted line stands, and the name is defined",
    "block and name": "all the lines that it rests on stand together, and the name is defined",
    "block and name anywhere": "they stand together in some Python file that defines the name",
    "block once and word": "they stand together exactly once, and the name is a word of the file",
    "line in function": "the quoted line stands in the function or constant",
    "line as often": "the quoted line stands in the file as often as before",
    "line anywhere": "the quoted line stands in some Python file",
}
TRUE, MOVED = mask("true"), mask("moved")


class Rates(NamedTuple):
    """Shares: true notes dropped, wrong notes served; wrong among all; and the pooled ones, each note weighing one."""

    dropped: float
    served: float
    wrong: float
    dropped_pooled: float
    served_pooled: float


class Notes:
    """The recorded notes: repository, age, kind, outcome and how many."""

    def __init__(self, folder: Path = DATA) -> None:
        with (folder / "repositories.csv").open(encoding="utf-8") as file:
            self.repositories = list(csv.DictReader(file))
        rows = np.loadtxt(folder / "notes.csv", delimiter=",", skiprows=1, dtype=np.int64)
        self.repository, self.age, self.kind, self.outcome, self.count = rows.T

    def select(
        self, age: int | None = None, kinds: Sequence[str] | None = None, changed: bool = False, sole: bool = False
    ) -> np.ndarray:
        """Rows of an age and of kinds; `changed` leaves out notes whose file has not changed, `sole` those whose quoted
        lines did not stand exactly once when the note was made.
        """
        keep = np.ones(len(self.count), bool)
        if age is not None:
            keep &= self.age == age
        if kinds is not None:
            keep &= np.isin(self.kind, [KINDS.index(kind) for kind in kinds])
        if changed:
            keep &= (self.outcome & mask("hash")) == 0
        if sole:
            keep &= (self.outcome & mask("sole")) > 0
        return keep

    def totals(self, keep: np.ndarray, holds: np.ndarray) -> np.ndarray:
        """Notes for which `holds`, by repository."""
        weights = np.where(keep & holds, self.count, 0)
        return np.bincount(self.repository, weights, len(self.repositories))

    def truth(self, moved: bool = False) -> np.ndarray:
        """Which rows are true; with `moved`, also those that are true of another file now."""
        return (self.outcome & (TRUE | (MOVED if moved else 0))) > 0

    def parts(self, check: str, keep: np.ndarray, moved: bool = False) -> np.ndarray:
        """By repository (columns): true notes dropped, true ones, wrong ones served, wrong ones."""
        serves, true = (self.outcome & CHECKS[check]) == CHECKS[check], self.truth(moved)
        return np.array([self.totals(keep, one) for one in (true & ~serves, true, ~true & serves, ~true)])

    def rates(self, check: str, keep: np.ndarray, moved: bool = False) -> Rates:
        """What a check does to the notes `keep`."""
        return rates(self.parts(check, keep, moved))

    def drawn(self, seed: int) -> np.ndarray:
        """Numbers of repositories drawn with replacement: one row a draw."""
        size = len(self.repositories)
        return np.random.default_rng(seed).integers(0, size, (DRAWS, size))

    def interval(self, check: str, keep: np.ndarray, seed: int) -> tuple[Rates, Rates]:
        """2.5th and 97.5th percentile of the rates over repositories drawn with replacement."""
        parts = self.parts(check, keep)
        low, high = np.percentile([rates(parts[:, one]) for one in self.drawn(seed)], [2.5, 97.5], axis=0)
        return Rates(*low), Rates(*high)

    def ratio(self, check: str, other: str, keep: np.ndarray, seed: int) -> tuple[float, float, float]:
        """Wrong notes served by a check over those served by another, with the interval of the same draws."""
        parts = [self.parts(name, keep) for name in (check, other)]
        whole, *drawn = [
            rates(parts[0][:, one]).served / rates(parts[1][:, one]).served
            for one in (np.arange(len(self.repositories)), *self.drawn(seed))
        ]
        return whole, *np.percentile(drawn, [2.5, 97.5]).tolist()

    def shares(self, names: Sequence[str], keep: np.ndarray) -> np.ndarray:
        """By repository, the share of notes whose outcome has all bits of `names`."""
        wanted = mask(*names)
        return self.totals(keep, (self.outcome & wanted) == wanted) / self.totals(keep, np.ones(len(keep), bool))


def rates(parts: np.ndarray) -> Rates:
    """Rates from the four counts of `Notes.parts`."""
    dropped, right, served, wrong = parts / np.maximum(parts[1] + parts[3], 1)
    pooled = parts.sum(axis=1)
    return Rates(
        dropped.sum() / right.sum(),
        served.sum() / wrong.sum(),
        wrong.sum() / (right.sum() + wrong.sum()),
        pooled[0] / pooled[1],
        pooled[2] / pooled[3],
    )


__all__ = ["AGES", "CHECKS", "KINDS", "SAYS", "Notes", "Rates", "mask"]
