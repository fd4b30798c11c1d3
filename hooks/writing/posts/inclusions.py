"""Finds what a page takes from a draft: its text, its lab's code or notes, its numbers. They would be published too."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection, Iterator
from html import unescape
from pathlib import Path
from typing import Any

from markdown import Markdown
from selectolax.lexbor import LexborHTMLParser

from writing.build import line_with

HINT = "{}, a draft or dated later, or left out by mkdocs.yml; publish that first, or take this out"


def read(markdown: str, known: dict[str, Any]) -> dict[str, str]:
    """The files that `pymdownx.snippets`, with these settings, reads for a page: name as it is written -> path.

    Whatever the spelling and depth. Raises SnippetMissingError where one is not there, as the conversion does.
    """
    if "8<-" not in markdown and not known.get("auto_append"):
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


def line_of(source: str, name: str, section: bool = False) -> int:
    """The line of an author's file that includes a file, or the section of one, by this name; 1 if none does."""
    whole = re.compile((":" if section else r"(?<![\w-])") + re.escape(name) + r"(?![\w-])")
    found = [(i, "8<" in line) for i, line in enumerate(source.splitlines(), 1) if whole.search(line)]
    begun = line_with(source, "8<")  # the long form names its files on lines below it
    return min(found, key=lambda one: (not one[1], one[0] < begun, one[0]), default=(1, False))[0]


def lab_of(post: str) -> str:
    """The lab of a post, by the post's file: posts/my-post.md -> my_post."""
    return posixpath.splitext(posixpath.basename(post))[0].replace("-", "_")


def folders(left_out: Collection[str]) -> dict[str, str]:
    """The folders of docs/ that belong to these posts, each with its post."""
    labs = {lab_of(post): post for post in left_out}
    return {f"labs/{lab}/": post for lab, post in labs.items()} | {
        f"figures/{lab.replace('_', '-')}/": post for lab, post in labs.items()
    }


def taken(
    html: str, markdown: str, source: str, known: dict[str, Any] | None, docs: str | Path, left_out: Collection[str]
) -> Iterator[str]:
    """`line: what is wrong` for all that a page takes from the drafts of `left_out`, in any of these ways.

    `known` are the settings of `pymdownx.snippets`, None where it is not used.
    """
    found = list(quoted(html, source, left_out))
    found += drafts(markdown, source, known, docs, left_out) if known is not None else ()
    yield from (f"{line}: {why}" for line, why in found)


def drafts(
    markdown: str, source: str, known: dict[str, Any], docs: str | Path, left_out: Collection[str]
) -> Iterator[tuple[int, str]]:
    """Line and fault of each inclusion of a draft of `left_out`, by its path below `docs`, or of a file of its lab.

    `markdown` is what is converted, `source` what its author wrote: where a file that is included includes another,
    the line is the author's.
    """
    line, below = 1, folders(left_out)
    for name, path in (read(markdown, known) if left_out else {}).items():
        line = line_of(source, name) if name in source else line
        file = Path(os.path.relpath(os.path.realpath(path), os.path.realpath(docs))).as_posix()
        if file in left_out:
            yield line, f"includes {HINT.format(file)}"
        elif post := next((post for folder, post in below.items() if file.startswith(folder)), None):
            yield line, f"includes {file} of {HINT.format(post)}"


def quoted(html: str, source: str, left_out: Collection[str]) -> Iterator[tuple[int, str]]:
    """Line and fault of each number, sentence, table or figure to turn that a page shows from the lab of a draft."""
    labs = {lab_of(post): post for post in left_out}
    if not any(f"{lab}." in unescape(html) for lab in labs):
        return
    tree = LexborHTMLParser(html, is_fragment=True)
    names = [node.attributes["value"] for node in tree.css("data[value]")]
    names += [node.attributes["data-explore"] for node in tree.css("[data-explore]")]
    names += [(n.comment_content or "").partition("table:")[2] for n in tree.root.traverse() if n.is_comment_node]
    for name in dict.fromkeys(name.strip() for name in names if name):
        if post := labs.get(name.partition(".")[0]):
            yield line_with(unescape(source), name), f"shows {name} of {HINT.format(post)}"
