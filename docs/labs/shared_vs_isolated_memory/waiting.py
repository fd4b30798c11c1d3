"""Checks the lab's waiting: a step that is tried again when the lock is free, against a real timeout in a thread."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from labs.shared_vs_isolated_memory import pages
from labs.shared_vs_isolated_memory.schedules import Agent, Outcome, Waits, play, words


def really(schedule: str, style: pages.Style, hub: pages.Hub) -> Outcome:
    """A schedule of two agents with a timeout that waits in a thread, instead of a step that is tried again."""
    for con in hub.own:
        con.execute("PRAGMA busy_timeout = 20000")
    waiting: dict[str, threading.Thread] = {}

    def threaded(agent: Agent) -> Any:
        steps, said = style(hub, agent), None
        while True:
            try:
                act = steps.send(said)
            except StopIteration:
                return
            said = yield lambda act=act: patient(agent.name, act)

    results: dict[str, list[Any]] = {}

    def patient(name: str, act: Callable[[], Any]) -> Any:
        """Start the step in a thread; it waits if the other holds the lock, as a probe beside it says."""
        if name not in waiting:
            results[name] = []
            waiting[name] = threading.Thread(target=lambda: results[name].append(act()))
            alone = hub.connection(Agent(name)).in_transaction or not held(hub)
            waiting[name].start()
            waiting[name].join(None if alone else 0.005)
        else:  # once the lock is free SQLite looks again within a tenth of a second
            waiting[name].join(0.02 if held(hub) else None)
        if waiting[name].is_alive():
            raise Waits
        waiting.pop(name, None)
        return results[name][0]

    return play(schedule, threaded, hub.read)


def held(hub: pages.Hub) -> bool:
    """Whether somebody is inside a write transaction."""
    try:
        hub.base.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    hub.base.execute("ROLLBACK")
    return False


def end(hub: pages.Hub, how: Callable[[], Outcome]) -> tuple[str, list[str]]:
    """What the page holds and what the agents were told, from an empty memory."""
    for con in hub.own:
        con.execute("PRAGMA busy_timeout = 0")
    hub.reset()
    outcome = how()
    return outcome.page, [agent.told for agent in outcome.agents]


def waits_as_played(folder: Path) -> dict[str, list[int]]:
    """For each style: orders of two agents that end as with steps that are tried again, and how many there are."""
    found = {}
    for style in (pages.with_con, pages.begin_immediate):
        hub = pages.Hub(folder, agents=2, threads=True)
        same = [
            end(hub, partial(play, word, partial(style, hub), hub.read)) == end(hub, partial(really, word, style, hub))
            for word in words(2, pages.STEPS[style])
        ]
        hub.close()
        found[style.__name__] = [sum(same), len(same)]
    return found
