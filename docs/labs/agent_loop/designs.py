"""What to add after verification and pin, by what the tool takes: a limit, a condition, a key, or none of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from labs.agent_loop import figures, services, trials
from labs.agent_loop.experiment import NEW, OLD, RARE, STEPS, Tally, arm, cell, failures, many, tally
from labs.agent_loop.keys import EVENTS, FORGOTTEN, play
from labs.agent_loop.later import LATE, LATE_COPY, PLACE
from labs.agent_loop.loop import Phases
from labs.agent_loop.services import CHOICES, DESIGNS, NAMES, PAIR
from labs.agent_loop.steps import PREFIXES, Tallies, label
from labs.agent_loop.world import GOAL
from labs.record import Results

RUNS = 100  # runs started for each fault and design
Found = dict[str, tuple[Tally, Tally, int]]
Pair = tuple[Tally, Tally]  # under the twelve faults, under the ten later ones


def designs(r: Results, seed: int, grid: Tallies) -> None:
    """The table of designs, their claims and figure; late copies; verification that only reports.

    `grid` holds the tallies of the sets of steps; the last four designs are such sets.
    """
    found: Found = {}
    rows, most, lost = [], {}, {}
    for text, d in DESIGNS.items():
        old, new = grid.get(d.steps) or (tally(d.built, faults, RUNS, seed, **d.options) for faults in (OLD, NEW))
        ends = {e: play(d.built, e, d.phases(), d.wrap, d.limit) for e in EVENTS if e != "nothing"}
        right = sum((world.paid["A"], end) == (GOAL, "done") for world, end in ends.values())
        most[text] = max(world.reads for world, _ in ends.values())
        lost[text] = [(ends[e][0].asked, ends[e][0].paid["A"], ends[e][1]) for e in ("reply lost", FORGOTTEN)]
        clean = many(d.built, "", RUNS, seed, **d.options)
        reads = float(np.mean([run.world.reads for run in clean]))
        found[text] = old, new, right
        rows.append([text, old.wrong, new.wrong, right, reads])
        for name, value, says in (
            ("wrong", old.wrong, "of the twelve faults, those that end wrong"),
            ("new_wrong", new.wrong, "of the ten later faults, those that end wrong"),
            ("events", right, "of the events on the third charge, those after which the order is charged right"),
            ("reads", reads, "reads of the world in a run without a fault"),
        ):
            r.add(f"add_{NAMES[text]}_{name}", value, f"verify, pin and {text}: {says}")
    columns = ["After verify and pin", "Wrong of twelve", "Wrong of ten", "Events right", "Reads, clean run"]
    says = "faults under which more than one run in ten ends wrong, none silently; events of seven that end right"
    r.table("by_tool", says, columns, rows)
    claims(r, found, most)
    lost_replies(r, lost)
    trials.errors(r)
    trials.first_tests(r)
    by_fault(r, seed)
    by_service(r, seed, found)
    ways = {name: grid[p] for name, p in zip(("no step", "verify", "+ pin"), PREFIXES[:3], strict=True)}
    ways["+ limit"] = found["limit kept by the service"][:2]
    rows = drawn(r, "order", ways, "faults of 22 under which a run ends wrong")
    says = "transcript loop, safeguard after safeguard; faults of 22 under which more than one run in ten ends wrong"
    r.table("by_order", says, ["safeguards", "wrong and says done", "wrong, and it shows"], rows)
    alone(r, seed, grid, found)
    late(r, seed, grid, found)
    report(r, seed, grid)


def claims(r: Results, found: Found, most: dict[str, int]) -> None:
    """What the table of designs comes to."""
    full = len(EVENTS) - 1
    limit, first, each, after, named, key, reread, nothing = found.values()
    r.claim(
        "limit_leaves_none",
        all(t.wrong == t.silent_runs == 0 for t in limit[:2]) and limit[2] == full
        and most["limit kept by the service"] <= 2,
        "With verification, pin and a service that refuses more than three charges, none of the 22 faults ends more "
        "than one in ten of its runs wrong, no run ends silently, all seven events end right, and no event costs more "
        "than two reads after the start.",
    )  # fmt: skip
    r.claim(
        "conditional_is_best",
        first[0].wrong == 0 and first[2] == full
        and all(first[1].wrong < other[1].wrong for other in (each, after, named, key, reread, nothing)),
        "With verification and pin, a conditional write leaves none of the twelve faults wrong, is right under all "
        "seven events, and leaves fewer of the ten later faults wrong than any of the six designs with neither a "
        "condition nor a limit.",
    )  # fmt: skip
    r.claim(
        "conditional_leaves_four",
        first[1].wrong == 4 and first[0].silent_runs == first[1].silent_runs == 0,
        "With verification, pin and a conditional write, four of the ten later faults end wrong, and no run under the "
        "22 faults ends silently.",
    )
    r.claim(
        "conditional_reads_twice",
        r.values["add_conditional_reads"].value == 1
        and r.values["add_try_reread_reads"].value > 10,
        "In a clean run the conditional write in the transcript loop reads once after the start, to verify; re-reading "
        "reads more than ten times.",
    )  # fmt: skip
    r.claim(
        "after_error_is_enough_for_events",
        after[2] == each[2] == full and most["key per intent and try, read after an error"] <= 2
        and key[2] < full and reread[2] < full and nothing[2] < full,
        "With verification, pin and a key per intent and try, reading only after a reply that is missing or an error "
        "is right under all seven events, with at most two reads after the start; a key per intent, re-reading without "
        "a key, and neither are not.",
    )  # fmt: skip
    r.claim(
        "after_error_leaves_one",
        after[0].wrong == 1 and after[1].wrong == 7 and each[0].wrong == 0 and each[1].wrong == 6,
        "With verification, pin and key per intent and try, reading only after a missing or error reply leaves one of "
        "the twelve faults and seven of the ten wrong; re-reading each turn none and six.",
    )
    r.claim(
        "tries_show_in_events_only",
        [t.wrong for t in after[:2]] == [t.wrong for t in key[:2]] and key[2] == 4,
        "With verification and pin, a key per intent leaves as many of the twelve and of the ten faults wrong as one "
        "per intent and try with a read after a missing or error reply, and is right under four of the seven events.",
    )
    r.claim(
        "no_design_is_silent",
        all(t.silent_runs == 0 for both in found.values() for t in both[:2]),
        "In none of the eight designs with verification and pin does a run under the 22 faults end silently.",
    )


def lost_replies(r: Results, lost: dict[str, list[tuple[int, int, str]]]) -> None:
    """What a lost reply costs with a limit, and where the provider has dropped the key: charges asked, made, the end.

    `lost` holds these three for each design, for a lost reply and for one after which the keys are dropped.
    """
    r.claim(
        "limit_costs_one_refusal",
        lost["limit kept by the service"][0] == (GOAL + 1, GOAL, "done")
        and lost["nothing"][0][:2] == (GOAL + 1, GOAL + 1),
        "With verification, pin and limit, the lost reply leads to one charge that is refused, and the loop is done; "
        "without the limit that charge is made.",
    )
    r.claim(
        "dropped_key_needs_read",
        lost["key per intent and try, read after an error"][1][1:] == (GOAL, "done")
        and lost["key per intent"][1][1] == GOAL + 1,
        "With verification, pin and a key, a lost reply after which the service drops its keys leads to a fourth "
        "charge; with a read after each missing or error reply it does not.",
    )


def by_service(r: Results, seed: int, found: Found) -> None:
    """The table of designs in the words of somebody who has to choose, both lists of faults together."""
    says = "with verification and pin, faults of 22 under which more than one run in ten ends wrong, none silently"
    rows = [[can, do, sum(t.wrong for t in found[name][:2])] for can, do, name in CHOICES]
    r.table("by_service", says, ["Your service", "What you add", "Faults left of 22"], rows)
    r.add("pair_wrong_all", sum(t.wrong for t in found["nothing"][:2]), "of 22 faults, wrong with verify and pin")
    each = [many(arm("transcript", PAIR), f, RUNS // 2, seed) for f in (*OLD, *NEW)]
    left = [x for made in each for x in made if failures(made)[0] > RARE * len(made) and not x.good]
    r.claim(
        "what_is_left_is_too_many",
        len(left) > 0 and all(max(n for o, n in x.world.paid.items() if o not in x.world.held) > GOAL for x in left),
        "With verification and pin in the transcript loop, each run that ends wrong under a fault that is left has "
        "charged an order too often.",
    )
    totals = [row[-1] for row in rows]
    r.claim(
        "table_is_in_order",
        totals == sorted(totals) and len(set(totals)) == len(totals) and totals[-1] < r.values["pair_wrong_all"].value,
        "After verification and pin, fewest of the 22 faults end wrong with a limit, then with a condition, a key and "
        "re-reading each turn, re-reading alone, and nothing.",
    )


def by_fault(r: Results, seed: int) -> None:
    """Which of the later faults a conditional write leaves."""
    d = DESIGNS["conditional write"]
    shares = {f: cell(d.built, f, RUNS, seed, phases=d.phases())[0] for f in NEW}
    columns = ["Fault", "Phase", "Ends wrong"]
    rows = [[f, PLACE[f], wrong / n] for f, (wrong, n) in shares.items()]
    r.table("conditional_by_fault", "verify, pin, conditional write: runs that end wrong", columns, rows)
    r.claim(
        "conditional_leaves_which",
        {f for f, (wrong, n) in shares.items() if wrong > RARE * n}
        == {"wrong order", "full order again", "charged elsewhere", LATE},
        "The four that a conditional write leaves are a charge for the wrong order, one for an order that is complete, "
        "one that the service books elsewhere, and a second charge that carries no condition.",
    )  # fmt: skip


def drawn(r: Results, figure: str, ways: dict[str, Pair], says: str) -> list[tuple[str, int, int]]:
    """Bars over both lists of faults together, silent and loud; what they show."""
    both = [(name, *(sum(getattr(t, what) for t in way) for what in ("silent", "loud"))) for name, way in ways.items()]
    r.figure(figure, figures.bars([("", both)], len(OLD) + len(NEW), says))
    return both


def alone(r: Results, seed: int, grid: Tallies, found: Found) -> None:
    """The conditional write, and the limit, without verification and pin; every safeguard alone."""
    old, new = (tally(arm("transcript"), faults, RUNS, seed, phases=services.CONDITIONAL) for faults in (OLD, NEW))
    for name, t in (("", old), ("new_", new)):
        r.add(f"conditional_alone_{name}wrong", t.wrong, f"{name}faults: those that end wrong, conditional write alone")
        r.add(f"conditional_alone_{name}silent", t.silent, f"{name}faults: those silent, conditional write alone")
    bounded, later = (
        tally(arm("transcript"), faults, RUNS, seed, busy=partial(replace, limit=GOAL)) for faults in (OLD, NEW)
    )
    one: dict[str, Pair] = {"none": grid["transcript", ()]} | {s: grid["transcript", (s,)] for s in STEPS}
    one |= {"re-read": grid["re-reading", ()], "limit": (bounded, later)}
    says = "transcript loop and one safeguard, or none; faults of 22 under which more than one run in ten ends wrong"
    rows = [
        [name, *(sum(getattr(t, what) for t in both) for what in ("wrong", "silent"))] for name, both in one.items()
    ]
    r.table("by_one", says, ["safeguard", "wrong", "silent"], rows)
    drawn(r, "alone", one, "faults of 22 under which a run ends wrong")
    single = [both for name, both in one.items() if name not in ("none", "verify")] + [(old, new)]
    silent = [sum(t.silent for t in both) for both in single]
    r.add(
        "verify_alone_silent_all", sum(t.silent for t in grid["transcript", ("verify",)]), "of 22, silent with verify"
    )
    r.add("next_alone_silent_all", min(silent), "of 22 faults, silent with the best other safeguard alone")
    r.claim(
        "verify_ends_most",
        r.values["verify_alone_silent_all"].value == 1 and min(silent) >= 7,
        "Alone, verification leaves one of the 22 faults silent; pin, key per intent, re-reading, conditional write "
        "and limit each leave at least seven.",
    )
    r.add("limit_alone_wrong", bounded.wrong, "faults: those that end wrong, limit alone")
    r.add("limit_alone_silent", bounded.silent, "faults: those silent, limit alone")
    r.add("limit_alone_silent_all", bounded.silent + later.silent, "of 22 faults, silent with the limit alone")
    r.claim(
        "limit_alone_is_silent",
        bounded.silent >= 4 and later.silent >= 4
        and all(t.silent_runs == 0 for t in found["limit kept by the service"][:2]),
        "Without verification and pin, the limit leaves at least four of the twelve faults silent, and four of the "
        "ten; with them, none.",
    )  # fmt: skip
    r.claim(
        "conditional_alone_is_silent",
        old.silent >= 4 and new.silent >= 4 and found["conditional write"][0].silent == 0,
        "Without verification and pin, the conditional write leaves at least four of the twelve faults and four of the "
        "ten silent.",
    )


def late(r: Results, seed: int, grid: Tallies, found: Found) -> None:
    """The ten later faults with the late second charge a copy of the call: it carries its key, or its condition."""
    arms = [("transcript", ("key",)), ("re-reading", ()), ("transcript", (*PAIR, "key")), ("re-reading", PAIR)]
    arms.append(("re-reading", tuple(STEPS)))
    counted = [(*a, Phases(), grid[a][1].wrong) for a in arms]
    counted.append(("transcript", PAIR, services.CONDITIONAL, found["conditional write"][1].wrong))
    rows, wrong = [], []
    for loop, steps, phases, with_bare in counted:
        bare, copy = (tally(arm(loop, steps), [f], RUNS, seed, phases=phases).wrong for f in (LATE, LATE_COPY))
        wrong.append(with_bare - bare + copy)
        rows.append([f"{loop}: {label(steps)}{'' if phases == Phases() else ' + conditional write'}", wrong[-1]])
    says = "of the ten later faults, the late second charge a copy of the call with its key or condition: those wrong"
    r.table("late_copy", says, ["Loop and steps", "Wrong of ten"], rows)
    r.claim(
        "late_copy_ties",
        wrong == [7, 7, 6, 6, 5, 3],
        "Had the late second charge carried its key, key alone and re-reading alone would each leave seven of the ten "
        "wrong, with verification and pin six each, all four steps together five; with a conditional write three.",
    )


def report(r: Results, seed: int, grid: Tallies) -> None:
    """Verification that reports a mismatch beside one that puts the counts right and goes on."""
    rows, pairs = [], []
    for loop, steps in PREFIXES[1:]:
        both = grid[loop, steps][0], tally(replace(arm(loop, steps), repair=False), OLD, RUNS // 2, seed)
        pairs.append(both)
        rows.append([f"{loop}: {label(steps)}", *(t.wrong for t in both), *(t.silent for t in both)])
    columns = ["Loop and steps", "Wrong, repairs", "Wrong, reports", "Silent, repairs", "Silent, reports"]
    r.table("by_repair", "of twelve faults, by what verification does with a mismatch", columns, rows)
    for name, (fixed, told) in zip(("verify", "pin", "key", "reread"), pairs, strict=True):
        r.add(f"repairs_wrong_{name}", fixed.wrong, f"verification repairs, order up to {name}: faults that end wrong")
        r.add(f"reports_wrong_{name}", told.wrong, f"verification reports, order up to {name}: faults that end wrong")
    r.claim(
        "repair_prevents",
        all(told.wrong > fixed.wrong and told.silent == fixed.silent for fixed, told in pairs)
        and pairs[0][1].wrong == 11,
        "Where verification only reports a mismatch, at every step of the order more of the twelve faults end wrong "
        "than where it also puts the counts right, with verification alone all eleven harmful ones; as many "
        "are silent.",
    )  # fmt: skip
