"""A tiny dynamic language and its random programs: methods, calls, fields, and one rare call with a float.

A statement is a tuple; variables of a method are numbers, 0 and 1 are its parameters, -1 stands for the literal 3:
  (op, dst, a, b)            op is "add", "mul" or "half"; an integer and a float make a float
  ("call", dst, callee, a, b, on, every)   calls if the whole part of `on` is a multiple of `every`, else dst is `on`
  ("get", dst, field)        reads a field of the one shared object; ("set", field, a) writes it
A request calls method 0 with two integers; a rare one also calls method `rare` with an integer and 0.5.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

Statement = tuple
OPERATIONS = ("add", "mul", "half")
MODULUS = 10_007  # keeps integers small; a float is reduced by it as well
RARE_ARGUMENT = 0.5
LITERAL, LITERAL_VALUE = -1, 3
METHODS = 40  # methods of a program
STEPS = 6  # statements of a method that are no calls


@dataclass(frozen=True)
class Method:
    """Two parameters, statements, and the variable it returns."""

    body: tuple[Statement, ...]
    returns: int
    variables: int


@dataclass(frozen=True)
class Program:
    """Methods, which call later ones only, and `rare`, the method that the rare call reaches."""

    methods: tuple[Method, ...]
    rare: int
    fields: int

    @property
    def sites(self) -> int:
        """Arithmetic operations in the program's text."""
        return sum(s[0] in OPERATIONS for method in self.methods for s in method.body)

    @property
    def calls(self) -> int:
        """Call sites in the program's text, without those of the request itself."""
        return sum(s[0] == "call" for method in self.methods for s in method.body)


def operate(op: str, a: float, b: float) -> float:
    """What an operation means for values of any type: the reference that every engine must agree with."""
    if op == "add":
        return (a + b) % MODULUS
    if op == "mul":
        return (a * b + 1) % MODULUS
    return (a + b) // 2 if isinstance(a, int) and isinstance(b, int) else (a + b) / 2


def random_program(rng: random.Random, density: float, heap: float, literals: float, methods: int = METHODS) -> Program:
    """A program in which each method but the first has at least one caller.

    density  call sites a method, at least (methods - 1) / methods: a random tree of callers, then more calls
    heap     share of the statements that are no calls which read or write a field
    literals share of the operands and arguments that are the literal
    """
    callees: list[list[int]] = [[] for _ in range(methods)]
    for callee in range(1, methods):
        callees[rng.randrange(callee)].append(callee)
    for _ in range(round(density * methods) - (methods - 1)):
        caller = rng.randrange(methods - 1)
        callees[caller].append(rng.randrange(caller + 1, methods))
    fields = max(1, methods // 4)
    every = max(1, round(density))  # a request runs about one call a method entered, whatever the density
    made = [random_method(rng, callees[i], heap, literals, fields, every) for i in range(methods)]
    return Program(tuple(made), rng.randrange(1, methods), fields)


def random_method(
    rng: random.Random, callees: Sequence[int], heap: float, literals: float, fields: int, every: int
) -> Method:
    """Statements in random order, each on variables drawn from those there are, or on the literal."""
    kinds = ["step"] * STEPS + ["call"] * len(callees)
    rng.shuffle(kinds)
    left, body, count = list(callees), [], 2
    for kind in kinds:
        a, b = (LITERAL if rng.random() < literals else rng.randrange(count) for _ in range(2))
        if kind == "call":
            body.append(("call", count, left.pop(), a, b, rng.randrange(count), every))
        elif rng.random() >= heap:
            body.append((rng.choice(OPERATIONS), count, a, b))
        elif rng.random() < 0.5:
            body.append(("get", count, rng.randrange(fields)))
        else:
            body.append(("set", rng.randrange(fields), a))
            continue
        count += 1
    return Method(tuple(body), count - 1, count)


def with_copies(program: Program, whole: bool) -> Program:
    """The same program, split by hand: the rare call gets a copy of its method.

    whole  copy all methods that it reaches, too; else the copy goes on calling the shared ones
    """
    reached = below(program, program.rare) if whole else {program.rare}
    new = {old: len(program.methods) + i for i, old in enumerate(sorted(reached))}
    copies = [renamed(program.methods[old], new) for old in sorted(reached)]
    return Program((*program.methods, *copies), new[program.rare], program.fields)


def renamed(method: Method, new: dict[int, int]) -> Method:
    """A copy of a method that calls the copies of its callees, where there are some."""
    body = [(*s[:2], new.get(s[2], s[2]), *s[3:]) if s[0] == "call" else s for s in method.body]
    return Method(tuple(body), method.returns, method.variables)


def below(program: Program, start: int) -> set[int]:
    """`start` and every method that can be reached from it."""
    seen, left = {start}, [start]
    while left:
        for s in program.methods[left.pop()].body:
            if s[0] == "call" and s[2] not in seen:
                seen.add(s[2])
                left.append(s[2])
    return seen
