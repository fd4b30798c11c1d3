"""The log of prompts of the post, on its own: what to copy where `store.py` is more than you need.

Rows carry versions' ids, no text. Each is hashed with the hash before it (SHA-256 over JSON), in one transaction that
takes SQLite's write lock first, so that two processes cannot follow the same row. Verify by making the hashes again
from row 1, and by looking up each pair that somebody else has kept; what came after the last pair can be cut off.
"""

from __future__ import annotations

# --8<-- [start:copy]
import json
from datetime import UTC, datetime
from hashlib import sha256

TABLE = "create table prompt_log (seq integer primary key, at text, decision text, versions text, hash text)"


def log_prompt(db, decision: str, versions: list[int]) -> tuple[int, str]:
    """Append the ids of the versions in one prompt; return the row's number and hash, which is the pair to hand out."""
    with db:
        db.execute("begin immediate")
        last = db.execute("select seq, hash from prompt_log order by seq desc limit 1").fetchone()
        seq, before = last or (0, "")
        row = (seq + 1, datetime.now(UTC).isoformat(), decision, json.dumps(versions))
        link = sha256(json.dumps([before, *row]).encode()).hexdigest()
        db.execute("insert into prompt_log values (?, ?, ?, ?, ?)", (*row, link))
    return seq + 1, link


# --8<-- [end:copy]
