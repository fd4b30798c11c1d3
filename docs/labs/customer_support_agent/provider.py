"""The payment provider: a file of its own that stands in for somebody else's service."""

from __future__ import annotations

import sqlite3
from pathlib import Path


class KeyReused(ValueError):
    """A provider was shown a key that it knows with another order or amount."""


class Provider:
    """The payment provider's side: its own file, and it honours an idempotency key where it gets one."""

    def __init__(self, path: Path, sync: str = "full") -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute(f"pragma synchronous={sync}")
        self.db.execute("create table if not exists refunds(key text unique, order_id text, amount integer, note)")

    def refund(self, order: str, amount: int, key: str | None, note: str | None = None) -> None:
        """Pay `amount` euros back; a key seen before pays nothing. Without a key: paid each time.

        note  kept with the payment for good, as Stripe keeps a refund's metadata
        Raises KeyReused for a key seen before with another order or amount, as Stripe reports an error.
        """
        seen = self.db.execute("select order_id, amount from refunds where key = ?", (key,)).fetchone()
        if seen and seen != (order, amount):
            raise KeyReused(f"key {key} paid {seen[1]} euros for order {seen[0]}")
        self.db.execute("insert or ignore into refunds values (?, ?, ?, ?)", (key, order, amount, note))

    def ledger(self) -> list[tuple[str, int]]:
        """Every refund that was paid, as (order, euros), in order of payment."""
        return self.db.execute("select order_id, amount from refunds order by rowid").fetchall()

    def payments(self) -> list[tuple[str | None, str, int]]:
        """The same with the note of each: a key is no part of what a provider lists."""
        return self.db.execute("select note, order_id, amount from refunds order by rowid").fetchall()

    def forget_keys(self) -> None:
        """What a provider may do after a day: the payments and their notes stay, the keys go."""
        self.db.execute("update refunds set key = null")
