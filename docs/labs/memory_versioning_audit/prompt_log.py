"""The log of prompts of the post, on its own: what to copy where `store.py` is more than you need.

Rows carry versions' ids, no text. Each is hashed with the hash before it (SHA-256 over JSON), in one transaction that
takes SQLite's write lock first, so that two processes cannot follow the same row. `faults` makes the hashes again from
row 1 and looks up each pair that somebody else has kept; what came after the last pair can be cut off. A text edited in
the table of versions is not noticed: no hash here covers it.
"""

from __future__ import annotations

# --8<-- [start:copy]
import json
from datetime import UTC, datetime
from hashlib import sha256

TABLE = "create table prompt_log (seq integer primary key, at text, decision text, versions text, hash text)"


def log_prompt(db, decision: str, versions: list[int]) -> tuple[int, str]:
    """Append the ids of the versions in one prompt, in a transaction of its own; return the pair to hand out."""
    with db:
        db.execute("begin immediate")
        last = db.execute("select seq, hash from prompt_log order by seq desc limit 1").fetchone()
        seq, before = last or (0, "")
        row = (seq + 1, datetime.now(UTC).isoformat(), decision, json.dumps(versions))
        link = sha256(json.dumps([before, *row]).encode()).hexdigest()
        db.execute("insert into prompt_log values (?, ?, ?, ?, ?)", (*row, link))
    return seq + 1, link


# --8<-- [end:copy]


# --8<-- [start:check]
def faults(db, kept=()) -> list[str]:
    """Say which rows do not fit their hash, and which of the pairs that somebody else has kept are not there."""
    found, before, made = [], "", []
    for *row, link in db.execute("select seq, at, decision, versions, hash from prompt_log order by seq"):
        before = sha256(json.dumps([before, *row]).encode()).hexdigest()
        made.append((row[0], before))
        if link != before:
            found.append(f"row {row[0]} does not fit its hash")
    return found + [f"row {seq} is not the one that was handed out" for seq, link in kept if (seq, link) not in made]


# --8<-- [end:check]
if __name__ == "__main__":
    # --8<-- [start:cut]
    import sqlite3

    db = sqlite3.connect(":memory:")
    db.execute(TABLE)
    pairs = [log_prompt(db, f"decision {n}", [n]) for n in range(5)]
    db.execute("delete from prompt_log where seq > 2")
    print(faults(db))  # []
    print(faults(db, pairs[-1:]))  # ['row 5 is not the one that was handed out']
    # --8<-- [end:cut]
