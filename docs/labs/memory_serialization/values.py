"""Ordinary values in a message, and what saving them leaves behind."""

from __future__ import annotations

import datetime
import json
import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from labs.memory_serialization import designs
from labs.memory_serialization.harness import Add, Load, Message
from labs.memory_serialization.room import judge, room, tried


@dataclass
class Refund:
    """A small record, as tools return them."""

    order: str
    euros: str


VALUES: dict[str, Any] = {
    "Decimal": Decimal("19.99"),
    "datetime": datetime.datetime(2026, 11, 26, 20, 30, tzinfo=datetime.UTC),
    "bytes": b"\x89PNG",
    "set": {"lamp", "mug"},
    "UUID": uuid.UUID(int=7),
    "Path": Path("notes.txt"),
    "dataclass": Refund("A", "19.99"),
    "half an emoji": "ok \ud83d",
    "NaN": math.nan,
    "tuple": ("lamp", 2),
    "number as a key": {41: "lamp"},
    "whole emoji": "ok \U0001f642",
}


def real_letters(path: Path, state: Any) -> None:
    """The text first, with its letters as they are, then the file."""
    text = json.dumps(state, ensure_ascii=False)
    with path.open("w", encoding="utf-8") as file:
        file.write(text)


def bytes_first(path: Path, state: Any) -> None:
    """The bytes first, with their letters as they are, then the file."""
    data = json.dumps(state, ensure_ascii=False).encode()
    with path.open("wb") as file:
        file.write(data)


def anything(path: Path, state: Any) -> None:
    """Open, then dump, with `str` for whatever JSON does not know."""
    with path.open("w") as file:
        json.dump(state, file, default=str)


ARMS: dict[str, tuple[Add, Load]] = {
    "open and dump": designs.DESIGNS["open and dump"],
    "open and dump, default=str": (designs.rewriting(anything), designs.read),
    "text first": designs.DESIGNS["text first, in place"],
    "text first, ensure_ascii=False": (designs.rewriting(real_letters), designs.read),
    "bytes first, ensure_ascii=False": (designs.rewriting(bytes_first), designs.read),
    "beside, fixed name": designs.DESIGNS["beside, fixed name"],
    "append, plain": designs.DESIGNS["append, plain"],
    "SQLite": designs.DESIGNS["SQLite"],
    "save": designs.DESIGNS["save"],
    "append": designs.DESIGNS["append"],
}


@dataclass(frozen=True)
class Ended:
    """What saving one value ended in: whether it raised, whether the old messages are there, how many bytes are left.

    altered  it was saved, and comes back as something else
    """

    raised: bool
    old: str
    altered: bool
    left: int


def save_each(add: Add, load: Load, old: Sequence[Message]) -> dict[str, Ended]:
    """Save one more message for each value, on a fresh copy of the session."""
    ended = {}
    with room(add, old) as r:
        for name, value in VALUES.items():
            r.put_back()
            new = {"n": len(old), "role": "tool", "value": value}
            raised = tried(add, r.path, new)
            said = judge(partial(first, load, len(old)), r.path, old)
            altered = not raised and said == "kept" and not equal(load(r.path)[-1]["value"], value)
            ended[name] = Ended(raised, said, altered, r.path.stat().st_size)
    return ended


def first(load: Load, count: int, path: Path) -> list[Message]:
    """The first `count` messages that `load` gives."""
    return load(path)[:count]


def equal(one: Any, other: Any) -> bool:
    """Equal, of the same type, and NaN equal to itself."""
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other):
        return True
    return type(one) is type(other) and one == other


def after_dump(old: Sequence[Message]) -> int:
    """Bytes that the idiom leaves of a session once it has met the Decimal of the lead. They are no JSON."""
    ended = save_each(*ARMS["open and dump"], old)["Decimal"]
    return ended.left if ended.raised and ended.old == "unreadable" else -1
