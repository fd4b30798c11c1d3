"""What the loop costs and what it lets through, computed exactly by recursion over the steps that are accepted.

A task is `steps` steps in a row, each built on the one before. Each attempt at a step is wrong with probability `p`,
independently. The agent runs `every` steps, then somebody reads them in order and finds a wrong one with probability
`catch`; at the first that is found everything from there on is undone and made again. A wrong step that was read and
not found is never read again. A step made on wrong ground looks right: only the first mistake can be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.optimize import brentq


@dataclass(frozen=True)
class Case:
    """A task and who looks at it. Costs are in steps: what making one step again costs you."""

    steps: int = 60
    p: float = 0.02  # chance that an attempt at a step is wrong
    catch: float = 0.95  # chance that a wrong step is found when it is read
    look: float = 3.0  # cost of one interruption, whatever is read
    read: float = 0.5  # cost of reading one step
    eyes: int = 0  # steps read at a look, on average; 0: all of them
    share: float = 1.0  # share of the steps that is read at all
    tire: float = 0.0  # share of that chance that is lost with each further step of a batch


@dataclass(frozen=True)
class Found:
    """Expected numbers of a task: steps made, looks, steps read; chance that a mistake is left at the end."""

    made: float
    looks: float
    reads: float
    escaped: float

    def total(self, case: Case) -> float:
        """Cost in steps."""
        return self.made + case.look * self.looks + case.read * self.reads


def read_share(case: Case, batch: int) -> float:
    """The chance that a step of a batch is read."""
    return case.share * (min(1.0, case.eyes / batch) if case.eyes else 1.0)


def run(case: Case, every: int, stop: int = 0) -> Found:
    """The task with a look after every `every` steps made, and at its end; with `stop`, one more after that step."""
    return counted(replace(case, look=0.0, read=0.0), every, stop)  # prices change nothing but the total


@cache
def counted(case: Case, every: int, stop: int) -> Found:
    """As `run`, remembered."""
    n = case.steps
    counts = np.zeros((n + 1, 3))  # by steps accepted: still to make, looks, reads
    clean = np.ones(n + 1)  # by steps accepted: the chance that all others end right
    for done in range(n - 1, -1, -1):
        m = min(every, n - done, stop - done if done < stop else n)
        share = read_share(case, m)
        c = case.p * case.catch * share * (1 - case.tire) ** np.arange(m)  # wrong and found, by place in the batch
        through = np.concatenate([[1.0], np.cumprod(1 - c)])  # the chance that none of the first is found wrong
        right = (1 - case.p) ** np.arange(m + 1)
        reads = share * through[:m].sum()
        back = slice(done + 1, done + m)  # where the first mistake that is found is the 2nd, 3rd, ... of the batch
        here = np.array([m, 1, reads]) + through[m] * counts[done + m] + c[1:] * through[1:m] @ counts[back]
        counts[done] = here / (1 - c[0])
        clean[done] = (right[m] * clean[done + m] + c[1:] * right[1:m] @ clean[back]) / (1 - c[0])
    return Found(*map(float, counts[0]), 1 - float(clean[0]))


def escape_by_algebra(case: Case) -> float:
    """The chance of a mistake left at the end if every step's last attempt is read once, whenever that is."""
    missed = case.p * (1 - case.catch * case.share) / (1 - case.p * case.catch * case.share)
    return 1 - (1 - missed) ** case.steps


def totals(case: Case) -> np.ndarray:
    """Cost in steps for each interval from 1 to all steps."""
    return np.array([run(case, k).total(case) for k in range(1, case.steps + 1)])


def best(case: Case) -> int:
    """The cheapest interval."""
    return int(np.argmin(totals(case))) + 1


def band(case: Case, within: float = 0.05) -> tuple[int, int]:
    """The first and the last interval of the run around the cheapest that costs at most `within` more."""
    good = totals(case) <= (1 + within) * totals(case).min()
    first = last = best(case)
    while first > 1 and good[first - 2]:
        first -= 1
    while last < case.steps and good[last]:
        last += 1
    return first, last


def bill_band(case: Case, within: float = 0.05) -> list[int]:
    """The intervals at which interruptions and steps made again cost at most `within` more than at the cheapest."""
    every = range(1, case.steps + 1)
    bill = np.array([case.look * one.looks + one.made - case.steps for one in (run(case, k) for k in every)])
    return [k for k in every if bill[k - 1] <= (1 + within) * bill.min()]


def rule(case: Case) -> float:
    """The interval by the formula: the square root of twice the cost of a look over the error rate."""
    return float(np.sqrt(2 * case.look / case.p))


def assistant_below(case: Case) -> float:
    """The cost of an interruption below which a look after every step is the cheapest."""
    one = run(case, 1)
    others = [run(case, k) for k in range(2, case.steps + 1)]
    return min((o.made - one.made + case.read * (o.reads - one.reads)) / (one.looks - o.looks) for o in others)


def agent_above(case: Case) -> float:
    """The cost of an interruption above which a single look at the end is the cheapest."""
    end = run(case, case.steps)
    others = [run(case, k) for k in range(1, case.steps)]
    return max((end.made - o.made + case.read * (end.reads - o.reads)) / (o.looks - end.looks) for o in others)


def human(case: Case, found: Found) -> float:
    """What the task costs the person: looks and reading."""
    return case.look * found.looks + case.read * found.reads


def at_budget(case: Case, every: int, budget: float) -> tuple[float, Found] | None:
    """The share that can be read at `every` in the person's time `budget`, and what follows; None: too little time."""

    def left(share: float) -> float:
        return budget - human(case, run(replace(case, share=share), every))

    if left(0.0) < 0:
        return None
    share = 1.0 if left(1.0) >= 0 else float(brentq(left, 0.0, 1.0, xtol=1e-9))
    return share, run(replace(case, share=share), every)


def mail_wrong(case: Case, every: int, at: int, way: str = "made") -> float:
    """Chance that a wrong copy of the mail that step `at` (from 1) sends has left when the task is done.

    `way`: "made", it leaves as its step is made; "gate", the same after somebody has read this step alone, who finds
    its own mistake with probability `catch`; "held", it leaves once a look has passed its step; "trail", the same, and
    a look at everything since the last one takes place right at that step.
    """
    p = case.p
    q, missed = 1 - p, p * (1 - case.catch) / (1 - p * case.catch)
    ok = np.ones(case.steps + 1)  # by steps accepted, none of them wrong: the chance that no wrong copy leaves
    for done in range(at - 1, -1, -1):
        m = min(every, (at if way == "trail" else case.steps) - done)
        c = p * case.catch * read_share(case, m) * (1 - case.tire) ** np.arange(m)
        if at <= done + m and way in ("made", "gate"):  # it leaves now, whatever is undone later
            ok[done] = q ** (at - done - 1) * (1 - missed if way == "gate" else q)
            continue
        m = min(m, at - done)  # mistakes found behind a mail that waits do not change it
        right = q ** np.arange(m + 1)
        ok[done] = (right[m] * ok[done + m] + c[1:m] * right[1:m] @ ok[done + 1 : done + m]) / (1 - c[0])
    return 1 - float(ok[0])


@cache
def mail_share(case: Case, every: int, way: str = "made") -> float:
    """The chance that a mail leaves wrong, as the mean over a mail at each step of the task."""
    return float(np.mean([mail_wrong(case, every, at, way) for at in range(1, case.steps + 1)]))


def trail_looks(case: Case, every: int) -> float:
    """Looks that a task needs more if somebody reads everything up to a mail before it leaves; mean over its place."""
    plain = run(case, every).looks
    return float(np.mean([run(case, every, at).looks - plain for at in range(1, case.steps + 1)]))


def with_test(case: Case, sees: float) -> Case:
    """The case behind a test that sees that share of all mistakes at once, and never the others."""
    return replace(case, p=case.p * (1 - sees) / (1 - case.p * sees))


def schedule(hazard: Sequence[float], catch: float, look: float) -> tuple[float, list[int]]:
    """The cheapest plan of looks where the chance of a mistake differs by step: cost in steps, and the intervals."""
    n = len(hazard)
    cost, choice = np.zeros(n + 1), [0] * n
    for done in range(n - 1, -1, -1):
        offers = [interval_cost(hazard, catch, look, done, m, cost) for m in range(1, n - done + 1)]
        choice[done] = int(np.argmin(offers)) + 1
        cost[done] = min(offers)
    plan, at = [], 0
    while at < n:
        plan.append(choice[at])
        at += choice[at]
    return float(cost[0]), plan


def uniform(hazard: Sequence[float], catch: float, look: float, every: int) -> float:
    """The cost in steps of a look after every `every` steps, where the chance of a mistake differs by step."""
    n = len(hazard)
    cost = np.zeros(n + 1)
    for done in range(n - 1, -1, -1):
        cost[done] = interval_cost(hazard, catch, look, done, min(every, n - done), cost)
    return float(cost[0])


def interval_cost(hazard: Sequence[float], catch: float, look: float, done: int, m: int, cost: np.ndarray) -> float:
    """The expected cost from `done` accepted steps on, if the next look comes after `m` more."""
    c = np.asarray(hazard[done : done + m]) * catch
    through = np.concatenate([[1.0], np.cumprod(1 - c)])
    back = c[1:] * through[1:m] @ cost[done + 1 : done + m]
    return float((m + look + through[m] * cost[done + m] + back) / (1 - c[0]))
