"""The same agent with its whole state in one JSON file: how the file is replaced, and when the refund leaves."""

from __future__ import annotations

import json
import os
from pathlib import Path

from labs.customer_support_agent.agent import Point
from labs.customer_support_agent.model import Memory, Model, permitted
from labs.customer_support_agent.provider import Provider


class JsonInPlace:
    """All state in one JSON file, overwritten each turn, after the refund."""

    def __init__(self, folder: Path, provider: Provider, model: Model, point: Point, **unused: object) -> None:
        self.path, self.provider, self.model, self.point = folder / "state.json", provider, model, point
        self.state = {"turns": [], "facts": {}, "refunds": []}
        if self.path.exists():
            self.state = json.loads(self.path.read_text())

    def memory(self, customer: str) -> Memory:
        """What is known of one customer."""
        turns = [(msg, reply) for _, who, msg, reply in self.state["turns"] if who == customer][-20:]
        refunds = [(order, amount, sent) for _, who, order, amount, sent in self.state["refunds"] if who == customer]
        return Memory(customer, dict(self.state["facts"].get(customer, {})), turns, refunds)

    def turn(self, number: str, customer: str, msg: str) -> str:
        """Answer, refund, then save."""
        for known, who, _, reply in self.state["turns"]:
            if (known, who) == (number, customer):
                return reply
        decision = self.model(msg, self.memory(customer))
        decision = permitted(customer, decision, [order for _, _, order, _, _ in self.state["refunds"]])
        self.point("decided")
        if decision.refund:
            self.refund(number, customer, *decision.refund)
        self.state["turns"].append([number, customer, msg, decision.reply])
        self.state["facts"].setdefault(customer, {}).update(decision.facts)
        self.save(json.dumps(self.state).encode())
        self.drain()
        return decision.reply

    def refund(self, number: str, customer: str, order: str, amount: int) -> None:
        """Pay now, and remember that it is paid."""
        self.provider.refund(order, amount, None)
        self.point("provider paid")
        self.state["refunds"].append([number, customer, order, amount, True])

    def write(self, path: Path, data: bytes) -> None:
        """Write in two halves, as a buffered writer does with a state longer than its buffer."""
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self.point("file emptied")
        os.write(file, data[: len(data) // 2])
        self.point("half written")
        os.write(file, data[len(data) // 2 :])
        os.fsync(file)
        os.close(file)
        self.point("file written")

    def save(self, data: bytes) -> None:
        """Empty the file and fill it again."""
        self.write(self.path, data)

    def drain(self) -> None:
        """There is no outbox to send from."""

    def contents(self) -> dict[str, list[tuple]]:
        """All that is remembered, for the checks."""
        facts = [(who, key, value) for who, known in self.state["facts"].items() for key, value in known.items()]
        return {
            "turns": [tuple(row) for row in self.state["turns"]],
            "facts": sorted(facts),
            "refunds": [(order, amount) for _, _, order, amount, _ in self.state["refunds"]],
        }


class JsonRename(JsonInPlace):
    """Writes a second file and renames it over the first."""

    def save(self, data: bytes) -> None:
        """Write beside, then replace in one step."""
        self.write(self.path.with_suffix(".tmp"), data)
        self.path.with_suffix(".tmp").replace(self.path)
        self.point("renamed")


class JsonOutbox(JsonRename):
    """The promise and the turn in one renamed file; the refund leaves afterwards, under the message's number."""

    def refund(self, number: str, customer: str, order: str, amount: int) -> None:
        """Promise only."""
        self.state["refunds"].append([number, customer, order, amount, False])

    def drain(self) -> None:
        """Send what is promised and not confirmed."""
        for row in self.state["refunds"]:
            if not row[4]:
                self.provider.refund(row[2], row[3], f"{row[1]}:{row[0]}")
                self.point("provider paid")
                row[4] = True
                self.save(json.dumps(self.state).encode())
