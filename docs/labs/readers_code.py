"""A reader's own code inside a lab's command: it cannot end the command unseen, and its errors name its lines."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb
from typing import Any

import labs

PYTHON = [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib")]


def place(error: BaseException) -> str:
    """`file:line: ` of the innermost line an error came through that is no lab's and not Python's; empty if none is."""
    others = [*PYTHON, *map(Path, labs.__path__)]
    for frame, line in reversed([*walk_tb(error.__traceback__)]):
        path = Path(frame.f_code.co_filename)
        if path.is_file() and not any(folder in path.parents for folder in others):
            return f"{path.relative_to(Path.cwd()) if Path.cwd() in path.parents else path}:{line}: "
    return ""


@contextmanager
def exits_raised() -> Iterator[None]:
    """Make `os._exit` raise SystemExit in this process, which a command can tell; forked ones end as they ask to."""
    end, here = os._exit, os.getpid()

    def ended(status: int) -> Any:
        if os.getpid() != here:
            end(status)
        raise SystemExit(status)

    os._exit = ended
    try:
        yield
    finally:
        os._exit = end
