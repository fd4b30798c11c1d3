"""What `mkdocs serve` does besides: the site it serves lies in memory, and garbage is collected between builds."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

from writing.build import process

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

MEMORY, ROOM = Path("/dev/shm"), 2 << 30  # Linux has it; with less room than this, in bytes, the disk is used
links = list[Path]()


def begin() -> None:
    """Where this is `mkdocs serve`: collect no garbage while it builds; remove what a killed one left in memory."""
    if process.serving:
        gc.disable()
    for folder in MEMORY.glob("mkdocs-*-*") if process.serving else ():
        if not Path("/proc", folder.name.split("-")[1]).exists():
            shutil.rmtree(folder, ignore_errors=True)


def use_memory(config: MkDocsConfig) -> None:
    """Put a link into memory in the place of the temporary folder that MkDocs has made."""
    site = Path(config.site_dir)
    if process.serving and not links and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        site.rmdir()
        site.symlink_to(tempfile.mkdtemp(prefix=f"mkdocs-{os.getpid()}-", dir=MEMORY))
        links.append(site)


def collect() -> None:
    """Collect garbage once the author has what was saved, not while it is built."""
    if process.serving:
        later = Timer(1, gc.collect)
        later.daemon = True
        later.start()


def end() -> None:
    """Remove the link and the folder in memory made in `use_memory`."""
    for site in links:
        folder = site.readlink()
        site.unlink()
        shutil.rmtree(folder)
    links.clear()
