"""`mkdocs serve` notices a save at once, and keeps the site that it serves in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from writing import patches, serving
from writing.build import process

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer


def on_startup(*, command: str, dirty: bool) -> None:
    """Note the command; this event comes once, before the first build."""
    process.command = command
    serving.begin()


def on_config(config: MkDocsConfig) -> None:
    """Have the site written to memory."""
    serving.use_memory(config)


def on_serve(server: LiveReloadServer, *, config: MkDocsConfig, builder: object) -> None:
    """Have the system tell of a save; the server is made but does not yet run."""
    patches.use_system_observer(server)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Collect the garbage of a build."""
    serving.collect()


def on_build_error(error: Exception) -> None:
    """Collect the garbage of a build that failed."""
    serving.collect()


def on_shutdown() -> None:
    """Leave nothing in memory."""
    serving.end()
