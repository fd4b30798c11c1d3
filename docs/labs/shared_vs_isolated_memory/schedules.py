"""Every order in which agents can take their steps, played on a real store.

An agent is a generator that yields its steps, callables that touch the store; what a step returns is sent back. A
schedule is a word such as ABAB: whose turn it is. A step may raise `Waits` (the lock is held, a timeout would wait:
the agent stays where it is and tries again whenever somebody else has moved) or `Refused` (the agent is told that
its note is not saved, and stops). Which of the two a lock held by somebody else leads to is the style's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

Step = Callable[[], Any]
Steps = Generator[Step, Any, None]


class Waits(Exception):
    """The step cannot be taken now and a timeout would wait for it."""


class Refused(Exception):
    """The agent is told that its note was not saved; the message names the error."""


@dataclass
class Agent:
    """One agent: what it wants to save, how often it called its model, and what it was told.

    name       one letter; also the note that it saves
    calls      model calls so far
    told       "" while it runs, then "saved", "done" (a task, no note), "nothing to do", or the error's name
    worked     tasks it did, one entry each time
    attempts   how often it tried to write, where the style counts that
    """

    name: str
    calls: int = 0
    told: str = ""
    worked: list[str] = field(default_factory=list)
    attempts: int = 0

    def think(self, page: str) -> str:
        """The model call: reads the page, returns the line to add. Here stand the two minutes."""
        self.calls += 1
        return f"{self.name}\n"


@dataclass(frozen=True)
class Outcome:
    """What one schedule led to."""

    schedule: str
    page: str
    agents: tuple[Agent, ...]

    @property
    def serial(self) -> bool:
        """Whether no two agents overlap: each finishes its turns before the next begins."""
        return len(list(groupby(self.schedule))) == len(self.agents)

    @property
    def saved(self) -> list[Agent]:
        """The agents that were told that their note is saved."""
        return [agent for agent in self.agents if agent.told == "saved"]

    @property
    def lost(self) -> int:
        """Notes that were acknowledged and are not on the page."""
        return sum(agent.name not in self.page for agent in self.saved)

    @property
    def refused(self) -> int:
        """Agents that were told no."""
        return sum(agent.told not in ("saved", "done", "nothing to do") for agent in self.agents)

    @property
    def calls(self) -> int:
        """Model calls of all agents."""
        return sum(agent.calls for agent in self.agents)

    @property
    def doubled(self) -> int:
        """Times that a task was done again after the first."""
        done = [task for agent in self.agents for task in agent.worked]
        return len(done) - len(set(done))


def words(agents: int, steps: int) -> Iterator[str]:
    """Every order of `steps` turns for each of `agents` agents: (agents * steps)! / steps!**agents words."""

    def grow(word: str, left: dict[str, int]) -> Iterator[str]:
        if not any(left.values()):
            yield word
        for name in left:
            if left[name]:
                yield from grow(word + name, {**left, name: left[name] - 1})

    yield from grow("", {chr(65 + i): steps for i in range(agents)})


def play(schedule: str, style: Callable[[Agent], Steps], read: Callable[[], str]) -> Outcome:
    """Give out the turns of a schedule, then let everybody who is not done finish, in the order of the alphabet."""
    agents = {name: Agent(name) for name in sorted(set(schedule))}
    running = {name: style(agent) for name, agent in agents.items()}
    step: dict[str, Step | None] = {name: next(steps) for name, steps in running.items()}
    turns, queue = dict.fromkeys(agents, 0), []

    def take(name: str) -> bool:
        """One step of an agent; False if it waits."""
        try:
            result = step[name]()
        except Waits:
            return False
        except Refused as error:
            agents[name].told, step[name] = str(error), None
            running[name].close()
            return True
        try:
            step[name] = running[name].send(result)
        except StopIteration:
            agents[name].told, step[name] = agents[name].told or "saved", None
        return True

    def settle() -> None:
        """Whoever has a turn left and need not wait moves; the first to wait is the first to try."""
        moved = True
        while moved:
            moved = False
            for name in queue:
                while turns[name] and step[name] and take(name):
                    turns[name] -= 1
                    moved = True
            queue[:] = [name for name in queue if turns[name] and step[name]]

    for name in schedule:
        turns[name] += 1
        queue.extend([name] if name not in queue else [])
        settle()
    for name in agents:  # retries of those who were told to try again
        while step[name]:
            if not take(name):
                raise RuntimeError(f"{schedule}: {name} waits for ever")
    return Outcome(schedule, read(), tuple(agents.values()))


def counts(found: Sequence[Outcome]) -> dict[str, int]:
    """The sums over the schedules in which agents overlap, and how many there are of each kind."""
    apart = [one for one in found if not one.serial]
    return {
        "schedules": len(found), "overlapping": len(apart),
        "losing": sum(one.lost > 0 for one in apart), "refusing": sum(one.refused > 0 for one in apart),
        "lost": sum(one.lost for one in apart), "refused": sum(one.refused for one in apart),
        "calls": sum(one.calls for one in apart), "most calls": max((one.calls for one in apart), default=0),
        "doubling": sum(one.doubled > 0 for one in apart),
    }  # fmt: skip
