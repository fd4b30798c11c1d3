"""A crash harness for the code that saves a session: `check(add, load)` limits files, kills, and lets two write.

Give it two functions of yours:

    add(path, message)      saves one more message; returns only once it is saved
    load(path) -> list      gives back every message saved so far

Both open the file anew in each call: a connection kept between calls does not see that the harness puts it back.

Everything happens in temporary folders. Linux and macOS: it uses `fork`, SIGKILL and RLIMIT_FSIZE. A killed process is
no power cut: what the kernel was given stays. A step is a call that Python code makes on a file, a descriptor or an
SQLite connection (see `storage`); what happens inside such a call is not taken apart.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labs.memory_serialization.room import Add, Case, Load, Message, judge, room, spread, storage, tried, worst
from labs.memory_serialization.writers import two_writers


@contextmanager
def full_at(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes: the write that would is cut short there, the next one raises OSError."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def full_disk(
    add: Add, load: Load, old: Sequence[Message], new: Message, then: Message, most: int = 5000, times: int = 1
) -> list[Case]:  # fmt: skip
    """A limit on the size of files, at each byte of the largest one there is: every byte, or `most` evenly spread.

    `new` is saved under the limit, `times` times; `then` once it is gone. A full disk is another thing: smalldisk.py.
    """
    with room(add, old) as r:
        add(r.path, new)
        size, cases = max(file.stat().st_size for file in r.folder.iterdir()), []
        for limit in spread(size, most):
            r.put_back()
            with full_at(limit):
                raised = [tried(add, r.path, new) for _ in range(times)][-1]
            sure, maybe = ([*old], [new]) if raised else ([*old, new], [])
            said = judge(load, r.path, sure, maybe)
            sure, maybe = (sure, [*maybe, then]) if tried(add, r.path, then) else ([*sure, then], maybe)
            cases.append(Case(f"byte {limit}", said, judge(load, r.path, sure, maybe), raised))
    return cases


def steps(add: Add, path: Path, message: Message) -> list[str]:
    """The names of the calls on files that `add` makes, in order."""
    names: list[str] = []

    def watch(frame: Any, event: str, function: Any) -> None:
        if event == "c_call" and storage(function):
            names.append(function.__name__)

    sys.setprofile(watch)
    try:
        add(path, message)
    finally:
        sys.setprofile(None)
    return names


def kills(
    add: Add, load: Load, old: Sequence[Message], new: Message, then: Message, most: int = 400, ends: bool = False
) -> list[Case]:  # fmt: skip
    """SIGKILL before each call on a file that saving `new` makes: every one, or `most` evenly spread.

    ends  of writes that follow each other only the first and the last: into how many pieces `json` cuts a text
          differs between versions of Python
    """
    with room(add, old) as r:
        names, cases = steps(add, r.path, new), []
        inner = [
            i for i in range(1, len(names) - 1) if ends and names[i - 1] == names[i] == names[i + 1] == "write"
        ]  # fmt: skip
        for step in [i for i in spread(len(names), most) if i not in inner]:
            r.put_back()
            killed(add, r.path, new, step)
            said = judge(load, r.path, old, [new])
            raised = tried(add, r.path, then)
            after = judge(load, r.path, old, [new, then]) if raised else judge(load, r.path, [*old, then], [new])
            cases.append(Case(f"before {names[step]} ({step + 1})", said, after))
    return cases


def killed(add: Add, path: Path, message: Message, step: int) -> None:
    """Run `add` in a child that is killed before its call number `step`, counted from 0."""
    child = os.fork()
    if child == 0:
        left = step

        def watch(frame: Any, event: str, function: Any) -> None:
            nonlocal left
            if event == "c_call" and storage(function):
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1

        sys.setprofile(watch)
        try:
            add(path, message)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


@dataclass(frozen=True)
class Finding:
    """What one kind of failure did to a session.

    test   "size limit", "killed", "two writers"
    cases  how many there were
    bad    how many of them ended unreadable, changed, or with a message lost whose `add` had returned
    said   the worst of them (see `judge`)
    where  the first case that was that bad
    torn   with two writers: how many times a reader in between found the file unreadable or changed
    refused  with two writers: how many times the save of one of them raised
    """

    test: str
    cases: int
    bad: int
    said: str
    where: str
    torn: int = 0
    refused: int = 0


def check(add: Add, load: Load, session: Sequence[Message] | None = None, most: int = 300) -> list[Finding]:
    """Limit files, kill, and let two write, with your own `add` and `load`; see this module's head for both.

    session  at least four different messages that `load` gives back as `add` got them
    most     how many cases of a kind are tried at most; where there are more, they are spread evenly
    """
    return list(checks(add, load, session, most))


def checks(
    add: Add, load: Load, session: Sequence[Message] | None = None, most: int = 300
) -> Iterator[Finding]:  # fmt: skip
    """What `check` finds, each kind of failure as soon as it has been tried."""
    *old, new, then = session or [{"role": "user", "text": f"message {n}" + " and more" * (n % 3)} for n in range(6)]
    sound(add, load, [*old, new, then])
    yield finding("size limit", full_disk(add, load, old, new, then, most))
    yield finding("killed", kills(add, load, old, new, then, most))
    yield finding("two writers", two_writers(add, load, old, new, then, most))


def sound(add: Add, load: Load, session: Sequence[Message]) -> None:
    """Raise ValueError, saying why, if `add` and `load` do not work while nothing fails."""
    with room(add, session) as r:
        said = judge(load, r.path, session)
        if said == "unreadable":
            load(r.path)
        if said != "kept":
            raise ValueError(f"{said} without any failure: load() does not give back what add() was given")
        if not steps(add, r.path, {**session[0], "text": "one more"}):
            raise ValueError("add() makes no call on a file that can be seen from Python: nothing can be tested")


def finding(test: str, cases: Sequence[Case]) -> Finding:
    """The cases of one kind in one line."""
    ends = [worst([case.said, case.after or "kept"]) for case in cases]
    said = worst(ends)
    where = next((case.where for case, end in zip(cases, ends, strict=True) if end == said != "kept"), "")
    torn = sum(case.seen in ("unreadable", "changed") for case in cases)
    refused = sum(case.raised for case in cases) if test == "two writers" else 0
    return Finding(test, len(cases), sum(end != "kept" for end in ends), said, where, torn, refused)
