"""Fault by fault: where each ends at every step of the order, what it does, and whether re-reading is the lever."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labs.agent_loop.experiment import LOOPS, NEW, OLD, RARE, Cells, arm, failures, many, share
from labs.agent_loop.faults import COMPOUND, PHASE
from labs.agent_loop.later import LATER
from labs.agent_loop.world import GOAL
from labs.record import Results


def by_fault(r: Results, shares: Cells, prefixes: Sequence[tuple[str, tuple[str, ...]]]) -> None:
    """The tables fault by fault for each of the `prefixes` of the order, from no step to all four."""
    columns = ["Fault", "Phase", "no step", "verify", "+ pin", "+ key", "+ re-read"]
    for which, name, says in (
        (0, "by_fault", "share of runs that end wrong, of those in which the fault fired"),
        (1, "silent_by_fault", "share of runs that end wrong and say done"),
    ):
        rows = []
        for f, phase in {**PHASE, **LATER}.items():
            pairs = [shares[*prefix, f][which] for prefix in prefixes]
            rows.append([f, phase, *(hits / n for hits, n in pairs)])
        r.table(name, says, columns, rows)
    left = {f: shares[*prefixes[1], f] for f in (*OLD, *NEW)}
    (wrong, runs), (quiet, _) = left["drifted goal"]
    r.claim(
        "drifted_goal_is_left",
        [f for f, (_, (n, _)) in left.items() if n] == ["drifted goal"]
        and wrong > 0.9 * runs
        and 0.2 < quiet / runs < 0.5,
        "With verification alone in the transcript loop the only silent fault of the 22 is the drifted goal: "
        "more than nine in ten of its runs end wrong, between a fifth and a half silently.",
    )
    before, burnt = (shares[*prefixes[n], "count read too high"][0] for n in (2, 3))
    r.claim(
        "key_makes_one_worse",
        before[0] == 0 and burnt[0] > burnt[1] / 2,
        "Under a count read too high, verification and pin in the transcript loop never end wrong; with the intent key "
        "added most runs do, since the key of a wrong belief is spent.",
    )
    known = [[shares[*prefixes[n], f][0] for f in OLD] for n in (2, 3)]
    false_ok = [cells[OLD.index("false ok")] for cells in known]
    r.claim(
        "key_makes_its_own_fault",
        false_ok[0][0] == 0 and false_ok[1][0] > false_ok[1][1] / 2
        and [f for f, (n, of) in zip(OLD, known[1], strict=True) if n > RARE * of] == ["false ok"],
        "A false ok never ends wrong with verification and pin in the transcript loop; with the intent key added most "
        "such runs do, and it is the only one of the twelve faults left then.",
    )  # fmt: skip
    share(r, "burnt_key_wrong", [burnt], "count read too high; verify, pin and key: runs that end wrong", single=True)


def harm(r: Results, seed: int, count: int) -> None:
    """What each fault does to the transcript loop without any step: charges too many and too few, turns."""
    bare = arm("transcript")
    clean = many(bare, "", count, seed)
    base = float(np.mean([x.turns for x in clean]))
    rows, noisy = [], clean
    for f in (*OLD, *NEW, COMPOUND):
        runs = many(bare, f, count, seed)
        noisy = runs if f == "malformed call" else noisy
        gaps = [[GOAL - n for o, n in x.world.paid.items() if o not in x.world.held] for x in runs]
        over, under = (float(np.mean([sum(max(sign * g, 0) for g in gap) for gap in gaps])) for sign in (-1, 1))
        wrong, n = failures(runs)
        rows.append([f, wrong / n, over, under, float(np.mean([x.turns for x in runs])) - base, n])
    columns = ["Fault", "Ends wrong", "Charged too often", "Left uncharged", "Extra turns", "Runs"]
    r.table("damage", "transcript loop, no step: instalments too many and too few a run", columns, rows)
    r.add("baseline_turns", base, "turns of a run without any fault", "turns")
    r.add("baseline_wrong", failures(clean)[0], "runs without any fault that end wrong")
    malformed = float(np.mean([x.turns for x in noisy]))
    r.add("malformed_turns", malformed, "turns of a run with malformed calls", "turns")
    r.claim(
        "noisiest_is_harmless",
        failures(noisy)[0] == 0 and malformed > base + 3,
        "Malformed calls never ended a run wrong; they cost it more than three turns.",
    )


def halves(r: Results, shares: Cells) -> None:
    """What would refute re-reading as the lever: it must halve failures under act faults and remember faults."""
    rows, means = [], {}
    for phase in dict.fromkeys(PHASE.values()):
        for loop in LOOPS:
            group = [shares[loop, (), f][0] for f in OLD if PHASE[f] == phase]
            says = f"runs that end wrong under a fault in {phase}, mean over its faults: {loop} loop, no step"
            means[phase, loop] = share(r, f"{phase}_fail_{loop.replace('-', '')}", group, says)
        rows.append([phase, *(means[phase, loop] for loop in LOOPS)])
    r.table("by_phase", "share of runs that end wrong, mean over the faults of each phase", ["Phase", *LOOPS], rows)
    halved = {p: means[p, "re-reading"] <= means[p, "transcript"] / 2 for p in ("act", "remember")}
    r.claim(
        "halving_refuted",
        halved["act"] and not halved["remember"],
        "Re-reading more than halves failures under act faults and does not halve them under remember faults, so the "
        "idea that it halves both is refuted.",
    )
