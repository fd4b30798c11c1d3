"""A vote to copy: the count is a row of a table, committed before the signature exists. And a member that uses it."""

from __future__ import annotations

import hmac
import json
import sqlite3
from collections.abc import Iterator

from labs.icloud_keychain_escrow.cluster import Member

# --8<-- [start:vote]
TABLE = "CREATE TABLE guesses (record TEXT NOT NULL PRIMARY KEY, n INT)"
DURABLE = "PRAGMA synchronous = EXTRA"  # first, on each connection


def vote(db, key, record, number, guess, limit=10):
    """Sign guess `number` once; None if spent or not one of 1 to limit."""
    if number not in range(1, limit + 1):
        return None
    with db:  # commits here, before the signature exists
        written = db.execute(
            "INSERT INTO guesses VALUES (?, ?) ON CONFLICT (record) "
            "DO UPDATE SET n = excluded.n WHERE excluded.n > guesses.n",
            (record, number),
        ).rowcount
    text = json.dumps([record, number, guess.hex()]).encode()
    return hmac.digest(key, text, "sha256") if written else None
    # --8<-- [end:vote]


class InATable(Member):
    """Its disk is a database of SQLite; restoring puts the bytes of the whole database back."""

    def __init__(self, key: bytes, limit: int):
        self.database = sqlite3.connect(":memory:")
        self.database.execute(DURABLE)
        self.database.execute(TABLE)
        self.key, self.limit = key, limit

    @property
    def disk(self) -> dict[str, bytes]:
        """The database as bytes, under one name."""
        return {"database": self.database.serialize()}

    @disk.setter
    def disk(self, old: dict[str, bytes]) -> None:
        self.database.deserialize(old["database"])

    def count(self, record: str) -> int:
        """The count in the table."""
        row = self.database.execute("SELECT n FROM guesses WHERE record = ?", (record,)).fetchone()
        return row[0] if row else 0

    def store(self, record: str, count: int) -> None:
        """Write a count, whatever it was: for the snapshot before the first guess."""
        with self.database:
            self.database.execute("REPLACE INTO guesses VALUES (?, ?)", (record, count))

    def vote(self, record: str, number: int, guess: bytes) -> Iterator[bytes]:
        """As the function says: one vote, or none."""
        signed = vote(self.database, self.key, record, number, guess, self.limit)
        if signed:
            yield signed
