"""A save that raised or was killed, tried again: which ways then hold the message twice, and what an id does to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labs.memory_serialization import session
from labs.memory_serialization.harness import Add, Load, Message, full_at, killed, steps
from labs.memory_serialization.room import key, room, spread, tried


def retried(add: Add, load: Load, old: Sequence[Message], new: Message, most: int) -> dict[str, tuple[int, int, int]]:
    """For the size limit and for the kill: failures, those after whose retry `new` is there twice, and by `once`.

    The retry is the same call, with the limit gone. `once` drops, on load, a record whose id (here `n`) was read.
    """
    found: dict[str, list[tuple[bool, bool]]] = {"limit": [], "kill": []}
    with room(add, old) as r:
        names = steps(add, r.path, new)
        size = max(file.stat().st_size for file in r.folder.iterdir())
        for limit in spread(size, most):
            r.put_back()
            with full_at(limit):
                if not tried(add, r.path, new):
                    continue
            found["limit"].append(again(add, load, r.path, new))
        for step in range(len(names)):
            r.put_back()
            killed(add, r.path, new, step)
            found["kill"].append(again(add, load, r.path, new))
    return {kind: (len(ends), sum(a for a, _ in ends), sum(b for _, b in ends)) for kind, ends in found.items()}


def again(add: Add, load: Load, path: Path, new: Message) -> tuple[bool, bool]:
    """Save `new` once more: whether it is not there exactly once, as loaded and through `once`."""
    add(path, new)
    loaded = load(path)
    return tuple([key(m) for m in records].count(key(new)) != 1 for records in (loaded, session.once(loaded, "n")))
