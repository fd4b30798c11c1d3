"""Splits CSS into what pages can use and what a script can use besides. Imported by stylesheet.py; has no event."""

from __future__ import annotations

import re

import tinycss2
from css_rules import NESTED, Rule, parsed

VARIABLE = re.compile(r"var\((--[\w-]+)")
OVERRULED = re.compile(r":root|\[data-md-color-(scheme|primary|accent)=")
BODY = "[data-md-color-scheme]"  # every body has it; what assets/site.css says there of a variable is all that counts


def text(rules: list[Rule], names: set[str], done: set[str] | None, body: set[str]) -> str:
    """The rules for now or, where the variables `done` with are given, those for later; variables in `names` only."""
    parts = []
    for rule in rules:
        if rule.rules:
            inner = text(rule.rules, names, done, body)
            parts.append(f"{rule.now}{{{inner}}}" if inner else "")
        for prelude, full in ((rule.now, done is None), (rule.late, done is not None)):
            if prelude and (full or done is not None):
                wanted = names - (body if OVERRULED.match(prelude) else set()) - (set() if full else done)
                kept = [f"{n}:{v}" for n, v in rule.declarations if (n in wanted if n[:2] == "--" else full)]
                parts.append(f"{prelude}{{{';'.join(kept)}}}" if kept else "")
    return "".join(parts)


def sheets(css: str, there: frozenset[str], later: frozenset[str]) -> tuple[str, str]:
    """Two stylesheets: what the names that are on pages can use, and what those that come later can use besides."""
    nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    moving = [node for node in nodes if node.type == "at-rule" and node.lower_at_keyword not in (*NESTED, "charset")]
    rules = list(parsed(nodes, there, there | later))
    body = {name for rule in rules if rule.now == BODY for name, _ in rule.declarations}

    def names(known: set[str], done: set[str] | None) -> set[str]:
        while not (found := set(VARIABLE.findall(text(rules, known, done, body)))) <= known:
            known = known | found  # a variable may be used by another variable only
        return known

    now = names(set(), None)
    late = names(set(later) | now, now)
    first, second = text(rules, now, None, body), text(rules, late, now, body)
    for node in moving:  # a page, a font or keyframes
        name = tinycss2.serialize(node.prelude).strip()
        first, second = (
            (first, second + node.serialize()) if name and name not in first else (first + node.serialize(), second)
        )
    return first, second
