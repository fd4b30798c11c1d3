"""Keeps a draft, its figures and its lab's data out of what is published, and refuses links to it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from material.plugins.blog.structure import Post
from mkdocs.exceptions import PluginError

from writing.build import Build

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

LINK = re.compile(r"(?:\]\(|\]:\s*|href=\")([^)\s\"#]+\.md)")


def links(source: str) -> Iterator[tuple[int, str]]:
    """Line and target of every link to a Markdown file."""
    for found in LINK.finditer(source):
        yield source[: found.start()].count("\n") + 1, found[1]


def hidden(config: MkDocsConfig, files: Files) -> frozenset[str]:
    """The `src_uri` of every post that this build leaves out: drafts, and posts dated later."""
    shown = {post.file.src_uri for post in config.plugins["material/blog"].blog.posts}
    return frozenset({file.src_uri for file in files if isinstance(file.page, Post)} - shown)


def set_aside(files: Files, config: MkDocsConfig) -> None:
    """Note the posts that are left out, and drop their figures and labs' data; the blog plugin has decided which."""
    build = Build.of(config)
    build.left_out = hidden(config, files)
    slugs = [posixpath.basename(path)[:-3] for path in build.left_out]
    folders = tuple(f"figures/{s}/" for s in slugs) + tuple(f"labs/{s.replace('-', '_')}/" for s in slugs)
    for file in [file for file in files if file.src_uri.startswith(folders)]:
        files.remove(file)


def refuse_links(page: Page, config: MkDocsConfig) -> None:
    """Raise PluginError with the line of each link from a page to a post that is left out: it would lead nowhere."""
    left_out = Build.of(config).left_out
    if not left_out or page.file.generated_by is not None:
        return
    faults = [
        f"{page.file.src_uri}:{line}: links to {target}, a draft or dated later; publish that first, or unlink it"
        for line, target in links(page.file.content_string)
        if posixpath.normpath(posixpath.join(posixpath.dirname(page.file.src_uri), target)) in left_out
    ]
    if faults:
        raise PluginError("\n".join(["A published page links to a draft:", *faults]))
