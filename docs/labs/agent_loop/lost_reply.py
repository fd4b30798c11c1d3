"""The lost reply against the SQL of the post: python lost_reply.py, with charge.sql beside it."""

import sqlite3
import sys
from pathlib import Path

FILE = Path(__file__).with_name("charge.sql")
LIMIT, CONDITION = "AND charged < due", "AND charged = :believed"
WAYS = {"without the limit:": "", "with the limit:": LIMIT, "with the condition:": CONDITION}
DUE = 3


def statements(text: str) -> tuple[str, str]:
    """The charge and the look. Raises ValueError where one of them, or the line of the limit, is not there."""
    charge, look, *_ = (*text.split(";"), "", "")
    if LIMIT not in charge or "SELECT" not in look:
        raise ValueError(f"needs an UPDATE with the line '{LIMIT}', a semicolon, and a SELECT")
    return charge, look


def play(charge: str, look: str) -> int:
    """Charge order A until the agent believes that three charges are made.

    The reply to the third never arrives. Returns how many the table holds. Raises ValueError where order A is not
    found, or is not charged that often.
    """
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE orders (id TEXT, charged INT, due INT)")
    base.execute("INSERT INTO orders VALUES ('A', 0, ?)", [DUE])
    believed = 0
    for sent in range(1, 3 * DUE):
        asked = {"order": "A", "believed": believed}
        row = base.execute(charge, asked).fetchone() or base.execute(look, asked).fetchone()
        if not row:
            raise ValueError("finds no order A")
        if sent != DUE:
            believed = row[0]
        if believed >= DUE:
            return base.execute("SELECT charged FROM orders").fetchone()[0]
    raise ValueError(f"leaves order A at {believed} of {DUE} charges")


if __name__ == "__main__":
    try:
        charge, look = statements(FILE.read_text(encoding="utf-8"))
        for name, line in WAYS.items():
            print(f"{name:<19} {play(charge.replace(LIMIT, line), look)} charges")
    except (OSError, ValueError, sqlite3.Error) as error:
        sys.exit(f"{FILE.name}: {error} (SQLite {sqlite3.sqlite_version}; RETURNING needs 3.35)")
