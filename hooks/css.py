"""Splits CSS into what pages can use and what a script can use besides. Imported by stylesheet.py; has no event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from css_cascade import standing
from css_rules import NESTED, Rule, parsed
from css_text import nodes, whole

VARIABLE = re.compile(r"var\((--[\w-]+)")


def text(rules: Iterable[Rule], names: set[str], done: set[str] | None = None) -> str:
    """The rules for now or, where the variables `done` with are given, those for later; variables in `names` only."""
    parts = []
    for rule in rules:
        if rule.rules:
            inner = text(rule.rules, names, done)
            parts.append(f"{rule.now[0]}{{{inner}}}" if inner else "")
        for selectors, full in ((rule.now, done is None), (rule.late, done is not None)):
            if selectors and (full or done is not None):
                wanted = names if full else names - done
                kept = [f"{n}:{v}" for n, v in rule.declarations if (n in wanted if n[:2] == "--" else full)]
                parts.append(f"{','.join(selectors)}{{{';'.join(kept)}}}" if kept else "")
    return "".join(parts)


def flat(rules: Iterable[Rule]) -> Iterator[Rule]:
    """The rules and those within them."""
    for rule in rules:
        yield rule
        yield from flat(rule.rules)


def variables(rules: Iterable[Rule], names: set[str]) -> set[str]:
    """The variables in `names`, and those by which they are set, and so on."""
    pairs = [pair for rule in flat(rules) for pair in rule.declarations if pair[0][:2] == "--"]
    while not (found := {used for name, value in pairs if name in names for used in VARIABLE.findall(value)}) <= names:
        names = names | found
    return names


def sheets(css: str, there: frozenset[str], later: frozenset[str]) -> tuple[str, str]:
    """Two stylesheets: what the names that are on pages can use, and what those that come later can use besides.

    Raises ValueError, with a message and the line, for what is no CSS.
    """
    tree = nodes(css)
    try:
        rules = standing(list(parsed(tree, there, there | later)))
    except ValueError as error:
        message, near = error.args
        raise ValueError(message, css[: css.rfind(near)].count("\n") + 1) from error
    now = variables(rules, set(VARIABLE.findall(text(rules, set()))))
    late = variables(rules, set(VARIABLE.findall(text(rules, set(), now))) | later | now)
    first, second = text(rules, now), text(rules, late, now)
    for node in tree:  # a page, a font or keyframes
        if node[0][0] == "@" and not NESTED.match(node[0]) and not node[0].startswith("@charset"):
            used = node[0].partition(" ")[2] in first
            first, second = (first + whole(node), second) if used else (first, second + whole(node))
    return first, second
