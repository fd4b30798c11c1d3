"""Every short term instead of a sample: what a solver that never renames gets right among all questions of a size."""

from __future__ import annotations

from collections.abc import Iterator

from .solvers import reduce
from .terms import NAMES, Term, flat, key, nameless, normalise


def terms(size: int, scope: tuple[str, ...] = (), used: int = 0) -> Iterator[tuple[Term, int, int]]:
    """Each closed named term of `size` nodes but for a change of letters: (term, letters used, how many it stands for).

    The letters come into use in the order of NAMES, so a term that uses two of three stands for 3 * 2 terms. `scope`
    holds the letters that are bound around it.
    """
    if size == 1:
        for name in dict.fromkeys(scope):
            yield name, used, 1
        return
    for number in range(min(used + 1, len(NAMES))):
        name = NAMES[number]
        new = number == used
        for body, after, stands in terms(size - 1, (*scope, name), used + new):
            yield ("λ", name, body), after, stands * (len(NAMES) - used if new else 1)
    for left in range(1, size - 1):
        for function, between, first in terms(left, scope, used):
            for argument, after, second in terms(size - 1 - left, scope, between):
                yield (function, argument), after, first * second


def counts(size: int) -> tuple[int, int, int]:
    """Among all closed terms of `size` nodes over three letters: (terms, questions, wrong without renaming).

    A question is a term with a normal form that it is not in yet. Those over the budget of a reduction are left out.
    """
    total = asked = wrong = 0
    for term, _, stands in terms(size):
        total += stands
        bare = nameless(term)
        normal, steps, _ = normalise(bare)
        if not steps or normal is None:
            continue
        asked += stands
        found, _ = reduce(term)
        wrong += stands * (found is None or key(found) != flat(normal))
    return total, asked, wrong
