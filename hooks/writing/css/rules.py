"""Reads CSS into rules, and tells which of them something can use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import tinycss2
from tinycss2.serializer import serialize_identifier

ACTED = frozenset({"hover", "active", "focus", "focus-visible", "focus-within"})  # states that only a reader causes
FOCUS = ACTED - {"hover", "active"}
MARKS = ("outline", "opacity")  # what shows where the focus is, and does so in a page's head, too
EXACT = ("for", "id", "class", "dir")  # attributes of which the letters count
NESTED = ("media", "supports", "container", "layer", "scope", "starting-style")


class Rule(NamedTuple):
    """Selectors (or one condition), declarations (name, value), rules within.

    Without selectors it is a text that stays as it is.
    """

    selectors: tuple[str, ...]
    declarations: tuple[tuple[str, str], ...]
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
    """Whether a selector can match where only the names in `used` occur; what is in `:not()` is not asked.

    What only Internet Explorer knew cannot.
    """
    before = None
    for token in selector:
        named = token.type in ("ident", "hash") and (before != ":" or token.value in ACTED)
        names = [token.value if before == "." or token.type == "hash" else token.value.lower()] if named else []
        if token.type == "[] block":
            names = [part.value for part in token.content if part.type in ("ident", "string")]  # and a flag
            exact = [part.value for part in token.content if part.type == "literal"] == ["="]
            name = names[0].lower() if names else ""
            known = (
                exact and len(names) == 2 and (name in EXACT or name[:5] == "data-") and names[1].split() == names[1:]
            )
            names = [name, names[1].lower() if name == "dir" else names[1]] if known else [name]
        if token.type == "function" and token.name in ("is", "where", "has"):
            names = [] if any(usable(part, used) for part in split(token.arguments)) else [""]
        if not used.issuperset(names) or (token.type == "ident" and token.value.startswith("-ms-")):
            return False
        before = token
    return True


def declarations(content: list) -> tuple[tuple[str, str], ...]:
    """Name and value of each declaration; a prefixed mask is left out where the plain one follows.

    Raises ValueError, with a message and the line, for what is none.
    """
    found = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    if rules := [part for part in found if part.type in ("qualified-rule", "at-rule")]:
        said = "a rule within a rule is not read here; close the one around it first, and write the whole selector"
        raise ValueError(said, rules[0].source_line)
    if wrong := [part for part in found if part.type != "declaration"]:
        raise ValueError("this is no declaration, as color: red is", wrong[0].source_line)
    if odd := [token for part in found for token in part.value if token.type == "error"]:
        raise ValueError(odd[0].message, odd[0].source_line)
    names = [serialize_identifier(part.name) if part.name[:2] == "--" else part.name for part in found]
    values = [tinycss2.serialize(part.value).strip() + "!important" * part.important for part in found]
    pairs = [*zip(names, values, strict=True)]
    return tuple((n, v) for n, v in pairs if not (n.startswith("-webkit-mask") and (n[8:], v) in pairs))


def parsed(nodes: list, used: frozenset[str], inside: bool = False) -> Iterator[Rule]:
    """The rules that can be used where the names in `used` occur, and those that show where the focus is.

    What has no selector and stands `inside` another rule (keyframes, a page), or is a statement (the order of
    layers), is a rule of its text alone.

    Raises ValueError, with a message and the line, for what is no CSS.
    """
    focused = used | FOCUS
    for node in nodes:
        if wrong := [part for part in (node, *getattr(node, "prelude", ())) if part.type == "error"]:
            raise ValueError(wrong[0].message, wrong[0].source_line)
        if node.type == "qualified-rule":
            kept = [part for part in split(node.prelude) if usable(part, focused)]
            pairs = declarations(node.content) if kept else ()
            marks = any(name in MARKS for name, _ in pairs)
            if pairs and (selectors := [part for part in kept if marks or usable(part, used)]):
                yield Rule(tuple(tinycss2.serialize(part).strip() for part in selectors), pairs, [])
        elif node.type == "at-rule" and (node.lower_at_keyword not in NESTED or node.content is None):
            if node.lower_at_keyword == "charset":
                continue  # the page says it
            if inside or node.content is None:  # others are put where they are used
                yield Rule((), (("", node.serialize()),), [])
        elif node.type == "at-rule":
            prelude = f"@{node.at_keyword}{tinycss2.serialize(node.prelude).rstrip()}"
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            if rules := list(parsed(inner, used, True)):
                yield Rule((prelude,), (), rules)
