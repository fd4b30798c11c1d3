"""Crashes inside the steps: every prefix of what SQLite appends to its log, not only the points that have a name.

SQLite writes a commit into the write-ahead log frame by frame, first a frame's header, then its page. A process that
is killed leaves a prefix of these writes. Here every prefix is made: before each header, after it, in the middle of
the page, and whole. The provider's file is somebody else's: it stands as it stood before or after its own payment.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from labs.customer_support_agent.cases import Case
from labs.customer_support_agent.crash import ROOM, live, restarted
from labs.customer_support_agent.storage import FRAME, PAGE, WAL_HEADER

HEADER = FRAME - PAGE
FILES = ("memory.db", "memory.db-wal", "provider.db", "heard")
State = dict[str, bytes]


def states(case: Case) -> list[State]:
    """The files of an undisturbed life at each of its crash points, in order."""
    seen: list[State] = []
    with tempfile.TemporaryDirectory(dir=ROOM) as name:
        folder = Path(name)

        def point(label: str) -> None:
            seen.append({file: (folder / file).read_bytes() for file in FILES if (folder / file).exists()})

        live(case, folder, False, point)
    return seen


def between(before: State, after: State) -> list[State]:
    """`after`, and every state that a kill on the way to it can leave: the log cut at each boundary of a write."""
    log, old = after.get("memory.db-wal", b""), len(before.get("memory.db-wal", b""))
    if len(log) <= old or not log.startswith(before.get("memory.db-wal", b"")):
        return [after]
    rest = {**after, "provider.db": before.get("provider.db", after["provider.db"])}
    starts = [at for at in range(WAL_HEADER, len(log), FRAME) if at >= old]
    cuts = sorted({at + part for at in starts for part in (0, HEADER, HEADER + PAGE // 2)})
    return [{**rest, "memory.db-wal": log[:cut]} for cut in cuts] + [after]


def every_write(case: Case) -> tuple[int, int]:
    """Restart from every such state of the whole conversation: (states, those after which something is wrong)."""
    seen, bad, last = set(), 0, {}
    for state in states(case):
        for left in between(last, state) if last else [state]:
            key = tuple(sorted(left.items()))
            if key in seen:
                continue
            seen.add(key)
            with tempfile.TemporaryDirectory(dir=ROOM) as name:
                for file, content in left.items():
                    (Path(name) / file).write_bytes(content)
                bad += bool(restarted(case, Path(name)))
        last = state
    return len(seen), bad
