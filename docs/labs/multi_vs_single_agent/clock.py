"""What a split saves and what its repairs cost, in modules written one after another. No chance but where they fall.

A job is MODULES modules of equal work. k writers take MODULES / k each, at the same time. Then the disagreements are
repaired, each by doing one module again. Four rules say who does that.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

MODULES = 24
RULES: dict[str, Callable[[np.ndarray], np.ndarray]] = {}


def rule(name: str) -> Callable[[Callable[[np.ndarray], np.ndarray]], Callable[[np.ndarray], np.ndarray]]:
    """Register a rule under its name."""

    def keep(function: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
        RULES[name] = function
        return function

    return keep


# A rule's argument has the shape (draws, writers, modules a writer): how many disagreements fall on each module.
# Its value, of shape (draws,), is the time until all are repaired, in modules.
@rule("one repairs, one by one")
def one_by_one(hits: np.ndarray) -> np.ndarray:
    """The lead does a module again for each disagreement."""
    return hits.sum(axis=(1, 2))


@rule("one repairs, a module once")
def one_once(hits: np.ndarray) -> np.ndarray:
    """The lead does each module that needs it again, once for all its disagreements."""
    return (hits > 0).sum(axis=(1, 2))


@rule("all repair, one by one")
def all_one_by_one(hits: np.ndarray) -> np.ndarray:
    """Each writer repairs what falls on the writer's own modules, one by one; the last to finish counts."""
    return hits.sum(axis=2).max(axis=1)


@rule("all repair, a module once")
def all_once(hits: np.ndarray) -> np.ndarray:
    """Each writer does each of the writer's modules that needs it again, once; the last to finish counts."""
    return (hits > 0).sum(axis=2).max(axis=1)


def falls(count: int, writers: int, draws: int, random: np.random.Generator) -> np.ndarray:
    """Where `count` disagreements fall: shape (draws, writers, MODULES / writers), each module as likely."""
    places = random.integers(0, MODULES, (draws, count))
    hits = np.zeros((draws, MODULES))
    np.add.at(hits, (np.arange(draws)[:, None], places), 1)
    return hits.reshape(draws, writers, MODULES // writers)


def speed(
    count: int, writers: int, repaired: Callable[[np.ndarray], np.ndarray], draws: int, random: np.random.Generator,
    work: float = 1.0,
) -> float:  # fmt: skip
    """Mean over draws of the time of one writer over that of `writers`, where `count` disagreements are repaired.

    work  of one repair, in modules
    """
    if MODULES % writers:
        raise ValueError(f"{writers} writers cannot share {MODULES} modules equally")
    repair = repaired(falls(count, writers, draws, random)) * work
    return float(np.mean(MODULES / (MODULES / writers + repair)))


def readers(writers: int, share: float) -> float:
    """Speed of one writer with `writers` readers, where `share` of the work is reading that can be split (Amdahl)."""
    return 1 / (1 - share + share / writers)
