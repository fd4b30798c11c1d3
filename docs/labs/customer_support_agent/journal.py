"""Journalled steps: the pattern of engines of durable execution, over the agent's own tables."""

from __future__ import annotations

import json
from collections.abc import Callable

from labs.customer_support_agent.agent import Agent
from labs.customer_support_agent.model import Decision, permitted


class Journalled(Agent):
    """Steps whose results are written down, as engines of durable execution do: on restart, finished ones are skipped.

    The pattern, not one of the products: the message is kept, then the decision, then that the refund was made.
    """

    def migrate(self) -> None:
        """The agent's tables, and a journal."""
        super().migrate()
        self.db.execute(
            "create table if not exists journal(number, customer, msg, step, result, unique(customer, number, step))"
        )

    def turn(self, number: str, customer: str, msg: str) -> str:
        """Start the message's workflow, or go on with it."""
        if self.heard(number, customer):
            return self.said(number, customer)
        self.step(number, customer, msg, "asked", lambda: None)
        return self.workflow(number, customer, msg)

    def step(self, number: str, customer: str, msg: str, name: str, do: Callable) -> object:
        """The result of a step: from the journal, or by doing it now and writing it down afterwards."""
        row = self.db.execute(
            "select result from journal where customer = ? and number = ? and step = ?", (customer, number, name)
        ).fetchone()
        if row:
            return json.loads(row[0])
        result = do()
        self.db.execute("insert into journal values (?, ?, ?, ?, ?)", (number, customer, msg, name, json.dumps(result)))
        self.point(f"{name} noted")
        return result

    def workflow(self, number: str, customer: str, msg: str) -> str:
        """Decide, refund, write the turn: each a step."""

        def decide() -> list:
            decided = permitted(customer, self.model(msg, self.memory(customer)), self.refunded())
            self.point("decided")
            return [decided.reply, decided.refund, list(decided.facts)]

        def pay() -> None:
            self.provider.refund(*decision.refund, self.send_key(self.key(number, customer), *decision.refund))
            self.point("provider paid")

        reply, refund, facts = self.step(number, customer, msg, "decision", decide)
        decision = Decision(reply, tuple(refund) if refund else None, facts)
        if decision.refund:
            self.step(number, customer, msg, "payment", pay)
        with self.transaction():
            self.hear(number, customer)
            self.write_turn(number, customer, msg, decision)
            self.write_facts(number, customer, decision)
            if decision.refund:
                self.promise(self.key(number, customer), customer, *decision.refund, sent=1)
        return decision.reply

    def drain(self) -> None:
        """Finish every workflow that has no turn yet."""
        begun = "select number, customer, msg from journal where step = 'asked' "
        begun += "and (customer, number) not in (select * from heard)"
        for number, customer, msg in self.db.execute(begun).fetchall():
            self.workflow(number, customer, msg)


class JournalledNoKey(Journalled):
    """Journalled steps, and a refund without a key."""

    def send_key(self, key: str, order: str, amount: int) -> str | None:
        """No key."""
        return None
