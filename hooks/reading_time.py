"""Counts a post's reading time from its prose: no code, no tables, 265 words a minute."""

from __future__ import annotations

import re

from material.plugins.blog.structure import Post
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

NOT_PROSE = re.compile(r"^[ >]*(```+|~~~+).*?^[ >]*\1|^\|[^\n]*|<[^>]*>|\]\([^)]*\)", re.M | re.S)
WORDS_A_MINUTE = 265  # the rate that the theme's own count uses


def minutes(markdown: str) -> int:
    """Whole minutes to read a text, at least one."""
    words = re.findall(r"\w[\w'’.,%-]*", NOT_PROSE.sub(" ", markdown))
    return max(1, round(len(words) / WORDS_A_MINUTE))


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Set it before the blog plugin would parse the finished HTML for it."""
    if isinstance(page, Post):
        page.config.readtime = minutes(markdown)
