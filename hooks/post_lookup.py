"""Tells the blog plugin at once whether a page is a post: it would compare each page with every post, twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority

if TYPE_CHECKING:
    from material.plugins.blog.structure import Post
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


class Posts(list["Post"]):
    """The posts, newest first, as the plugin sorted them once and for all."""

    def __init__(self, posts: list[Post]) -> None:
        super().__init__(posts)
        self.known = set(map(id, posts))

    def __contains__(self, page: object) -> bool:
        """Whether this very page is one of them."""
        return id(page) in self.known


@event_priority(-60)  # after the blog plugin, which finds them
def on_files(files: Files, *, config: MkDocsConfig) -> None:
    """Put them in the place of the list."""
    blog = config.plugins["material/blog"].blog
    blog.posts = Posts(blog.posts)
