"""Ways to keep one shared page in SQLite, each as the steps of one agent between which others may move.

Every style saves one note. `hub` gives each agent a connection of its own to one database in WAL mode.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from labs.shared_vs_isolated_memory.schedules import Agent, Refused, Step, Steps, Waits

START = "deploy: \nowner: \n"


class Hub:
    """One database and a connection an agent; `waits` says whether a lock is waited for (a timeout) or not."""

    def __init__(self, folder: Path, waits: bool = True, agents: int = 3, threads: bool = False) -> None:
        self.waits = waits
        file = folder / "memory.db"
        self.own = [sqlite3.connect(file, timeout=0, check_same_thread=not threads) for _ in range(agents)]
        self.base = sqlite3.connect(folder / "memory.db", timeout=0, isolation_level=None)
        self.base.executescript(
            "PRAGMA journal_mode = wal; PRAGMA synchronous = off;"
            "CREATE TABLE IF NOT EXISTS memory (id INTEGER PRIMARY KEY, page TEXT, version INT);"
            "CREATE TABLE IF NOT EXISTS notes (line TEXT); CREATE TABLE IF NOT EXISTS log (task TEXT, agent TEXT);"
            "CREATE TABLE IF NOT EXISTS claims (task TEXT PRIMARY KEY, agent TEXT);"
        )
        self.base.execute("INSERT OR IGNORE INTO memory VALUES (1, '', 0)")
        for con in self.own:
            con.execute("PRAGMA synchronous = off")

    def connection(self, agent: Agent) -> sqlite3.Connection:
        """The agent's own connection, as Python opens it: a transaction begins by itself before a write."""
        return self.own[ord(agent.name) - 65]

    def reset(self) -> None:
        """An empty memory for the next schedule."""
        for con in self.own:
            con.rollback()
        for sql in ("DELETE FROM notes", "DELETE FROM log", "DELETE FROM claims"):
            self.base.execute(sql)
        self.base.execute("UPDATE memory SET page = ?, version = 0", (START,))

    def read(self) -> str:
        """The page and the appended lines, as a reader sees them at the end."""
        page = self.base.execute("SELECT page FROM memory").fetchone()[0].removeprefix(START)
        return page + "".join(line for (line,) in self.base.execute("SELECT line FROM notes"))

    def close(self) -> None:
        """Close every connection."""
        for con in (*self.own, self.base):
            con.close()

    def step(self, con: sqlite3.Connection, act: Step) -> Step:
        """A step that waits or is refused as SQLite would have it.

        Without a read in the same transaction SQLite calls its busy handler, so a timeout waits. After one it does
        not: the connection holds a snapshot and is refused at once (sqlite3BtreeBeginTrans in btree.c).
        """
        held = None

        def take() -> object:
            nonlocal held
            held = con.in_transaction if held is None else held
            try:
                return act()
            except sqlite3.OperationalError as error:
                if self.waits and not held:
                    raise Waits from error
                con.rollback()
                raise Refused(error.sqlite_errorname) from error

        return take


def get(con: sqlite3.Connection) -> str:
    """Read the page."""
    return con.execute("SELECT page FROM memory").fetchone()[0]


def put(con: sqlite3.Connection, page: str) -> None:
    """Write the whole page."""
    con.execute("UPDATE memory SET page = ?", (page,))


def rewrite(hub: Hub, me: Agent) -> Steps:
    """Read the page; think; write the whole page, each in a transaction of its own."""
    con = hub.connection(me)
    page = yield hub.step(con, lambda: get(con))
    page += me.think(page)
    yield hub.step(con, lambda: (put(con, page), con.commit()))


def with_con(hub: Hub, me: Agent) -> Steps:
    """The same inside `with con:`; the SELECT begins no transaction, the UPDATE does."""
    con = hub.connection(me)
    page = yield hub.step(con, lambda: get(con))
    page += me.think(page)
    yield hub.step(con, lambda: put(con, page))
    yield hub.step(con, con.commit)


# --8<-- [start:line]
def add_line(hub: Hub, me: Agent) -> Steps:
    """Read the page; think; hand over one line, which one statement appends to whatever is there by then."""
    con = hub.connection(me)
    page = yield hub.step(con, lambda: get(con))
    line = me.think(page)
    yield hub.step(con, lambda: (con.execute("UPDATE memory SET page = page || ?", (line,)), con.commit()))


# --8<-- [end:line]


def begin(hub: Hub, me: Agent) -> Steps:
    """`BEGIN` before the read, `COMMIT` after the write: what autocommit=False does since Python 3.12."""
    con = hub.connection(me)
    page = yield hub.step(con, lambda: (con.execute("BEGIN"), get(con))[1])
    page += me.think(page)
    yield hub.step(con, lambda: put(con, page))
    yield hub.step(con, con.commit)


def begin_again(hub: Hub, me: Agent, tries: int = 3) -> Steps:
    """`BEGIN`, and the refused statement is repeated inside the open transaction."""
    con, said = hub.connection(me), ""
    page = yield hub.step(con, lambda: (con.execute("BEGIN"), get(con))[1])
    page += me.think(page)

    def attempt() -> str:
        try:
            put(con, page)
        except sqlite3.OperationalError as error:
            return error.sqlite_errorname
        return ""

    for _ in range(tries):
        me.attempts += 1
        said = yield attempt
        if not said:
            break
    yield hub.step(con, con.rollback if said else con.commit)
    if said:
        me.told = said


def gives_up(hub: Hub, me: Agent) -> Steps:
    """A writes and rolls back; the others repeat their refused statement."""
    if me.name != "A":
        return (yield from begin_again(hub, me))
    con = hub.connection(me)
    yield hub.step(con, lambda: (con.execute("BEGIN"), get(con))[1])
    yield hub.step(con, lambda: put(con, ""))
    yield hub.step(con, con.rollback)
    me.told = "nothing to do"


def begin_immediate(hub: Hub, me: Agent) -> Steps:
    """`BEGIN IMMEDIATE` before the read: the write lock is held while the model thinks."""
    con = hub.connection(me)
    page = yield hub.step(con, lambda: (con.execute("BEGIN IMMEDIATE"), get(con))[1])
    page += me.think(page)
    yield hub.step(con, lambda: put(con, page))
    yield hub.step(con, con.commit)


def version(hub: Hub, me: Agent) -> Steps:
    """Write only if the version is the one read; else read and think again."""
    con = hub.connection(me)
    sql = "UPDATE memory SET page = ?, version = version + 1 WHERE version = ?"
    while True:
        page, seen = yield hub.step(con, lambda: con.execute("SELECT page, version FROM memory").fetchone())
        page += me.think(page)
        write = (page, seen)
        changed = yield hub.step(con, lambda write=write: (con.execute(sql, write).rowcount, con.commit())[0])
        if changed:
            return


def edit(hub: Hub, me: Agent, field: str) -> Steps:
    """Replace one line if it is still as read (a file tool's edit); else read and think again."""
    con = hub.connection(me)
    sql = "UPDATE memory SET page = replace(page, ?, ?) WHERE instr(page, ?)"
    while True:
        page = yield hub.step(con, lambda: get(con))
        old = next(line for line in page.splitlines(keepends=True) if line.startswith(field))
        new = old.rstrip("\n") + me.think(page)
        change = (old, new, old)
        changed = yield hub.step(con, lambda change=change: (con.execute(sql, change).rowcount, con.commit())[0])
        if changed:
            return


def same_line(hub: Hub, me: Agent) -> Steps:
    """Everybody edits one line."""
    return edit(hub, me, "deploy")


def own_line(hub: Hub, me: Agent) -> Steps:
    """A edits one line, the others another."""
    return edit(hub, me, "deploy" if me.name == "A" else "owner")


def append_row(hub: Hub, me: Agent) -> Steps:
    """Read the page; think; insert a row."""
    con = hub.connection(me)
    page = yield hub.step(con, lambda: get(con))
    line = me.think(page)
    yield hub.step(con, lambda: (con.execute("INSERT INTO notes VALUES (?)", (line,)), con.commit()))


Style = Callable[[Hub, Agent], Steps]
STEPS: dict[Style, int] = {
    rewrite: 2, with_con: 3, begin: 3, begin_again: 3, gives_up: 3, begin_immediate: 3, version: 2, same_line: 2,
    own_line: 2, add_line: 2, append_row: 2,
}  # fmt: skip
