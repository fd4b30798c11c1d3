"""The lost reply against the SQL of the post: python lost_reply.py"""

import sqlite3
from pathlib import Path

SQL = Path(__file__).with_name("charge.sql").read_text(encoding="utf-8")
CHARGE, LOOK = SQL.split(";")[:2]
LIMIT = "AND charged < due"
DUE = 3
ORDER = {"order": "A"}


def play(charge: str) -> int:
    """Charge order A until the agent believes that three charges are made.

    The reply to the third never arrives. Returns how many the table holds.
    """
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE orders (id TEXT, charged INT, due INT)")
    base.execute("INSERT INTO orders VALUES ('A', 0, ?)", [DUE])
    believed = sent = 0
    while believed < DUE:
        row = base.execute(charge, ORDER).fetchone()
        row = row or base.execute(LOOK, ORDER).fetchone()
        sent += 1
        if sent != DUE:
            believed = row[0]
    return base.execute(LOOK, ORDER).fetchone()[0]


if __name__ == "__main__":
    print("without the limit:", play(CHARGE.replace(LIMIT, "")), "charges")
    print("with the limit:   ", play(CHARGE), "charges")
