"""Splits CSS into what pages show before an act of a reader, and what an act or a script can use besides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

import tinycss2
from tinycss2.serializer import serialize_string_value

from writing.css.cascade import effective, flat, without_aliases
from writing.css.closed import HIDE, MENU, SHOW, closed
from writing.css.rules import NESTED, Rule, parsed

FOREIGN = re.compile(r"\s*(?:https?:)?//", re.I)
SUSPECT = re.compile(r"(?:url|src|image-set)\(\s*[\"']?(?:https?:)?//|@import", re.I)  # the walk takes 20 ms
FILE = re.compile(r"(?:url|src|image-set)\((?!\s*[\"']?data:)", re.I)  # or no walk is needed
VARIABLE = re.compile(r"(?<![\w-])--[^\s,:;(){}\"'/]+")  # in var(), in what is animated, in what is asked of a box
WHOLE = re.compile(r"[/#]|[a-z][a-z\d+.-]*:", re.I)  # an address that means the same wherever it stands
ASSETS = "{assets}/"  # before any other address: where the stylesheets lie, as seen from where the rules will stand


def text(rules: Iterable[Rule], names: set[str], done: set[str] | None = None) -> str:
    """The critical rules or, given the variables `done` with, the deferred ones; variables in `names` only."""
    parts = []
    for rule in rules:
        if not rule.critical and not rule.deferred and done is None:
            parts.append(rule.declarations[0][1])
        if rule.rules:
            inner = text(rule.rules, names, done)
            parts.append(f"{rule.critical[0]}{{{inner}}}" if inner else "")
        for selectors, full in ((rule.critical, done is None), (rule.deferred, done is not None)):
            if selectors and (full or done is not None):
                wanted = names if full else names - done
                kept = [f"{n}:{v}" for n, v in rule.declarations if (n in wanted if n[:2] == "--" else full)]
                parts.append(f"{','.join(selectors)}{{{';'.join(kept)}}}" if kept else "")
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
            continue  # its address is a name
        if node.type == "at-rule" and node.lower_at_keyword == "import":
            raise ValueError("@import stands too late in what is joined; name it in extra_css", node.source_line)
        if node.type in ("url", "string")[: 1 + call] and FOREIGN.match(node.value):
            raise ValueError(f"{node.value} is on another host, which no page may ask; keep a copy", node.source_line)
        for part in ("prelude", "content", "arguments"):
            refuse_foreign(getattr(node, part, None) or (), part == "arguments")


@lru_cache(maxsize=1)  # each kind's selectors are looked up in its pages before its sheets are made
def rules_of(
    texts: tuple[str, ...], on_page: frozenset[str], by_script: frozenset[str], folders: tuple[str, ...]
) -> list[Rule]:
    """The rules of all texts; `sheets` says what the rest is, and what it raises."""
    found = list[Rule]()
    for turn, (css, part) in enumerate(zip(texts, read(texts, folders or ("",) * len(texts)), strict=True)):
        try:
            found += parsed(part, on_page, on_page | by_script)
            if SUSPECT.search(css):
                refuse_foreign(part)
        except ValueError as error:
            raise ValueError(*error.args, turn) from error
    return found


def selectors(rules: Iterable[Rule]) -> list[str]:
    """The selectors that pages can use by their names, each once."""
    return list(dict.fromkeys(selector for rule in flat(rules) if not rule.rules for selector in rule.critical))


def deferring(rules: Iterable[Rule], unmatched: frozenset[str], condition: str = "") -> Iterator[Rule]:
    """The rules with what is `unmatched`, and what holds in a closed menu only, among the deferred."""
    for rule in rules:
        if rule.rules:
            yield rule._replace(rules=list(deferring(rule.rules, unmatched, condition + rule.critical[0])))
        else:
            kept = tuple(name for name in rule.critical if name not in unmatched and not closed(name, condition))
            moved = tuple(name for name in rule.critical if name not in kept)
            yield rule._replace(critical=kept, deferred=rule.deferred + moved)


def sheets(
    texts: tuple[str, ...],
    on_page: frozenset[str],
    by_script: frozenset[str],
    folders: tuple[str, ...] = (),
    unmatched: frozenset[str] = frozenset(),
) -> tuple[str, str]:
    """Two stylesheets: what the names `on_page` can use, and what those that come `by_script` can use besides.

    `folders` says where below assets/ each text lies, and `unmatched` has the selectors that match nothing in a page,
    though each of their names occurs.

    Raises ValueError, with a message, the line and which text it is, for what is no CSS, or asks another host.
    """
    whole = on_page >= by_script  # nothing comes later
    found = rules_of(texts, on_page, by_script, folders)
    rules = without_aliases(effective(found if whole else list(deferring(found, unmatched))))
    nodes = [node for part in read(texts, folders or ("",) * len(texts)) for node in part]
    others = [node for node in nodes if node.type == "at-rule" and node.content is not None]
    others = [node for node in others if node.lower_at_keyword not in NESTED]  # a page, a font, keyframes
    asked = VARIABLE.findall(" ".join([text(rules, set()), *on_page, *(node.serialize() for node in others)]))
    critical = variables(rules, {*asked, *(name for name in on_page if name[:2] == "--")})
    deferred = variables(rules, set(VARIABLE.findall(text(rules, set(), critical))) | by_script | critical)
    first, second = text(rules, critical), text(rules, deferred, critical)
    layers = [node for node in nodes if node.type == "at-rule" and node.lower_at_keyword == "layer"]
    names = [name.strip() for node in layers for name in tinycss2.serialize(node.prelude).split(",")]
    if order := dict.fromkeys(filter(None, names)):
        first = f"@layer {','.join(order)};{first}"  # which of them weighs more is said where they first stand
    for node in others:
        name, text_of = tinycss2.serialize(node.prelude).strip(), node.serialize()
        first, second = (first + text_of, second) if name in first else (first, second + text_of)
    return (first, second) if whole or MENU not in on_page else (first + HIDE, second + SHOW)
