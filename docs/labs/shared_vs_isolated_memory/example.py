"""A memory to copy: `keep.py NOTE` does the task named NOTE unless another has it, `keep.py` prints the page."""

# --8<-- [start:keep]
import sqlite3
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import closing

# --8<-- [start:sql]
SCHEMA = """
CREATE TABLE IF NOT EXISTS claims (
  task TEXT PRIMARY KEY, owner TEXT, until DOUBLE PRECISION);
CREATE TABLE IF NOT EXISTS memory (
  id INTEGER PRIMARY KEY, page TEXT NOT NULL);
INSERT INTO memory (id, page) VALUES (1, '')
  ON CONFLICT DO NOTHING;
"""
CLAIM = """INSERT INTO claims VALUES
  (:task, :me, CAST(:now AS DOUBLE PRECISION) + :lease)
  ON CONFLICT (task) DO UPDATE
  SET owner = excluded.owner, until = excluded.until
  WHERE claims.until < :now"""
DONE = "UPDATE claims SET until = 1e300 WHERE task = :task AND owner = :me"
FREE = "DELETE FROM claims WHERE task = :task AND owner = :me"
ADD = "UPDATE memory SET page = page || ?"
# --8<-- [end:sql]


def keep(db: str, task: str, think: Callable[[str], str], lease: float = 900) -> bool:
    """Do a task and add a line about it; False if somebody else has the task, or took it over."""
    with closing(sqlite3.connect(db)) as con:
        con.executescript(SCHEMA)
        who = {"task": task, "me": uuid.uuid4().hex}
        with con:  # claim it, if nobody has it or the lease of whoever has it is over
            if not con.execute(CLAIM, {**who, "now": time.time(), "lease": lease}).rowcount:
                return False
        (page,) = con.execute("SELECT page FROM memory").fetchone()
        try:
            line = think(page)  # minutes; no lock is held
        except BaseException:
            with con:
                con.execute(FREE, who)
            raise
        with con:  # one transaction: if it is still mine, it is done, and the line is added
            if mine := con.execute(DONE, who).rowcount:
                con.execute(ADD, (line,))
    return bool(mine)


# --8<-- [end:keep]


def main() -> int:
    """Save a note, or print the page."""
    if sys.argv[1:]:
        note = sys.argv[1]
        return 0 if keep("memory.db", note, lambda page: (time.sleep(0.5), f"{note}\n")[1]) else 1
    with closing(sqlite3.connect("memory.db")) as con:
        con.executescript(SCHEMA)
        print(con.execute("SELECT page FROM memory").fetchone()[0], end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
