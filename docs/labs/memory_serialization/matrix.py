"""Six events and eight ways to save: one cell each, the worst that happened in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from labs.memory_serialization import designs, harness, pairs, schema, session, turns, values
from labs.memory_serialization.room import Add, Case, Load, Message, worst

EVENTS = (
    "value that will not convert",
    "size limit, or killed",
    "second writer",
    "append after a torn one",
    "killed in mid-call",
    "new code, old file",
)
OLD = 5  # messages in the session before whatever is enumerated
KEPT, LOST, GONE, REFUSED = "kept", "one lost", "unreadable", "refused"


@dataclass(frozen=True)
class Way:
    """A way to save a session.

    add, load  as the crash harness wants them
    cured      whether what is loaded gets results for open calls, and records carry a version
    """

    add: Add
    load: Load
    cured: bool = False


WAYS = {
    "dump": Way(*designs.DESIGNS["open and dump"]),
    "rename": Way(*designs.DESIGNS["beside, fixed name"]),
    "JSONL": Way(*designs.DESIGNS["append, plain"]),
    "SQLite": Way(*designs.DESIGNS["SQLite"]),
    "save+": Way(designs.rewriting(session.save), designs.read, cured=True),
    "locked+": Way(session.add_locked, designs.read, cured=True),
    "append+": Way(session.append, session.load, cured=True),
    "SQLite+": Way(*designs.DESIGNS["SQLite"], cured=True),
}


@dataclass(frozen=True)
class Tested:
    """All cases of one way: full disks, kills, two writers, values, one turn, one change of code."""

    full: Sequence[Case]
    kills: Sequence[Case]
    two: Sequence[Case]
    values: dict[str, values.Ended]
    turn: Sequence[turns.Left]
    code: str

    def cells(self) -> list[str]:
        """The worst of each event."""
        raised = [one for one in self.values.values() if one.raised]
        return [
            cell(worst([one.old for one in raised])),
            cell(worst([case.said for case in [*self.full, *self.kills]])),
            cell(worst([case.said for case in self.two])),
            cell(worst([case.after for case in self.full])),
            REFUSED
            if any(one.refused for one in self.turn)
            else LOST
            if any(one.untraced for one in self.turn)
            else KEPT,
            KEPT if self.code == "right" else REFUSED if self.code.startswith("raises") else GONE,
        ]


def cell(said: str) -> str:
    """What a cell shows for the worst outcome of an event."""
    return {"kept": KEPT, "lost": LOST}.get(said, GONE)


def tested(way: Way, messages: Sequence[Message], many: int, same: Tested | None = None) -> Tested:
    """Run all six events on one way. `messages` are many for the values and the first few for what is enumerated.

    same  what was found for a way that saves and loads alike; then only the last two events are run
    """
    old, new, then = messages[:OLD], *pair(messages[OLD:13])
    unit = turns.Unit(turns.each(way.add), way.load, turns.FIRST, pairs.repaired if way.cured else list)
    codec = "JSON with version and upgrade" if way.cured else "JSON, called with the row"
    most = many if way.load is designs.rows or way.add is session.add_locked else 5000  # save+ has locked+'s every byte
    turn = turns.killed(unit)
    code = schema.outcome(*schema.CODECS[codec], (schema.OLD, "Note"), schema.CHANGES["field renamed"])
    if same:
        return replace(same, turn=turn, code=code)
    return Tested(
        harness.full_disk(way.add, way.load, old, new, then, most),
        harness.kills(way.add, way.load, old, new, then, ends=True),
        harness.two_writers(way.add, way.load, old, new, then, many),
        values.save_each(way.add, way.load, messages[:40]),
        turn,
        code,
    )


def pair(messages: Sequence[Message]) -> tuple[Any, Any]:
    """The shortest and the longest of some messages: what two writers save must not be equally long."""
    ordered = sorted(messages, key=lambda m: len(m["text"]))
    return ordered[0], ordered[-1]
