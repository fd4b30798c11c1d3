"""The head of the front page: eyebrow, tagline and description, as mkdocs.yml has them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from writing.escaping import markdown

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page


def heading(eyebrow: str, tagline: str, description: str) -> str:
    """The front page's head as Markdown: a line above the h1, the h1, a lead below it; without what is empty."""
    above = f'<p class="eyebrow">{escape(eyebrow, quote=False)}</p>\n\n' if eyebrow else ""
    below = f'\n<p class="lead">{escape(description, quote=False)}</p>\n' if description else ""
    return f"{above}# {markdown(tagline)}\n{below}"


def headed(markdown: str, page: Page, config: MkDocsConfig) -> str:
    """The Markdown of docs/index.md with the head above it; that of every other page as it is."""
    if page.file.src_uri != "index.md":
        return markdown
    words = [str(config.extra.get(key) or "") for key in ("eyebrow", "tagline")]
    head = heading(words[0], words[1] or config.site_name, config.site_description or "")
    return f"{head}\n{markdown}"
