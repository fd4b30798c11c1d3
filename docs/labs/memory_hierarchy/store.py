"""The store that the post recommends, in SQLite: five short functions, and the vectors beside the rows.

Times are text and sort as text, so the table takes one spelling only: UTC, as `datetime.isoformat()` gives it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime

Row = tuple[int, str, str]  # id, time, text
SCHEMA = """
create table memories (
  id integer primary key, time text not null, owner text, kind text, text text,
  check (time glob '????-??-??T??:??:??+00:00' or time glob '????-??-??T??:??:??.??????+00:00'));
create index by_time on memories (owner, time);
create index by_kind on memories (owner, kind, time);
"""


# --8<-- [start:store]
def between(
    db: sqlite3.Connection, owner: str, start: str, end: str, similarity: Callable[[Row], float], k: int = 20
) -> tuple[list[Row], int]:
    """Rows of one customer in [start, end), the most similar k of them, and how many there are.

    Times are text: a bound spelt in another way than the rows, with Z say, would lose some, and is refused.
    """
    for bound in (start, end):
        if not bound.endswith("+00:00") or datetime.fromisoformat(bound).isoformat() != bound:
            raise ValueError(f"{bound!r} is not UTC as datetime.isoformat() writes it: 2026-03-01T00:00:00+00:00")
    rows = db.execute(
        "select id, time, text from memories where owner = ? and time >= ? and time < ?", (owner, start, end)
    ).fetchall()
    return sorted(rows, key=similarity, reverse=True)[:k], len(rows)


def newest(db: sqlite3.Connection, owner: str, kind: str, k: int = 5) -> list[Row]:
    """The last k rows of a kind, newest first: what holds now, and what is left if the first is of another kind."""
    return db.execute(
        "select id, time, text from memories where owner = ? and kind = ? order by time desc limit ?", (owner, kind, k)
    ).fetchall()


def count(db: sqlite3.Connection, owner: str, kind: str) -> int:
    """How often: counted by the store, never by reading rows."""
    return db.execute("select count(*) from memories where owner = ? and kind = ?", (owner, kind)).fetchone()[0]


def pinned(db: sqlite3.Connection, owner: str) -> list[tuple[str]]:
    """Standing rules: in the prompt whenever the customer is, asked for or not."""
    return db.execute("select text from memories where owner = ? and kind = 'rule'", (owner,)).fetchall()


# --8<-- [end:store]


# --8<-- [start:like]
def like(db: sqlite3.Connection, owner: str, similarity: Callable[[Row], float], k: int = 5) -> list[Row]:
    """The k rows of a customer that are most like the question, of each text the newest only."""
    rows = db.execute("select id, time, text from memories where owner = ? order by time", (owner,)).fetchall()
    return sorted({text: (id_, time, text) for id_, time, text in rows}.values(), key=similarity, reverse=True)[:k]


# --8<-- [end:like]
