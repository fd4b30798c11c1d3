"""What depends on the machine: PostgreSQL with two sessions, and what rows, hashes and checks cost. Recorded once."""

from __future__ import annotations

import json
import os
import platform
import pwd
import sqlite3
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from labs.memory_versioning_audit.chain import START, step
from labs.memory_versioning_audit.store import MemoryLog
from labs.record import Results

RECORD = Path(__file__).with_name("machine.json")


class Session:
    """One session of psql; `ask` sends a statement and returns its answer."""

    def __init__(self, folder: Path):
        self.psql = subprocess.Popen(
            ["psql", "-h", folder, "-U", "audit", "-d", "postgres", "-X", "-q", "-A", "-t"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def ask(self, statement: str) -> str:
        """The answer of one statement. Raises ValueError with what the server said if it refused."""
        self.psql.stdin.write(f"{statement};\n\\echo --end--\n")
        self.psql.stdin.flush()
        lines = []
        while (line := self.psql.stdout.readline().rstrip("\n")) != "--end--":
            lines.append(line)
        if any("ERROR" in line for line in lines):
            raise ValueError(" ".join(lines))
        return "\n".join(lines)


def postgres() -> dict[str, Any]:
    """Start a server of its own, let a writer and a reader meet, stop it. Raises ValueError if there is none."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        os.chown(folder, owner.pw_uid, owner.pw_gid)

        def server(*command: str) -> None:
            run = {"user": owner.pw_uid, "group": owner.pw_gid, "cwd": folder, "capture_output": True, "text": True}
            done = subprocess.run(command, **run)
            if done.returncode:
                raise ValueError(f"{command[0]}: {done.stderr.strip() or done.stdout.strip()}")

        data = str(folder / "data")
        options = f"-k {folder} -c listen_addresses= -c track_commit_timestamp=on"
        server("initdb", "-D", data, "-U", "audit", "-A", "trust")
        server("pg_ctl", "-D", data, "-o", options, "-w", "-l", str(folder / "log"), "start")
        try:
            return meet(folder)
        finally:
            server("pg_ctl", "-D", data, "-m", "immediate", "stop")


def meet(folder: Path) -> dict[str, Any]:
    """A reader between a writer's insert and its commit: what it saw, and what joins by time say it saw."""
    late, early, reader = (Session(folder) for _ in range(3))
    found: dict[str, Any] = {"server": late.ask("show server_version")}
    late.ask(
        "create table version (id bigserial primary key, at timestamptz default now(), "
        "clock timestamptz default clock_timestamp(), by xid8 default pg_current_xact_id(), text text)"
    )
    late.ask("begin")
    late.ask("insert into version (text) values ('allergic to penicillin')")
    early.ask("insert into version (text) values ('prefers mornings')")
    seen = reader.ask("select id from version order by id").split()
    when = reader.ask("select clock_timestamp()")
    snapshot = reader.ask("select pg_current_snapshot()")
    late.ask("commit")
    asked = {
        "now()": f"at <= '{when}'", "clock_timestamp()": f"clock <= '{when}'",
        "commit timestamp": f"pg_xact_commit_timestamp(xmin) <= '{when}'",
        "highest id seen": f"id <= {max(map(int, seen))}",
        "snapshot": f"pg_visible_in_snapshot(by, '{snapshot}')",
    }  # fmt: skip
    found["seen"] = seen
    joined = {name: early.ask(f"select id from version where {where} order by id") for name, where in asked.items()}
    found["joined"] = {name: ids.split() for name, ids in joined.items()}
    for session in (late, early, reader):
        session.psql.stdin.close()
        session.psql.wait(10)
    return found


def median(what: Callable[[int], Any], times: int, rounds: int = 5) -> float:
    """Median over rounds of the mean time of a call, in microseconds."""
    spent = []
    for n in range(rounds):
        start = time.perf_counter()
        for i in range(times):
            what(n * times + i)
        spent.append((time.perf_counter() - start) / times * 1e6)
    return statistics.median(spent)


def costs() -> dict[str, float]:
    """Microseconds and bytes of appending, logging, hashing, verifying, on this machine's disk."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "memory.db"
        log = MemoryLog(path)
        found = {"append_full_us": median(lambda i: log.write(f"m{i % 50}", f"text {i} " * 6, "s", "a"), 40)}
        found["shown_full_us"] = median(lambda i: log.shown(f"d{i}", [i % 100 + 1 for _ in range(5)], "req"), 40)
        log.db.execute("pragma synchronous = off")
        found["append_off_us"] = median(lambda i: log.write(f"m{i % 50}", f"text {i} " * 6, "s", "a"), 400)
        log.db.execute("pragma wal_checkpoint(truncate)")
        size = path.stat().st_size
        found["shown_off_us"] = median(lambda i: log.shown(f"e{i}", [i % 100 + 1 for _ in range(5)], "req"), 400)
        log.db.execute("pragma wal_checkpoint(truncate)")
        found["shown_bytes"] = (path.stat().st_size - size) / 2000
        rows, _ = log.rows()
        found["hash_us"] = median(lambda i: step(START, rows[i % len(rows)]), 2000)
        found["verify_us_a_row"] = median(lambda i: log.verify(), 1) / len(rows)
        found["evidence_us"] = median(lambda i: log.evidence(f"e{i % 2000}"), 20)
        probe = (Path(name) / "probe").open("wb", buffering=0)

        def flush(i: int) -> None:
            probe.write(b"x" * 100)
            os.fsync(probe.fileno())

        found["fsync_us"] = median(flush, 40)
        probe.close()
        log.db.close()
    return {key: float(f"{value:.3g}") for key, value in found.items()}


def record(date: str) -> dict[str, Any]:
    """Measure all and keep it in machine.json."""
    found = {
        "date": date, "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "sqlite": sqlite3.sqlite_version,
        "secure_delete": sqlite3.connect(":memory:").execute("pragma secure_delete").fetchone()[0],
        "costs": costs(), "postgres": postgres(),
    }  # fmt: skip
    RECORD.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return found


def recorded() -> dict[str, Any]:
    """What machine.json holds."""
    return json.loads(RECORD.read_text(encoding="utf-8"))


def report(r: Results, machine: dict[str, Any]) -> None:
    """The recorded costs as results."""
    says = {
        "append_full_us": "append a version, each in its own transaction, synchronous = full",
        "shown_full_us": "log a prompt of five versions, each in its own transaction, synchronous = full",
        "append_off_us": "append a version, synchronous = off: the work without the disk",
        "shown_off_us": "log a prompt of five versions, synchronous = off",
        "hash_us": "one SHA-256 link of the chain", "verify_us_a_row": "verification, a row",
        "evidence_us": "the texts that a decision was shown, looked up", "fsync_us": "one fsync of 100 bytes",
        "shown_bytes": "bytes in the database for a logged prompt of five versions",
    }  # fmt: skip
    for name, text in says.items():
        unit = "bytes" if name == "shown_bytes" else "µs"
        r.add(name, machine["costs"][name], f"{text}; {machine['machine']}, {machine['date']}", unit, machine=True)
    r.add("fsync_ms", machine["costs"]["fsync_us"] / 1000, says["fsync_us"], "ms", machine=True)
    r.add("shown_full_ms", machine["costs"]["shown_full_us"] / 1000, says["shown_full_us"], "ms", machine=True)
    r.add("sqlite_version", machine["sqlite"], "version of SQLite where the costs were measured", machine=True)
    setting = "on" if machine["secure_delete"] else "off"
    r.add("secure_delete_there", setting, "what secure_delete was there before anybody set it", machine=True)
