"""Every reach into the server of `mkdocs serve`, as patches.py has them for the rest of MkDocs."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.exceptions import Abort

from writing.patches import guard

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer

log = logging.getLogger("mkdocs.hooks.serve")


def use_system_observer(server: LiveReloadServer) -> None:
    """Move what `mkdocs serve` watches from its observer, which asks each file in turn, to the system's own.

    It also halves the server's wait for a second save: 0.03 s in place of 0.1 s.
    """
    from watchdog import events, observers  # no other command needs them

    guard("mkdocs", hasattr(server, "_watch_refs") and hasattr(server, "build_delay"), "the watching of saves")
    changes = [events.FileCreatedEvent, events.FileDeletedEvent, events.FileModifiedEvent, events.FileMovedEvent]
    slower = "the system gives no watcher (%s); files are asked in turn, which notices a save later"
    try:
        observer = observers.Observer()
    except OSError as error:
        log.info(slower, error)
        return
    known = observer.schedule

    def schedule(handler: Any, path: str, *, recursive: bool = False) -> Any:
        """Watch a path, and what its links lead to, which the system does not follow."""
        for target in linked(Path(path)) if recursive else ():
            only = handler if target.is_dir() else events.FileSystemEventHandler()
            if only is not handler:  # the folder of a file is watched, for that file
                only.on_any_event = partial(told_of, handler.on_any_event, str(target))
            known(
                only, str(target if only is handler else target.parent), recursive=only is handler, event_filter=changes
            )
        return known(handler, path, recursive=recursive, event_filter=changes)

    observer.schedule = schedule  # what `watch:` names is added later
    watched: dict[str, list[Any]] = {}
    for path, watch in server._watch_refs.items():
        for handler in server.observer._handlers[watch]:
            watched.setdefault(path, []).append(handler)
            server._watch_refs[path] = observer.schedule(handler, path, recursive=watch.is_recursive)
    begin, asking = observer.start, server.observer

    def start() -> None:
        """Begin to watch; where the system gives no watcher (its limit is reached), ask each file in turn."""
        try:
            begin()
        except OSError as error:
            observer.unschedule_all()
            for path, watch in server._watch_refs.items():
                for handler in watched.get(path, ()):
                    asking.schedule(handler, path, recursive=watch.is_recursive)
            log.info(slower, error)
            server.observer = asking
            asking.start()

    observer.start = start
    server.observer = observer
    server.build_delay = 0.03


def linked(folder: Path) -> list[Path]:
    """What the links below a folder lead to, those that are found there included."""
    found: dict[Path, None] = {}
    folders = [folder]
    while folders:
        for parent, names, files in os.walk(folders.pop()):
            for path in (Path(parent, name) for name in [*names, *files]):
                if path.is_symlink() and (target := path.resolve()).exists() and target not in found:
                    found[target] = None
                    folders += [target] if target.is_dir() else []
    return list(found)


def told_of(call: Callable[[Any], None], path: str, event: Any) -> None:
    """Pass on an event of one file only."""
    if path in (event.src_path, event.dest_path):
        call(event)


def serve_meanwhile(
    server: LiveReloadServer, built: Callable[[Callable[[], None]], None], shown: Callable[[bytes], bytes]
) -> None:
    """Have `mkdocs serve` answer while it builds: it would keep each reader waiting until a build succeeds.

    `built(build)` runs a build. Whether it succeeds or raises, open pages are then loaded again; `shown` changes each.
    """
    names = ("builder", "_wanted_epoch", "_visible_epoch", "_epoch_cond", "_inject_js_into_html", "error_handler")
    guard("mkdocs", all(hasattr(server, name) for name in names), "the serving while a build runs")
    build, inject, not_found = server.builder, server._inject_js_into_html, server.error_handler

    def builder() -> None:
        wanted = server._wanted_epoch
        with server._epoch_cond:
            server._wanted_epoch = server._visible_epoch  # nobody waits for this build
            server._epoch_cond.notify_all()
        try:
            built(build)
        except BaseException:
            with server._epoch_cond:
                server._wanted_epoch = server._visible_epoch = wanted
                server._epoch_cond.notify_all()
            raise
        server._wanted_epoch = wanted

    def error_handler(code: int) -> bytes | None:
        page = not_found(code)
        return page and server._inject_js_into_html(page, server._visible_epoch)

    server.builder, server.error_handler = builder, error_handler
    server._inject_js_into_html = lambda content, epoch: inject(shown(content), epoch)


def say_taken_port(config: MkDocsConfig) -> None:
    """Say in a line, before the first build, that `mkdocs serve` cannot listen there: it would end in a trace."""
    from mkdocs.livereload import LiveReloadServer

    host, port = config.dev_addr
    server = LiveReloadServer(lambda: None, host, port, root=".")
    guard("mkdocs", callable(getattr(server, "server_bind", None)), "the line about a port in use")
    try:
        server.server_bind()
    except OSError as error:
        raise Abort(
            f"{host}:{port}: cannot be listened at ({error.strerror}); stop the other server, or name another port: "
            "mkdocs serve -a 127.0.0.1:8001"
        ) from error
    finally:
        server.server_close()
