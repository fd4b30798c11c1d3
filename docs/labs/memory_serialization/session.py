"""The save, the append and the load that the post recommends. Linux and macOS (`fcntl`)."""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any


# --8<-- [start:save]
def save(path: Path, session: Any) -> None:
    """The whole session in place of the old one."""
    data = json.dumps(session).encode()  # whatever can raise, raises here
    beside = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")  # nobody else's name
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


# --8<-- [end:save]
# --8<-- [start:append]
def append(path: Path, record: Any) -> None:
    """One more record at the end of the session."""
    line = json.dumps(record).encode() + b"\n"  # whatever can raise, raises here
    with path.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed
        mend(file)
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def mend(file: IO[bytes]) -> None:
    """A last line without its newline gets it if it is whole, and goes if it is not."""
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


def whole(line: bytes) -> bool:
    """Whether the bytes are one JSON value. An object or an array that was cut is none."""
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


# --8<-- [end:append]
# --8<-- [start:load]
def load(path: Path) -> list[Any]:
    """Every record, the last one only if it is whole. Raises ValueError where another line is no JSON."""
    *lines, tail = path.read_bytes().split(b"\n")
    return [json.loads(line) for line in lines + [tail] * whole(tail)]


# --8<-- [end:load]


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
