"""The statements of `example.py` on PostgreSQL, in every order of two agents and one task: recorded in portable.json.

A file of its own beside recorded.json, so that a change here asks for half a minute and no new measurement of the rest.
"""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any

from labs.record import files_hash
from labs.shared_vs_isolated_memory import example, postgres
from labs.shared_vs_isolated_memory.schedules import Agent, counts, words

FILE = Path(__file__).with_name("portable.json")
CODE = ("example.py", "portable.py", "postgres.py", "schedules.py")
TASK, STEPS = "fix the build", 4


def code() -> str:
    """Digest of the code that was measured: a test says so when it has changed since."""
    return files_hash(FILE.parent, [FILE.parent / name for name in CODE])


STATEMENTS = {
    "claim": f"{example.CLAIM} RETURNING 1", "done": f"{example.DONE} RETURNING 1",
    "free": f"{example.FREE} RETURNING 1", "added": example.ADD,
}  # fmt: skip


def names(sql: str) -> list[str]:
    """The placeholders of a statement in the order in which each first comes; a `?` is one without a name."""
    return list(dict.fromkeys(re.findall(r":\w+|\?", sql)))


def prepared(name: str) -> str:
    """PREPARE with no types, as a driver sends a statement that leaves them to the server; values are bound later."""
    sql = STATEMENTS[name]
    for number, one in enumerate(names(sql), 1):
        sql = re.sub(re.escape(one) + r"(?!\w)", f"${number}", sql)
    return f"PREPARE {name} AS {sql}"


def bound(name: str, values: dict[str, str]) -> str:
    """EXECUTE with these values, SQL literals by placeholder. Raises KeyError where one has no value."""
    return f"EXECUTE {name}({', '.join(values[one.lstrip(':')] for one in names(STATEMENTS[name]))})"


def claimed(me: Agent) -> postgres.Statements:
    """Claim, read, think, and in one transaction the claim's end and the line; others may move inside it.

    The lease outlasts everything.
    """
    who = {"task": postgres.quoted(TASK), "me": postgres.quoted(me.name), "now": "1000.0", "lease": "900.0"}
    if not (yield bound("claim", who)):
        me.told = "nothing to do"
        return
    page = yield postgres.GET
    me.worked.append(TASK)
    line = postgres.quoted(me.think(page))
    if not (yield f"BEGIN; {bound('done', who)}"):
        me.told = "taken over"
        yield "ROLLBACK"
        return
    yield f"{bound('added', {'?': line})}; COMMIT"


def given_back(session: postgres.Session) -> list[bool]:
    """Which statements change a row: A claims, B claims, B frees, A frees, B claims, B's lease is over and A claims."""
    a, b = ({"task": "'another'", "me": f"'{name}'", "now": "1000.0", "lease": "900.0"} for name in "AB")
    moves = (("claim", a), ("claim", b), ("free", b), ("free", a), ("claim", b), ("claim", {**a, "now": "1900.5"}))
    return [bool(session.run(bound(name, who))) for name, who in moves]


def measure(folder: Path) -> dict[str, Any]:
    """Play the orders on a server of its own. Raises FileNotFoundError where a program is missing."""
    with postgres.server(folder) as socket:
        sessions = {name: postgres.Session(socket) for name in "AB"}
        watch = postgres.Session(socket)
        watch.run(postgres.SCHEMA + "DROP TABLE claims;" + example.SCHEMA)
        for session in (*sessions.values(), watch):
            for name in STATEMENTS:
                session.run(prepared(name))
        found = [postgres.play(word, claimed, sessions, watch) for word in words(2, STEPS)]
        free = given_back(watch)
        version = watch.run("SHOW server_version").split()[0]
        for session in (*sessions.values(), watch):
            session.close()
    told = sorted({agent.told for one in found for agent in one.agents})
    notes = sorted({len(one.page.split()) for one in found})
    return {
        "date": datetime.date.today().isoformat(), "code": code(), "postgres": version,
        "orders": counts(found), "told": told, "notes": notes, "given back": free,
    }  # fmt: skip


def write(folder: Path) -> None:
    """Measure and keep."""
    FILE.write_text(json.dumps(measure(folder), indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")


def recorded() -> dict[str, Any]:
    """What was measured last."""
    return json.loads(FILE.read_text(encoding="utf-8"))
