"""Gives listings a post's summary, so that they never convert the whole post again.

The blog plugin converts every post once more for each view that lists it (front page, year,
categories): about half of a build. By `on_env` all pages are converted, and what a listing
still converts is `post.markdown`; the post's page, the search index and the feed are done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from material.plugins.blog.structure import Post

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> None:
    """Leave each post its summary as the text that listings convert."""
    for file in files:
        if isinstance(file.page, Post):
            file.page.markdown = file.page.meta["description"]
