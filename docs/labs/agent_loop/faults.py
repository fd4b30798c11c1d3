"""Faults, each a wrapper around one of the four phases; the loop itself knows nothing of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from labs.agent_loop.loop import Arm, Memory, Phases, act, perceive, remember, think
from labs.agent_loop.world import GOAL, World

PHASE = {
    "truncated view": "perceive", "stale view": "perceive",
    "repeated call": "think", "malformed call": "think", "early done": "think",
    "lost acknowledgement": "act", "false ok": "act", "duplicated effect": "act",
    "dropped write": "remember", "poisoned fact": "remember",
    "lost goal": "remember", "drifted goal": "remember",
}  # fmt: skip
COMPOUND = "lost acknowledgement + dropped write"


def dice(rng: random.Random, p: float, once_in: int = 0) -> Callable[[], bool]:
    """When a fault fires: with probability `p` at each chance, or exactly once among the first `once_in`."""
    if not once_in:
        return lambda: rng.random() < p
    left = [rng.randrange(once_in)]

    def fire() -> bool:
        left[0] -= 1
        return left[0] == -1

    return fire


def inject(fault: str, fire: Callable[[], bool], fired: list[int], phases: Phases) -> Phases:
    """The phases with `fault` in them; each firing appends to `fired`. Raises KeyError for an unknown fault."""
    last: dict[str, Any] = {}

    def hit(possible: bool = True) -> bool:
        if possible and fire():
            fired.append(1)
            return True
        return False

    def bad_perceive(world: World, memory: Memory, arm: Arm) -> dict[str, Any]:
        context = phases.perceive(world, memory, arm)
        now = (context["paid"], context["version"])
        if fault == "truncated view" and hit():
            context["paid"] = dict(list(context["paid"].items())[: len(context["paid"]) // 2])
        elif fault == "stale view" and hit("view" in last and last["view"] != now):
            context["paid"], context["version"] = dict(last["view"][0]), last["view"][1]
        last["view"] = now
        return context

    def bad_think(context: dict[str, Any]) -> dict[str, Any]:
        call = phases.think(context)
        charging = call["tool"] == "charge"
        if fault == "repeated call" and hit("call" in last):
            return last["call"]
        if fault == "malformed call" and hit(charging):
            return {**call, "order": f"order {call['order']}"}
        if fault == "early done" and hit(charging):
            return {"tool": "done"}
        if charging:
            last["call"] = call
        return call

    def bad_act(world: World, call: dict[str, Any], turn: int, arm: Arm) -> dict[str, Any]:
        valid = call.get("order") in world.paid and call["order"] not in world.held
        if fault == "false ok" and hit(valid):
            echo = {"paid": call["target"]} if arm.echo else {}
            return {"ok": True, "version": world.version, **echo}
        reply = phases.act(world, call, turn, arm)
        if fault == "lost acknowledgement" and hit(valid):
            return {"ok": False, "error": "timeout"}
        if fault == "duplicated effect" and hit(valid):
            phases.act(world, call, turn, arm)
        return reply

    def bad_remember(memory: Memory, call: dict[str, Any], reply: dict[str, Any]) -> None:
        if fault == "dropped write" and hit(reply["ok"]):
            return
        phases.remember(memory, call, reply)
        if fault == "poisoned fact" and hit(reply["ok"]):
            memory.held.add(call["order"])
        if fault == "lost goal" and hit(memory.goal is not None):
            memory.goal = None
        if fault == "drifted goal" and hit(memory.goal == GOAL):
            memory.goal = GOAL - 1

    broken = {"perceive": bad_perceive, "think": bad_think, "act": bad_act, "remember": bad_remember}
    return phases._replace(**{PHASE[fault]: broken[PHASE[fault]]})


def shadowed(phases: Phases, alarms: list[tuple[str, int]]) -> Phases:
    """The phases, each checked against the clean one it replaces: what only a simulation can see.

    Five invariants: what was seen is what was there; the decision is what the context implies;
    one effect and a true reply a call; what was stored is what should be; the goal is unchanged.
    A violation appends (phase, turn) to `alarms`.
    """
    turn_of = [-1]

    def see(world: World, memory: Memory, arm: Arm) -> dict[str, Any]:
        turn_of[0] += 1
        context = phases.perceive(world, memory, arm)
        if context != perceive(World(dict(world.paid), version=world.version), memory, arm):
            alarms.append(("perceive", turn_of[0]))
        return context

    def decide(context: dict[str, Any]) -> dict[str, Any]:
        call = phases.think(context)
        if call != think(context):
            alarms.append(("think", turn_of[0]))
        return call

    def do(world: World, call: dict[str, Any], turn: int, arm: Arm) -> dict[str, Any]:
        twin = World(dict(world.paid), world.held, world.version, keys=dict(world.keys))
        due = act(twin, call, turn, arm)
        reply = phases.act(world, call, turn, arm)
        if reply != due or twin.paid != world.paid:
            alarms.append(("act", turn_of[0]))
        return reply

    def keep(memory: Memory, call: dict[str, Any], reply: dict[str, Any]) -> None:
        due = Memory(memory.goal, dict(memory.paid), memory.version, set(memory.held))
        remember(due, call, reply)
        phases.remember(memory, call, reply)
        if memory != due:
            alarms.append(("remember", turn_of[0]))

    return Phases(see, decide, do, keep)
