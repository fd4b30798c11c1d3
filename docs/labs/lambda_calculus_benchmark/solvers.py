"""Solvers whose mistake is known, and one that is right, on named terms: no language model among them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Set
from functools import lru_cache, partial
from itertools import count
from typing import Any

from .terms import NODES, STEPS, Term, grown, key, named, nameless, nodes, step

Fresh = Callable[[str, Set[str]], str]
Contract = Callable[[Term], Term]  # what a step makes of the place where it happens
Order = Callable[[Term, Contract], Term | None]  # one step of a term, at the place that the order chooses


@lru_cache(1 << 16)  # the solvers meet the same parts again and again
def free(term: Term) -> frozenset[str]:
    """The names that are free in a named term."""
    if term.__class__ is str:
        return frozenset((term,))
    if len(term) == 3:
        return free(term[2]) - {term[1]}
    return free(term[0]) | free(term[1])


def prime(name: str, taken: Set[str]) -> str:
    """A fresh name by primes: x', x'', ..."""
    while name in taken:
        name += "'"
    return name


def letter(name: str, taken: Set[str]) -> str:
    """A fresh name by letters: the first of a, b, c, ... that is not taken, then a1, b1, ..."""
    return next(c + n for n in ("", *map(str, range(1, 99))) for c in "abcdefghijklmnopqrstuvw" if c + n not in taken)


def always_w(name: str, taken: Set[str]) -> str:
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
        if body.__class__ is str:
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


def binders(term: Term) -> set[str]:
    """The names that a named term binds somewhere."""
    if term.__class__ is str:
        return set()
    if len(term) == 3:
        return {term[1]} | binders(term[2])
    return binders(term[0]) | binders(term[1])


def as_explorer_did(term: Term, name: str, argument: Term, avoid_inner: bool, avoid_replaced: bool = False) -> Term:
    """`term` with `argument` for `name`, by the rule of Lambda Explorer, an interpreter in use: wrong in two versions.

    A binder that could capture gets the first of e1, e2, ... that is free neither in the argument nor in the body. It
    may be `name` itself, which is then replaced once more, and that is the mistake.

    avoid_inner  False: as from January 2019 to July 2020; True: as repaired on 25 July 2020, when the names that the
                 body binds were left out as well
    avoid_replaced  whether `name` itself is left out as well, as since March 2026
    After `replace` in src/lib/lambda/operations.ts of github.com/evinism/lambda-explorer, commits e55f13c and 5eae3fd.
    """
    if term.__class__ is str:
        return argument if term == name else term
    if len(term) == 2:
        left, right = (as_explorer_did(part, name, argument, avoid_inner, avoid_replaced) for part in term)
        return (left, right)
    _, binder, inside = term
    if binder == name:
        return term
    around = free(argument)
    if binder in around:
        taken = around | free(inside) | (binders(inside) if avoid_inner else set())
        taken |= {name} if avoid_replaced else set()
        new = next(f"e{n}" for n in count(1) if f"e{n}" not in taken)
        inside = as_explorer_did(inside, binder, new, avoid_inner, avoid_replaced)
        binder = new
    return ("λ", binder, as_explorer_did(inside, name, argument, avoid_inner, avoid_replaced))


Place = Any  # where a part of a term is: (the place around it, which part of that), None for the whole term


def redexes(term: Term) -> list[Place]:
    """The places where a step is possible, from the outside in, left before right."""
    found: list[Place] = []
    stack = [(term, None)]
    while stack:
        t, place = stack.pop()
        if t.__class__ is str:
            continue
        if len(t) == 3:
            stack.append((t[2], (place, 2)))
        else:
            if len(t[0]) == 3 and t[0].__class__ is tuple:
                found.append(place)
            stack.append((t[1], (place, 1)))
            stack.append((t[0], (place, 0)))
    return found


def path_to(place: Place) -> tuple[int, ...]:
    """Which parts lead to a place, from the outside in."""
    path: list[int] = []
    while place is not None:
        place, part = place
        path.append(part)
    return tuple(reversed(path))


def outer(term: Term, contract: Contract) -> Term | None:
    """One step at the leftmost outermost place (normal order); None if there is no place."""
    if term.__class__ is str:
        return None
    if len(term) == 3:
        body = outer(term[2], contract)
        return None if body is None else ("λ", term[1], body)
    function, argument = term
    if function.__class__ is tuple:
        if len(function) == 3:
            return contract(term)
        reduced = outer(function, contract)
        if reduced is not None:
            return (reduced, argument)
    reduced = outer(argument, contract)
    return None if reduced is None else (function, reduced)


def inner(term: Term, contract: Contract) -> Term | None:
    """One step at the leftmost innermost place (applicative order): the first that holds no other; None if none."""
    if term.__class__ is str:
        return None
    if len(term) == 3:
        body = inner(term[2], contract)
        return None if body is None else ("λ", term[1], body)
    function, argument = term
    reduced = inner(function, contract)
    if reduced is not None:
        return (reduced, argument)
    reduced = inner(argument, contract)
    if reduced is not None:
        return (function, reduced)
    return contract(term) if function.__class__ is tuple and len(function) == 3 else None


def anywhere(seed: str) -> Order:
    """A step at any place, drawn at random from `seed`."""
    draw = random.Random(seed).choice

    def one(term: Term, contract: Contract) -> Term | None:
        places = redexes(term)
        return at(term, path_to(draw(places)), contract) if places else None

    return one


def at(term: Term, path: tuple[int, ...], contract: Contract) -> Term:
    """`term` with a step at the place that `path` leads to."""
    if not path:
        return contract(term)
    parts = list(term)
    parts[path[0]] = at(term[path[0]], path[1:], contract)
    return tuple(parts)


def reduce(
    term: Term,
    order: Order = outer,
    fresh: Fresh | None = None,
    shadows: bool = True,
    limit: int = STEPS,
    largest: int = NODES,
    paste: Callable[[Term, str, Term], Term] | None = None,
) -> tuple[Term | None, list]:
    """Reduce a named term as far as it goes; (None, ...) over budget. The list has an entry a capture.

    limit, largest  the budget: steps, and nodes of a term
    paste  a substitution of its own (body, name, argument), which keeps no list of captures; None is `substitute`
    """
    caught: list = []

    def contract(redex: Term) -> Term:
        (_, name, body), argument = redex
        if paste:
            return paste(body, name, argument)
        return substitute(body, name, argument, fresh, shadows, caught)

    most = largest + 1  # no fewer than the nodes of the term; counted only where the bound is over the budget
    for _ in range(limit + 1):
        if most > largest and (most := nodes(term)) > largest:
            break
        following = order(term, contract)
        if following is None:
            return term, caught
        term, most = following, grown(most)
    return None, caught


def once(term: Term, order: Order = outer) -> Term | None:
    """Gives every binder a name of its own at the start and never renames again: a copied binder can still clash."""
    return reduce(rename_apart(term), order)[0]


def rename_apart(term: Term, scope: dict[str, str] | None = None, fresh: Iterator[int] | None = None) -> Term:
    """The same named term with a name of its own for every binder: v0, v1, ..."""
    scope, fresh = scope or {}, fresh or count()
    if term.__class__ is str:
        return scope[term]
    if len(term) == 3:
        name = f"v{next(fresh)}"
        return ("λ", name, rename_apart(term[2], {**scope, term[1]: name}, fresh))
    return (rename_apart(term[0], scope, fresh), rename_apart(term[1], scope, fresh))


def stop_after(term: Term, most: int) -> Term:
    """The term after at most `most` right leftmost-outermost steps: right rule, no stamina."""
    reached = nameless(term)
    for _ in range(most):
        following = step(reached)
        if following is None:
            break
        reached = following
    return named(reached)


@lru_cache(1 << 13)
def blind_anywhere(term: Term) -> tuple[Term | None, bool]:
    """What never renaming makes of a term in random order, and whether it met a capture on the way."""
    found, caught = reduce(term, order=anywhere(key(term)))
    return found, bool(caught)


def renames_anywhere(term: Term) -> Term | None:
    """The same with renaming, at places drawn from the same seed: the very same steps unless there is a capture."""
    found, caught = blind_anywhere(term)
    return reduce(term, order=anywhere(key(term)), fresh=prime)[0] if caught else found


# a procedure for each name: a closed named term to its answer, None for none within the budget
SOLVERS: dict[str, Callable[[Term], Term | None]] = {
    "right": lambda t: reduce(t, fresh=prime)[0],
    "renames, any order": renames_anywhere,
    "never renames, outer first": lambda t: reduce(t)[0],
    "never renames, inner first": lambda t: reduce(t, order=inner)[0],
    "never renames, any order": lambda t: blind_anywhere(t)[0],
    "renames once, outer first": once,
    "renames once, inner first": lambda t: once(t, inner),
    "renames every clash to w": lambda t: reduce(t, fresh=always_w)[0],
    "renames as Explorer did in 2019": lambda t: reduce(t, paste=partial(as_explorer_did, avoid_inner=False))[0],
    "renames as Explorer did in 2020": lambda t: reduce(t, paste=partial(as_explorer_did, avoid_inner=True))[0],
    "ignores shadowing": lambda t: reduce(t, fresh=prime, shadows=False)[0],
    "stops after 8 steps": lambda t: stop_after(t, 8),
    "stops after 3 steps": lambda t: stop_after(t, 3),
    "copies the question": lambda t: t,
    "always λx.x": lambda t: ("λ", "x", "x"),
}
WRONG = [name for name in SOLVERS if name not in ("right", "renames, any order")]  # the second may run out of budget


def slug(name: str) -> str:
    """The name of a solver on the command line: never-renames-outer-first."""
    return name.replace("λx.x", "identity").replace(",", "").replace(" ", "-").lower()


@lru_cache(1 << 17)  # strata share questions with the bank
def _answer(solve: Callable[[Term], Term | None], term: Term) -> str | None:
    found = solve(term)
    return None if found is None else key(found)


def answers_of(name: str, term: Term) -> str | None:
    """What the solver `name` answers, in the notation of `key`; None for no answer."""
    return _answer(SOLVERS[name], term)
