"""Puts eyebrow, tagline and description from mkdocs.yml at the head of the front page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


def heading(eyebrow: str, tagline: str, description: str) -> str:
    """The front page's head as Markdown: a line above the h1, the h1, a lead below it."""
    return (
        f'<p class="eyebrow">{escape(eyebrow, quote=False)}</p>\n\n'
        f"# {tagline}\n\n"
        f'<p class="lead">{escape(description, quote=False)}</p>\n'
    )


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str | None:
    """Prepend the head to docs/index.md; whatever the author wrote there follows it."""
    if page.file.src_uri != "index.md":
        return None
    head = heading(config.extra["eyebrow"], config.extra["tagline"], config.site_description)
    return f"{head}\n{markdown}"
