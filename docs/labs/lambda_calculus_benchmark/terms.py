"""Lambda terms: draw them at random and reduce them by two methods that share no reduction code.

A named term is a variable (a str), an abstraction ("λ", name, body) or an application (function, argument).
A nameless term is an index (an int, de Bruijn 1972), an abstraction (body,) or an application (function, argument).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

STEPS, NODES = 200, 400  # the budget of a reduction; no term in it nests deeper than NODES, which Python's stack holds
NAMES = "xyz"  # so few that shadowing and capture are common
Term = Any


def key(term: Term) -> str:
    """A named term as nameless prefix notation: equal for two terms just if only bound names differ.

    A free variable keeps its name, after a '!'. Works on any depth.
    """
    out, stack = [], [(term, {}, 0)]
    while stack:
        t, scope, depth = stack.pop()
        if t.__class__ is str:
            out.append(str(depth - 1 - scope[t]) if t in scope else f"!{t}")
        elif len(t) == 3:
            out.append("λ")
            stack.append((t[2], {**scope, t[1]: depth}, depth + 1))
        else:
            out.append("@")
            stack += [(t[1], scope, depth), (t[0], scope, depth)]
    return " ".join(out)


def nameless(term: Term, scope: tuple[str, ...] = ()) -> Term:
    """A closed named term without names. Raises ValueError for a free variable."""
    if term.__class__ is str:
        if term not in scope:
            raise ValueError(f"{term} is free")
        return scope.index(term)
    if len(term) == 3:
        return (nameless(term[2], (term[1], *scope)),)
    return (nameless(term[0], scope), nameless(term[1], scope))


def flat(term: Term) -> str:
    """A nameless term in the notation of `key`."""
    out, stack = [], [term]
    while stack:
        t = stack.pop()
        if t.__class__ is int:
            out.append(str(t))
        else:
            out.append("λ" if len(t) == 1 else "@")
            stack += t[::-1]
    return " ".join(out)


def parse_key(text: str) -> Term:
    """The nameless term that `flat` wrote. Raises ValueError if there is none."""
    stack: list[Term] = []
    for symbol in reversed(text.split()):
        if symbol.isdigit():
            stack.append(int(symbol))
        elif symbol == "λ" and stack:
            stack.append((stack.pop(),))
        elif symbol == "@" and len(stack) > 1:
            stack.append((stack.pop(), stack.pop()))
        else:
            raise ValueError(f"{symbol!r} has no place in {text!r}")
    if len(stack) != 1:
        raise ValueError(f"{text!r} is not one term")
    return stack[0]


def named(term: Term, depth: int = 0) -> Term:
    """A closed nameless term with a name of its own for every depth: a, b, c, ... then a1, b1, ..."""
    letter = "abcdefghijklmnopqrstuvwxyz"
    if isinstance(term, int):
        depth -= 1 + term
        return letter[depth % 26] + (str(depth // 26) if depth > 25 else "")
    if len(term) == 1:
        return ("λ", named(0, depth + 1), named(term[0], depth + 1))
    return (named(term[0], depth), named(term[1], depth))


def nodes(term: Term) -> int:
    """How many variables, abstractions and applications a term has."""
    parts = [term]
    for t in parts:  # the list grows while it is walked
        if t.__class__ is tuple:
            parts += t[2:] if len(t) == 3 else t
    return len(parts)


def grown(nodes: int) -> int:
    """The most nodes that one step can make of a term of at most `nodes`.

    A place with a body of m nodes and an argument of a takes 2 + m + a of them, and no more than (m + 1) / 2 copies of
    the argument replace a variable: at most nodes² / 8 - 1 in all.
    """
    return nodes * nodes // 8


# --8<-- [start:draw]
def draw(
    rng: random.Random,
    size: int,
    names: Sequence[str] = NAMES,
    scope: tuple[str, ...] = (),
) -> Term:
    """A random closed named term of about `size` nodes."""
    if size <= 1 or (scope and rng.random() < 0.12):
        return rng.choice(scope) if scope else ("λ", names[0], names[0])
    if not scope or rng.random() < 0.38:
        name = rng.choice(names)  # in scope already? Then it shadows
        return ("λ", name, draw(rng, size - 1, names, (*scope, name)))
    left = rng.randint(1, size - 1)
    function = draw(rng, left, names, scope)
    return (function, draw(rng, size - 1 - left, names, scope))


# --8<-- [end:draw]


def shift(term: Term, by: int, bound: int = 0) -> Term:
    """`term` moved under `by` more binders; the innermost `bound` indices are its own."""
    if term.__class__ is int:
        return term + by if term >= bound else term
    if len(term) == 1:
        return (shift(term[0], by, bound + 1),)
    return (shift(term[0], by, bound), shift(term[1], by, bound))


def put(body: Term, argument: Term, at: int = 0) -> Term:
    """The body of an abstraction with `argument` for its variable (index `at`)."""
    if body.__class__ is int:
        return (shift(argument, at) if at else argument) if body == at else body - (body > at)
    if len(body) == 1:
        return (put(body[0], argument, at + 1),)
    return (put(body[0], argument, at), put(body[1], argument, at))


def step(term: Term) -> Term | None:
    """One leftmost-outermost reduction step of a nameless term, None if it is in normal form."""
    if term.__class__ is int:
        return None
    if len(term) == 1:
        body = step(term[0])
        return None if body is None else (body,)
    function, argument = term
    if function.__class__ is tuple:
        if len(function) == 1:
            return put(function[0], argument)
        reduced = step(function)
        if reduced is not None:
            return (reduced, argument)
    if argument.__class__ is int:
        return None
    reduced = step(argument)
    return None if reduced is None else (function, reduced)


def normalise(term: Term) -> tuple[Term | None, int, str]:
    """First key: substitution. Returns (normal form or None, steps, why: "", "loops" or "budget").

    Leftmost-outermost order finds the normal form if there is one, so a term seen twice proves that there is none.
    """
    seen, most = {term}, nodes(term)
    for count in range(STEPS + 1):
        following = step(term)
        if following is None:
            return term, count, ""
        if following in seen:
            return None, count, "loops"
        most = grown(most)  # counted only where this bound is over the budget
        if most > NODES and (most := nodes(following)) > NODES:
            break
        term = following
        seen.add(term)
    return None, STEPS, "budget"


# --8<-- [start:machine]
def run_machine(term: Term, limit: int = STEPS) -> tuple[str | None, int]:
    """Second key: an environment machine (Krivine's, reading back under binders). It never substitutes.

    Returns the normal form in the notation of `key` and the number of applications carried out.
    """
    out: list[str] = []
    done, work = 0, [(term, None, 0)]  # terms still to be read back: (term, environment, binders around it)
    while work:
        code, scope, depth = work.pop()
        waiting: list[tuple] = []  # arguments not yet taken, the next one last
        while not isinstance(code, int) or code >= 0:
            if isinstance(code, int):
                for _ in range(code):
                    scope = scope[1]
                code, scope = scope[0]  # a closure, or a level as a negative number
            elif len(code) == 2:
                waiting.append((code[1], scope))
                code = code[0]
            elif waiting:
                code, scope, done = code[0], (waiting.pop(), scope), done + 1
                if done > limit:
                    return None, done
            else:
                out.append("λ")
                code, scope, depth = code[0], ((~depth, None), scope), depth + 1
        out += ["@"] * len(waiting) + [str(depth - 1 - ~code)]
        work += [(argument, around, depth) for argument, around in waiting]
    return " ".join(out), done


# --8<-- [end:machine]
