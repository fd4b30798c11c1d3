"""Breaking a four-phase agent loop on purpose: which faults end silently, and what heals or names them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np

from labs.agent_loop import figures
from labs.agent_loop.diagnose import NAMES
from labs.agent_loop.evidence import alarms, naming
from labs.agent_loop.experiment import ARMS, EVENT, LEVEL, RUNS, Run, failures, many, mean_share, share
from labs.agent_loop.faults import COMPOUND, PHASE, inject
from labs.agent_loop.fresh import naming_later, reads
from labs.agent_loop.loop import Arm, Phases
from labs.agent_loop.loop import run as loop_run
from labs.agent_loop.world import GOAL, World
from labs.record import Results

Cells = dict[tuple[str, str], list[Run]]
FAULTS = [*PHASE, COMPOUND]
FOUR = list(ARMS)[:4]  # without the pinned goal
PINNED = list(ARMS)[4]
SWEEP = 60  # seeds a cell where arms are many: guards, recall, rates


def run(seed: int) -> Results:
    """Every number and figure of the post; `seed` moves all random choices."""
    r = Results()
    seed *= 10_000  # the first of the run of seeds; two runs of the lab share none
    text = (Path(__file__).parent / "loop.py").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and "--8<--" not in line]
    r.add("loop_lines", len(lines), "non-blank lines of the file that holds the loop")
    cells = {(f, a): many(arm, f, RUNS, first=seed) for f in (*FAULTS, "") for a, arm in ARMS.items()}
    grid(r, cells)
    headlines(r, cells)
    guards(r, seed)
    rates(r, seed)
    naming(r, seed)
    naming_later(r, seed, 120)
    reads(r, seed)
    alarms(r, seed)
    pictures(r, cells)
    return r


def short(arm: str) -> str:
    """The arm as part of a result's name."""
    return arm.replace(" + ", "_").replace(" ", "_")


def quiet(runs: list[Run]) -> tuple[int, int]:
    """How many of the runs ended wrong and said done, of how many."""
    return sum(x.silent for x in runs), len(runs)


def turns(runs: list[Run]) -> float:
    """Mean turns a run."""
    return float(np.mean([x.turns for x in runs]))


def grid(r: Results, cells: Cells) -> None:
    """The tables fault by fault: ending wrong, ending wrong silently, and the damage done."""
    for name, count, says in (
        ("by_fault", failures, "share of runs that end wrong, of those in which the fault fired"),
        ("silent_by_fault", quiet, "share of runs that end wrong and say done"),
    ):
        rows = []
        for f in FAULTS:
            pairs = [count(cells[f, a]) for a in ARMS]
            rows.append([f, PHASE.get(f, "act + remember"), *(hits / n for hits, n in pairs)])
        r.table(name, says, ["Fault", "Phase", *ARMS], rows)
    rows = []
    for f in FAULTS:
        runs = cells[f, "event"]
        gaps = [[GOAL - paid for paid in x.world.audit().values()] for x in runs]
        over, under = (float(np.mean([sum(max(sign * g, 0) for g in gap) for gap in gaps])) for sign in (-1, 1))
        rows.append([f, over, under, turns(runs) - turns(cells["", "event"]), len(runs)])
    columns = ["Fault", "Charged too often", "Left uncharged", "Extra turns", "Runs"]
    r.table("damage", "bare transcript loop: instalments too many and too few a run", columns, rows)


def headlines(r: Results, cells: Cells) -> None:
    """The means over faults, the cells the post names, and the falsifier about re-reading."""
    r.add("faults_tried", len(PHASE), "single faults injected")
    harmful = [f for f in PHASE if failures(cells[f, "event"])[0]]
    r.add("harmful_faults", len(harmful), "single faults that ever make the bare transcript loop end wrong")
    silent = sum(quiet(cells[f, "event"])[0] > 0 for f in harmful)
    r.add("silent_faults", silent, "of these, the faults under which it ever ends wrong and says done")
    r.add("runs_a_cell", RUNS, "runs started for each fault in each arm")
    margin = 196 * (0.25 / SWEEP / len(PHASE)) ** 0.5
    r.add("sweep_margin_points", margin, "largest 95% sampling margin a mean in those tables can have", "points")
    r.add("runs_a_sweep_cell", SWEEP, "runs started for each fault in the tables on guards, recall and rates")
    r.add("baseline_turns", turns(cells["", "level"]), "turns of a run without any fault", "turns")
    r.add("baseline_wrong", sum(failures(cells["", a])[0] for a in ARMS), "runs without any fault that end wrong")
    r.add("malformed_turns", turns(cells["malformed call", "event"]), "turns of a run with malformed calls", "turns")
    means = ("fail_event_bare", "fail_level_bare", "fail_event_guarded", "fail_level_guarded", "fail_pinned")
    for arm, name in zip(ARMS, means, strict=True):
        says = f"runs that end wrong, mean over the single faults, each weighted equally: {arm}"
        share(r, name, [failures(cells[f, arm]) for f in PHASE], says)
    by_phase = {}
    for phase in NAMES:
        for arm in FOUR:
            group = [failures(cells[f, arm]) for f in PHASE if PHASE[f] == phase]
            says = f"runs that end wrong under a fault in {phase}, mean over its faults: {arm}"
            by_phase[phase, arm] = share(r, f"{phase}_fail_{short(arm)}", group, says)
    rows = [[phase, *(by_phase[phase, arm] for arm in FOUR)] for phase in NAMES]
    says = "share of runs that end wrong, mean over the faults of each phase"
    r.table("by_phase", says, ["Phase", *FOUR], rows)
    for phase in ("act", "remember"):
        halved = by_phase[phase, "level"] <= by_phase[phase, "event"] / 2
        says = f"does re-reading the world at least halve failures under {phase} faults?"
        r.add(f"falsifier_level_{phase}", "halved" if halved else "not halved", says)

    lost = min(failures(cells["lost goal", a]) for a in FOUR)
    says = "lost goal: runs that end wrong, the lowest of the four arms without a pinned goal"
    share(r, "lost_goal_fail_all_arms", [lost], says, single=True)
    says = "lost goal: runs that end wrong, re-reading, guards and pinned goal"
    share(r, "lost_goal_fail_pinned", [failures(cells["lost goal", PINNED])], says, single=True)
    named = {"drifted goal": "drift", "false ok": "false_ok", "lost acknowledgement": "lost_ack", COMPOUND: "compound"}
    for f, name in named.items():
        for arm in FOUR:
            says = f"{f}: runs that end wrong"
            share(r, f"{name}_fail_{short(arm)}", [failures(cells[f, arm])], f"{says}, {arm}", single=True)
            share(r, f"{name}_silent_{short(arm)}", [quiet(cells[f, arm])], f"{says} and say done, {arm}", single=True)
    for arm in FOUR:
        wrong, hidden = (sum(count(cells[f, arm])[0] for f in PHASE) for count in (failures, quiet))
        says = f"of the runs that end wrong, all single faults, those that say done: {arm}"
        share(r, f"silent_share_{short(arm)}", [(hidden, wrong)], says, single=True)
    others = [cells[f, a] for f in PHASE if f != "lost goal" for a in ("event", "level")]
    pair = (sum(quiet(runs)[0] for runs in others), sum(failures(runs)[0] for runs in others))
    says = "of the bare runs that end wrong, lost goal left out, those that say done"
    share(r, "silent_except_lost_goal", [pair], says, single=True)


def over_faults(arm: Arm, seed: int, **options: object) -> list[float]:
    """Means over the single faults of one arm: runs that end wrong, and those of them that say done."""
    runs = [many(arm, f, SWEEP, first=seed, **options) for f in PHASE]
    return [mean_share([failures(x) for x in runs])[0], mean_share([quiet(x) for x in runs])[0]]


def guards(r: Results, seed: int) -> None:
    """Each guard alone, a key made per call, and verification that misses things."""
    kinds = {
        "no guard": {},
        "key per call": {"key": "call"},
        "key per intent": {"key": "intent"},
        "verify before done": {"recall": 1.0},
        "key per intent + verify": {"key": "intent", "recall": 1.0},
        "key per intent + verify + pinned goal": {"key": "intent", "recall": 1.0, "pinned": True},
    }
    columns = ["Guards", "Event, wrong", "Event, silent", "Level, wrong", "Level, silent"]
    rows = [
        [k, *(n for base in (EVENT, LEVEL) for n in over_faults(replace(base, **o), seed))] for k, o in kinds.items()
    ]
    r.table("by_guard", "mean over single faults: runs that end wrong, and wrong while saying done", columns, rows)
    named = {row[0]: row for row in rows}
    for kind, name in (
        ("no guard", "no_guard"),
        ("key per call", "call_key"),
        ("key per intent", "intent_key"),
        ("verify before done", "verify"),
    ):
        r.add(f"{name}_only_wrong", named[kind][3], f"re-reading loop, only {kind}: runs that end wrong", "share")
        r.add(f"{name}_only_silent", named[kind][4], f"re-reading loop, only {kind}: wrong and says done", "share")
    rows = []
    for recall in (0.0, 0.5, 0.8, 1.0):
        arm = replace(LEVEL, key="intent", recall=recall, pinned=True)
        often, single = over_faults(arm, seed)[1], over_faults(arm, seed, single=True)[1]
        rows.append([recall, often, single])
        says = (
            f"re-reading loop, intent key, pinned goal, verify noticing {recall:.0%} of wrong ends: wrong and says done"
        )
        r.add(f"recall_{int(recall * 100)}_silent", often, f"{says}; fault at a quarter of chances", "share")
        r.add(f"recall_{int(recall * 100)}_silent_once", single, f"{says}; fault once a run", "share")
    columns = ["Recall of verify", "Fault at p = 0.25", "Fault once a run"]
    r.table("by_recall", "silent failures when verification notices only a share of wrong ends", columns, rows)


def rates(r: Results, seed: int) -> None:
    """How much the means depend on how often faults fire, and on what a reply says."""
    fires = {"once a run": {"single": True}, "p = 0.05": {"p": 0.05}}
    rows = [[label, *(over_faults(arm, seed, **o)[0] for arm in ARMS.values())] for label, o in fires.items()]
    r.table("by_rate", "runs that end wrong, mean over single faults", ["Fault fires", *ARMS], rows)
    for arm, value in zip(ARMS, rows[0][1:], strict=True):
        r.add(f"once_fail_{short(arm)}", value, f"each fault fired exactly once: runs that end wrong, {arm}", "share")
    for echo, name, reply in ((True, "count", "carries the new count"), (False, "ok", "says only ok")):
        runs = many(replace(EVENT, echo=echo), "lost acknowledgement", RUNS, first=seed, single=True)
        says = f"one lost acknowledgement, bare transcript loop, a reply {reply}: runs that end wrong"
        share(r, f"one_lost_ack_reply_{name}", [failures(runs)], says, single=True)


def pictures(r: Results, cells: Cells) -> None:
    """The heat map, and the trace of one lost acknowledgement."""
    fail, silent = (
        [[n / d for n, d in (count(cells[f, a]) for a in ARMS)] for f in FAULTS] for count in (failures, quiet)
    )
    rows = [(f.replace(" + ", "\n+ "), PHASE.get(f, "")) for f in FAULTS]
    columns = ["event", "level", "event\n+ guards", "level\n+ guards", "level\n+ guards\n+ goal pin"]
    r.figure("faults", figures.heat_map(rows, columns, fail, silent))
    event, level = lost_third_ack(EVENT), lost_third_ack(LEVEL)
    r.add("trace_turns", len(event), "turns of the transcript loop in the traced run")
    r.add("trace_turns_level", len(level), "turns of the re-reading loop in the traced run")
    lanes = [("event: perceives its transcript", event), ("level: perceives the world", level)]
    r.figure("trace", figures.trace(lanes, len(event)))


def lost_third_ack(arm: Arm) -> list[dict[str, str]]:
    """Two orders, nothing charged; the reply to the third charge is lost. One record a turn, for the figure."""
    world, chances, counts = World({"A": 0, "B": 0}), iter((False, False, True)), []
    phases = inject("lost acknowledgement", lambda: next(chances, False), [], Phases())

    def act(w: World, call: dict, turn: int, a: Arm) -> dict:
        reply = phases.act(w, call, turn, a)
        counts.append(dict(w.paid))
        return reply

    _, log = loop_run(world, arm, phases._replace(act=act), random.Random(0))
    counts.append(dict(world.paid))
    records, lost = [], False
    for row, paid in zip(log, counts, strict=True):
        call, reply, seen = row["call"], row["reply"], row["context"]["paid"]
        mark = "lost" if not reply["ok"] else "heals" if lost and paid["A"] == GOAL else "double" if lost else ""
        lost = not reply["ok"]
        records.append(
            {
                "seen": f"A{seen['A']} B{seen['B']}",
                "call": f"{call['order']}→{call['target']}" if call["tool"] == "charge" else call["tool"],
                "reply": "lost" if lost else str(reply.get("paid", "")),
                "world": f"A{paid['A']} B{paid['B']}",
                "mark": mark,
            }
        )
    return records
