"""`mkdocs serve` in a folder, for the tests that watch it."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

from support import ENVIRONMENT

PATIENCE = 240_000  # milliseconds; a wait ends with what it waits for, so only a fault takes so long


def free_port() -> int:
    """A port that nothing listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Served:
    """`mkdocs serve` in a folder, and what it has said so far."""

    def __init__(self, repository: Path, port: int | None = None, **environment: str) -> None:
        self.port = port or free_port()
        command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "-a", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            command,
            cwd=repository,
            env={**ENVIRONMENT, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # `nohup make test &` has it ignored
        )
        self.said = ""
        self.more = threading.Condition()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        for line in self.process.stdout:
            with self.more:
                self.said += line
                self.more.notify_all()

    def wait(self, pattern: str) -> re.Match[str]:
        """What it says that matches; fails with all it said if it does not in good time."""
        with self.more:
            assert self.more.wait_for(lambda: re.search(pattern, self.said), PATIENCE / 1000), (
                f"no {pattern!r} in:\n{self.said}"
            )
            return re.search(pattern, self.said)

    def forget(self) -> None:
        with self.more:
            self.said = ""
