"""Headers are checked, drafts set aside, reading times counted, related posts named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.plugins import CombinedEvent, event_priority
from writing import patches, required
from writing.posts import (
    drafts,
    header,
    page_header,
    places,
    public,
    reading_time,
    related,
    site_words,
    slugs,
    targets,
    views,
)

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


@event_priority(150)  # the first but publishing.py, which looks whether this one is there, as this one does
def on_config(config: MkDocsConfig) -> None:
    """Choose the ids of headings, tags and categories; have a post appear on its day."""
    required.check(config)
    public.refuse_endless(config)
    public.refuse_outside(config)
    slugs.use(config)
    patches.use_dates(config, drafts.begun)


def check_headers(files: Files, *, config: MkDocsConfig) -> None:
    """Before the blog plugin, at -50, reads the first of them; what is no part of a site is dropped before."""
    public.keep(files, config)
    site_words.check(config)
    header.check(files, config)
    page_header.check(files, config)


@event_priority(-75)  # after the blog plugin, which decides what is a draft
def set_drafts_aside(files: Files, *, config: MkDocsConfig) -> None:
    """Their figures and their labs' data go, too; no two files that are left have one place."""
    drafts.set_aside(files, config)
    places.check(files, config)


on_files = CombinedEvent(check_headers, set_drafts_aside)


def count_time(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Count the reading time before the blog plugin, at -50, would."""
    reading_time.count(page, markdown)


@event_priority(-75)  # after the blog plugin, which writes the heading
def head_views(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Have the name of a category stand as it is written in its heading."""
    return views.headed(markdown, page, config)


on_page_markdown = CombinedEvent(count_time, head_views)


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Refuse what leads to drafts or is taken from them, and what readers could not load."""
    drafts.refuse_inclusions(html, page, config)
    targets.refuse_targets(html, page, config, files)


def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> None:
    """Name for each post the posts nearest to it, now that all are read."""
    related.name_related(config)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Refuse what another host holds, now that all pages have been read."""
    targets.refuse_foreign(config)
