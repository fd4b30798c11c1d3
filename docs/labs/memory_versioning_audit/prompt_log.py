"""The log of prompts of the post, on its own: what to copy where `store.py` is more than you need.

A change of a memory adds a row to `version`; `source` says which message or tool call it came from. The rows of the
log carry versions' ids, no text. Each is hashed with the hash before it (SHA-256 over JSON), in one transaction that
takes SQLite's write lock first, so that two processes cannot follow the same row. `faults` makes the hashes again from
row 1 and looks up each pair that somebody else has kept; what came after the last pair can be cut off. A text edited in
the table of versions is not noticed: no hash here covers it.
"""

from __future__ import annotations

# --8<-- [start:copy]
import json
from datetime import UTC, datetime
from hashlib import sha256

VERSIONS = """create table version (id integer primary key,
  memory text, subject text, at text, text text, source text)"""
TABLE = """create table prompt_log (seq integer primary key,
  at text, decision text, versions text, hash text)"""
LAST = "select seq, hash from prompt_log order by seq desc limit 1"


def linked(before: str, row) -> str:
    """Hash a row together with the hash of the row before it."""
    return sha256(json.dumps([before, *row]).encode()).hexdigest()


def log_prompt(db, decision: str, versions: list[int]) -> tuple[int, str]:
    """Log the versions in one prompt; return the pair to hand out.

    Opens a transaction of its own.
    """
    with db:
        db.execute("begin immediate")
        last, before = db.execute(LAST).fetchone() or (0, "")
        now = datetime.now(UTC).isoformat()
        row = (last + 1, now, str(decision), json.dumps(versions))
        row += (linked(before, row),)
        db.execute("insert into prompt_log values (?, ?, ?, ?, ?)", row)
    return row[0], row[-1]


# --8<-- [end:copy]


# --8<-- [start:check]
def faults(db, kept=()) -> list[str]:
    """Name rows that do not fit their hash and kept pairs that are gone."""
    found, before, made = [], "", []
    for *row, link in db.execute("select * from prompt_log order by seq"):
        before = linked(before, row)
        made.append((row[0], before))
        if link != before:
            found.append(f"row {row[0]} does not fit its hash")
    for seq, link in kept:
        if (seq, link) not in made:
            found.append(f"row {seq} is not the one handed out")
    return found


# --8<-- [end:check]
if __name__ == "__main__":
    # --8<-- [start:cut]
    import sqlite3

    db = sqlite3.connect(":memory:")
    db.execute(TABLE)
    pairs = [log_prompt(db, f"decision {n}", [n]) for n in range(5)]
    db.execute("delete from prompt_log where seq > 2")
    print(faults(db))  # []
    print(faults(db, pairs[-1:]))  # ['row 5 is not the one handed out']
    # --8<-- [end:cut]
