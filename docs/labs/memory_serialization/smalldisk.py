"""A disk that is really full: a small file system of its own, and in it what each way makes of one more message.

A full disk is not a limit on a file's size. It gives out blocks of 4,096 bytes, and opening a file for writing gives
back the blocks that the old content had. So the other half of the question is who takes them.

`lab memory-serialization disk DATE` mounts a tmpfs and, in a file, an ext4 (Linux, as root) and keeps
what it finds in disk.json; the lab reads that.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from labs.memory_serialization import conversation, designs, room
from labs.memory_serialization.room import judge, storage, tried

RECORD = Path(__file__).with_name("disk.json")
BLOCK = 4096
ROOM = 64 * BLOCK  # bytes free before a session is put there
ROOMS = {"full": 0, "one block free": 1, "full, and something else writes": 0}
WAYS = {
    "dump": "open and dump",
    "text first": "text first, in place",
    "JSONL": "append, plain",
    "append": "append",
    "save": "save",
    "SQLite": "SQLite",
}
COUNT = 199  # sessions: of one message, of two, and so on
LENGTHS = (1000, 3000)  # bytes of a line, besides the short ones
LONG = 50  # sessions with lines that long


@contextlib.contextmanager
def mounted(kind: str) -> Iterator[Path]:
    """A file system of 256 KiB (tmpfs) or 16 MiB (ext4, with its journal) in a temporary folder. Needs root."""
    with tempfile.TemporaryDirectory(dir=room.ROOM) as folder:
        place = Path(folder) / "disk"
        place.mkdir()
        if kind == "tmpfs":
            how = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(place)]
        else:
            image = Path(folder) / "image"
            image.write_bytes(bytes(16 << 20))
            subprocess.run(["mkfs.ext4", "-q", "-b", str(BLOCK), "-m", "0", str(image)], check=True)
            how = ["mount", "-o", "loop", str(image), str(place)]
        subprocess.run(how, check=True)
        try:
            shutil.rmtree(place / "lost+found", ignore_errors=True)
            free = shutil.disk_usage(place).free
            if free > ROOM:
                with (place / "big").open("wb") as file:  # so that there is little left to fill each time
                    os.posix_fallocate(file.fileno(), 0, free - ROOM)
            yield place
        finally:
            subprocess.run(["umount", str(place)], check=True)


def fill(ballast: Path) -> None:
    """Make the ballast longer until nothing more fits, also not once the file system has settled what it gave back."""
    for size in (8 * BLOCK, BLOCK, BLOCK):
        with ballast.open("ab", buffering=0) as file:
            with contextlib.suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass
            os.fsync(file.fileno())


def taking(add: Callable[[], Any], ballast: Path) -> Any:
    """Call `add`; before each of its calls on a file something else takes every block that is free."""

    def watch(frame: Any, event: str, function: Any) -> None:
        if event == "c_call" and storage(function):
            sys.setprofile(None)
            fill(ballast)
            sys.setprofile(watch)

    sys.setprofile(watch)
    try:
        return add()
    finally:
        sys.setprofile(None)


def one(way: str, place: Path, old: list[Any], new: Any, then: Any, case: str) -> str:
    """Save `new` on the full disk, make room, save `then`: what had become of the session, and then of all saved.

    saved, refused (it raised, the old session is whole), unreadable, lost, or "lost with the next"
    """
    add, load = designs.DESIGNS[way]
    for file in place.iterdir():
        if file.name != "big":
            file.unlink()
    path, ballast = place / "session", place / "ballast"
    begun(way, path, old)
    fill(ballast)
    if ROOMS[case]:
        with ballast.open("ab") as file:
            file.truncate(max(0, ballast.stat().st_size - ROOMS[case] * BLOCK))
            os.fsync(file.fileno())
    save = partial(tried, add, path, new)
    raised = taking(save, ballast) if case == "full, and something else writes" else save()
    sure, maybe = (old, [new]) if raised else ([*old, new], [])
    said = judge(load, path, sure, maybe)
    ballast.unlink()
    if said != "kept":
        return said
    if not tried(add, path, then) and judge(load, path, [*sure, then], maybe) != "kept":
        return "lost with the next"
    return "refused" if raised else "saved"


def begun(way: str, path: Path, old: list[Any]) -> None:
    """The session `old`, in the form that the way gives it, in one go."""
    if way == "SQLite":
        designs.inserted_all(path, old)
    elif designs.DESIGNS[way][1] is designs.read:
        path.write_text(json.dumps(old))
    else:
        path.write_bytes(b"".join(map(designs.line_of, old)))


def measured() -> dict[str, dict[str, dict[str, dict[str, int]]]]:
    """File system, room, way: how many of the sessions ended how."""
    messages = conversation.messages(0, COUNT + 2)
    found: dict[str, Any] = {}
    for kind in ("tmpfs", "ext4"):
        with mounted(kind) as place:
            for case in ROOMS:
                for name, way in WAYS.items():
                    ends = Counter(
                        one(way, place, messages[:n], messages[n], messages[n + 1], case) for n in range(1, COUNT + 1)
                    )
                    found.setdefault(kind, {}).setdefault(case, {})[name] = dict(ends)
    return found


def long_lines(length: int, count: int) -> list[dict[str, Any]]:
    """`count` messages, no two equal, each of which is a line of `length` bytes in a log."""
    made = [{"n": n, "role": ("user", "assistant")[n % 2], "text": ""} for n in range(count)]
    return [{**m, "text": "x" * (length - len(designs.line_of(m)))} for m in made]


def measured_long() -> dict[str, dict[str, dict[str, dict[str, int]]]]:
    """File system, bytes of a line, way: how many of the sessions ended how on a full disk."""
    found: dict[str, Any] = {}
    for kind in ("tmpfs", "ext4"):
        with mounted(kind) as place:
            for length in LENGTHS:
                messages = long_lines(length, LONG + 2)
                for name in ("dump", "append", "save", "SQLite"):
                    ends = Counter(
                        one(WAYS[name], place, messages[:n], messages[n], messages[n + 1], "full")
                        for n in range(1, LONG + 1)
                    )
                    found.setdefault(kind, {}).setdefault(str(length), {})[name] = dict(ends)
    return found


def recorded() -> dict[str, Any]:
    """What disk.json holds."""
    return json.loads(RECORD.read_text(encoding="utf-8"))


def record(date: str) -> None:
    """Measure all and keep it in disk.json. Raises ValueError where no file system can be mounted."""
    try:
        found, long = measured(), measured_long()
    except (OSError, subprocess.CalledProcessError) as error:
        raise ValueError(f"no small file system can be mounted here: {error}; it takes Linux, and root") from None
    content = {"date": date, "machine": f"{platform.system()} {platform.machine()}", "found": found, "long": long}
    RECORD.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")
