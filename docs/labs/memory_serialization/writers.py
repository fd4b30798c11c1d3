"""Two threads that save at once, in every order of their calls on files."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain, combinations, cycle
from math import comb
from pathlib import Path
from typing import Any

from labs.memory_serialization.room import ROOM, Add, Case, Load, Message, judge, room, storage, tried, worst

HANGS = 60  # seconds that a step may take


class Writer(threading.Thread):
    """A thread that saves one message and waits before each call on a file until it may go on."""

    def __init__(self, job: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self.job, self.next, self.ended, self.raised = job, "", False, False
        self.go, self.here = threading.Semaphore(0), threading.Semaphore(0)
        self.locked = False
        self.start()
        self.here.acquire(timeout=HANGS)

    def run(self) -> None:
        """Save, step by step."""
        sys.setprofile(self.watch)
        try:
            self.job()
        except (Exception, SystemExit):
            self.raised = True
        sys.setprofile(None)
        self.ended = True
        self.here.release()

    def watch(self, frame: Any, event: str, function: Any) -> None:
        """Wait before a call on a file. Writes that follow each other are one step: most land in a buffer."""
        if event == "c_call" and storage(function) and not (function.__name__ == self.next == "write"):
            self.next = function.__name__
            self.here.release()
            self.go.acquire()

    def step(self) -> None:
        """Make the next call. Raises TimeoutError if it does not come back."""
        self.locked = self.locked or self.next in ("flock", "lockf")
        self.go.release()
        if not self.here.acquire(timeout=HANGS):
            raise TimeoutError(f"`add` waits for the other writer inside {self.next}; for SQLite pass timeout=0")


def two_writers(
    add: Add, load: Load, old: Sequence[Message], a: Message, b: Message, most: int = 300, tail: bytes = b""
) -> list[Case]:  # fmt: skip
    """Two threads save at once, in every order of their calls; if there are more than `most`, in those with few turns.

    tail  what an earlier crash left at the end of the file

    A writer that would wait for a lock (`flock`) waits until the other has finished.
    """
    with room(add, old, tail) as r:
        alone, n, cases = Writer(partial(add, r.path, a)), 0, []
        while not alone.ended:
            alone.step()
            n += 1
        for turns in orders(n, most):
            r.put_back()
            one, other = (Writer(partial(add, r.path, m)) for m in (a, b))
            seen = "kept"
            for turn in chain(turns, cycle("AB")):
                writer, waits = (one, other) if turn == "A" else (other, one)
                if writer.ended or (writer.next in ("flock", "lockf") and waits.locked and not waits.ended):
                    writer = waits
                if writer.ended:
                    break
                writer.step()
                sure = [m for m, w in ((a, one), (b, other)) if w.ended and not w.raised]
                seen = worst([seen, judge(load, r.path, [*old, *sure], [m for m in (a, b) if m not in sure])])
            sure = [m for m, w in ((a, one), (b, other)) if not w.raised]
            said = judge(load, r.path, [*old, *sure], [m for m in (a, b) if m not in sure])
            cases.append(Case(turns, said, raised=one.raised or other.raised, seen=seen))
    return cases


def behind_a_writer(add: Add, load: Load, held: float = 0.1) -> tuple[bool, int]:
    """One message saved in SQLite while another has written and holds its lock for `held` seconds.

    Whether the save raised, and how many of the two messages are there afterwards.
    """
    with room(add, [{"n": "before"}]) as r, contextlib.closing(sqlite3.connect(r.path, isolation_level=None)) as other:
        other.execute("begin immediate")
        other.execute("insert into messages (body) values (?)", ('{"n": "other"}',))
        raised: list[bool] = []
        save = threading.Thread(target=lambda: raised.append(tried(add, r.path, {"n": "one"})))
        save.start()
        save.join(held)
        other.execute("commit")
        save.join()
        return raised[0], len(load(r.path)) - 1


def refused_at_once(mode: str, timeout: float = 60) -> bool:
    """Whether, of two SQLite transactions that have both read, the second to write is refused without a wait.

    The first still holds its lock and cannot give it up meanwhile, so a wait would last the whole `timeout` (seconds).
    `mode` is the journal's: "delete" or "wal".
    """
    with tempfile.TemporaryDirectory(dir=ROOM) as folder, contextlib.ExitStack() as opened:
        path = Path(folder) / "session"
        one, other = (
            opened.enter_context(contextlib.closing(sqlite3.connect(path, timeout=timeout, isolation_level=None)))
            for _ in range(2)
        )
        one.execute(f"pragma journal_mode={mode}")
        one.execute("create table messages (id integer primary key, body text not null)")
        for db in (one, other):
            db.execute("begin")
            db.execute("select count(*) from messages").fetchone()
        one.execute("insert into messages (body) values ('1')")
        began = time.monotonic()
        try:
            other.execute("insert into messages (body) values ('2')")
        except sqlite3.OperationalError:
            return time.monotonic() - began < timeout / 2
        return False


def orders(n: int, most: int) -> list[str]:
    """Every order in which two writers of `n` calls can take turns, or, if there are more than `most`, the shortest.

    Those are A, then B, then A to its end, then B to its end, for every length of the first two, and the same from B;
    for every second length where that would be more than three times `most`.
    """
    if comb(2 * n, n) <= most:
        chosen = (set(places) for places in combinations(range(2 * n), n))
        return ["".join("A" if i in places else "B" for i in range(2 * n)) for places in chosen]
    lengths = range(0, n + 1, 1 + (2 * n * n > 3 * most))
    pairs = [(i, j) for i in lengths for j in lengths]
    first = ["A" * i + "B" * j + "A" * (n - i) + "B" * (n - j) for i, j in pairs]
    return sorted({*first, *(turns.translate(str.maketrans("AB", "BA")) for turns in first)})
