"""Agents and one open task, or a task each: who does it, and what becomes of the note about it."""

from __future__ import annotations

from labs.shared_vs_isolated_memory import example
from labs.shared_vs_isolated_memory.pages import Hub, Style, get, put
from labs.shared_vs_isolated_memory.schedules import Agent, Refused, Steps

TASK = "fix the build"
LONG, OVER = 1.0, -1.0  # a lease that outlasts everything, and one that is over as soon as it is given
NOW = 1000.0


def tables(hub: Hub) -> None:
    """The claims as `example.py` has them."""
    hub.base.executescript("DROP TABLE claims;" + example.SCHEMA)
    for con in hub.own:  # a connection learns of the change when it next reads
        con.execute("SELECT * FROM claims").fetchall()


def free(hub: Hub, me: Agent) -> bool:
    """Whether nobody has written to the log that the task is taken."""
    return not hub.connection(me).execute("SELECT 1 FROM log WHERE task = ?", (TASK,)).fetchone()


def work(me: Agent, page: str = "", task: str = TASK) -> str:
    """Do the task: a model call, and the line about it."""
    me.worked.append(task)
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
    if not (yield hub.step(con, lambda: claim(hub, me, TASK))):
        me.told = "nothing to do"
        return
    work(me)
    me.told = "done"


def by_log(hub: Hub, me: Agent, whole: bool) -> Steps:
    """Look into the log, read, think; then log and save, the whole page or a line."""
    con = hub.connection(me)
    if not (yield hub.step(con, lambda: free(hub, me))):
        me.told = "nothing to do"
        return
    page = yield hub.step(con, lambda: get(con))
    line, row = work(me, page), (TASK, me.name)
    save = (lambda: put(con, page + line)) if whole else (lambda: con.execute(example.ADD, (line,)))
    yield hub.step(con, lambda: (con.execute("INSERT INTO log VALUES (?, ?)", row), save(), con.commit()))


def log_page(hub: Hub, me: Agent) -> Steps:
    """Neither half: the log, and the whole page."""
    return by_log(hub, me, whole=True)


def log_line(hub: Hub, me: Agent) -> Steps:
    """Half of it: the log, and a line."""
    return by_log(hub, me, whole=False)


# --8<-- [start:claim]
def claim(hub: Hub, me: Agent, task: str, lease: float = LONG) -> bool:
    """Whether this agent may do the task now: it is new, or the lease of whoever has it is over."""
    con, who = hub.connection(me), {"task": task, "me": me.name, "now": NOW, "lease": lease}
    won = con.execute(example.CLAIM, who).rowcount
    con.commit()
    return bool(won)


def keep(hub: Hub, me: Agent, lease: float = LONG, each: bool = False, check: bool = True, end: str = "") -> Steps:
    """The statements of `example.keep` as steps: claim, read, think, save the line if the task is still mine.

    lease   LONG or OVER; `OVER` lets everybody take everything over, until it is done
    each    everybody has a task: an agent claims the first that is to be had
    check   whether the owner is compared on saving
    end     how A ends: "" as it should, "dies" after reading, "raises" in its model call
    """
    con, tasks = hub.connection(me), [f"{TASK} {n}" for n in range(3)] if each else [TASK]
    task = yield hub.step(con, lambda: next((one for one in tasks if claim(hub, me, one, lease)), ""))
    if not task:
        me.told = "nothing to do"
        return
    page = yield hub.step(con, lambda: get(con))
    if end and me.name == "A":
        me.calls, me.told = me.calls + 1, end
        if end == "raises":
            yield hub.step(con, lambda: (con.execute(example.FREE, {"task": task, "me": me.name}), con.commit()))
        return
    line, who = work(me, page, task), {"task": task, "me": me.name}

    def save() -> None:
        mine = con.execute(example.DONE, who).rowcount
        if mine or not check:
            con.execute(example.ADD, (line,))
        con.commit()
        if check and not mine:
            raise Refused("taken over")

    yield hub.step(con, save)


# --8<-- [end:claim]


def apart(hub: Hub, me: Agent) -> Steps:
    """The design with somebody able to move between each write and its commit: five steps."""
    con, who = hub.connection(me), {"task": TASK, "me": me.name, "now": NOW, "lease": LONG}
    won = yield hub.step(con, lambda: con.execute(example.CLAIM, who).rowcount)
    yield hub.step(con, con.commit)
    if not won:
        me.told = "nothing to do"
        return
    page = yield hub.step(con, lambda: get(con))
    line = work(me, page)
    yield hub.step(con, lambda: (con.execute(example.DONE, who), con.execute(example.ADD, (line,))))
    yield hub.step(con, con.commit)


def kept(hub: Hub, me: Agent) -> Steps:
    """The design: one task, a lease that outlasts the call."""
    return keep(hub, me)


def each(hub: Hub, me: Agent) -> Steps:
    """The design with a task for everybody."""
    return keep(hub, me, each=True)


def taken_over(hub: Hub, me: Agent) -> Steps:
    """A lease that is over while its owner still thinks, the worst case in every order."""
    return keep(hub, me, lease=OVER)


def unchecked(hub: Hub, me: Agent) -> Steps:
    """The same without a look at the owner on saving."""
    return keep(hub, me, lease=OVER, check=False)


def dies(hub: Hub, me: Agent) -> Steps:
    """A dies before it saves, and its lease has no end."""
    return keep(hub, me, end="dies")


def dies_leased(hub: Hub, me: Agent) -> Steps:
    """A dies before it saves, and its lease is over."""
    return keep(hub, me, lease=OVER, end="dies")


def raises(hub: Hub, me: Agent) -> Steps:
    """A's model call raises, and A gives the task back."""
    return keep(hub, me, end="raises")


def claim_page(hub: Hub, me: Agent, each: bool = False) -> Steps:
    """The other half: claim, then write the whole page."""
    con, tasks = hub.connection(me), [f"{TASK} {n}" for n in range(3)] if each else [TASK]
    task = yield hub.step(con, lambda: next((one for one in tasks if claim(hub, me, one)), ""))
    if not task:
        me.told = "nothing to do"
        return
    page = yield hub.step(con, lambda: get(con))
    page += work(me, page, task)
    yield hub.step(con, lambda: (put(con, page), con.commit()))


def claim_page_each(hub: Hub, me: Agent) -> Steps:
    """Claim and whole page with a task for everybody."""
    return claim_page(hub, me, each=True)


STEPS: dict[Style, int] = {
    log: 2, log_then_look: 2, unique_key: 2, log_page: 3, log_line: 3, claim_page: 3, claim_page_each: 3,
    kept: 3, each: 3, apart: 5, taken_over: 3, unchecked: 3, dies: 3, dies_leased: 3, raises: 3,
}  # fmt: skip
MANY = (kept, each)  # with three agents as well: 1,680 orders each
LATER = (dies, dies_leased, raises)  # a third agent comes when the two are through
