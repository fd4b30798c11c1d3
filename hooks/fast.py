"""A build makes only what changed. Without this file it makes the same site, byte for byte, and takes longer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority
from writing import patches, required
from writing.build import Build
from writing.cache import conversions, post_lookup, settings, templates

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


@event_priority(100)  # before a plugin asks for the theme's environment
def on_config(config: MkDocsConfig) -> None:
    """Have templates compiled once; read headers with the faster loader."""
    patches.use_fast_yaml()
    settings.compile_once(config)


@event_priority(100)  # before anything is recalled; whoever makes settings has made them by now
def on_pre_build(*, config: MkDocsConfig) -> None:
    """Open the memory of this build."""
    Build.of(config).memory, Build.of(config).find = settings.opened(config), patches.inclusions(config)


@event_priority(-60)  # after the blog plugin, which finds and sorts the posts
def on_files(files: Files, *, config: MkDocsConfig) -> None:
    """Have the blog plugin find a post at once."""
    patches.use_posts(config, post_lookup.Posts)


@event_priority(-100)  # the text is what all other hooks made of it
def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Have this page converted from memory."""
    build = Build.of(config)
    build.memory.relieve()
    patches.use_conversion(page, partial(conversions.render, build.memory, build.find))


@event_priority(-100)  # after the hooks that change the environment
def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> None:
    """Have pages rendered from memory, unless something else may give them what it does not know."""
    if not required.others(config):
        patches.use_templates(env, templates.remembered(Build.of(config).memory))


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> None:
    """Write values once there are a hundred new ones."""
    Build.of(config).memory.relieve()


@event_priority(-100)  # after the stylesheets, which are remembered too
def on_post_build(*, config: MkDocsConfig) -> None:
    """Keep what is new for the next build."""
    Build.of(config).memory.keep()
