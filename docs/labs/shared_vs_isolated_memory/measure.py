"""The recorded part, for what needs a server, Git, a clock or real processes: `measure` writes recorded.json.

The design of the post on PostgreSQL is in portable.json (portable.py), the recipe for files in shell.json (shell.py).
"""

from __future__ import annotations

import datetime
import json
import platform
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from labs.record import files_hash
from labs.shared_vs_isolated_memory import branches, portable, postgres, processes, shell, waiting
from labs.shared_vs_isolated_memory.schedules import Outcome, counts

FILE = Path(__file__).with_name("recorded.json")
CODE = ("branches.py", "pages.py", "postgres.py", "processes.py", "schedules.py", "waiting.py")


def code() -> str:
    """Digest of the code that was measured: a test says so when it has changed since."""
    return files_hash(FILE.parent, [FILE.parent / name for name in CODE])


def summed(found: dict[str, list[Outcome]]) -> dict[str, dict[str, Any]]:
    """The counts of each arm, and what its agents were told."""
    return {
        arm: {**counts(outcomes), "told": sorted({a.told for one in outcomes for a in one.agents})}
        for arm, outcomes in found.items()
    }


def measure() -> dict[str, Any]:
    """Run everything; about a minute and a half. Raises FileNotFoundError where a program is missing."""

    def inside(part: Any) -> Any:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            return part(Path(folder))

    version, orders = inside(postgres.outcomes)
    return {
        "date": datetime.date.today().isoformat(), "code": code(), "python": platform.python_version(),
        "postgres": version.split()[0], "sqlite": sqlite3.sqlite_version,
        "git": branches.git(Path.cwd(), "--version").stdout.split()[2],
        "postgres_orders": summed(orders), "git_orders": summed(inside(branches.outcomes)),
        "waits": inside(waiting.waits_as_played), "refusal": inside(processes.refusal),
        "around": inside(processes.around_the_call), "load": inside(processes.load),
    }  # fmt: skip


def main() -> int:
    """Measure and keep. Returns the exit status."""
    try:
        found = measure()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            portable.write(Path(folder))
        shell.write()
    except FileNotFoundError as error:
        print(f"measure: {error.filename} is not on the PATH; it needs git, initdb, pg_ctl and psql")
        return 2
    FILE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")
    wrote = ", ".join(file.name for file in (FILE, portable.FILE, shell.FILE))
    print(f"wrote {wrote}; then: make lab NAME=shared-vs-isolated-memory RECORD=1")
    return 0


def recorded() -> dict[str, Any]:
    """What was measured last."""
    return json.loads(FILE.read_text(encoding="utf-8"))
