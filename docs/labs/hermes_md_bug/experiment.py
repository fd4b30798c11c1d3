"""Search methods against oracles whose trigger is known: share found exactly, probes, and what wrong answers cost."""

from __future__ import annotations

import itertools
import math
import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from labs.hermes_md_bug import exact, search

RUNS = {5: 300, 64: 300, 1024: 60}  # simulated searches for each length where places are not all tried
FLIPS = {5: (0.0, 0.05), 64: (0.0, 0.02, 0.05, 0.10), 1024: (0.0, 0.05)}  # share of wrong answers
COMPUTED = ("one at a time", "both halves", "beginnings")  # for these the share found is computed
REPEATED = {"beginnings, best of three": search.by_prefix, "beginnings, until sure": search.by_prefix,
            "ddmin, until sure": search.ddmin}  # fmt: skip
METHODS = (*COMPUTED, "ddmin", *REPEATED, "beginnings, by belief")
ASSUMED = 0.10  # the rate that repetition and belief assume, whatever the true one is
ERROR = 0.01  # how often they may make a whole search wrong


def holds(part: Sequence[int], place: int) -> bool:
    """Whether the ascending positions `part` hold `place`."""
    at = bisect_left(part, place)
    return at < len(part) and part[at] == place


@dataclass(frozen=True)
class Cell:
    """What a method did under a condition: searches, share exactly right with its interval, mean probes and theirs.

    computed  the share is over every place and every wrong answer, not a sample; then low and high equal it
    """

    searches: int
    right: float
    low: float
    high: float
    probes: float
    half: float
    computed: bool


class Oracle:
    """Knows where the parts of the trigger stand; counts what it is asked; answers wrongly at rate `flips`.

    Searches ask the same part many times in a row, so the true answer for the last part asked is kept. A part is not
    changed once it has been asked about.
    """

    def __init__(self, kind: str, planted: Sequence[int], flips: float, rng: random.Random) -> None:
        self.kind, self.planted, self.flips, self.rng, self.probes = kind, planted, flips, rng, 0
        self.last: Sequence[int] | None = None
        self.truth = False

    def __call__(self, part: Sequence[int]) -> bool:
        """Whether this part of the history (positions, ascending) shows the symptom."""
        self.probes += 1
        if part is not self.last:
            self.last, self.truth = part, self.shows(part)
        return self.truth != (self.flips > 0 and self.rng.random() < self.flips)

    def shows(self, part: Sequence[int]) -> bool:
        """The true answer for this part."""
        if self.kind == "ordered pair":  # the text A, then B, then A once more: only A before B counts
            return "AB" in "".join(letter for letter, p in zip("ABA", self.planted, strict=True) if holds(part, p))
        enough = self.kind == "two independent"  # one part is enough; otherwise one that is missing settles it
        for p in self.planted:
            if holds(part, p) == enough:
                return enough
        return not enough

    def answer(self) -> list[list[int]]:
        """Every smallest trigger."""
        return [[p] for p in self.planted] if self.kind == "two independent" else [list(self.planted[:2])]


def method(name: str, oracle: Oracle, error: float = ERROR) -> tuple[search.Method, search.Ask]:
    """The search method of that name, and the oracle as that method asks it."""
    if name == "beginnings, by belief":
        sure = search.settled(oracle, ASSUMED, error / 2)  # asks only whether there is another trigger
        return lambda items, _: search.by_belief(items, oracle, ASSUMED, error / 2), sure
    plain = {"one at a time": search.one_at_a_time, "both halves": search.by_halves, "beginnings": search.by_prefix}
    how = plain.get(name) or REPEATED.get(name, search.ddmin)
    ask = search.settled(oracle, ASSUMED, error) if name.endswith("until sure") else oracle
    ask = search.best_of(oracle, 3) if name.endswith("best of three") else ask
    return how, search.remembered(ask) if how is search.ddmin else ask


def one(
    kind: str, planted: Sequence[int], length: int, flips: float, name: str, rng: random.Random
) -> tuple[bool, int]:  # fmt: skip
    """(found exactly, probes) of one search in one history."""
    oracle = Oracle(kind, planted, flips, rng)
    how, ask = method(name, oracle)
    several = kind == "two independent"
    found = list(search.every_trigger(range(length), ask, how)) if several else [how(range(length), ask)]
    return sorted(found) == oracle.answer(), oracle.probes


def wilson(found: int, runs: int) -> tuple[float, float]:
    """The 95% Wilson interval of a share."""
    z, p = 1.959964, found / runs
    middle, half = p + z * z / (2 * runs), z * math.sqrt(p * (1 - p) / runs + z * z / (4 * runs * runs))
    width = 1 + z * z / runs
    return ((middle - half) / width if found else 0.0, (middle + half) / width if found < runs else 1.0)


def cell(seed: int, kind: str, length: int, flips: float, name: str) -> Cell:
    """One method under one condition. A plain search without flips is tried at every place, up to 64 messages."""
    parts = {"one message": 1, "ordered pair": 3}.get(kind, 2)
    places = math.comb(length, parts)
    known = name in COMPUTED and kind in exact.PARTS
    if known and not flips:
        share = exact.right(name, length, parts, 0.0)
        return Cell(places, share, share, share, exact.probes(name, length, parts), 0.0, True)
    whole = not flips and places <= 2016 and kind in exact.PARTS and name in (*COMPUTED, "ddmin")
    tried = itertools.combinations(range(length), parts) if whole else [None] * RUNS[length]
    done = []
    for run, planted in enumerate(tried):
        rng = random.Random(f"{seed} {kind} {length} {flips} {run}")
        done.append(one(kind, planted or sorted(rng.sample(range(length), parts)), length, flips, name, rng))
    found, probes = sum(right for right, _ in done), [count for _, count in done]
    mean = sum(probes) / len(done)
    spread = math.sqrt(sum((count - mean) ** 2 for count in probes) / max(len(done) - 1, 1))
    half = 0.0 if whole else 1.96 * spread / math.sqrt(len(done))
    low, high = wilson(found, len(done))
    share = found / len(done)
    if known:
        low = high = share = exact.right(name, length, parts, flips)
    elif whole:
        low = high = share
    return Cell(len(done), share, low, high, mean, half, known or whole)


def grid(seed: int) -> dict[tuple[str, int, float, str], Cell]:
    """Every method for one message and for a pair, each length and rate of wrong answers. One at a time at 1,024
    messages and wrong answers is left out of the sample: its probes are the messages."""
    cells = {}
    for kind in exact.PARTS:
        for length in RUNS:
            for flips in FLIPS[length]:
                for name in METHODS:
                    if (name, length) == ("one at a time", 1024) and flips:
                        share = exact.right(name, length, exact.PARTS[kind], flips)
                        cells[kind, length, flips, name] = Cell(0, share, share, share, length, 0.0, True)
                    else:
                        cells[kind, length, flips, name] = cell(seed, kind, length, flips, name)
    return cells


def per_answer(seed: int, runs: int = 300, length: int = 64, flips: float = 0.05) -> tuple[int, int]:
    """(wrong, searches) by ddmin for a pair if each *answer*, and not the search, may be wrong once in 100."""
    wrong = 0
    for run in range(runs):
        rng = random.Random(f"{seed} per answer {run}")
        oracle = Oracle("a pair", sorted(rng.sample(range(length), 2)), flips, rng)

        def ask(part: Sequence[int], oracle: Oracle = oracle) -> bool:
            return search.settled(oracle, flips, ERROR * math.pi**2 / 6)(part)  # a first answer each time

        wrong += search.ddmin(range(length), search.remembered(ask)) != oracle.answer()[0]
    return wrong, runs
