"""What only a clock, real processes and real waiting can show. Recorded: `lab shared-vs-isolated-memory measure`.

The model call is a sleep: all that a call does to a lock is to last.
"""

from __future__ import annotations

import multiprocessing
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from labs.shared_vs_isolated_memory import pages, postgres

# Children come from a server that never opened a database: SQLite forbids to carry an open connection across a fork
# (sqlite.org/howtocorrupt.html, 2.6), and Python 3.11 keeps a connection alive that nobody closed.
CLEAN = multiprocessing.get_context("forkserver")
CLEAN.set_forkserver_preload([__name__])
TOGETHER, CALL, SHORT, LONG = 8, 1.0, 0.25, 60.0  # agents, seconds of a call, timeouts in seconds
ROUNDS, NOTES, THINK = 10, 5, 0.01  # of the load: runs a cell, notes an agent, seconds of a call
LOADS = (2, 4, 8, 16)


def connect(path: Path, timeout: float) -> sqlite3.Connection:
    """A connection as Python opens it, with this timeout in seconds."""
    return sqlite3.connect(path, timeout=timeout)


def fresh(folder: Path) -> Path:
    """A new database in WAL mode."""
    pages.Hub(folder, agents=0).close()
    path = folder / "memory.db"
    con = connect(path, 5)
    con.execute("UPDATE memory SET page = '', version = 0")
    con.commit()
    con.close()
    return path


def look(path: Path) -> str:
    """The page at the end."""
    with closing(connect(path, 5)) as con:
        return pages.get(con)


def immediate(path: Path, note: str, think: Callable[[], None], timeout: float) -> None:
    """BEGIN IMMEDIATE from before the read until after the write."""
    with closing(connect(path, timeout)) as con:
        con.execute("BEGIN IMMEDIATE")
        page = pages.get(con)
        think()
        pages.put(con, page + note)
        con.commit()


def whole(path: Path, note: str, think: Callable[[], None], timeout: float) -> None:
    """Read; think; write the whole page inside `with con:`."""
    with closing(connect(path, timeout)) as con:
        page = pages.get(con)
        think()
        with con:
            pages.put(con, page + note)


def line(path: Path, note: str, think: Callable[[], None], timeout: float) -> None:
    """Read; think; one statement adds the line."""
    with closing(connect(path, timeout)) as con:
        pages.get(con)
        think()
        with con:
            con.execute("UPDATE memory SET page = page || ?", (note,))


def row_lock(socket: str, note: str, think: Callable[[], None], timeout: float) -> None:
    """PostgreSQL, SELECT … FOR UPDATE from before the read until after the write. Raises Failed."""
    session = postgres.Session(socket)
    session.run(f"SET lock_timeout = {int(timeout * 1000)}")
    session.send(f"BEGIN; {postgres.GET} FOR UPDATE")
    page = session.poll(LONG)
    think()
    session.run(postgres.put(page + note))
    session.run("COMMIT")
    session.close()


def worker(
    way: Callable, where: Any, name: int, notes: int, think: float, timeout: float, start: Barrier, out: Any
) -> None:
    """One process: its notes one after another; puts (saved, errors, seconds) on the queue."""
    saved, errors = [], []
    start.wait()
    began = time.perf_counter()
    for number in range(notes):
        note = f"<{name}.{number}>"
        try:
            way(where, note, lambda: time.sleep(think), timeout)
        except (sqlite3.OperationalError, postgres.Failed) as error:
            errors.append(getattr(error, "sqlite_errorname", str(error)))
        else:
            saved.append(note)
    out.put((saved, errors, time.perf_counter() - began))


def crowd(
    way: Callable, where: Any, agents: int, notes: int, think: float, timeout: float
) -> tuple[list[str], list[str], float]:
    """Agents as processes, started together: notes acknowledged, errors, seconds until the last one is through."""
    start, out = CLEAN.Barrier(agents), CLEAN.Queue()
    many = [
        CLEAN.Process(target=worker, args=(way, where, name, notes, think, timeout, start, out))
        for name in range(agents)
    ]
    for one in many:
        one.start()
    told = [out.get(timeout=120) for _ in many]
    for one in many:
        one.join()
    return [n for s, _, _ in told for n in s], [e for _, e, _ in told for e in e], max(s for _, _, s in told)


def row(saved: list[str], errors: list[str], seconds: float, page: str) -> dict[str, Any]:
    """One run as it is recorded."""
    lost = sum(note not in page for note in saved)
    return {"saved": len(saved), "lost": lost, "errors": sorted(errors), "seconds": round(seconds, 3)}


def around_the_call(folder: Path) -> dict[str, dict[str, Any]]:
    """Agents that start together, with a lock around the call, a timeout shorter and one longer than it; and a line."""
    found = {}
    for name, way, timeout in (("short", immediate, SHORT), ("long", immediate, LONG), ("line", line, SHORT)):
        path = fresh(folder)
        told = crowd(way, path, TOGETHER, 1, CALL, timeout)
        found[f"SQLite, {name}"] = row(*told, look(path))
    with tempfile.TemporaryDirectory() as place, postgres.server(Path(place)) as socket:
        watch = postgres.Session(socket)
        watch.run(postgres.SCHEMA)
        for name, timeout in (("short", SHORT), ("none", 0.0)):
            watch.run(postgres.RESET)
            told = crowd(row_lock, socket, TOGETHER, 1, CALL, timeout)
            found[f"PostgreSQL, {name}"] = row(*told, watch.run(postgres.GET))
        watch.close()
    return found


def load(folder: Path) -> list[dict[str, Any]]:
    """Agents that save several notes each with a short call: how many of the acknowledged are lost, run by run."""
    found = []
    for way in (whole, line):
        for agents in LOADS:
            runs = []
            for _ in range(ROUNDS):
                path = fresh(folder)
                runs.append(row(*crowd(way, path, agents, NOTES, THINK, 30.0), look(path)))
            found.append({"way": way.__name__, "agents": agents, "runs": runs})
    return found


def refusal(folder: Path) -> dict[str, float]:
    """Milliseconds until SQLite refuses, with the short timeout: after a read in the same transaction, and without."""
    path = fresh(folder)
    found: dict[str, float] = {}
    holder, other = connect(path, 0), connect(path, SHORT)
    for name, first in (("after a read", True), ("without a read", False)):
        times = []
        for _ in range(10):
            holder.execute("BEGIN IMMEDIATE")
            other.execute("BEGIN")
            if first:
                pages.get(other)
            began = time.perf_counter()
            try:
                pages.put(other, "")
                raise RuntimeError("two writers at once")
            except sqlite3.OperationalError:
                times.append((time.perf_counter() - began) * 1000)
            other.rollback()
            holder.rollback()
        found[name] = round((max if first else min)(times), 3)
    holder.close()
    other.close()
    return found
