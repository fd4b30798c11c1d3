"""The same page as a file: overwritten, renamed, locked, split by agent."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from labs.shared_vs_isolated_memory.schedules import Agent, Steps, Waits

HEAD = "notes:\n"


class Folder:
    """One folder that all agents see."""

    def __init__(self, path: Path) -> None:
        self.path, self.page = path, path / "MEMORY.md"
        self.held: list[int] = []

    def reset(self) -> None:
        """A page with nothing but its heading, and no locks."""
        for descriptor in self.held:
            os.close(descriptor)
        self.held.clear()
        for file in self.path.glob("*.md"):
            file.unlink()
        self.page.write_text(HEAD, encoding="utf-8")

    def read(self) -> str:
        """All there is, as a reader sees it at the end."""
        return "".join(file.read_text(encoding="utf-8") for file in sorted(self.path.glob("*.md")))

    def lock(self) -> int:
        """Take flock(2) on a file beside the page; raises Waits while another descriptor holds it."""
        descriptor = os.open(self.path / "lock", os.O_CREAT | os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise Waits from error
        self.held.append(descriptor)
        return descriptor

    def unlock(self, descriptor: int) -> None:
        """Let the lock go."""
        self.held.remove(descriptor)
        os.close(descriptor)


def overwrite(here: Folder, me: Agent) -> Steps:
    """Read the file; think; write the file."""
    page = yield here.page.read_text
    page += me.think(page)
    yield lambda: here.page.write_text(page, encoding="utf-8")


def replaced(here: Folder, me: Agent) -> Steps:
    """The same through a temporary file and os.replace."""
    page = yield here.page.read_text
    page += me.think(page)

    def swap() -> None:
        temporary = here.page.with_suffix(f".{me.name}")
        temporary.write_text(page, encoding="utf-8")
        temporary.replace(here.page)

    yield swap


def write_locked(here: Folder, me: Agent) -> Steps:
    """flock around the write alone: the page was read before."""
    page = yield here.page.read_text
    page += me.think(page)

    def save() -> None:
        descriptor = here.lock()
        here.page.write_text(page, encoding="utf-8")
        here.unlock(descriptor)

    yield save


def all_locked(here: Folder, me: Agent) -> Steps:
    """flock from before the read until after the write, the model call inside."""
    descriptor, page = yield lambda: (here.lock(), here.page.read_text(encoding="utf-8"))
    page += me.think(page)
    yield lambda: (here.page.write_text(page, encoding="utf-8"), here.unlock(descriptor))


def reread_locked(here: Folder, me: Agent) -> Steps:
    """Read; think; then lock, read again, add the line, write, unlock."""
    page = yield here.page.read_text
    line = me.think(page)

    def save() -> None:
        descriptor = here.lock()
        here.page.write_text(here.page.read_text(encoding="utf-8") + line, encoding="utf-8")
        here.unlock(descriptor)

    yield save


def appended(here: Folder, me: Agent) -> Steps:
    """Read; think; append the line with O_APPEND."""
    page = yield here.page.read_text
    line = me.think(page)

    def save() -> None:
        with here.page.open("a", encoding="utf-8") as file:
            file.write(line)

    yield save


def own_file(here: Folder, me: Agent) -> Steps:
    """Read everybody's file; think; write the agent's own."""
    page = yield here.read
    line = me.think(page)
    yield lambda: (here.path / f"{me.name}.md").write_text(line, encoding="utf-8")


def find(page: str, old: str) -> str:
    """The passage that an edit is about to replace. Raises ValueError if it is not there just once."""
    if page.count(old) != 1:
        raise ValueError(f"{old!r} is there {page.count(old)} times")
    return old


def edited(here: Folder, me: Agent, apart: bool = False) -> Steps:
    """Read; think; then read again, put the line after the last one known, and write all of it, without a lock.

    What an editing tool does that takes an old passage and a new one. `apart` lets others move between the second
    read and the write.
    """
    page = yield here.page.read_text
    old = page.splitlines(keepends=True)[-1]
    new = old + me.think(page)

    def again() -> str:
        fresh = here.page.read_text(encoding="utf-8")
        return fresh.replace(find(fresh, old), new)

    if apart:
        fresh = yield again
        yield lambda: here.page.write_text(fresh, encoding="utf-8")
    else:
        yield lambda: here.page.write_text(again(), encoding="utf-8")


def edited_apart(here: Folder, me: Agent) -> Steps:
    """The same edit with somebody able to move between its read and its write."""
    return edited(here, me, apart=True)


def edited_locked(here: Folder, me: Agent) -> Steps:
    """The same edit behind flock: lock and read again, then, with others moving in between, write and unlock."""
    page = yield here.page.read_text
    old = page.splitlines(keepends=True)[-1]
    new = old + me.think(page)
    descriptor, fresh = yield lambda: (here.lock(), here.page.read_text(encoding="utf-8"))
    fresh = fresh.replace(find(fresh, old), new)
    yield lambda: (here.page.write_text(fresh, encoding="utf-8"), here.unlock(descriptor))


def appended_apart(here: Folder, me: Agent) -> Steps:
    """Read; think; open the file with O_APPEND; with others moving in between, write the line."""
    page = yield here.page.read_text
    line = me.think(page)
    descriptor = yield lambda: os.open(here.page, os.O_WRONLY | os.O_APPEND)
    yield lambda: (os.write(descriptor, line.encode()), os.close(descriptor))


def beside(other: Callable[[Folder, Agent], Steps]) -> Callable[[Folder, Agent], Steps]:
    """A overwrites the page that it read, B saves in another way."""
    return lambda here, me: overwrite(here, me) if me.name == "A" else other(here, me)


STEPS: dict[Callable[[Folder, Agent], Steps], int] = {
    overwrite: 2, replaced: 2, write_locked: 2, all_locked: 2, reread_locked: 2, appended: 2, own_file: 2,
    edited: 2, edited_apart: 3, edited_locked: 3, appended_apart: 3,
}  # fmt: skip
