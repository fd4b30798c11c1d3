"""New code and an old file, old code and a new one: four ways to write a note down."""

from __future__ import annotations

import json
import pickle
import sys
import types
from collections.abc import Callable
from typing import Any

from labs.memory_serialization import session

NAME = "labs_memory_serialization_notes"
OLD = "text: str\n    score: float = 0.5"
CHANGES = {  # what the new code does: its fields, the class's name
    "field with a default": (OLD + "\n    user: str = ''", "Note"),
    "field with a factory": (OLD + "\n    tags: list = field(default_factory=list)", "Note"),
    "field renamed": (OLD.replace("text", "body"), "Note"),
    "class renamed": (OLD, "Memory"),
}


def code(fields: str, name: str = "Note") -> Any:
    """The class that a version of the code has, in a module of its own that is there until the next call."""
    module = types.ModuleType(NAME)
    sys.modules[NAME] = module
    source = f"from dataclasses import dataclass, field\n\n@dataclass\nclass {name}:\n    {fields}\n"
    exec(compile(source, NAME, "exec"), module.__dict__)
    return getattr(module, name)


def from_row(cls: Any, row: dict[str, Any]) -> Any:
    """The class called with what the file has."""
    return cls(**row)


def by_get(cls: Any, row: dict[str, Any]) -> Any:
    """Whatever the file has of the fields that the class has, else an empty text."""
    return cls(
        **{name: row.get(name, "") for name in cls.__dataclass_fields__ if name in row or name in ("text", "body")}
    )


def renamed(record: dict[str, Any]) -> dict[str, Any]:
    """Version 2 of a record of version 1, where the field was renamed."""
    return {("body" if name == "text" else name): value for name, value in record.items()}


def by_version(cls: Any, record: dict[str, Any]) -> Any:
    """The record brought to the version that the code knows, 2 if the class is not the first one. Raises ValueError."""
    upgrades = [] if first(cls) else [renamed if "body" in cls.__dataclass_fields__ else dict]
    row = session.upgraded(record, upgrades)
    return cls(**{name: value for name, value in row.items() if name != "v"})


def first(cls: Any) -> bool:
    """Whether a class is the one of the first version."""
    return cls.__name__ == "Note" and cls.__dataclass_fields__.keys() == {"text", "score"}


def unpickled(cls: Any, data: bytes) -> Any:
    """What pickle makes of the bytes, with the code that is there now."""
    return pickle.loads(data)


CODECS: dict[str, tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]] = {
    "pickle": (lambda note: pickle.dumps(note), unpickled),
    "JSON, called with the row": (lambda note: json.dumps(vars(note)), lambda cls, d: from_row(cls, json.loads(d))),
    "JSON, row.get": (lambda note: json.dumps(vars(note)), lambda cls, d: by_get(cls, json.loads(d))),
    "JSON with version and upgrade": (
        lambda note: json.dumps({"v": 1 if first(type(note)) else 2, **vars(note)}),
        lambda cls, d: by_version(cls, json.loads(d)),
    ),
}


def outcome(encode: Callable[[Any], Any], decode: Callable[[Any, Any], Any], before: Any, after: Any) -> str:
    """What becomes of a note that `before` (fields, name) wrote and `after` reads.

    right, raises at load, raises at use (a field is missing), or wrong in silence
    """
    cls = code(*before)
    data = encode(cls(**{next(iter(cls.__dataclass_fields__)): "lamp"}))
    cls = code(*after)
    try:
        note = decode(cls, data)
    except Exception:
        return "raises at load"
    try:
        values = [getattr(note, name) for name in cls.__dataclass_fields__]
    except AttributeError:
        return "raises at use"
    return "right" if values[0] == "lamp" and note.score == 0.5 else "wrong in silence"


def forward() -> dict[tuple[str, str], str]:
    """(codec, change): the old file in the new code."""
    old = (OLD, "Note")
    return {(c, what): outcome(*CODECS[c], old, new) for c in CODECS for what, new in CHANGES.items()}


def back() -> dict[tuple[str, str], str]:
    """(codec, change): the new file in the old code, as after a rollback."""
    old = (OLD, "Note")
    return {(c, what): outcome(*CODECS[c], new, old) for c in CODECS for what, new in CHANGES.items()}
