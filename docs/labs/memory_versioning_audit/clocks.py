"""A version written while somebody reads: what a join by time says, and what the logged row number says."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from labs.memory_versioning_audit.store import MemoryLog
from labs.record import Results


def by_time() -> tuple[bool, bool]:
    """One writer, one reader of a version table in SQLite with a time in each row: (what is so, what the join says).

    The writer notes 10:00:00 and commits at 10:00:02; the reader looks at 10:00:01. Each connection sees what has been
    committed. The question: had the reader seen the row?
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "versions.db"
        writer, reader = (sqlite3.connect(path, isolation_level=None) for _ in range(2))
        writer.execute("pragma journal_mode = wal")
        writer.execute("create table version (id integer primary key, at text, text text)")
        writer.execute("begin immediate")
        writer.execute("insert into version (at, text) values ('10:00:00', 'allergic to penicillin')")
        seen = bool(reader.execute("select 1 from version").fetchall())  # at 10:00:01
        writer.execute("commit")  # at 10:00:02
        joined = bool(reader.execute("select 1 from version where at <= '10:00:01'").fetchall())
        writer.close()
        reader.close()
    return seen, joined


def by_row() -> tuple[bool, bool]:
    """The same with `MemoryLog`, where the reader logs the rows it used: (what is so, what the log says)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memory.db"
        writer, reader = MemoryLog(path), MemoryLog(path)
        old = writer.write("ana/allergy", "no allergy known", "ana", "intake", "2026-03-01T09:00:00+00:00")
        with writer.append("write", {"actor": "intake", "commit": "-"}, "2026-03-01T10:00:00+00:00"):
            used = [row for row, _ in reader.as_of(10**9).values()]
        reader.shown("decision 41", used, at="2026-03-01T10:00:01+00:00")
        said = [shown.seq for prompt in reader.evidence("decision 41") for shown in prompt]
        writer.db.close()
        reader.db.close()
    return used == [old], said == [old]


def report(r: Results, machine: dict[str, Any]) -> None:
    """Claims on clocks: SQLite here and now, PostgreSQL as it was recorded."""
    (seen, joined), (so, said) = by_time(), by_row()
    r.claim(
        "time_is_no_witness",
        not seen and joined and so and said,
        "A version noted at 10:00:00 and committed at 10:00:02 is not seen by a reader at 10:00:01, and a join by time "
        "says that it was; the row numbers that the reader logged say what it saw.",
    )
    recorded = machine["postgres"]
    for name, ids in recorded["joined"].items():
        key = "pg_" + "".join(c if c.isalnum() else "_" for c in name).strip("_").replace("__", "_")
        r.add(key, " and ".join(ids), f"versions that the reader in PostgreSQL had seen, says: {name}", machine=True)
    r.add("pg_seen", " and ".join(recorded["seen"]), "versions that the reader in PostgreSQL saw", machine=True)
    r.add("pg_server", recorded["server"].split()[0], "version of the PostgreSQL server", machine=True)
    r.table(
        "machine_postgres", "a reader in PostgreSQL between insert and commit of a writer: which versions had it seen?",
        ["Record", "Says", "Was"],
        [[name, ", ".join(ids), ", ".join(recorded["seen"])] for name, ids in recorded["joined"].items()],
    )  # fmt: skip
