"""Search methods against oracles whose trigger is known: share found, probes, and what a wrong answer costs."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence

from labs.hermes_md_bug import search

RUNS = {5: 300, 64: 300, 1024: 100}  # simulated histories for each length
FLIPS = (0.0, 0.02, 0.05, 0.10)  # how often the oracle's answer is the wrong one
TRIGGERS = ("single", "conjunction", "two independent", "ordered pair")
METHODS = ("one at a time", "bisection", "ddmin", "ddmin + SPRT")
ASSUMED = 0.10  # the rate that the sequential test assumes, whatever the true one is
ERROR = 0.01  # how often it may make a whole search wrong


class Oracle:
    """Knows where the parts of the trigger stand; counts what it is asked; answers wrongly at rate `flips`."""

    def __init__(self, kind: str, planted: Sequence[int], flips: float, rng: random.Random) -> None:
        self.kind, self.planted, self.flips, self.rng, self.probes = kind, planted, flips, rng, 0

    def __call__(self, part: Sequence[int]) -> bool:
        """Whether this part of the history (positions, ascending) shows the symptom."""
        self.probes += 1
        at = [bisect_left(part, p) for p in self.planted]
        there = [i < len(part) and part[i] == p for i, p in zip(at, self.planted, strict=True)]
        if self.kind == "two independent":
            truth = any(there)
        elif self.kind == "ordered pair":  # the text A, then B, then A once more: only A before B counts
            truth = "AB" in "".join(letter for letter, here in zip("ABA", there, strict=True) if here)
        else:
            truth = all(there)
        return truth != (self.flips > 0 and self.rng.random() < self.flips)

    def answer(self) -> list[list[int]]:
        """Every smallest trigger."""
        return [[p] for p in self.planted] if self.kind == "two independent" else [list(self.planted[:2])]


def method(name: str, oracle: Oracle, error: float = ERROR) -> tuple[search.Method, search.Ask]:
    """The search method of that name, and the oracle as that method asks it."""
    plain = {"one at a time": search.one_at_a_time, "bisection": search.by_halves, "prefixes": search.by_prefix}
    how = plain.get(name, search.ddmin)
    ask = search.settled(oracle, ASSUMED, error) if name == "ddmin + SPRT" else oracle
    return how, search.remembered(ask) if how is search.ddmin else ask


def one(kind: str, length: int, flips: float, name: str, rng: random.Random) -> tuple[bool, int, int]:
    """(found exactly, probes, messages named) of one search in one history."""
    parts = {"single": 1, "ordered pair": 3}.get(kind, 2)
    oracle = Oracle(kind, sorted(rng.sample(range(length), parts)), flips, rng)
    how, ask = method(name, oracle)
    several = kind == "two independent"
    found = search.every_trigger(range(length), ask, how) if several else [how(range(length), ask)]
    return sorted(found) == oracle.answer(), oracle.probes, sum(map(len, found))


def grid(seed: int) -> dict[tuple[str, int, float, str], tuple[int, int, float, float]]:
    """For trigger, length, flips, method: (searches, found exactly, mean probes, mean messages named).

    The histories of a cell are the same for each method.
    """
    cells = {}
    for kind in TRIGGERS:
        for length, runs in RUNS.items():
            for flips in FLIPS:
                for name in METHODS:
                    done = [
                        one(kind, length, flips, name, random.Random(f"{seed} {kind} {length} {flips} {run}"))
                        for run in range(runs)
                    ]
                    found, probes, named = zip(*done, strict=True)
                    cells[kind, length, flips, name] = (runs, sum(found), sum(probes) / runs, sum(named) / runs)
    return cells


def cell(seed: int, kind: str, length: int, flips: float, name: str) -> tuple[int, int, float]:
    """(searches, found exactly, mean probes) of one more method, on the histories of the same cell of the grid."""
    runs = RUNS[length]
    done = [
        one(kind, length, flips, name, random.Random(f"{seed} {kind} {length} {flips} {run}")) for run in range(runs)
    ]
    return runs, sum(found for found, _, _ in done), sum(probes for _, probes, _ in done) / runs


def per_answer(seed: int, runs: int = 300, length: int = 64, flips: float = 0.05) -> float:
    """Share of wrong searches for a pair if each *answer*, and not the search, may be wrong once in 100."""
    wrong = 0
    for run in range(runs):
        rng = random.Random(f"{seed} per answer {run}")
        oracle = Oracle("conjunction", sorted(rng.sample(range(length), 2)), flips, rng)

        def ask(part: Sequence[int], oracle: Oracle = oracle) -> bool:
            return search.settled(oracle, flips, ERROR * 3.1415926535**2 / 6)(part)  # a first answer each time

        wrong += search.ddmin(range(length), search.remembered(ask)) != oracle.answer()[0]
    return wrong / runs
