"""Ten more faults, written after the checks and after the four steps; neither was touched because of them."""

from __future__ import annotations

from collections.abc import Callable

from labs.agent_loop.loop import Arm, Memory, Phases
from labs.agent_loop.world import GOAL, World

LATE = "second charge a turn later"
LATER = {
    "count read too low": "perceive", "count read too high": "perceive", "two rows exchanged": "perceive",
    "wrong order": "think", "full order again": "think",
    "charged elsewhere": "act", LATE: "act",
    "written to another order": "remember", "another order overwritten": "remember", "write undone": "remember",
}  # fmt: skip
LATE_COPY = "same call a turn later"  # beside the ten: the second charge with the key, or condition, of the first
PLACE = {**LATER, LATE_COPY: "act"}


def later(fault: str, fire: Callable[[], bool], fired: list[int], phases: Phases) -> Phases:
    """The phases with one of the faults of PLACE in them; each firing appends to `fired`."""
    due: list[tuple[dict, int]] = []

    def hit(possible: object = True) -> bool:
        if possible and fire():
            fired.append(1)
            return True
        return False

    def see(world: World, memory: Memory, arm: Arm) -> dict:
        context = phases.perceive(world, memory, arm)
        paid = context["paid"]
        begun = [o for o, n in paid.items() if n > 0]
        still = [o for o, n in paid.items() if n < GOAL and o not in context["held"]]
        if fault == "count read too low" and hit(begun):
            paid[begun[0]] -= 1
        if fault == "count read too high" and hit(still):
            paid[still[0]] += 1
        if fault == "two rows exchanged" and hit():
            first, *_, last = paid
            paid[first], paid[last] = paid[last], paid[first]
        return context

    def decide(context: dict) -> dict:
        call, paid = phases.think(context), context["paid"]
        if call["tool"] != "charge":
            return call
        full = [o for o, n in paid.items() if n >= GOAL]
        if fault == "wrong order" and hit():
            other = [o for o in paid if o != call["order"]][-1]
            return {**call, "order": other, "target": paid[other] + 1}
        if fault == "full order again" and hit(full):
            return {**call, "order": full[0], "target": paid[full[0]] + 1}
        return call

    def do(world: World, call: dict, turn: int, arm: Arm) -> dict:
        while due:
            call_then, turn_then = due.pop()
            if fault == LATE_COPY:
                phases.act(world, call_then, turn_then, arm)
            else:
                world.charge(call_then["order"])
        valid = call.get("order") in world.paid and call["order"] not in world.held
        if fault == "charged elsewhere" and hit(valid):
            other = next(o for o in world.paid if o != call["order"] and o not in world.held)
            return {**world.charge(other), "paid": call["target"]}
        reply = phases.act(world, call, turn, arm)
        if fault in (LATE, LATE_COPY) and hit(valid):
            due.append((call, turn))
        return reply

    def keep(memory: Memory, call: dict, reply: dict) -> None:
        other = [o for o in memory.paid if o != call.get("order")]
        if fault == "written to another order" and hit(reply["ok"]):
            memory.paid[other[0]], memory.version = reply["paid"], reply["version"]
            return
        phases.remember(memory, call, reply)
        if fault == "another order overwritten" and hit(reply["ok"]):
            memory.paid[other[-1]] = GOAL
        if fault == "write undone" and hit(reply["ok"]):
            memory.paid[call["order"]] -= 1

    broken = {"perceive": see, "think": decide, "act": do, "remember": keep}
    return phases._replace(**{PLACE[fault]: broken[PLACE[fault]]})
