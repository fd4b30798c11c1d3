"""What a page shows as measured is checked; each lab has a page; the box below a post says how it was measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority
from writing.addresses import git
from writing.evidence import check, lab_pages

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


@event_priority(-60)  # after the blog plugin, which knows the posts that are shown
def on_files(files: Files, *, config: MkDocsConfig) -> None:
    """Add the labs' pages."""
    lab_pages.add(files, config)


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Check what the page shows as measured, and make each number and sentence a link to its row."""
    return check.checked(html, page, config)


def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> None:
    """Fill the labs' pages: every post has been read by now."""
    lab_pages.fill(files, config, git(Path(config.docs_dir), "rev-parse", "HEAD"))
