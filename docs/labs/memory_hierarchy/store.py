"""The store that the post recommends, in SQLite: the five queries of queries.sql, each called.

Times are text and sort as text, so the table takes one spelling only: UTC, as `datetime.isoformat()` gives it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np

Row = tuple[int, str, str]  # id, time, text
Similarity = Callable[[str], float]  # of a text to the question
SCHEMA = """
create table memories (
  id integer primary key, time text not null, owner text, kind text, text text,
  check (time glob '????-??-??T??:??:??+00:00' or time glob '????-??-??T??:??:??.??????+00:00'));
create index by_time on memories (owner, time);
create index by_kind on memories (owner, kind, time);
"""
QUERIES = Path(__file__).with_name("queries.sql").read_text(encoding="utf-8")
BETWEEN, NEWEST, LIKE, COUNT, PINNED, _ = QUERIES.split(";")


def between(
    db: sqlite3.Connection, owner: str, start: str, end: str, similarity: Similarity, k: int = 20
) -> tuple[list[Row], int]:
    """Rows of one customer in [start, end), the most similar k of them, and how many there are.

    Times are text: a bound spelt in another way than the rows, with Z say, would lose some, and raises ValueError.
    """
    for bound in (start, end):
        if not bound.endswith("+00:00") or datetime.fromisoformat(bound).isoformat() != bound:
            raise ValueError(f"{bound!r} is not UTC as datetime.isoformat() writes it: 2026-03-01T00:00:00+00:00")
    db.create_function("similarity", 1, similarity)
    rows = db.execute(BETWEEN, {"owner": owner, "start": start, "end": end, "k": k}).fetchall()
    return [row[:3] for row in rows], rows[0][3] if rows else 0


# --8<-- [start:ask]
def fortnight(
    db: sqlite3.Connection,
    encode: Callable[[str], np.ndarray],
    question: str,
    owner: str,
    first: date,
) -> tuple[list[Row], int]:
    """The rows of the fortnight from the day `first`, in UTC, and how many.

    `encode` gives unit vectors.
    """
    start, asked = datetime.combine(first, time(), UTC), encode(question)
    end = start + timedelta(14)
    db.create_function(
        "similarity",
        1,
        lambda text: float(encode(text) @ asked),
    )
    asks = {"owner": owner, "k": 20}
    asks |= {"start": start.isoformat(), "end": end.isoformat()}
    rows = db.execute(BETWEEN, asks).fetchall()
    return [row[:3] for row in rows], rows[0][3] if rows else 0


# --8<-- [end:ask]


def newest(db: sqlite3.Connection, owner: str, kind: str, k: int = 5) -> list[Row]:
    """The last k rows of a kind, newest first: what holds now, and what is left if the first is of another kind."""
    return db.execute(NEWEST, {"owner": owner, "kind": kind, "k": k}).fetchall()


def count(db: sqlite3.Connection, owner: str, kind: str) -> int:
    """How often: counted by the store, never by reading rows."""
    return db.execute(COUNT, {"owner": owner, "kind": kind}).fetchone()[0]


def pinned(db: sqlite3.Connection, owner: str) -> list[tuple[str]]:
    """Standing rules: in the prompt whenever the customer is, asked for or not."""
    return db.execute(PINNED, {"owner": owner}).fetchall()


def like(db: sqlite3.Connection, owner: str, similarity: Similarity, k: int = 5) -> list[tuple[str, str]]:
    """The k texts of a customer that are most like the question, each once with the newest time it was written."""
    db.create_function("similarity", 1, similarity)
    return db.execute(LIKE, {"owner": owner, "k": k}).fetchall()
