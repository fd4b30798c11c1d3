"""Breaking a four-phase agent loop on purpose: which faults end silently, and which of four steps mends them."""

from __future__ import annotations

import random
from pathlib import Path

from labs.agent_loop import chance, designs, evidence, figures, keys, model, sensitivity, steps
from labs.agent_loop.experiment import REREADING, TRANSCRIPT
from labs.agent_loop.faults import inject
from labs.agent_loop.loop import Arm, Phases
from labs.agent_loop.loop import run as loop_run
from labs.agent_loop.world import GOAL, World
from labs.record import Results


def run(seed: int) -> Results:
    """Every number, claim and figure of the post; `seed` moves all random choices."""
    r = Results()
    seed *= 10_000  # the first of the run of seeds; two runs of the lab share none
    text = (Path(__file__).parent / "loop.py").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and "--8<--" not in line]
    r.add("loop_lines", len(lines), "non-blank lines of the file that holds the loop")
    pictured(r)
    designs.designs(r, seed, steps.grid(r, seed))
    keys.keys(r, seed)
    sensitivity.rates(r, seed)
    sensitivity.verification(r, seed)
    sensitivity.replies(r, seed)
    sensitivity.reads(r, seed)
    sensitivity.stale_checks(r, seed)
    evidence.naming(r, seed)
    evidence.alarms(r, seed)
    model.arms(r, seed)
    chance.callers(r, seed)
    return r


def pictured(r: Results) -> None:
    """The trace of one lost acknowledgement in both loops."""
    event, level = lost_third_reply(TRANSCRIPT), lost_third_reply(REREADING)
    r.add("trace_charged_event", int(event[-1]["world"]), "times the traced order is charged, transcript loop")
    r.add("trace_charged_reread", int(level[-1]["world"]), "times the traced order is charged, re-reading loop")
    lanes = [
        ("trusts its transcript", event, f"needed {GOAL}, charged {event[-1]['world']}, says done"),
        ("reads again each turn", level, f"sees {GOAL}, says done"),
    ]
    rows = [
        [loop, turn, int(one["sees"]), one["charges"], one["reply"], int(one["world"])]
        for loop, turns, _ in lanes
        for turn, one in enumerate(turns, 1)
    ]
    says = f"one order that needs {GOAL} charges, in both loops, turn by turn; the reply to the third charge is lost"
    r.table("trace", says, ["The loop", "Turn", "It sees", "It calls", "Reply", "Charged in all"], rows)
    r.figure("trace", figures.trace(lanes))


def lost_third_reply(arm: Arm) -> list[dict[str, str]]:
    """One order, nothing charged; the reply to the third charge is lost. One record a turn, for the figure."""
    world, chances, counts = World({"A": 0}), iter((False, False, True)), []
    phases = inject("lost acknowledgement", lambda: next(chances, False), [], Phases())

    def act(w: World, call: dict, turn: int, a: Arm) -> dict:
        reply = phases.act(w, call, turn, a)
        counts.append(w.paid["A"])
        return reply

    _, log = loop_run(world, arm, phases._replace(act=act), random.Random(0))
    counts.append(world.paid["A"])
    records, lost = [], False
    for row, paid in zip(log, counts, strict=True):
        call, reply = row["call"], row["reply"]
        mark = "lost" if not reply["ok"] else "heals" if lost and paid == GOAL else "double" if lost else ""
        lost = not reply["ok"]
        records.append({
            "sees": str(row["context"]["paid"]["A"]), "charges": "done" if call["tool"] == "done" else "charge",
            "reply": "lost" if lost else str(reply.get("paid", "")), "world": str(paid), "mark": mark,
        })  # fmt: skip
    return records
