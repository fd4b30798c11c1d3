"""The item bank: fresh items with a checked key, sorted by depth and by whether capture decides them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from .solvers import inner, reduce
from .terms import Term, draw, flat, key, nameless, normalise, run_machine

BANDS = ("1", "2", "3", "4-5", "6-8", "9-15", "16+")
SIZES = (8, 60)  # nodes asked of the generator
STRATA = ("plain", "capture", "control", "deep")


@dataclass(frozen=True)
class Item:
    """One question with its key.

    term      the named term that is asked
    nameless  the same without names
    truth     its normal form in the notation of `terms.key`
    steps     leftmost-outermost steps to it
    blind     what the capture-blind solvers answer, outer first and inner first (None: no answer in the budget)
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
        """Whether the capture-blind solver that works from the outside is wrong."""
        return self.blind[0] != self.truth

    @property
    def stratum(self) -> str:
        """ "capture" if both capture-blind solvers are wrong, "control" if none is, else "mixed".

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
            truth = flat(normal)
            if run_machine(bare) != (truth, steps):
                raise ArithmeticError(f"the two keys disagree on {key(term)}")
            blind, caught = reduce(term)
            other, _ = reduce(term, order=inner)
            answers = tuple(None if found is None else key(found) for found in (blind, other))
            self.counts["items"] += 1
            yield Item(term, bare, truth, steps, answers, bool(caught))


def rename_apart(term: Term, scope: dict[str, str] | None = None, fresh: Iterator[int] | None = None) -> Term:
    """The same named term with a name of its own for every binder: v0, v1, ..."""
    scope, fresh = scope or {}, fresh or count()
    if isinstance(term, str):
        return scope[term]
    if len(term) == 3:
        name = f"v{next(fresh)}"
        return ("λ", name, rename_apart(term[2], {**scope, term[1]: name}, fresh))
    return (rename_apart(term[0], scope, fresh), rename_apart(term[1], scope, fresh))


def fits(item: Item, stratum: str) -> bool:
    """Whether an item belongs to a stratum of `STRATA`."""
    return stratum == "plain" or (item.band == BANDS[-1] if stratum == "deep" else item.stratum == stratum)


# --8<-- [start:sample]
def sample(stream: Iterator[Item], stratum: str, size: int, draws: int = 400_000) -> list[Item]:
    """`size` items of a stratum by rejection from a stream.

    "plain" and "deep" (16 steps and more) come as they are drawn. "capture" (both capture-blind solvers are wrong)
    and "control" (neither is) are spread evenly over the step bands, so that their depth cannot differ.
    Raises ValueError if `draws` items of the stream are not enough.
    """
    spread = stratum in ("capture", "control")
    quota = {band: size // 7 + (i < size % 7) if spread else size for i, band in enumerate(BANDS)}
    found: list[Item] = []
    for looked, item in enumerate(stream):
        if len(found) == size:
            return found
        if looked == draws:
            raise ValueError(f"only {len(found)} of {size} items of stratum {stratum} in {draws} draws")
        if fits(item, stratum) and quota[item.band]:
            quota[item.band] -= 1
            found.append(item)
    return found


# --8<-- [end:sample]
