"""Joins CSS into one stylesheet: of all that is used, or of what a page shows before a reader does anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import count
from typing import Any
from urllib.parse import unquote, urlsplit

import tinycss2
from tinycss2.serializer import serialize_string_value

from writing.css.cascade import aliases, effective, flat, without
from writing.css.early import PLAIN, early
from writing.css.rules import NESTED, Rule, parsed

FOREIGN = re.compile(r"\s*(?:https?:)?//", re.I)
SUSPECT = re.compile(r"(?:url|src|image-set)\(\s*[\"']?(?:https?:)?//|@import|@namespace", re.I)  # the walk takes 20 ms
FILE = re.compile(r"(?:url|src|image-set)\((?!\s*[\"']?data:)", re.I)  # or no walk is needed
VARIABLE = re.compile(r"(?<![\w-])--[^\s,:;(){}\"'/]+")  # in var(), in what is animated, in what is asked of a box
WHOLE = re.compile(r"[/#]|[a-z][a-z\d+.-]*:", re.I)  # an address that means the same wherever it stands
ASSETS = "{assets}/"  # before any other address: where the stylesheets lie, as seen from where the rules will stand


def text(rules: Iterable[Rule], names: set[str]) -> str:
    """The rules as CSS, with the variables in `names` only."""
    parts = []
    for rule in rules:
        if not rule.selectors:
            parts.append(rule.declarations[0][1])
        elif rule.rules:
            inner = text(rule.rules, names)
            parts.append(f"{rule.selectors[0]}{{{inner}}}" if inner else "")
        else:
            kept = [f"{name}:{value}" for name, value in rule.declarations if name[:2] != "--" or name in names]
            parts.append(f"{','.join(rule.selectors)}{{{';'.join(kept)}}}" if kept else "")
    return "".join(parts)


def variables(rules: Iterable[Rule], names: set[str]) -> set[str]:
    """The variables in `names`, and those by which they are set, and so on."""
    pairs = [pair for rule in flat(rules) for pair in rule.declarations if pair[0][:2] == "--"]
    while not (found := {used for name, value in pairs if name in names for used in VARIABLE.findall(value)}) <= names:
        names = names | found
    return names


@lru_cache(maxsize=1)  # each kind of page has its sheets from the same text
def read(texts: tuple[str, ...], folders: tuple[str, ...]) -> list[list]:
    """The rules of each text, with ASSETS and its folder before each address that is seen from its stylesheet."""
    found = [tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True) for css in texts]
    for nodes, css, folder in zip(found, texts, folders, strict=True):
        for node in beside(nodes) if FILE.search(css) else ():
            text = f'"{serialize_string_value(ASSETS + folder + node.value)}"'
            node.representation = f"url({text})" if node.type == "url" else text
    return found


def beside(nodes: Iterable, call: bool = False) -> Iterator[Any]:
    """The addresses that are seen from their stylesheet; `call` says that texts are addresses here."""
    for node in nodes:
        if node.type in ("url", "string")[: 1 + call] and node.value and not WHOLE.match(node.value):
            yield node
        named = getattr(node, "lower_name", "").endswith(("url", "src", "image-set"))
        for part in ("prelude", "content", "arguments"):
            yield from beside(getattr(node, part, None) or (), part == "arguments" and named)


def files(css: str) -> Iterator[tuple[str, int]]:
    """The files that a stylesheet asks for beside it, each with the line."""
    if FILE.search(css):
        for node in beside(tinycss2.parse_stylesheet(css)):
            yield unquote(urlsplit(node.value).path), node.source_line


def refuse_foreign(nodes: Iterable, call: bool = False) -> None:
    """Raise ValueError, with a message and the line, for what would be asked of another host, or by @import.

    `call` says that the nodes stand in brackets of a function, where a text may be an address.
    """
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword == "namespace":
            raise ValueError("@namespace stands too late in what is joined; select by names alone", node.source_line)
        if node.type == "at-rule" and node.lower_at_keyword == "import":
            raise ValueError("@import stands too late in what is joined; name it in extra_css", node.source_line)
        if node.type in ("url", "string")[: 1 + call] and FOREIGN.match(node.value):
            raise ValueError(f"{node.value} is on another host, which no page may ask; keep a copy", node.source_line)
        for part in ("prelude", "content", "arguments"):
            refuse_foreign(getattr(node, part, None) or (), part == "arguments")


@lru_cache(maxsize=1)  # selectors are looked up in pages before the stylesheet is made
def rules_of(texts: tuple[str, ...], used: frozenset[str], folders: tuple[str, ...]) -> list[Rule]:
    """The rules of all texts, each layer with a name; `whole` says what the rest is, and what it raises."""
    found, unnamed = list[Rule](), count(1)
    for turn, (css, part) in enumerate(zip(texts, read(texts, folders or ("",) * len(texts)), strict=True)):
        try:
            found += parsed(part, used)
            if SUSPECT.search(css):
                refuse_foreign(part)
        except ValueError as error:
            raise ValueError(*error.args, turn) from error

    def named(rules: list[Rule]) -> list[Rule]:
        return [
            rule._replace(
                selectors=(f"@layer unnamed-{next(unnamed)}",) if rule.selectors == ("@layer",) else rule.selectors,
                rules=named(rule.rules),
            )
            for rule in rules
        ]

    return named(found)


def layers(rules: Iterable[Rule], within: str = "") -> Iterator[str]:
    """The layers in the order in which they are named, which is that of their weight."""
    for rule in rules:
        said = rule.selectors[0] if rule.rules else "" if rule.selectors else rule.declarations[0][1]
        names = [within + name.strip(" ;") for name in said[7:].split(",")] if said[:7] == "@layer " else []
        yield from names
        yield from layers(rule.rules, f"{names[0]}." if names else within)


def selectors(rules: Iterable[Rule]) -> list[str]:
    """The selectors of the rules, each once."""
    return list(dict.fromkeys(selector for rule in flat(rules) if not rule.rules for selector in rule.selectors))


def joined(rules: list[Rule], nodes: list[list], used: frozenset[str], shown: list[Rule] | None = None) -> str:
    """One stylesheet of the rules or, if they are given, of those that are `shown` before an act."""
    others = [node for part in nodes for node in part if node.type == "at-rule" and node.content is not None]
    others = [node for node in others if node.lower_at_keyword not in NESTED]  # a page, a font, keyframes
    said = " ".join([*used, *(node.serialize() for node in others)])
    left = effective(rules if shown is None else shown)
    left = left if shown is None else without(left, aliases(effective(rules), said))
    asked = {*VARIABLE.findall(f"{text(left, set())} {said}"), *(name for name in used if name[:2] == "--")}
    css = text(left, variables(left, asked))
    for node in reversed(others):  # first, so that one within a condition comes after it
        name = tinycss2.serialize(node.prelude).partition("(")[0].strip().strip("\"'")
        named = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])").search
        kept = shown is None or not name or node.lower_at_keyword == "page" or named(f"{css} {' '.join(used)}")
        css = node.serialize() + css if kept else css
    order = dict.fromkeys(layers(rules))  # which of them weighs more is said where they first stand
    return f"@layer {','.join(order)};{css}" if order else css


def whole(texts: tuple[str, ...], used: frozenset[str], folders: tuple[str, ...] = ()) -> str:
    """One stylesheet of the rules that can be used where the names in `used` occur.

    `folders` says where below assets/ each text lies.

    Raises ValueError, with a message, the line and which text it is, for what is no CSS, or asks another host.
    """
    return joined(rules_of(texts, used, folders), read(texts, folders or ("",) * len(texts)), used)


def first(
    texts: tuple[str, ...], used: frozenset[str], folders: tuple[str, ...] = (), unmatched: frozenset[str] = frozenset()
) -> str:
    """As `whole`, but of the rules only that show something before a reader does anything.

    `unmatched` has the selectors that match nothing in a page, though each of their names occurs. `whole` comes after
    it, so that rules have their order again, whichever of them came first.
    """
    rules = rules_of(texts, used, folders)
    shown = list(early(rules, unmatched))
    return joined(rules, read(texts, folders or ("",) * len(texts)), used, shown) + "".join(
        css for name, css in PLAIN.items() if name in used
    )
