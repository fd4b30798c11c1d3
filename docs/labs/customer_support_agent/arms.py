"""The same agent, built otherwise: file formats and protocols that a crash may or may not break."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path

from labs.customer_support_agent.agent import Agent, Point, Provider
from labs.customer_support_agent.model import Memory, Model, permitted


class JsonAgent:
    """All state in one JSON file, rewritten each turn, after the refund. Subclasses say how it is replaced."""

    def __init__(self, folder: Path, provider: Provider, model: Model, point: Point, **unused: object) -> None:
        self.path, self.provider, self.model, self.point = folder / "state.json", provider, model, point
        self.state = {"turns": [], "facts": {}, "refunds": []}
        if self.path.exists():
            self.state = json.loads(self.path.read_text())

    def memory(self, customer: str) -> Memory:
        """What is known of one customer."""
        turns = [(msg, reply) for _, _, who, msg, reply in self.state["turns"] if who == customer][-20:]
        refunds = [(order, amount, True) for who, order, amount in self.state["refunds"] if who == customer]
        return Memory(customer, dict(self.state["facts"].get(customer, {})), turns, refunds)

    def answered(self, session: int) -> int:
        """How many turns of a session are on record."""
        return sum(row[0] == session for row in self.state["turns"])

    def turn(self, session: int, i: int, customer: str, msg: str) -> str:
        """Answer, refund, then save."""
        decision = self.model(msg, self.memory(customer))
        decision = permitted(customer, decision, [order for _, order, _ in self.state["refunds"]])
        self.point("decided")
        if decision.refund:
            self.provider.refund(*decision.refund, None)
            self.point("provider paid")
            self.state["refunds"].append([customer, *decision.refund])
        self.state["turns"].append([session, i, customer, msg, decision.reply])
        self.state["facts"].setdefault(customer, {}).update(decision.facts)
        self.save(json.dumps(self.state).encode())
        return decision.reply

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

    def drain(self) -> None:
        """There is no outbox to send from."""

    def contents(self) -> dict[str, list[tuple]]:
        """All that is remembered, for the checks."""
        facts = [(who, key, value) for who, known in self.state["facts"].items() for key, value in known.items()]
        return {
            "turns": [tuple(row) for row in self.state["turns"]],
            "facts": sorted(facts),
            "refunds": [(order, amount) for _, order, amount in self.state["refunds"]],
        }


class JsonInPlace(JsonAgent):
    """Overwrites the file."""

    def save(self, data: bytes) -> None:
        """Empty the file and fill it again."""
        self.write(self.path, data)


class JsonRename(JsonAgent):
    """Writes a second file and renames it over the first."""

    def save(self, data: bytes) -> None:
        """Write beside, then replace in one step."""
        self.write(self.path.with_suffix(".tmp"), data)
        self.path.with_suffix(".tmp").replace(self.path)
        self.point("renamed")


class Autocommit(Agent):
    """SQLite as many use it: each statement its own transaction, the turn's row before its facts."""

    turn_first = True

    def turn(self, session: int, i: int, customer: str, msg: str) -> str:
        """Refund, then one statement after another."""
        decision = permitted(customer, self.model(msg, self.memory(customer)), self.refunded())
        self.point("decided")
        if decision.refund:
            self.provider.refund(*decision.refund, None)
            self.point("provider paid")
            self.promise(uuid.uuid4().hex, customer, *decision.refund, sent=1)
        if self.turn_first:
            self.write_turn(session, i, customer, msg, decision)
        self.write_facts(session, i, customer, decision)
        if not self.turn_first:
            self.write_turn(session, i, customer, msg, decision)
        return decision.reply


class AutocommitTurnLast(Autocommit):
    """The same with the turn's row last, so that an unfinished turn is done again."""

    turn_first = False


class EffectInside(Agent):
    """The refund is sent between BEGIN and COMMIT, without a key."""

    def turn(self, session: int, i: int, customer: str, msg: str) -> str:
        """One transaction around all, the outside world included."""
        decision = self.model(msg, self.memory(customer))
        self.point("decided")
        with self.transaction():
            decision = permitted(customer, decision, self.refunded())
            if decision.refund:
                self.provider.refund(*decision.refund, self.send_key(self.key(session, i), *decision.refund))
                self.point("provider paid")
                self.promise(self.key(session, i), customer, *decision.refund, sent=1)
            self.write_turn(session, i, customer, msg, decision)
            self.write_facts(session, i, customer, decision)
        return decision.reply

    def send_key(self, key: str, order: str, amount: int) -> str | None:
        """No key."""
        return None


class EffectInsideLast(EffectInside):
    """The refund is the last thing before COMMIT, still without a key."""

    def turn(self, session: int, i: int, customer: str, msg: str) -> str:
        """One transaction around all; nothing but the commit comes after the refund."""
        decision = self.model(msg, self.memory(customer))
        self.point("decided")
        with self.transaction():
            decision = permitted(customer, decision, self.refunded())
            self.write_turn(session, i, customer, msg, decision)
            self.write_facts(session, i, customer, decision)
            if decision.refund:
                self.promise(self.key(session, i), customer, *decision.refund, sent=1)
                self.provider.refund(*decision.refund, None)
                self.point("provider paid")
        return decision.reply


class PositionKey(Agent):
    """An outbox whose key is the place in the conversation, stored with the row."""

    def key(self, session: int, i: int) -> str:
        """The same again for the same place."""
        return f"support:{session}:{i}"


class EffectInsideKeyed(PositionKey, EffectInside):
    """The refund between BEGIN and COMMIT, under a key made of the place in the conversation."""

    def send_key(self, key: str, order: str, amount: int) -> str | None:
        """The position."""
        return key


class EffectAfter(Agent):
    """Commit first, then send once; nobody looks whether it went out."""

    def turn(self, session: int, i: int, customer: str, msg: str) -> str:
        """The transaction, then the refund."""
        decision = self.model(msg, self.memory(customer))
        self.point("decided")
        with self.transaction():
            decision = permitted(customer, decision, self.refunded())
            self.write_turn(session, i, customer, msg, decision)
            self.write_facts(session, i, customer, decision)
            if decision.refund:
                self.promise(self.key(session, i), customer, *decision.refund, sent=1)
        if decision.refund:
            self.provider.refund(*decision.refund, self.key(session, i))
            self.point("provider paid")
        return decision.reply


class NoKey(Agent):
    """An outbox whose refunds carry no key."""

    def send_key(self, key: str, order: str, amount: int) -> str | None:
        """No key."""
        return None


class NewKey(Agent):
    """An outbox that draws a key at each attempt."""

    def send_key(self, key: str, order: str, amount: int) -> str | None:
        """A new one."""
        return uuid.uuid4().hex


class ContentKey(Agent):
    """An outbox whose key is what is asked for: order and amount."""

    def send_key(self, key: str, order: str, amount: int) -> str | None:
        """The same for the same refund, and for another one like it."""
        return f"{order}:{amount}"


class Impatient(Agent):
    """The agent without its guard against rows older than the provider's keys."""

    def unsent(self) -> list[tuple[str, str, int]]:
        """Every row, however old."""
        return self.db.execute("select key, order_id, amount from outbox where sent = 0 order by rowid").fetchall()
