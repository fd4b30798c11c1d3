"""The loop under test, whole: four phases and the turn that joins them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from labs.agent_loop.world import GOAL, World


@dataclass(frozen=True)
class Arm:
    """One way to build the loop; the defaults are the transcript loop without any step added."""

    level: bool = False  # perceive re-reads the world each turn; else it trusts its own transcript
    key: str = ""  # idempotency key on act: "" none, "call" one per call, "intent" one per instalment
    recall: float = 0.0  # verify before done: how often it notices a wrong end; 0 is no verification
    repair: bool = True  # verification puts the counts right and goes on; else it only reports
    own_notes: bool = False  # verification leaves out the orders that memory holds to be on hold
    pinned: bool = False  # the goal is read from configuration, not from memory
    echo: bool = True  # the reply to a charge carries the new count; else only "ok"


@dataclass
class Memory:
    """Three writes of different worth: the goal, progress (the transcript), and facts (orders on hold)."""

    goal: int | None
    paid: dict[str, int]
    version: int = 0
    held: set[str] = field(default_factory=set)


# --8<-- [start:see]
def perceive(world: World, memory: Memory, arm: Arm) -> dict[str, Any]:
    """What the model will see: the world read again, or what the transcript says of it."""
    goal, held = GOAL if arm.pinned else memory.goal, set(memory.held)
    if arm.level:
        return {**world.read(), "goal": goal, "held": held}
    paid = dict(memory.paid)
    return {"version": memory.version, "total": len(paid), "paid": paid, "goal": goal, "held": held}


def think(context: dict[str, Any]) -> dict[str, Any]:
    """The scripted model, a pure function of its context: the next call."""
    goal, paid, held = context["goal"], context["paid"], context["held"]
    if goal is None:
        return {"tool": "ask"}
    for order in sorted(paid):
        if paid[order] < goal and order not in held:
            return {"tool": "charge", "order": order, "target": paid[order] + 1}
    return {"tool": "done"}


# --8<-- [end:see]
# --8<-- [start:do]
def act(world: World, call: dict[str, Any], turn: int, arm: Arm) -> dict[str, Any]:
    """Make the call; until the loop reads the world, the reply is all that it learns of what it did."""
    if call["tool"] == "ask":
        return {"ok": False, "error": "nobody answers"}
    key = f"turn {turn}" if arm.key == "call" else ""
    if arm.key == "intent":
        key = f"{call['order']} instalment {call['target']}"
    reply = world.charge(call["order"], key)
    if not arm.echo:
        reply.pop("paid", None)
    return reply


def remember(memory: Memory, call: dict[str, Any], reply: dict[str, Any]) -> None:
    """Write progress from a good reply, and a fact from a refusal."""
    if reply["ok"]:
        guess = memory.paid[call["order"]] + 1
        memory.paid[call["order"]] = reply.get("paid", guess)
        memory.version = reply["version"]
    elif reply["error"] == "on hold":
        memory.held.add(call["order"])


# --8<-- [end:do]


class Phases(NamedTuple):
    """The four phases as the loop calls them; a fault replaces one of them."""

    perceive: Callable[..., dict[str, Any]] = perceive
    think: Callable[..., dict[str, Any]] = think
    act: Callable[..., dict[str, Any]] = act
    remember: Callable[..., None] = remember


LIMIT = 60  # turns
Ending = tuple[str, list[dict[str, Any]]]


# --8<-- [start:run]
def run(world: World, arm: Arm, phases: Phases, rng: Random) -> Ending:
    """Take turns until the loop says it is done; how it ended, and a record a turn."""
    memory, log = Memory(GOAL, dict(world.paid), world.version), []
    for turn in range(LIMIT):
        context = phases.perceive(world, memory, arm)
        call = phases.think(context)
        record = {"context": context, "call": call, "reply": {"ok": True}}
        log.append(record)
        if call["tool"] == "done":
            goal = GOAL if arm.pinned else memory.goal
            verify = rng.random() < arm.recall
            truth = world.audit() if verify else {}
            if arm.own_notes:
                truth = {order: paid for order, paid in truth.items() if order not in memory.held}
            if all(paid == goal for paid in truth.values()):
                return "done", log
            if not arm.repair or any(paid > goal for paid in truth.values()):
                return "escalated", log  # a charge cannot be undone, but is reported
            memory.paid, memory.held = {**memory.paid, **truth}, set()
            continue
        record["reply"] = phases.act(world, call, turn, arm)
        phases.remember(memory, call, record["reply"])
    return "limit", log


# --8<-- [end:run]
