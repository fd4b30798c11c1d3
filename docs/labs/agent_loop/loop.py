"""The loop under test, whole: four phases and the turn that joins them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from labs.agent_loop.world import GOAL, World


@dataclass(frozen=True)
class Arm:
    """One way to build the loop; the defaults are the bare transcript loop."""

    level: bool = False  # perceive re-reads the world each turn; else it reads its own transcript
    key: str = ""  # idempotency key on act: "" none, "call" one per call, "intent" one per instalment
    recall: float = 0.0  # verify before done: how often it notices a wrong end; 0 is no verification
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
    """What the model will see: the world as it is (level), or as the transcript has it (event)."""
    seen = {"version": memory.version, "total": len(memory.paid), "paid": dict(memory.paid)}
    goal = GOAL if arm.pinned else memory.goal
    return {**(world.read() if arm.level else seen), "goal": goal, "held": set(memory.held)}


def think(context: dict[str, Any]) -> dict[str, Any]:
    """The scripted model, a pure function of its context: the next call."""
    if context["goal"] is None:
        return {"tool": "ask"}
    for order, paid in sorted(context["paid"].items()):
        if paid < context["goal"] and order not in context["held"]:
            return {"tool": "charge", "order": order, "target": paid + 1}
    return {"tool": "done"}


# --8<-- [end:see]
# --8<-- [start:do]
def act(world: World, call: dict[str, Any], turn: int, arm: Arm) -> dict[str, Any]:
    """Make the call; the reply is all the loop learns of what it did."""
    if call["tool"] == "ask":
        return {"ok": False, "error": "nobody answers"}
    keys = {"": "", "call": f"turn {turn}", "intent": f"{call['order']} instalment {call['target']}"}
    reply = world.charge(call["order"], keys[arm.key])
    return reply if arm.echo else {k: v for k, v in reply.items() if k != "paid"}


def remember(memory: Memory, call: dict[str, Any], reply: dict[str, Any]) -> None:
    """Write progress from a good reply, and a fact from a refusal."""
    if reply["ok"]:
        memory.paid[call["order"]] = reply.get("paid", memory.paid[call["order"]] + 1)
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


# --8<-- [start:run]
def run(world: World, arm: Arm, phases: Phases, rng: random.Random, limit: int = 60) -> tuple[str, list[dict]]:
    """Take turns until the loop says it is done; returns how it ended and one record a turn."""
    memory, log = Memory(GOAL, dict(world.paid), world.version), []
    for turn in range(limit):
        context = phases.perceive(world, memory, arm)
        call = phases.think(context)
        if call["tool"] == "done":
            log.append({"context": context, "call": call, "reply": {"ok": True}})
            goal = GOAL if arm.pinned else memory.goal
            truth = world.audit() if rng.random() < arm.recall else {}  # verify before done, or not
            if all(paid == goal for paid in truth.values()):
                return "done", log
            if any(paid > goal for paid in truth.values()):
                return "escalated", log  # a charge too many cannot be undone, but somebody is told
            memory.paid, memory.held = {**memory.paid, **truth}, set()
            continue
        reply = phases.act(world, call, turn, arm)
        phases.remember(memory, call, reply)
        log.append({"context": context, "call": call, "reply": reply})
    return "limit", log


# --8<-- [end:run]
