"""Facts read from a log: by the newest rows of a user, and again by another key when the key was wrong."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from labs.episodic_semantic_working.world import COUNT, FALSE, FORMATS, NONE, Played, World, learn, send

KINDS = ("weekly", "month-end")
FIRST = datetime.date(2026, 1, 5)  # the day of the first report in the log in SQLite
LOG, FACT, _ = Path(__file__).with_name("fact.sql").read_text(encoding="utf-8").split(";")  # the table, the query
INSERT = """
INSERT INTO log (sent_on, user_id, kind, value, outcome, named)
VALUES (:sent_on, :user_id, :kind, :value, :outcome, :named)
"""


Rows = Sequence[tuple[Any, bool]]  # what was sent, and whether the user was happy


class Row(NamedTuple):
    """A line of the log: what was sent, the user's answer, the kind of report, and the format a complaint named."""

    sent: int
    happy: bool
    kind: int = 0
    named: int = NONE


# --8<-- [start:newest]
def newest(rows: Rows, k: int) -> Any:
    """The fact, from a user's rows, oldest first."""
    for sent, happy in reversed(rows[-k:]):
        if happy:
            return sent
    return None


# --8<-- [end:newest]


def by_query(world: World, k: int, looks: int, false: float = FALSE, names: float = 0.0) -> np.ndarray:
    """What an agent sends that keeps no fact and looks at a user's newest `looks` rows, (deliveries, users).

    Without a success among them it sends the format after the newest row's, as `play` does. `names` is the share of
    complaints about a wrong delivery that name the format wanted: in the row that the fact is read from this then
    stands as a success would.
    """
    deliveries, users = world.wants.shape
    sent = np.empty((deliveries, users), int)
    logs: list[list[tuple[int, bool]]] = [[] for _ in range(users)]
    for t in range(deliveries):
        for user, log in enumerate(logs):
            fact = newest(log, looks)
            this = fact if fact is not None else (log[-1][0] + 1) % COUNT if log else 0
            want = int(world.wants[t, user])
            if this != want and world.names[t, user] < names:
                log.append((want, True))
            else:
                log.append((this, this == want and bool(world.false[t, user] >= false)))
            sent[t, user] = this
    return sent


def by_sql(world: World, played: Played, names: float = 0.0) -> np.ndarray:
    """The fact that fact.sql reads after each delivery from a log in SQLite, (deliveries, users); NONE where no row is.

    The log gets what `played` sent, how it ended, and the format wanted where a complaint named it.
    """
    facts = np.full(played.sent.shape, NONE)
    named = ~played.right & ~played.happy & (world.names < names)
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(LOG)
        database.execute("CREATE INDEX newest ON log (user_id, kind, id)")
        for t, user in np.ndindex(facts.shape):
            key = {"user_id": str(user), "kind": KINDS[0]}
            row = key | {
                "sent_on": (FIRST + datetime.timedelta(weeks=t)).isoformat(),
                "value": FORMATS[played.sent[t, user]],
                "outcome": "ok" if played.happy[t, user] else "fail",
                "named": FORMATS[world.wants[t, user]] if named[t, user] else None,
            }
            database.execute(INSERT, row)
            found = database.execute(FACT, key).fetchone()
            facts[t, user] = FORMATS.index(found[0]) if found else NONE
    return facts


# --8<-- [start:state]
class State:
    """Fact, complaints in a row, last sent."""

    def __init__(self, fact: int | None = None, fails: int = 0) -> None:
        self.fact, self.fails = fact, fails
        self.last = COUNT - 1

    def send(self) -> int:
        """The fact, or the next format in turn."""
        return send(self.fact, self.last, range(COUNT))

    def take(self, row: Row, k: int) -> None:
        """Learn from a row; a format that was named becomes the fact."""
        self.last = row.sent
        if row.named != NONE:
            self.fact, self.fails = row.named, 0
        else:
            self.fact, self.fails = learn(self.fact, self.fails, row.sent, row.happy, k)


# --8<-- [end:state]


def replayed(rows: Iterable[Row], k: int, by_kind: bool) -> list[State]:
    """The states after these rows, one for each kind of report, or the same one for both."""
    states = [State(), State()] if by_kind else [State()] * 2
    for row in rows:
        states[row.kind].take(row, k)
    return states


class Desk:
    """Users whose month-end report may need another format than their weekly one; `history` is the log so far.

    `change` is the chance, before each report, that both wishes of a user move on to another format.
    """

    def __init__(
        self, seed: int, users: int, before: int, after: int, false: float, names: float, k: int, change: float = 0.0
    ) -> None:
        random = np.random.default_rng([seed, 10])
        shape = (before + after, users)
        self.k, self.before, self.after, self.users = k, before, after, users
        weekly = random.integers(0, COUNT, users)
        other = np.where(random.random(users) < 0.5, random.integers(1, COUNT, users), 0)
        self.kinds = (random.random(shape) < 0.25).astype(int)
        self.false, self.named = random.random(shape) < false, random.random(shape) < names
        moved = np.where(random.random(shape) < change, random.integers(1, COUNT, shape), 0).cumsum(axis=0)
        self.wants = (np.stack([weekly, weekly + other], axis=1) + moved[..., None]) % COUNT  # report, user, kind
        self.history = [self.serve(user, replayed((), k, False), range(before)) for user in range(users)]

    def serve(self, user: int, states: Sequence[State], times: Iterable[int]) -> list[Row]:
        """Send a user the reports due at these times, learning as they go; the rows that the log gets."""
        rows = []
        for t in times:
            kind = int(self.kinds[t, user])
            sent, want = states[kind].send(), int(self.wants[t, user, kind])
            happy = sent == want and not self.false[t, user]
            named = want if sent != want and self.named[t, user] else NONE
            rows.append(Row(sent, happy, kind, named))
            states[kind].take(rows[-1], self.k)
        return rows

    def wrong_after(self, kept: Any) -> tuple[float, np.ndarray]:
        """Wrong deliveries a user after the key has been split, and the share wrong at each, (after,).

        `kept` gives, from a user's rows so far, the two states to go on with.
        """
        wrong = np.zeros(self.after)
        for user, rows in enumerate(self.history):
            times = range(self.before, self.before + self.after)
            served = self.serve(user, kept(rows), times)
            wrong += [row.sent != self.wants[t, user, row.kind] for t, row in zip(times, served, strict=True)]
        return float(wrong.sum() / self.users), wrong / self.users
