"""What a note can say about Python code, read from its syntax tree: five kinds of fact, each with the line it quotes.

A fact is true later if the same symbol of the same file still has the same value. That is decided by `ast`, never by
one of the checks that the lab compares. What is compared: parameters by name and order, without annotations; one
literal default; one literal constant; one call by its dotted name; the set of exception names that a function raises.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from labs.coding_agent_memory import note

KINDS = ("arguments", "arguments, several lines", "default", "constant", "call", "exceptions")


@dataclass(frozen=True)
class Fact:
    """One thing a note can say: kind, symbol (`Class.method`), detail (parameter or callee), value.

    line     number of the quoted line, from 1
    quotes   stripped lines; the first is what a note of one line quotes, all of them what a careful one does
    body     the whole symbol, its lines stripped
    together whether the quoted lines follow each other, as those of a long signature do
    """

    kind: str
    symbol: str
    detail: str
    value: object
    line: int
    quotes: tuple[str, ...]
    body: str
    together: bool


@dataclass
class Definition:
    """What a file says of one definition of a symbol."""

    parameters: tuple[str, ...] | None = None
    defaults: dict[str, str] = field(default_factory=dict)
    calls: frozenset[str] = frozenset()
    raises: frozenset[str] = frozenset()
    constant: str | None = None
    body: str = ""

    def says(self, kind: str, detail: str, value: object) -> bool:
        """Whether the fact holds of this definition."""
        if kind.startswith("arguments"):
            return self.parameters == value
        if kind == "default":
            return self.defaults.get(detail) == value
        if kind == "constant":
            return self.constant == value
        if kind == "call":
            return self.parameters is not None and detail in self.calls
        return self.parameters is not None and self.raises == value


class Module:
    """A Python file: its lines, definitions by symbol, and the facts that a note could take from it.

    Raises SyntaxError, ValueError or RecursionError, as `ast.parse` does.
    """

    def __init__(self, text: str) -> None:
        tree = ast.parse(text)
        self.lines = [line.strip() for line in text.splitlines()]
        self.counts = Counter(self.lines)
        self.text = text
        self.joined = "\n".join(["", *filter(None, self.lines), ""])  # without empty lines, to look for a block
        self.definitions: dict[str, list[Definition]] = {}
        self.found: list[Fact] = []
        for node, symbol in _symbols(tree, ""):
            body = "\n".join(self.lines[node.lineno - 1 : node.end_lineno])
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._function(node, symbol, body)
            else:
                self._constant(node, symbol, body)

    @cached_property
    def squeezed(self) -> str:
        """The lines as the command reads them: no indentation, single spaces, no empty ones."""
        return "\n".join(["", *note.lines(self.text), ""])

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the file, those of its comments and strings too."""
        return frozenset(re.findall(r"\w+", self.text))

    def has(self, fact: Fact) -> bool:
        """Whether the quoted lines follow each other here as they did; each by itself if they did not."""
        if not fact.together:
            return all(self.counts[one] > 0 for one in fact.quotes)
        return "\n".join(["", *fact.quotes, ""]) in self.joined

    def has_once(self, fact: Fact) -> bool:
        """Whether the command would find the quoted lines exactly once: together, or each by itself."""
        quotes = [" ".join(one.split()) for one in fact.quotes]
        blocks = ["\n".join(quotes)] if fact.together else quotes
        return all(occurrences(self.squeezed, f"\n{one}\n") == 1 for one in blocks)

    def facts(self) -> Iterator[Fact]:
        """The facts about symbols that this file defines once."""
        return (fact for fact in self.found if len(self.definitions[fact.symbol]) == 1)

    def _keep(self, kind: str, symbol: str, detail: str, value: object, lines: Sequence[int], body: str) -> None:
        quotes = tuple(self.lines[number - 1] for number in lines if self.lines[number - 1])
        if quotes:
            together = lines[-1] - lines[0] == len(lines) - 1
            self.found.append(Fact(kind, symbol, detail, value, lines[0], quotes, body, together))

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, symbol: str, body: str) -> None:
        names, defaults = _parameters(node.args)
        calls: dict[str, int] = {}
        raised: list[tuple[str, int]] = []
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and (name := _dotted(part.func)) and not hasattr(builtins, name):
                calls.setdefault(name, part.func.end_lineno)
            elif isinstance(part, ast.Raise) and part.exc:
                error = part.exc.func if isinstance(part.exc, ast.Call) else part.exc
                if (name := _dotted(error)) and name.rpartition(".")[2][:1].isupper():
                    raised.append((name, part.lineno))
        kept = {name: value for name, (value, _) in defaults.items()}
        raises = frozenset(name for name, _ in raised)
        self.definitions.setdefault(symbol, []).append(Definition(names, kept, frozenset(calls), raises, None, body))
        if [name for name in names if name not in ("self", "cls", "*", "/")]:
            header = self._header(node)
            self._keep(KINDS[len(header) > 1], symbol, "", names, header, body)
        if defaults:
            name = min(defaults, key=lambda one: _rank(symbol, one))
            self._keep("default", symbol, name, kept[name], [defaults[name][1]], body)
        if calls:
            name = min(calls, key=lambda one: _rank(symbol, one))
            self._keep("call", symbol, name, True, [calls[name]], body)
        if raised:
            self._keep("exceptions", symbol, "", raises, [line for _, line in raised], body)

    def _constant(self, node: ast.Assign | ast.AnnAssign, symbol: str, body: str) -> None:
        try:
            value = repr(ast.literal_eval(node.value))
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            value = None
        self.definitions.setdefault(symbol, []).append(Definition(constant=value, body=body))
        if value is not None:
            self._keep("constant", symbol, "", value, range(node.lineno, node.end_lineno + 1), body)

    def _header(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[int]:
        first = node.body[0]
        start = min([first.lineno, *(one.lineno for one in getattr(first, "decorator_list", []))])
        numbers = list(range(node.lineno, max(node.lineno, start - 1) + 1))
        while len(numbers) > 1 and (not self.lines[numbers[-1] - 1] or self.lines[numbers[-1] - 1].startswith("#")):
            numbers.pop()
        return numbers


def occurrences(text: str, part: str) -> int:
    """How often a text has a part, overlaps counted: a line break may end one block and begin the next."""
    found, at = 0, text.find(part)
    while at >= 0:
        found, at = found + 1, text.find(part, at + 1)
    return found


def _symbols(node: ast.AST, prefix: str) -> Iterator[tuple[ast.stmt, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield child, prefix + child.name
            yield from _symbols(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.ClassDef):
            yield from _symbols(child, f"{prefix}{child.name}.")
        elif isinstance(child, (ast.If, ast.Try, ast.With)):
            yield from _symbols(child, prefix)
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            target = child.targets[0] if isinstance(child, ast.Assign) and len(child.targets) == 1 else None
            target = child.target if isinstance(child, ast.AnnAssign) and child.value else target
            if isinstance(target, ast.Name):
                yield child, prefix + target.id


def _parameters(args: ast.arguments) -> tuple[tuple[str, ...], dict[str, tuple[str, int]]]:
    """Names in order, with `*` and `/` as written, and each literal default with its line."""
    plain = [*args.posonlyargs, *args.args]
    names = [one.arg for one in plain]
    if args.posonlyargs:
        names.insert(len(args.posonlyargs), "/")
    if args.vararg or args.kwonlyargs:
        names.append("*" + args.vararg.arg if args.vararg else "*")
    names += [one.arg for one in args.kwonlyargs]
    names += ["**" + args.kwarg.arg] if args.kwarg else []
    pairs = [*zip(reversed(plain), reversed(args.defaults), strict=False)]
    pairs += [*zip(args.kwonlyargs, args.kw_defaults, strict=True)]
    literal = {one.arg: (repr(value.value), value.lineno) for one, value in pairs if isinstance(value, ast.Constant)}
    return tuple(names), literal


def _dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of names, else nothing."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _rank(symbol: str, name: str) -> str:
    """A fixed order that nobody picked: which of several calls or defaults a note names."""
    return hashlib.sha256(f"{symbol} {name}".encode()).hexdigest()
