"""For the notes: sizes of three formats, flipped bits, overwritten records, and bytes that run code."""

from __future__ import annotations

import io
import json
import pickle
import random
import sqlite3
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgpack

from labs.memory_serialization import designs
from labs.memory_serialization.harness import Message, full_at
from labs.memory_serialization.room import ROOM, tried

ENCODE: dict[str, Callable[[Any], bytes]] = {
    "JSON": lambda state: json.dumps(state, separators=(",", ":")).encode(),
    "msgpack": msgpack.packb,
    "pickle": lambda state: pickle.dumps(state, 5),
}
DECODE: dict[str, Callable[[bytes], Any]] = {"JSON": json.loads, "msgpack": msgpack.unpackb}


def with_vectors(messages: Sequence[Message], seed: int, length: int = 64) -> list[Message]:
    """The messages, each with a vector of `length` floats, as embeddings are kept."""
    draw = random.Random(seed)
    return [{**m, "vector": [draw.gauss(0, 1) for _ in range(length)]} for m in messages]


def sizes(state: Any) -> dict[str, tuple[int, int]]:
    """Bytes of each format, plain and compressed with zlib at its default level."""
    made = {name: encode(state) for name, encode in ENCODE.items()}
    return {name: (len(data), len(zlib.compress(data))) for name, data in made.items()}


def flips(state: Any, name: str, framed: bool = False) -> Counter[str]:
    """Every bit of the encoded state flipped, one at a time: noticed (it raises), silent (another state), harmless.

    framed  a CRC-32 stands before the bytes and is compared first; it finds every single flipped bit, by its design
    """
    data = ENCODE[name](state)
    checksum, found = zlib.crc32(data), Counter()
    for place in range(len(data) * 8):
        bent = bytearray(data)
        bent[place // 8] ^= 1 << place % 8
        try:
            if framed and zlib.crc32(bent) != checksum:
                raise ValueError("checksum")
            found["silent" if DECODE[name](bytes(bent)) != state else "harmless"] += 1
        except Exception:
            found["noticed"] += 1
    return found


def database_flips(state: Sequence[Message]) -> Counter[str]:
    """The lowest bit of every third byte of a database flipped, one at a time, then read and checked by SQLite."""
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        path = Path(folder) / "session"
        for message in state:
            designs.inserted(path, message)
        data, found = path.read_bytes(), Counter()
    for place in range(0, len(data), 3):
        bent = bytearray(data)
        bent[place] ^= 1
        db = sqlite3.connect(":memory:")
        try:
            db.deserialize(bytes(bent))
            checked = db.execute("pragma integrity_check").fetchone()[0]
            read = [json.loads(body) for (body,) in db.execute("select body from messages order by id")]
            found["noticed" if checked != "ok" else "silent" if read != [*state] else "harmless"] += 1
        except Exception:
            found["noticed"] += 1
        finally:
            db.close()
    return found


def overwritten(messages: Sequence[Message]) -> Counter[str]:
    """A new state of the same length written over the old one, the disk full at each byte: old, new, mixed, unreadable.

    Every message has a field that goes from 1 to 2. The bytes go through Python's buffer in one piece.
    """
    old, new = ([{**m, "seen": seen} for m in messages] for seen in (1, 2))
    found = Counter()
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        path = Path(folder) / "session"
        for limit in range(len(json.dumps(new)) + 1):
            path.write_text(json.dumps(old))
            with full_at(limit):
                tried(designs.overwritten, path, new)
            try:
                read = json.loads(path.read_bytes())
                found["old" if read == old else "new" if read == new else "mixed"] += 1
            except ValueError:
                found["unreadable"] += 1
    return found


class Marker:
    """An object whose pickled bytes, when they are loaded, make a file: harmless, and proof that code has run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable, tuple[str, str]]:
        return open, (str(self.path), "w")


class Plain(pickle.Unpickler):
    """An unpickler that looks up no class and no function."""

    def find_class(self, module: str, name: str) -> Any:
        """Raise UnpicklingError for whatever is asked for."""
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed")


def code_runs() -> dict[str, bool]:
    """Whether loading the bytes of a `Marker` made its file: pickle, pickle that looks nothing up, JSON, msgpack."""
    ways: dict[str, Callable[[bytes], Any]] = {
        "pickle": pickle.loads,
        "pickle, no look-ups": lambda data: Plain(io.BytesIO(data)).load(),
        **DECODE,
    }
    ran = {}
    for name, decode in ways.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "ran"
            tried(lambda path, data, decode=decode: decode(data), path, pickle.dumps(Marker(path)))
            ran[name] = path.exists()
    return ran
