"""What a listing shows of a post: the summary from its header.

The blog plugin makes a second Markdown converter for every post and converts the whole post again
for each view that lists it (front page, year, categories): about half of a build. The listing in
overrides/blog.html shows the summary from the header, so an excerpt has nothing to convert.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from material.plugins.blog.structure import Excerpt, Post
from mkdocs.structure.toc import TableOfContents

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


class Summary(Excerpt):
    """A post as a listing shows it: what its header says, nothing to convert."""

    def __init__(self, post: Post, config: MkDocsConfig, files: Files) -> None:
        self.file, self.post, self.config, self.meta = copy(post.file), post, post.config, post.meta
        self.markdown = self.content = post.meta["description"]
        self.toc, self.more = TableOfContents([]), None
        self._set_canonical_url(config.site_url)

    def render(self, page: Page, separator: str) -> None:
        """Do nothing: the summary is the same on every view."""
