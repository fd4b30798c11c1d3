"""A desk that sends reports: who wants which format, who complains, and what an agent with one fact a user sends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

FORMATS = ("PDF", "slides", "CSV", "Markdown", "Excel")
COUNT = len(FORMATS)
USERS, DELIVERIES = 1000, 200
CHANGE = 1 / 50  # chance that a user wants another format from a delivery on
FALSE = 0.1  # chance of a complaint about the right format
NONE = -1


@dataclass(frozen=True)
class World:
    """All that chance decides, drawn before any agent acts: arrays of shape (deliveries, users).

    wants   format that the user wants at this delivery, 0 to 4
    false   uniform; below the rate of false complaints, a right delivery is complained about
    praise  uniform; below the rate of false praise, a wrong delivery is praised
    names   uniform; below the rate of naming, a complaint about a wrong delivery names the format wanted
    guess   a format drawn at random, for agents that guess or explore
    tries   uniform; below the rate of exploring, an agent that explores does so
    """

    wants: np.ndarray
    false: np.ndarray
    praise: np.ndarray
    names: np.ndarray
    guess: np.ndarray
    tries: np.ndarray


def drawn(seed: int, change: float = CHANGE, users: int = USERS, deliveries: int = DELIVERIES) -> World:
    """A world; at a change the new format is one of the four others, each as likely."""
    random = np.random.default_rng([seed, 9])
    shape = (deliveries, users)
    start = random.integers(0, COUNT, users)
    steps = np.where(random.random(shape) < change, random.integers(1, COUNT, shape), 0)
    steps[0] = 0
    wants = (start + np.cumsum(steps, axis=0)) % COUNT
    return World(
        wants, random.random(shape), random.random(shape), random.random(shape),
        random.integers(0, COUNT, shape), random.random(shape),
    )  # fmt: skip


@dataclass(frozen=True)
class Played:
    """What an agent did, arrays of shape (deliveries, users): format sent, whether right, whether the user was happy.

    `facts` is the fact held after each delivery, NONE where there is none.
    """

    sent: np.ndarray
    right: np.ndarray
    happy: np.ndarray
    facts: np.ndarray

    def share(self) -> float:
        """Share of right deliveries in the second half."""
        return float(self.right[len(self.right) // 2 :].mean())

    def stuck(self, run: int = 20) -> int:
        """Users whose last `run` deliveries were all wrong."""
        return int((~self.right[-run:]).all(axis=0).sum())


def play(
    world: World, k: float = 3, *, false: float = FALSE, praise: float = 0.0, names: float = 0.0,
    explore: float = 0.0, expiry: float = np.inf, counter: int = 0, guess: bool = False, worth: float = 0.0,
    fade: float = 1.0, every: int = 1,
) -> Played:  # fmt: skip
    """An agent that sends the fact it holds, and without one tries the formats in turn.

    Happy: the format becomes the fact. A complaint that names a format writes that one. `k` complaints in a row drop
    the fact (np.inf: never; the rule that stores only what worked). Further arms: `explore`, the share of deliveries
    at which a random format goes out instead; `expiry`, deliveries after which a fact learnt is dropped whatever
    happened; `counter`, a count that praise raises to at most this and a complaint lowers, the fact going at zero
    (instead of `k`); `guess`, a random format in place of the next in turn; `worth`, after three reports or more a
    fact goes when successes are below this share of the reports on it, both counts multiplied by `fade` before each
    (two counters a memory: Simsek 2026, arXiv 2604.12007; threshold and fading are this lab's); `every`, the fact that
    is sent is brought up to date only after so many reports, as by a job in the background.
    """
    deliveries, users = world.wants.shape
    fact, last = np.full(users, NONE), np.full(users, COUNT - 1)
    fails, score, age = np.zeros(users, int), np.zeros(users, int), np.zeros(users, int)
    worked, failed, on = np.zeros(users), np.zeros(users), np.zeros(users, int)
    stored = fact
    sent, right, happy, facts = (np.empty((deliveries, users), kind) for kind in (int, bool, bool, int))
    for t in range(deliveries):
        want = world.wants[t]
        without = world.guess[t] if guess else (last + 1) % COUNT
        if t % every == 0:
            stored = fact
        last = np.where(stored == NONE, without, stored)
        if explore:
            last = np.where(world.tries[t] < explore, world.guess[t], last)
        good = last == want
        ok = np.where(good, world.false[t] >= false, world.praise[t] < praise)
        named = ~good & ~ok & (world.names[t] < names)
        about = ~ok & ~named & (last == fact)  # a complaint about the fact itself
        learnt = np.where(ok, last, np.where(named, want, fact))
        fails = np.where(ok | named, 0, fails + about)
        drop = fails >= k
        if counter:
            score = np.where(learnt != fact, 1, np.clip(score + ok - about.astype(int), 0, counter))
            drop = score == 0
        if worth:
            fresh = learnt != fact
            worked = np.where(fresh, 1, worked * fade + (ok & (last == fact)))
            failed = np.where(fresh, 0, failed * fade + about)
            on = np.where(fresh, 1, on + (last == fact))
            drop = (on >= 3) & (worked < worth * (worked + failed))
        if expiry < np.inf:
            age = np.where(learnt != fact, 0, age + 1)
            drop |= age >= expiry
        fact = np.where(drop, NONE, learnt)
        fails = np.where(drop, 0, fails)
        sent[t], right[t], happy[t], facts[t] = last, good, ok, fact
    return Played(sent, right, happy, facts)


def believing(world: World, change: float, false: float, praise: float = 0.0) -> Played:
    """The agent that knows the true rates, keeps the exact belief over the formats and sends the likeliest.

    Forward filtering in a hidden Markov chain: Rabiner 1989, doi 10.1109/5.18626. Nobody names a format.
    """
    deliveries, users = world.wants.shape
    belief = np.full((users, COUNT), 1 / COUNT)
    rows = np.arange(users)
    sent, right, happy = (np.empty((deliveries, users), kind) for kind in (int, bool, bool))
    for t in range(deliveries):
        if t:
            belief = (1 - change) * belief + change / (COUNT - 1) * (1 - belief)
        last = belief.argmax(axis=1)
        good = last == world.wants[t]
        ok = np.where(good, world.false[t] >= false, world.praise[t] < praise)
        likely = np.where(ok[:, None], praise, np.full((users, COUNT), 1 - praise))
        likely[rows, last] = np.where(ok, 1 - false, false)
        belief = belief * likely
        belief /= belief.sum(axis=1, keepdims=True)
        sent[t], right[t], happy[t] = last, good, ok
    return Played(sent, right, happy, sent)


# --8<-- [start:learn]
def send(
    fact: Any,
    last: Any,
    values: Sequence[Any],
) -> Any:
    """The fact, or what follows `last`."""
    if fact is not None:
        return fact
    after = values.index(last) + 1
    return values[after % len(values)]


def learn(
    fact: Any,
    complaints: int,
    value: Any,
    happy: bool,
    k: float = 3,
) -> tuple[Any, int]:
    """Fact and complaints in a row after `value`."""
    if happy:
        return value, 0
    if value != fact:  # it was only a try
        return fact, complaints
    if complaints + 1 < k:
        return fact, complaints + 1
    return None, 0


# --8<-- [end:learn]
