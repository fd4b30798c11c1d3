"""Refuses words of mkdocs.yml and of .authors.yml that a page, a feed or a card could not hold as they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from mkdocs.exceptions import PluginError
from selectolax.lexbor import LexborHTMLParser

from writing.posts.schema import marked, unseen
from writing.posts.slugs import word

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

AUTHORS = ".authors.yml"


def line(path: Path, key: str) -> str:
    """`file:line` of the first line that begins with a key, or with an item of a list."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    found = (i for i, text in enumerate(lines, 1) if text.strip().startswith((f"{key}:", f"- {key}")))
    return f"{path.name}:{next(found, 1)}"


def fault(name: str, value: Any, raw: bool) -> str:
    """What is wrong with a word; `raw` if the theme puts it into pages as it is. Empty if nothing is."""
    if not isinstance(value, str):
        return f'{name} is not a text; write {name}: "..."'
    problem = unseen(value.strip()) or (marked(value) if raw else "")
    if name == "site_name" and '"' in value:
        problem = problem or 'has a ", which would end an attribute of the theme; write “ and ”'
    return f"{name} {problem}" if problem else ""


def faults(config: MkDocsConfig) -> Iterator[str]:
    """`path:line: message` for each."""
    path, authors = Path(config.config_file_path), Path(config.docs_dir, AUTHORS)
    words: list[tuple[str, Any, bool]] = [
        ("site_name", config.site_name, True),
        *((key, config.get(key), False) for key in ("site_description", "copyright", "site_author")),
        *((key, config.extra.get(key), False) for key in ("eyebrow", "tagline")),
    ]
    for name, value, raw in words:
        if value is not None and (message := fault(name, value, raw)):
            yield f"{line(path, name)}: {message}"
    if LexborHTMLParser(str(config.copyright or ""), is_fragment=True).css("data, [class], [src], [srcset], script"):
        yield f"{line(path, 'copyright')}: copyright may hold words and links only; what is measured belongs on a page"
    slugs: dict[str, str] = {}
    for category in config.plugins["material/blog"].config.categories_allowed:
        if isinstance(category, str) and (first := slugs.setdefault(word(category, "-"), category)) != category:
            yield f"{line(path, category)}: category {category!r} has the address of {first!r}; keep one of them"
        if message := fault("categories_allowed", category, True):
            yield f"{line(path, 'categories_allowed')}: {message}"
    try:
        known = yaml.safe_load(authors.read_text(encoding="utf-8"))["authors"] if authors.exists() else {}
        for key, author in known.items():
            if message := fault("name", author["name"], True):
                yield f"{line(authors, str(key))}: the author {key}: {message}"
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, KeyError, AttributeError):
        yield f"{AUTHORS}:1: is no list of authors; write authors: {{ada: {{name: .., description: .., avatar: ..}}}}"


def check(config: MkDocsConfig) -> None:
    """Raise PluginError with the lines of all faults."""
    if found := list(faults(config)):
        raise PluginError("\n".join(["A word of the settings is wrong:", *found]))
