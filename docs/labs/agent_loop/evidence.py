"""What evidence names the broken phase, what it costs, and when it cries wolf."""

from __future__ import annotations

import json
import random
from functools import partial

import numpy as np

from labs.agent_loop import diagnose
from labs.agent_loop.experiment import EVENT, LEVEL, RUNS, once, share
from labs.agent_loop.faults import PHASE, shadowed
from labs.agent_loop.loop import Arm, Phases
from labs.agent_loop.world import GOAL, BusyWorld, World
from labs.record import Results


def failed_runs(seed: int, a_fault: int) -> list[dict]:
    """Runs of the bare transcript loop that ended wrong, each with the evidence that would be left of it."""
    found = []
    for fault in PHASE:
        for i in range(a_fault):
            truth, prod = [], []
            wrap = partial(observed, truth=truth, prod=prod)
            one = once(EVENT, fault, seed + i, wrap=wrap)
            if one.fired and not one.good:
                end = diagnose.end_features(one.end, one.log)
                outcome = end + diagnose.outcome_features(one.world, GOAL, one.log)
                found.append({
                    "fault": fault, "phase": PHASE[fault], "truth": truth, "prod": prod, "endstate": end,
                    "outcome": outcome, "toollog": outcome + diagnose.log_features(one.log),
                    "checks": [sum(a[1] == check for a in prod) for check in diagnose.CHECKS],
                    "rules": diagnose.log_alarms(one.log),
                    "silent": one.silent, "repeats": diagnose.detector_fires(one.log),
                })  # fmt: skip
    return found


def observed(phases: Phases, truth: list, prod: list) -> Phases:
    """Phases under both observers: the one that sees the simulation's truth and the one that does not."""
    return shadowed(diagnose.watched(phases, prod, []), truth)


def naming(r: Results, seed: int) -> None:
    """How often the broken phase is named, from five kinds of evidence."""
    runs = failed_runs(seed, 120)
    phase, fault = (np.array([x[k] for x in runs]) for k in ("phase", "fault"))
    r.add("diag_runs", len(runs), "failed runs of the bare transcript loop that were diagnosed")

    ways = {
        "endstate": "how the run ended and its turn count",
        "outcome": "the same, what is wrong in the world, and the error count",
        "toollog": "the same, and everything counted from the tool-call log",
        "checks": "how often each of the nine checks was violated",
    }
    rows = []
    for way, says in ways.items():
        data = np.array([x[way] for x in runs], float)
        known = diagnose.balanced(phase, diagnose.seen_faults(data, phase, seed), fault)
        fresh = diagnose.balanced(phase, diagnose.unseen_faults(data, phase, fault, seed), fault)
        text = f"phase named by a classifier that saw {says}"
        r.add(f"diag_{way}", known, f"{text}; fault types known to it", "share", tolerance=0.03)
        r.add(f"diag_{way}_unseen", fresh, f"{text}; fault type new to it", "share", tolerance=0.03)
        rows.append([says, known, fresh])

    first = np.array([diagnose.first_phase(x["prod"]) for x in runs])
    sim = diagnose.balanced(phase, np.array([diagnose.first_phase(x["truth"]) for x in runs]), fault)
    prod = diagnose.balanced(phase, first, fault)
    r.add("diag_invariants_sim", sim, "phase named by the first violated invariant, knowing the truth", "share")
    r.add("diag_invariants_prod", prod, "phase named by the first violated check that production can run", "share")
    told = np.array([diagnose.first_phase(x["rules"]) for x in runs])
    says = "phase named by the first alarm of hand-written rules that need nothing but a tool-call log"
    r.add("diag_log_rules", diagnose.balanced(phase, told, fault), says, "share")
    silent = [x["repeats"] for x in runs if x["silent"]]
    says = "of the failed runs that say done, those with a cycle of up to five calls repeated five times"
    r.add("detector_fires_silent", float(np.mean(silent)), says, "share")

    def named(said: np.ndarray, f: str) -> float:
        return float(np.mean(said[fault == f] == PHASE[f]))

    kept = [f for f in PHASE if f in set(fault)]
    rows = [[f, PHASE[f], named(first, f), int((fault == f).sum())] for f in kept]
    columns = ["Fault", "Phase", "Named rightly", "Failed runs"]
    r.table("named_by_fault", "failed runs whose phase the production checks name", columns, rows)
    rows = []
    for check, says in diagnose.CHECKS.items():
        less = np.array([diagnose.first_phase([a for a in x["prod"] if a[1] != check]) for x in runs])
        lost = ", ".join(f for f in kept if named(less, f) < named(first, f) - 0.2)
        rows.append([check, says, diagnose.balanced(phase, less, fault), lost or "nothing"])
    columns = ["Left out", "Check", "Phase named", "No longer named"]
    r.table("without_check", "what the production checks lose when one is left out", columns, rows)
    for key in ("", "_unseen"):
        margin = r.values[f"diag_toollog{key}"].value
        verdict = "as good" if prod - margin < 0.05 else "worse"
        kind = "fault types new to it" if key else "fault types known to it"
        says = f"does the tool-call log name the phase within five points of the production checks, {kind}?"
        r.add(f"falsifier_toollog{key}", verdict, says)


def alarms(r: Results, seed: int) -> None:
    """What the checks cost, and how often they fire when nothing harmful happened."""

    def benign(arm: Arm, i: int, wrap: partial) -> object:
        rng = random.Random(seed + i)

        def busy(world: World) -> World:
            return BusyWorld(world.paid, world.held, rng=rng, lag=not arm.level)

        run = once(arm, "", seed + i, wrap=wrap, busy=busy)
        if not run.good:
            raise AssertionError("harmless staleness changed an outcome")
        return run

    kinds = {
        "full": ("whole context equals the source", lambda found: partial(shadowed, alarms=found)),
        "naive": ("re-read, whatever its version", partial(only, checks=("naive re-read",))),
        "prod": ("the nine checks", partial(only, checks=tuple(diagnose.CHECKS))),
    }
    rows = []
    for kind, (says, make) in kinds.items():
        row = [says]
        for name, arm in (("event", EVENT), ("level", LEVEL)):
            loud = total = hits = 0
            for i in range(RUNS):
                found: list = []
                run = benign(arm, i, make(found))
                loud, total, hits = loud + bool(found), total + len(run.log), hits + len(found)
            row += [loud / RUNS, hits / total]
            text = f"runs with only harmless staleness in which this raises an alarm: {says}, {name} loop"
            share(r, f"false_alarm_benign_{kind}_{name}", [(loud, RUNS)], text, single=True)
        rows.append(row)
    columns = ["Check", *(f"{a}, {b}" for a in ("Event", "Level") for b in ("runs alarmed", "alarms a turn"))]
    r.table("false_alarms", "alarms when another writer adds notes and reads lag harmlessly", columns, rows)
    cost(r, seed)


def only(found: list, checks: tuple[str, ...]) -> partial:
    """An observer that runs these checks alone and keeps their alarms in `found`."""
    return partial(diagnose.watched, alarms=found, extra=[], checks=checks)


def cost(r: Results, seed: int) -> None:
    """Reads and log bytes a turn that the nine checks add to a run without any fault."""
    for name, arm in (("event", EVENT), ("level", LEVEL)):
        extra: list[int] = []
        plain, bare, checked = [], [0, 0], [0, 0]
        for i in range(RUNS):
            for total, wrap in ((bare, lambda p: p), (checked, only_cost(extra))):
                run = once(arm, "", seed + i, wrap=wrap)
                total[0], total[1] = total[0] + run.world.reads, total[1] + len(run.log)
            plain += [len(json.dumps({k: row[k] for k in ("call", "reply")})) for row in run.log]
        more = checked[0] / checked[1] - bare[0] / bare[1]
        r.add(f"extra_reads_per_step_{name}", more, f"reads of the world a turn that the checks add: {name}", "reads")
        r.add(f"bytes_per_turn_{name}", float(np.mean(plain)), f"bytes of call and reply a turn: {name}", "bytes")
        says = f"bytes a turn that the checks add to the log: {name}"
        r.add(f"extra_bytes_per_turn_{name}", float(np.mean(extra)), says, "bytes")


def only_cost(extra: list[int]) -> partial:
    """The nine checks, their alarms thrown away, their log bytes kept in `extra`."""
    return partial(diagnose.watched, alarms=[], extra=extra)
