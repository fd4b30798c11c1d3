"""The same orders on PostgreSQL: agents are psql sessions, a step is a statement, a step that waits really waits.

Recorded, because a check has no server: `lab shared-vs-isolated-memory measure` starts one of its own on a socket in a
temporary folder (initdb, pg_ctl and psql have to be on the PATH; as root it runs under the user postgres).
"""

from __future__ import annotations

import getpass
import os
import select
import shutil
import subprocess
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from labs.shared_vs_isolated_memory.schedules import Agent, Outcome, words

SCHEMA = """
CREATE TABLE memory (id int PRIMARY KEY, page text, version int); INSERT INTO memory VALUES (1, '', 0);
CREATE TABLE log (task text, agent text); CREATE TABLE claims (task text PRIMARY KEY, agent text);
"""
RESET = "UPDATE memory SET page = '', version = 0; TRUNCATE log; TRUNCATE claims;"
GET = "SELECT page FROM memory WHERE id = 1"
Statements = Generator[str, str, None]


class Failed(Exception):
    """The server refused the statement; the message is its SQLSTATE."""


class Session:
    """One psql process; `send` starts a statement, `poll` says whether it has come back."""

    def __init__(self, socket: str) -> None:
        command = ["psql", "-XqAt", "-h", socket, "-U", "lab", "-d", "postgres", "-v", "VERBOSITY=sqlstate"]
        self.process = subprocess.Popen(command, stdin=-1, stdout=-1, stderr=subprocess.STDOUT)
        self.text, self.ready = b"", select.poll()
        self.ready.register(self.process.stdout, select.POLLIN)
        self.pid = self.run("SELECT pg_backend_pid()")

    def send(self, sql: str) -> None:
        """Start a statement."""
        self.text = b""
        self.process.stdin.write(f"{sql};\n\\echo =done=\n".encode())
        self.process.stdin.flush()

    def poll(self, seconds: float = 0.0) -> str | None:
        """What the statement printed, or None while it runs. Raises Failed with the SQLSTATE of an error."""
        while b"=done=\n" not in self.text:
            if not self.ready.poll(seconds * 1000):
                return None
            if not (more := os.read(self.process.stdout.fileno(), 65536)):
                raise RuntimeError("psql has ended: is the server still there?")
            self.text += more
        lines = self.text.decode().removesuffix("=done=\n").strip()
        if "ERROR:" in lines:
            raise Failed(lines.partition("ERROR:")[2].split()[0])
        return lines

    def run(self, sql: str) -> str:
        """A statement that need not wait for anybody."""
        self.send(sql)
        return self.poll(30.0)

    def close(self) -> None:
        """End the process."""
        self.process.communicate(timeout=10)


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A PostgreSQL server of its own; yields the folder of its socket."""
    user = "postgres" if getpass.getuser() == "root" else None
    if user:
        shutil.chown(folder, user)
    data, quiet = folder / "data", {"user": user, "stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run(["initdb", "-D", data, "-A", "trust", "-U", "lab", "-E", "UTF8"], check=True, **quiet)
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    log = folder / "log"
    subprocess.run(["pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start"], check=True, **quiet)
    try:
        yield str(folder)
    finally:
        subprocess.run(["pg_ctl", "-D", data, "-w", "-m", "fast", "stop"], check=True, **quiet)


def quoted(text: str) -> str:
    """A string as SQL."""
    return "'" + text.replace("'", "''") + "'"


def put(page: str) -> str:
    """The statement that writes the whole page."""
    return f"UPDATE memory SET page = {quoted(page)} WHERE id = 1"


def transaction(me: Agent, start: str, lock: str = "") -> Statements:
    """A transaction from before the read until after the write."""
    page = yield f"{start}; {GET}{lock}"
    page = page + "\n" if page else ""
    yield put(page + me.think(page))
    yield "COMMIT"


def read_committed(me: Agent) -> Statements:
    """The default."""
    return transaction(me, "BEGIN")


def repeatable_read(me: Agent) -> Statements:
    """One snapshot a transaction."""
    return transaction(me, "BEGIN ISOLATION LEVEL REPEATABLE READ")


def for_update(me: Agent) -> Statements:
    """The row is locked by the read."""
    return transaction(me, "BEGIN", " FOR UPDATE")


def version(me: Agent) -> Statements:
    """A version column; think again if it has moved on."""
    while True:
        page, _, seen = (yield "SELECT page, version FROM memory").rpartition("|")
        page = page + "\n" if page and not page.endswith("\n") else page
        new = quoted(page + me.think(page))
        sql = f"UPDATE memory SET page = {new}, version = version + 1 WHERE version = {seen} RETURNING 1"
        if (yield sql):
            return


def add_line(me: Agent) -> Statements:
    """One statement adds the line to whatever is there."""
    page = yield GET
    yield f"UPDATE memory SET page = page || {quoted(me.think(page))} WHERE id = 1"


def claimed(me: Agent) -> Statements:
    """Claim by unique key, read, think, add a line."""
    won = yield f"INSERT INTO claims VALUES ('fix the build', '{me.name}') ON CONFLICT DO NOTHING RETURNING 1"
    if not won:
        me.told = "nothing to do"
        return
    page = yield GET
    me.worked.append("fix the build")
    yield f"UPDATE memory SET page = page || {quoted(me.think(page))} WHERE id = 1"


ARMS = {read_committed: 3, repeatable_read: 3, for_update: 3, version: 2, add_line: 2, claimed: 3}


def play(schedule: str, arm: Any, sessions: dict[str, Session], watch: Session) -> Outcome:
    """One schedule: the turns as they come, a waiting agent's turns kept until the server lets it go on."""
    watch.run(RESET)
    agents = {name: Agent(name) for name in sorted(set(schedule))}
    running = {name: arm(agent) for name, agent in agents.items()}
    sql: dict[str, str | None] = {name: next(steps) for name, steps in running.items()}
    turns, sent = dict.fromkeys(agents, 0), set()

    def move(name: str) -> bool:
        """Take a step, or look at the one that is under way; False while the server keeps the agent waiting."""
        me = sessions[name]
        if name not in sent:
            me.send(sql[name])
            sent.add(name)
        waits = f"SELECT count(*) FROM pg_stat_activity WHERE pid = {me.pid} AND wait_event_type = 'Lock'"
        try:
            while (said := me.poll(0.002)) is None:
                if watch.run(waits) == "1" and me.poll(0.01) is None:
                    return False
        except Failed as error:
            sent.discard(name)
            with suppress(Failed):
                me.run("ROLLBACK")
            agents[name].told, sql[name] = str(error), None
            return True
        sent.discard(name)
        try:
            sql[name] = running[name].send(said)
        except StopIteration:
            agents[name].told, sql[name] = agents[name].told or "saved", None
        return True

    def settle(names: list[str]) -> None:
        moved = True
        while moved:
            moved = False
            for name in names:
                while turns[name] and sql[name] and move(name):
                    turns[name] -= 1
                    moved = True

    for name in schedule:
        turns[name] += 1
        settle([*sorted(sent - {name}), name])
    limit = time.monotonic() + 30
    while any(sql.values()):
        for name in agents:
            turns[name] = 99
        settle(list(agents))
        if time.monotonic() > limit:
            raise RuntimeError(f"{schedule}: somebody waits for ever")
    return Outcome(schedule, watch.run(GET), tuple(agents.values()))


def outcomes(folder: Path) -> tuple[str, dict[str, list[Outcome]]]:
    """The server's version, and every schedule of two agents for each arm."""
    with server(folder) as socket:
        sessions = {name: Session(socket) for name in "AB"}
        watch = Session(socket)
        watch.run(SCHEMA)
        found = {arm.__name__: [play(w, arm, sessions, watch) for w in words(2, k)] for arm, k in ARMS.items()}
        told = watch.run("SHOW server_version")
        for session in (*sessions.values(), watch):
            session.close()
    return told, found
