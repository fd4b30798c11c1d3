"""Gives each list of posts, a category or a year, a description of its own."""

from __future__ import annotations

from material.plugins.blog.structure import Archive, Category
from mkdocs.config.defaults import MkDocsConfig


def describe(config: MkDocsConfig) -> None:
    """Describe every view in its meta data, from which the theme writes `<meta name="description">`."""
    for view in config.plugins["material/blog"].blog.views:
        count = f"{len(view.posts)} post{'s' if len(view.posts) > 1 else ''}"
        if isinstance(view, Category):
            view.meta.setdefault("description", f"{config.site_name}: {count} on {view.name}, the newest first.")
        elif isinstance(view, Archive):
            view.meta.setdefault("description", f"{config.site_name}: {count} of {view.name}, the newest first.")
