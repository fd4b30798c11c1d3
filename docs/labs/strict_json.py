"""JSON as a reader's file should have it: what `json` takes without a word, or fails at in its own words, is told."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any


def loads(text: str) -> Any:
    """The value that a text of JSON is. Raises ValueError saying what is wrong, json.JSONDecodeError if it is none."""
    try:
        return json.loads(text, object_pairs_hook=once)
    except RecursionError:
        raise ValueError("lists or objects are nested too deep to be read") from None


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names come once each. Raises ValueError: of two values `json` would keep the last."""
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            raise ValueError(f"{name!r} stands in the object {times} times; give it once")
    return dict(pairs)
