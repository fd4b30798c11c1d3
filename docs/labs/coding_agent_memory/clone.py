"""A clone of a public repository, read by git alone: its newest commit, an earlier one for each age, parsed files."""

from __future__ import annotations

import datetime
import subprocess
import warnings
from pathlib import Path

from labs.coding_agent_memory.facts import Module


class Repository:
    """A clone, read by git alone, at its newest commit and at one earlier commit for each age."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.head, self.date = self.git("log", "-1", "--format=%H %cs").split()
        self.modules: dict[str, Module | None] = {}
        self.texts: dict[str, str] = {}

    def git(self, *arguments: str) -> str:
        """What a git command prints."""
        command = ["git", "-c", "core.quotepath=off", "-C", str(self.folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, errors="replace", check=True).stdout

    def before(self, days: int) -> str:
        """The first-parent commit as of `days` before the newest; empty if there is none."""
        day = datetime.date.fromisoformat(self.date) - datetime.timedelta(days)
        return self.git("rev-list", "-1", "--first-parent", f"--before={day}T23:59:59Z", self.head).strip()

    def commits(self) -> int:
        """Commits in the 365 days before the newest."""
        day = datetime.date.fromisoformat(self.date) - datetime.timedelta(365)
        return int(self.git("rev-list", "--count", f"--since={day}T00:00:00Z", self.head))

    def tree(self, commit: str) -> dict[str, str]:
        """Path and blob of every Python file."""
        rows = (row.split("\t", 1) for row in self.git("ls-tree", "-r", commit).splitlines())
        return {path: meta.split()[2] for meta, path in rows if path.endswith(".py") and not meta.startswith("120000")}

    def read(self, blobs: set[str]) -> None:
        """Texts of blobs, in one call of git."""
        wanted = sorted(blobs - self.texts.keys())
        command = ["git", "-C", str(self.folder), "cat-file", "--batch"]
        out = subprocess.run(command, input="\n".join(wanted).encode() + b"\n", capture_output=True, check=True).stdout
        at = 0
        while at < len(out):
            end = out.index(b"\n", at)
            name, _, size = out[at:end].decode().partition(" ")
            length = int(size.rsplit(" ", 1)[-1]) if size != "missing" else -1
            self.texts[name] = out[end + 1 : end + 1 + length].decode("utf-8", "replace") if length >= 0 else ""
            at = end + 2 + length if length >= 0 else end + 1

    def module(self, blob: str) -> Module | None:
        """The parsed file, or None where this Python cannot parse it."""
        if blob not in self.modules:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    self.modules[blob] = Module(self.texts[blob])
            except (SyntaxError, ValueError, RecursionError):
                self.modules[blob] = None
        return self.modules[blob]
