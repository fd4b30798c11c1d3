"""What a build makes besides pages: feeds, sitemap, Markdown copies, social cards, the search index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.plugins import CombinedEvent, event_priority
from writing import patches
from writing.outputs import cards, copies, feeds, redirects, search

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


def on_files(files: Files, *, config: MkDocsConfig) -> None:
    """Keep the font of the cards to the build."""
    cards.keep_font(files)


def on_pre_build(*, config: MkDocsConfig) -> None:
    """Have the search plugin's index filled with plain text; the plugin has made it in on_config."""
    patches.use_search_entries(config, search.enter, search.add_entries)


def make_copies(env: Environment, *, config: MkDocsConfig, files: Files) -> None:
    """While the posts' Markdown is at hand; and what stands at their earlier addresses."""
    copies.make(config, files)
    redirects.make(config, files)


@event_priority(-50)
def add_filters(env: Environment, *, config: MkDocsConfig, files: Files) -> None:
    """For the templates of feeds, sitemap and llms.txt, which are rendered next."""
    feeds.add_filters(env, config)


on_env = CombinedEvent(make_copies, add_filters)


def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str:
    """Leave out what would make a feed or the sitemap unreadable."""
    return feeds.legal(output)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Write the copies, what stands at earlier addresses, and the cards."""
    copies.write(config)
    redirects.write(config)
    cards.write(config)
