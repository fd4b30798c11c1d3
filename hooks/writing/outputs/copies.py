"""Writes each post as Markdown beside its page: plain numbers, code included, whole addresses, its date."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from markdown import Markdown

from writing.build import Build
from writing.outputs.feeds import label, legal, whole

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ATTRIBUTES = r"(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*"
TAG = re.compile(rf"<[a-zA-Z]{ATTRIBUTES}>")
HELD_BY = re.compile(r"(\s(?:href|src|poster|data)\s*=\s*)(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.I)
MARK = r"<!--\s*table: ?[\w.-]+\s*-->"
DATA = re.compile(rf"</?data(?=[\s>]){ATTRIBUTES}>|^[ \t>]*{MARK}[ \t]*\n|{MARK}", re.M | re.I)
VALUE = r"(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'<>{}]+)"
MACHINERY = re.compile(rf"\s(?:markdown|data-[\w-]+)\s*=\s*{VALUE}", re.I)  # for the build, and for scripts
ONE = rf"(?:[#.][\w:-]+|[\w:-]+={VALUE})"
LIST = rf"\{{:? *{ONE}(?: +{ONE})* *\}}"  # what attr_list reads: { #id .class }, behind a heading, a block, a link, ...
HEADS = rf"(^ {{0,3}}#{{1,6}} [^\n]*?) +{LIST} *$| +{LIST}(?= *(?:\||\n(?:=+|-+) *$))"
LISTS = re.compile(rf"{HEADS}|\n *{LIST} *$|(?<=[])*_>\x03]){LIST}", re.M)
BARE, TITLE = r"(?:[^()<>\n]|\([^()\n]*\))+?", r"(?<=\s)(?:\"[^\n]*?\"|'[^\n]*?')\s*"
INLINE = rf"((?<!\\)\]\(\s*)(?:<([^<>\n]*)>|({BARE}))(?=\s*(?:{TITLE})?\))"
NAMED = r"(^ {0,3}\[(?!\^)[^\[\]\n]+\]:[ \t]*\n?[ \t]*)(?:<([^<>\n]*)>|([^\s<>]+))"
LINKS = [re.compile(INLINE), re.compile(NAMED, re.M)]
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

    def from_source(found: re.Match[str]) -> str:  # Markdown names a file, as MkDocs finds it
        parts = urlsplit(address := found[2] or found[3] or "")
        target = files.get_file_from_path(posixpath.normpath(posixpath.join("posts", unquote(parts.path))))
        if not target or parts.scheme or parts.netloc or not parts.path:
            return found[0]
        address = urljoin(config.site_url, parts._replace(path=target.url).geturl())
        return found[1] + (f"<{address}>" if found[2] else address)

    def from_page(found: re.Match[str]) -> str:  # HTML names an address, as a browser reads it
        address = unescape(next(filter(None, found.groups()[1:]), ""))
        return f'{found[1]}"{escape(whole(address, page.canonical_url))}"'

    def change(text: str) -> str:
        text = LISTS.sub(lambda found: found[1] or "", DATA.sub("", text))
        text = TAG.sub(lambda tag: HELD_BY.sub(from_page, MACHINERY.sub("", tag[0])), text)
        for link in LINKS:
            text = link.sub(from_source, text)
        return text

    if "8<-" in markdown:
        markdown = "\n".join(included.preprocessors["snippet"].run(markdown.splitlines()))
    text = legal(outside_code(markdown, change))
    date = page.config.date
    days = f"{date.created:%Y-%m-%d}" + (f", updated {date.updated:%Y-%m-%d}" if date.updated else "")
    head = f"# {label(page.title)}\n\n> {label(page.meta['description'])}\n\n{page.canonical_url} ({days})"
    return f"{head}\n\n{text.strip()}\n"


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
