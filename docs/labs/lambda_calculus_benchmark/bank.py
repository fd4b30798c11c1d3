"""The item bank: fresh items with a checked key, sorted by depth and by whether capture decides them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from .solvers import inner, reduce, rename_apart
from .terms import Term, draw, flat, key, nameless, normalise, run_machine

BANDS = ("1", "2", "3", "4-5", "6-8", "9+")
SIZES = (8, 60)  # nodes asked of the generator
DEEP, LONGEST = 9, 60  # steps of a deep question; most nodes of a right answer that `emit` asks for


@dataclass(frozen=True)
class Item:
    """One question with its key.

    term      the named term that is asked
    nameless  the same without names
    truth     its normal form in the notation of `terms.key`
    steps     leftmost-outermost steps to it
    blind     what solvers that never rename answer, outer first and inner first (None: no answer in the budget)
    caught    whether the outer-first one ran into a capture on its way
    """

    term: Term
    nameless: Term
    truth: str
    steps: int
    blind: tuple[str | None, str | None]
    caught: bool

    @property
    def band(self) -> str:
        """The band of `BANDS` that the number of steps falls into."""
        for name in BANDS[:-1]:
            if self.steps <= int(name.split("-")[-1]):
                return name
        return BANDS[-1]

    @property
    def wrong_outer(self) -> bool:
        """Whether the solver that never renames and works from the outside is wrong."""
        return self.blind[0] != self.truth

    @property
    def stratum(self) -> str:
        """ "capture" if both solvers that never rename are wrong, "control" if none is, else "mixed".

        Inner first may never finish on a term that has a normal form. That is no fault of capture, so: "mixed".
        """
        wrong = sum(answer != self.truth for answer in self.blind)
        if self.blind[1] is None:
            return "mixed"
        return ("control", "mixed", "capture")[wrong]


@dataclass
class Stream:
    """An endless stream of items, no two alike but for names; `counts` says what was drawn and set aside."""

    rng: random.Random
    names: tuple[str, ...] = ("x", "y", "z")
    unique: bool = False  # every binder of a term gets a name of its own
    least: int = 1  # questions of fewer steps are set aside
    counts: Counter[str] = field(default_factory=Counter)
    seen: set[Term] = field(default_factory=set)

    def __iter__(self) -> Iterator[Item]:
        """Draw until an item is accepted, for ever. Raises ArithmeticError if the two keys disagree."""
        while True:
            term = draw(self.rng, self.rng.randint(*SIZES), self.names)
            term = rename_apart(term) if self.unique else term
            bare = nameless(term)
            self.counts["draws"] += 1
            if bare in self.seen:
                self.counts["duplicate"] += 1
                continue
            self.seen.add(bare)
            normal, steps, why = normalise(bare)
            if not steps or normal is None:
                self.counts[why or "normal already"] += 1
                continue
            if steps < self.least:
                self.counts["short"] += 1
                continue
            truth = flat(normal)
            if run_machine(bare) != (truth, steps):
                raise ArithmeticError(f"the two keys disagree on {key(term)}")
            blind, caught = reduce(term)
            other, _ = reduce(term, order=inner)
            answers = tuple(None if found is None else key(found) for found in (blind, other))
            self.counts["items"] += 1
            yield Item(term, bare, truth, steps, answers, bool(caught))


Rule = Callable[[Item], bool]
RULES: dict[str, Rule] = {
    "plain": lambda item: True,
    "deep": lambda item: item.steps >= DEEP,
    "control": lambda item: item.stratum == "control",
    "capture": lambda item: item.stratum == "capture",
    "deep-capture": lambda item: item.stratum == "capture" and item.steps >= DEEP,
    "one selector": lambda item: item.wrong_outer,
}


# --8<-- [start:sample]
def sample(stream: Iterable[Item], rule: Rule, size: int, spread: bool, draws: int = 400_000) -> list[Item]:
    """The first `size` items of a stream that a rule accepts.

    With `spread` the same number from each band of `BANDS` (the first ones get what is left over), so that two
    strata cannot differ in depth. Raises ValueError if `draws` items of the stream are not enough.
    """
    bands = BANDS if spread else ("",)
    quota = {band: size // len(bands) + (i < size % len(bands)) for i, band in enumerate(bands)}
    found: list[Item] = []
    for looked, item in enumerate(stream):
        if len(found) == size:
            return found
        if looked == draws:
            raise ValueError(f"only {len(found)} of {size} such items in {draws:,} draws")
        band = item.band if spread else ""
        if quota[band] and rule(item):
            quota[band] -= 1
            found.append(item)
    if len(found) == size:
        return found
    raise ValueError(f"only {len(found)} of {size} such items in the {looked + 1:,} there are")


# --8<-- [end:sample]
