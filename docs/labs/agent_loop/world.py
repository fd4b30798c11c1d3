"""The world the loop acts on: a payment service, and one whose reads are sometimes behind."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

GOAL = 3  # instalments each order is to be charged, exactly


@dataclass
class World:
    """A payment service: orders, instalments charged, orders on hold, idempotency keys it has seen."""

    paid: dict[str, int]
    held: frozenset[str] = frozenset()  # not to be charged; a read does not show it, only a refusal does
    version: int = 0
    reads: int = 0
    keys: dict[str, int] = field(default_factory=dict)
    limit: int | None = None  # no order is charged more often; None: the service does not know how often is enough

    def read(self) -> dict[str, Any]:
        """What an ordinary read shows: counts, and the version they belong to."""
        self.reads += 1
        return {"version": self.version, "total": len(self.paid), "paid": dict(self.paid)}

    def audit(self) -> dict[str, int]:
        """The counts of all orders that are not on hold: the full read that verification makes."""
        self.reads += 1
        return {order: paid for order, paid in self.paid.items() if order not in self.held}

    def charge(self, order: str, key: str = "", still: int | None = None) -> dict[str, Any]:
        """Charge one instalment, or, for a key seen before, give the reply that was given then.

        With `still` it is charged only if its count is that one still (compare and set), with `limit` only below
        that count; else the reply is the count that there is.
        """
        if order not in self.paid:
            return {"ok": False, "error": "unknown order"}
        if order in self.held:
            return {"ok": False, "error": "on hold"}
        paid = self.paid[order]
        if (still is not None and still != paid) or (self.limit is not None and paid >= self.limit):
            return {"ok": True, "paid": paid, "version": self.version}
        if not key or key not in self.keys:
            self.paid[order] += 1
            self.version += 1
            self.keys[key or "-"] = self.paid[order]
        return {"ok": True, "paid": self.keys[key or "-"], "version": self.version}


@dataclass
class BusyWorld(World):
    """A world that somebody else annotates, read through a replica that is sometimes behind, harmlessly.

    No decision depends on a note. With `lag` the replica may also lack the last charge; that is harmless
    only to a loop that does not decide by reading.
    """

    rng: random.Random = field(default_factory=random.Random)
    lag: bool = False
    lag_audit: bool = False  # the read that verification makes goes to the replica, too
    notes: int = 0  # written since the last charge
    before: dict[str, Any] = field(default_factory=dict)  # what a read gave before the last charge

    def read(self) -> dict[str, Any]:
        """A read that may come after somebody's note, and may come from a replica."""
        if self.rng.random() < 0.25:
            self.version, self.notes = self.version + 1, self.notes + 1
        now, behind = super().read(), self.rng.random() < 0.25
        if behind and self.lag and self.before:
            return self.before
        return {**now, "version": now["version"] - (self.notes if behind else 0)}

    def audit(self) -> dict[str, int]:
        """As in `World`, or from the replica."""
        if not self.lag_audit:
            return super().audit()
        return {order: paid for order, paid in self.read()["paid"].items() if order not in self.held}

    def charge(self, order: str, key: str = "", still: int | None = None) -> dict[str, Any]:
        """As in `World`; the state before it is what a lagging replica still shows."""
        self.before, self.notes = {"version": self.version, "total": len(self.paid), "paid": dict(self.paid)}, 0
        return super().charge(order, key, still)


def orders(rng: random.Random, count: int = 6) -> World:
    """A world of `count` orders, each charged nothing or once so far, and one more that is on hold."""
    names = [chr(65 + i) for i in range(count + 1)]
    return World({name: rng.choice([0, 1]) for name in names}, frozenset(rng.choice(names)))
