"""A reader's own history, a row a try: the fact of each key under each rule, and the rates that choose between them."""

from __future__ import annotations

import csv
import datetime
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from labs.episodic_semantic_working import exact
from labs.episodic_semantic_working.world import learn

COLUMNS = ("time", "key", "value", "outcome")
OUTCOMES = {"ok": True, "fail": False}
RULES = {"successes only": math.inf, "one": 1, "two": 2, "three": 3}
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
ENOUGH = 20  # complaints that were tried again, before a rate is estimated
Time = Decimal | datetime.datetime


class Try(NamedTuple):
    """A row: the line it stands on, when, about what, what was tried, and whether it worked."""

    line: int
    time: Time
    key: str
    value: str
    ok: bool


@dataclass
class History:
    """The tries of each key in order of time; `unclear` says of a key why no order, and so no fact, can be given."""

    tries: dict[str, list[Try]] = field(default_factory=dict)
    unclear: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def moment(text: str) -> Time:
    """A number, or an ISO 8601 time. Raises ValueError."""
    try:
        number = Decimal(text)  # a float would take two nanoseconds for one
    except InvalidOperation:
        return datetime.datetime.fromisoformat(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


def read(path: Path) -> History:
    """The history in a CSV file. Raises ValueError with file, line, what is wrong and what would be right."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: byte {error.start} is no UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in next(lines, [])]
        if missing := [name for name in COLUMNS if name not in header]:
            found = ", ".join(header) or "nothing"
            if len(header) == 1 and (sign := next((name for c, name in SEPARATORS.items() if c in header[0]), None)):
                raise ValueError(f"{path}:1: its columns are separated by {sign}; separate them by commas")
            raise ValueError(f"{path}:1: no column {missing[0]}; found {found}; wanted {', '.join(COLUMNS)}")
        if doubled := [name for name in COLUMNS if header.count(name) > 1]:
            raise ValueError(f"{path}:1: two columns are called {doubled[0]}; one is wanted")
        rows = [one_try(path, lines.line_num, header, row) for row in lines if row]
    except csv.Error as error:
        raise ValueError(f"{path}:{lines.line_num}: not CSV ({error}); close each quote, double one inside") from None
    if not rows:
        raise ValueError(f"{path}: no rows below the header; wanted a row a try")
    kinds = {(isinstance(row.time, Decimal), getattr(row.time, "tzinfo", None) is None): row.line for row in rows}
    if len(kinds) > 1:
        raise ValueError(f"{path}:{max(kinds.values())}: its time is of another kind (number, with or without zone) "
                         f"than line {min(kinds.values())}'s; use one kind")  # fmt: skip
    return ordered(rows)


def one_try(path: Path, line: int, header: Sequence[str], row: Sequence[str]) -> Try:
    """A row as a try. Raises ValueError."""
    if len(row) != len(header):
        what = f"{len(row)} cell{'s' * (len(row) != 1)} for {len(header)} columns"
        raise ValueError(f"{path}:{line}: {what}; separate them by commas, quote a cell that has one")
    cell = {name: row[header.index(name)].strip() for name in COLUMNS}
    if empty := [name for name in COLUMNS if not cell[name]]:
        raise ValueError(f"{path}:{line}: {empty[0]} is empty; leave out a try of which it is not known")
    if cell["outcome"].lower() not in OUTCOMES:
        raise ValueError(f"{path}:{line}: outcome {cell['outcome']!r}; it must be ok or fail")
    try:
        time = moment(cell["time"])
    except ValueError:
        raise ValueError(
            f"{path}:{line}: time {cell['time']!r}; it must be a number or like 2026-11-27T08:00"
        ) from None
    return Try(line, time, cell["key"], cell["value"], OUTCOMES[cell["outcome"].lower()])


def ordered(rows: Iterable[Try]) -> History:
    """The tries by key and time. Equal rows of one time count once; others of one time leave their key unclear."""
    history = History()
    for row in sorted(rows, key=lambda row: row.time):
        mine = history.tries.setdefault(row.key, [])
        same = list(takewhile(lambda one, at=row.time: one.time == at, reversed(mine)))[::-1]
        if any((one.value, one.ok) == (row.value, row.ok) for one in same):
            history.notes.append(f"line {row.line} repeats line {same[0].line} and is counted once")
            continue
        if same:
            history.unclear[row.key] = f"lines {same[0].line} and {row.line} have the same time; which came first?"
        mine.append(row)
    return history


def fact(tries: Sequence[Try], k: float) -> str | None:
    """The fact after these tries, if `k` failures of it in a row drop it."""
    held, complaints = None, 0
    for one in tries:
        held, complaints = learn(held, complaints, one.value, one.ok, k)
    return held


def since_success(tries: Sequence[Try]) -> int:
    """Failures, of any value, since the last success."""
    return next((i for i, one in enumerate(reversed(tries)) if one.ok), len(tries))


@dataclass(frozen=True)
class Estimate:
    """Rates read from a history: how often a value that has just worked fails next, and how often it then works again.

    followed  successes after which the same value was tried next
    failed    of them, those that failed
    again     of these, those after which the same value was tried once more
    worked    of these, those that worked: the failure before was untrue, or the change went back at once
    """

    followed: int
    failed: int
    again: int
    worked: int

    @property
    def untrue(self) -> float:
        """Share of right tries that fail all the same.

        With p this share and d the chance of a change: failed / followed = d + (1 - d) p, and failed and then worked
        among the followed = (1 - d) p (1 - d) (1 - p); solved for p.
        """
        failed = self.failed / self.followed
        odds = failed * self.worked / self.again / (1 - failed) ** 2
        return odds / (1 + odds)

    @property
    def change(self) -> float:
        """Chance a try that what works has changed."""
        return (self.failed / self.followed - self.untrue) / (1 - self.untrue)

    def best(self, values: int) -> int:
        """The best count for these rates in the lab's world, with so many values that are tried in turn."""
        rates = exact.Rates(self.change, self.untrue, formats=values)
        return max(range(1, 9), key=lambda k: exact.share(k, rates))


def estimate(histories: Iterable[Sequence[tuple[object, bool]]]) -> Estimate:
    """The counts over the histories of several keys, each (value, ok) in order."""
    followed = failed = again = worked = 0
    for rows in histories:
        for i, (value, ok) in enumerate(rows[:-1]):
            if not ok or rows[i + 1][0] != value:
                continue
            followed += 1
            if not rows[i + 1][1]:
                failed += 1
                if i + 2 < len(rows) and rows[i + 2][0] == value:
                    again += 1
                    worked += rows[i + 2][1]
    return Estimate(followed, failed, again, worked)
