"""Finds the names in pages and scripts that a selector could ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import unescape

TAG = re.compile(r"""<[a-z][^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*>""", re.I)
ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""", re.I)
TEXTS = ("content", "title", "alt", "href", "src", "aria-label", "placeholder", "d", "value", "datetime")
STRING = re.compile(r"""(?<=["'`])[\w .#-]+(?=["'`$\\])|<[a-z][\w -]*""")


@lru_cache(maxsize=256)  # `mkdocs serve` asks again at each save
def tags(html: str) -> frozenset[str]:
    """The different tags of a page."""
    return frozenset(TAG.findall(html))


def page_words(tags: Iterable[str]) -> set[str]:
    """Names of tags and attributes, and the words in attributes that are not for readers."""
    pairs = {(name.lower(), unescape("".join(value))) for tag in tags for name, *value in ATTRIBUTE.findall(tag)}
    words = {word for name, value in pairs if name not in TEXTS for word in value.split()}
    return {name for name, _ in pairs} | words | {value.lower() for name, value in pairs if name == "dir"}


def kinds(tags: Iterable[str]) -> list[str]:
    """The elements and the classes among these tags, sorted; less those of one or two letters, which colour code."""
    found = {tag[1:].split()[0].rstrip(">").lower() for tag in tags}
    pairs = (pair for tag in tags for pair in ATTRIBUTE.findall(tag) if pair[0].lower() == "class")
    return sorted(found | {f".{word}" for _, *value in pairs for word in "".join(value).split() if len(word) > 2})


def script_words(script: str) -> set[str]:
    """What the script may put on a page: the words of its texts."""
    return {word for found in STRING.findall(script) for word in re.findall(r"[A-Za-z-][\w-]*", found)}
