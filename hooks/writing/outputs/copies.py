"""Writes each post as Markdown beside its page: plain numbers, code included, whole addresses."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from markdown import Markdown

from writing.build import Build

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

DATA = re.compile(r'<data value="[^"]*">((?:(?!</?data\b).)*)</data>|^<!-- table: [\w.]+ -->[ \t]*\n', re.M | re.S)
LINKS = [re.compile(rf'({start})(?![a-z]+:|#)([^)"\s#]+)') for start in (r"\]\(", ' href="', ' src="')]


def plain(markdown: str, included: Markdown, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A post's Markdown as somebody elsewhere can read it; `included` brings the code in."""

    def whole(found: re.Match[str]) -> str:
        target = files.get_file_from_path(posixpath.normpath(posixpath.join("posts", found[2])))
        return found[1] + (urljoin(config.site_url, target.url) if target else found[2])

    if "--8<--" in markdown:
        markdown = "\n".join(included.preprocessors["snippet"].run(markdown.splitlines()))
    text = DATA.sub(r"\1", DATA.sub(r"\1", markdown))  # twice: a sentence holds its numbers
    for link in LINKS:
        text = link.sub(whole, text)
    return f"# {page.title}\n\n> {page.meta['description']}\n\n{page.canonical_url}\n\n{text.strip()}\n"


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
