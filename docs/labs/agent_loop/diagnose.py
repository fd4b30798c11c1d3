"""Naming the broken phase: invariants that production can log, and classifiers over what is usually kept."""

from __future__ import annotations

import json
from collections.abc import Collection
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from labs.agent_loop.loop import Arm, Memory, Phases
from labs.agent_loop.world import World

NAMES = ("perceive", "think", "act", "remember")
CHECKS = {
    "row count": "perceive: as many rows seen as the source says it has",
    "version": "perceive: never older than my own last acknowledged write",
    "arguments": "think: the call names an order that exists",
    "repeat": "think: not the same instalment as a call already acknowledged",
    "open work": "think: done only if the context shows nothing open",
    "timeout": "act: every call has a reply",
    "re-read": "act: the count in the reply is the count read afterwards",
    "read-back": "remember: what is stored is what the reply said",
    "goal hash": "remember: the goal is the goal of the first turn",
}
NAIVE = {"naive re-read": "act: the same, whatever the version of the read"}


def watched(
    phases: Phases, alarms: list[tuple[str, str, int]], extra: list[int], checks: Collection[str] = tuple(CHECKS)
) -> Phases:
    """The phases with the checks a production loop could afford; nothing here sees the simulation's truth.

    A violation appends (phase, check, turn) to `alarms`. Each turn appends to `extra` the bytes
    that its record adds to the log. In a level loop the next perception serves as the re-read.
    """
    state: dict[str, Any] = {"turn": -1, "version": -1, "acked": set(), "claim": None}

    def alarm(check: str, bad: bool, ago: int = 0) -> None:
        if bad and check in checks:
            says = {**CHECKS, **NAIVE}[check]
            alarms.append((says.split(":")[0], check, state["turn"] - ago))

    def see(world: World, memory: Memory, arm: Arm) -> dict[str, Any]:
        state["turn"] += 1
        context = phases.perceive(world, memory, arm)
        older = context["version"] < state["version"]
        alarm("row count", len(context["paid"]) < context["total"])
        alarm("version", older)
        if arm.level and state["claim"] and not older:
            order, claimed = state["claim"]
            alarm("re-read", context["paid"].get(order, claimed) != claimed, ago=1)
        state["claim"] = None
        state["seen"] = {"rows": len(context["paid"]), "of": context["total"], "version": context["version"]}
        return context

    def decide(context: dict[str, Any]) -> dict[str, Any]:
        call = phases.think(context)
        goal = context["goal"] or 0
        alarm("repeat", (call.get("order"), call.get("target")) in state["acked"])
        still = [o for o, paid in context["paid"].items() if paid < goal and o not in context["held"]]
        alarm("open work", call["tool"] == "done" and bool(still))
        return call

    def do(world: World, call: dict[str, Any], turn: int, arm: Arm) -> dict[str, Any]:
        reply = phases.act(world, call, turn, arm)
        alarm("arguments", reply.get("error") == "unknown order")
        alarm("timeout", reply.get("error") == "timeout")
        if reply["ok"]:
            state["version"] = max(state["version"], reply["version"])
            state["acked"].add((call["order"], call["target"]))
            claim = (call["order"], reply.get("paid", call["target"]))
            if arm.level:
                state["claim"] = claim
            else:
                after = world.read()
                alarm("naive re-read", after["paid"][claim[0]] != claim[1])
                while after["version"] < reply["version"]:  # older than what it is to confirm: read again
                    after = world.read()
                alarm("re-read", after["paid"][claim[0]] != claim[1])
        return reply

    def keep(memory: Memory, call: dict[str, Any], reply: dict[str, Any]) -> None:
        goal = state.setdefault("goal", memory.goal)
        due = reply.get("paid", memory.paid.get(call.get("order"), 0) + 1)
        phases.remember(memory, call, reply)
        alarm("read-back", reply["ok"] and memory.paid[call["order"]] != due)
        alarm("goal hash", memory.goal != goal)
        record = {
            "seen": state["seen"],
            "reread": due,
            "stored": due,
            "goal": f"{crc32(repr(memory.goal).encode()):08x}",
        }
        extra.append(len(json.dumps(record)))

    return Phases(see, decide, do, keep)


def first_phase(alarms: list[tuple], last: int = 10**9) -> str:
    """The phase of the earliest alarm, phases of one turn in their order; "none" without an alarm."""
    return min(alarms, key=lambda a: (a[-1], NAMES.index(a[0])))[0] if alarms else "none"


def log_alarms(log: list[dict]) -> list[tuple[str, str, int]]:
    """Alarms of the best rules for a log of calls and replies alone, written with the faults in sight."""
    alarms, last, acked = [], {}, set()
    for turn, (call, reply) in enumerate((row["call"], row["reply"]) for row in log):
        order, error = call.get("order"), reply.get("error")
        phase = {"unknown order": "think", "timeout": "act", "nobody answers": "remember"}.get(error)
        if call["tool"] == "charge" and reply["ok"]:
            if reply["paid"] != (last[order] + 1 if order in last else call["target"]):
                phase = "act"  # the count in the replies must go up by one
            elif (order, call["target"]) in acked:
                phase = "think"
            last[order] = reply["paid"]
            acked.add((order, call["target"]))
        if phase:
            alarms.append((phase, "log", turn))
    return alarms


def detector_fires(log: list[dict], times: int = 5, longest: int = 5) -> bool:
    """A common loop detector: the same cycle of up to `longest` calls, `times` in a row."""
    calls = [row["call"] for row in log]
    return any(
        calls[start : start + k] * times == calls[start : start + k * times]
        for k in range(1, longest + 1)
        for start in range(len(calls) - k * times + 1)
    )


def end_features(end: str, log: list[dict]) -> list[float]:
    """(a) How the run ended and how many turns it took."""
    return [end == "done", end == "limit", len(log)]


def outcome_features(world: World, goal: int, log: list[dict]) -> list[float]:
    """(b) What is wrong at the end, and how many replies were errors."""
    gaps = [goal - paid for order, paid in world.paid.items() if order not in world.held]
    errors = [row["reply"].get("error") for row in log]
    return [sum(max(g, 0) for g in gaps), sum(max(-g, 0) for g in gaps), len(errors) - errors.count(None)]


def log_features(log: list[dict]) -> list[float]:
    """(c) What a log of tool calls and replies lets one count; no context, no memory, no truth."""
    calls = [row["call"] for row in log]
    errors = [row["reply"].get("error") for row in log]
    keys = [(c.get("order"), c.get("target")) for c in calls if c["tool"] == "charge"]
    acked = [(k, r["reply"]["paid"]) for r in log if r["reply"].get("paid") for k in [r["call"]["order"]]]
    last: dict[str, int] = {}
    jumps = backward = 0
    for order, paid in acked:
        jumps += order in last and paid > last[order] + 1
        backward += order in last and paid <= last[order]
        last[order] = paid
    targets = [(c.get("target"), r["reply"].get("paid")) for c, r in zip(calls, log, strict=True) if r["reply"]["ok"]]
    return [
        len(calls), len(keys), len(set(keys)), sum(a == b for a, b in pairwise(keys)),
        errors.count("timeout"), errors.count("unknown order"), errors.count("nobody answers"),
        sum(t is not None and p is not None and p != t for t, p in targets),
        jumps, backward, len(last), sum(p > 3 for p in last.values()), sum(p < 3 for p in last.values()),
        max([p for _, p in acked], default=0), sum(c["tool"] == "done" for c in calls),
    ]  # fmt: skip


def balanced(truth: np.ndarray, said: np.ndarray, groups: np.ndarray) -> float:
    """Mean over phases of the mean over each phase's faults of the share named rightly."""
    by_phase = []
    for phase in NAMES:
        faults = sorted(set(groups[truth == phase]))
        by_phase.append(np.mean([np.mean(said[groups == f] == phase) for f in faults]))
    return float(np.mean(by_phase))


def forest(seed: int) -> RandomForestClassifier:
    """The classifier used throughout: 40 trees, phases weighted equally."""
    return RandomForestClassifier(40, random_state=seed, class_weight="balanced", min_samples_leaf=2)


def seen_faults(x: np.ndarray, phase: np.ndarray, seed: int) -> np.ndarray:
    """Phases said under 5-fold cross-validation: every fault type also occurs in training."""
    return cross_val_predict(forest(seed), x, phase, cv=StratifiedKFold(5, shuffle=True, random_state=seed))


def unseen_faults(x: np.ndarray, phase: np.ndarray, fault: np.ndarray, seed: int) -> np.ndarray:
    """Phases said for each fault type by a classifier that was trained on all others."""
    said = np.empty(len(phase), dtype=object)
    for name in sorted(set(fault)):
        test = fault == name
        said[test] = forest(seed).fit(x[~test], phase[~test]).predict(x[test])
    return said
