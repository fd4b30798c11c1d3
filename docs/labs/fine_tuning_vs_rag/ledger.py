"""The list of what is true now, as SQLite keeps it: one row a key, overwritten by a newer one only."""

from __future__ import annotations

# --8<-- [start:ledger]
import sqlite3

SCHEMA = """create table if not exists now
(user, attribute, text, since, primary key (user, attribute))"""
WRITE = """insert into now values (?, ?, ?, ?)
on conflict (user, attribute) do update
set text = excluded.text, since = excluded.since
where excluded.since >= now.since"""


def remember(db: sqlite3.Connection, user: str, attribute: str, text: str, since: str) -> None:
    """Overwrite what was said of this attribute of this user, unless the row there is newer (times compare as text)."""
    with db:
        db.execute(WRITE, (user, attribute, text, since))


def current(db: sqlite3.Connection, user: str) -> list[str]:
    """What is true of a user now, oldest first: for the prompt, or to train on."""
    return [text for (text,) in db.execute("select text from now where user = ? order by since, attribute", (user,))]


# --8<-- [end:ledger]
