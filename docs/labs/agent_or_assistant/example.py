"""A log for the tool, of a simulated agent in the lab's own loop: its columns are those a reader's log has to have."""

from __future__ import annotations

import random

from labs.agent_or_assistant.leash import COLUMNS
from labs.agent_or_assistant.loop import drive

STEPS, TASKS, P, CATCH = 60, 8, 0.03, 0.85  # what was put in, for whoever compares it with what the tool finds


def log(seed: int = 4) -> str:
    """The log as CSV: eight tasks of sixty steps, a send now and then, one planted mistake in each.

    A planted mistake that was undone with an earlier one has no row of its own: its step was made again.
    """
    rng = random.Random(seed)
    rows: list[tuple] = []
    for number in range(TASKS):
        rows += task(f"task-{number + 1}", rng)
    return "\n".join(",".join(map(str, row)) for row in (COLUMNS, *rows)) + "\n"


def task(name: str, rng: random.Random) -> list[tuple]:
    """The rows of one task: its steps, then the looks."""
    planted = {rng.randrange(STEPS)}
    found: dict[int, tuple[int, str]] = {}  # step -> where a mistake in it was found, and the kind of its row
    looks: list[tuple[int, float]] = []

    def act(at: int, done: list) -> tuple[int, str, bool]:
        if at in planted:
            planted.discard(at)
            return at, "seeded", True
        return at, "send" if at % 20 == 16 else "step", rng.random() < P

    def look(done: list, read: int) -> int | None:
        wrong = next((i for i in range(read, len(done)) if done[i][2] and rng.random() < CATCH), None)
        here = (len(done) if wrong is None else wrong + 1) - read
        looks.append((len(done), round(2 + 0.4 * here + rng.uniform(-0.5, 0.5), 1)))
        if wrong is not None:
            found[wrong] = len(done), done[wrong][1]
        return wrong

    done = drive(range(STEPS), act, look, lambda one: None, rng.choice([8, 12, 15]))
    rows: list[tuple] = []
    for at, kind, wrong in done:
        if at in found:
            rows.append((name, at + 1, "no", found[at][0], "", found[at][1]))
        else:
            rows.append((name, at + 1, "no" if wrong else "yes", "", "", kind))
    return rows + [(name, at, "", "", minutes, "look") for at, minutes in looks]
