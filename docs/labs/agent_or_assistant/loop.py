"""The loop between an agent and whoever looks: run `every` steps, look, let out what has been read, undo the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


# --8<-- [start:drive]
def drive(
    steps: Sequence[Any],
    act: Callable,  # makes a step; of what leaves, a draft
    look: Callable,  # reads done[read:]; first wrong one or None
    send: Callable,  # lets out what has been read
    every: int,
) -> list:
    """Let an agent run between looks; undo from a wrong step."""
    done: list = []
    read = 0
    while read < len(steps):
        for step in steps[read : read + every]:
            done.append(act(step, done))
        wrong = look(done, read)
        good = len(done) if wrong is None else wrong
        for one in done[read:good]:
            send(one)
        del done[good:]  # the agent makes these again
        read = good
    return done


# --8<-- [end:drive]
