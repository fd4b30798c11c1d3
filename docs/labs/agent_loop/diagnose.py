"""Naming the broken phase: invariants that production can log, and classifiers over what is usually kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
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
    "read-back": "remember: what is stored, count or fact, is what the reply said",
    "goal hash": "remember: the goal is the goal of the first turn",
}
NAIVE = {"naive re-read": "act: the same, whatever the version of the read"}


def watched(
    phases: Phases,
    alarms: list[tuple[str, str, int]],
    extra: list[tuple[int, int]],
    checks: Collection[str] = tuple(CHECKS),
) -> Phases:
    """The phases with the checks a production loop could afford; nothing here sees the simulation's truth.

    A violation appends (phase, check, turn) to `alarms`. Each turn appends to `extra` the bytes of its line in the
    log, (call and reply alone, with the fields that the checks need). In a re-reading loop the next perception
    serves as the re-read.
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
        state["open"] = still
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
        facts = set(memory.held)
        phases.remember(memory, call, reply)
        facts = memory.held - facts
        unfounded = facts and reply.get("error") != "on hold"
        alarm("read-back", (reply["ok"] and memory.paid[call["order"]] != due) or bool(unfounded))
        alarm("goal hash", memory.goal != goal)
        line = {"call": call, "reply": reply}
        fields = {
            "seen": state["seen"],
            "acked": state["version"],
            "open": state["open"],
            "key": f"{call.get('order')} instalment {call.get('target')}",
            "reread": due,
            "stored": due,
            "facts": {order: reply.get("error") for order in facts},
            "goal": f"{crc32(repr(memory.goal).encode()):08x}",
        }
        extra.append((len(json.dumps(line)), len(json.dumps({**line, **fields}))))

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


def log_features(log: list[dict]) -> list[float]:
    """What a log of tool calls and replies lets one count; no context, no memory, no truth."""
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


def forest(seed: int) -> RandomForestClassifier:
    """A classifier over logs: 40 trees, phases weighted equally."""
    return RandomForestClassifier(40, random_state=seed, class_weight="balanced", min_samples_leaf=2)


def mined(x: np.ndarray, phase: np.ndarray, later: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Phases that a classifier over logs says: of the runs `x` by 5-fold cross-validation, and of the runs `later`.

    `x` and `later` are features (runs, features), `phase` the true phases of `x`; every fault of `x` is in training.
    """
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    return cross_val_predict(forest(seed), x, phase, cv=folds), forest(seed).fit(x, phase).predict(later)


def verdict(said: Sequence[str], phase: str) -> str:
    """What an observer says of one fault: "right", "wrong phase" or "silent", whichever of more than half its runs.

    "mixed" if nothing is. No alarm is no wrong guess.
    """
    shares = {
        "right": sum(s == phase for s in said),
        "wrong phase": sum(s not in (phase, "none") for s in said),
        "silent": sum(s == "none" for s in said),
    }
    return next((name for name, n in shares.items() if 2 * n > len(said)), "mixed")
