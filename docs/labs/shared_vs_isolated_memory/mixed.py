"""What the orders of one style with itself do not show: two styles on one page, a job that tidies, another journal.

A fleet seldom writes in one way. Here A writes in one and B in another, in every order of two agents.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from itertools import combinations_with_replacement
from pathlib import Path

from labs.shared_vs_isolated_memory import example, pages
from labs.shared_vs_isolated_memory.pages import Hub, Style, get
from labs.shared_vs_isolated_memory.schedules import Agent, Step, Steps

OLD = ("old one\n", "old two\n")  # the notes that the tidying job finds


def line_counted(hub: Hub, me: Agent) -> Steps:
    """Add a line, and count the page's version up for those who check it."""
    con = hub.connection(me)
    page = yield hub.step(con, lambda: get(con))
    line, sql = me.think(page), example.ADD + ", version = version + 1"
    yield hub.step(con, lambda: (con.execute(sql, (line,)), con.commit()))


def own_counted(hub: Hub, me: Agent) -> Steps:
    """Edit its own line if that is still as read, and count the page's version up; else read and think again."""
    con, field = hub.connection(me), "deploy" if me.name == "A" else "owner"
    sql = "UPDATE memory SET page = replace(page, ?, ?), version = version + 1 WHERE instr(page, ?)"
    while True:
        page = yield hub.step(con, lambda: get(con))
        old = next(line for line in page.splitlines(keepends=True) if line.startswith(field))
        change = (old, old.rstrip("\n") + me.think(page), old)
        if (yield hub.step(con, lambda change=change: (con.execute(sql, change).rowcount, con.commit())[0])):
            return


def checked_first(hub: Hub, me: Agent) -> Steps:
    """Look whether the page is still as read, and write it in a step of its own; else read and think again."""
    con = hub.connection(me)
    while True:
        page = yield hub.step(con, lambda: get(con))
        new = page + me.think(page)
        if (yield hub.step(con, lambda: get(con))) == page:
            yield hub.step(con, lambda new=new: (pages.put(con, new), con.commit()))
            return


FLEET: dict[str, Style] = {
    "whole page": pages.rewrite, "version": pages.version, "line": pages.add_line, "own line": pages.own_line,
    "line, counted": line_counted,
}  # fmt: skip
PAIRS = list(combinations_with_replacement(FLEET, 2))
COUNTED = "own line, counted"  # beside a version only, and not in the figure
ROW = "row"  # a row a note, beside each of the five; not in the figure


def pair(a: str, b: str) -> Style:
    """A writes in one way, the others in another."""
    ways = {**FLEET, COUNTED: own_counted, ROW: pages.append_row}
    return lambda hub, me: ways[a if me.name == "A" else b](hub, me)


def tidy(hub: Hub, me: Agent, save: Callable[[sqlite3.Connection, list, str], None], lock: bool = False) -> Steps:
    """A reads all notes and lets the model make one of them; how they are replaced is `save`'s."""
    con = hub.connection(me)

    def read() -> list[tuple[int, str]]:
        if lock:
            con.execute("BEGIN IMMEDIATE")
        return con.execute("SELECT rowid, line FROM notes").fetchall()

    rows = yield hub.step(con, read)
    line = " ".join([text.strip() for _, text in rows] + [me.think("")])  # one note with all of theirs in it
    yield hub.step(con, lambda: (save(con, rows, line), con.commit()))


def all_rows(con: sqlite3.Connection, rows: list[tuple[int, str]], line: str) -> None:
    """Replace everything by what the model made."""
    con.execute("DELETE FROM notes")
    con.execute("INSERT INTO notes (line) VALUES (?)", (line,))


def by_id(con: sqlite3.Connection, rows: list[tuple[int, str]], line: str) -> None:
    """Replace the notes that were read, whatever they are by now."""
    con.executemany("DELETE FROM notes WHERE rowid = ?", [(row,) for row, _ in rows])
    con.execute("INSERT INTO notes (line) VALUES (?)", (line,))


# --8<-- [start:tidy]
def by_id_and_text(con: sqlite3.Connection, rows: list[tuple[int, str]], line: str) -> None:
    """Replace the notes that were read and are still the same."""
    con.executemany("DELETE FROM notes WHERE rowid = ? AND line = ?", rows)
    con.execute("INSERT INTO notes (line) VALUES (?)", (line,))


# --8<-- [end:tidy]


def edit_row(hub: Hub, me: Agent) -> Steps:
    """Change the first old note, if it is still as read; if it is gone, add the note."""
    con = hub.connection(me)
    while True:
        row = yield hub.step(con, lambda: con.execute("SELECT rowid, line FROM notes WHERE rowid = 1").fetchone())
        line = me.think("")
        if not row or row[1] not in OLD:
            yield hub.step(con, lambda: (con.execute("INSERT INTO notes (line) VALUES (?)", (line,)), con.commit()))  # noqa: B023
            return
        change = ("UPDATE notes SET line = ? WHERE rowid = ? AND line = ?", (row[1] + line, *row))
        if (yield hub.step(con, lambda change=change: (con.execute(*change).rowcount, con.commit())[0])):
            return


SAVES = {"all": all_rows, "by id": by_id, "by id and text": by_id_and_text, "lock": all_rows}
OTHERS: dict[str, Style] = {"adds": pages.append_row, "edits": edit_row}


def beside(how: str, other: str) -> Style:
    """A tidies, B adds a note or edits one."""
    return lambda hub, me: tidy(hub, me, SAVES[how], how == "lock") if me.name == "A" else OTHERS[other](hub, me)


def two_tidy(how: str) -> Style:
    """A tidies, and so does B."""
    return lambda hub, me: tidy(hub, me, SAVES[how], how == "lock")


class Notes(Hub):
    """A store with two old notes in it."""

    def reset(self) -> None:
        """Two old notes."""
        super().reset()
        self.base.executemany("INSERT INTO notes (line) VALUES (?)", [(line,) for line in OLD])


class Numbered(Notes):
    """The same with ids that are never given out again."""

    def __init__(self, folder: Path, waits: bool = True) -> None:
        super().__init__(folder, waits)
        self.base.executescript(
            "DROP TABLE notes; CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT);"
        )


class Journal(Hub):
    """SQLite's default journal mode instead of WAL.

    Here a COMMIT waits for those who are reading (tested in `commit_waits`); a write after a read is refused at once,
    as in WAL.
    """

    def __init__(self, folder: Path, waits: bool = True) -> None:
        super().__init__(folder, waits, agents=0)
        self.mode = self.base.execute("PRAGMA journal_mode = delete").fetchone()[0]
        self.own = [sqlite3.connect(folder / "memory.db", timeout=0) for _ in range(3)]
        for con in self.own:
            con.execute("PRAGMA synchronous = off")

    def step(self, con: sqlite3.Connection, act: Step) -> Step:
        """As in WAL, except that a COMMIT waits although its transaction has read."""
        if act != con.commit:
            return super().step(con, act)

        def commit() -> None:
            try:
                con.commit()
            except sqlite3.OperationalError as error:
                if self.waits:
                    raise pages.Waits from error
                con.rollback()
                raise pages.Refused(error.sqlite_errorname) from error

        return commit


def commit_waits(folder: Path, seconds: float = 0.2) -> dict[str, tuple[float, str]]:
    """In the default mode, both agents inside BEGIN and after a read: seconds until each is refused, and the error."""
    hub = Journal(folder)
    a, b = hub.own[:2]
    for con in (a, b):
        con.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
        con.execute("BEGIN")
        get(con)
    pages.put(a, "A")

    def refused(act: Callable[[], object]) -> tuple[float, str]:
        began = time.monotonic()
        try:
            act()
        except sqlite3.OperationalError as error:
            return time.monotonic() - began, error.sqlite_errorname
        return time.monotonic() - began, ""

    tries = [refused(lambda: pages.put(b, "B")) for _ in range(3)]
    found = {"UPDATE": min(tries), "COMMIT": refused(a.commit)}
    hub.close()
    return found
