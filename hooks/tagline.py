"""The front page begins with eyebrow, tagline and description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from writing.posts import front_page

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the head above what the author wrote into docs/index.md."""
    return front_page.headed(markdown, page, config)
