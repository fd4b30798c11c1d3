"""Compiles a program ahead of time: one Python function for each version, with counters of what its code does.

A slot of one type holds the bare value, and whatever is stored into it is converted, as C converts; so an inference
that promises too much shows in the results. A slot of either type holds a boxed value, and an operation on one asks.
What a piece of straight code costs is known when it is emitted; running it counts how often it ran.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from types import CodeType

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


def converted(value: str, types: int, of: int = 0) -> str:
    """Python that stores a value into a slot, as C does: a slot of one type converts, unless the value is `of` it."""
    return value if of == types else {INT: f"int({value})", FLOAT: f"float({value})"}.get(types, value)


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
        exec(compiled("\n".join(self.lines)), space)
        return space, ran


@lru_cache(maxsize=256)
def compiled(text: str) -> CodeType:
    """Python's own compilation of text that this module wrote; several engines write the same text for a program."""
    return compile(text, "<emitted>", "exec")


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
            code.lines.append(f" F[{s[1]}] = {converted(ref(s[2]), found.fields[s[1]], types[s[2]])}")
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
    taken = sum(EITHER == target.types[i] != types[v] for i, v in ((0, a), (1, b)))
    taken += EITHER == types[dst] != target.returned
    value = converted(f"{name(key)}({ref(a)}, {ref(b)})", types[dst], target.returned)
    if every == 1:
        if taken:
            code.piece(1)["box"] += taken
        code.lines.append(f" v{dst} = {value}")
        return
    left = EITHER == types[dst] != types[on]
    test = f"{converted(f'v{on}', INT, types[on])} % {every}"
    other = converted(f"v{on}", types[dst], types[on])
    if not taken and not left:
        code.lines.append(f" v{dst} = {other} if {test} else {value}")
        return
    for line, arm, boxed in ((f" if {test}:", other, left), (" else:", value, taken)):
        code.lines.append(line)
        if boxed:
            code.piece(2)["box"] += boxed
        code.lines.append(f"  v{dst} = {arm}")


def operations(events: Counter[str]) -> int:
    """Arithmetic operations among the events, however they were done."""
    return events["direct"] + events["dispatch"] + events["interpreted op"]
