"""What the exact recursion finds: the leash, reading, hours, the price of an interruption."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from labs.agent_or_assistant import exact, figures
from labs.agent_or_assistant.exact import Case
from labs.record import Results

BASE = Case()
INTERVALS = (4, 5, 6, 8, 10, 12, 15, 20, 30, 60)  # those drawn
RATES = (0.1, 0.05, 0.02, 0.01, 0.005)  # chance that a step is wrong
LOOKS = (1.0, 3.0, 10.0)  # costs of an interruption, in steps, that the formula is tried at
PRICES = ((3.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.5, 1.0), (0.1, 1.0))  # of an interruption, and of reading a step
USUAL = 15  # the interval of the story
EYES = 8  # steps read at a look by somebody who skims


def add_leash(r: Results) -> None:
    """Cost and mistakes left, by interval, with every step read."""
    every = {k: exact.run(BASE, k) for k in range(1, BASE.steps + 1)}
    blind = exact.run(replace(BASE, share=0.0), BASE.steps)
    rows = [
        [k, f.looks, f.made - BASE.steps, f.reads, f.total(BASE), f.escaped]
        for k, f in every.items()
        if k in (1, 2, 3, *INTERVALS)
    ]
    says = "per task of 60 steps: looks, steps made again, steps read, cost in steps, chance that a mistake is left"
    r.table("by_interval", says, ["steps between looks", "looks", "made again", "read", "cost", "mistake left"], rows)
    r.add("steps", BASE.steps, "steps of a task", "steps")
    r.add("p", BASE.p, "chance that an attempt at a step is wrong", "share")
    r.add("catch", BASE.catch, "chance that a wrong step is found when it is read", "share")
    r.add("look_cost", BASE.look, "cost of an interruption, in steps made again", "steps")
    r.add("read_cost", BASE.read, "cost of reading a step, in steps made again", "steps")
    r.add("usual", USUAL, "the interval of the story", "steps")
    r.add("escaped", every[USUAL].escaped, "chance that a task ends with a mistake, every step read", "share")
    r.add("escaped_blind", blind.escaped, "chance that a task ends with a mistake, nothing read", "share")
    for k in (1, USUAL, BASE.steps):
        r.add(f"looks_{k}", every[k].looks, f"looks a task, one every {k} steps", "looks")
        r.add(f"again_{k}", every[k].made - BASE.steps, f"steps made again a task, a look every {k}", "steps")
        r.add(f"cost_{k}", every[k].total(BASE), f"cost of a task, a look every {k}", "steps")
    spread = max(f.escaped for f in every.values()) - min(f.escaped for f in every.values())
    r.claim(
        "leash_lets_nothing_more_through",
        spread < 1e-9
        and abs(every[1].escaped - exact.escape_by_algebra(BASE)) < 1e-9
        and all(abs(exact.run(replace(BASE, share=0.0), k).escaped - blind.escaped) < 1e-9 for k in (1, USUAL))
        and 0.7 < blind.escaped < 0.71,
        "With every step read once, the chance that a task ends with a mistake is the same for each interval from 1 "
        "to 60, by construction; with nothing read it is seven in ten, at 1, 15 and 60.",
    )
    looks, again = [f.looks for f in every.values()], [f.made for f in every.values()]
    r.claim(
        "leash_trades_looks_for_rework",
        looks == sorted(looks, reverse=True) and again == sorted(again) and looks[0] > 60 and looks[-1] < 3,
        "From a look every step to one at the end, looks only fall, from over 60 to under 3, and steps made again "
        "only rise.",
    )
    reads = [f.reads for f in every.values()]
    r.claim(
        "reading_is_the_same",
        max(reads) - min(reads) < 1e-9,
        "With every step read, the steps read are as many for each interval.",
    )


def add_reading(r: Results) -> None:
    """The same intervals with less reading: eight steps a look, or the same hours."""
    budget = exact.human(BASE, exact.run(BASE, USUAL))
    rows, by = [], {}
    for k in INTERVALS:
        share, same = exact.at_budget(BASE, k, budget) or (0.0, exact.run(replace(BASE, share=0.0), k))
        eight = exact.run(replace(BASE, eyes=EYES), k)
        full = exact.run(BASE, k)
        by[k] = {"every step read": full, "the same hours": same, "eight steps a look": eight}
        read = {"every step read": 1.0, "the same hours": share, "eight steps a look": min(1, EYES / k)}
        rows += [[k, name, f.escaped, read[name], f.total(BASE)] for name, f in by[k].items()]
    says = f"chance that a task ends with a mistake, share of steps read, cost in steps; hours: those of {USUAL}"
    r.table("by_reading", says, ["steps between looks", "reading", "mistake left", "read", "cost"], rows)
    wide = [[k, *(x for f in by[k].values() for x in (f.escaped, f.total(BASE)))] for k in INTERVALS]
    names = ["all read", "cost", "same hours", "cost then", "eight a look", "cost with eight"]
    r.table("by_reading_wide", "the same, a row an interval: mistake left, and cost", ["every", *names], wide)
    r.add("eyes", EYES, "steps read at a look by somebody who skims, on average", "steps")
    for k in (5, 8, USUAL, BASE.steps):
        r.add(f"hours_{k}", by[k]["the same hours"].escaped, f"mistake left, the same hours, every {k}", "share")
        r.add(f"skim_{k}", by[k]["eight steps a look"].escaped, f"mistake left, eight read, every {k}", "share")
        r.add(f"skim_cost_{k}", by[k]["eight steps a look"].total(BASE), f"cost, eight read, every {k}", "steps")
    r.add("hours_read_5", next(x[3] for x in rows if x[:2] == [5, "the same hours"]), "steps read, every 5", "share")
    r.claim(
        "same_hours_short_leash_is_worse",
        by[5]["the same hours"].escaped > 0.5 and by[USUAL]["the same hours"].escaped < 0.06,
        "With the hours that reading everything takes at every 15 steps, a look every 5 leaves a mistake in over half "
        "of the tasks, a look every 15 in under 6%.",
    )
    falls = [by[k]["the same hours"].escaped for k in INTERVALS]
    r.claim(
        "same_hours_never_worse_later",
        all(a >= b - 1e-9 for a, b in pairwise(falls)),
        "With the same hours, no longer interval of those drawn leaves a mistake more often than a shorter one.",
    )
    r.claim(
        "hours_need_four",
        exact.at_budget(BASE, 3, budget) is None and exact.at_budget(BASE, 4, budget) is not None,
        "In those hours the interruptions of a look every 3 steps alone do not fit; those of every 4 do.",
    )
    cheap = replace(BASE, look=1.0)
    hours = exact.human(cheap, exact.run(cheap, USUAL))
    five = exact.at_budget(cheap, 5, hours)
    assert five is not None  # at this price the looks leave time to read
    r.add("hours_cheap_5", five[1].escaped, "the same hours, an interruption costs one step, every 5", "share")
    r.claim(
        "same_hours_cheap_look",
        five[1].escaped > 4 * exact.run(cheap, USUAL).escaped,
        "The same if an interruption costs one step: every 5 still leaves a mistake over four times as often as "
        "every 15.",
    )
    add_prices(r)
    eight = {k: by[k]["eight steps a look"] for k in (8, USUAL, 60)}
    skimmed = [k for k in INTERVALS if k >= EYES]
    r.claim(
        "skimming_lets_through",
        eight[USUAL].escaped > 7 * eight[8].escaped
        and all(
            by[a]["eight steps a look"].escaped < by[b]["eight steps a look"].escaped for a, b in pairwise(skimmed)
        ),
        "If eight steps are read at a look, a look every 15 leaves a mistake over seven times as often as every 8, and "
        "each longer interval of those drawn from 8 on leaves one more often.",
    )
    r.claim(
        "skimming_looks_cheap",
        all(
            a.total(BASE) > b.total(BASE)
            and a.total(BASE) - b.total(BASE) < 1.05 * (exact.human(BASE, a) - exact.human(BASE, b))
            for a, b in pairwise(eight.values())
        ),
        "If eight steps are read at a look, the cost falls from every 8 to every 15 to every 60, and over nineteen "
        "parts in twenty of that are fewer interruptions and less to read.",
    )
    r.figure("reading", lambda: figures.reading({k: {n: f.escaped for n, f in v.items()} for k, v in by.items()}))


def add_prices(r: Results) -> None:
    """The same hours at other prices of an interruption and of reading a step."""
    rows = []
    for look, read in PRICES:
        case = replace(BASE, look=look, read=read)
        same = exact.at_budget(case, 5, exact.human(case, exact.run(case, USUAL)))
        assert same is not None  # at these prices five looks in 25 steps leave time to read
        rows.append([f"{look:g} and {read:g}", same[0], same[1].escaped])
    says = f"the hours of a look every {USUAL}, a look every 5: share read, chance that a mistake is left"
    r.table("by_price", says, ["interruption and reading, in steps", "read", "mistake left"], rows)
    r.add("hours_dear_reading_5", rows[-1][2], "the same hours, reading costs ten interruptions, every 5", "share")
    r.claim(
        "dear_reading_shrinks_it",
        all(row[2] > 1.1 * exact.run(BASE, USUAL).escaped for row in rows)
        and all(a[2] > b[2] for a, b in pairwise(rows))
        and rows[-1][2] < 0.1,
        "In the same hours a look every 5 leaves a mistake more often than one every 15 at each of five prices, less "
        "so the dearer reading is; where reading a step costs ten interruptions it is under one in ten.",
    )
    r.add("approved", 1 - BASE.p, "steps that a perfect reader approves", "share")
    r.add("approved_half", 1 - BASE.p / 2, "steps that a reader approves who misses every other mistake", "share")
    r.claim(
        "approval_says_little",
        0.98 <= 1 - BASE.p < 1 - BASE.p / 2 <= 0.99,
        "At one wrong step in fifty a perfect reader approves 98% of steps, who misses every other mistake 99%, who "
        "reads nothing all; by construction.",
    )


def add_valley(r: Results) -> None:
    """The cheapest interval, how flat it lies, and who should drive at which price of an interruption."""
    rows, bands, rules, parts = [], {}, {}, {}
    for p in RATES:
        case = replace(BASE, p=p)
        best, band = exact.best(case), exact.band(case)
        bands[p] = band
        for look in LOOKS:
            priced = replace(case, look=look)
            k = min(round(exact.rule(priced)), BASE.steps)
            here, least = exact.run(priced, k), exact.totals(priced).min()
            always = BASE.steps + priced.read * here.reads  # useful steps and reading: the same at any interval
            rules[p, look] = here.total(priced) / least
            parts[p, look] = (here.total(priced) - always) / (least - always)
        rows.append([p, best, exact.rule(case), *band, exact.assistant_below(case), exact.agent_above(case)])
    says = (
        "cheapest interval, the formula, first and last interval within 5% of the least cost; cost of an interruption "
        "below which a look after every step is cheapest, and above which one look at the end is"
    )
    columns = ["wrong steps", "cheapest", "formula", "from", "to", "every step below", "end only above"]
    r.table("by_rate", says, columns, rows)
    best = {row[0]: row[1] for row in rows}
    r.add("best", best[BASE.p], "cheapest interval", "steps")
    r.add("formula", exact.rule(BASE), "the interval of the formula", "steps")
    r.add("band_low", bands[BASE.p][0], "first interval within 5% of the least cost", "steps")
    r.add("band_high", bands[BASE.p][1], "last interval within 5% of the least cost", "steps")
    bill = exact.bill_band(BASE)
    r.add("bill_low", bill[0], "first interval within 5% of the least in interruptions and steps made again", "steps")
    r.add("bill_high", bill[-1], "last interval within 5% of the least in interruptions and steps made again", "steps")
    r.claim(
        "bill_is_flat",
        bill == list(range(13, 25)),
        "At one wrong step in fifty and three steps an interruption, interruptions and steps made again cost within 5% "
        "of the least at every interval from 13 to 24, and at no other.",
    )
    r.add("best_10", best[0.1], "cheapest interval, one step in ten wrong", "steps")
    r.add("best_05", best[0.005], "cheapest interval, one step in 200 wrong", "steps")
    r.add("longer", best[0.005] / best[0.1], "how much longer the leash is for a model twenty times better")
    below, above = rows[2][5], rows[2][6]
    r.add("every_step_below", below, "price of an interruption below which looking at every step is cheapest", "steps")
    r.add("end_only_above", above, "price of an interruption above which one look at the end is cheapest", "steps")
    r.claim(
        "valley_is_flat",
        all(high >= 2.5 * low for low, high in bands.values() if (low, high) != bands[0.1]) and bands[0.1] == (5, 11),
        "Within 5% of the least cost, the longest interval is at least two and a half times the shortest, from one "
        "wrong step in twenty to one in 200, and 11 against 5 at one in ten.",
    )
    r.claim(
        "twenty_times_better_four_times_longer",
        4 < best[0.005] / best[0.1] < 5,
        "A model that errs a twentieth as often makes the cheapest leash between four and five times as long.",
    )
    r.claim(
        "formula_is_enough",
        max(rules.values()) < 1.02 and max(parts.values()) < 1.06,
        "For five error rates and three prices of a look the interval of the formula, rounded, costs at most 2% more "
        "than the cheapest, and at most 6% more in interruptions and steps made again.",
    )
    r.claim(
        "price_of_a_look_decides",
        0.01 < below < 0.02 and 15 < above < 25,
        "At one wrong step in fifty, a look after every step is cheapest only while an interruption costs less than a "
        "fiftieth of a step, and a single look at the end only from some twenty steps on.",
    )
    within = {p: rows[i][5] < 0.11 for i, p in enumerate(RATES)}
    r.claim(
        "assistant_needs_cheap_looks",
        all(within.values()) and rows[0][5] == max(row[5] for row in rows),
        "Up to one wrong step in ten, looking at every step is cheapest only while an interruption costs less than "
        "about a ninth of a step.",
    )
    curves = {p: exact.totals(replace(BASE, p=p)) for p in (0.05, 0.02, 0.005)}
    r.figure("valley", lambda: figures.valley({p: (curves[p], bands[p]) for p in curves}))
