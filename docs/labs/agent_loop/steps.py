"""Every set of the four steps, in both loops: what ends wrong, what ends silently, what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

from labs.agent_loop import cells
from labs.agent_loop.experiment import (
    LOOPS,
    NEW,
    OLD,
    STEPS,
    Cells,
    Tally,
    arm,
    cell,
    many,
)  # fmt: skip
from labs.record import Results

RUNS = 100  # runs started for each fault and set of steps
SETS = [tuple(s) for n in range(len(STEPS) + 1) for s in combinations(STEPS, n)]
ORDER = ("verify", "pin", "key")  # what the post recommends, before re-reading
PREFIXES = [("transcript", ORDER[:n]) for n in range(4)] + [("re-reading", ORDER)]
Tallies = dict[tuple[str, tuple[str, ...]], tuple[Tally, Tally]]


def label(steps: tuple[str, ...]) -> str:
    """A set of steps as one text."""
    return " + ".join(steps) or "none"


def grid(r: Results, seed: int) -> Tallies:
    """All eight sets of steps in both loops, under the twelve faults and under the ten later ones; their tallies."""
    found: Tallies = {}
    shares: Cells = {}
    rows = []
    for loop in LOOPS:
        for steps in SETS:
            built = arm(loop, steps)
            shares |= {(loop, steps, f): cell(built, f, RUNS, seed) for f in (*OLD, *NEW)}
            old, new = (Tally.of(shares[loop, steps, f] for f in faults) for faults in (OLD, NEW))
            found[loop, steps] = old, new
            clean = many(built, "", RUNS, seed)
            reads = float(np.mean([run.world.reads for run in clean]))
            counts = [old.wrong, old.silent, new.wrong, new.silent]
            rows.append([loop, label(steps), *counts, old.wrong_share, old.silent_share, reads])
    columns = ["loop", "steps", "wrong", "silent", "new wrong", "new silent", "wrong share", "silent share", "reads"]
    says = (
        "faults under which more than one run in ten ends wrong, or wrong and saying done, of the twelve and of the "
        "ten written later; shares of runs, mean over the twelve; reads of the world in a run without a fault"
    )
    r.table("by_guard_all", says, columns, rows)
    r.add("faults_tried", len(OLD), "single faults injected")
    r.add("faults_later", len(NEW), "further faults, written later")
    r.add("sets_tried", len(rows), "sets of steps tried, both loops together")
    r.add("runs_a_cell", RUNS, "runs started for each fault and set of steps")
    named(r, found)
    singles(r, found)
    prefixes(r, found, rows)
    cells.by_fault(r, shares, PREFIXES)
    cells.halves(r, shares)
    cells.harm(r, seed, RUNS // 2)
    return found


def short(loop: str, steps: tuple[str, ...]) -> str:
    """A set of steps in a loop as part of a result's name."""
    return "_".join(["reread" if loop == "re-reading" else "event", *steps])


def named(r: Results, found: Tallies) -> None:
    """The counts of every set under a name."""
    for (loop, steps), both in found.items():
        for kind, t in zip(("", "new_"), both, strict=True):
            for what in ("wrong", "silent", "loud"):
                says = f"{'ten later' if kind else 'twelve'} faults: those that end {what}"
                name = f"{kind}{what}_{short(loop, steps)}"
                r.add(name, getattr(t, what), f"{says}; {loop} loop, steps: {label(steps)}")


def singles(r: Results, found: Tallies) -> None:
    """Claims about each step alone."""
    alone = {(loop, s): found[loop, (s,)][0] for loop in LOOPS for s in STEPS}
    bare = {loop: found[loop, ()][0] for loop in LOOPS}
    event = {**{s: alone["transcript", s] for s in STEPS}, "re-read": bare["re-reading"]}
    r.claim(
        "plain_fails_silently",
        bare["transcript"].wrong == 11 and bare["transcript"].silent == 10,
        "Without any step the transcript loop ends wrong under eleven of the twelve faults, silently under ten.",
    )
    r.claim(
        "verify_alone_ends_silence",
        all(alone[loop, "verify"].silent == 1 for loop in LOOPS)
        and bare["transcript"].silent == 10
        and all(t.silent > 4 for s, t in event.items() if s != "verify"),
        "Alone, verification takes the silent faults of twelve from ten in the transcript loop to one, in both loops; "
        "pin, key and re-reading alone leave five or more in the transcript loop.",
    )
    r.claim(
        "verify_is_not_right",
        alone["transcript", "verify"].wrong == 7 and alone["re-reading", "verify"].wrong == 5,
        "Alone, verification still lets seven of the twelve faults end wrong in the transcript loop, five in the "
        "re-reading loop.",
    )
    r.claim(
        "key_alone_prevents_most",
        min(event, key=lambda s: event[s].wrong) == "key" and event["key"].wrong == 6,
        "Alone, the intent key leaves the fewest faults that end wrong of the four steps: six of twelve.",
    )
    r.claim(
        "reread_alone_is_third",
        sorted(event, key=lambda s: event[s].wrong).index("re-read") == 2
        and sorted(event, key=lambda s: event[s].silent).index("re-read") == 2,
        "Of the four steps alone, re-reading is third, by faults that end wrong and by faults that end silently.",
    )
    r.claim(
        "reread_and_pin_stay_silent",
        found["re-reading", ("pin",)][0].silent == 6,
        "Re-reading and a pinned goal, without verification, leave six of the twelve faults silent.",
    )


def prefixes(r: Results, found: Tallies, rows: list[list]) -> None:
    """Claims about the recommended order, one step after the other."""
    old = [found[p][0] for p in PREFIXES]
    new = [found[p][1] for p in PREFIXES]
    r.claim("order_silent_first", best_first(found, [*ORDER, "re-read"]), (
        "At every point of the order verify, pin, key, re-read, no other step left to add leaves fewer silent faults "
        "of the twelve, and none that leaves as few silent ones leaves fewer wrong."
    ))  # fmt: skip
    r.claim(
        "pair_ends_silence",
        all(t.silent_runs == 0 for loop in LOOPS for t in found[loop, ("verify", "pin")])
        and [t.silent for t in found["transcript", ()]] == [10, 10],
        "With verification against the source and a pinned goal no run under any of the 22 faults ended silently, in "
        "either loop; without any step ten of twelve and all ten later ones did.",
    )
    r.claim(
        "pair_leaves_wrong",
        old[2].wrong == 5 and new[2].wrong == 8,
        "With verification and a pinned goal, five of the twelve faults and eight of the ten later ones still end "
        "wrong in the transcript loop.",
    )
    r.claim(
        "four_end_the_twelve",
        old[4].wrong == 0 and old[3].wrong == 1 and old[0].wrong == 11,
        "With all four steps none of the twelve faults ends wrong; with three, one does; with none, eleven.",
    )
    r.claim(
        "four_leave_six_new",
        new[4].wrong == 6 and new[4].silent_runs == 0,
        "With all four steps six of the ten later faults still end wrong, none of them silently.",
    )
    r.claim(
        "later_hardly_helped",
        new[0].wrong - new[4].wrong < (old[0].wrong - old[4].wrong) / 2,
        "The four steps stop fewer than half as many of the later faults as of the twelve.",
    )
    nokey = found["re-reading", ("verify", "pin")]
    alone = {s: found["transcript", (s,)][1].wrong for s in STEPS} | {"re-read": found["re-reading", ()][1].wrong}
    for s, n in alone.items():
        r.add(f"new_alone_{s.replace('-', '')}", n, f"ten later faults: those that end wrong with one step, {s}")
    r.claim(
        "later_best_is_reread",
        min(alone, key=lambda s: alone[s]) == "re-read" and alone["re-read"] == 7 and alone["key"] == 8,
        "Of the ten later faults re-reading alone leaves seven that end wrong, the key alone eight: there re-reading "
        "is the best single step, while under the twelve the key is.",
    )
    second = ["verify", "re-read", "pin", "key"]
    counts = [left(found, second[: n + 1], later=True)[1] for n in range(len(second))]
    r.claim(
        "later_order",
        best_first(found, second, later=True) and counts == [8, 6, 6, 6],
        "By the same rule the order for the ten later faults is verify, which leaves eight wrong, then re-read, which "
        "leaves six; pin and key then leave the count at six.",
    )
    r.claim(
        "no_key_still_loud",
        nokey[0].silent_runs == nokey[1].silent_runs == 0 and nokey[0].wrong == 3,
        "Without a key, re-reading with verification and a pinned goal leaves three of the twelve faults, all loud.",
    )
    reads = {(row[0], row[1]): row[-1] for row in rows}
    plain, last = reads["transcript", "none"], reads["re-reading", "none"]
    r.add("reads_verify", reads["transcript", "verify"] - plain, "reads that verification adds to a clean run", "reads")
    r.add("reads_reread", last - plain, "reads that re-reading adds to a clean run", "reads")
    r.claim(
        "dear_step_last",
        reads["transcript", "verify"] == plain + 1
        and reads["transcript", "pin + key"] == plain < last
        and last > plain + 10,
        "In a clean run the pin and the key read nothing, verification reads once, re-reading more than ten times.",
    )


def left(found: Tallies, steps: Iterable[str], later: bool = False) -> tuple[int, int]:
    """Faults of the twelve, or of the ten later ones, that end silently and that end wrong with a set of steps."""
    steps = set(steps)
    t = found["re-reading" if "re-read" in steps else "transcript", tuple(s for s in STEPS if s in steps)][later]
    return t.silent, t.wrong


def best_first(found: Tallies, chosen: Sequence[str], later: bool = False) -> bool:
    """Whether an order of all steps takes at each point one that no other left one beats: silent, then wrong."""
    return all(
        left(found, chosen[: n + 1], later) == min(left(found, {*chosen[:n], s}, later) for s in chosen[n:])
        for n in range(len(chosen))
    )
