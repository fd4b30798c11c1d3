"""Refuses a page, other than a post, whose header is wrong: MkDocs would show it as text, or end in a trace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from writing.posts.header import header

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

BEGUN = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n(?=[\w\"'{[&!#-]|\s*\w+:)")
TEXTS = {"title", "description", "template", "icon", "status", "subtitle"}
LISTS = {"tags", "hide"}


def problem(key: str, value: object) -> str:
    """What is wrong with the value of a key that MkDocs or the theme reads; empty if nothing is."""
    if key in TEXTS and not isinstance(value, str):
        return f'{key} is not a text; write {key}: "..."'
    if key in LISTS and not (isinstance(value, list) and all(isinstance(word, str) for word in value)):
        return f"{key} is not a list of words; write {key}: [...]"
    if key == "search" and not isinstance(value, dict):
        return "search is not a list of settings; write search: {exclude: true}"
    return ""


def faults(pages: dict[str, bytes]) -> Iterator[str]:
    """`path:line: message` for every fault of pages, given as path -> bytes; a page may have no header."""
    for path, source in pages.items():
        try:
            source.decode("utf-8")
            meta, lines = header(source) if BEGUN.match(source) else ({}, {})
        except UnicodeDecodeError as error:
            line = source[: error.start].count(b"\n") + 1
            yield f"{path}:{line}: is not UTF-8; save it as UTF-8"
            continue
        except ValueError as error:
            yield "{}:{}: {}".format(path, *error.args)
            continue
        for key, value in meta.items():
            if message := problem(str(key), value):
                yield f"{path}:{lines.get(str(key), 1)}: {message}"


def check(files: Files, config: MkDocsConfig) -> None:
    """Check every page that an author wrote and that is no post. Raises PluginError with the lines of all faults."""
    from mkdocs.exceptions import PluginError

    shown = [file for file in files if file.is_documentation_page() and file.inclusion.is_in_serve()]
    written = [file for file in shown if file.generated_by is None and not file.src_uri.startswith("posts/")]
    pages = {file.src_uri: Path(file.abs_src_path).read_bytes() for file in written}
    if found := list(faults(pages)):
        raise PluginError("\n".join(["A page cannot be read:", *found]))
