"""The items that most people write first, Church arithmetic and booleans, as a bank of their own."""

from __future__ import annotations

from itertools import product

from .notation import parse
from .terms import Term, flat, nameless, normalise

DEFINITIONS = {
    "and": "λp.λq.p q p",
    "or": "λp.λq.p p q",
    "add": "λm.λn.λf.λx.m f (n f x)",
    "multiply": "λm.λn.λf.m (n f)",
    "power": "λm.λn.n m",
    "power, with f and x": "λm.λn.λf.λx.n m f x",
    "predecessor": "λn.λf.λx.n (λg.λh.h (g f)) (λu.x) (λu.u)",
}
BOOLEANS = ("λt.λf.t", "λt.λf.f")


def numeral(n: int) -> str:
    """The Church numeral of n: λf.λx.f (f ... x)."""
    return f"λf.λx.{'f (' * n}x{')' * n}"


def items() -> dict[str, list[tuple[Term, str]]]:
    """For each operation its questions with their normal forms; those over budget are left out."""
    small = [numeral(n) for n in range(2, 5)]
    operands = {"and": BOOLEANS, "or": BOOLEANS, "power": small, "power, with f and x": small}
    found: dict[str, list[tuple[Term, str]]] = {}
    for name, text in DEFINITIONS.items():
        given = operands.get(name, [numeral(n) for n in range(10)])
        found[name] = []
        for chosen in product(given, repeat=1 if name == "predecessor" else 2):
            term = parse(f"({text}) " + " ".join(f"({c})" for c in chosen))
            normal, _, _ = normalise(nameless(term))
            if normal is not None:
                found[name].append((term, flat(normal)))
    return found
