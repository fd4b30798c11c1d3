"""Splits CSS into what pages can use and what a script can use besides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import tinycss2

from writing.css.cascade import effective
from writing.css.rules import NESTED, Rule, parsed

VARIABLE = re.compile(r"var\((--[\w-]+)")


def text(rules: Iterable[Rule], names: set[str], done: set[str] | None = None) -> str:
    """The critical rules or, given the variables `done` with, the deferred ones; variables in `names` only."""
    parts = []
    for rule in rules:
        if rule.rules:
            inner = text(rule.rules, names, done)
            parts.append(f"{rule.critical[0]}{{{inner}}}" if inner else "")
        for selectors, full in ((rule.critical, done is None), (rule.deferred, done is not None)):
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


@lru_cache(maxsize=1)  # each kind of page has its sheets from the same text
def read(css: str) -> list:
    """The rules of a text."""
    return tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)


def sheets(css: str, on_page: frozenset[str], by_script: frozenset[str]) -> tuple[str, str]:
    """Two stylesheets: what the names `on_page` can use, and what those that come `by_script` can use besides.

    Raises ValueError, with a message and the line, for what is no CSS.
    """
    nodes = read(css)
    rules = effective(list(parsed(nodes, on_page, on_page | by_script)))
    critical = variables(rules, set(VARIABLE.findall(text(rules, set()))))
    deferred = variables(rules, set(VARIABLE.findall(text(rules, set(), critical))) | by_script | critical)
    first, second = text(rules, critical), text(rules, deferred, critical)
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword not in (*NESTED, "charset"):  # a page, a font, keyframes
            name, text_of = tinycss2.serialize(node.prelude).strip(), node.serialize()
            first, second = (first + text_of, second) if name in first else (first, second + text_of)
    return first, second
