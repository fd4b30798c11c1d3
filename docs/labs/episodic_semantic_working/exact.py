"""The same agent as a Markov chain: its share of right deliveries without drawing anything."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from labs.episodic_semantic_working.world import CHANGE, COUNT, FALSE


@dataclass(frozen=True)
class Rates:
    """Chances a delivery: that the want changes, that a right one is complained about, that a wrong one is praised,
    that a complaint about a wrong one names the format; and how many formats there are."""

    change: float = CHANGE
    false: float = FALSE
    praise: float = 0.0
    names: float = 0.0
    formats: int = COUNT


def chain(k: int, rates: Rates) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Transition matrix (n, n), chance of a right delivery by state (n,), and the state before the first delivery (n,).

    `k` complaints in a row drop the fact, 0 for never. A state says whether a fact is held, how many complaints in a
    row it has had, and how many formats in turn the want lies beyond what would be sent now (0: it would be right).
    """
    formats, drops = rates.formats, k or 1
    count = formats * (drops + 1)  # without a fact, then with 0, 1, ... complaints

    def at(complaints: int | None, beyond: int) -> int:
        return (0 if complaints is None else complaints + 1) * formats + beyond % formats

    moves, right = np.zeros((count, count)), np.zeros(count)
    for row in range(count):
        level, before = divmod(row, formats)
        complaints = None if level == 0 else level - 1
        for beyond in range(formats):  # after the want may have changed
            chance = 1 - rates.change if beyond == before else rates.change / (formats - 1)
            good = beyond == 0
            right[row] += chance * good
            happy = 1 - rates.false if good else rates.praise
            named = 0.0 if good else (1 - happy) * rates.names
            moves[row, at(0, beyond)] += chance * happy  # what was sent becomes, or stays, the fact
            moves[row, at(0, 0)] += chance * named
            rest = chance * (1 - happy - named)
            if complaints is None or complaints + 1 == k:
                moves[row, at(None, beyond - 1)] += rest  # the next in turn
            else:
                moves[row, at(complaints + 1 if k else 0, beyond)] += rest
    start = np.zeros(count)
    start[:formats] = 1 / formats
    return moves, right, start


def share(k: int, rates: Rates) -> float:
    """Share of right deliveries in the long run."""
    moves, right, _ = chain(k, rates)
    reached = np.linalg.lstsq(
        np.vstack([moves.T - np.eye(len(moves)), np.ones(len(moves))]), np.append(np.zeros(len(moves)), 1), rcond=None
    )[0]
    return float(reached @ right)


def course(k: int, rates: Rates, deliveries: int) -> np.ndarray:
    """Chance that delivery 1, 2, ... is right, (deliveries,); at the first, no want has changed yet."""
    moves, right, state = chain(k, rates)
    first = chain(k, replace(rates, change=0.0))
    found = [float(state @ first[1])]
    state = state @ first[0]
    for _ in range(deliveries - 1):
        found.append(float(state @ right))
        state = state @ moves
    return np.array(found)


def until_lost(k: int, false: float) -> float:
    """Mean deliveries until a right fact that stays right is dropped by `k` false complaints in a row.

    Feller, An Introduction to Probability Theory, volume 1, XIII.7: (1 - p^k) / ((1 - p) p^k).
    """
    return (1 - false**k) / ((1 - false) * false**k)
