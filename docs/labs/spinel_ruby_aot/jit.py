"""Two compilers at run time, which see only what has run: inline caches with guards, and versions with guards.

Both interpret a method for its first calls and note the types they meet; then they compile it for those. Where a value
of another type comes, a guard fails: the rest of that step is done slowly, and the method is compiled again.
  Caches    each operation asks for the types of its operands; the model nearest to it is an optimising method JIT
  Versions  a version of a method for each pair of argument types met; it asks only for what calls and fields give,
            as compilers by basic-block versions do, of which YJIT is one; here a version is a whole method
"""

from __future__ import annotations

from collections import Counter, defaultdict

from labs.spinel_ruby_aot.aot import Code, Request, direct, ref, spent
from labs.spinel_ruby_aot.program import LITERAL, LITERAL_VALUE, OPERATIONS, RARE_ARGUMENT, Program, operate

THRESHOLD = 30  # calls of a method before it is compiled; YJIT's default in Ruby 3.3 for small programs
LEAVES = 8  # ends of a version's tree of types; beyond it a value's type is left open


class Interpreter:
    """Asks at every operation; the reference for results. The compilers below begin as it and return to it."""

    notes = False  # whether types are noted; a compiler does

    def __init__(self, program: Program) -> None:
        self.program = program
        self.fields: list[float] = [0] * program.fields
        self.counted: Counter[str] = Counter()
        self.entered: dict[tuple[int, int], int] = defaultdict(int)  # runs of a method from one of its statements on

    def answer(self, request: Request) -> tuple[float, float]:
        """Results of a request's one or two calls."""
        x, y, rare = request
        return self.call(0, x, y), self.call(self.program.rare, x, RARE_ARGUMENT) if rare else 0

    def call(self, i: int, a: float, b: float) -> float:
        """Run a method."""
        method = self.program.methods[i]
        values: list[float] = [0] * method.variables + [LITERAL_VALUE]
        values[0], values[1] = a, b
        return self.rest(i, 0, values)

    def rest(self, i: int, start: int, v: list[float]) -> float:
        """Run a method from one of its statements on, with the values of its variables so far."""
        method, notes = self.program.methods[i], self.notes
        self.entered[i, start] += 1
        for at, s in enumerate(method.body[start:] if start else method.body, start):
            kind = s[0]
            if kind == "call":
                _, dst, callee, a, b, on, every = s
                v[dst] = v[on] if int(v[on]) % every else self.call(callee, v[a], v[b])
            elif kind == "get":
                v[s[1]] = self.fields[s[2]]
            elif kind == "set":
                self.fields[s[1]] = v[s[2]]
                continue
            else:
                v[s[1]] = operate(kind, v[s[2]], v[s[3]])
            if notes:
                self.note(i, at, v, v[s[1]])
        return v[method.returns]

    def note(self, i: int, at: int, v: list[float], result: float) -> None:
        """A compiler notes types here."""

    def events(self) -> Counter[str]:
        """Events so far: every statement from where a method was entered has run."""
        total = Counter(self.counted)
        for (i, start), times in self.entered.items():
            for s in self.program.methods[i].body[start:]:
                if s[0] in OPERATIONS:
                    total["interpreted op"] += times
                elif s[0] != "call":
                    total["interpreted field"] += times
        return total


class Compiler(Interpreter):
    """An interpreter that compiles what is called often."""

    notes = True

    def __init__(self, program: Program, threshold: int = THRESHOLD) -> None:
        super().__init__(program)
        self.threshold = threshold
        self.calls: Counter = Counter()
        self.seen: dict[tuple, set] = {}
        self.compiled: dict = {}
        self.pieces: list[tuple[list[int], list[Counter[str]]]] = []

    def key(self, i: int, a: float, b: float) -> tuple:
        """What is compiled together: a method, or a method for a pair of types."""
        return (i,)

    def call(self, i: int, a: float, b: float) -> float:
        """Run a method, compiled if it has been called often enough."""
        key = self.key(i, a, b)
        if ready := self.compiled.get(key):
            return ready(a, b)
        self.calls[key] += 1
        if self.calls[key] <= self.threshold:
            return super().call(i, a, b)
        code = Code()
        self.emit(code, key)
        self.counted["compiled"] += len(self.program.methods[i].body)
        self.counted["compilations"] += 1
        space, ran = code.load({"F": self.fields, "call": self.call, "miss": self.miss})
        self.pieces.append((ran, code.costs))
        self.compiled[key] = space["run"]
        return space["run"](a, b)

    def learn(self, key: tuple, at: int, types: object) -> None:
        """A guard failed: remember what came, and compile again at the next call."""
        self.counted["failed guard"] += 1
        self.seen.setdefault((key, at), set()).add(types)
        self.compiled.pop(key, None)

    def events(self) -> Counter[str]:
        """Events so far, in interpreted and in compiled code."""
        total = super().events()
        for ran, costs in self.pieces:
            total.update(spent(ran, costs))
        return total

    def emit(self, code: Code, key: tuple) -> None:
        """Write the code of a method, or of one version, for the types seen."""
        raise NotImplementedError

    def miss(self, *values: object) -> float:
        """What a failed guard does."""
        raise NotImplementedError


class Caches(Compiler):
    """Guards at each operation, for the pairs of types seen there."""

    def note(self, i: int, at: int, v: list[float], result: float) -> None:
        """Remember the types of an operation's operands."""
        s = self.program.methods[i].body[at]
        if s[0] in OPERATIONS:
            self.seen.setdefault(((i,), at), set()).add((type(v[s[2]]), type(v[s[3]])))

    def miss(self, key: tuple, at: int, a: float, b: float) -> float:
        """Do one operation slowly."""
        self.learn(key, at, (type(a), type(b)))
        self.counted["dispatch"] += 1
        return operate(self.program.methods[key[0]].body[at][0], a, b)

    def emit(self, code: Code, key: tuple) -> None:
        """Write the method: before each operation a test for each pair of types seen, integers first."""
        method = self.program.methods[key[0]]
        code.lines.append("def run(v0, v1):")
        whole = code.piece(1)
        for at, s in enumerate(method.body):
            if s[0] == "call":
                emit_call(code, s)
            elif s[0] == "get":
                whole["field"] += 1
                code.lines.append(f" v{s[1]} = F[{s[2]}]")
            elif s[0] == "set":
                whole["field"] += 1
                code.lines.append(f" F[{s[1]}] = {ref(s[2])}")
            else:
                kind, dst, a, b = s
                asked = sorted({a, b} - {LITERAL})
                operands = len(asked)
                whole["guard"] += operands
                pairs = sorted(self.seen.setdefault((key, at), {(int, int)}), key=str, reverse=True)  # int before float
                for nth, (x, y) in enumerate(pairs):
                    test = f"type({ref(a)}) is {x.__name__} and type({ref(b)}) is {y.__name__}"
                    code.lines.append(f" {'if' if nth == 0 else 'elif'} {test}:")
                    arm = code.piece(2)
                    arm["direct"] += 1
                    arm["guard"] += nth * operands
                    code.lines.append(f"  v{dst} = {direct(kind, x is y is int, ref(a), ref(b))}")
                code.lines.append(" else:")
                code.lines.append(f"  v{dst} = miss({key}, {at}, {ref(a)}, {ref(b)})")
        code.lines.append(f" return v{method.returns}")


def emit_call(code: Code, s: tuple) -> None:
    """Write a call that may or may not be made."""
    _, dst, callee, a, b, on, every = s
    code.lines.append(f" v{dst} = v{on} if int(v{on}) % {every} else call({callee}, {ref(a)}, {ref(b)})")


class Versions(Compiler):
    """A version for each pair of argument types; guards only where a call or a field gives a value."""

    def key(self, i: int, a: float, b: float) -> tuple:
        """A method and the types of its arguments."""
        return (i, type(a), type(b))

    def note(self, i: int, at: int, v: list[float], result: float) -> None:
        """Remember the type that a call or a field gave, for the version that is running."""
        if self.program.methods[i].body[at][0] in ("call", "get"):
            self.seen.setdefault((self.key(i, v[0], v[1]), at), set()).add(type(result))

    def miss(self, key: tuple, at: int, values: list[float]) -> float:
        """Interpret the rest of the method."""
        method = self.program.methods[key[0]]
        self.learn(key, at, type(values[method.body[at][1]]))
        return self.rest(key[0], at + 1, [*values, *[0] * (method.variables - len(values)), LITERAL_VALUE])

    def emit(self, code: Code, key: tuple) -> None:
        """Write the version as a tree: it branches where a value can be of more than one type."""
        code.lines.append("def run(v0, v1):")
        leaves = [1]
        self.branch(code, key, 0, [key[1], key[2]], 1, leaves)

    def branch(self, code: Code, key: tuple, start: int, known: list, indent: int, leaves: list[int]) -> None:
        """Write the statements from `start` on; `known` has the type of each variable so far, None if left open."""
        method, pad = self.program.methods[key[0]], " " * indent
        whole = code.piece(indent)
        for at in range(start, len(method.body)):
            s = method.body[at]
            if s[0] in OPERATIONS:
                x, y = (int if v == LITERAL else known[v] for v in s[2:])
                if x is None or y is None:
                    whole["dispatch"] += 1
                    code.lines.append(f"{pad}v{s[1]} = operate('{s[0]}', {ref(s[2])}, {ref(s[3])})")
                    known.append(float if float in (x, y) else None)
                else:
                    whole["direct"] += 1
                    code.lines.append(f"{pad}v{s[1]} = {direct(s[0], x is y is int, ref(s[2]), ref(s[3]))}")
                    known.append(int if x is y is int else float)
                continue
            if s[0] == "set":
                whole["field"] += 1
                code.lines.append(f"{pad}F[{s[1]}] = {ref(s[2])}")
                continue
            if s[0] == "get":
                whole["field"] += 1
                code.lines.append(f"{pad}v{s[1]} = F[{s[2]}]")
            else:
                made = f"call({s[2]}, {ref(s[3])}, {ref(s[4])})"
                code.lines.append(f"{pad}v{s[1]} = v{s[5]} if int(v{s[5]}) % {s[6]} else {made}")
            met = sorted(self.seen.setdefault((key, at), {int}), key=lambda one: one.__name__, reverse=True)
            whole["guard"] += 1
            if len(met) > 1 and leaves[0] >= LEAVES:
                known.append(None)
                continue
            leaves[0] += len(met) - 1
            for nth, one in enumerate(met):
                code.lines.append(f"{pad}{'if' if nth == 0 else 'elif'} type(v{s[1]}) is {one.__name__}:")
                self.branch(code, key, at + 1, [*known, one], indent + 1, leaves)
            values = ", ".join(f"v{i}" for i in range(s[1] + 1))
            version = f"({key[0]}, {key[1].__name__}, {key[2].__name__})"
            code.lines.append(f"{pad}return miss({version}, {at}, [{values}])")
            return
        code.lines.append(f"{pad}return v{method.returns}")
