"""Results and claims that this lab makes itself: how far one float spreads, what cures it, and what guards cost."""

from __future__ import annotations

import random

from labs.record import Results
from labs.spinel_ruby_aot import measure as m
from labs.spinel_ruby_aot.program import METHODS

SPARSE, DENSE = 1.3, 10.0  # calls a method: near three of the four programs counted, and near the fourth
SIZES = (50, 100, 200, 400)
DISPATCH, GUARD = 2.3, 0.25  # base prices, guesses both; both swept
Cells = dict[tuple[str, float], list[dict[str, m.Split]]]


def label(density: float) -> str:
    """A density as part of a result's name."""
    return f"{density:g}".replace(".", "_")


def add_spread(r: Results, seed: int) -> Cells:
    """The widened share by density, shape and way."""
    rng = random.Random(seed)
    cells = {
        (shape, density): m.cell(rng, density, literals, heap, m.PROGRAMS)
        for shape, (literals, heap) in m.SHAPES.items()
        for density in m.DENSITIES
    }

    def share(shape: str, density: float, way: str, at: float = 0.5) -> float:
        return m.quantile([one[way].share for one in cells[shape, density]], at)

    def code(density: float, way: str) -> float:
        return m.quantile([one[way].code for one in cells["as counted", density]], 0.5) - 1

    columns = ["calls", "way", "median", "p10", "p90", "code"]
    for shape in m.SHAPES:
        table = [
            [d, way, *(share(shape, d, way, at) for at in (0.5, 0.1, 0.9)),
             m.quantile([one[way].code for one in cells[shape, d]], 0.5) - 1]
            for d in m.DENSITIES for way in m.WAYS
        ]  # fmt: skip
        name = f"spread_{shape.replace(' ', '_')}"
        said = f"share of operations widened by one float, {shape}: median, 10th and 90th percentile; more code"
        r.table(name, said, columns, table)
    r.add("programs", m.PROGRAMS, "random programs of each shape and density")
    r.add("methods", METHODS, "methods in each")
    for d in m.DENSITIES:
        for key, at in (("", 0.5), ("_p10", 0.1), ("_p90", 0.9)):
            said = f"joined, as counted, {d:g} calls a method: widened share, quantile {at:g}"
            r.add(f"joined_{label(d)}{key}", share("as counted", d, "joined", at), said, "share")
    for d in (SPARSE, DENSE):
        for way, short in (("one method split", "one"), ("all below split", "all"), ("a copy per signature", "copies")):
            r.add(f"{short}_{label(d)}", share("as counted", d, way), f"{way}, {d:g} calls a method, median", "share")
            r.add(f"{short}_{label(d)}_code", code(d, way), f"{way}, {d:g} calls a method: more code, median", "share")
    r.add("copies_fields", share("more fields", DENSE, "a copy per signature"), "the same with more fields", "share")
    for d in (SPARSE, 2.0):
        said = f"joined, a tenth of literals, {d:g} calls a method, median"
        r.add(f"few_{label(d)}", share("few literals", d, "joined"), said, "share")
    cures = [
        [way, share("as counted", SPARSE, way), share("as counted", DENSE, way), code(DENSE, way)] for way in m.WAYS
    ]
    said = "share of operations widened in the median program, as counted, and the code added at 10 calls a method"
    r.table("cures", said, ["way", "1.3 calls", "10 calls", "more code"], cures)
    r.claim(
        "shape_decides",
        share("as counted", SPARSE, "joined") < 0.1 and share("as counted", DENSE, "joined") > 0.7,
        "At 1.3 calls a method one float widens under a tenth of the median program's operations, at 10 over 70%.",
    )
    r.claim(
        "nearly_none_to_most",
        share("as counted", SPARSE, "joined", 0.1) < 0.02 and share("as counted", DENSE, "joined", 0.9) > 0.75,
        "Of the programs drawn, the tenth percentile at 1.3 calls is under 2%, the ninetieth at 10 over 75%.",
    )
    r.claim(
        "few_literals_spread",
        share("few literals", 2.0, "joined") > 0.7 > 0.45 > share("as counted", 2.0, "joined"),
        "At 2 calls a method the median is under 45% with 35% of literals, and over 70% with a tenth.",
    )
    high = share("few literals", SPARSE, "joined", 0.9)
    r.add("few_1_3_p90", high, "joined, a tenth of literals, 1.3 calls a method, 90th percentile", "share")
    r.claim(
        "few_literals_unsafe_when_sparse",
        high > 0.5 > share("as counted", SPARSE, "joined", 0.9),
        "At 1.3 calls the ninetieth percentile is over half with a tenth of literals, and under half with 35%.",
    )
    r.claim(
        "one_split_fails_when_dense",
        share("as counted", DENSE, "joined") - share("as counted", DENSE, "one method split") < 0.05
        and share("as counted", SPARSE, "one method split") < 0.03,
        "Splitting the one method called with a float leaves under 3% at 1.3 calls; at 10 it takes off under 5 points.",
    )
    r.claim(
        "copies_cure_at_a_price",
        share("as counted", SPARSE, "a copy per signature") < 0.01
        and code(SPARSE, "a copy per signature") < 0.1
        and share("as counted", DENSE, "a copy per signature") < 0.65 * share("as counted", DENSE, "joined")
        and code(DENSE, "a copy per signature") > 1,
        "A copy per signature leaves under 1% at 1.3 calls for under a tenth more code; at 10 calls it leaves under "
        "two thirds of the joined share for over twice the code.",
    )
    r.claim(
        "fields_undo_copies",
        share("more fields", DENSE, "a copy per signature") > share("as counted", DENSE, "a copy per signature") + 0.1
        and share("more fields", DENSE, "a copy per signature") > 0.5,
        "With three times the field statements, copies leave over half of the operations widened at 10 calls a method.",
    )
    add_no_fields(r, seed)
    return cells


def add_no_fields(r: Results, seed: int) -> None:
    """The dense programs without fields: what then becomes of the copies, which share nothing any more."""
    bare = m.cell(random.Random(seed + 4000), DENSE, m.LITERALS, 0, m.BARE_PROGRAMS)
    left = {way: m.quantile([one[way].share for one in bare], 0.5) for way in m.WAYS}
    r.add("bare_one", left["one method split"], "no fields, one method split, 10 calls a method, median", "share")
    r.add("bare_all", left["all below split"], "no fields, all below split, 10 calls a method, median", "share")
    r.claim(
        "fields_undo_hand_copies",
        left["joined"] > 0.7 and left["one method split"] > 0.7 > 0.5 > left["all below split"],
        "At 10 calls, in programs without fields, all below split leaves under half, and one method split over 70%.",
    )


def add_executed(r: Results, seed: int) -> None:
    """The widened share of what ordinary requests execute, at the sparse density."""
    found = m.executed(random.Random(seed + 1000), SPARSE, m.PROGRAMS)
    shares = [run for _, run in found]
    r.add("executed_median", m.quantile(shares, 0.5), "executed operations widened, 1.3 calls, median program", "share")
    r.add("executed_most", max(shares), "the same, in the program with most", "share")
    worse = [run / text for text, run in found if text]
    r.add("executed_worse", max(worse), "the greatest quotient of executed to written share over these programs")
    r.claim(
        "small_share_can_be_hot",
        max(shares) > 0.1 > 0.05 > m.quantile(shares, 0.5),
        "At 1.3 calls a method the median program executes under 5% widened operations, and the worst over 10%.",
    )


def add_engines(r: Results, seed: int) -> dict[float, list[dict[str, m.Run]]]:
    """Every engine on the same requests: equal answers, and what was done for each thousand operations."""
    rng = random.Random(seed + 2000)
    found = {density: m.runs(rng, density, m.RUN_PROGRAMS) for density in m.DENSITIES}
    everything = [one for of in found.values() for one in of]
    wrong = {name: sum(one[name].wrong for one in everything) for name in (*m.ENGINES, m.BROKEN)}
    served = sum(one["joined"].requests for one in everything)
    r.add("served", served, "requests served by each engine")
    r.add("wrong", sum(wrong[name] for name in m.ENGINES), "answers unlike the interpreter's, over all engines")
    r.add("wrong_broken", wrong[m.BROKEN], "wrong answers of the compiler whose inference left the float's call out")
    r.claim(
        "engines_agree",
        not any(wrong[name] for name in m.ENGINES) and wrong[m.BROKEN] > 0,
        "All engines gave the interpreter's answers; one whose inference left the rare call out gave wrong ones.",
    )
    events = ("dispatch", "guard", "box", "interpreted op")
    cells = [
        [d, name, *(round(m.per_thousand(found[d], name, event)) for event in events)]
        for d in m.DENSITIES for name in m.ENGINES
    ]  # fmt: skip
    columns = ["calls", "engine", "asked slowly", "guards", "boxed", "interpreted"]
    r.table("engines", "events for each 1,000 operations in the later half of the requests", columns, cells)

    guards = m.per_thousand(found[SPARSE], "versions", "guard") / 1000
    asked = m.per_thousand(found[SPARSE], "caches", "guard") / 1000
    r.add("guards_versions", guards, "guards an operation, versions, 1.3 calls a method, once warm")
    r.add("guards_caches", asked, "guards an operation, caches, 1.3 calls a method, once warm")
    r.add("joined_dense_slow", m.slow(found[DENSE], "joined"), "joined, 10 calls: executed operations slow", "share")
    worst = max(m.slow(found[d], name) for d in m.DENSITIES for name in ("versions", "caches"))
    r.add("guards_slow", worst, "the most of the later half that asked slowly or was interpreted, with guards", "share")
    r.claim(
        "guards_stay_local",
        worst < 0.05,
        "With guards, under 5% of the later half's operations are done slowly or interpreted, at every density run.",
    )
    r.claim(
        "guards_never_end",
        all(m.per_thousand(found[d], name, "guard") > 150 for d in m.DENSITIES for name in ("versions", "caches"))
        and not any(m.per_thousand(found[d], "joined, no float", "guard") for d in m.DENSITIES),
        "Guarded code asks more than 0.15 times an operation at every density run; code compiled ahead never does.",
    )
    r.claim(
        "versions_ask_less",
        guards < 0.5 * asked,
        "At 1.3 calls a method, versions ask less than half as often as caches.",
    )
    return found


def add_crossing(r: Results, found: dict[float, list[dict[str, m.Run]]]) -> list[list]:
    """What an operation costs, warm, by density; and the widened share at which guards become the cheaper."""
    names = ("joined, no float", "joined", "a copy per signature", "versions", "caches", "versions, no float")
    costs = [[d, *(m.cost(found[d], name, DISPATCH, GUARD) for name in names)] for d in m.DENSITIES]
    said = f"cost of an operation in the later half; a slow one at {DISPATCH:g}, a guard at {GUARD:g}, boxing left out"
    r.table("costs", said, ["calls", *names], costs)
    guards = m.per_thousand(found[SPARSE], "versions", "guard") / 1000
    prices = (0.1, GUARD, 0.5, 1.0)
    grid = [[d, *(m.crossing(d, g, guards) for g in prices)] for d in (1.5, DISPATCH, 4.0, 13.0)]
    said = "widened share of executed operations beyond which guards are the cheaper, by both prices, 1.3 calls"
    r.table("crossing", said, ["slow operation", *(f"guard {g:g}" for g in prices)], grid)
    r.add("crossing_base", m.crossing(DISPATCH, GUARD, guards), "the same at the base prices", "share")
    r.add("crossing_least", min(row[1] for row in grid), "the least share in the grid", "share")
    r.add("crossing_most", max(row[-1] for row in grid), "the greatest share in the grid", "share")
    jits = ("versions", "caches")
    ahead = [
        [d, *(m.cost(found[DENSE], names[2], d, g) - min(m.cost(found[DENSE], name, d, g) for name in jits)
              for g in prices)]
        for d, *_ in grid
    ]  # fmt: skip
    said = "cost of an operation at 10 calls, by both prices: copies less the cheaper of the two compilers at run time"
    r.table("dense_prices", said, ["slow operation", *(f"guard {g:g}" for g in prices)], ahead)
    won = sum(cell > 0 for row in ahead for cell in row[1:])
    r.add("dense_pairs", len(grid) * len(prices), "pairs of prices tried at 10 calls a method")
    r.add("dense_jit_wins", won, "of these pairs, those at which a compiler at run time costs less than the copies")
    dense = next(row for row in costs if row[0] == DENSE)
    r.add("cost_joined_dense", dense[2], "cost of an operation, joined, 10 calls a method, base prices")
    r.add("cost_versions_dense", dense[4], "cost of an operation, versions, 10 calls a method, base prices")
    sparse = next(row for row in costs if row[0] == SPARSE)
    r.add("cost_joined_sparse", sparse[2], "cost of an operation, joined, 1.3 calls a method, base prices")
    r.add("cost_versions_sparse", sparse[4], "cost of an operation, versions, 1.3 calls a method, base prices")
    r.claim(
        "types_decide_the_steady_state",
        dense[2] > dense[4] + 0.3 and abs(sparse[2] - sparse[4]) < 0.15,
        "At the base prices, with one float, joined code costs over 0.3 more an operation than versions at 10 calls a "
        "method; at 1.3 the two are within 0.15 of each other.",
    )
    r.add("cost_copies_dense", dense[3], "cost of an operation, a copy per signature, 10 calls a method, base prices")
    r.claim(
        "copies_run_cheaper",
        dense[3] < dense[2] - 0.2 and all(row[3] <= row[2] for row in costs),
        "Copies per signature cost over 0.2 less an operation than one version at 10 calls, and never more, as run.",
    )
    ran = m.slow(found[DENSE], "a copy per signature")
    r.add("copies_dense_slow", ran, "a copy per signature, 10 calls: executed operations slow", "share")
    r.claim(
        "copies_run_what_is_known",
        ran < 2 / 3 * m.slow(found[DENSE], "joined"),
        "A copy per signature, 10 calls: under two thirds as many executed operations were done the slow way.",
    )
    moved = max(abs(row[4] - row[6]) for row in costs)
    r.add("float_moves_guards", moved, "the most by which the float changes the cost of an operation, versions")
    r.claim(
        "float_costs_guards_nothing",
        moved < 0.05 and dense[2] - dense[1] > 0.5,
        "The float changes the cost of versions by under 0.05 at every density, and at 10 calls that of one version by "
        "over 0.5.",
    )
    r.claim(
        "known_types_cost_least",
        all(row[1] == 1 < min(row[4], row[6]) for row in costs),
        "Without the float, code compiled ahead costs 1 an operation, and guarded code more, at every density run.",
    )
    return costs


def add_growth(r: Results, seed: int) -> None:
    """How often the analysis looks at a method, as programs grow."""
    rows = []
    for density in (SPARSE, 4.0):
        grown = m.growth(random.Random(seed + 3000), density, SIZES, 4)
        rows += [[density, methods, round(joined, 2), round(copied, 2)] for methods, joined, copied in grown]
    columns = ["calls", "methods", "joined", "copies"]
    r.table("growth", "looks at each method until nothing changes, by size of the program", columns, rows)
    first, last = (next(row[2] for row in rows if row[0] == 4.0 and row[1] == size) for size in (SIZES[0], SIZES[-1]))
    r.claim(
        "joined_analysis_hardly_grows",
        last < 2 * first,
        "The joined analysis looks less than twice as often at a method in programs with eight times as many.",
    )
