"""Leaves a page at each earlier address of a post, and of its lab, that leads to where it is now."""

from __future__ import annotations

import posixpath
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from writing.build import Build

if TYPE_CHECKING:
    from material.plugins.blog.structure import Post
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="default-src 'none'">
<title>{title}</title>
<link rel="canonical" href="{canonical}">
<meta http-equiv="refresh" content="0; url={there}">
<meta name="viewport" content="width=device-width, initial-scale=1">
</head>
<body>
<p>This page has moved: <a href="{there}">{title}</a></p>
</body>
</html>
"""


def renamed(url: str, slug: str, alias: str) -> str:
    """An address with an earlier name of its post in the place of `slug`; of a file's path index.html may hold one."""
    before, _, after = url.rpartition(slug)
    return f"{before}{alias}{after}"


def entry_id(post: Post) -> str:
    """What feeds call a post for ever: its first address. Another one would show it to every subscriber as new."""
    first = next(iter(post.meta.get("aliases") or ()), post.config.slug)
    return renamed(post.canonical_url, post.config.slug, first)


def make(config: MkDocsConfig, files: Files) -> None:
    """Make the pages. No sitemap and no feed knows of them, and they ask nobody for anything."""
    for post in config.plugins["material/blog"].blog.posts:
        lab = files.get_file_from_path(f"labs/{post.config.slug}.md")
        for alias in [name for name in post.meta.get("aliases") or () if name != post.config.slug]:
            for page in [post, *([lab.page] if lab and lab.page else [])]:
                old = renamed(page.file.url, post.config.slug, alias)
                there = posixpath.relpath(page.file.url, posixpath.dirname(old)) + "/" * page.file.url.endswith("/")
                words = {"language": config.theme["language"], "title": page.title, "canonical": page.canonical_url}
                shown = {key: escape(str(word)) for key, word in (words | {"there": there}).items()}
                Build.of(config).redirects[f"{old}index.html" if old.endswith("/") else old] = PAGE.format(**shown)


def write(config: MkDocsConfig) -> None:
    """Write the pages that were made."""
    for name, page in Build.of(config).redirects.items():
        target = Path(config.site_dir, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8", newline="\n")
