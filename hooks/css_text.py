"""Reads CSS into a tree of texts, and writes texts with fewer signs. Imported by the css helpers; has no event."""

from __future__ import annotations

import re
from collections.abc import Iterator

TEXT = r'"(?:[^"\\]|\\.)*+"' + r"|'(?:[^'\\]|\\.)*+'"
COMMENT = re.compile(rf"({TEXT}|\([^()\"']*+\))|/\*.*?\*/", re.S)
PART = re.compile(rf"""((?:[^{{}};"'(]++|{TEXT}|\([^()"']*+\)|\()*+)([{{}};])""", re.S)
SELECTOR = re.compile(rf"""(=)"([A-Za-z][\w-]*)"(?=\])|({TEXT})|\s*([>+~,:])\s+|\s+([>+~,])|:(?=:(?:before|after)\b)""")
VALUE = re.compile(rf"({TEXT}|url\([^)]*\))|(,)\s+|\s+(?=!important)|(?<![\w.#])0(?=\.\d)")

Node = tuple[str, "list[Node] | None"]  # a text, and in front of braces what is in them


def selector(text: str) -> str:
    """A selector, or a condition, without what says nothing."""
    return SELECTOR.sub(r"\1\2\3\4\5", text.strip())


def value(text: str) -> str:
    """A declaration's value without what says nothing."""
    return VALUE.sub(r"\1\2", text.strip())


def nodes(css: str) -> list[Node]:
    """The CSS as a tree of texts. Raises ValueError, with a message and the line, where braces do not match."""
    css = COMMENT.sub(lambda found: found[1] or "\n" * found[0].count("\n"), css)
    parts = PART.finditer(css + ";")

    def fault(message: str, end: int) -> ValueError:
        return ValueError(message, css[:end].count("\n") + 1)

    def within(before: int | None) -> Iterator[Node]:
        for part in parts:
            text, end = part[1].strip(), part[2]
            if end == "{":
                yield text, list(within(part.end()))
            elif text:
                yield text, None
            if end == "}" and before is None:
                raise fault("a } too many", part.end())
            if end == "}":
                return
        if before is not None:
            raise fault("a { too many", before)

    return list(within(None))


def whole(node: Node) -> str:
    """A node as it stood."""
    prelude, content = node
    return f"{prelude};" if content is None else f"{prelude}{{{''.join(map(whole, content)).removesuffix(';')}}}"
