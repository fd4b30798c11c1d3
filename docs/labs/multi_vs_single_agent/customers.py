"""Customers drawn at random meet shops whose halves disagree about one thing: how many of them see it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from labs.multi_vs_single_agent.merge import answer
from labs.multi_vs_single_agent.orders import Order, order
from labs.multi_vs_single_agent.shop import Decision

ASKS_FOR_NONE = 0.05  # of customers ask for an order that there is not: my guess


def customer(random: np.random.Generator) -> Order:
    """One to three orders of one to three lines on days from 1 March to 1 April, at any hour; prices to 99.99 euros."""
    orders = []
    for day in sorted(int(d) for d in random.integers(0, 32, random.integers(1, 4))):
        lines = [
            ("thing", f"{random.integers(1, 10_000) / 100:.2f}", int(random.integers(1, 4)))
            for _ in range(random.integers(1, 4))
        ]
        when = date(2026, 3, 1) + timedelta(days=day)
        orders.append(order(1040 + len(orders), when, int(random.integers(0, 24)), *lines))
    asked = 77 if random.random() < ASKS_FOR_NONE else orders[-1]["id"]
    return {"asked": asked, "orders": sorted(orders, key=lambda one: one["placed"])}


def sees(decision: Decision, world: Order) -> tuple[bool, bool]:
    """Whether a customer gets an error or another answer than the right one, for each of the two ways to disagree.

    Raises ValueError if the halves, both the same way, give two answers: then neither could be called right.
    """
    right = answer(decision.make[0], decision.use[0], world)
    if right != answer(decision.make[1], decision.use[1], world):
        raise ValueError(f"{decision.name}: the two ways are not equally right")
    return tuple(answer(decision.make[a], decision.use[1 - a], world) != right for a in (0, 1))
