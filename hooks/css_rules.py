"""Reads CSS into rules, and tells which of them something can use. Imported by css.py; has no event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from css_text import Node, selector, value

LIST = re.compile(r"(?:[^,()]++|\((?:[^()]++|\((?:[^()]++|\([^()]*+\))*+\))*+\))++")
FUNCTION = re.compile(r":([\w-]+)\(([^()]*)\)")
ATTRIBUTE = re.compile(r"""\[([\w-]+)(?:([~|^$*]?)=["']?(.*?)["']?)?\]""")
NAME = re.compile(r"(?<!:)(?<![\w-])[A-Za-z_-][\w-]*")
NESTED = re.compile(r"@(media|supports|container|layer)\b")


class Rule(NamedTuple):
    """Selectors that pages can use, those a script can use besides, declarations (name, value), rules within."""

    now: tuple[str, ...]
    late: tuple[str, ...]
    declarations: tuple[tuple[str, str], ...]
    rules: list[Rule]


def names(match: re.Match[str]) -> str:
    """The names in a selector for an attribute; its value counts where it must be just that, but is no input's type."""
    return f" {match[1]} {match[3] or ''} " if match[2] == "" and match[1] != "type" else f" {match[1]} "


def usable(asked: str, used: frozenset[str]) -> bool:
    """Whether a selector can match where only the names in `used` occur; what is in `:not()` is not asked."""
    while found := FUNCTION.search(asked) if "(" in asked else None:
        if found[1] in ("is", "where", "has") and not any(usable(part, used) for part in found[2].split(",")):
            return False
        asked = asked.replace(found[0], "", 1)
    return used.issuperset(NAME.findall(ATTRIBUTE.sub(names, asked) if "[" in asked else asked))


def declarations(content: list[Node]) -> tuple[tuple[str, str], ...]:
    """Name and value of each declaration; a prefixed mask is left out where the plain one follows.

    Raises ValueError, with a message and the text, for what is none.
    """
    parts = [text.partition(":") for text, _ in content]
    if wrong := [text for text, inner in content if inner is not None or ":" not in text]:
        raise ValueError(f"{wrong[0]!r} is no declaration, as color: red is", wrong[0])
    pairs = [(name.strip(), value(given)) for name, _, given in parts]
    return tuple((n, v) for n, v in pairs if not (n.startswith("-webkit-mask") and (n[8:], v) in pairs))


def parsed(tree: list[Node], there: frozenset[str], later: frozenset[str]) -> Iterator[Rule]:
    """The rules that can be used where the names in `there`, or later those in `later` too, occur."""
    for prelude, content in tree:
        if NESTED.match(prelude) and content:
            yield Rule((selector(prelude),), (), (), list(parsed(content, there, later)))
        elif prelude[0] != "@":
            parts = [part for part in LIST.findall(prelude) if usable(part, later)]
            now = {part: usable(part, there) for part in parts}
            if parts:
                short = [[selector(part) for part in parts if now[part] is which] for which in (True, False)]
                yield Rule(*map(tuple, short), declarations(content), [])
