"""What a client's number must be: two customers who number alike, and a client that uses its numbers again."""

from __future__ import annotations

import tempfile
from pathlib import Path

from labs.customer_support_agent import later
from labs.customer_support_agent.agent import Agent
from labs.customer_support_agent.kept import SharedNumbers
from labs.record import Results


def shared(make: type[Agent]) -> int:
    """How many of two refunds are paid if two customers happen to number their messages alike."""
    with tempfile.TemporaryDirectory(dir=later.ROOM) as folder:
        agent = later.opened(make, Path(folder))
        later.send(agent, ("m1", "ann", "Refund order 31."))
        later.send(agent, ("m1", "bob", "Refund order 22."))
        paid = len(agent.provider.ledger())
        later.close(agent)
        return paid


def renumbered(make: type[Agent], numbers: tuple[str, str]) -> int:
    """How many of two new wishes are paid if the client sends them, after the conversation, under these numbers."""
    with tempfile.TemporaryDirectory(dir=later.ROOM) as folder:
        agent = later.opened(make, Path(folder))
        for message in later.TURNS:
            agent.turn(*message)
        before = len(agent.provider.ledger())
        for number, (_, customer, msg) in zip(numbers, later.MUGS, strict=True):
            later.send(agent, (number, customer, msg))
        paid = len(agent.provider.ledger()) - before
        later.close(agent)
        return paid


def add_numbers(r: Results) -> None:
    """Claims on the numbers."""
    alone, one = shared(Agent), shared(SharedNumbers)
    r.claim(
        "number_of_a_customer", alone == 2 > one,
        "If two customers number their messages alike, the second refund is never paid, unless the number counts with "
        "its customer.",
    )  # fmt: skip
    r.claim(
        "old_number_swallows",
        renumbered(Agent, ("m1", "m2")) == 0 < renumbered(Agent, ("m10", "m11")) == 2,
        "Of two new wishes that a client sends under numbers it has used before, none is paid; under new ones both.",
    )  # fmt: skip
