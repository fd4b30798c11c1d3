"""The lost reply of the post against the SQL of the post. Needs Python alone: `python lost_reply.py`."""

import sqlite3
from pathlib import Path

CHARGE, LOOK = Path(__file__).with_name("charge.sql").read_text(encoding="utf-8").split(";")[:2]
LIMIT = "AND charged < due"
DUE = 3


def play(charge: str) -> int:
    """Charge order A with this statement until the agent believes that three are made; how many the table holds.

    The reply to the third charge never arrives.
    """
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE orders (id TEXT PRIMARY KEY, charged INTEGER, due INTEGER)")
    base.execute("INSERT INTO orders VALUES ('A', 0, ?)", [DUE])
    believed = sent = 0
    while believed < DUE:
        row = base.execute(charge, {"order": "A"}).fetchone() or base.execute(LOOK, {"order": "A"}).fetchone()
        sent += 1
        if sent != DUE:
            believed = row[0]
    return base.execute(LOOK, {"order": "A"}).fetchone()[0]


if __name__ == "__main__":
    print("without the limit:", play(CHARGE.replace(LIMIT, "")), "charges")
    print("with the limit:   ", play(CHARGE), "charges")
