"""Processes of their own for what forks and kills, so that the caller may have threads."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module

from labs import readers_code
from labs.customer_support_agent import own
from labs.customer_support_agent.cases import CASES, TWISTS
from labs.customer_support_agent.crash import HANGS

JOBS = {  # module and function, imported only by the process that needs it: a language model takes a second
    "suite": ("crash", "suite"),
    "twice": ("crash", "twice"),
    "lasting": ("later", "lasting"),
    "choices": ("choices", "enumerate_choices"),
    "writes": ("writes", "every_write"),
    "spoken": ("spoken", "everything"),
}


def worker(*arguments: str) -> object:
    """What `main` prints for these arguments, from a process of its own. Raises ValueError saying what failed."""
    command = [sys.executable, "-c", f"from {__name__} import main; main()", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == -signal.SIGALRM:
        raise ValueError(f"{arguments[1]}: the conversation did not end within {HANGS} seconds")
    if done.returncode or not done.stdout:
        said = done.stderr.strip().splitlines()[-1:] or [f"{arguments[1]}: the crash harness failed"]
        raise ValueError(said[0])
    return json.loads(done.stdout)


def together(jobs: Sequence[tuple[str, ...]]) -> list[object]:
    """What `worker` returns for each of the jobs, from one process for all. Raises ValueError."""
    return worker("together", json.dumps(jobs)) if jobs else []


@lru_cache
def outcomes(name: str, turn: str = "") -> list[tuple[str, list[str]]]:
    """`suite` of a case, from a process of its own. `name` is a case's, or the path of a reader's agent."""
    return [(label, wrong) for label, wrong in worker("suite", name, *filter(None, [turn]))]


def do(what: str, name: str, *rest: str) -> object:
    """One of JOBS, on a design of the lab or a reader's agent."""
    case = {**CASES, **TWISTS}.get(name) or own.load(name)
    module, job = JOBS[what]
    return getattr(import_module(f"labs.customer_support_agent.{module}"), job)(case, *rest)


def main() -> None:
    """In the process of `worker`: print as JSON what one of JOBS returns for the case named.

    What an agent prints itself goes nowhere.
    """
    what, name, *rest = sys.argv[1:]
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    gc.freeze()  # forks are cheaper when nothing of this process moves
    try:
        with readers_code.exits_raised():
            found = [do(*job) for job in json.loads(name)] if what == "together" else do(what, name, *rest)
        print(json.dumps(found), file=answer, flush=True)
    except (Exception, SystemExit) as error:
        if not isinstance(error, own.Unusable):
            traceback.print_exc()
        print(own.where(error), file=sys.stderr)
        sys.exit(1)
