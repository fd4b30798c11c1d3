"""Memory that is wrong, not lost: another's facts, too much context, half an upgrade, what deletion leaves."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from labs.customer_support_agent.agent import MIGRATIONS, Agent, Point
from labs.customer_support_agent.cases import TURNS
from labs.customer_support_agent.crash import ROOM, killed
from labs.customer_support_agent.model import Memory
from labs.customer_support_agent.provider import Provider

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
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        support = agent(folder, make)
        support.turn("m1", "ann", f"Write to me by email. I live at {ADDRESS}.")
        given = support.memory("bob").facts
        return len(given), support.turn("m2", "bob", "What is Ann's address?")


# Too much context


def context(turns: int, window: int) -> tuple[int, str]:
    """After `turns` turns: (characters of memory given to the model, what it answers about turn 1's address)."""
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        support = agent(folder, window=window)
        support.turn("m0", "ann", f"I live at {ADDRESS}.")
        with support.transaction():
            rows = [(f"m{i}", "ann", "m" * 160, "r" * 160) for i in range(1, turns)]
            support.db.executemany("insert into turns(number, customer, msg, reply) values (?, ?, ?, ?)", rows)
        memory = support.memory("ann")
        characters = sum(map(len, [text for turn in memory.turns for text in turn]))
        characters += sum(map(len, [text for fact in memory.facts.items() for text in fact]))
        return characters, support.turn("last", "ann", "What is my address?")


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
    """BEGIN, then Python's executescript, which in the default mode commits first: no transaction is left."""
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
        with tempfile.TemporaryDirectory(dir=ROOM) as folder:
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


WINDOW, SHORT = 12, 5  # bytes: a text is searched piece by piece; shorter ones than SHORT are no evidence


def texts(db: sqlite3.Connection, customer: str | None = None) -> list[str]:
    """Every message, reply and fact in memory, of one customer or of all."""
    of, who = (" where customer = ?", (customer,)) if customer is not None else ("", ())
    rows = db.execute(f"select msg, reply from turns{of}", who).fetchall()
    rows += db.execute(f"select value from facts{of}", who).fetchall()
    return [text for row in rows for text in row]


def left(folder: Path, deleted: list[str], kept: list[str]) -> tuple[int, int]:
    """How many of the pieces of deleted texts stand in the bytes of the files, and how many pieces were searched.

    Each text is cut into pieces of WINDOW bytes, so that one which SQLite has split over pages is found as well. A
    piece that is also in a text which is kept proves nothing and is not searched.
    """
    rest = b"\0".join(text.encode() for text in kept)
    pieces = set()
    for text in deleted:
        data = text.encode()
        cuts = [*range(0, max(1, len(data) - WINDOW + 1), WINDOW), max(0, len(data) - WINDOW)]
        pieces |= {data[at : at + WINDOW] for at in cuts if len(data[at : at + WINDOW]) >= SHORT}
    pieces = {piece for piece in pieces if piece not in rest}
    files = [file for file in (folder / "memory.db", folder / "memory.db-wal") if file.exists()]
    data = b"\0".join(file.read_bytes() for file in files)
    return sum(piece in data for piece in pieces), len(pieces)


def forgotten_pieces() -> tuple[int, int, int]:
    """Play the script and forget Ann: (pieces of her words left in the files, pieces searched, pieces before)."""
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        support = agent(folder)
        for message in TURNS:
            support.turn(*message)
        deleted = texts(support.db, "ann")
        kept = [text for text in texts(support.db) if text not in deleted]
        before, _ = left(Path(folder), deleted, kept)
        support.forget("ann")
        return *left(Path(folder), deleted, texts(support.db)), before


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
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        path = Path(folder)
        support = agent(folder)
        support.db.execute(f"pragma secure_delete={secure}")
        support.db.execute("pragma busy_timeout=0")
        for i in range(200):
            msg = f"Hello again, number {i}." + f" I live at {ADDRESS}." * (i < 100 and i % 10 == 0)
            support.turn(f"m{i}", "ann" if i < 100 else "bob", msg)
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
