"""Finds a draft that a page includes: its text would be published as part of the page."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from markdown import Markdown

from writing.build import line_with


def read(markdown: str, known: dict[str, Any]) -> dict[str, str]:
    """The files that `pymdownx.snippets`, with these settings, reads for a page: name as it is written -> path.

    Whatever the spelling and depth. Raises SnippetMissingError where one is not there, as the conversion does.
    """
    if "--8<--" not in markdown and not known.get("auto_append"):
        return {}
    found = dict[str, str]()
    reader = Markdown(extensions=["pymdownx.snippets"], extension_configs={"pymdownx.snippets": known}).preprocessors
    find = reader["snippet"].get_snippet_path

    def noted(name: str) -> str | None:
        if path := find(name):
            found[name] = path
        return path

    reader["snippet"].get_snippet_path = noted
    reader["snippet"].run(markdown.splitlines())
    return found


def drafts(
    markdown: str, source: str, known: dict[str, Any], docs: str | Path, left_out: Collection[str]
) -> Iterator[tuple[int, str]]:
    """Line and fault of each draft of `left_out`, by its path below `docs`, that a page includes.

    `markdown` is what is converted, `source` what its author wrote: where a file that is included includes another,
    the line is the author's.
    """
    paths, line = {os.path.realpath(Path(docs, name)): name for name in left_out}, 1
    for name, path in (read(markdown, known) if paths else {}).items():
        line = line_with(source, name) if name in source else line
        if draft := paths.get(os.path.realpath(path)):
            yield line, f"includes {draft}, a draft or dated later; publish that first, or include less"
