"""A memory that can be audited: an append-only table in SQLite for what was written and what was shown.

    log = MemoryLog("memory.db")
    row = log.write("ana/allergy", "Penicillin: rash", subject="ana", actor="intake")
    log.shown("decision 41", [row], request="our-7f3a")     # an id of our own, sent with the call; before the call
    log.evidence("decision 41")                             # which texts went in
    log.head()                                              # (seq, hash): give it to somebody else

What is chained is never changed or deleted; it holds no text and no name, only a commitment to both: a hash with a
random nonce. Texts, names and nonces lie beside it in `body` and can be erased without breaking a link. Several
processes may append: each takes SQLite's write lock first. Not covered: encryption at rest, backups, replicas.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labs.memory_versioning_audit.chain import START, Chain, problems, step

# --8<-- [start:schema]
SCHEMA = """
-- chained: one order for writes and reads
create table if not exists log (
  seq integer primary key, kind text not null, at text not null,
  entry text not null, prev text not null, hash text not null);
-- not chained: what can be erased
create table if not exists body (
  seq integer primary key references log (seq), memory text not null,
  subject text not null, nonce text not null, text text not null);
create trigger if not exists log_stays before update on log
  begin select raise(abort, 'log is append-only'); end;
create trigger if not exists log_keeps before delete on log
  begin select raise(abort, 'log is append-only'); end;
"""
# --8<-- [end:schema]
INDEXES = """
create index if not exists body_memory on body (memory, seq);
create index if not exists body_subject on body (subject);
create index if not exists log_decision on log (json_extract(entry, '$.decision')) where kind = 'read';
"""


WAIT = 30.0  # seconds to wait for somebody else's lock


class Unfinished(RuntimeError):
    """Something that was begun and could not be done, and what to do, in one line."""


class Refused(ValueError):
    """Something that the log does not take, and why, in one line."""


@dataclass(frozen=True)
class Shown:
    """A version that a decision was shown: its row, and its memory and text, None once they are erased."""

    seq: int
    memory: str | None
    text: str | None


def stamp(at: datetime.datetime | str | None = None) -> str:
    """A time as UTC text that sorts; now for None. Raises Refused for a time without a zone."""
    if at is None:
        at = datetime.datetime.now(datetime.UTC)
    try:
        at = datetime.datetime.fromisoformat(at) if isinstance(at, str) else at
    except ValueError:
        raise Refused(f"{at!r} is no time; write 2026-11-26T09:30:00+00:00") from None
    if at.tzinfo is None:
        raise Refused(f"{at.isoformat()} has no time zone; write {at.isoformat()}+00:00, or the offset it was noted in")
    return at.astimezone(datetime.UTC).isoformat(timespec="microseconds")


def commitment(nonce: str, memory: str, subject: str, text: str) -> str:
    """What the chain holds in place of a text: nothing that can be guessed once the nonce is gone."""
    return hashlib.sha256(json.dumps([nonce, memory, subject, text], ensure_ascii=False).encode()).hexdigest()


class MemoryLog:
    """The log in one SQLite file. With a `key` the chain is keyed: keep the key where the database's owner is not."""

    def __init__(self, path: Path | str, key: bytes = b""):
        self.db = sqlite3.connect(path, isolation_level=None, timeout=WAIT)
        self.chain = Chain("keyed" if key else "bare", key)
        self.db.execute("pragma journal_mode = wal")
        self.db.execute("pragma synchronous = full")
        self.db.execute("pragma secure_delete = on")
        self.db.executescript(SCHEMA + INDEXES)

    def write(
        self,
        memory: str,
        text: str,
        subject: str,
        actor: str,
        at: datetime.datetime | str | None = None,
        **context: Any,
    ) -> int:
        """Append a version of a memory and return its row; a change is one more version. `context` is chained."""
        nonce = secrets.token_hex(16)
        entry = {**context, "actor": actor, "commit": commitment(nonce, memory, subject, text)}
        with self.append("write", entry, at) as seq:
            self.db.execute("insert into body values (?, ?, ?, ?, ?)", (seq, memory, subject, nonce, text))
        return seq

    # --8<-- [start:shown]
    def shown(
        self,
        decision: str,
        versions: Sequence[int],
        request: str = "",
        at: datetime.datetime | str | None = None,
        **context: Any,
    ) -> int:
        """Append which versions a prompt holds.

        Call it after the cut to size and before the model. `context`
        is chained, too. Raises Refused for a row that is no version.
        """
        asked = {"decision": decision, "request": request}
        entry = {**context, **asked, "shown": list(versions)}
        kind = "select kind from log where seq = ?"
        with self.append("read", entry, at) as seq:
            for row in versions:
                if self.db.execute(kind, (row,)).fetchone() != ("write",):
                    said = f"decision {decision!r} names row {row}"
                    raise Refused(f"{said}, which is no version")
        return seq

    # --8<-- [end:shown]

    @contextmanager
    def append(self, kind: str, entry: dict[str, Any], at: datetime.datetime | str | None) -> Any:
        """One row at the end, chained, in one transaction with what the block does; yields its number.

        Raises Refused if the last row is not hashed with this log's key: a row of another chain would break it.
        """
        text = json.dumps(entry, ensure_ascii=False, sort_keys=True)
        with self.together():
            last, prev = self.head()
            before = self.db.execute("select seq, kind, at, entry, prev from log where seq = ?", (last,)).fetchone()
            if before and step(before[4], before[:4], self.chain.key) != prev:
                raise Refused(f"row {last} was not hashed with this key, or was edited; nothing is appended after it")
            row = (last + 1, kind, stamp(at), text)
            self.db.execute("insert into log values (?, ?, ?, ?, ?, ?)", (*row, prev, step(prev, row, self.chain.key)))
            yield last + 1

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction for all that the block appends: all of it, or nothing."""
        if self.db.in_transaction:  # the outer block commits
            yield
            return
        self.db.execute("begin immediate")
        try:
            yield
            self.db.execute("commit")
        except BaseException:
            self.db.execute("rollback")
            raise

    def head(self) -> tuple[int, str]:
        """Number and hash of the last row: what an anchor is."""
        return self.db.execute("select seq, hash from log order by seq desc limit 1").fetchone() or (0, START)

    def evidence(self, decision: str) -> list[list[Shown]]:
        """What each prompt of a decision held, one list a row of the log; empty if the log has no such decision."""
        query = "select entry from log where kind = 'read' and json_extract(entry, '$.decision') = ? order by seq"
        prompts = [json.loads(entry)["shown"] for (entry,) in self.db.execute(query, (decision,)).fetchall()]
        return [[self.version(seq) for seq in prompt] for prompt in prompts]

    def version(self, seq: int) -> Shown:
        """One version, without memory and text if they are erased."""
        found = self.db.execute("select memory, text from body where seq = ?", (seq,)).fetchone()
        return Shown(seq, *(found or (None, None)))

    def as_of(self, seq: int) -> dict[str, tuple[int, str]]:
        """Every memory as it was after row `seq`: its version's row and text. Erased ones are not there."""
        rows = self.db.execute("select memory, max(seq), text from body where seq <= ? group by memory", (seq,))
        return {memory: (version, text) for memory, version, text in rows}

    def erase(self, subject: str, why: str, actor: str, keep: Sequence[int] = ()) -> int:
        """Delete texts, names and nonces of a person, but for the rows in `keep`; say so in the log. Returns how many.

        The rows and their hashes stay: who wrote when, and which decision was shown which row. Raises Unfinished if
        SQLite cannot cut its write-ahead log because somebody else is reading: the bytes may still lie there.
        """
        rows = [s for (s,) in self.db.execute("select seq from body where subject = ?", (subject,)) if s not in {*keep}]
        if rows:
            with self.append("erase", {"actor": actor, "why": why, "rows": rows}, None):
                self.db.executemany("delete from body where seq = ?", [(row,) for row in rows])
        busy, *_ = self.db.execute("pragma wal_checkpoint(truncate)").fetchone()
        if busy:
            raise Unfinished(
                f"{len(rows)} texts of {subject!r} are deleted from the table, but their bytes may still be in its "
                "files: another connection is reading, so the write-ahead log could not be cut; close it, erase again"
            )
        return len(rows)

    def rows(self) -> tuple[list[tuple[int, str, str, str]], list[tuple[str, str]]]:
        """All rows of the log, and their links."""
        found = self.db.execute("select seq, kind, at, entry, prev, hash from log order by seq").fetchall()
        return [row[:4] for row in found], [row[4:] for row in found]

    def verify(self, anchors: Sequence[tuple[int, str]] = ()) -> list[str]:
        """What is wrong, a line each: in the chain, against the anchors, in the texts.

        An empty list does not mean that nothing is missing. A row that was never written leaves nothing to find; nor
        do rows cut off after the last anchor.
        """
        rows, links = self.rows()
        found = [line] if (line := problems(self.chain, rows, links, anchors)) else []
        bodies = {row[0]: row[1:] for row in self.db.execute("select seq, nonce, memory, subject, text from body")}
        entries = {seq: (kind, json.loads(entry)) for seq, kind, _, entry in rows}
        erased = {seq for kind, entry in entries.values() if kind == "erase" for seq in entry["rows"]}
        for seq, (kind, entry) in entries.items():
            if kind == "write" and seq in bodies and commitment(*bodies[seq]) != entry["commit"]:
                found.append(f"row {seq}: its text is not the one that was written")
            if kind == "write" and seq not in bodies and seq not in erased:
                found.append(f"row {seq}: its text is gone, and no row says that it was erased")
        found += [f"text {seq} belongs to no version" for seq in sorted(bodies.keys() - entries.keys())]
        return found
