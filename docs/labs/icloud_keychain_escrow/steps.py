"""The same attacks message by message: several tries open at once, power cut at every step, any older count restored.

Counts and tries are few, and every order of every step is searched. Reading the counts for a new try is one step.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from labs.icloud_keychain_escrow.search import NO_CAP, Design

# A state is the number of each open try (0: no such try), then for each member its count and for each try whether it
# voted. Members that stay honest come first; within the two groups members are interchangeable, so they are sorted.
State = tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]


def ordered(design: Design, numbers: tuple[int, ...], members: list[tuple[int, ...]]) -> State:
    """The one form of all states that differ by who is who among tries and members."""
    tries = sorted(range(len(numbers)), key=lambda t: (numbers[t], sorted(one[1 + t] for one in members)))
    rows = [(one[0], *(one[1 + t] for t in tries)) for one in members]
    honest = design.members - design.rolled_back
    return tuple(numbers[t] for t in tries), (*sorted(rows[:honest]), *sorted(rows[honest:]))


def steps(design: Design, state: State) -> Iterator[tuple[State, int]]:
    """Every step from a state, and how many guesses were answered in it (0 or 1)."""
    numbers, members = state
    honest = design.members - design.rolled_back
    for t, number in enumerate(numbers):
        others = [(*one[: 1 + t], 0, *one[2 + t :]) for one in members]
        if number:
            yield ordered(design, (*numbers[:t], 0, *numbers[t + 1 :]), others), 0  # given up, or its reply is lost
        elif t == 0 or numbers[t - 1]:
            for fresh in opened(design, members):
                yield ordered(design, (*numbers[:t], fresh, *numbers[t + 1 :]), others), 0
    for i, one in enumerate(members):
        if i >= honest:
            for older in range(one[0]):
                yield ordered(design, numbers, [*members[:i], (older, *one[1:]), *members[i + 1 :]]), 0
        for t, number in enumerate(numbers):
            if not number or one[1 + t] or (count := counted(design, one[0], number)) is None:
                continue
            for left, voted in halves(design, one[0], count):
                changed = [*members[:i], (left, *one[1 : 1 + t], voted, *one[2 + t :]), *members[i + 1 :]]
                if sum(each[1 + t] for each in changed) < design.votes:
                    yield ordered(design, numbers, changed), 0
                else:
                    cleared = [(*each[: 1 + t], 0, *each[2 + t :]) for each in changed]
                    yield ordered(design, (*numbers[:t], 0, *numbers[t + 1 :]), cleared), 1


def opened(design: Design, members: tuple[tuple[int, ...], ...]) -> set[int]:
    """Numbers that a new try can carry: any, or one above the highest count of as many members as it reads."""
    if design.count == "own":
        return {1}
    if not design.reads:
        return set(range(1, design.limit + 1))
    tops = sorted(one[0] for one in members)[design.reads - 1 :]
    return {top + 1 for top in tops if top < design.limit}


def counted(design: Design, count: int, number: int) -> int | None:
    """A member's count after it agrees to a try; None if it refuses."""
    if design.count == "own":
        return count + 1 if count < design.limit else None
    return max(count, number) if design.reads or count < number else None


def halves(design: Design, before: int, after: int) -> Iterator[tuple[int, int]]:
    """Count and vote as a power cut can leave them: both there, or only the one that comes first."""
    yield after, 1
    yield (after, 0) if design.order == "count first" else (before, 1)


def most(design: Design, at_once: int) -> tuple[int | str, int]:
    """The most guesses answered with so many tries open at once, and the number of states searched.

    "no cap" if a guess is answered on a way that leads back to where it began: then the attacker goes round for ever.
    """
    start = ordered(design, (0,) * at_once, [(0,) * (1 + at_once)] * design.members)
    number = {start: 0}
    queue = [start]
    best: dict[tuple[int, int], int] = {}
    for state in queue:
        here = number[state]
        for after, answered in steps(design, state):
            there = number.setdefault(after, len(number))
            if there == len(queue):
                queue.append(after)
            best[here, there] = max(best.get((here, there), 0), answered)
    ends = np.array(list(best))
    answers = np.array(list(best.values()))
    graph = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(queue),) * 2)
    _, part = connected_components(graph, connection="strong")
    a, b = part[ends[:, 0]], part[ends[:, 1]]
    if answers[a == b].any():
        return NO_CAP, len(queue)
    onward: dict[int, dict[int, int]] = {}
    for one, other, answered in zip(a[a != b].tolist(), b[a != b].tolist(), answers[a != b].tolist(), strict=True):
        row = onward.setdefault(one, {})
        row[other] = max(row.get(other, 0), answered)
    return longest_way(onward, int(part[0])), len(queue)


def longest_way(onward: dict[int, dict[int, int]], start: int) -> int:
    """The most answers on a way from `start` through a graph without circles; without recursion, for it is deep."""
    value: dict[int, int] = {}
    stack = [start]
    while stack:
        here = stack[-1]
        waiting = [there for there in onward.get(here, {}) if there not in value]
        if waiting:
            stack.extend(waiting)
            continue
        value[here] = max((answered + value[there] for there, answered in onward.get(here, {}).items()), default=0)
        stack.pop()
    return value[start]
