"""One process that does all the writing: the others read for themselves and put what is to be saved into its queue.

A and B are agents, C is the writer: it takes what is first in the queue and writes it, a whole page or a line. An agent
is told that its note is saved when it is in the queue, which the lab never loses.
"""

from __future__ import annotations

from collections import deque
from itertools import groupby
from pathlib import Path

from labs.shared_vs_isolated_memory import example
from labs.shared_vs_isolated_memory.pages import Hub, Style, get, put
from labs.shared_vs_isolated_memory.schedules import Agent, Outcome, Steps


class Queued(Hub):
    """A store with the writer's queue."""

    def __init__(self, folder: Path, waits: bool = True) -> None:
        super().__init__(folder, waits)
        self.queue: deque[str] = deque()

    def reset(self) -> None:
        """An empty memory and an empty queue."""
        super().reset()
        self.queue.clear()


def posted(hub: Queued, me: Agent, whole: bool) -> Steps:
    """A and B read, think, and hand over the page or a line; C writes until it has written for both."""
    con = hub.connection(me)
    if me.name != "C":
        page = yield hub.step(con, lambda: get(con))
        line = me.think(page)
        yield lambda: hub.queue.append(page + line if whole else line)
        return

    def write() -> int:
        if not hub.queue:
            return 0
        text = hub.queue.popleft()
        if whole:
            put(con, text)
        else:
            con.execute(example.ADD, (text,))
        con.commit()
        return 1

    written = 0
    while written < 2:
        written += yield hub.step(con, write)
    me.told = "nothing to do"


def posted_page(hub: Queued, me: Agent) -> Steps:
    """The queue takes whole pages."""
    return posted(hub, me, whole=True)


def posted_line(hub: Queued, me: Agent) -> Steps:
    """The queue takes lines."""
    return posted(hub, me, whole=False)


STEPS: dict[Style, int] = {posted_page: 2, posted_line: 2}


def overlap(one: Outcome) -> bool:
    """Whether the two agents overlap, wherever the writer moves."""
    return len(list(groupby(one.schedule.replace("C", "")))) > 2
