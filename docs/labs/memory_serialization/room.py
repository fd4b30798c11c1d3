"""What the crash harness is made of: a session to spoil, what `load` makes of it, which calls are steps."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Message = dict[str, Any]
Add = Callable[[Path, Message], None]
Load = Callable[[Path], list[Message]]
ROOM = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
PREFIX = "lab-session-"
WORST = ("kept", "lost", "changed", "unreadable")  # from good to bad
CALLS = {
    "open", "write", "writelines", "pwrite", "writev", "sendfile", "copy_file_range", "flush", "close", "__exit__",
    "fsync", "fdatasync", "replace", "rename", "link", "unlink", "remove", "truncate", "ftruncate", "flock", "lockf",
    "execute", "executemany", "executescript", "commit",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One way to fail.

    where   "byte 17", "before replace (5)", or the turns of two writers, "ABBA"
    said    what `load` then made of it: kept, lost, changed or unreadable (see `judge`)
    after   the same once one more message has been saved undisturbed
    raised  whether `add` raised; with two writers, whether one of them did
    seen    with two writers: the worst that a reader saw in between
    """

    where: str
    said: str
    after: str = ""
    raised: bool = False
    seen: str = ""


def judge(load: Load, path: Path, sure: Sequence[Message], maybe: Sequence[Message] = ()) -> str:
    """What `load` makes of the file, the worst that holds.

    unreadable  it raises, or ends the program
    changed     it gives back something that nobody saved, or something twice
    lost        something is missing whose `add` returned (`sure`)
    kept        none of these; `maybe`, whose `add` raised or was killed, may be there or not
    """
    try:
        loaded = load(path)
        if loaded == [*sure]:
            return "kept"
        found = Counter(map(key, loaded))
    except (Exception, SystemExit):
        return "unreadable"
    wanted = Counter(map(key, sure))
    if found - wanted - Counter(map(key, maybe)):
        return "changed"
    return "lost" if wanted - found else "kept"


def key(message: Any) -> str:
    """A message as text, to compare it."""
    return json.dumps(message, sort_keys=True, default=repr)


def worst(said: Iterator[str] | Sequence[str]) -> str:
    """The worst of some outcomes."""
    return max(said, key=WORST.index, default="kept")


def storage(function: Any) -> bool:
    """Whether a built-in function touches a file, a descriptor or an SQLite connection in a way that can matter."""
    if getattr(function, "__name__", "") not in CALLS:
        return False
    owner = type(getattr(function, "__self__", None))
    if owner.__module__ == "_io":
        return owner.__name__ not in ("StringIO", "BytesIO")
    return owner.__module__ == "sqlite3" or function.__module__ in ("posix", "io", "_io", "fcntl")


class Room:
    """A temporary folder with a session in it that can be put back as it was."""

    def __init__(self, folder: str, add: Add, messages: Sequence[Message], tail: bytes = b"") -> None:
        self.folder, self.path = Path(folder), Path(folder) / "session"
        for message in messages:
            add(self.path, message)
        if tail:
            with self.path.open("ab") as file:
                file.write(tail)
        self.kept = {file: file.read_bytes() for file in self.folder.iterdir()}

    def put_back(self) -> None:
        """Every file as it was; what has come since goes."""
        for file in self.folder.iterdir():
            if file not in self.kept:
                file.unlink()
        for file, content in self.kept.items():
            file.write_bytes(content)


@contextmanager
def room(add: Add, messages: Sequence[Message], tail: bytes = b"") -> Iterator[Room]:
    """A `Room` that is gone afterwards. `tail` are bytes that an earlier crash has left at the end of the session."""
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=ROOM) as folder:
        yield Room(folder, add, messages, tail)


def swept() -> None:
    """Take away the folders that runs which were killed have left."""
    for folder in Path(ROOM or tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdecimal() and not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
            shutil.rmtree(folder, ignore_errors=True)


def tried(add: Add, path: Path, message: Message) -> bool:
    """Whether `add` raised, or ended the program: either way it has not returned."""
    try:
        add(path, message)
    except (Exception, SystemExit):
        return True
    return False


def spread(count: int, most: int) -> list[int]:
    """The numbers below `count`, or `most` of them at equal distances."""
    return [*range(count)] if count <= most else [i * count // most for i in range(most)]
