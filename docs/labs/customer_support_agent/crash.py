"""The crash harness: kill -9 at every step, restart, compare.

Each life runs in a fork of a small process of its own, started by `outcomes` and `pairs`, so that the
caller may have threads. Fork and SIGKILL exist on Linux and macOS, not on Windows.
"""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from random import Random

from labs.customer_support_agent.agent import Point, Provider, nothing
from labs.customer_support_agent.cases import ANSWER, CASES, DAY, FACTS, NOW, PAID, TURNS, TWISTS, Case
from labs.customer_support_agent.model import Memory, Model, rule_model

ROOM = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # no disk: a killed process is no power cut


class Leak(Exception):
    """A customer's words in the context of another."""


def watched(model: Model, msg: str, memory: Memory) -> object:
    """The model, after a look at what it is given: Bob's context may hold nothing of Ann's."""
    if memory.customer == "bob" and re.search(r"Elm|Oak|mug|17|31", repr(memory)):
        raise Leak
    return model(msg, memory)


def live(case: Case, folder: Path, again: bool, point: Point) -> None:
    """One life of a design: finish what is open, then the script from where the record ends."""
    provider = Provider(folder / "provider.db", sync="off")
    if again and case.days_down:
        provider.forget_keys()
    model = partial(watched, case.later_model if again else rule_model)
    now = NOW + again * case.days_down * DAY
    agent = case.make(folder, provider, model, point, clock=lambda: now, sync="off")
    agent.drain()
    heard = folder / "heard"  # the client's own record: a byte for each answer that reached it
    answers = heard.stat().st_size if heard.exists() else 0
    for n, (session, i, who, msg) in enumerate(TURNS):
        if i < agent.answered(session) if case.client == "reads" else n < answers:
            continue
        try:
            agent.turn(session, agent.answered(session) if case.client == "repeats" else i, who, msg)
        except sqlite3.IntegrityError:  # that number is on record
            if case.client != "numbers":
                raise
        if case.client != "reads":
            heard.write_bytes(b"." * (n + 1))


# --8<-- [start:kill]
def killed(life: Callable[[Point], None], step: int = 0) -> tuple[bool, int]:
    """Run `life` in a child that dies at crash point `step` (0: never).

    Returns whether it was killed, and else its exit status.
    """
    child = os.fork()
    if child == 0:
        passed = 0

        def point(label: str) -> None:
            nonlocal passed
            passed += 1
            if passed == step:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            life(point)
            os._exit(0)
        except BaseException as error:
            os._exit(4 if isinstance(error, Leak) else 3)
    status = os.waitpid(child, 0)[1]
    dead = os.WIFSIGNALED(status)
    return dead, 0 if dead else os.WEXITSTATUS(status)


# --8<-- [end:kill]


def labels(case: Case, folder: Path) -> list[str]:
    """The names of all crash points of an undisturbed life, in order, each with its turn ("2: provider paid")."""
    seen, turn = [], 0

    def point(label: str) -> None:
        nonlocal turn
        turn += label == "decided"
        seen.append(f"{turn}: {label}")

    live(case, folder, False, point)
    return seen


def judge(case: Case, folder: Path, status: int) -> list[str]:
    """What is wrong after the last life; an empty list if nothing is."""
    if status:
        return ["leak" if status == 4 else "cannot restart"]
    provider = Provider(folder / "provider.db", sync="off")
    agent = case.make(folder, provider, rule_model, nothing, clock=lambda: NOW + case.days_down * DAY, sync="off")
    found, paid = agent.contents(), Counter(provider.ledger())
    remembered = Counter(found["refunds"])
    held = Counter((order, amount) for _, order, amount in agent.held()) if hasattr(agent, "held") else Counter()
    wrong = []
    if case.whole:
        wrong += ["double refund"] * bool(paid - Counter(PAID)) + ["refund missing"] * bool(Counter(PAID) - paid)
        wrong += ["turn lost or doubled"] * ([row[:4] for row in sorted(found["turns"])] != TURNS)
        wrong += ["fact lost"] * (found["facts"] != FACTS)
        answers = [row[4] for row in found["turns"] if "Did my" in row[3]]
        wrong += ["wrong answer"] * (answers != [ANSWER] and "double refund" not in wrong)  # then no answer is right
        wrong += ["remembered, not paid"] * bool(remembered - held - paid)
    else:
        wrong += ["double refund"] * bool(paid - Counter(PAID))
        wrong += ["refund missing"] * bool(remembered - held - paid)
        wrong += ["held for a person"] * bool(held)
    return wrong + ["paid, not remembered"] * bool(paid - remembered)


def suite(case: Case, turn: str = "") -> list[tuple[str, list[str]]]:
    """For every crash point its name and what is wrong after the restart. The first entry: no crash at all.

    turn  only the points of this turn, if it is given
    """
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        names = labels(case, Path(folder))
        found = [("no crash", judge(case, Path(folder), 0))]
    for step, name in enumerate(names, 1):
        if not name.startswith(f"{turn}:" if turn else ""):
            continue
        with tempfile.TemporaryDirectory(dir=ROOM) as folder:
            assert killed(partial(live, case, Path(folder), False), step)[0]
            _, status = killed(partial(live, case, Path(folder), True))
            found.append((name, judge(case, Path(folder), status)))
    return found


def twice(case: Case) -> tuple[int, int]:
    """Kill at every point, and in the recovery again at every point: (pairs, pairs with anything wrong).

    A first crash that leaves the same on disk as an earlier one (inside a transaction nothing is written) is
    not followed again. The third life, which nobody kills, runs in this process; it too has only the files.
    """
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        names = labels(case, Path(folder))
    seen, tried, bad = set(), 0, 0
    for step in range(1, len(names) + 1):
        with tempfile.TemporaryDirectory(dir=ROOM) as first:
            killed(partial(live, case, Path(first), False), step)
            left = remains(case, Path(first))
            if left in seen:
                continue
            seen.add(left)
            for second in range(1, len(names) + 1):
                with tempfile.TemporaryDirectory(dir=ROOM) as folder:
                    shutil.copytree(first, folder, dirs_exist_ok=True)
                    if not killed(partial(live, case, Path(folder), True), second)[0]:
                        break
                    live(case, Path(folder), True, nothing)
                    tried, bad = tried + 1, bad + bool(judge(case, Path(folder), 0))
    return tried, bad


def remains(case: Case, first: Path) -> str:
    """What a killed life left behind, read from a copy of its files: memory, unsent refunds, payments."""
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        shutil.copytree(first, folder, dirs_exist_ok=True)
        provider = Provider(Path(folder) / "provider.db", sync="off")
        agent = case.make(Path(folder), provider, rule_model, nothing, clock=lambda: NOW, sync="off")
        return repr((agent.contents(), [row[1:] for row in agent.unsent()], provider.ledger()))


def surprise(case: Case, tries: int, seed: int) -> tuple[int, int]:
    """Kill from outside at a random instant, inside a step too: (kills of a process at work, bad outcomes).

    A kill that comes too late, when the process is done already, is not counted and tried again.
    """
    hit = bad = 0
    span, random = 1.0, Random(seed)
    for attempt in range(-5, 20 * tries):
        if hit == tries:
            break
        with tempfile.TemporaryDirectory(dir=ROOM) as folder:
            start = time.perf_counter()
            child = os.fork()
            if child == 0:
                live(case, Path(folder), False, nothing)
                os._exit(0)
            if attempt < 0:  # five lives undisturbed, to know how long one takes
                os.waitpid(child, 0)
                span = min(span, time.perf_counter() - start)
                continue
            time.sleep(random.uniform(0, span))
            os.kill(child, signal.SIGKILL)
            if not os.WIFSIGNALED(os.waitpid(child, 0)[1]):
                continue
            hit += 1
            _, status = killed(partial(live, case, Path(folder), True))
            bad += bool(judge(case, Path(folder), status))
    return hit, bad


def worker(*arguments: str) -> list:
    """What `main` prints for these arguments, from a process of its own."""
    command = [sys.executable, "-c", f"from {__name__} import main; main()", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"the crash harness failed: {done.stderr.strip()}")
    return json.loads(done.stdout)


@lru_cache
def outcomes(name: str, turn: str = "") -> list[tuple[str, list[str]]]:
    """`suite` of a case, from a process of its own."""
    return [(label, wrong) for label, wrong in worker("suite", name, *filter(None, [turn]))]


def main() -> None:
    """In the process of `worker`: print as JSON what `suite`, `twice` or `surprise` returns for the case named."""
    what, name, *rest = sys.argv[1:]
    gc.freeze()  # forks are cheaper when nothing of this process moves
    case = {**CASES, **TWISTS}[name]
    do = {"suite": suite, "twice": twice, "surprise": surprise}[what]
    print(json.dumps(do(case, *(map(int, rest) if what == "surprise" else rest))))
