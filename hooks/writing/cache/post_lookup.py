"""Tells the blog plugin at once whether a page is a post: it would compare each page with every post, twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from material.plugins.blog.structure import Post


class Posts(list["Post"]):
    """The posts, newest first, as the plugin sorted them once and for all."""

    def __init__(self, posts: list[Post]) -> None:
        super().__init__(posts)
        self.known = set(map(id, posts))

    def __contains__(self, page: object) -> bool:
        """Whether this very page is one of them."""
        return id(page) in self.known
