"""Closed-world type inference: one set of types for each variable of the whole program, or one for each signature.

A set of types is a number: 1 integer, 2 float, 3 either, 0 nothing known. It holds for every path in the text.
`joined` is monovariant (0-CFA): all callers of a method meet in its parameters. `copied` analyses a method anew for
each pair of argument sets it is called with, which is cloning by signature; fields stay joined in both.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from labs.spinel_ruby_aot.program import OPERATIONS, Program

INT, FLOAT, EITHER = 1, 2, 3
Signature = tuple[int, int]
RESULT = {
    (a, b): ((INT if a & b & INT else 0) | (FLOAT if (a | b) & FLOAT else 0)) if a and b else 0
    for a in range(4)
    for b in range(4)
}  # an integer comes of two integers; a float if one of two may be a float


@dataclass
class Version:
    """One compiled version of a method: a type set for each variable, the last for the literal, and what it returns."""

    types: list[int]
    returned: int = 0


@dataclass
class Inferred:
    """Versions by (method, signature), where the joined form has the one signature (0, 0); types of the fields."""

    versions: dict[tuple[int, Signature], Version]
    fields: list[int]
    visits: int  # methods looked at until nothing changed
    copied: bool
    program: Program = field(repr=False)

    def callee(self, method: int, a: int, b: int) -> tuple[int, Signature]:
        """The version that a call with these argument sets binds to."""
        return (method, (a, b)) if self.copied else (method, (0, 0))


# --8<-- [start:meet]
def meet(parameters: list[int], a: int, b: int) -> bool:
    """Add a call's argument types to those of all other callers; whether the method must be looked at again."""
    new = a & ~parameters[0] or b & ~parameters[1]
    parameters[0] |= a
    parameters[1] |= b
    return bool(new)


# --8<-- [end:meet]


def joined(program: Program, rare: bool) -> Inferred:
    """Types for the whole program, with or without the rare call."""
    methods = program.methods
    versions = [Version([0] * m.variables + [INT]) for m in methods]
    fields = [INT] * program.fields
    versions[0].types[:2] = INT, INT
    if rare:
        start = versions[program.rare].types
        start[0] |= INT
        start[1] |= FLOAT
    callers: list[set[int]] = [set() for _ in methods]
    readers: list[set[int]] = [set() for _ in fields]
    for i, method in enumerate(methods):
        for s in method.body:
            if s[0] == "call":
                callers[s[2]].add(i)
            elif s[0] == "get":
                readers[s[2]].add(i)
    waiting = list(range(len(methods) - 1, -1, -1))
    queued = set(waiting)
    visits = 0
    while waiting:
        i = waiting.pop()
        queued.discard(i)
        visits += 1
        changed: set[int] = set()
        types = versions[i].types
        if not types[0]:
            continue
        for s in methods[i].body:
            kind = s[0]
            if kind == "call":
                _, dst, callee, a, b, on, every = s
                target = versions[callee]
                known = target.types[0] & target.types[1] == EITHER
                if not known and meet(target.types, types[a], types[b]):
                    changed.add(callee)
                types[dst] |= target.returned | (types[on] if every > 1 else 0)
            elif kind == "get":
                types[s[1]] |= fields[s[2]]
            elif kind == "set":
                if types[s[2]] & ~fields[s[1]]:
                    fields[s[1]] |= types[s[2]]
                    changed |= readers[s[1]]
            else:
                types[s[1]] |= RESULT[types[s[2]], types[s[3]]]
        if types[methods[i].returns] & ~versions[i].returned:
            versions[i].returned |= types[methods[i].returns]
            changed |= callers[i]
        if changed:
            new = sorted(changed - queued)
            waiting += new
            queued.update(new)
    found = {(i, (0, 0)): version for i, version in enumerate(versions)}
    return Inferred(found, fields, visits, False, program)


def copied(program: Program, rare: bool) -> Inferred:
    """A version of a method for each signature it is called with; fields are joined over all of them."""
    fields, visits = [INT] * program.fields, 0
    while True:
        before, versions = list(fields), {}
        analyse(program, versions, fields, 0, (INT, INT))
        if rare:
            analyse(program, versions, fields, program.rare, (INT, FLOAT))
        visits += len(versions)
        if fields == before:
            return Inferred(versions, fields, visits, True, program)


def analyse(program: Program, versions: dict, fields: list[int], i: int, signature: Signature) -> int:
    """Make the version of method `i` for a signature, and those below it; returns what it returns."""
    if found := versions.get((i, signature)):
        return found.returned
    method = program.methods[i]
    types = [0] * method.variables + [INT]
    types[:2] = signature
    version = versions[i, signature] = Version(types)
    for s in method.body:
        if s[0] == "call":
            back = analyse(program, versions, fields, s[2], (types[s[3]], types[s[4]]))
            types[s[1]] = back | (types[s[5]] if s[6] > 1 else 0)
        elif s[0] == "get":
            types[s[1]] = fields[s[2]]
        elif s[0] == "set":
            fields[s[1]] |= types[s[2]]
        else:
            types[s[1]] = RESULT[types[s[2]], types[s[3]]]
    version.returned = types[method.returns]
    return version.returned


def widened(found: Inferred) -> tuple[int, int]:
    """Operations with an operand of either type, and all operations, over the versions that were compiled."""
    wide = total = 0
    for (i, _), version in found.versions.items():
        for s in found.program.methods[i].body:
            if s[0] in OPERATIONS:
                total += 1
                wide += version.types[s[2]] == EITHER or version.types[s[3]] == EITHER
    return wide, total


def size(found: Inferred) -> int:
    """Statements in all versions together: how much code is emitted."""
    return sum(len(found.program.methods[i].body) for i, _ in found.versions)
