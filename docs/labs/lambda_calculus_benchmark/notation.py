"""Lambda terms as text: read and write."""

from __future__ import annotations

import re
from typing import Any

from .terms import Term

TOKEN = re.compile(r"\s*(?:([λ\\])|([().])|([A-Za-z_α-κμ-ωΑ-Ω][A-Za-z0-9_'′₀-₉α-κμ-ωΑ-Ω]*)|(\S))")


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
