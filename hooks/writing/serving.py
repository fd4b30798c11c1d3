"""What `mkdocs serve` does besides: the last good site is served while another is built, or while one cannot be.

Each build fills a folder of its own, in memory; what stops it stands on every page until it is mended.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs import commands
from mkdocs.exceptions import Abort
from mkdocs.utils import DuplicateFilter

from writing.build import process

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

log = logging.getLogger("mkdocs.hooks.serve")
MEMORY, ROOM = Path("/dev/shm"), 2 << 30  # Linux has it; with less room than this, in bytes, the disk is used
BODY = re.compile(rb"<body\b[^>]*>")
SIGN = (
    '<div role="alert" style="position:fixed;inset:auto 0 0 0;z-index:99;max-height:60vh;overflow:auto;padding:1rem;'
    'background:#7f1d1d;color:#fff;font:14px/1.5 monospace;white-space:pre-wrap;overflow-wrap:anywhere">'
    "This page is of the last build that succeeded. The newest one stops:\n\n{}</div>"
)
links = list[Path]()  # the folder that is served, once it is a link
building = list[Path]()  # the folder that is being filled
faults = list[str]()  # what stopped the newest build, as the terminal has it


def begin() -> None:
    """Where this is `mkdocs serve`: remove what a killed one left behind."""
    if not process.serving:
        return
    for base in (MEMORY, Path(tempfile.gettempdir())):
        for folder in base.glob("mkdocs-*-*") if Path("/proc").is_dir() else ():
            if not Path("/proc", folder.name.split("-")[1]).exists():
                shutil.rmtree(folder, ignore_errors=True)


def use_memory(config: MkDocsConfig) -> None:
    """Have this build fill a new folder; the one that MkDocs has made becomes a link to the last that was filled."""
    if not process.serving:
        return
    while building:
        shutil.rmtree(building.pop(), ignore_errors=True)
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    folder = Path(tempfile.mkdtemp(prefix=f"mkdocs-{os.getpid()}-", dir=MEMORY if roomy else None))
    site = Path(config.site_dir)
    if not links:
        try:
            site.rmdir()
            site.symlink_to(folder)
        except OSError as error:  # a system without links: every build fills the same folder, as MkDocs has it
            log.debug("no link: %s", error)
            folder.rmdir()
            return
        links.append(site)
    building.append(folder)
    config.site_dir = str(folder)


def show() -> None:
    """Serve what has just been built, from one request to the next; remove what was served before."""
    if not building:
        return
    folder, site = building.pop(), links[0]
    before, new = site.readlink(), site.with_name(f"{site.name}.new")
    new.symlink_to(folder)
    new.replace(site)
    if before != folder:
        shutil.rmtree(before, ignore_errors=True)


class Heard(logging.Handler):
    """Keeps what a build says about a fault."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message."""
        self.lines.append(record.getMessage())


def built(build: Callable[[], None]) -> None:
    """Run a build; if it stops, what the terminal shows is kept for the pages. Raises what `build` raised, or Abort."""
    logger, heard = logging.getLogger("mkdocs"), Heard()
    logger.addHandler(heard)
    for once in commands.build.log.filters:  # MkDocs drops what it has logged before; the same fault may come again
        if isinstance(once, DuplicateFilter):
            once.msgs.clear()
    try:
        build()
        faults.clear()
    except SystemExit as error:
        faults[:] = heard.lines or [str(error)]
        raise
    except Exception as error:  # MkDocs raises these before a build begins: of settings that cannot be read
        log.error("mkdocs.yml:1: %s; mend it there", " ".join(str(error).split()))
        faults[:] = heard.lines
        raise Abort("Aborted: the line above says why") from error
    finally:
        logger.removeHandler(heard)


def shown(html: bytes) -> bytes:
    """A page as it is sent: with what stopped the newest build, if it was stopped."""
    if not faults:
        return html
    sign = SIGN.format(escape("\n".join(faults))).encode()
    begun = BODY.search(html)
    return html[: begun.end()] + sign + html[begun.end() :] if begun else sign + html


def end() -> None:
    """Remove the link and the folders made in `use_memory`."""
    for site in links:
        building.append(site.readlink())
        site.unlink()
    for folder in building:
        shutil.rmtree(folder, ignore_errors=True)
    links.clear()
    building.clear()
