"""The same agent with SQLite, built otherwise: protocols and keys that a crash, or time, may or may not break."""

from __future__ import annotations

import uuid

from labs.customer_support_agent.agent import Agent
from labs.customer_support_agent.model import permitted


def in_turns(agent: Agent, number: str, customer: str) -> bool:
    """Whether the message's words are on record: what a design asks that keeps no number apart from them."""
    asked = "select 1 from turns where number = ? and customer = ?"
    return agent.db.execute(asked, (number, customer)).fetchone() is not None


class Autocommit(Agent):
    """SQLite as many use it: each statement its own transaction, the turn's number and row before its facts."""

    turn_first = True

    def turn(self, number: str, customer: str, msg: str) -> str:
        """Refund, then one statement after another."""
        if self.heard(number, customer):
            return self.said(number, customer)
        decision = permitted(customer, self.model(msg, self.memory(customer)), self.refunded())
        self.point("decided")
        if decision.refund:
            self.provider.refund(*decision.refund, None)
            self.point("provider paid")
            self.promise(uuid.uuid4().hex, customer, *decision.refund, sent=1)
        if self.turn_first:
            self.write_turn(number, customer, msg, decision)
        self.write_facts(number, customer, decision)
        if not self.turn_first:
            self.write_turn(number, customer, msg, decision)
        return decision.reply

    def heard(self, number: str, customer: str) -> bool:
        """Whether the turn has a row."""
        return in_turns(self, number, customer)


class AutocommitTurnLast(Autocommit):
    """The same with the turn's row last, so that an unfinished turn is done again."""

    turn_first = False


class EffectInside(Agent):
    """The refund is sent between BEGIN and COMMIT, without a key."""

    def turn(self, number: str, customer: str, msg: str) -> str:
        """One transaction around all, the outside world included."""
        if self.heard(number, customer):
            return self.said(number, customer)
        decision = self.model(msg, self.memory(customer))
        self.point("decided")
        with self.transaction():
            self.hear(number, customer)
            decision = permitted(customer, decision, self.refunded())
            if decision.refund:
                key = self.key(number, customer)
                self.provider.refund(*decision.refund, self.send_key(key, *decision.refund))
                self.point("provider paid")
                self.promise(key, customer, *decision.refund, sent=1)
            self.write_turn(number, customer, msg, decision)
            self.write_facts(number, customer, decision)
        return decision.reply

    def send_key(self, key: str, order: str, amount: int) -> str | None:
        """No key."""
        return None


class EffectInsideLast(EffectInside):
    """The refund is the last thing before COMMIT, still without a key."""

    def turn(self, number: str, customer: str, msg: str) -> str:
        """One transaction around all; nothing but the commit comes after the refund."""
        if self.heard(number, customer):
            return self.said(number, customer)
        decision = self.model(msg, self.memory(customer))
        self.point("decided")
        with self.transaction():
            self.hear(number, customer)
            decision = permitted(customer, decision, self.refunded())
            self.write_turn(number, customer, msg, decision)
            self.write_facts(number, customer, decision)
            if decision.refund:
                self.promise(self.key(number, customer), customer, *decision.refund, sent=1)
                self.provider.refund(*decision.refund, None)
                self.point("provider paid")
        return decision.reply


class EffectInsideKeyed(EffectInside):
    """The refund between BEGIN and COMMIT, under the message's number."""

    def send_key(self, key: str, order: str, amount: int) -> str | None:
        """The number."""
        return key


class EffectAfter(Agent):
    """Commit first, then send once; nobody looks whether it went out."""

    def turn(self, number: str, customer: str, msg: str) -> str:
        """The transaction, then the refund."""
        if self.heard(number, customer):
            return self.said(number, customer)
        decision = self.model(msg, self.memory(customer))
        self.point("decided")
        with self.transaction():
            self.hear(number, customer)
            decision = permitted(customer, decision, self.refunded())
            self.write_turn(number, customer, msg, decision)
            self.write_facts(number, customer, decision)
            if decision.refund:
                self.promise(self.key(number, customer), customer, *decision.refund, sent=1)
        if decision.refund:
            self.provider.refund(*decision.refund, self.key(number, customer))
            self.point("provider paid")
        return decision.reply


class NoKey(Agent):
    """An outbox whose refunds carry no key."""

    def send_key(self, key: str, order: str, amount: int) -> str | None:
        """No key."""
        return None


class SentOnce(NoKey):
    """No key, and never sent twice: a row is marked before it is sent, and one found marked is for a person."""

    TRIED = 2

    def drain(self) -> None:
        """Mark, send, confirm; what a crash leaves marked stays."""
        for key, order, amount in self.unsent():
            self.db.execute("update outbox set sent = ? where key = ?", (self.TRIED, key))
            self.point("marked tried")
            self.provider.refund(order, amount, None)
            self.point("provider paid")
            self.db.execute("update outbox set sent = 1 where key = ?", (key,))
            self.point("marked sent")

    def held(self) -> list[tuple[str, str, int]]:
        """Rows that were tried and not confirmed: paid or not, nobody here can know."""
        rows = "select key, order_id, amount from outbox where sent = ? order by rowid"
        return self.db.execute(rows, (self.TRIED,)).fetchall()


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


class PositionKey(Agent):
    """An outbox whose key is the place in the customer's conversation, stored with the row."""

    def key(self, number: str, customer: str) -> str:
        """The customer and how many of the customer's turns are on record."""
        (turns,) = self.db.execute("select count(*) from turns where customer = ?", (customer,)).fetchone()
        return f"{customer}:{turns}"


class RandomKey(Agent):
    """An outbox whose key is drawn once and stored with the row."""

    def key(self, number: str, customer: str) -> str:
        """A new one for each promise."""
        return uuid.uuid4().hex


class NumberForgotten(RandomKey):
    """A random key, and a client's number that is deleted with the words: what this post recommended at first."""

    def heard(self, number: str, customer: str) -> bool:
        """Whether the turn has a row."""
        return in_turns(self, number, customer)

    def hear(self, number: str, customer: str) -> None:
        """The number is kept in the turn's row only."""


class Unnumbered(RandomKey):
    """A stored key, but no client's number: every message that arrives is a new one."""

    def turn(self, number: str, customer: str, msg: str) -> str:
        """Answer whatever comes, under a number of its own."""
        return super().turn(uuid.uuid4().hex, customer, msg)


class Undrained(Agent):
    """The agent that does not look for open promises when it starts, only after its next turn."""

    started = False

    def drain(self) -> None:
        """The first call, at the start, does nothing."""
        if self.started:
            super().drain()
        self.started = True


class Trusting(Agent):
    """The agent that pays whatever its model asks for."""

    permit = staticmethod(lambda customer, decision, refunded: decision)


class Impatient(Agent):
    """The agent without its guard against rows older than the provider's keys."""

    def unsent(self) -> list[tuple[str, str, int]]:
        """Every row, however old."""
        return self.db.execute("select key, order_id, amount from outbox where sent = 0 order by rowid").fetchall()
