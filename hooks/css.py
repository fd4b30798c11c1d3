"""Splits CSS into what pages can use and what a script can use besides. Imported by stylesheet.py; has no event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import tinycss2

NESTED = ("media", "supports", "container", "layer")
VARIABLE = re.compile(r"var\((--[\w-]+)")
OVERRULED = re.compile(r":root|\[data-md-color-(scheme|primary|accent)=")
BODY = "[data-md-color-scheme]"  # every body has it; what assets/site.css says there of a variable is all that counts


class Rule(NamedTuple):
    """Selectors that pages can use, those a script can use besides, declarations (name, value), rules within."""

    now: str
    late: str
    declarations: list[tuple[str, str]]
    rules: list[Rule]


def split(tokens: list) -> Iterator[list]:
    """The selectors of a list of selectors."""
    part: list = []
    for token in tokens:
        if token == ",":
            yield part
            part = []
        else:
            part.append(token)
    yield part


def usable(selector: list, used: frozenset[str]) -> bool:
    """Whether a selector can match where only the names in `used` occur; what is in `:not()` is not asked."""
    before = None
    for token in selector:
        names = [token.value] if token.type in ("ident", "hash") and before != ":" else []
        if token.type == "[] block":
            names = [part.value for part in token.content if part.type in ("ident", "string")]
            exact = [part.value for part in token.content if part.type == "literal"] == ["="]
            names = names if exact and names[0] != "type" else names[:1]  # an input is of type text by default
        if token.type == "function" and token.name in ("is", "where", "has"):
            names = [] if any(usable(part, used) for part in split(token.arguments)) else [""]
        if not used.issuperset(names):
            return False
        before = token
    return True


def declarations(content: list) -> list[tuple[str, str]]:
    """Name and value of each declaration; a prefixed mask is left out where the plain one follows."""
    found = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    if wrong := [part for part in found if part.type != "declaration"]:
        raise ValueError(f"line {wrong[0].source_line} of the stylesheet is no declaration")
    pairs = [(part.name, tinycss2.serialize(part.value).strip() + "!important" * part.important) for part in found]
    return [(n, v) for n, v in pairs if not (n.startswith("-webkit-mask") and (n[8:], v) in pairs)]


def parsed(nodes: list, there: frozenset[str], later: frozenset[str]) -> Iterator[Rule]:
    """The rules that can be used where the names in `there`, or later those in `later` too, occur."""
    for node in nodes:
        if node.type == "qualified-rule":
            parts = [part for part in split(node.prelude) if usable(part, later)]
            now = [tinycss2.serialize(part).strip() for part in parts if usable(part, there)]
            late = [tinycss2.serialize(part).strip() for part in parts if not usable(part, there)]
            if parts:
                yield Rule(",".join(now), ",".join(late), declarations(node.content), [])
        elif node.type == "at-rule" and node.lower_at_keyword in NESTED:
            prelude = f"@{node.at_keyword}{tinycss2.serialize(node.prelude).rstrip()}"
            yield Rule(prelude, "", [], list(parsed(tinycss2.parse_rule_list(node.content, True, True), there, later)))


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
