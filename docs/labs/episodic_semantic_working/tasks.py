""" "Undo that", asked in two tasks of one user at a time: every order of their steps, six places to keep "that"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

STEPS = ("do", "do", "undo")  # of each task; the undo means its second action
Step = tuple[str, str, int]  # task, what, number of the action


def orders() -> Iterator[list[Step]]:
    """The 20 orders in which the three steps of A and the three of B can come, each task's in its own order."""
    length = 2 * len(STEPS)
    for places in combinations(range(length), len(STEPS)):
        a, b = iter(enumerate(STEPS, 1)), iter(enumerate(STEPS, 1))
        yield [
            (task, what, number)
            for task, (number, what) in (("A", next(a)) if i in places else ("B", next(b)) for i in range(length))
        ]


class Slot:
    """One value under a key, replaced by the next: the key names the task, or only the user.

    `ends`  the value goes when a task ends, as a scratchpad's does
    """

    def __init__(self, by_task: bool, ends: bool) -> None:
        self.by_task, self.ends = by_task, ends
        self.held: dict[str, str] = {}

    def key(self, task: str) -> str:
        """The key of a task's value."""
        return task if self.by_task else "user"

    def do(self, task: str, action: str) -> None:
        """Note what was just done."""
        self.held[self.key(task)] = action

    def undo(self, task: str) -> str | None:
        """What "that" is, or None: ask. The task ends with it; kept by user, one that ends clears what is held."""
        found = self.held.get(self.key(task))
        if self.ends:
            self.held.pop(self.key(task), None) if self.by_task else self.held.clear()
        return found


class Log:
    """Every action, appended and kept; "that" is the newest one not undone, of the task or of the user."""

    def __init__(self, by_task: bool) -> None:
        self.by_task = by_task
        self.rows: list[tuple[str, str]] = []
        self.undone: set[str] = set()

    def do(self, task: str, action: str) -> None:
        """Append a row."""
        self.rows.append((task, action))

    def undo(self, task: str) -> str | None:
        """The newest action not undone, or None: ask."""
        for of, action in reversed(self.rows):
            if action not in self.undone and (of == task or not self.by_task):
                self.undone.add(action)
                return action
        return None


PLACES = {
    "scratchpad: by task, ends with it": lambda: Slot(True, True),
    "by task, never cleared": lambda: Slot(True, False),
    "log, newest of the task": lambda: Log(True),
    "by user, ends with a task": lambda: Slot(False, True),
    "fact: by user, replaced": lambda: Slot(False, False),
    "log, newest of the user": lambda: Log(False),
}

BY_USER = ("by user, ends with a task", "fact: by user, replaced", "log, newest of the user")


def tried(name: str) -> dict[str, int]:
    """Of all orders: those with both undos right, with another action undone, and those after which a third task that
    has done nothing yet and says "undo that" is not asked what it means."""
    found = {"orders": 0, "right": 0, "other undone": 0, "next task": 0}
    for order in orders():
        place = PLACES[name]()
        answers = []
        for task, what, number in order:
            if what == "do":
                place.do(task, f"{task}{number}")
            else:
                answers.append((place.undo(task), f"{task}2"))
        found["orders"] += 1
        found["right"] += all(said == meant for said, meant in answers)
        found["other undone"] += any(said not in (meant, None) for said, meant in answers)
        found["next task"] += place.undo("C") is not None
    return found
