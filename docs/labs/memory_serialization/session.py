"""The save, the append and the load that the post recommends. Linux and macOS (`fcntl`)."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any


# --8<-- [start:save]
def save(path: Path, session: Any) -> None:
    """The whole session in place of the old one."""
    replace(path, json.dumps(session).encode())  # whatever can raise, raises here


def replace(path: Path, data: bytes) -> None:
    """A file with these bytes in place of the old one, which stays until they are all written."""
    path = path.resolve()  # a link goes on being a link
    beside = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")  # nobody else's name
    try:
        with beside.open("xb") as file:
            if path.exists():
                shutil.copymode(path, beside)  # who may read it
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)  # the new name is on the disk only once this is synced
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


# --8<-- [end:save]
# --8<-- [start:append]
def append(path: Path, record: Any) -> None:
    """One more record at the end of the session."""
    # what can raise, raises before the file is touched
    line = json.dumps(record).encode() + b"\n"
    with path.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed
        mend(file)
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


# --8<-- [end:append]
# --8<-- [start:mend]
def mend(file: IO[bytes]) -> None:
    """End a whole last line; cut any other."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 1))
    if file.read(1) in (b"\n", b""):
        return
    file.seek(0)
    tail = file.read().rpartition(b"\n")[2]
    if whole(tail):
        file.write(b"\n")
    else:
        file.truncate(size - len(tail))


# --8<-- [end:mend]
# --8<-- [start:load]
def load(path: Path) -> list[Any]:
    """Every record, the last one only if it is whole.

    Raises ValueError where another line is no JSON.
    """
    *lines, tail = path.read_bytes().split(b"\n")
    return [json.loads(line) for line in lines + [tail] * whole(tail)]


def whole(line: bytes) -> bool:
    """Whether the bytes are one JSON value.

    An object or an array that was cut is none.
    """
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


# --8<-- [end:load]
# --8<-- [start:locked]
def add_locked(path: Path, record: Any) -> None:
    """One more record by saving the whole session; reading and saving are one turn, under a lock beside the file."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until the file is closed
        save(path, [*(json.loads(path.read_bytes()) if path.exists() else []), record])


# --8<-- [end:locked]
# --8<-- [start:once]
def once(records: Sequence[dict[str, Any]], key: str = "id") -> list[dict[str, Any]]:
    """The records, each id once: a save that raised may have saved, and then its retry is there, too."""
    return list({record[key]: record for record in records}.values())


# --8<-- [end:once]


# --8<-- [start:upgraded]
def upgraded(record: dict[str, Any], upgrades: Sequence[Callable[[dict[str, Any]], dict[str, Any]]]) -> dict[str, Any]:
    """A record as this code knows it; `upgrades[0]` makes version 2 of version 1. Raises ValueError for a newer one."""
    version, newest = record.get("v", 1), len(upgrades) + 1
    if version > newest:
        raise ValueError(f"a record of version {version}; this code knows {newest}")
    for upgrade in upgrades[version - 1 :]:
        record = upgrade(record)
    return {**record, "v": newest}


# --8<-- [end:upgraded]
