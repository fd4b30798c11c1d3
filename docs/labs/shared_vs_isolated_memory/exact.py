"""Plays every style in every order on its store; what of it goes into tables and claims is in found.py."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from labs.shared_vs_isolated_memory import files, mixed, pages, tasks, writer
from labs.shared_vs_isolated_memory.schedules import Outcome, play, words

Found = dict[tuple[str, bool, int], list[Outcome]]  # (style, waits, agents)
JOURNAL = {pages.rewrite: 2, pages.with_con: 3, pages.begin: 3, pages.begin_immediate: 3,
           pages.version: 2, pages.add_line: 2}  # fmt: skip


@contextmanager
def hub(waits: bool, kind: type[pages.Hub] = pages.Hub) -> Iterator[pages.Hub]:
    """A database in a folder of its own, as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        here = kind(Path(folder), waits)
        try:
            yield here
        finally:
            here.close()


def every(style: Callable, steps: int, agents: int, here: Any, after: str = "") -> list[Outcome]:
    """All orders of one style on one store, with the turns `after` at the end of each."""
    found = []
    for word in words(agents, steps):
        here.reset()
        found.append(play(word + after, lambda agent: style(here, agent), here.read))
    return found


def outcomes() -> Found:
    """Every style with two agents, with a timeout that waits and without; some with three as well.

    Keys of mixed fleets are "one + other", of the tidying job "tidy how + other", of the default journal "journal
    style", of the design in it "journal kept". Of the writer's three, one is no agent (writer.py).
    """
    found: Found = {}
    for waits in (True, False):
        with hub(waits) as here:
            for style, steps in pages.STEPS.items():
                found[style.__name__, waits, 2] = every(style, steps, 2, here)
                if waits and steps == 2:
                    found[style.__name__, waits, 3] = every(style, steps, 3, here)
            if waits:
                for a, b in (*mixed.PAIRS, ("version", mixed.COUNTED), *((way, mixed.ROW) for way in mixed.FLEET)):
                    found[f"{a} + {b}", waits, 2] = every(mixed.pair(a, b), 2, 2, here)
                found["checked_first", True, 2] = every(mixed.checked_first, 3, 2, here)
            tasks.tables(here)
            for style, steps in tasks.STEPS.items():
                found[style.__name__, waits, 2] = every(style, steps, 2, here, "CCC" if style in tasks.LATER else "")
                if waits and style in tasks.MANY:
                    found[style.__name__, waits, 3] = every(style, steps, 3, here)
        with hub(waits, mixed.Notes) as here:
            for how in mixed.SAVES:
                for other in mixed.OTHERS:
                    found[f"tidy {how} + {other}", waits, 2] = every(mixed.beside(how, other), 2, 2, here)
                if waits:
                    found[f"tidy {how} + tidies", True, 2] = every(mixed.two_tidy(how), 2, 2, here)
        with hub(waits, mixed.Journal) as here:
            for style, steps in JOURNAL.items():
                found[f"journal {style.__name__}", waits, 2] = every(style, steps, 2, here)
            tasks.tables(here)
            found["journal kept", waits, 2] = every(tasks.kept, 3, 2, here)
    with hub(True, mixed.Numbered) as here:
        found["numbered by id + tidies", True, 2] = every(mixed.two_tidy("by id"), 2, 2, here)
    with hub(True, writer.Queued) as here:
        for style, steps in writer.STEPS.items():
            found[style.__name__, True, 3] = every(style, steps, 3, here)
    with tempfile.TemporaryDirectory() as folder:
        here = files.Folder(Path(folder))
        for style, steps in files.STEPS.items():
            for agents in (2, 3) if steps == 2 else (2,):
                found[style.__name__, True, agents] = every(style, steps, agents, here)
        for style in (files.appended, files.own_file):
            found[f"overwrite + {style.__name__}", True, 2] = every(files.beside(style), 2, 2, here)
        here.reset()
    return found
