"""Two agents and one open task: who does it, and where the note about it goes."""

from __future__ import annotations

from labs.shared_vs_isolated_memory.pages import Hub, Style, get, put
from labs.shared_vs_isolated_memory.schedules import Agent, Steps

TASK = "fix the build"


def free(hub: Hub, me: Agent) -> bool:
    """Whether nobody has written to the log that the task is taken."""
    return not hub.connection(me).execute("SELECT 1 FROM log WHERE task = ?", (TASK,)).fetchone()


def work(me: Agent, page: str = "") -> str:
    """Do the task: a model call, and the line about it."""
    me.worked.append(TASK)
    return me.think(page)


def log(hub: Hub, me: Agent) -> Steps:
    """Append-only: look whether the log has the task, then append that I take it, then do it."""
    con = hub.connection(me)
    if not (yield hub.step(con, lambda: free(hub, me))):
        me.told = "nothing to do"
        return
    yield hub.step(con, lambda: (con.execute("INSERT INTO log VALUES (?, ?)", (TASK, me.name)), con.commit()))
    work(me)
    me.told = "done"


def log_then_look(hub: Hub, me: Agent) -> Steps:
    """Append first, then look: whoever stands first in the log has the task."""
    con = hub.connection(me)
    first = "SELECT agent FROM log WHERE task = ? ORDER BY rowid LIMIT 1"
    yield hub.step(con, lambda: (con.execute("INSERT INTO log VALUES (?, ?)", (TASK, me.name)), con.commit()))
    if (yield hub.step(con, lambda: con.execute(first, (TASK,)).fetchone()[0])) != me.name:
        me.told = "nothing to do"
        return
    work(me)
    me.told = "done"


def unique_key(hub: Hub, me: Agent) -> Steps:
    """Look, then claim with a unique key; whoever inserted the row does the task."""
    con = hub.connection(me)
    yield hub.step(con, lambda: con.execute("SELECT count(*) FROM claims").fetchone())
    if not (yield hub.step(con, lambda: claim(hub, me))):
        me.told = "nothing to do"
        return
    work(me)
    me.told = "done"


# --8<-- [start:claim]
def claim(hub: Hub, me: Agent) -> bool:
    """Whether this agent is the one to do the task: `task` is the primary key, so one INSERT can win."""
    con = hub.connection(me)
    won = con.execute("INSERT OR IGNORE INTO claims VALUES (?, ?)", (TASK, me.name)).rowcount
    con.commit()
    return bool(won)


def whole(hub: Hub, me: Agent) -> Steps:
    """Claim, read, think, add a line: a call for each task, and nothing held while the model thinks."""
    con = hub.connection(me)
    if not (yield hub.step(con, lambda: claim(hub, me))):
        me.told = "nothing to do"
        return
    page = yield hub.step(con, lambda: get(con))
    line = work(me, page)
    yield hub.step(con, lambda: (con.execute("UPDATE memory SET page = page || ?", (line,)), con.commit()))


# --8<-- [end:claim]


def neither(hub: Hub, me: Agent) -> Steps:
    """The same without either: look into the log, read, think, log and write the whole page."""
    con = hub.connection(me)
    if not (yield hub.step(con, lambda: free(hub, me))):
        me.told = "nothing to do"
        return
    page = yield hub.step(con, lambda: get(con))
    page += work(me, page)
    row = (TASK, me.name)
    yield hub.step(con, lambda: (con.execute("INSERT INTO log VALUES (?, ?)", row), put(con, page), con.commit()))


def two_tasks(hub: Hub, me: Agent) -> Steps:
    """`whole`, and whoever comes second has another task: both work, both leave a note."""
    con = hub.connection(me)
    if not (yield hub.step(con, lambda: claim(hub, me))):
        me.worked.append("another task")
    else:
        me.worked.append(TASK)
    page = yield hub.step(con, lambda: get(con))
    line = me.think(page)
    yield hub.step(con, lambda: (con.execute("UPDATE memory SET page = page || ?", (line,)), con.commit()))


STEPS: dict[Style, int] = {log: 2, log_then_look: 2, unique_key: 2, neither: 3, whole: 3, two_tasks: 3}
