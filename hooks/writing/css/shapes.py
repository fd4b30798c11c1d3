"""Finds the selectors that match nothing in any page, though each of their names occurs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import tinycss2
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from writing.css.rules import split

KEPT = {"root", "empty", "first-child", "last-child", "only-child", "first-of-type", "last-of-type", "only-of-type"}
CHANGED = re.compile(
    r"\s*(?:hidden|open|js|no-js|early|lazy|data-md-color-[\w-]*)(?![\w-])"
)  # what a reader or palette.html may change


def shape(selector: list) -> str:
    """A selector that matches wherever this one can: without states, functions, and what an act or a script changes.

    `selector` is a list of tokens of tinycss2. Of a function such as `:is(a, b)` nothing stays: Lexbor misses what
    stands deeper in one; nor of the place of `html`, which it takes for none. Empty if nothing is left.
    """
    parts, compound, before = list[str](), list[str](), ""
    for token in [*selector, None]:
        if token is None or token.type in ("whitespace", "comment") or token in (">", "+", "~"):
            kept = "".join(compound)
            parts.append(kept or ("*" if compound else ""))
            parts.append(token.serialize() if token else "")
            compound = []
        elif {":root", "html"} & {part.lower() for part in compound} and (before == ":" or token.type == "function"):
            continue
        elif token.type == "function" and token.lower_name == "nth-child" and len(token.arguments) == 1:
            compound.append(f":{token.serialize()}")
        elif token.type == "function" or token == ":" or token == ".":
            compound.append("")
        elif before == ":":
            compound.append(f":{token.value}" if token.value in KEPT else "")
        elif before == ".":
            compound.append("" if CHANGED.match(token.value) else f".{token.serialize()}")
        elif token.type == "[] block" and CHANGED.match(tinycss2.serialize(token.content)):
            compound.append("")
        else:
            compound.append(token.serialize())
        before = token.value if token is not None and token.type == "literal" else ""
    return "".join(parts).strip()


@lru_cache(maxsize=4096)  # each page is asked for the same ones
def needed(selector: str) -> list[list[str]]:
    """Shapes, of which at least one must match for the selector to: its own, those in each `:is()` and `:has()`."""
    tokens = tinycss2.parse_component_value_list(selector)
    groups = [[shape(tokens)]]
    for token in tokens:
        if token.type == "function" and token.lower_name in ("is", "where", "has"):
            shapes = map(shape, split(token.arguments))
            groups.append([f"*{one}" if one.startswith((">", "+", "~")) else one for one in shapes])
    return groups


def matching(html: str, selectors: Iterable[str]) -> list[str]:
    """Those of the selectors that match something in a page, or that cannot be read here."""
    tree, found = LexborHTMLParser(html), list[str]()
    for selector in selectors:
        try:
            matched = all(any(not one or tree.css_matches(one) for one in shapes) for shapes in needed(selector))
        except (SelectolaxError, ValueError):
            matched = True
        if matched:
            found.append(selector)
    return found
