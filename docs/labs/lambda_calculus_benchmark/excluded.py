"""What a score without a mistake rules out, and how many questions a paired test needs for it."""

from __future__ import annotations

from labs.record import Results

from .measure import flawless, items_to_expose
from .solvers import WRONG
from .strata import ALWAYS_W, ONCE, OUTER, SHIPPED, Judged, share


def rule_out(r: Results, judged: dict[str, Judged]) -> None:
    """How many right answers in a row rule out a solver, by stratum, and how many questions `grade` needs for that."""
    strata = ("plain", "capture", "deep capture")
    needed = {(s, n): flawless(share(judged[s][n])) if not all(judged[s][n]) else 10**6 for s in strata for n in WRONG}
    told = {
        (s, n): items_to_expose(1 - share(judged[s][n])) if not all(judged[s][n]) else 10**6
        for s in strata[1:]
        for n in WRONG
    }
    for name, solver in (("never", OUTER), ("once", ONCE), ("w", ALWAYS_W), ("explorer_2019", SHIPPED[0]),
                         ("explorer_2020", SHIPPED[1])):  # fmt: skip
        for stratum in strata:
            r.add(f"flawless_{name}_{stratum.replace(' ', '_')}", needed[stratum, solver], f"right answers in a row on "
                  f"stratum {stratum} that rule out the solver that {solver}, at 5%")  # fmt: skip
    for stratum in strata[1:]:
        r.add(f"told_{stratum.replace(' ', '_')}", told[stratum, ONCE], f"questions of stratum {stratum} after which "
              "`grade` tells right answers from the solver that renames once, at 5%, power 0.8")  # fmt: skip
    bad = (ONCE, ALWAYS_W)
    r.claim("once_takes_a_thousand", needed["plain", ONCE] > 1_000 and 50 < needed["capture", ONCE] < 300,
            "To rule out the solver that renames once takes more than a thousand right answers in a row on the plain "
            "bank, and 50 to 300 on the stratum capture.")  # fmt: skip
    r.claim("fifty_is_not_enough", min(needed["capture", n] for n in bad) > 50,
            "Fifty right answers in a row on the stratum capture rule out neither the solver that renames once nor the "
            "one that renames every clash to w.")  # fmt: skip
    r.claim("picked_for_one", needed["capture", OUTER] == 1 and all(
                1 < needed["capture", name] <= needed["plain", name] / 5 for name in bad),
            "The stratum capture rules out what it was picked against with one question, and the two solvers that "
            "rename badly with at least five times fewer than the plain bank, but more than one.")  # fmt: skip
    r.claim("picked_is_cheap", needed["plain", OUTER] > 20 * needed["capture", OUTER],
            "To rule out the solver that never renames takes more than twenty right answers in a row on the plain bank "
            "and one on the stratum capture, where it fails all by construction.")  # fmt: skip
    r.claim("shipped_cost", all(needed["plain", n] > 100 and 20 < needed["capture", n] < 100 for n in SHIPPED),
            "To rule out either rule that Lambda Explorer shipped takes more than a hundred right answers in a row on "
            "the plain bank and 20 to 100 on the stratum capture.")  # fmt: skip
    r.claim("three_times_as_many", all(0.9 * 3 * k < flawless(1 - 1 / k) <= 3 * k for k in (10, 100, 1_000)),
            "A mistake on one question in k is excluded at 5% by just under 3k right answers in a row, for k of 10, "
            "100 and 1,000.")  # fmt: skip
    known = [name for name in WRONG if name != ALWAYS_W]
    r.claim("deep_rules_out", all(needed["deep capture", n] <= 100 for n in known)
            and needed["deep capture", ONCE] < needed["capture", ONCE],
            "A hundred right answers in a row on capture questions of nine steps or more rule out, at 5%, every wrong "
            "solver listed, the one that renames every clash to w left aside; the one that renames once needs fewer "
            "there than on the stratum capture.")  # fmt: skip
    r.claim("deep_is_told", all(told["deep capture", n] <= 150 for n in known) and told["capture", ONCE] > 150,
            "To tell right answers from any one wrong solver listed, the one that renames every clash to w left aside, "
            "`grade` needs at most 150 capture questions of nine steps or more (power 0.8); to tell them from the one "
            "that renames once it needs more of the stratum capture.")  # fmt: skip
    r.claim("w_stays", share(judged["deep capture"][ALWAYS_W]) >= 0.88,
            "The solver that renames every clash to w is right on 88% or more of the capture questions of nine steps "
            "or more.")  # fmt: skip


def length_or_picking(r: Results) -> None:
    """Which excludes a rule sooner, length, picking or both, for the rule that was picked against and for three others.

    Reads what `rule_out` and `strata.long_ones` found.
    """
    long, picked, both = (
        {name: r.values[f"flawless_{name}_{way}"].value for name in ("never", "once", "explorer_2019", "explorer_2020")}
        for way in ("long", "capture", "deep_capture")
    )
    r.claim("picked_and_long", both["never"] == 1 and max(both["explorer_2019"], both["explorer_2020"]) < 60
            and all(both[name] < picked[name] for name in ("explorer_2019", "once")) and both["once"] < long["once"],
            "Questions both picked and of nine steps or more rule out the mistake they were picked for with one right "
            "answer, by construction, either rule that Lambda Explorer shipped with fewer than 60, the rule of 2019 "
            "sooner than picking alone, and the solver that renames once sooner than length alone or picking "
            "alone.")  # fmt: skip
    del long["once"], picked["once"]
    r.claim("length_or_picking", picked.pop("never") < long.pop("never") and all(long[n] < picked[n] for n in picked),
            "Picked questions rule out the mistake they were picked for sooner than random questions of nine steps or "
            "more; these rule out either rule that Lambda Explorer shipped sooner than the picked ones.")  # fmt: skip
