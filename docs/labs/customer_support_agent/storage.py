"""Bytes handed to the operating system for each turn kept, four ways. Counted, not timed.

JSON and JSONL: the length of what is written. SQLite: from its write-ahead log, in which every commit leaves
one frame for each page it changed. The bytes of a rollback journal follow from the same pages. Nothing here
asks the operating system, so Linux and macOS count alike; `asked_of_linux` checks the count where it can.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import struct
import subprocess
import sys
import tempfile
from itertools import accumulate
from pathlib import Path

from labs.customer_support_agent.agent import MIGRATIONS

ROOM = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # no disk: bytes are counted, not timed
PAGE, FRAME, WAL_HEADER = 4096, 4096 + 24, 32  # bytes; a frame is a page and its header
JOURNAL_HEADER, RECORD = 512, 4096 + 8  # bytes; a record is a page as it was, its number and a checksum
CHECKPOINT = 1000  # frames after which SQLite copies the log into the database, by default


def row(i: int, size: int) -> tuple[str, str, str, str]:
    """Turn `i`: a client's number as long as a random one, the customer, a message and a reply of `size` characters."""
    return hashlib.md5(str(i).encode(), usedforsecurity=False).hexdigest(), "ann", "m" * size, "r" * size


def json_bytes(turns: int, size: int) -> tuple[list[int], list[int]]:
    """Bytes written after each of 1..turns: a file rewritten each turn, and one line appended each turn."""
    lines = [len(json.dumps(row(i, size))) for i in range(turns)]
    whole = [2 + total + 2 * i for i, total in enumerate(accumulate(lines))]  # brackets, rows, ", " between them
    return list(accumulate(whole)), list(accumulate(n + 1 for n in lines))


def database(path: Path, mode: str) -> sqlite3.Connection:
    """The agent's tables of turns and of numbers, empty, in a new file, in journal mode "wal" or "delete"."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(f"pragma page_size={PAGE}")
    db.execute(f"pragma journal_mode={mode}")
    db.execute("pragma synchronous=off")
    db.execute("pragma wal_autocheckpoint=0")
    for statement in MIGRATIONS[0][:2]:
        db.execute(statement)
    db.execute("pragma wal_checkpoint(truncate)")
    return db


def keep(db: sqlite3.Connection, i: int, size: int, numbers: bool = True) -> None:
    """One turn in one transaction, and its number, if `numbers`, in the table that outlives it."""
    turn = row(i, size)
    db.execute("begin immediate")
    if numbers:
        db.execute("insert into heard values (?, ?)", (turn[1], turn[0]))
    db.execute("insert into turns(number, customer, msg, reply) values (?, ?, ?, ?)", turn)
    db.execute("commit")


def dirty_pages(turns: int, size: int, numbers: bool = True) -> tuple[int, list[list[int]]]:
    """Pages in the file at first, and the numbers of those that each of `turns` commits changes.

    They are read from the frame headers of the log.
    """
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        path = Path(folder) / "memory.db"
        db, log, pages = database(path, "wal"), path.with_name("memory.db-wal"), []
        (first,) = db.execute("pragma page_count").fetchone()
        for i in range(turns):
            keep(db, i, size, numbers)
            data = log.read_bytes()[WAL_HEADER:]
            pages.append([struct.unpack_from(">I", data, at)[0] for at in range(0, len(data), FRAME)])
            db.execute("pragma wal_checkpoint(truncate)")
        db.close()
    return first, pages


def sqlite_bytes(size: int, pages: list[list[int]]) -> tuple[list[int], list[int]]:
    """Bytes written after each turn, write-ahead log and rollback journal, if the connection then closes.

    Write-ahead log: a frame a page; at every checkpoint, and at the close, each changed page once more, into
    the database. Rollback journal: each page that existed is first saved, then written; page 1 always changes,
    for it holds the counter of changes. `size` is the number of pages at first.
    """
    wal, rollback, frames, waiting, written, saved = [], [], 0, set(), 0, 0
    for changed in pages:
        written += FRAME * len(changed) + WAL_HEADER * (frames == 0)
        frames, waiting = frames + len(changed), waiting | set(changed)
        wal.append(written + PAGE * len(waiting))
        if frames >= CHECKPOINT:
            written, frames, waiting = wal[-1], 0, set()
        touched = {1, *changed}
        saved += JOURNAL_HEADER + RECORD * len([p for p in touched if p <= size]) + PAGE * len(touched)
        size = max(size, *touched)
        rollback.append(saved)
    return wal, rollback


def curves(turns: int, size: int) -> dict[str, list[int]]:
    """Cumulative bytes after each of 1..turns for the four ways of keeping them."""
    rewrite, append = json_bytes(turns, size)
    wal, rollback = sqlite_bytes(*dirty_pages(turns, size))
    return {"JSON, rewritten": rewrite, "SQLite, rollback": rollback, "SQLite, WAL": wal, "JSONL, appended": append}


def break_even(rewrite: list[int], other: list[int]) -> int:
    """The number of turns from which on rewriting costs more than the other way; 0 if it never does."""
    cheaper = [n for n, (a, b) in enumerate(zip(rewrite, other, strict=True), 1) if a <= b]
    first = cheaper[-1] + 1 if cheaper else 1
    return first if first <= len(rewrite) else 0


def asked_of_linux(mode: str, turns: int, size: int) -> int | None:
    """What Linux says a process wrote while SQLite kept `turns` turns; None on other systems.

    The process is one of its own, for the counter is of all that a process writes.
    """
    if not Path("/proc/self/io").exists():
        return None
    command = f"from {__name__} import written; print(written({mode!r}, {turns}, {size}))"
    return int(subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout)


def written(mode: str, turns: int, size: int) -> int:
    """Bytes that this process hands to Linux while SQLite keeps `turns` turns."""

    def so_far() -> int:
        return int(re.search(r"wchar: (\d+)", Path("/proc/self/io").read_text())[1])

    with tempfile.TemporaryDirectory() as folder:
        db = database(Path(folder) / "memory.db", mode)
        db.execute(f"pragma wal_autocheckpoint={CHECKPOINT}")
        before = so_far()
        for i in range(turns):
            keep(db, i, size)
        db.close()
        return so_far() - before
