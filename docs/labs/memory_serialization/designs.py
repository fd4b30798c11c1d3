"""Ways to save one more message, the good and the bad, each with the `load` that goes with it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from labs.memory_serialization import session
from labs.memory_serialization.harness import Add, Load, Message


def rewriting(save: Any) -> Add:
    """One more message by saving the whole session again."""

    def add(path: Path, message: Message) -> None:
        save(path, [*(read(path) if path.exists() else []), message])

    return add


def read(path: Path) -> list[Any]:
    """The whole session from one JSON document."""
    return json.loads(path.read_bytes())


def dump(path: Path, state: Any) -> None:
    """The idiom: open, then dump."""
    with path.open("w") as file:
        json.dump(state, file)


def dumped_first(path: Path, state: Any) -> None:
    """The text is made before the file is opened."""
    text = json.dumps(state)
    with path.open("w") as file:
        file.write(text)


def fixed_name(path: Path, state: Any) -> None:
    """A temporary file that always has the same name, put in the old one's place."""
    beside = path.with_suffix(".tmp")
    with beside.open("w") as file:
        file.write(json.dumps(state))
    beside.replace(path)


def process_name(path: Path, state: Any) -> None:
    """A temporary file named after the process."""
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    with beside.open("w") as file:
        file.write(json.dumps(state))
    beside.replace(path)


def not_synced(path: Path, state: Any) -> None:
    """`session.save` without fsync."""
    beside = path.with_suffix(f".{os.urandom(8).hex()}.tmp")
    beside.write_bytes(json.dumps(state).encode())
    beside.replace(path)


def backed_up(path: Path, state: Any) -> None:
    """A copy of the old file, then the new one written over it."""
    if path.exists():
        shutil.copyfile(path, path.with_suffix(".bak"))
    dumped_first(path, state)


def read_or_backup(path: Path) -> list[Any]:
    """The session, or its copy if that cannot be read."""
    try:
        return read(path)
    except ValueError:
        return read(path.with_suffix(".bak"))


def backing_up(path: Path, message: Message) -> None:
    """One more message, read from whichever of the two files can be read."""
    backed_up(path, [*(read_or_backup(path) if path.exists() else []), message])


def overwritten(path: Path, state: Any) -> None:
    """The new bytes over the old ones, what is left cut off afterwards."""
    data = json.dumps(state).encode()
    with path.open("rb+" if path.exists() else "wb") as file:
        file.write(data)
        file.flush()
        file.truncate(len(data))


def line_of(message: Message) -> bytes:
    """A record of a log."""
    return json.dumps(message).encode() + b"\n"


def appended(path: Path, message: Message) -> None:
    """One line at the end."""
    with path.open("ab") as file:
        file.write(line_of(message))


def appended_raw(path: Path, message: Message) -> None:
    """One line at the end by one `os.write`, whose answer nobody reads."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        os.write(file, line_of(message))
    finally:
        os.close(file)


def ends_torn(file: Any) -> bool:
    """Whether an open file has a last line without its newline."""
    size = file.seek(0, os.SEEK_END)
    return size > 0 and (file.seek(size - 1), file.read(1))[1] != b"\n"


def newline_first(path: Path, message: Message) -> None:
    """A torn last line is ended first, then the new one written, in one go."""
    with path.open("ab+") as file:
        file.write(b"\n" * ends_torn(file) + line_of(message))


def cut_first(path: Path, message: Message, lock: bool = False) -> None:
    """A last line without its newline is cut off first, whatever it is."""
    with path.open("ab+") as file:
        if lock:
            fcntl.flock(file, fcntl.LOCK_EX)
        if ends_torn(file):
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)
        file.write(line_of(message))


def mended_only(path: Path, message: Message, lock: bool = False) -> None:
    """`session.append` without its fsync; with or without its lock."""
    with path.open("ab+") as file:
        if lock:
            fcntl.flock(file, fcntl.LOCK_EX)
        session.mend(file)
        file.write(line_of(message))


def skipping(path: Path) -> list[Any]:
    """Every line that can be read."""
    found: list[Any] = []
    for line in path.read_bytes().split(b"\n"):
        with contextlib.suppress(ValueError):
            found.append(json.loads(line))
    return found


def stopping(path: Path) -> list[Any]:
    """Every line up to the first that cannot be read."""
    found: list[Any] = []
    for line in path.read_bytes().splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    return found


# --8<-- [start:refusing]
def refusing(path: Path) -> list[Any]:
    """Every line; raises ValueError if one cannot be read."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


# --8<-- [end:refusing]
def inserted(path: Path, message: Message, timeout: float = 0) -> None:
    """A row in SQLite, a transaction each. Where another writes, it is refused after `timeout` seconds."""
    db = sqlite3.connect(path, timeout=timeout)
    try:
        with db:
            db.execute("create table if not exists messages (id integer primary key, body text not null)")
            db.execute("insert into messages (body) values (?)", (json.dumps(message),))
    finally:
        db.close()


def read_and_inserted(path: Path, message: Message, timeout: float = 0, begin: str = "begin immediate") -> None:
    """A row in SQLite by a transaction that reads before it writes, begun with `begin`."""
    with contextlib.closing(sqlite3.connect(path, timeout=timeout, isolation_level=None)) as db:
        db.execute("create table if not exists messages (id integer primary key, body text not null)")
        db.execute(begin)
        db.execute("select count(*) from messages").fetchone()
        db.execute("insert into messages (body) values (?)", (json.dumps(message),))
        db.execute("commit")


def inserted_all(path: Path, messages: Sequence[Message]) -> None:
    """Many rows in one transaction."""
    inserted(path, messages[0])
    db = sqlite3.connect(path)
    try:
        with db:
            db.executemany("insert into messages (body) values (?)", [(json.dumps(m),) for m in messages[1:]])
    finally:
        db.close()


def inserted_wal(path: Path, message: Message) -> None:
    """The same with SQLite's write-ahead log."""
    db = sqlite3.connect(path, timeout=0)
    try:
        db.execute("pragma journal_mode=wal")
    finally:
        db.close()
    inserted(path, message)


def rows(path: Path) -> list[Any]:
    """Every row."""
    db = sqlite3.connect(path, timeout=0)
    try:
        return [json.loads(body) for (body,) in db.execute("select body from messages order by id")]
    finally:
        db.close()


DESIGNS: dict[str, tuple[Add, Load]] = {
    "open and dump": (rewriting(dump), read),
    "text first, in place": (rewriting(dumped_first), read),
    "over the old bytes": (rewriting(overwritten), read),
    "copy first, in place": (backing_up, read_or_backup),
    "beside, fixed name": (rewriting(fixed_name), read),
    "beside, process's name": (rewriting(process_name), read),
    "beside, own name, no fsync": (rewriting(not_synced), read),
    "save": (rewriting(session.save), read),
    "save, read and saved under a lock": (session.add_locked, read),
    "append, plain": (appended, skipping),
    "append, answer unread": (appended_raw, skipping),
    "append, newline first": (newline_first, skipping),
    "append, mended, no lock": (mended_only, session.load),
    "append, mended, lock": (partial(mended_only, lock=True), session.load),
    "append": (session.append, session.load),
    "SQLite": (inserted, rows),
    "SQLite, WAL": (inserted_wal, rows),
}
