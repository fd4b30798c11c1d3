"""The support agent: a memory in SQLite, one transaction a turn, refunds that leave through an outbox."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from labs.customer_support_agent.model import Decision, Memory, Model, permitted, rule_model

KEY_LIFETIME = 24 * 3600  # seconds a provider is sure to remember a key; an older row is not sent again
Point = Callable[[str], None]
# fmt: off
MIGRATIONS = [  # the schema, version by version; pragma user_version says how many have been applied
    # --8<-- [start:schema]
    (
        "create table turns(session integer, i integer, customer text, "
        "msg text, reply text, primary key (session, i))",
        "create table facts(customer text, key text, value text, "
        "primary key (customer, key)) without rowid",
        "create table outbox(key text primary key, customer text, "
        "order_id text, amount integer, created real, "
        "sent integer not null default 0)",
    ),
    (
        "alter table facts add column source_turn text",  # "session:i"
        "alter table facts add column updated real",
    ),
    # --8<-- [end:schema]
]
# fmt: on


class Provider:
    """The payment provider's side: its own file, and it honours an idempotency key where it gets one."""

    def __init__(self, path: Path, sync: str = "full") -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute(f"pragma synchronous={sync}")
        self.db.execute("create table if not exists refunds(key text unique, order_id text, amount integer)")

    def refund(self, order: str, amount: int, key: str | None) -> None:
        """Pay `amount` euros back; a key seen before changes nothing. Without a key: paid each time."""
        self.db.execute("insert or ignore into refunds values (?, ?, ?)", (key, order, amount))

    def ledger(self) -> list[tuple[str, int]]:
        """Every refund that was paid, as (order, euros), in order of payment."""
        return self.db.execute("select order_id, amount from refunds order by rowid").fetchall()

    def forget_keys(self) -> None:
        """What a provider may do after a day: the payments stay, the keys go."""
        self.db.execute("update refunds set key = null")


def nothing(label: str) -> None:
    """The crash point of a process that nobody wants to kill."""


class Agent:
    """A support agent whose every turn is one transaction; refunds leave afterwards, under a stored key.

    folder  where memory.db is kept
    point   called with a label after each step; the crash harness and `chat --pause` hang on it
    clock   seconds since the epoch
    sync    pragma synchronous
    window  how many earlier turns the model is given
    """

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
        said = "select msg, reply from turns where customer = ? order by session desc, i desc limit ?"
        did = "select order_id, amount, sent from outbox where customer = ? order by rowid"
        turns = self.db.execute(said, (customer, self.window)).fetchall()[::-1]
        refunds = [(order, amount, bool(sent)) for order, amount, sent in self.db.execute(did, (customer,))]
        return Memory(customer, dict(facts), turns, refunds)

    # --8<-- [start:turn]
    def turn(self, session: int, i: int, customer: str, msg: str) -> str:
        """Think first, then one transaction, then the outside world."""
        decision = self.model(msg, self.memory(customer))  # no lock yet
        self.point("decided")
        with self.transaction():
            decision = permitted(customer, decision, self.refunded())
            self.write_turn(session, i, customer, msg, decision)
            self.write_facts(session, i, customer, decision)
            if decision.refund:
                self.promise(self.key(session, i), customer, *decision.refund)
        self.drain()
        return decision.reply

    def drain(self) -> None:
        """Send what is promised and not confirmed; also at every start."""
        for key, order, amount in self.unsent():
            shown = self.send_key(key, order, amount)  # the stored key
            try:
                self.provider.refund(order, amount, shown)
            except ConnectionError:
                return  # paid or not: the row stays, and its key
            self.point("provider paid")
            self.db.execute("update outbox set sent = 1 where key = ?", (key,))
            self.point("marked sent")

    # --8<-- [end:turn]

    def key(self, session: int, i: int) -> str:
        """A new idempotency key for the refund that a turn asks for: drawn once, stored with it."""
        return uuid.uuid4().hex

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

    def answered(self, session: int) -> int:
        """How many turns of a session are on record."""
        return self.db.execute("select count(*) from turns where session = ?", (session,)).fetchone()[0]

    def write_turn(self, session: int, i: int, customer: str, msg: str, decision: Decision) -> None:
        """The turn's row; (session, i) is the primary key, so no turn is recorded twice."""
        self.db.execute("insert into turns values (?, ?, ?, ?, ?)", (session, i, customer, msg, decision.reply))
        self.point("turn written")

    def write_facts(self, session: int, i: int, customer: str, decision: Decision) -> None:
        """Each fact, with the turn that told it; it replaces an earlier one of the same name."""
        for key, value in decision.facts:
            row = (customer, key, value, f"{session}:{i}", self.clock())
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
            "turns": self.db.execute("select session, i, customer, msg, reply from turns").fetchall(),
            "facts": self.db.execute("select customer, key, value from facts order by 1, 2").fetchall(),
            "refunds": self.db.execute("select order_id, amount from outbox order by rowid").fetchall(),
        }
