"""A memory to copy: `keep.py NOTE` does the task named NOTE unless another has it, `keep.py` prints the page."""

import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing

SCHEMA = """
CREATE TABLE IF NOT EXISTS claims (task TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS memory (id INTEGER PRIMARY KEY, page TEXT NOT NULL);
INSERT OR IGNORE INTO memory VALUES (1, '');
"""


# --8<-- [start:keep]
def keep(db: str, task: str, think: Callable[[str], str]) -> bool:
    """Do a task and add what it taught to the page; False if somebody else has the task."""
    with closing(sqlite3.connect(db)) as con:
        with con:  # claim: the primary key lets one INSERT win
            won = con.execute("INSERT OR IGNORE INTO claims VALUES (?)", (task,)).rowcount
        if not won:
            return False
        (page,) = con.execute("SELECT page FROM memory").fetchone()
        line = think(page)  # minutes; nothing is held
        with con:  # add to whatever is there by now
            con.execute("UPDATE memory SET page = page || ?", (line,))
    return True


# --8<-- [end:keep]


def main() -> int:
    """Save a note, or print the page."""
    with closing(sqlite3.connect("memory.db", timeout=30)) as con:
        con.executescript(SCHEMA)
        if not sys.argv[1:]:
            print(con.execute("SELECT page FROM memory").fetchone()[0], end="")
            return 0
    note = sys.argv[1]
    return 0 if keep("memory.db", note, lambda page: (time.sleep(0.5), f"{note}\n")[1]) else 1


if __name__ == "__main__":
    sys.exit(main())
