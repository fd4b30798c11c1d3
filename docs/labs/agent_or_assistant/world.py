"""A world the loop really runs in: each step computes a value from earlier ones, so that a wrong one spreads.

It checks the recursion of exact.py on values, and tries what that cannot: mistakes in bursts, the same mistake again,
steps that use only some of the earlier ones, and a reader who also recognises a value that is wrong by descent.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from labs.agent_or_assistant.exact import Case
from labs.agent_or_assistant.loop import drive

PRIME = 10_007
BURST = 5.0  # steps that a bad spell lasts on average


@dataclass(frozen=True)
class World:
    """How mistakes come and spread."""

    chain: bool = True  # each step uses the one before; else two of the twelve before
    burst: bool = False  # mistakes come in bad spells, as many of them as without
    again: float = 0.0  # chance that a step undone for a mistake is made with the same mistake again
    symptom: float = 0.0  # chance that a reader recognises a step that is wrong only by descent


class Made(NamedTuple):
    """A step as it was made: its place, and the value that it wrote."""

    at: int
    value: int


def written(at: int, total: int) -> int:
    """The value that step `at` writes, from the sum of those that it uses."""
    return (17 * total + at + 1) % PRIME


@cache
def chain(steps: int) -> tuple[list[tuple[int, ...]], list[int]]:
    """Which earlier steps each uses where each is built on the one before, and what would be right; never changed."""
    values: list[int] = []
    for i in range(steps):
        values.append(written(i, sum(values[-1:])))
    return [(i - 1,) if i else () for i in range(steps)], values


@dataclass
class Task:
    """One task: which earlier steps each uses, what would be right, and what happened."""

    case: Case
    world: World
    rng: random.Random
    uses: list[tuple[int, ...]] = field(default_factory=list)
    truth: list[int] = field(default_factory=list)
    made: int = 0
    looks: int = 0
    reads: int = 0
    bad_spell: bool = False
    mistaken: set[int] = field(default_factory=set)  # places that were undone for their own mistake
    first: dict[int, int] = field(default_factory=dict)  # place -> steps made when it was first made
    left_wrong: set[int] = field(default_factory=set)  # places of which a wrong value has left as it was made
    let_wrong: set[int] = field(default_factory=set)  # the same, of values that waited for a look
    waits: list[int] = field(default_factory=list)  # steps made while a value waited

    def __post_init__(self) -> None:
        if self.world.chain:
            self.uses, self.truth = chain(self.case.steps)
            return
        for i in range(self.case.steps):
            self.uses.append(tuple(self.rng.sample(range(max(0, i - 12), i), min(2, i))))
            self.truth.append(self.compute(i, self.truth))

    def compute(self, at: int, values: Sequence[int]) -> int:
        """The value that step `at` has to write, from the values that it uses."""
        total = 0
        for i in self.uses[at]:
            total += values[i]
        return written(at, total)

    def own(self, values: Sequence[int], start: int) -> list[int]:
        """The places from `start` on whose value does not follow from those that it used."""
        compute = self.compute
        return [i for i in range(start, len(values)) if values[i] != compute(i, values)]

    def slips(self, at: int) -> bool:
        """Whether this attempt goes wrong."""
        p = self.case.p
        if self.world.burst:  # a quarter of the steps of a bad spell go wrong, none outside
            rate = p / 0.25
            stay, enter = 1 - 1 / BURST, rate / (1 - rate) / BURST
            self.bad_spell = self.rng.random() < (stay if self.bad_spell else enter)
            p = 0.25 if self.bad_spell else 0.0
        if at in self.mistaken and self.rng.random() < self.world.again:
            return True
        return self.rng.random() < p

    def act(self, at: int, done: list[Made]) -> Made:
        """Make a step; its value leaves at once for whoever does not hold it."""
        total = 0
        for i in self.uses[at]:
            total += done[i].value
        value = written(at, total)
        if self.slips(at):
            value = (value + 1) % PRIME
        self.made += 1
        self.first.setdefault(at, self.made)
        if value != self.truth[at]:
            self.left_wrong.add(at)
        return Made(at, value)

    def look(self, done: list[Made], read: int) -> int | None:
        """Read the new steps in order; the place to undo from, if one is found wrong.

        A step's own mistake is recognised by computing it again from what it used. Whoever recognises a step that is
        wrong by descent goes back to the first mistake of those just read, or undoes that step.
        """
        self.looks += 1
        values = [one.value for one in done]
        own = self.own(values, read)
        for i in range(read, len(done)):
            self.reads += 1
            if i in own and self.rng.random() < self.case.catch:
                self.mistaken.add(i)
                return i
            if i not in own and values[i] != self.truth[i] and self.rng.random() < self.world.symptom:
                return next((o for o in own if o < i), i)
        return None

    def send(self, one: Made) -> None:
        """A value that waited leaves."""
        self.waits.append(self.made - self.first[one.at])
        if one.value != self.truth[one.at]:
            self.let_wrong.add(one.at)

    def escaped(self, done: list[Made]) -> bool:
        """Whether a step is left that is wrong by its own mistake."""
        return bool(self.own([one.value for one in done], 0))


@dataclass(frozen=True)
class Tally:
    """Means over tasks: steps made, looks, escaped, mails wrong as made and held, steps waited; half a 95% interval."""

    made: float
    looks: float
    escaped: float
    left_wrong: float
    let_wrong: float
    wait: float
    half: float  # of escaped
    half_mail: float  # of let_wrong, over tasks
    half_left: float  # of left_wrong, over tasks


def many(case: Case, every: int, world: World, tasks: int, seed: int) -> Tally:
    """Run so many tasks in a world."""
    rng = random.Random(f"{seed} {every} {world}")
    rows = []
    for _ in range(tasks):
        task = Task(case, world, rng)
        done = drive(range(case.steps), task.act, task.look, task.send, every)
        wait = sum(task.waits) / len(task.waits)
        wrong = (len(task.left_wrong) / case.steps, len(task.let_wrong) / case.steps)
        rows.append((task.made, task.looks, task.escaped(done), *wrong, wait))
    means = [sum(column) / tasks for column in zip(*rows, strict=True)]
    halves = [
        1.96 * math.sqrt(sum((row[i] - means[i]) ** 2 for row in rows) / (tasks - 1) / tasks) for i in (2, 4, 3)
    ]  # fmt: skip
    return Tally(*means, *halves)


def tested(case: Case, every: int, sees: float, sticky: bool, tasks: int, seed: int) -> tuple[float, float]:
    """Chance that a mistake is left, with a test run after each step, and half a 95% interval.

    `sticky`: a mistake is of the kind that the test sees, with chance `sees`, or it never sees it. Else the test rolls
    again for each mistake after every step. A mistake that it sees is undone at once.
    """
    rng = random.Random(f"{seed} {every} {sees} {sticky}")
    escaped = 0
    for _ in range(tasks):
        wrong: dict[int, bool] = {}  # place of each mistake -> whether the test can see it
        done = read = 0
        while read < case.steps:
            while done < min(read + every, case.steps):
                if rng.random() < case.p:
                    wrong[done] = rng.random() < sees
                done += 1
                seen = [i for i in wrong if (wrong[i] if sticky else rng.random() < sees)]
                if seen:
                    done = min(seen)
                    wrong = {i: kind for i, kind in wrong.items() if i < done}
                    read = min(read, done)
            batch = done - read
            chance = min(1.0, case.eyes / batch) if case.eyes else 1.0
            found = [i for i in sorted(wrong) if i >= read and rng.random() < chance * case.catch]
            if found:
                done = found[0]
                wrong = {i: kind for i, kind in wrong.items() if i < done}
            read = done
        escaped += bool(wrong)
    rate = escaped / tasks
    return rate, 1.96 * math.sqrt(rate * (1 - rate) / tasks)
