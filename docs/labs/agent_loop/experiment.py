"""Many runs of one arm under one fault, and what they add up to."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from labs.agent_loop.faults import dice, inject
from labs.agent_loop.loop import Arm, Phases, run
from labs.agent_loop.world import GOAL, World, orders
from labs.record import Results

RUNS = 400  # seeds a cell
EVENT = Arm()
LEVEL = Arm(level=True)
GUARDS = {"key": "intent", "recall": 1.0}
ARMS = {
    "event": EVENT,
    "level": LEVEL,
    "event + guards": replace(EVENT, **GUARDS),
    "level + guards": replace(LEVEL, **GUARDS),
    "level + guards + pinned goal": replace(LEVEL, **GUARDS, pinned=True),
}


@dataclass
class Run:
    """One finished run; `fired` is how often the fault fired. `log` is empty where nobody asked for it."""

    world: World
    end: str
    log: list[dict]
    fired: int
    turns: int

    @property
    def good(self) -> bool:
        """Every order that is not on hold was charged exactly GOAL times."""
        return all(paid == GOAL for paid in self.world.audit().values())

    @property
    def silent(self) -> bool:
        """The run ended wrong and says it is done."""
        return not self.good and self.end == "done"


def once(
    arm: Arm, fault: str, seed: int, p: float = 0.25, single: bool = False,
    wrap: Callable[[Phases], Phases] = lambda phases: phases, busy: Callable[[World], World] = lambda world: world,
) -> Run:  # fmt: skip
    """Run the loop once. `single` fires the fault exactly once; `wrap` adds observers around the faulty phases."""
    rng = random.Random(f"{seed} {fault}")
    world = busy(orders(rng))
    due = sum(GOAL - paid for paid in world.audit().values())
    phases, fired = Phases(), []
    for name in [f for f in fault.split(" + ") if f]:
        phases = inject(name, dice(rng, p, due if single else 0), fired, phases)
    end, log = run(world, arm, wrap(phases), rng)
    return Run(world, end, log, len(fired), len(log))


def many(arm: Arm, fault: str, count: int, first: int = 0, **options: object) -> list[Run]:
    """`count` runs from seed `first` on, without their logs; kept are those in which the fault fired."""
    runs = []
    for seed in range(first, first + count):
        run = once(arm, fault, seed, **options)
        if run.fired or not fault:
            run.log = []  # a gigabyte, and half of the time, over a whole lab
            runs.append(run)
    return runs


def wilson(hits: int, count: int) -> tuple[float, float, float]:
    """Share and its 95% Wilson score interval; `count` may be 0, then (0, 0, 1)."""
    if not count:
        return 0.0, 0.0, 1.0
    z, p = 1.959964, hits / count
    middle = (p + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count))
    return p, max(0.0, middle - half), min(1.0, middle + half)


def mean_share(cells: list[tuple[int, int]]) -> tuple[float, float, float]:
    """Unweighted mean of shares, (hits, count) each, with a 95% interval for sampling error alone.

    The bounds join the cells' Wilson bounds by squares (MOVER; Zou and Donner, 2008), so that cells at 0 or 1
    do not pretend to be exact.
    """
    each = [wilson(hits, count) for hits, count in cells]
    mean = sum(p for p, _, _ in each) / len(each)
    below = math.sqrt(sum((p - low) ** 2 for p, low, _ in each)) / len(each)
    above = math.sqrt(sum((high - p) ** 2 for p, _, high in each)) / len(each)
    return mean, max(0.0, mean - below), min(1.0, mean + above)


def failures(runs: list[Run]) -> tuple[int, int]:
    """How many of the runs ended wrong, of how many."""
    return sum(not r.good for r in runs), len(runs)


def share(r: Results, name: str, cells: list[tuple[int, int]], says: str, single: bool = False) -> float:
    """Keep a share (one cell) or an unweighted mean of shares with its interval; returns it."""
    value, low, high = wilson(*cells[0]) if single else mean_share(cells)
    r.add(name, value, says, "share", low=low, high=high, interval="95% Wilson" if single else "95% sampling")
    return value
