"""Many runs of one arm under one fault, and what they add up to."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from labs.agent_loop.faults import PHASE, dice, inject
from labs.agent_loop.later import LATER, PLACE, later
from labs.agent_loop.loop import Arm, Phases, run
from labs.agent_loop.world import GOAL, World, orders
from labs.record import Results

LOOPS = {"transcript": False, "re-reading": True}  # where perceive looks; see Arm.level
Cell = tuple[tuple[int, int], tuple[int, int]]  # (runs that end wrong, runs), (those that say done, runs)
Cells = dict[tuple[str, tuple[str, ...], str], Cell]  # by loop, steps and fault
STEPS: dict[str, dict[str, Any]] = {"verify": {"recall": 1.0}, "pin": {"pinned": True}, "key": {"key": "intent"}}
RARE = 0.1  # share of runs up to which a fault does not count as ending wrong
P = 0.25  # how likely a fault fires at each of its chances


def arm(loop: str, steps: Iterable[str] = (), **options: Any) -> Arm:
    """The loop of that name with these of STEPS added. Raises KeyError for an unknown name."""
    return Arm(level=LOOPS[loop], **{k: v for step in steps for k, v in STEPS[step].items()}, **options)


TRANSCRIPT, REREADING = arm("transcript"), arm("re-reading")


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
        return all(paid == GOAL for order, paid in self.world.paid.items() if order not in self.world.held)

    @property
    def silent(self) -> bool:
        """The run ended wrong and says it is done."""
        return self.end == "done" and not self.good


def once(
    arm: Arm, fault: str, seed: int, p: float = P, single: bool = False,
    wrap: Callable[[Phases], Phases] = lambda phases: phases, busy: Callable[[World], World] = lambda world: world,
    phases: Phases = Phases(), orders_due: int = 6,  # noqa: B008
) -> Run:  # fmt: skip
    """Run the loop once, over `orders_due` orders and one on hold, under a fault of PHASE or PLACE ("" for none).

    `single` fires the fault exactly once; `phases` are those it breaks; `wrap` adds observers around them.
    """
    rng = random.Random(f"{seed} {fault}")
    world = busy(orders(rng, orders_due))
    due = sum(GOAL - paid for order, paid in world.paid.items() if order not in world.held)
    fired: list[int] = []
    for name in [f for f in fault.split(" + ") if f]:
        breaks = later if name in PLACE else inject
        phases = breaks(name, dice(rng, p, due if single else 0), fired, phases)
    end, log = run(world, arm, wrap(phases), rng)
    return Run(world, end, log, len(fired), len(log))


def many(arm: Arm, fault: str, count: int, first: int = 0, **options: Any) -> list[Run]:
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


def quiet(runs: list[Run]) -> tuple[int, int]:
    """How many of the runs ended wrong and said done, of how many."""
    return sum(r.silent for r in runs), len(runs)


def share(r: Results, name: str, cells: list[tuple[int, int]], says: str, single: bool = False) -> float:
    """Keep a share (one cell) or an unweighted mean of shares with its interval; returns it."""
    value, low, high = wilson(*cells[0]) if single else mean_share(cells)
    r.add(name, value, says, "share", low=low, high=high, interval="95% Wilson" if single else "95% sampling")
    return value


@dataclass(frozen=True)
class Tally:
    """What a list of faults does to one arm.

    wrong, silent              faults under which more than RARE of the runs end wrong, or wrong and saying done
    wrong_runs, silent_runs    all runs that ended so
    wrong_share, silent_share  shares of runs, mean over the faults, each weighted equally
    """

    wrong: int
    silent: int
    wrong_runs: int
    silent_runs: int
    wrong_share: float
    silent_share: float

    @property
    def loud(self) -> int:
        """Faults that end wrong and are not among the silent ones."""
        return self.wrong - self.silent

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> Tally:
        """Add up the cells of a list of faults."""
        both = list(zip(*cells, strict=True))
        counts = [sum(hits > RARE * n for hits, n in pairs) for pairs in both]
        return cls(*counts, *(sum(n for n, _ in c) for c in both), *(mean_share(list(c))[0] for c in both))


def cell(arm: Arm, fault: str, count: int, first: int, **options: Any) -> Cell:
    """Run an arm `count` times under a fault: (wrong, runs) and (silent, runs)."""
    runs = many(arm, fault, count, first, **options)
    return failures(runs), quiet(runs)


def tally(arm: Arm, faults: Iterable[str], count: int, first: int, **options: Any) -> Tally:
    """Run an arm `count` times under each fault."""
    return Tally.of(cell(arm, fault, count, first, **options) for fault in faults)


OLD = tuple(PHASE)
NEW = tuple(LATER)
