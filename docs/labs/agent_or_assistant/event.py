"""The event of the lead, run: step 12 goes wrong, step 17 mails, the look comes at step 20."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import NamedTuple

from labs.agent_or_assistant.loop import drive
from labs.record import Results

MISTAKE, MAIL, LOOK = 12, 17, 20
KINDS = {"right": "right", "mistake": "the mistake", "descent": "built on it"}  # of a step, and in words
CREATE, KEEP, UNDO, DUE, SENT = (Path(__file__).parent / "outbox.sql").read_text(encoding="utf-8").split(";")[:5]


class Row(NamedTuple):
    """What a loop did in its first twenty steps, and what reached the customer."""

    name: str
    cells: list[str]
    mistake: int
    mail: int
    look: int
    said: str
    wrong: bool
    undone: int


def played(hold: bool) -> Row:
    """Twenty steps of an agent whose attempt at step 12 is wrong the first time, looked at after them.

    With `hold` the mail goes into the outbox that the post prints, and leaves from it when a look has passed its step.
    """
    outbox = sqlite3.connect(":memory:")
    outbox.execute(CREATE)
    log: list[str] = []  # what each attempt was, in order
    mails: list[bool] = []  # for each mail that left: whether it was right

    def act(step: int, done: list) -> tuple[int, str]:
        kind = "descent" if any(kind != "right" for _, kind in done) else "right"
        if step == MISTAKE and "mistake" not in log:
            kind = "mistake"
        log.append(kind)
        if step == MAIL and hold:
            outbox.execute(KEEP, {"task": "tax", "step": step, "mail": kind})
        elif step == MAIL:
            mails.append(kind == "right")
        return step, kind

    def look(done: list, read: int) -> int | None:
        wrong = next((i for i in range(read, len(done)) if done[i][1] == "mistake"), None)
        if wrong is not None:
            outbox.execute(UNDO, {"task": "tax", "wrong": done[wrong][0]})
        return wrong

    def send(one: tuple[int, str]) -> None:
        for step, mail in outbox.execute(DUE, {"task": "tax", "good": one[0]}).fetchall():
            mails.append(mail == "right")
            outbox.execute(SENT, {"task": "tax", "step": step})

    drive(range(1, LOOK + 1), act, look, send, LOOK)
    outbox.close()
    wrong = mails.count(False)
    name = "Mails wait for the look" if hold else "Mails leave at once"
    said = f"{mails.count(True)} right mail" + (f", after {wrong} wrong one" if wrong else ", no wrong one")
    return Row(name, log[:LOOK], MISTAKE, MAIL, LOOK, said, bool(wrong), len(log) - LOOK)


def add_event(r: Results) -> list[Row]:
    """Both loops, and what they did."""
    rows = [played(False), played(True)]
    r.add("event_undone", rows[0].undone, "steps undone after the look at step 20", "steps")
    r.claim(
        "event_of_the_lead",
        rows[0].wrong and not rows[1].wrong and rows[0].undone == rows[1].undone == LOOK - MISTAKE + 1,
        "The mistake at step 12 is found at step 20 and nine steps are undone; the mail of step 17 leaves wrong once "
        "if it leaves at once, and only right if it waits for the look.",
    )
    look = {row.name: f"look; in the end {row.said}" for row in rows}
    r.table(
        "event",
        "the first twenty steps in both loops: which is the mistake, which are built on it, where mail and look come",
        ["Loop", "Step", "The step is", "What comes with it"],
        [
            [row.name, step, KINDS[kind], {row.mail: "mail", row.look: look[row.name]}.get(step, "")]
            for row in rows
            for step, kind in enumerate(row.cells, 1)
        ],
    )
    return rows
