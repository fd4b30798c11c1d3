"""What the counts depend on: how often faults fire, what verification sees, what a reply says, what a read returns."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial
from typing import Any

from labs.agent_loop.experiment import (
    LOOPS,
    OLD,
    REREADING,
    TRANSCRIPT,
    Arm,
    Run,
    arm,
    failures,
    many,
    once,
    quiet,
    share,
    tally,
)  # fmt: skip
from labs.agent_loop.loop import Memory, Phases
from labs.agent_loop.services import CONDITIONAL, as_is
from labs.agent_loop.steps import ORDER, PREFIXES, label
from labs.agent_loop.world import GOAL, BusyWorld, World
from labs.record import Results

EACH = "verify + pin, re-read each turn"
FEW, RUNS = 30, 400  # runs started for each fault where arms are many, and in the cells quoted alone


def rates(r: Results, seed: int) -> None:
    """The counts of the recommended order when faults fire otherwise than at a quarter of their chances."""
    fires = {"once a run": {"single": True}, "p = 0.05": {"p": 0.05}, "p = 0.25": {}}
    rows, same = [], []
    for text, options in fires.items():
        found = [tally(arm(*p), OLD, 2 * FEW, seed, **options) for p in PREFIXES]
        rows += [
            [text, f"{loop}: {label(steps)}", t.wrong, t.silent, t.wrong_share, t.silent_share]
            for (loop, steps), t in zip(PREFIXES, found, strict=True)
        ]
        same.append(found)
    columns = ["Fault fires", "Steps", "Wrong", "Silent", "Wrong share", "Silent share"]
    r.table("by_rate", "of twelve faults, those under which runs end wrong and silently; mean shares", columns, rows)
    r.claim(
        "counts_hold_once",
        all([t.wrong for t in found] == [t.wrong for t in same[2]] for found in same)
        and all(t.silent_runs == 0 for found in same for t in found[2:])
        and all(found[0].silent >= 10 for found in same),
        "With each fault fired exactly once a run, or at a twentieth of its chances, as many faults end wrong at every "
        "step of the order as at a quarter, and none silently from the second step on.",
    )


def verification(r: Results, seed: int) -> None:
    """Verification that misses things, and verification that trusts the agent's own notes."""
    rows = []
    for recall in (0.0, 0.5, 0.8, 1.0):
        built = replace(arm("re-reading", ORDER), recall=recall)
        often, single = (tally(built, OLD, FEW, seed, **o) for o in ({}, {"single": True}))
        rows.append([f"{recall:.0%}", often.silent, often.silent_share, single.silent_share])
        says = f"re-reading loop, pin and key, verification that notices {recall:.0%} of wrong ends: silent runs"
        r.add(f"recall_{int(recall * 100)}_silent", often.silent_share, f"{says}, mean over twelve faults", "share")
    columns = ["Recall of verify", "Silent faults", "Silent runs, p = 0.25", "Silent runs, once a run"]
    r.table("by_recall", "re-reading loop with pin and key: what imperfect verification leaves silent", columns, rows)
    r.claim(
        "weak_verify_leaks",
        rows[2][1] > 0 == rows[3][2],
        "In the re-reading loop with pin and key, verification that notices four in five wrong ends leaves silent "
        "faults; one that notices all leaves none.",
    )
    own = {loop: tally(replace(arm(loop, ORDER[:2]), own_notes=True), OLD, FEW, seed) for loop in LOOPS}
    bare = {loop: tally(arm(loop, ORDER[:2]), OLD, FEW, seed) for loop in LOOPS}
    poisoned = [
        failures(many(replace(arm(loop, ORDER[:2]), own_notes=True), "poisoned fact", FEW, seed)) for loop in LOOPS
    ]
    r.add(
        "own_notes_silent", own["transcript"].silent, "verification by own notes, pin, transcript loop: silent faults"
    )
    r.claim(
        "own_notes_bring_silence_back",
        all(own[loop].silent == 1 > bare[loop].silent for loop in LOOPS) and all(n > 0 for n, _ in poisoned),
        "Verification that skips what the agent's own notes call on hold lets the poisoned fact end silently, in both "
        "loops; verification against the source does not.",
    )


def replies(r: Results, seed: int) -> None:
    """One lost acknowledgement in the transcript loop, by what a reply says."""
    for echo, name, text in ((True, "count", "carries the new count"), (False, "ok", "says only ok")):
        runs = many(replace(TRANSCRIPT, echo=echo), "lost acknowledgement", RUNS, seed, single=True)
        says = f"one lost acknowledgement, transcript loop, no step, a reply {text}: runs that end wrong"
        share(r, f"one_lost_ack_reply_{name}", [failures(runs)], says, single=True)
    r.claim(
        "state_in_the_reply_halves",
        r.values["one_lost_ack_reply_count"].value < r.values["one_lost_ack_reply_ok"].value / 2,
        "If each reply carries the new count, one lost acknowledgement ruins fewer than half as many runs as if it "
        "says only ok.",
    )


def first_read_short(phases: Phases) -> Phases:
    """The phases with half of the orders missing from the first read, and from that one only."""
    turn = [0]

    def see(world: World, memory: Memory, built: Arm) -> dict:
        first, turn[0] = not turn[0], 1
        half = dict(list(world.paid.items())[: len(world.paid) // 2])
        if first and not built.level:
            memory.paid = dict(half)  # the one read a transcript loop makes
        context = phases.perceive(world, memory, built)
        return {**context, "paid": half} if first else context

    return phases._replace(perceive=see)


def until_fresh(phases: Phases) -> Phases:
    """The phases, reading again for as long as what is read is older than the last acknowledged write."""

    def see(world: World, memory: Memory, built: Arm) -> dict:
        context = phases.perceive(world, memory, built)
        while context["version"] < memory.version:
            context = phases.perceive(world, memory, built)
        return context

    return phases._replace(perceive=see)


def lagging(built: Arm, seed: int, lag_audit: bool = False, limit: int | None = None, **options: Any) -> Run:
    """A run without a fault whose reads, and with `lag_audit` those of verification, may come from a replica."""
    busy = partial(BusyWorld, rng=random.Random(seed), limit=limit, lag=True, lag_audit=lag_audit)
    return once(built, "", seed, busy=lambda w: busy(w.paid, w.held), **options)


def stale_checks(r: Results, seed: int) -> None:
    """Verification, and in one case every read, that may come from a replica, with no other fault."""
    rows, found = [], {}
    cases = {
        "none": (TRANSCRIPT, Phases()), "verify + pin": (arm("transcript", ORDER[:2]), Phases()),
        "verify + pin + key": (arm("transcript", ORDER), Phases()),
        "verify + pin + conditional write": (arm("transcript", ORDER[:2]), CONDITIONAL),
    }  # fmt: skip
    cases["verify + pin + limit"] = cases["verify + pin"]
    cases[EACH] = (arm("re-reading", ORDER[:2]), Phases())
    for text, (built, phases) in cases.items():
        limit = GOAL if text.endswith("limit") else None
        runs = [lagging(built, seed + i, True, limit, phases=phases) for i in range(RUNS)]
        found[text] = failures(runs)[0], quiet(runs)[0]
        rows.append([text, *found[text], RUNS])
    says = "reads come from a replica one write behind at a quarter of them, no other fault: runs"
    r.table("stale_check", says, ["Steps", "End wrong", "Silently", "Of runs"], rows)
    r.add("stale_check_wrong", found["verify + pin"][0], "verification by a lagging read, and pin: runs that end wrong")
    r.add("stale_check_silent", found["verify + pin"][1], "verification by a lagging read, and pin: runs that end so")
    r.add("stale_check_runs", RUNS, "runs with verification by a lagging read")
    r.add("stale_each_wrong", found[EACH][0], "verify, pin and a lagging read each turn: runs that end wrong")
    r.claim(
        "stale_check_hurts",
        all(found[text] == (0, 0) for text in found if text not in ("verify + pin", EACH))
        and found["verify + pin"][1] > 0 and found["verify + pin"][0] > RUNS / 10,
        "Where verification reads a replica that may be one write behind, verify and pin without a key end more than "
        "one run in ten wrong, some of them silently; no step, or an intent key, a conditional write or a limit with "
        "them, none.",
    )  # fmt: skip
    r.claim(
        "stale_each_is_worse",
        found[EACH][0] > RUNS / 2 and found[EACH][0] > 2 * found["verify + pin"][0],
        "Where reads may come from that replica, re-reading each turn with verify and pin ends most runs wrong, more "
        "than twice as many as verify and pin in the transcript loop.",
    )


def reads(r: Results, seed: int) -> None:
    """Where re-reading helps against a bad read, and where it is the bad read."""
    for name, built in (("event", TRANSCRIPT), ("reread", REREADING)):
        runs = many(built, "", RUNS, seed, wrap=first_read_short)
        says = f"first read lacks half of the orders, no other fault, no step, {name}: runs that end wrong"
        share(r, f"first_read_short_{name}", [failures(runs)], says, single=True)

    cases = {
        "event": (TRANSCRIPT, as_is), "reread": (REREADING, as_is), "reread_key": (arm("re-reading", ["key"]), as_is),
        "reread_fresh": (REREADING, until_fresh),
    }  # fmt: skip
    found = {}
    for name, (built, wrap) in cases.items():
        runs = [lagging(built, seed + i, wrap=wrap) for i in range(RUNS)]
        says = f"replica a write behind at a quarter of reads, no other fault: runs that end wrong, {name}"
        found[name] = share(r, f"lag_fail_{name}", [failures(runs)], says, single=True)
    r.claim(
        "stale_reread_is_the_fault",
        found["reread"] > 0.5 and found["event"] == found["reread_key"] == found["reread_fresh"] == 0,
        "Where a quarter of reads come from a replica one write behind, the re-reading loop ends wrong in most runs; "
        "with an intent key, or reading again until the answer is no older than its last write, in none.",
    )
