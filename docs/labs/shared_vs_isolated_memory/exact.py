"""Plays every style in every order on its store; what of it goes into tables and claims is in found.py."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from labs.shared_vs_isolated_memory import files, pages, tasks
from labs.shared_vs_isolated_memory.schedules import Outcome, play, words

Found = dict[tuple[str, bool, int], list[Outcome]]  # (style, waits, agents)
MANY = {tasks.whole}  # styles of three steps that are played with three agents as well: 1,680 orders each


@contextmanager
def hub(waits: bool) -> Iterator[pages.Hub]:
    """A database in a folder of its own, as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        here = pages.Hub(Path(folder), waits)
        try:
            yield here
        finally:
            here.close()


def every(style: Callable, steps: int, agents: int, here: Any) -> list[Outcome]:
    """All orders of one style on one store."""
    found = []
    for word in words(agents, steps):
        here.reset()
        found.append(play(word, lambda agent: style(here, agent), here.read))
    return found


def outcomes() -> Found:
    """Every style with two agents, with a timeout that waits and without; those of two steps with three as well."""
    found: Found = {}
    for waits in (True, False):
        with hub(waits) as here:
            for style, steps in {**pages.STEPS, **tasks.STEPS}.items():
                found[style.__name__, waits, 2] = every(style, steps, 2, here)
                if waits and (steps == 2 or style in MANY):
                    found[style.__name__, waits, 3] = every(style, steps, 3, here)
    with tempfile.TemporaryDirectory() as folder:
        here = files.Folder(Path(folder))
        for style, steps in files.STEPS.items():
            for agents in (2, 3):
                found[style.__name__, True, agents] = every(style, steps, agents, here)
        here.reset()
    return found
