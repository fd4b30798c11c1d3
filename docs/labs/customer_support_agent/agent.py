"""The support agent: a memory in SQLite, one transaction a turn, refunds that leave through an outbox."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from labs.customer_support_agent.model import ORDERS, Decision, Memory, Model, permitted, rule_model
from labs.customer_support_agent.provider import KeyReused, Provider

KEY_LIFETIME = 24 * 3600  # seconds a provider is sure to remember a key; an older row is not sent again
GONE = "I answered that already, and what was said has been deleted since."
Point = Callable[[str], None]
# fmt: off
MIGRATIONS = [  # the schema, version by version; pragma user_version says how many have been applied
    # --8<-- [start:schema]
    (
        "create table heard(customer text, number text, "
        "primary key (customer, number)) without rowid",
        "create table turns(i integer primary key, number text, "
        "customer text, msg text, reply text)",
        "create table facts(customer text, key text, value text, "
        "primary key (customer, key)) without rowid",
        "create table outbox(key text primary key, customer text, "
        "order_id text, amount integer, created real, "
        "sent integer not null default 0)",
    ),
    (
        "alter table facts add column source_turn text",
        "alter table facts add column updated real",
    ),
    # --8<-- [end:schema]
]
# fmt: on


def nothing(label: str) -> None:
    """The crash point of a process that nobody wants to kill."""


class Agent:
    """A support agent whose every turn is one transaction; refunds leave afterwards, under the message's number.

    permit  code that has the last word on a decision
    folder  where memory.db is kept
    point   called with a label after each step; the crash harness and `chat --pause` hang on it
    clock   seconds since the epoch
    sync    pragma synchronous
    window  how many earlier turns the model is given
    """

    permit = staticmethod(permitted)

    def __init__(
        self, folder: Path, provider: Provider, model: Model = rule_model, point: Point = nothing,
        clock: Callable[[], float] = time.time, sync: str = "full", window: int = 20,
    ) -> None:  # fmt: skip
        self.provider, self.model, self.point, self.clock, self.window = provider, model, point, clock, window
        self.db = sqlite3.connect(folder / "memory.db", isolation_level=None)
        self.db.execute("pragma journal_mode=wal")
        self.db.execute(f"pragma synchronous={sync}")
        self.db.execute("pragma secure_delete=on")
        self.migrate()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing; other processes wait."""
        self.db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self.db.execute("rollback")
            raise
        self.db.execute("commit")
        self.point("committed")

    def migrate(self) -> None:
        """Bring the schema up to date: all statements and the version number in one transaction."""
        if self.version() == len(MIGRATIONS):
            return
        with self.transaction():
            for statement in (s for statements in MIGRATIONS[self.version() :] for s in statements):
                self.db.execute(statement)
                self.point("schema statement")
            self.db.execute(f"pragma user_version={len(MIGRATIONS)}")

    def version(self) -> int:
        """How many of the migrations this file has seen."""
        return self.db.execute("pragma user_version").fetchone()[0]

    def memory(self, customer: str) -> Memory:
        """What is known of one customer: every query names the customer."""
        facts = self.db.execute("select key, value from facts where customer = ?", (customer,))
        said = "select msg, reply from turns where customer = ? order by i desc limit ?"
        did = "select order_id, amount, sent from outbox where customer = ? order by rowid"
        turns = self.db.execute(said, (customer, self.window)).fetchall()[::-1]
        refunds = [(order, amount, sent == 1) for order, amount, sent in self.db.execute(did, (customer,))]
        return Memory(customer, dict(facts), turns, refunds)

    # --8<-- [start:turn]
    def turn(self, number: str, customer: str, msg: str) -> str:
        """Answer a message once, whatever happens. `number` is the client's, the same when it sends again."""
        if self.heard(number, customer):
            return self.said(number, customer)
        decision = self.model(msg, self.memory(customer))  # no lock yet
        self.point("decided")
        try:
            with self.transaction():
                self.hear(number, customer)
                decision = self.permit(customer, decision, self.refunded())
                self.write_turn(number, customer, msg, decision)
                self.write_facts(number, customer, decision)
                if decision.refund:
                    self.promise(self.key(number, customer), customer, *decision.refund)
        except sqlite3.IntegrityError:
            if not self.heard(number, customer):
                raise
            return self.said(number, customer)  # another process was first
        self.drain()
        return decision.reply

    def drain(self) -> None:
        """Send what is promised and not confirmed; also at every start."""
        for key, order, amount in self.unsent():
            try:
                sent = self.send_key(key, order, amount)
                self.provider.refund(order, amount, sent, note=key)
            except ConnectionError:
                return  # paid or not: the row stays, and its key
            except KeyReused:
                continue  # never paid under another key: after a day, a person looks
            self.point("provider paid")
            self.db.execute("update outbox set sent = 1 where key = ?", (key,))
            self.point("marked sent")

    def key(self, number: str, customer: str) -> str:
        """The refund's key: whose message asked for it, and its number."""
        return f"{customer}:{number}"

    # --8<-- [end:turn]

    # --8<-- [start:forget]
    def forget(self, customer: str) -> bool:
        """Delete a customer's words and facts, in the bytes too. Refunds and bare numbers stay.

        Returns False if a reader keeps the log from being emptied: try again.
        """
        with self.transaction():
            self.db.execute("delete from facts where customer = ?", (customer,))
            self.db.execute("delete from turns where customer = ?", (customer,))
        self.db.execute("vacuum")
        busy, _, _ = self.db.execute("pragma wal_checkpoint(truncate)").fetchone()
        return not busy

    # --8<-- [end:forget]

    # --8<-- [start:restored]
    def restored(self) -> None:
        """After a backup was put back, before anything is sent: learn from the ledger what was paid since."""
        with self.transaction():
            for note, order, amount in self.provider.payments():
                if not note:
                    continue  # not this agent's payment: a person looks
                row = (note, ORDERS[order][0], order, amount, self.clock())
                self.db.execute("insert or ignore into outbox values (?, ?, ?, ?, ?, 1)", row)
                self.db.execute("update outbox set sent = 1 where key = ?", (note,))
                customer, _, number = note.partition(":")
                self.db.execute("insert or ignore into heard values (?, ?)", (customer, number))

    # --8<-- [end:restored]

    def heard(self, number: str, customer: str) -> bool:
        """Whether this customer's message of this number has been answered, even if its words are deleted since."""
        asked = "select 1 from heard where customer = ? and number = ?"
        return self.db.execute(asked, (customer, number)).fetchone() is not None

    def hear(self, number: str, customer: str) -> None:
        """Keep the number for good; a second one of this customer's is refused (sqlite3.IntegrityError)."""
        self.db.execute("insert into heard values (?, ?)", (customer, number))
        self.point("number kept")

    def said(self, number: str, customer: str) -> str:
        """The reply that was given to this customer's message of this number; nobody else's is shown."""
        asked = "select reply from turns where number = ? and customer = ?"
        row = self.db.execute(asked, (number, customer)).fetchone()
        return row[0] if row else GONE

    def send_key(self, key: str, order: str, amount: int) -> str | None:
        """What the provider is shown: the stored key."""
        return key

    def unsent(self) -> list[tuple[str, str, int]]:
        """(key, order, euros) of each refund promised and not confirmed, while its key is sure to be known."""
        rows = "select key, order_id, amount from outbox where sent = 0 and created > ? order by rowid"
        return self.db.execute(rows, (self.clock() - KEY_LIFETIME,)).fetchall()

    def held(self) -> list[tuple[str, str, int]]:
        """Those too old to send again: a person has to look them up at the provider."""
        rows = "select key, order_id, amount from outbox where sent = 0 and created <= ? order by rowid"
        return self.db.execute(rows, (self.clock() - KEY_LIFETIME,)).fetchall()

    def refunded(self) -> list[str]:
        """The order of every refund promised so far."""
        return [order for (order,) in self.db.execute("select order_id from outbox")]

    def write_turn(self, number: str, customer: str, msg: str, decision: Decision) -> None:
        """The turn's row."""
        row = (number, customer, msg, decision.reply)
        self.db.execute("insert into turns(number, customer, msg, reply) values (?, ?, ?, ?)", row)
        self.point("turn written")

    def write_facts(self, number: str, customer: str, decision: Decision) -> None:
        """Each fact, with the number of the turn that told it; it replaces an earlier one of the same name."""
        for key, value in decision.facts:
            row = (customer, key, value, number, self.clock())
            self.db.execute("insert or replace into facts values (?, ?, ?, ?, ?)", row)
            self.point("fact written")

    def promise(self, key: str, customer: str, order: str, amount: int, sent: int = 0) -> None:
        """The outbox row: what is owed, and the key it will be sent under."""
        row = (key, customer, order, amount, self.clock(), sent)
        self.db.execute("insert into outbox values (?, ?, ?, ?, ?, ?)", row)
        self.point("refund noted")

    def contents(self) -> dict[str, list[tuple]]:
        """All that is remembered, for the checks."""
        return {
            "turns": self.db.execute("select number, customer, msg, reply from turns order by i").fetchall(),
            "facts": self.db.execute("select customer, key, value from facts order by 1, 2").fetchall(),
            "refunds": self.db.execute("select order_id, amount from outbox order by rowid").fetchall(),
        }
