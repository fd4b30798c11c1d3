"""Gives each list of posts, a category or a year, a heading that reads as its name, and a description of its own."""

from __future__ import annotations

from pathlib import Path

from material.plugins.blog.structure import Archive, Category, View
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from writing.escaping import markdown as escaped


def describe(config: MkDocsConfig) -> None:
    """Describe every view in its meta data, from which the theme writes `<meta name="description">`."""
    for view in config.plugins["material/blog"].blog.views:
        count = f"{len(view.posts)} post{'s' if len(view.posts) > 1 else ''}"
        if isinstance(view, Category):
            view.meta.setdefault("description", f"{config.site_name}: {count} on {view.name}, the newest first.")
        elif isinstance(view, Archive):
            view.meta.setdefault("description", f"{config.site_name}: {count} of {view.name}, the newest first.")


def headed(markdown: str, page: Page, config: MkDocsConfig) -> str:
    """The Markdown of a page; where the blog plugin made it of a name, `# name`, with the name's signs as signs."""
    made = isinstance(page, View) and not Path(page.file.abs_src_path or "").is_relative_to(config.docs_dir)
    return f"# {escaped(markdown.removeprefix('# '))}" if made else markdown
