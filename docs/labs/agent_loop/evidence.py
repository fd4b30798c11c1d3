"""What evidence names the broken phase, what it costs, and when it cries wolf."""

from __future__ import annotations

import random
from collections import Counter
from functools import partial

import numpy as np

from labs.agent_loop import diagnose, figures
from labs.agent_loop.experiment import NEW, OLD, REREADING, TRANSCRIPT, Arm, once, share
from labs.agent_loop.faults import PHASE, shadowed
from labs.agent_loop.later import LATER
from labs.agent_loop.loop import Phases
from labs.agent_loop.world import BusyWorld, World
from labs.record import Results

EACH, RUNS = 40, 200  # runs started for each fault that is diagnosed; healthy runs for alarms and costs
VERDICTS = ("right", "wrong phase", "silent", "mixed")


def failed_runs(seed: int, faults: tuple[str, ...]) -> list[dict]:
    """Runs of the transcript loop without any step that ended wrong, each with the evidence that would be left."""
    found = []
    for fault in faults:
        for i in range(EACH):
            truth, prod = [], []
            one = once(TRANSCRIPT, fault, seed + i, wrap=partial(observed, truth=truth, prod=prod))
            if one.fired and not one.good:
                found.append({
                    "fault": fault, "truth": diagnose.first_phase(truth), "alarms": prod,
                    "nine checks": diagnose.first_phase(prod), "features": diagnose.log_features(one.log),
                    "rules over the log": diagnose.first_phase(diagnose.log_alarms(one.log)),
                    "silent": one.silent, "repeats": diagnose.detector_fires(one.log),
                })  # fmt: skip
    return found


def observed(phases: Phases, truth: list, prod: list) -> Phases:
    """Phases under both observers: the one that sees the simulation's truth and the one that does not."""
    return shadowed(diagnose.watched(phases, prod, []), truth)


def naming(r: Results, seed: int) -> None:
    """For how many faults the broken phase is named: by nine checks, by rules over a log, by a trained classifier."""
    old, new = failed_runs(seed, OLD), failed_runs(seed, NEW)
    true = {**PHASE, **LATER}
    phases = np.array([PHASE[x["fault"]] for x in old])
    features = [np.array([x["features"] for x in runs], float) for runs in (old, new)]
    mined = diagnose.mined(features[0], phases, features[1], seed)
    for runs, said in zip((old, new), mined, strict=True):
        for x, phase in zip(runs, said, strict=True):
            x["trained on logs"] = str(phase)
    ways = ("nine checks", "rules over the log", "trained on logs")
    rows, counts = [], {}
    for kind, runs, faults in (("known", old, OLD), ("new", new, NEW)):
        for fault in (f for f in faults if any(x["fault"] == f for x in runs)):
            these = [x for x in runs if x["fault"] == fault]
            said = [diagnose.verdict([x[way] for x in these], true[fault]) for way in ways]
            rows.append([fault, true[fault], kind, *said, len(these)])
        for i, way in enumerate(ways):
            counts[kind, way] = Counter(row[3 + i] for row in rows if row[2] == kind)
    columns = ["Fault", "Phase", "Written", *(w.capitalize() for w in ways), "Failed runs"]
    says = "what each observer says of most failed runs of a fault, in the transcript loop without any step"
    r.table("verdicts", says, columns, rows)
    for kind, way in counts:
        for v in VERDICTS:
            name = f"diag_{kind}_{way.split()[0]}_{v.replace(' ', '_')}"
            r.add(name, counts[kind, way][v], f"{kind} faults of whose failed runs most are '{v}' for the {way}")
    harmful = sum(counts["known", ways[0]].values())
    r.add("harmful_faults", harmful, "of the twelve faults, those that ever make the transcript loop end wrong")
    r.add("diag_runs", len(old) + len(new), "failed runs diagnosed")
    claims(r, counts, old, ways)
    order = [(f"{w}: {'known' if k == 'known' else 'new'}", counts[k, w]) for w in ways for k in ("known", "new")]
    r.figure("naming", figures.verdicts([(name, [c[v] for v in VERDICTS]) for name, c in order]))
    lost = []
    for check, says in diagnose.CHECKS.items():
        fewer = []
        for fault in dict.fromkeys(x["fault"] for x in old):
            these = [x for x in old if x["fault"] == fault]
            full, less = (
                np.mean([diagnose.first_phase([a for a in x["alarms"] if a[1] != out]) == PHASE[fault] for x in these])
                for out in ("", check)
            )
            fewer += [fault] if less < full - 0.2 else []
        lost.append([check, says, ", ".join(fewer) or "nothing"])
    r.table(
        "without_check",
        "what the nine checks no longer name if one is left out",
        ["Left out", "Check", "No longer named"],
        lost,
    )


def claims(r: Results, counts: dict, old: list[dict], ways: tuple[str, ...]) -> None:
    """Claims about naming the phase."""
    checks = {kind: counts[kind, ways[0]] for kind in ("known", "new")}
    r.claim(
        "checks_name_known",
        checks["known"]["right"] == sum(checks["known"].values()) == 11,
        "The nine checks name the broken phase for all eleven harmful faults that they were written for.",
    )
    r.claim(
        "checks_miss_new",
        [checks["new"][v] for v in VERDICTS] == [3, 3, 4, 0],
        "Of ten faults written afterwards the nine checks name three rightly, blame three on another phase and do not "
        "see four.",
    )
    r.claim(
        "nothing_names_new",
        all(counts["new", way]["right"] <= 5 for way in ways),
        "None of the three ways names the phase of more than half of the ten later faults.",
    )
    trained = counts["new", ways[2]]
    r.claim(
        "classifier_guesses",
        trained["silent"] == 0 and trained["wrong phase"] >= 5,
        "The classifier trained on logs always names a phase; for at least half of the ten later faults a wrong one.",
    )
    sim = [x["truth"] == PHASE[x["fault"]] for x in old]
    r.claim(
        "truth_names_all",
        all(sim),
        "An observer that knows the simulation's truth names the phase of each known fault that does harm.",
    )
    silent = [x["repeats"] for x in old if x["silent"]]
    r.add(
        "detector_fires_silent", float(np.mean(silent)), "silent failures with five calls repeated five times", "share"
    )
    r.claim(
        "detector_no_help",
        float(np.mean(silent)) < 0.05,
        "A cycle of up to five calls, repeated five times, occurs in fewer than 1 in 20 of the silent failures.",
    )


def alarms(r: Results, seed: int) -> None:
    """What the checks cost, and how often they fire when nothing harmful happened."""

    def benign(built: Arm, i: int, wrap: partial) -> object:
        rng = random.Random(seed + i)

        def busy(world: World) -> World:
            return BusyWorld(world.paid, world.held, rng=rng, lag=not built.level)

        run = once(built, "", seed + i, wrap=wrap, busy=busy)
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
        for name, built in (("event", TRANSCRIPT), ("reread", REREADING)):
            loud = total = hits = 0
            for i in range(RUNS):
                found: list = []
                run = benign(built, i, make(found))
                loud, total, hits = loud + bool(found), total + len(run.log), hits + len(found)
            row += [loud / RUNS, hits / total]
            text = f"runs with only harmless staleness in which this raises an alarm: {says}, {name}"
            share(r, f"false_alarm_{kind}_{name}", [(loud, RUNS)], text, single=True)
        rows.append(row)
    columns = ["Check", *(f"{a}, {b}" for a in ("Transcript", "Re-reading") for b in ("runs alarmed", "alarms a turn"))]
    r.table("false_alarms", "alarms when another writer adds notes and reads lag harmlessly", columns, rows)
    r.claim(
        "checks_do_not_cry_wolf",
        rows[2][1] == rows[2][3] == 0 and rows[0][3] > 0.5 and rows[1][1] > 0.5,
        "Under harmless staleness the nine checks raised no alarm; a check that compares the whole observation raised "
        "one in most runs of the re-reading loop, a re-read that ignores its version in most of the transcript loop.",
    )
    cost(r, seed)


def only(found: list, checks: tuple[str, ...]) -> partial:
    """An observer that runs these checks alone and keeps their alarms in `found`."""
    return partial(diagnose.watched, alarms=found, extra=[], checks=checks)


def cost(r: Results, seed: int) -> None:
    """Reads and log bytes a turn that the nine checks add to a run without any fault."""
    for name, built in (("event", TRANSCRIPT), ("reread", REREADING)):
        lines: list[tuple[int, int]] = []
        bare, checked = [0, 0], [0, 0]
        for i in range(100):
            for total, wrap in ((bare, lambda p: p), (checked, partial(diagnose.watched, alarms=[], extra=lines))):
                run = once(built, "", seed + i, wrap=wrap)
                total[0], total[1] = total[0] + run.world.reads, total[1] + len(run.log)
        more = checked[0] / checked[1] - bare[0] / bare[1]
        r.add(f"extra_reads_{name}", more, f"reads of the world a turn that the nine checks add: {name}", "reads")
        without, full = np.mean(lines, axis=0)
        says = "bytes of a turn's line in the log, as JSON, over the turns that make a call"
        r.add(f"line_bytes_{name}", without, f"{says}: call and reply alone, {name}", "bytes")
        r.add(
            f"line_bytes_full_{name}", full, f"{says}: with every field the checks and the advice need, {name}", "bytes"
        )
        if name == "event":
            r.claim(
                "line_more_than_doubles", 2 * without < full < 4 * without,
                "With every field that the checks and the advice need, a turn's line in the log is between two and "
                "four times as long as with call and reply alone.",
            )  # fmt: skip
