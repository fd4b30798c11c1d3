"""The crash harness: kill -9 at every step, restart, compare.

Each life that is killed runs in a fork; `workers` runs this in a small process, so that the caller may have
threads. Fork and SIGKILL exist on Linux and macOS, not on Windows.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from labs.customer_support_agent import own
from labs.customer_support_agent.agent import Point, nothing
from labs.customer_support_agent.cases import ANSWER, DAY, FACTS, NOW, PAID, Case
from labs.customer_support_agent.model import Memory, Model, rule_model
from labs.customer_support_agent.provider import Provider
from labs.customer_support_agent.storage import FRAME, PAGE, WAL_HEADER

ROOM = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # no disk: a killed process is no power cut
HANGS = 20  # seconds after which a life is ended
ENDS = {3: "cannot restart", 4: "leak", 5: "hangs"}  # exit status of a life, and what it means


class Leak(Exception):
    """A customer's words in the context of another."""


def watched(model: Model, msg: str, memory: Memory) -> object:
    """The model, after a look at what it is given: Bob's context may hold nothing of Ann's."""
    if memory.customer == "bob" and re.search(r"Elm|Oak|mug|17|31", repr(memory)):
        raise Leak
    return model(msg, memory)


def live(case: Case, folder: Path, again: bool, point: Point, begins: Callable = nothing) -> None:
    """One life of a design: finish what is open, then the client sends, under its number, all that got no answer.

    begins  called with a message's place in the script, 1 for the first, before it is sent
    """
    provider = Provider(folder / "provider.db", sync="off")
    if again and case.days_down:
        provider.forget_keys()
    model = partial(watched, case.later_model if again else case.model)
    now = NOW + again * case.days_down * DAY
    agent = case.make(folder, provider, model, point, clock=lambda: now, sync="off")
    agent.drain()
    heard = folder / "heard"  # the client's own record: a byte for each answer that reached it
    answers = heard.stat().st_size if heard.exists() else 0
    for n, (number, who, msg) in enumerate(case.script[answers:], answers + 1):
        begins(n)
        agent.turn(number, who, msg)
        heard.write_bytes(b"." * n)
    for db in (getattr(agent, "db", None), provider.db):
        if isinstance(db, sqlite3.Connection):
            db.close()  # now, and not while somebody copies the files


# --8<-- [start:kill]
def killed(life: Callable[[Point], None], step: int = 0) -> tuple[bool, int, str]:
    """Run `life` in a child that dies at crash point `step` (0: never).

    Returns whether it was killed there, and else its exit status and the error that ended it.
    """
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        passed = 0

        def point(label: str) -> None:
            nonlocal passed
            passed += 1
            if passed == step:
                os.kill(os.getpid(), signal.SIGKILL)

        signal.alarm(HANGS)
        try:
            life(point)
            os._exit(0)
        except BaseException as error:
            os.write(tell, own.where(error).encode()[:4000])
            os._exit(4 if isinstance(error, Leak) else 3)
    status = os.waitpid(child, 0)[1]
    os.close(tell)
    with os.fdopen(told, "rb") as pipe:
        why = pipe.read().decode(errors="replace")
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGKILL, 5, ""
    return False, os.WEXITSTATUS(status), why


# --8<-- [end:kill]


class Names:
    """The names of the crash points that a life passes, each with the message it belongs to ("2: provider paid").

    "0:" are those before the first message is sent: opening the file, finishing what was open.
    """

    def __init__(self, then: Point = nothing) -> None:
        self.seen, self.turn, self.then = [], 0, then

    def begins(self, n: int) -> None:
        """Message n is sent."""
        self.turn = n

    def point(self, label: str) -> None:
        """A step is done."""
        self.seen.append(f"{self.turn}: {label}")
        self.then(self.seen[-1])


def labels(case: Case, folder: Path, again: bool = False) -> list[str]:
    """The names of all crash points of an undisturbed life, in order."""
    names = Names()
    live(case, folder, again, names.point, names.begins)
    return names.seen


def judge(case: Case, folder: Path, status: int, why: str = "") -> list[str]:
    """What is wrong after the last life; an empty list if nothing is. "held for a person" is said, not a fault."""
    if status:
        return [ENDS.get(status, "cannot restart") + (f": {why}" if case.own and why else "")]
    provider = Provider(folder / "provider.db", sync="off")
    try:
        late = NOW + case.days_down * DAY
        agent = case.make(folder, provider, rule_model, nothing, clock=lambda: late, sync="off")
        found, paid = agent.contents(), Counter(provider.ledger())
        found["refunds"] = [tuple(row) for row in found["refunds"]]
    except Exception as error:
        if not case.own or isinstance(error, own.Unusable):
            raise
        return [f"cannot restart: {own.where(error)}"]
    remembered = Counter(found["refunds"])
    held = Counter((order, amount) for _, order, amount in agent.held()) if hasattr(agent, "held") else Counter()
    wrong = ["held for a person"] * bool(held) + ["double refund"] * bool(paid - Counter(PAID))
    if case.whole:
        wrong += ["refund missing"] * bool(Counter(PAID) - paid - held)
        wrong += ["remembered, not paid"] * bool(remembered - held - paid)
        if "turns" in found:
            wrong += ["turn lost or doubled"] * ([tuple(row[1:3]) for row in found["turns"]] != said(case))
            answers = [row[3] for row in found["turns"] if "Did my" in row[2]]
            sure = not held and "double refund" not in wrong  # else no answer is right
            wrong += ["wrong answer"] * (sure and bool(answers) and set(answers) != {ANSWER})
        wrong += ["fact lost"] * ("facts" in found and sorted(map(tuple, found["facts"])) != FACTS)
    else:
        wrong += ["refund missing"] * bool(remembered - held - paid)
    return wrong + ["paid, not remembered"] * bool(paid - remembered)


def said(case: Case) -> list[tuple[str, str]]:
    """(customer, words) of the script, as the turns on record must have them."""
    return [(who, msg) for _, who, msg in case.script]


def suite(case: Case, turn: str = "") -> list[tuple[str, list[str]]]:
    """For every crash point its name and what is wrong after the restart. The first entry: no crash at all.

    turn  only the points of this turn, if it is given
    """
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        signal.alarm(case.own * HANGS)  # a reader's agent may wait for ever; 0 is no alarm
        names = labels(case, Path(folder))
        signal.alarm(0)
        found = [("no crash", judge(case, Path(folder), 0))]
    known: dict[bytes, list[str]] = {}
    for step, name in enumerate(names, 1):
        if not name.startswith(f"{turn}:" if turn else ""):
            continue
        with tempfile.TemporaryDirectory(dir=ROOM) as folder:
            assert killed(partial(live, case, Path(folder), False), step)[0], f"{name} was not reached again"
            found.append((name, verdict(case, Path(folder), known)))
    return found


def verdict(case: Case, folder: Path, known: dict[bytes, list[str]]) -> list[str]:
    """`restarted`, once for all folders that hold the same, as after two kills inside one transaction.

    A restart reads nothing but the files, so the same files end alike. A reader's agent is restarted each time.
    known  what was found before, by what the folders held; it is added to
    """
    if case.own:
        return restarted(case, folder)
    holds = held(folder)
    if holds not in known:
        known[holds] = restarted(case, folder)
    return known[holds]


SALTS = slice(16, 24)  # bytes of a write-ahead log's header, drawn at random when the log is begun


def held(folder: Path) -> bytes:
    """A digest of the files in a folder, without the log's index and, in a log, without its salts and checksums.

    A frame of the log counts for SQLite only if its salts are the header's, so that is in the digest.
    """
    digest = hashlib.blake2b()
    for file in sorted(folder.iterdir()):
        if file.name.endswith("-shm"):
            continue
        data = file.read_bytes()
        digest.update(f"{file.name} {len(data)} ".encode())
        if not file.name.endswith("-wal"):
            digest.update(data)
            continue
        digest.update(data[: SALTS.start])
        for at in range(WAL_HEADER, len(data), FRAME):
            digest.update(data[at : at + 8] + bytes([data[at + 8 : at + 16] == data[SALTS]]))
            digest.update(data[at + FRAME - PAGE : at + FRAME])
    return digest.digest()


def restarted(case: Case, folder: Path) -> list[str]:
    """What is wrong once the agent has been opened again on what lies in `folder` and has finished the script.

    A design of the lab is opened in this process, for it has nothing but its files; a reader's in one of its own.
    """
    status, why = 0, ""
    if case.own:
        _, status, why = killed(partial(live, case, folder, True))
    else:
        try:
            live(case, folder, True, nothing)
        except Exception as error:
            status = 4 if isinstance(error, Leak) else 3
    return judge(case, folder, status, why)


def snapshots(case: Case, folder: Path, again: bool, room: Path) -> list[tuple[str, Path]]:
    """Run a life, copying its files at each crash point: (name of the point, the copy), as a kill there leaves them.

    The index of the write-ahead log (-shm) is left out: whoever opens the database first makes it anew.
    """
    kept: list[tuple[str, Path]] = []

    def copy(name: str) -> None:
        shutil.copytree(folder, room / str(len(kept)), ignore=shutil.ignore_patterns("*-shm"))
        kept.append((name, room / str(len(kept))))

    names = Names(copy)
    live(case, folder, again, names.point, names.begins)
    return kept


def twice(case: Case) -> dict[str, int]:
    """Crash at every point, and the process that comes back again at every point of its life.

    The first crash is a kill, the second a copy of the files at that moment. `same` counts the first crashes whose
    kill left just what a copy at that point holds. A first crash that leaves the same as an earlier one (inside a
    transaction nothing is written) is not followed again. Returns how many pairs were tried and are bad, and the
    same for those whose second crash came in the recovery itself: after the restart, before a message was sent.
    """
    known: dict[bytes, list[str]] = {}
    seen, count = set(), Counter(pairs=0, bad=0, recovery=0, recovery_bad=0, points=0, same=0)
    with tempfile.TemporaryDirectory(dir=ROOM) as folder, tempfile.TemporaryDirectory(dir=ROOM) as room:
        copies = snapshots(case, Path(folder), False, Path(room))
        for step, (_, copy) in enumerate(copies, 1):
            with tempfile.TemporaryDirectory(dir=ROOM) as first:
                killed(partial(live, case, Path(first), False), step)
                left = remains(case, Path(first))
                count.update(points=1, same=left == remains(case, copy))
                if left in seen:
                    continue
                seen.add(left)
                with tempfile.TemporaryDirectory(dir=ROOM) as later:
                    for name, second in snapshots(case, Path(first), True, Path(later)):
                        bad = bool(verdict(case, second, known))
                        count.update(pairs=1, bad=bad)
                        if name.startswith("0:"):
                            count.update(recovery=1, recovery_bad=bad)
    return dict(count)


def remains(case: Case, left: Path) -> str:
    """What a killed life left behind, read from a copy: memory, unsent refunds, payments, what the client heard."""
    with tempfile.TemporaryDirectory(dir=ROOM) as copy:
        folder = Path(copy)
        shutil.copytree(left, folder, dirs_exist_ok=True)
        provider = Provider(folder / "provider.db", sync="off")
        agent = case.make(folder, provider, rule_model, nothing, clock=lambda: NOW, sync="off")
        heard = folder / "heard"
        sent = agent.db.execute("select key, sent from outbox").fetchall()
        return repr((agent.contents(), sent, provider.ledger(), heard.exists() and heard.stat().st_size))
