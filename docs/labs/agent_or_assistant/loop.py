"""The loop between an agent and whoever looks: run `every` steps, look, let out what has been read, undo the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


# --8<-- [start:drive]
def drive(steps: Sequence[Any], act: Callable, look: Callable, send: Callable, every: int) -> list:
    """Let the agent run `every` steps, look, let out what was read, undo the rest; `act` only drafts what leaves."""
    done: list = []
    read = 0
    while read < len(steps):
        while len(done) < min(read + every, len(steps)):
            done.append(act(steps[len(done)], done))
        wrong = look(done, read)  # reads done[read:]; where the first wrong one is, or None
        good = len(done) if wrong is None else wrong
        for one in done[read:good]:
            send(one)  # somebody has read it
        del done[good:]  # undo; the agent makes these again
        read = good
    return done


# --8<-- [end:drive]
