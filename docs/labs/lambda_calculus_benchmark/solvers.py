"""Solvers whose mistake is known, and one that is right, on named terms: no language model among them."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

from .terms import NODES, STEPS, Term, flat, key, nameless, step

Fresh = Callable[[str, set[str]], str]


def free(term: Term) -> set[str]:
    """The names that are free in a named term."""
    if isinstance(term, str):
        return {term}
    if len(term) == 3:
        return free(term[2]) - {term[1]}
    return free(term[0]) | free(term[1])


def prime(name: str, taken: set[str]) -> str:
    """A fresh name by primes: x', x'', ..."""
    while name in taken:
        name += "'"
    return name


def letter(name: str, taken: set[str]) -> str:
    """A fresh name by letters: the first of a, b, c, ... that is not taken, then a1, b1, ..."""
    return next(c + n for n in ("", *map(str, range(1, 99))) for c in "abcdefghijklmnopqrstuvw" if c + n not in taken)


def always_w(name: str, taken: set[str]) -> str:
    """A name that is hoped to be fresh: always w."""
    return "w"


# --8<-- [start:substitute]
def substitute(term: Term, name: str, argument: Term, fresh: Fresh | None, shadows: bool, caught: list) -> Term:
    """`term` with `argument` for `name`.

    fresh    names a binder that would capture a variable of the argument; None never renames: the known mistake
    shadows  whether an inner binder of the same name hides the outer one; False is a second known mistake
    caught   gets one entry for each binder that would capture
    """
    around = free(argument)

    def into(body: Term) -> Term:
        if isinstance(body, str):
            return argument if body == name else body
        if len(body) == 2:
            return (into(body[0]), into(body[1]))
        _, binder, inside = body
        if binder == name and shadows:
            return body
        if binder in around and binder != name and name in free(inside):
            caught.append(binder)
            if fresh:
                new = fresh(binder, around | free(inside))
                inside = substitute(inside, binder, new, fresh, shadows, caught)
                binder = new
        return ("λ", binder, into(inside))

    return into(term)


# --8<-- [end:substitute]


def redexes(term: Term) -> tuple[list[tuple[int, ...]], int]:
    """The paths to all places where a step is possible, from the outside in, left before right; and the nodes."""
    found, count, stack = [], 0, [(term, ())]
    while stack:
        t, path = stack.pop()
        count += 1
        if t.__class__ is str:
            continue
        if len(t) == 3:
            stack.append((t[2], (*path, 2)))
            continue
        if len(t[0]) == 3 and t[0][0] == "λ":
            found.append(path)
        stack.append((t[1], (*path, 1)))
        stack.append((t[0], (*path, 0)))
    return found, count


def outer(paths: list[tuple[int, ...]]) -> tuple[int, ...]:
    """Leftmost outermost: normal order."""
    return paths[0]


def inner(paths: list[tuple[int, ...]]) -> tuple[int, ...]:
    """Leftmost innermost: applicative order."""
    for path, following in pairwise(paths):
        if following[: len(path)] != path:
            return path
    return paths[-1]


def right(paths: list[tuple[int, ...]]) -> tuple[int, ...]:
    """Rightmost innermost."""
    return paths[-1]


def anywhere(seed: str) -> Callable[[list[tuple[int, ...]]], tuple[int, ...]]:
    """Any place, drawn at random from `seed`."""
    return random.Random(seed).choice


def reduce(
    term: Term, order: Callable = outer, fresh: Fresh | None = None, shadows: bool = True, limit: int = STEPS
) -> tuple[Term | None, list]:
    """Reduce a named term as far as it goes; (None, ...) over budget. The list has an entry a capture."""
    caught: list = []

    def contract(t: Term, path: tuple[int, ...]) -> Term:
        if not path:
            (_, name, body), argument = t
            return substitute(body, name, argument, fresh, shadows, caught)
        parts = list(t)
        parts[path[0]] = contract(t[path[0]], path[1:])
        return tuple(parts)

    for _ in range(limit + 1):
        paths, count = redexes(term)
        if count > NODES:
            break
        if not paths:
            return term, caught
        term = contract(term, order(paths))
    return None, caught


def answer(term: Term, **how) -> str | None:
    """What a solver of the kind `how` (see `reduce`) answers, in the notation of `key`; None for no answer."""
    found, _ = reduce(term, **how)
    return None if found is None else key(found)


def stop_after(term: Term, count: int) -> str:
    """The term after at most `count` right leftmost-outermost steps: right rule, no stamina."""
    reached = nameless(term)
    for _ in range(count):
        following = step(reached)
        if following is None:
            break
        reached = following
    return flat(reached)


SOLVERS: dict[str, Callable[[Term], str | None]] = {
    "right": lambda t: answer(t, fresh=prime),
    "capture-blind, outer first": lambda t: answer(t),
    "capture-blind, inner first": lambda t: answer(t, order=inner),
    "capture-blind, right first": lambda t: answer(t, order=right),
    "capture-blind, any order": lambda t: answer(t, order=anywhere(key(t))),
    "renames every clash to w": lambda t: answer(t, fresh=always_w),
    "shadow-blind": lambda t: answer(t, fresh=prime, shadows=False),
    "stops after 1 step": lambda t: stop_after(t, 1),
    "stops after 3 steps": lambda t: stop_after(t, 3),
    "stops after 8 steps": lambda t: stop_after(t, 8),
    "copies the question": key,
}
