"""Addresses, the same for every command, and one line for what keeps `mkdocs gh-deploy` from publishing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority
from writing import deploying, required

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


def on_startup(*, command: str, dirty: bool) -> None:
    """Note the command, refuse a build of some pages; this event comes once, before the first build."""
    deploying.begin(command, dirty)


@event_priority(200)  # before anything is made of them
def on_config(config: MkDocsConfig) -> None:
    """Refuse settings that are not whole; fill in the addresses, or stop `gh-deploy` if they are not known; forget."""
    required.check(config)
    deploying.use_addresses(config)
    deploying.forget(config)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Keep a custom domain."""
    deploying.keep_domain(config)
