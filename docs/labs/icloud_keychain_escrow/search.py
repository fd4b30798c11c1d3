"""The longest attack on a cluster that counts guesses, one whole try after the other, at the real limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from math import inf

NO_CAP = "no cap"
ORDERS = ("count first", "answer first")


@dataclass(frozen=True)
class Design:
    """A cluster and what its attacker can do.

    members, votes   how many machines there are, and how many must agree before a guess is answered
    limit            guesses allowed
    count            "own": each member counts what it saw; "highest": a guess carries a number, and a member votes only
                     for a number above its count, which it then writes. So each member signs each number once
    order            whether a member writes its count before its vote leaves ("count first") or after
    rolled_back      members that the attacker can put back to an old snapshot, as often as it likes
    reads            0, or for "highest" without the once: a try takes the highest count of so many members, plus one,
                     and whoever is asked to write that number does so and votes
    """

    members: int
    votes: int
    limit: int = 10
    count: str = "highest"
    order: str = "count first"
    rolled_back: int = 0
    reads: int = 0

    @property
    def may_be_down(self) -> int:
        """Members that can be dead while the owner still recovers."""
        return self.members - max(self.votes, self.reads)


@dataclass(frozen=True)
class Try:
    """One answered guess of an attack: its number, and the members that voted; those rolled back come last."""

    number: int
    voters: tuple[int, ...]


def choices(counts: Sequence[int], size: int) -> Iterator[tuple[int, ...]]:
    """Sets of `size` places, one for each multiset of counts: members with equal counts are interchangeable."""
    seen = set()
    for places in combinations(range(len(counts)), size):
        if (kind := tuple(sorted(counts[i] for i in places))) not in seen:
            seen.add(kind)
            yield places


def moves(design: Design, counts: tuple[int, ...], every: bool = False) -> Iterator[tuple[tuple[int, ...], Try]]:
    """What the attacker can do next: the counts of the members that stay honest after it, and the try.

    Each member that can be rolled back votes, at count 0, and each number is the lowest that can be had. Neither costs
    the attacker anything, since lower counts never allow less; with `every` the rest is tried as well.
    """
    honest = len(counts)
    most = min(design.rolled_back, design.votes)
    for helpers in range(most, -1 if every else most - 1, -1):
        for voters in choices(counts, design.votes - helpers) if design.votes - helpers <= honest else ():
            for number in numbers(design, counts, [counts[i] for i in voters], every):
                after = tuple(
                    c if i not in voters else c + 1 if design.count == "own" else max(c, number)
                    for i, c in enumerate(counts)
                )
                yield after, Try(number, (*voters, *range(honest, honest + helpers)))


def numbers(design: Design, counts: Sequence[int], of_voters: Sequence[int], every: bool) -> list[int]:
    """The numbers that a guess can carry so that these voters vote; [0] where votes have no number."""
    if design.count == "own":
        return [0] * all(c < design.limit for c in of_voters)
    if design.reads:
        asked = max(design.reads - design.rolled_back, 0)
        tops = sorted(counts)[asked - 1 :] if asked else [0]
    else:
        tops = range(max(of_voters, default=0), design.limit)
    return [top + 1 for top in (tops if every else tops[:1]) if top < design.limit]


def attack(design: Design, every: bool = False) -> tuple[int | str, list[Try]]:
    """The most guesses that get an answer, and how; "no cap" if there is no most."""
    if design.rolled_back >= min(design.votes, design.reads or design.votes):
        return NO_CAP, []  # old machines alone vote, or alone say what the count is
    if design.order == "answer first":
        return NO_CAP, [Try(1, tuple(range(design.votes)))]  # cut each voter's power, and nothing was counted

    @cache
    def longest(counts: tuple[int, ...]) -> float:
        after = {tuple(sorted(one)) for one, _ in moves(design, counts, every)}
        return inf if counts in after else max((1 + longest(one) for one in after), default=0)

    counts: tuple[int, ...] = (0,) * (design.members - design.rolled_back)
    most, tries = longest(counts), []
    if most == inf:
        return NO_CAP, []
    while left := longest(tuple(sorted(counts))):
        after, one = next((a, t) for a, t in moves(design, counts, every) if longest(tuple(sorted(a))) == left - 1)
        counts = after
        tries.append(one)
    return int(most), tries


@cache
def guesses(design: Design, **changes: object) -> int | str:
    """The most guesses under a design with some fields changed; remembered, for the tables ask again."""
    return attack(replace(design, **changes))[0]


# --8<-- [start:votes]
def votes_needed(members: int, old: int) -> int:
    """For numbers signed once, if `old` members come back old."""
    return (members + old) // 2 + 1
    # --8<-- [end:votes]
