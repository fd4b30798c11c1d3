"""Compiles a program ahead of time: one Python function for each version, with counters of what its code does.

A slot of one type holds the bare value, and whatever is stored into it is converted, as C converts; so an inference
that promises too much shows in the results. A slot of either type holds a boxed value, and an operation on one asks.
What a piece of straight code costs is known when it is emitted; running it counts how often it ran.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from labs.spinel_ruby_aot.infer import EITHER, FLOAT, INT, Inferred, Signature
from labs.spinel_ruby_aot.program import LITERAL, LITERAL_VALUE, MODULUS, RARE_ARGUMENT, operate

Request = tuple[int, int, bool]
DIRECT = {
    ("add", True): f"({{}}+{{}})%{MODULUS}",
    ("mul", True): f"({{}}*{{}}+1)%{MODULUS}",
    ("half", True): "({}+{})//2",
    ("add", False): f"({{}}+{{}})%{MODULUS}",
    ("mul", False): f"({{}}*{{}}+1)%{MODULUS}",
    ("half", False): "({}+{})/2",
}


def direct(op: str, whole: bool, a: str, b: str) -> str:
    """Python for an operation whose operands are known: both integers (`whole`), or one at least a float."""
    return DIRECT[op, whole].format(a, b)


def ref(variable: int) -> str:
    """Python that reads a variable, or the literal."""
    return str(LITERAL_VALUE) if variable == LITERAL else f"v{variable}"


def converted(value: str, types: int) -> str:
    """Python that stores a value into a slot, as C does: a slot of one type converts."""
    return {INT: f"int({value})", FLOAT: f"float({value})"}.get(types, value)


class Code:
    """Lines of Python being written, and a counter with a price list for each piece of straight code."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.costs: list[Counter[str]] = []

    def piece(self, indent: int) -> Counter[str]:
        """Begin a piece of straight code here; add to what is returned what one run of it does."""
        self.lines.append(f"{' ' * indent}n[{len(self.costs)}] += 1")
        self.costs.append(Counter())
        return self.costs[-1]

    def load(self, names: dict) -> tuple[dict, list[int]]:
        """Run the lines as a module with `names`; its functions, and how often each piece has run so far."""
        ran = [0] * len(self.costs)
        space = {**names, "n": ran, "operate": operate}
        exec(compile("\n".join(self.lines), "<emitted>", "exec"), space)  # code that this module wrote itself
        return space, ran


def spent(ran: Sequence[int], costs: Sequence[Counter[str]]) -> Counter[str]:
    """Events so far: runs of each piece times what one run does."""
    total: Counter[str] = Counter()
    for count, cost in zip(ran, costs, strict=True):
        for event, times in cost.items():
            total[event] += count * times
    return total


class Ahead:
    """A program compiled before it runs; `answer` serves a request, `events` says what has been done so far."""

    def __init__(self, found: Inferred) -> None:
        self.found = found
        code = Code()
        for key in found.versions:
            emit(code, found, key)
        self.costs = code.costs
        self.fields: list[float] = [0] * len(found.fields)
        space, self.ran = code.load({"F": self.fields})
        self.first = space[name(found.callee(0, INT, INT))]
        rare = found.callee(found.program.rare, INT, FLOAT)
        self.rare = space.get(name(rare)) or space[name(found.callee(found.program.rare, INT, INT))]

    def answer(self, request: Request) -> tuple[float, float]:
        """Results of a request's one or two calls."""
        x, y, rare = request
        return self.first(x, y), self.rare(x, RARE_ARGUMENT) if rare else 0

    def events(self) -> Counter[str]:
        """Events so far."""
        return spent(self.ran, self.costs)


def name(key: tuple[int, Signature]) -> str:
    """The emitted function's name."""
    return f"m{key[0]}_{key[1][0]}{key[1][1]}"


def emit(code: Code, found: Inferred, key: tuple[int, Signature]) -> None:
    """Write one version of a method."""
    method, version = found.program.methods[key[0]], found.versions[key]
    types = version.types
    code.lines.append(f"def {name(key)}(v0, v1):")
    whole = code.piece(1)
    for i in (0, 1):
        if types[i] in (INT, FLOAT):
            code.lines.append(f" v{i} = {converted(f'v{i}', types[i])}")
    for s in method.body:
        kind = s[0]
        if kind == "call":
            emit_call(code, found, version.types, s)
        elif kind == "get":
            whole["field"] += 1
            code.lines.append(f" v{s[1]} = F[{s[2]}]")
        elif kind == "set":
            whole["field"] += 1
            whole["box"] += found.fields[s[1]] == EITHER != types[s[2]]
            code.lines.append(f" F[{s[1]}] = {converted(ref(s[2]), found.fields[s[1]])}")
        else:
            a, b = types[s[2]], types[s[3]]
            if EITHER in (a, b):
                whole["dispatch"] += 1
                code.lines.append(f" v{s[1]} = operate('{kind}', {ref(s[2])}, {ref(s[3])})")
            else:
                whole["direct"] += 1
                code.lines.append(f" v{s[1]} = {direct(kind, a == b == INT, ref(s[2]), ref(s[3]))}")
    code.lines.append(f" return v{method.returns}")


def emit_call(code: Code, found: Inferred, types: Sequence[int], s: tuple) -> None:
    """Write a call, or what stands in for its result where it is not made."""
    _, dst, callee, a, b, on, every = s
    key = found.callee(callee, types[a], types[b])
    target = found.versions[key]
    indent = 1
    if every > 1:
        code.lines.append(f" if int(v{on}) % {every} == 0:")
        indent = 2
    taken = code.piece(indent)
    taken["call"] += 1
    taken["box"] += sum(EITHER == target.types[i] != types[v] for i, v in ((0, a), (1, b)))
    taken["box"] += EITHER == types[dst] != target.returned
    value = converted(f"{name(key)}({ref(a)}, {ref(b)})", types[dst])
    code.lines.append(f"{' ' * indent}v{dst} = {value}")
    if every > 1:
        code.lines.append(" else:")
        code.piece(2)["box"] += EITHER == types[dst] != types[on]
        code.lines.append(f"  v{dst} = {converted(f'v{on}', types[dst])}")


def operations(events: Counter[str]) -> int:
    """Arithmetic operations among the events, however they were done."""
    return events["direct"] + events["dispatch"] + events["interpreted op"]
