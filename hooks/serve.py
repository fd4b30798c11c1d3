"""Makes `mkdocs serve` notice a save at once: the system tells it, instead of a look every half second."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer


def on_serve(server: LiveReloadServer, *, config: MkDocsConfig, builder: object) -> None:
    """Move what the server already watches to the system's own observer, and wait less for a second save."""
    from watchdog import events, observers  # no other command needs them

    changes = [events.FileCreatedEvent, events.FileDeletedEvent, events.FileModifiedEvent, events.FileMovedEvent]
    observer = observers.Observer()
    observer.schedule = partial(observer.schedule, event_filter=changes)  # what `watch:` names is added later
    for path, watch in server._watch_refs.items():
        for handler in server.observer._handlers[watch]:
            server._watch_refs[path] = observer.schedule(handler, path, recursive=watch.is_recursive)
    server.observer = observer
    server.build_delay = 0.03
