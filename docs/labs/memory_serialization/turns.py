"""One turn with two refunds, killed before each step: what is committed together decides what is known afterwards."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labs.memory_serialization import designs, pairs, resume, session
from labs.memory_serialization.room import ROOM

Step = Callable[[], None]
CALLS = ("refund-1", "refund-2")


def call(id_: str) -> dict[str, Any]:
    """The model asks for a refund."""
    return {"role": "assistant", "tool_calls": [{"id": id_, "function": {"name": "refund"}}]}


def result(id_: str) -> dict[str, Any]:
    """The refund is done."""
    return {"role": "tool", "tool_call_id": id_, "content": "refunded"}


USER, ANSWER = {"role": "user", "content": "both lamps are broken"}, {"role": "assistant", "content": "both refunded"}


@dataclass(frozen=True)
class Unit:
    """A way to save a turn.

    put    saves some messages at once: (file, messages)
    load   gives them back
    order  what is saved together, in order; a string is an action: the refund itself
    after  what is made of the messages once they are loaded
    """

    put: Callable[[Path, Sequence[Any]], None]
    load: Callable[[Path], list[Any]]
    order: Sequence[Sequence[Any] | str]
    after: Callable[[Sequence[Any]], list[Any]] = list


def in_sqlite(path: Path, messages: Sequence[Any]) -> None:
    """Some messages in one transaction: one row, a list if there are several."""
    designs.inserted(path, list(messages) if len(messages) > 1 else messages[0])


def from_sqlite(path: Path) -> list[Any]:
    """Every message; messages that were saved together were one row."""
    return [m for row in designs.rows(path) for m in (row if isinstance(row, list) else [row])]


def each(add: Any) -> Callable[[Path, Sequence[Any]], None]:
    """Messages saved one after the other by `add`."""

    def put(path: Path, messages: Sequence[Any]) -> None:
        for message in messages:
            add(path, message)

    return put


A, B = CALLS
TURN = [A, B, [USER, call(A), result(A), call(B), result(B), ANSWER]]
TOGETHER = [[USER], A, [call(A), result(A)], B, [call(B), result(B)], [ANSWER]]
FIRST = [[USER], [call(A)], A, [result(A)], [call(B)], B, [result(B)], [ANSWER]]
UNITS = {
    "whole turn at its end": Unit(in_sqlite, from_sqlite, TURN),
    "call and result together": Unit(in_sqlite, from_sqlite, TOGETHER),
    "call first": Unit(in_sqlite, from_sqlite, FIRST),
    "call first, dropped on load": Unit(in_sqlite, from_sqlite, FIRST, pairs.dropped),
    "call first, repaired on load": Unit(in_sqlite, from_sqlite, FIRST, pairs.repaired),
    "the same with append": Unit(each(session.append), session.load, FIRST, pairs.repaired),
}


@dataclass(frozen=True)
class Left:
    """What a kill before one step left: `refused` by the provider's rule, and how the refunds stand.

    untraced  refunds done of which the messages say nothing
    open      calls that the messages call interrupted, and whether each was done
    saved     the messages as they were stored
    ids       of the calls in `open`, as they were saved
    """

    step: str
    refused: bool
    untraced: int
    open: tuple[bool, ...]
    saved: list[Any]
    ids: tuple[str, ...]


def killed(unit: Unit) -> list[Left]:
    """Kill the turn before each of its steps and load what is there."""
    return [left(unit, step) for step in range(len(unit.order))]


def left(unit: Unit, step: int) -> Left:
    """Kill the turn before one step."""
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        store, ledger = Path(folder) / "session", Path(folder) / "ledger"
        unit.put(store, [{"role": "user", "content": "hello"}])
        ledger.touch()
        child = os.fork()
        if child == 0:
            for number, what in enumerate(unit.order):
                if number == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                if isinstance(what, str):
                    with ledger.open("a") as file:
                        file.write(what + "\n")
                else:
                    unit.put(store, what)
            os._exit(0)
        os.waitpid(child, 0)
        done, saved = ledger.read_text().split(), unit.load(store)
    messages = unit.after(saved)
    known = [id_ for message in messages for id_ in pairs.calls(message)]
    unsure = [m["tool_call_id"] for m in messages if m.get("content") == pairs.UNKNOWN]
    what = unit.order[step]
    name = f"refund {what}" if isinstance(what, str) else f"save {len(what)}"
    untraced = sum(id_ not in known for id_ in done)
    return Left(
        name, bool(pairs.unanswered(messages)), untraced, tuple(id_ in done for id_ in unsure), saved, tuple(unsure)
    )


class Bank:
    """The other side after the kill: the refunds that it made, and the keys that it has seen.

    done  the refunds made before the kill, each under its call's id as the key
    """

    def __init__(self, done: Sequence[str]) -> None:
        self.paid, self.keys = list(done), set(done)

    def pay(self, refund: str, key: str | None = None) -> str:
        """Make a refund, unless its key has been seen."""
        if key is None or key not in self.keys:
            self.paid.append(refund)
            self.keys.update([key] if key else [])
        return "refunded"

    def tool(self, again: str) -> resume.Tool:
        """The refund as a tool: `again` says what may be done with an open call. A key is passed on if it takes one."""
        return resume.Tool(
            lambda call: self.pay(call["id"], call["id"] if again == "takes a key" else None),
            again,
            lambda call: "refunded" if call["id"] in self.paid else None,
        )


def made_under(keys: Sequence[str]) -> int:
    """How many refunds the bank makes of as many different ones, each under its own of these keys."""
    bank = Bank([])
    for number, key in enumerate(keys):
        bank.pay(f"refund {number}", key)
    return len(bank.paid)


def one(id_: str) -> resume.Call:
    """The call itself, out of its message."""
    return call(id_)["tool_calls"][0]


Resume = Callable[[Bank, str], Any]
RESUMES: dict[str, Resume] = {
    "run again without a key": lambda bank, id_: bank.pay(id_),
    "asked anew, the new call's id as the key": lambda bank, id_: bank.pay(id_, f"{id_}, asked anew"),
    "run again, the saved call's id as the key": lambda bank, id_: resume.settle(one(id_), bank.tool("takes a key")),
    "looked up, and run if it is not there": lambda bank, id_: resume.settle(one(id_), bank.tool("look first")),
    "left to a person": lambda bank, id_: resume.settle(one(id_), bank.tool("ask a person")),
}


def resumed(rows: Sequence[Left], how: Resume) -> tuple[int, int]:
    """Of the calls that kills left open, those made twice and those not made, once each was resumed in one way.

    rows  a turn that is answered on load, so that `open` says of each open call whether it had been done
    """
    twice = missing = 0
    for one in rows:
        for id_, done in zip(one.ids, one.open, strict=True):
            bank = Bank([id_] * done)
            how(bank, id_)
            twice += bank.paid.count(id_) > 1
            missing += id_ not in bank.paid
    return twice, missing
