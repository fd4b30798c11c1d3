"""Splits CSS into what pages can use and what a script can use besides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import tinycss2

from writing.css.cascade import standing
from writing.css.rules import NESTED, Rule, parsed

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
    nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    rules = standing(list(parsed(nodes, there, there | later)))
    now = variables(rules, set(VARIABLE.findall(text(rules, set()))))
    late = variables(rules, set(VARIABLE.findall(text(rules, set(), now))) | later | now)
    first, second = text(rules, now), text(rules, late, now)
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword not in (*NESTED, "charset"):  # a page, a font, keyframes
            name, text_of = tinycss2.serialize(node.prelude).strip(), node.serialize()
            first, second = (first + text_of, second) if name in first else (first, second + text_of)
    return first, second
