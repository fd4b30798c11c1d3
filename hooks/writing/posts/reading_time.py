"""Counts a post's reading time from its prose: no code, no tables, 265 words a minute."""

from __future__ import annotations

import re
from functools import lru_cache

from material.plugins.blog.structure import Post
from mkdocs.structure.pages import Page

FENCE = re.compile(r"\n[ >]*(```+|~~~+).*?\n[ >]*\1", re.S)
NOT_PROSE = re.compile(r"<[^>]*>|\]\([^)]*\)")
WORDS_A_MINUTE = 265  # the rate that the theme's own count uses


@lru_cache(maxsize=4096)  # `mkdocs serve` asks again at each save
def minutes(markdown: str) -> int:
    """Whole minutes to read a text, at least one."""
    lines = [line for line in FENCE.sub("\n", f"\n{markdown}").split("\n") if line[:1] != "|"]
    words = re.findall(r"\w[\w'’.,%-]*", NOT_PROSE.sub(" ", "\n".join(lines)))
    return max(1, round(len(words) / WORDS_A_MINUTE))


def count(page: Page, markdown: str) -> None:
    """Set the reading time of a post; the blog plugin, finding it set, does not parse the finished HTML for it."""
    if isinstance(page, Post):
        page.config.readtime = minutes(markdown)
