"""What the main design leaves out: faults written after the checks, a bad first read, and a replica that lags."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import numpy as np

from labs.agent_loop import diagnose
from labs.agent_loop.experiment import ARMS, EVENT, LEVEL, RUNS, Run, failures, many, once, share
from labs.agent_loop.faults import dice
from labs.agent_loop.loop import Arm, Memory, Phases
from labs.agent_loop.world import GOAL, BusyWorld, World
from labs.record import Results

# None of these was known when the nine checks were written; the checks were not touched afterwards.
LATER = {
    "count read too low": "perceive", "count read too high": "perceive", "two rows exchanged": "perceive",
    "wrong order": "think", "full order again": "think",
    "charged elsewhere": "act", "second charge a turn later": "act",
    "written to another order": "remember", "another order overwritten": "remember", "write undone": "remember",
}  # fmt: skip


def later(fault: str, fire: Callable[[], bool], fired: list[int], phases: Phases) -> Phases:
    """The phases with one of the LATER faults in them; each firing appends to `fired`."""
    due: list[str] = []

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
            world.charge(due.pop())
        valid = call.get("order") in world.paid and call["order"] not in world.held
        if fault == "charged elsewhere" and hit(valid):
            other = next(o for o in world.paid if o != call["order"] and o not in world.held)
            return {**world.charge(other), "paid": call["target"]}
        reply = phases.act(world, call, turn, arm)
        if fault == "second charge a turn later" and hit(valid):
            due.append(call["order"])
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
    return phases._replace(**{LATER[fault]: broken[LATER[fault]]})


def naming_later(r: Results, seed: int, a_fault: int) -> None:
    """Whether the nine checks and the rules over a tool-call log name the phase of faults that came after them."""
    found = []
    for fault in LATER:
        for i in range(a_fault):
            fired: list[int] = []
            alarms: list[tuple] = []
            fire = dice(random.Random(f"{seed + i} {fault}"), 0.25)
            run = once(EVENT, "", seed + i, wrap=lambda p: diagnose.watched(later(fault, fire, fired, p), alarms, []))  # noqa: B023
            if fired and not run.good:
                found.append((fault, diagnose.first_phase(alarms), diagnose.first_phase(diagnose.log_alarms(run.log))))
    fault, checks, rules = (np.array(column) for column in zip(*found, strict=True))
    phase = np.array([LATER[f] for f in fault])
    r.add("faults_later", len(LATER), "further faults, written after the checks")
    for name, said in (("checks", checks), ("log_rules", rules)):
        says = f"phase named in runs that failed under the further faults: {name.replace('_', ' ')}"
        r.add(f"diag_{name}_later", diagnose.balanced(phase, said, fault), says, "share")
    rows = []
    for f in LATER:
        told = checks[fault == f]
        wrong = [p for p in diagnose.NAMES if p != LATER[f] and np.mean(told == p) > 0.5]
        rows.append([f, LATER[f], float(np.mean(told == LATER[f])), *(wrong or ["-"]), len(told)])
    columns = ["Fault", "Phase", "Named rightly", "Mostly named", "Failed runs"]
    r.table("named_later", "further faults, written after the checks: failed runs whose phase they name", columns, rows)


def first_read_short(phases: Phases) -> Phases:
    """The phases with half of the orders missing from the first read, and from that one only."""
    turn = [0]

    def see(world: World, memory: Memory, arm: Arm) -> dict:
        first, turn[0] = not turn[0], 1
        half = dict(list(world.paid.items())[: len(world.paid) // 2])
        if first and not arm.level:
            memory.paid = dict(half)  # the one read a transcript loop makes
        context = phases.perceive(world, memory, arm)
        return {**context, "paid": half} if first else context

    return phases._replace(perceive=see)


def until_fresh(phases: Phases) -> Phases:
    """The phases, reading again for as long as what is read is older than the last acknowledged write."""

    def see(world: World, memory: Memory, arm: Arm) -> dict:
        context = phases.perceive(world, memory, arm)
        while context["version"] < memory.version:
            context = phases.perceive(world, memory, arm)
        return context

    return phases._replace(perceive=see)


def reads(r: Results, seed: int) -> None:
    """Where re-reading helps against a bad read, and where it is the bad read."""
    for name, arm in (("event", EVENT), ("level", LEVEL)):
        runs = many(arm, "", RUNS, first=seed, wrap=first_read_short)
        says = f"first read lacks half of the orders, no other fault, {name} loop: runs that end wrong"
        share(r, f"first_read_short_{name}", [failures(runs)], says, single=True)

    def lagging(arm: Arm, i: int, wrap: Callable[[Phases], Phases]) -> Run:
        busy = partial(BusyWorld, rng=random.Random(seed + i), lag=True)
        return once(arm, "", seed + i, wrap=wrap, busy=lambda w: busy(w.paid, w.held))

    as_is = lambda phases: phases  # noqa: E731
    guarded = ARMS["level + guards"]
    cases = {"event": (EVENT, as_is), "level": (LEVEL, as_is), "level_guards": (guarded, as_is),
             "level_fresh": (LEVEL, until_fresh)}  # fmt: skip
    for name, (arm, wrap) in cases.items():
        runs = [lagging(arm, i, wrap) for i in range(RUNS)]
        says = f"replica a write behind at a quarter of reads, no other fault: runs that end wrong, {name}"
        share(r, f"lag_fail_{name}", [failures(runs)], says, single=True)
