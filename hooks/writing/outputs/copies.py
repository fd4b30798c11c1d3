"""Writes each post as Markdown beside its page: plain numbers, code included, whole addresses."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from markdown import Markdown

from writing.build import Build
from writing.outputs.feeds import label, legal

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

DATA = re.compile(r'<data value="[^"]*">((?:(?!</?data\b).)*)</data>|^<!-- table: [\w.]+ -->[ \t]*\n', re.M | re.S)
STARTS = (r"\]\(<?", r""" href=["']""", r""" src=["']""", r"^ {0,3}\[[^\]^\n]+\]:[ \t]+<?")
LINKS = [re.compile(rf"({start})(?![a-z]+:|#)([^)>\"'\s#]+)", re.M) for start in STARTS]
FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})(?P<rest>.*)")
ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s|\[\^")  # what is indented below it is no code
SPAN = re.compile(r"(?<![`\\])(`+)(?!`)((?:(?!\n[ \t]*\n).)+?)(?<!`)\1(?!`)", re.S)
HELD = re.compile("\x02(\\d+)\x03")


def blocks(lines: list[str]) -> list[bool]:
    """For each line whether it belongs to a block of code: fenced, in a quote or a list too, or indented by four."""
    found, opened, text, before = [], "", "", ""
    for line in lines:
        bare = line.lstrip(" \t>")
        fence = FENCE.match(bare)
        if opened:
            ends = fence and fence["fence"].startswith(opened) and not fence["rest"].strip()
            opened = "" if ends else opened
            found.append(True)
            continue
        opened = fence["fence"] if fence and not (fence["fence"][0] == "`" and "`" in fence["rest"]) else ""
        indented = line.startswith(("    ", "\t")) and bool(bare) and not before.strip() and not ITEM.match(text)
        found.append(bool(opened) or indented)
        before = "" if indented else line
        text = bare if bare and not line.startswith((" ", "\t")) else text
    return found


def outside_code(markdown: str, change: Callable[[str], str]) -> str:
    """A text changed wherever it is no code: a link or a tag that is shown there stays as its author wrote it."""
    held: list[str] = []

    def hold(text: str) -> str:
        held.append(text)
        return f"\x02{len(held) - 1}\x03"

    lines = re.sub("[\x02\x03]", "", markdown).split("\n")
    marked = [hold(line) if code else line for line, code in zip(lines, blocks(lines), strict=True)]
    text = change(SPAN.sub(lambda found: hold(found[0]), "\n".join(marked)))
    while HELD.search(text):  # a span may hold a line that is held itself
        text = HELD.sub(lambda found: held[int(found[1])], text)
    return text


def plain(markdown: str, included: Markdown, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A post's Markdown as somebody elsewhere can read it; `included` brings the code in."""

    def whole(found: re.Match[str]) -> str:
        target = files.get_file_from_path(posixpath.normpath(posixpath.join("posts", found[2])))
        return found[1] + (urljoin(config.site_url, target.url) if target else found[2])

    def change(text: str) -> str:
        text = DATA.sub(r"\1", DATA.sub(r"\1", text))  # twice: a sentence holds its numbers
        for link in LINKS:
            text = link.sub(whole, text)
        return text

    if "--8<--" in markdown:
        markdown = "\n".join(included.preprocessors["snippet"].run(markdown.splitlines()))
    text = legal(outside_code(markdown, change))
    return f"# {label(page.title)}\n\n> {label(page.meta['description'])}\n\n{page.canonical_url}\n\n{text.strip()}\n"


def make(config: MkDocsConfig, files: Files) -> None:
    """Make the text of each post's copy: all pages are converted by now, and their Markdown is still at hand."""
    included = Markdown(extensions=["pymdownx.snippets"], extension_configs=config.mdx_configs)
    for post in config.plugins["material/blog"].blog.posts:
        Build.of(config).copies[post.file.src_uri] = plain(post.markdown, included, post, config, files)


def write(config: MkDocsConfig) -> None:
    """Write each copy, index.md, beside the post's index.html."""
    for post in config.plugins["material/blog"].blog.posts:
        target = Path(config.site_dir, post.file.dest_uri).with_suffix(".md")
        target.write_text(Build.of(config).copies[post.file.src_uri], encoding="utf-8", newline="\n")
