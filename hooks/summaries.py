"""Listings show the summaries of posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from writing import patches
from writing.posts.summaries import Summary

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


def on_config(config: MkDocsConfig) -> None:
    """Have the blog plugin make summaries where it makes excerpts."""
    patches.use_excerpts(Summary)
