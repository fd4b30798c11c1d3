"""Lambda terms: read, write, draw at random, and reduce by two methods that share no reduction code.

A named term is a variable (a str), an abstraction ("λ", name, body) or an application (function, argument).
A nameless term is an index (an int, de Bruijn 1972), an abstraction (body,) or an application (function, argument).
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any

STEPS, NODES = 200, 400  # the budget of a reduction; no term in it nests deeper than NODES, which Python's stack holds
NAMES = "xyz"  # so few that shadowing and capture are common
TOKEN = re.compile(r"\s*(?:([λ\\])|([().])|([A-Za-z_][A-Za-z0-9_'′₀-₉]*)|(\S))")
Term = Any


def parse(text: str) -> Term:
    """The named term in `text`: λx.M or \\x.M, several binders as λx y.M, application by a space.

    Keeps its own stack, so no depth of brackets can exhaust Python's. Raises ValueError with the position.
    """
    stack: list[list[Any]] = [[None, None]]  # frames [binders, None = outermost, "(" = bracket; the term so far]
    binders: list[str] | None = None

    def put(term: Term) -> None:
        stack[-1][1] = term if stack[-1][1] is None else (stack[-1][1], term)

    def close(at: int) -> None:
        while isinstance(stack[-1][0], list):
            names, body = stack.pop()
            if body is None:
                raise ValueError(f"position {at}: λ{' '.join(names)}. has no body")
            for name in reversed(names):
                body = ("λ", name, body)
            put(body)

    for match in TOKEN.finditer(text.strip()):
        lam, mark, name, other = match.groups()
        at = match.end()
        if other:
            raise ValueError(f"position {at}: {other!r} belongs to no term")
        if binders is not None and (lam or mark in ("(", ")") or (mark == "." and not binders)):
            raise ValueError(f"position {at}: a variable name was expected after λ")
        if lam:
            binders = []
        elif mark == "(":
            stack.append(["(", None])
        elif mark == ")":
            close(at)
            if stack[-1][0] != "(" or stack[-1][1] is None:
                raise ValueError(f"position {at}: ')' closes nothing")
            put(stack.pop()[1])
        elif mark == ".":
            if binders is None:
                raise ValueError(f"position {at}: '.' without a λ before it")
            stack.append([binders, None])
            binders = None
        elif binders is not None:
            binders.append(name)
        else:
            put(name)
    if binders is not None:
        raise ValueError("the end comes before the '.' of a λ")
    close(len(text))
    if stack[-1][0] == "(":
        raise ValueError("a '(' is never closed")
    if stack[-1][1] is None:
        raise ValueError("there is no term")
    return stack[-1][1]


def show(term: Term) -> str:
    """A named term as text that `parse` reads back, with the fewest brackets."""
    if isinstance(term, str):
        return term
    if len(term) == 3:
        return f"λ{term[1]}.{show(term[2])}"
    left = f"({show(term[0])})" if len(term[0]) == 3 and term[0][0] == "λ" else show(term[0])
    return f"{left} {term[1]}" if isinstance(term[1], str) else f"{left} ({show(term[1])})"


def key(term: Term) -> str:
    """A named term as nameless prefix notation: equal for two terms just if only bound names differ.

    A free variable keeps its name, after a '!'. Works on any depth.
    """
    out, stack = [], [(term, {}, 0)]
    while stack:
        t, scope, depth = stack.pop()
        if isinstance(t, str):
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
    if isinstance(term, str):
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
        out.append(str(t) if isinstance(t, int) else "λ" if len(t) == 1 else "@")
        if not isinstance(t, int):
            stack.extend(reversed(t))
    return " ".join(out)


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
    count, stack = 0, [term]
    while stack:
        t = stack.pop()
        count += 1
        if t.__class__ is tuple:
            stack.extend(t[2:] if len(t) == 3 else t)
    return count


# --8<-- [start:draw]
def draw(rng: random.Random, size: int, names: Sequence[str] = NAMES, scope: tuple[str, ...] = ()) -> Term:
    """A random closed named term of about `size` nodes; binders take their names from `names`."""
    if size <= 1 or (scope and rng.random() < 0.12):
        return rng.choice(scope) if scope else ("λ", names[0], names[0])
    if not scope or rng.random() < 0.38:
        name = rng.choice(names)  # may be in scope already: then it shadows
        return ("λ", name, draw(rng, size - 1, names, (*scope, name)))
    left = rng.randint(1, size - 1)
    return (draw(rng, left, names, scope), draw(rng, size - 1 - left, names, scope))


# --8<-- [end:draw]


def shift(term: Term, by: int, bound: int = 0) -> Term:
    """`term` moved under `by` more binders; the innermost `bound` indices are its own."""
    if isinstance(term, int):
        return term + by if term >= bound else term
    if len(term) == 1:
        return (shift(term[0], by, bound + 1),)
    return (shift(term[0], by, bound), shift(term[1], by, bound))


def put(body: Term, argument: Term, at: int = 0) -> Term:
    """The body of an abstraction with `argument` for its variable (index `at`)."""
    if isinstance(body, int):
        return shift(argument, at) if body == at else body - (body > at)
    if len(body) == 1:
        return (put(body[0], argument, at + 1),)
    return (put(body[0], argument, at), put(body[1], argument, at))


def step(term: Term) -> Term | None:
    """One leftmost-outermost reduction step of a nameless term, None if it is in normal form."""
    if isinstance(term, int):
        return None
    if len(term) == 1:
        body = step(term[0])
        return None if body is None else (body,)
    function, argument = term
    if not isinstance(function, int) and len(function) == 1:
        return put(function[0], argument)
    reduced = step(function)
    if reduced is not None:
        return (reduced, argument)
    reduced = step(argument)
    return None if reduced is None else (function, reduced)


def normalise(term: Term) -> tuple[Term | None, int, str]:
    """First key: substitution. Returns (normal form or None, steps, why: "", "loops" or "budget").

    Leftmost-outermost order finds the normal form if there is one, so a term seen twice proves that there is none.
    """
    seen = {term}
    for count in range(STEPS + 1):
        following = step(term)
        if following is None:
            return term, count, ""
        if following in seen:
            return None, count, "loops"
        if nodes(following) > NODES:
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
