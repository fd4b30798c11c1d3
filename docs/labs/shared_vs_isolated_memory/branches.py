"""The page in a Git repository, a clone an agent: commit, push, and when the push is refused, pull with rebase.

Recorded with the other measurements, because versions of Git differ: `lab shared-vs-isolated-memory measure`.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from labs.shared_vs_isolated_memory.schedules import Agent, Outcome, Refused, Steps, play, words

CLEAN = {
    **os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_AUTHOR_NAME": "agent",
    "GIT_AUTHOR_EMAIL": "agent@example.org", "GIT_COMMITTER_NAME": "agent", "GIT_COMMITTER_EMAIL": "agent@example.org",
    "GIT_EDITOR": "true",
}  # fmt: skip


def git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A git command in a folder."""
    return subprocess.run(["git", *words], cwd=folder, env=CLEAN, capture_output=True, text=True, check=False)


def setup(place: Path, union: bool) -> None:
    """A bare repository with a page, and a clone for each of two agents."""
    git(place, "init", "-q", "--bare", "-b", "main", "hub")
    for name in "AB":
        git(place, "clone", "-q", "hub", name)
        git(place / name, "checkout", "-q", "-B", "main")
        if name == "A":
            (place / "A/MEMORY.md").write_text("# Memory\n", encoding="utf-8")
            (place / "A/.gitattributes").write_text("*.md merge=union\n" if union else "", encoding="utf-8")
            git(place / "A", "add", ".")
            git(place / "A", "commit", "-qm", "start")
            git(place / "A", "push", "-q", "-u", "origin", "main")
        else:
            git(place / "B", "pull", "-q", "origin", "main")
            git(place / "B", "branch", "-q", "-u", "origin/main")


def agent(place: Path, me: Agent, file: str) -> Steps:
    """Pull; think; commit a line, push; if refused, rebase and push again; a conflict is said aloud."""
    clone = place / me.name
    page = yield lambda: (git(clone, "pull", "-q", "--rebase"), (clone / "MEMORY.md").read_text(encoding="utf-8"))[1]
    line = me.think(page)

    def save() -> None:
        with (clone / file).open("a", encoding="utf-8") as out:
            out.write(line)
        git(clone, "add", ".")
        git(clone, "commit", "-qm", me.name)
        if git(clone, "push", "-q").returncode:
            if git(clone, "pull", "-q", "--rebase").returncode:
                git(clone, "rebase", "--abort")
                raise Refused("conflict")
            if git(clone, "push", "-q").returncode:
                raise Refused("push refused")

    yield save


def outcomes(folder: Path) -> dict[str, list[Outcome]]:
    """Every schedule of two agents, for one page, one page with merge=union, and a file an agent."""
    arms: dict[str, tuple[bool, Callable[[Agent], str]]] = {
        "one page": (False, lambda me: "MEMORY.md"), "one page, merge=union": (True, lambda me: "MEMORY.md"),
        "a file an agent": (False, lambda me: f"{me.name}.md"),
    }  # fmt: skip
    found: dict[str, list[Outcome]] = {}
    for name, (union, file) in arms.items():
        for word in words(2, 2):
            place = folder / f"{len(found)}-{name.replace(' ', '-')}-{word}"
            place.mkdir()
            setup(place, union)

            def read(place: Path = place) -> str:
                names = git(place / "hub", "ls-tree", "--name-only", "main").stdout.split()
                return "".join(git(place / "hub", "show", f"main:{n}").stdout for n in names if n[0] != ".")

            found.setdefault(name, []).append(
                play(word, lambda me, place=place, file=file: agent(place, me, file(me)), read)
            )
    return found
