"""Quoted numbers are checked; each lab has a page; the box below a post says how its numbers were measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority
from writing.evidence import check, lab_pages

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


@event_priority(-60)  # after the blog plugin, which knows the posts that are shown
def on_files(files: Files, *, config: MkDocsConfig) -> None:
    """Add the labs' pages."""
    lab_pages.add(files, config)


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Check what a page quotes, and mark it for its readers."""
    return check.checked(markdown, page, config)
