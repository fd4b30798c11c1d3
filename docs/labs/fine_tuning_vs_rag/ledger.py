"""The list of what is true now, as SQLite keeps it: one row a key, overwritten by a newer one only."""

from __future__ import annotations

# --8<-- [start:ledger]
import sqlite3
from datetime import UTC, datetime

SCHEMA = """create table if not exists now
(user not null, attribute not null, text, since,
primary key (user, attribute))"""
# --8<-- [start:write]
WRITE = """insert into now values (?, ?, ?, ?)
on conflict (user, attribute) do update
set text = excluded.text, since = excluded.since
where excluded.since >= now.since"""
# --8<-- [end:write]
READ = """select text from now where user = ?
order by since, attribute"""


def remember(
    db: sqlite3.Connection,
    user: str,
    attribute: str,
    text: str,
    since: datetime,
) -> None:
    """Overwrite a user's attribute, unless the row there is newer.

    Times are kept in UTC. Raises ValueError without a time zone.
    """
    if since.utcoffset() is None:
        raise ValueError(f"{since} has no time zone")
    utc = since.astimezone(UTC).isoformat(timespec="microseconds")
    with db:
        db.execute(WRITE, (user, attribute, text, utc))


def current(db: sqlite3.Connection, user: str) -> list[str]:
    """What is true of a user now, oldest first: the rows to search."""
    return [text for (text,) in db.execute(READ, (user,))]


# --8<-- [end:ledger]
