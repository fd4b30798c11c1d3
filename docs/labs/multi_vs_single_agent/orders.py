"""The orders that the shop is tried with: an ordinary one, three awkward ones, a file of three, what they come to."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

Order = dict[str, Any]

FILE = Path(__file__).with_name("orders.json")  # the three that the post gives to copy
CENT, TAX = Decimal("0.01"), Decimal("0.19")


def order(number: int, day: date, hour: int, *lines: tuple[str, str, int]) -> Order:
    """An order: its number, when it was placed (UTC), and its lines of name, net price in euros and pieces."""
    placed = datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)
    return {"id": number, "placed": placed, "lines": [(n, Decimal(p), q) for n, p, q in lines], "paid": True}


LAMPS = order(1042, date(2026, 3, 14), 12, ("lamp", "20.00", 2))
ORDINARY: Order = {"asked": 1042, "orders": [LAMPS]}
AWKWARD: Order = {
    "asked": 77,  # there is none
    "orders": [
        order(1043, date(2026, 3, 4), 22, ("bulb", "3.33", 1), ("shade", "7.77", 1), ("plug", "1.11", 3)),
        order(1044, date(2026, 3, 31), 23, ("lamp", "19.99", 1)),
        order(1045, date(2026, 4, 1), 12, ("lamp", "20.00", 2)),
    ],
}


def net(one: Order) -> Decimal:
    """What the lines of an order come to, without tax."""
    return sum((price * pieces for _, price, pieces in one["lines"]), Decimal(0))


def taxed(one: Order, each_line: bool) -> Decimal:
    """Net and tax; the tax rounded on each line, or once."""
    parts = [price * pieces * TAX for _, price, pieces in one["lines"]]
    rounded = [part.quantize(CENT, ROUND_HALF_UP) for part in (parts if each_line else [sum(parts)])]
    return net(one) + sum(rounded)


def to_copy() -> Order:
    """The three orders of orders.json, by one customer and paid, and the one that is asked for and is none of them."""
    world = json.loads(FILE.read_text(encoding="utf-8"))
    for one in world["orders"]:
        one["placed"] = datetime.fromisoformat(one["placed"])
        one["lines"] = [(name, Decimal(price), pieces) for name, price, pieces in one["lines"]]
        one["paid"] = True
    return world
