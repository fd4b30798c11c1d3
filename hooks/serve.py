"""Makes `mkdocs serve` notice a save at once: the system tells it, instead of a look every half second."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from watchdog.events import FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent
from watchdog.observers import Observer

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer

CHANGES = [FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent]  # a build opens files, too


def on_serve(server: LiveReloadServer, *, config: MkDocsConfig, builder: object) -> None:
    """Move what the server already watches to the system's own observer, and wait less for a second save."""
    observer = Observer()
    observer.schedule = partial(observer.schedule, event_filter=CHANGES)  # what `watch:` names is added later
    for path, watch in server._watch_refs.items():
        for handler in server.observer._handlers[watch]:
            server._watch_refs[path] = observer.schedule(handler, path, recursive=watch.is_recursive)
    server.observer = observer
    server.build_delay = 0.03
