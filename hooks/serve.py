"""Makes `mkdocs serve` quick: the system tells it of a save, and the site it serves lies in memory, not on the disk."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer

MEMORY, ROOM = Path("/dev/shm"), 2 << 30  # Linux has it; with less room than this, in bytes, the disk is used
serving, links = False, list[Path]()


def on_startup(*, command: str, dirty: bool) -> None:
    """Note whether this is `mkdocs serve`; remove what such a process left in memory when it was killed."""
    global serving
    serving = command == "serve"
    if serving:
        gc.disable()
    for folder in MEMORY.glob("mkdocs-*-*") if serving else ():
        if not Path("/proc", folder.name.split("-")[1]).exists():
            shutil.rmtree(folder, ignore_errors=True)


def on_config(config: MkDocsConfig) -> None:
    """Put a link into memory in the place of the temporary folder that MkDocs has made."""
    site = Path(config.site_dir)
    if serving and not links and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        site.rmdir()
        site.symlink_to(tempfile.mkdtemp(prefix=f"mkdocs-{os.getpid()}-", dir=MEMORY))
        links.append(site)


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


def collect() -> None:
    """Collect garbage once the author has what was saved, not while it is built."""
    if serving:
        later = Timer(1, gc.collect)
        later.daemon = True
        later.start()


def on_post_build(*, config: MkDocsConfig) -> None:
    """Collect what the build leaves."""
    collect()


def on_build_error(error: Exception) -> None:
    """Collect what the build leaves."""
    collect()


def on_shutdown() -> None:
    """Remove both."""
    for site in links:
        folder = site.readlink()
        site.unlink()
        shutil.rmtree(folder)
    links.clear()
