"""`mkdocs serve` notices a save at once, keeps the site in memory; what stops a build is said in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority
from writing import errors, patches, serving
from writing.build import Build, process

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
    patches.say_taken_port(server)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Collect the garbage of a build."""
    serving.collect()


@event_priority(-100)  # last: it ends the build
def on_build_error(error: Exception) -> None:
    """Say in a line what stopped the build, whatever it was."""
    serving.collect()
    errors.stop(error, Build.current and Build.current.config)


def on_shutdown() -> None:
    """Leave nothing in memory."""
    serving.end()
