"""Memory that is wrong rather than lost: another's facts, too much context, half an upgrade, what deletion leaves."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from labs.customer_support_agent.agent import MIGRATIONS, Agent, Point, Provider
from labs.customer_support_agent.crash import killed
from labs.customer_support_agent.model import Memory

ADDRESS = "5 Elm Street"
NOW = 1e9 + 0.5  # a time that takes as many bytes as a real one


def agent(folder: str, make: type[Agent] = Agent, **options: object) -> Agent:
    """An agent with a new memory in `folder`."""
    return make(
        Path(folder), Provider(Path(folder) / "provider.db", sync="off"), clock=lambda: NOW, sync="off", **options
    )


# Another customer's facts


class Unfiltered(Agent):
    """The agent with `where customer = ?` forgotten in one query."""

    def memory(self, customer: str) -> Memory:
        """The customer's turns and refunds, and everybody's facts."""
        memory = super().memory(customer)
        facts = dict(self.db.execute("select key, value from facts"))
        return Memory(customer, facts, memory.turns, memory.refunds)


def probe(make: type[Agent]) -> tuple[int, str]:
    """Bob asks for Ann's address: (how many of Ann's facts the model was given, its reply)."""
    with tempfile.TemporaryDirectory() as folder:
        support = agent(folder, make)
        support.turn(1, 0, "ann", f"Write to me by email. I live at {ADDRESS}.")
        given = support.memory("bob").facts
        return len(given), support.turn(2, 0, "bob", "What is Ann's address?")


# A backup restored


def restored(make: type[Agent], before: str = "17") -> int:
    """Euros paid in all for Ann's lamp, asked for after yesterday's backup was put back.

    before  the order whose refund the backup does not know of: 17, a mug, or 31, the lamp itself
    """
    with tempfile.TemporaryDirectory() as folder:
        backup = Path(folder) / "backup.db"
        old = agent(folder, make)
        old.db.execute("vacuum into ?", (str(backup),))
        old.turn(1, 0, "ann", f"Refund order {before}, please.")
        old.db.close()  # a connection closed later would take the new log file with it
        for file in Path(folder).glob("memory.db*"):
            file.unlink(missing_ok=True)
        backup.rename(Path(folder) / "memory.db")
        support = agent(folder, make)
        support.turn(1, 0, "ann", "Refund order 31, please.")
        assert support.memory("ann").refunds == [("31", 35, True)]
        return sum(euros for order, euros in support.provider.ledger() if order == "31")


# Too much context


def context(turns: int, window: int) -> tuple[int, str]:
    """After `turns` turns: (characters of memory given to the model, what it answers about turn 1's address)."""
    with tempfile.TemporaryDirectory() as folder:
        support = agent(folder, window=window)
        support.turn(1, 0, "ann", f"I live at {ADDRESS}.")
        with support.transaction():
            rows = [(1, i, "ann", "m" * 160, "r" * 160) for i in range(1, turns)]
            support.db.executemany("insert into turns values (?, ?, ?, ?, ?)", rows)
        memory = support.memory("ann")
        characters = sum(map(len, [text for turn in memory.turns for text in turn]))
        characters += sum(map(len, [text for fact in memory.facts.items() for text in fact]))
        return characters, support.turn(1, turns, "ann", "What is my address?")


# Half an upgrade


def old_file(folder: Path) -> None:
    """A memory as the first version of the schema left it."""
    db = sqlite3.connect(folder / "memory.db", isolation_level=None)
    for statement in [*MIGRATIONS[0], "pragma user_version=1"]:
        db.execute(statement)
    db.close()


def upgrade_alone(folder: Path, point: Point) -> None:
    """Each statement its own transaction, the version number last."""
    db = sqlite3.connect(folder / "memory.db", isolation_level=None)
    if db.execute("pragma user_version").fetchone()[0] < 2:
        for statement in [*MIGRATIONS[1], "pragma user_version=2"]:
            db.execute(statement)
            point("statement")


def upgrade_script(folder: Path, point: Point) -> None:
    """BEGIN, then Python's executescript, which commits first what is open: no transaction is left."""
    db = sqlite3.connect(folder / "memory.db", isolation_level=None)
    if db.execute("pragma user_version").fetchone()[0] < 2:
        db.execute("begin immediate")
        db.executescript("; ".join(MIGRATIONS[1]))
        point("script")
        db.execute("pragma user_version=2")
        point("version")
        if db.in_transaction:
            db.execute("commit")
        point("committed")


def upgrade_whole(folder: Path, point: Point) -> None:
    """As the agent does it: statements and version number in one transaction."""
    agent(str(folder), point=point)


def upgrade(run: Callable[[Path, Point], None]) -> tuple[int, int]:
    """Kill an upgrade at each of its points and start it again: (points, points after which it never starts)."""
    points = bad = 0
    while True:
        with tempfile.TemporaryDirectory() as folder:
            old_file(Path(folder))
            if not killed(partial(run, Path(folder)), points + 1)[0]:
                return points, bad
            points += 1
            bad += killed(partial(run, Path(folder)))[1] != 0


# What deletion leaves


def hits(folder: Path, text: str = ADDRESS) -> tuple[int, int]:
    """How often `text` stands in the raw bytes of (the database, its write-ahead log)."""
    files = [folder / "memory.db", folder / "memory.db-wal"]
    return tuple(file.read_bytes().count(text.encode()) if file.exists() else 0 for file in files)


# --8<-- [start:forget]
def forget(db: sqlite3.Connection, customer: str) -> bool:
    """Delete a customer's words and facts, in the bytes too; refunds stay.

    Returns False if a reader keeps the log from being emptied: try again.
    """
    db.execute("begin immediate")
    db.execute("delete from facts where customer = ?", (customer,))
    db.execute("delete from turns where customer = ?", (customer,))
    db.execute("commit")
    db.execute("vacuum")
    busy, _, _ = db.execute("pragma wal_checkpoint(truncate)").fetchone()
    return not busy


# --8<-- [end:forget]


ERASE = [
    "delete from facts where customer = 'ann'",
    "delete from turns where customer = 'ann'",
    "pragma wal_checkpoint(truncate)",
    "vacuum",
    "pragma wal_checkpoint(truncate)",
]


def residue(secure: str, reader: bool = False, steps: list[str] = ERASE) -> list[tuple[int, int]]:
    """`hits` before Ann is deleted and after each step. She told her address ten times in 100 turns; Bob spoke after.

    secure  pragma secure_delete: "off", "fast" or "on", from the first day
    reader  whether another connection holds the file open for reading, as a long report does
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        support = agent(folder)
        support.db.execute(f"pragma secure_delete={secure}")
        support.db.execute("pragma busy_timeout=0")
        for i in range(200):
            msg = f"Hello again, number {i}." + f" I live at {ADDRESS}." * (i < 100 and i % 10 == 0)
            support.turn(1 + i // 100, i, "ann" if i < 100 else "bob", msg)
        support.db.execute("pragma wal_checkpoint(truncate)")
        found = [hits(path)]
        other = sqlite3.connect(path / "memory.db", isolation_level=None)
        if reader:
            other.execute("begin")
            other.execute("select count(*) from turns").fetchone()
        for step in steps:
            support.db.execute(step).fetchall()
            found.append(hits(path))
        other.close()
        return found
