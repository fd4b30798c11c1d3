"""`mkdocs serve` notices a save at once, serves the last good site, and tells on the page what stops a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority
from writing import errors, live_server, serving
from writing.build import Build, process

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer


def on_startup(*, command: str, dirty: bool) -> None:
    """Note the command; this event comes once, before the first build."""
    process.command = command
    serving.begin()


def on_config(config: MkDocsConfig) -> None:
    """Refuse a port in use before anything is built; have each build written to memory, beside the one before."""
    if process.serving and not serving.links:
        live_server.say_taken_port(config)
    serving.use_memory(config)


def on_serve(server: LiveReloadServer, *, config: MkDocsConfig, builder: object) -> None:
    """Have the system tell of a save, and the last good site served meanwhile; the server does not yet run."""
    live_server.use_system_observer(server)
    live_server.serve_meanwhile(server, serving.built, serving.shown)


@event_priority(-200)  # last: all is written
def on_post_build(*, config: MkDocsConfig) -> None:
    """Serve what has been built."""
    serving.show()


@event_priority(-100)  # last: it ends the build
def on_build_error(error: Exception) -> None:
    """Say in a line what stopped the build, whatever it was."""
    errors.stop(error, Build.current and Build.current.config)


def on_shutdown() -> None:
    """Leave nothing in memory."""
    serving.end()
