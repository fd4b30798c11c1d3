"""A reader's own agent, from a file of Python, for the crash harness.

The file defines a class `Agent`:

    Agent(folder, provider, model, point, clock, sync)   opens or makes its state in `folder` (a pathlib.Path)
    turn(number, customer, msg) -> str                   answers; the client sends again under the same number
    contents() -> {"refunds": [(order, euros), ...]}     what it remembers to have refunded; "turns", rows of (number,
                                                         customer, message, reply), and "facts", rows of (customer,
                                                         name, value), are compared where they are given
    drain()                                              optional: finishes what is open, called after each start
    forget(customer)                                     optional: deletes a customer's words; then, too, every message
                                                         comes again, and none of her words may come back
    restored()                                           optional: called after a backup was put back, before drain();
                                                         `provider.payments()` lists (note, order, euros)

It calls `model(msg, memory)` for a Decision (labs.customer_support_agent.model has both), pays with
`provider.refund(order, euros, key, note)` and calls `point("a name")` after each step: there it is killed. Then its
files as they were after each turn are put back, a backup, and every message comes again: once while the provider
knows its keys, and once three days later, when they are gone. What an agent keeps outside `folder` is not put back.
`clock()` is the time in seconds; `sync` is "off" here and may be ignored. example.py is such a file.
"""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from labs.customer_support_agent.cases import Case
from labs.customer_support_agent.model import Decision, Memory, Model

METHODS = ("turn", "contents")
NAME = "readers_own"


class Unusable(ValueError):
    """A file that the harness cannot use, and why, in one line."""


def run(path: str) -> ModuleType:
    """The module that a reader's file is. Raises Unusable, naming the file, the line and what is wrong."""
    file = Path(path)
    if file.suffix != ".py":
        raise Unusable(f"{path}: neither a design of the lab nor a Python file (.py); `kill` alone lists the designs")
    if not file.is_file():
        raise Unusable(f"{path}: there is no such file")
    spec = importlib.util.spec_from_file_location(NAME, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = module  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        if isinstance(error, SyntaxError) and not error.filename:
            error.filename = path  # a file that holds null bytes is refused without its name
        raise Unusable(where(error)) from error
    return module


def model(path: str) -> Model:
    """The function `model` of a reader's file, which raises Unusable where that fails. Raises Unusable."""
    found = getattr(run(path), "model", None)
    if not callable(found):
        raise Unusable(f"{path}: it defines no function model(msg, memory) that returns a Decision")

    def checked(msg: str, memory: Memory) -> Decision:
        try:
            decision = found(msg, memory)
        except Exception as error:
            raise Unusable(where(error)) from error
        if not isinstance(decision, Decision):
            raise Unusable(f"{path}: model() returned {decision!r}, not a Decision")
        return decision

    return checked


def load(path: str) -> Case:
    """The case of a reader's agent. Raises Unusable."""
    make = getattr(run(path), "Agent", None)
    if not callable(make):
        raise Unusable(f"{path}: it defines no class Agent; `kill --help` describes what one needs")
    missing = [name for name in METHODS if not callable(getattr(make, name, None))]
    if missing:
        raise Unusable(f"{path}: its class Agent has no method {missing[0]}; it needs turn and contents")
    return Case(adapted(make, path), own=True)


def adapted(make: Callable, path: str) -> Callable:
    """The reader's class, which may leave out drain() and restored() and whose contents() are looked at."""

    def build(*given: object, **named: object) -> object:
        agent = make(*given, **named)
        for name in ("drain", "restored"):
            if not hasattr(agent, name):
                setattr(agent, name, lambda: None)
        told = agent.contents
        agent.contents = lambda: readable(told(), path)
        return agent

    build.forgets = callable(getattr(make, "forget", None))
    return build


ROWS = {
    "refunds": "(order, euros)",
    "turns": "(number, customer, message, reply)",
    "facts": "(customer, name, value)",
}  # what contents() tells: the fields of a row of each


def readable(found: object, path: str) -> dict[str, list]:
    """What contents() returned. Raises Unusable where it is not what the harness compares."""
    if not isinstance(found, dict) or "refunds" not in found:
        raise Unusable(
            f'{path}: contents() returned {found!r:.60}; it needs a dict with "refunds", rows of (order, euros)'
        )
    for name, fields in ROWS.items():
        rows, width = found.get(name, []), fields.count(",") + 1
        wrong = [row for row in rows if not isinstance(row, tuple | list) or len(row) != width]
        if wrong:
            raise Unusable(f'{path}: contents()["{name}"] holds {wrong[0]!r:.60}; its rows are {fields}')
    return found


def where(error: BaseException) -> str:
    """An error in one line: file and line in the reader's code if it passed there, the kind, the message."""
    said = " ".join(str(error).split())
    if isinstance(error, Unusable):
        return said
    if isinstance(error, SyntaxError) and error.filename:
        line = f":{error.lineno}" if error.lineno else ""
        return f"{error.filename}{line}: {type(error).__name__}: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    file = getattr(sys.modules.get(NAME), "__file__", None)
    inside = [frame for frame in frames if frame.filename == file] or frames[-1:]
    place = f"{inside[-1].filename}:{inside[-1].lineno}: " if inside else ""
    return f"{place}{type(error).__name__}{': ' + said if said else ''}"
