"""What happened in a quarter: a window with more rows than are handed over, cut by similarity or each text once."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np

from labs.memory_hierarchy.paths import one_a_text
from labs.memory_hierarchy.ranks import ranked
from labs.memory_hierarchy.windows import K
from labs.memory_hierarchy.world import OWNERS, WINDOW, World
from labs.record import Results

QUARTER = 90.0  # days
FEW = 10  # texts


def blind(many: list[int], k: int) -> float:
    """The chance that k rows drawn blindly show every kind, of which there are so `many` rows; exact.

    Of the draws, those without some kinds are taken away and added in turn (inclusion and exclusion).
    """
    rows = sum(many)
    if k >= rows:
        return 1.0
    without = ((len(gone), rows - sum(gone)) for n in range(len(many) + 1) for gone in combinations(many, n))
    return sum((-1) ** n * comb(left, k) for n, left in without) / comb(rows, k)


def measure(r: Results, world: World) -> None:
    """Add the first quarter of each customer, customer and dates filtered first: what K rows and K texts show of it.

    The question is that of the fortnights, word for word.
    """
    rows, texts, by_rows, by_texts, by_few, drawn = [], [], [], [], [], []
    for owner, name in enumerate(OWNERS):
        inside = np.flatnonzero((world.owner == owner) & (world.day >= 0) & (world.day < QUARTER))
        wanted = ranked(world, WINDOW.format(o=name), inside)
        once = one_a_text(world, wanted)
        kinds = set(world.kind[wanted])
        rows.append(len(wanted))
        texts.append(len(once))
        by_rows.append(set(world.kind[wanted[:K]]) == kinds)
        by_texts.append(set(world.kind[once[:K]]) == kinds)
        by_few.append(set(world.kind[once[:FEW]]) == kinds)
        drawn.append(blind([int((world.kind[wanted] == kind).sum()) for kind in kinds], K))
    r.add("quarter_rows", float(np.mean(rows)), "rows of a customer in the first 90 days, mean")
    r.add("quarter_texts", float(np.mean(texts)), "different texts of a customer in the first 90 days, mean")
    left_out = float(np.mean([max(0.0, 1 - K / many) for many in rows]))
    r.add("quarter_left_out", left_out, "share of these rows that cannot be among any 20, mean", "share")
    r.add("quarters", len(rows), "customers asked about their first 90 days")
    r.add(
        "quarter_kinds", sum(by_rows), "of these, every kind of event is among the 20 most similar rows of the window"
    )
    r.add("quarter_once", sum(by_texts), "of these, every kind of event is among 20 texts of the window, each once")
    r.add("quarter_ten", sum(by_few), "of these, every kind of event is among ten texts of the window, each once")
    few = sum(many <= K for many in texts)
    r.add("quarter_few", few, "of these, no more than 20 different texts in the window")
    r.add(
        "quarter_blind",
        float(sum(drawn)),
        "of these, every kind of event would be among 20 rows of the window drawn blindly: expected, exact",
    )
    r.claim(
        "quarter_blind_better",
        sum(by_rows) < 0.5 * sum(drawn),
        "In the first 90 days, customer and dates filtered first, the 20 most similar rows show every kind of event "
        "for fewer than half as many customers as 20 rows drawn blindly would.",
    )
    r.claim(
        "quarter_cut",
        sum(many > K for many in rows) >= 0.9 * len(rows)
        and sum(by_rows) <= 0.25 * len(rows)
        and sum(by_texts) >= 0.9 * len(rows)
        and few >= 0.75 * len(rows),
        "In the first 90 days at least 90% of the customers have more than 20 rows; customer and dates filtered first, "
        "the 20 most similar show every kind of event for at most a quarter of the customers, and 20 texts, each "
        "listed once, for at least 90%; at least three quarters of them have no more than 20 texts.",
    )
