"""A caller that chooses by chance in the loop's think: what the safeguards hold without a good model."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from labs.agent_loop.experiment import NEW, OLD, Run, arm, once
from labs.agent_loop.loop import Phases
from labs.agent_loop.services import PAIR
from labs.agent_loop.world import GOAL
from labs.record import Results

RUNS, FEW = 200, 10  # runs without a fault, and runs started for each fault


def by_chance(rng: random.Random) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A `think` that charges one of the orders it is shown, or says "done", each with the same probability."""

    def choose(context: dict[str, Any]) -> dict[str, Any]:
        order = rng.choice([*context["paid"], ""])
        return {"tool": "charge", "order": order, "target": context["paid"][order] + 1} if order else {"tool": "done"}

    return choose


def runs(fault: str, count: int, seed: int, steps: tuple[str, ...] = (), limit: int | None = None) -> list[Run]:
    """Runs of the transcript loop with that caller, `steps` and a limit kept by the service, under a fault or none."""
    return [
        once(
            arm("transcript", steps), fault, i, busy=partial(replace, limit=limit),
            phases=Phases(think=by_chance(random.Random(f"{i} by chance"))),
        )
        for i in range(seed, seed + count)
    ]  # fmt: skip


def too_many(run: Run) -> bool:
    """Whether some order was charged more often than it was due."""
    return max(run.world.paid.values()) > GOAL


def callers(r: Results, seed: int) -> None:
    """The caller by chance without a step, with verification and pin, and with the limit as well."""
    designs = {"none": ((), None), "verify + pin": (PAIR, None), "verify + pin + limit": (PAIR, GOAL)}
    found = {name: runs("", RUNS, seed, *design) for name, design in designs.items()}
    counted = {
        name: [sum(x.silent for x in made), sum(too_many(x) for x in made), sum(x.good for x in made)]
        for name, made in found.items()
    }
    columns = ["Steps", "Wrong and “done”", "Charged too often", "Right", "Of runs"]
    says = "transcript loop, a caller that chooses by chance, no fault: runs"
    r.table("by_chance", says, columns, [[name, *counts, RUNS] for name, counts in counted.items()])
    r.add("chance_runs", RUNS, "runs without a fault in which chance chooses the calls, for each set of steps")
    r.add("chance_silent", counted["none"][0], "of them, no step: runs that end wrong and say done")
    r.add("chance_right", counted["verify + pin + limit"][2], "of them, verify, pin and limit: runs that end right")
    safe = [*found["verify + pin + limit"], *(x for f in (*OLD, *NEW) for x in runs(f, FEW, seed, PAIR, GOAL))]
    r.claim(
        "chance_is_held",
        not any(x.silent or too_many(x) or x.end == "escalated" for x in safe)
        and RUNS / 2 < counted["verify + pin + limit"][2] < RUNS
        and counted["none"][0] > 0.9 * RUNS and counted["verify + pin"][1] > RUNS / 2,
        "With verification, pin and limit, a caller that chooses by chance ends no run wrong with done and charges no "
        "order too often, without a fault and under each of the 22; most of its runs without a fault end right, the "
        "rest at the turn limit. Without any step more than nine in ten end wrong and say done; with verification and "
        "pin alone more than half charge an order too often.",
    )  # fmt: skip
