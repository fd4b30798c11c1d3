"""Counts a post's reading time from its prose: no code, no tables; in scripts without spaces, too."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

FENCE = re.compile(r"\n[ >]*(```+|~~~+).*?\n[ >]*\1", re.S)
NOT_PROSE = re.compile(r"<[^>]*>|\]\([^)]*\)")
WORDS_A_MINUTE = 265  # the rate that the theme's own count uses
SIGNS_A_MINUTE = 400  # Chinese characters and kana: a usual figure for adults
LETTERS_A_MINUTE = 1000  # Thai, Lao, Burmese, Khmer, which put no spaces between words
SIGNS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
LETTERS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")


@lru_cache(maxsize=4096)  # `mkdocs serve` asks again at each save
def minutes(markdown: str) -> int:
    """Whole minutes to read a text, at least one."""
    lines = [line for line in FENCE.sub("\n", f"\n{markdown}").split("\n") if line[:1] != "|"]
    prose, signs = SIGNS.subn(" ", NOT_PROSE.sub(" ", "\n".join(lines)))
    prose, letters = LETTERS.subn(" ", prose)
    words = len(re.findall(r"\w[\w'’.,%-]*", prose))
    return max(1, round(words / WORDS_A_MINUTE + signs / SIGNS_A_MINUTE + letters / LETTERS_A_MINUTE))


def count(page: Page, markdown: str) -> None:
    """Set the reading time of a post; the blog plugin, finding it set, does not parse the finished HTML for it."""
    from material.plugins.blog.structure import Post  # `python -m writing` does without

    if isinstance(page, Post):
        page.config.readtime = minutes(markdown)
