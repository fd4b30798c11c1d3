"""What happened with a customer in a fortnight: a date filter after the cut, with more fetched, and before the cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import hypergeom

from labs.memory_hierarchy.ranks import ranked
from labs.memory_hierarchy.world import FORTNIGHT, MONTH, MONTHS, OWNERS, WINDOW, World
from labs.record import Results

K, MORE = 20, 200  # rows that a search returns; ten times as many
HISTORIES = (1, 2, 3, 6, 12, 24, 36)  # months
BEFORE, AFTER, OVER = "dates first", "dates after 20", "dates after 200"
OWNER, RETRY, DATES = "customer first, dates after 20", "more until one is left", "dates first, any customer"
WAYS = (BEFORE, DATES, AFTER, OWNER, OVER, RETRY)


@dataclass(frozen=True)
class Asked:
    """A question about a customer and some days: the rows that answer it, and those that each way hands over."""

    owner: int
    start: float
    wanted: np.ndarray
    ranks: np.ndarray  # of the wanted among the customer's rows, from 1
    own: int  # rows about the customer
    own_found: int  # of these, among the first K
    kept: dict[str, np.ndarray]


def inside(world: World, start: float) -> np.ndarray:
    """Whether each row was written in the fortnight that begins on a day."""
    return (world.day >= start) & (world.day < start + FORTNIGHT)


def ask(world: World, owner: int, by_rank: np.ndarray, start: float) -> Asked:
    """Ask for a fortnight of a customer, in every way; `by_rank` is every row, most similar to the question first."""
    dates, mine = inside(world, start)[by_rank], world.owner[by_rank] == owner

    def cut(k: int) -> np.ndarray:
        return by_rank[:k][dates[:k] & mine[:k]]

    def more() -> np.ndarray:
        k = K
        while not len(cut(k)) and k < len(world):
            k *= 2
        return cut(k)

    wanted = by_rank[dates & mine]
    return Asked(
        owner,
        start,
        wanted,
        np.flatnonzero(dates[mine]) + 1,
        int(mine.sum()),
        int(mine[:K].sum()),
        {
            BEFORE: wanted[:K],
            DATES: by_rank[dates][:K][mine[dates][:K]],
            AFTER: cut(K),
            OWNER: by_rank[mine][:K][dates[mine][:K]],
            OVER: cut(MORE),
            RETRY: more(),
        },
    )


def asked(world: World, starts: Callable[[int], Sequence[float]], owners: int = len(OWNERS)) -> list[Asked]:
    """The questions about customers, for the fortnights that `starts` names; those without a row are left out."""
    found = []
    for owner in range(owners):
        by_rank = ranked(world, WINDOW.format(o=OWNERS[owner]))
        found += [ask(world, owner, by_rank, start) for start in starts(owner)]
    return [one for one in found if len(one.wanted)]


def counts(questions: list[Asked], way: str) -> tuple[int, int]:
    """How many were answered by all their rows, and how many by none."""
    return (
        sum(len(one.kept[way]) == len(one.wanted) for one in questions),
        sum(not len(one.kept[way]) for one in questions),
    )


def blind(questions: list[Asked]) -> tuple[float, float]:
    """Empty answers if the customer's rows among the first K were drawn without looking at dates: mean, deviation.

    Exact: of `own` rows, `own_found` are drawn and the wanted must not be among them (hypergeometric).
    """
    p = np.array([hypergeom.pmf(0, one.own, len(one.wanted), one.own_found) for one in questions])
    return float(p.sum()), float(np.sqrt((p * (1 - p)).sum()))


def measure(r: Results, world: World, seed: int) -> tuple[list[list[float | str]], list[Asked]]:
    """Add the growing history and random fortnights; returns the rows of the chart and the last questions."""
    rows, found = [], {}
    for months in HISTORIES:
        part = world.until(months)
        found[months] = asked(part, lambda _: [0.0, FORTNIGHT])
        for way in WAYS:
            whole, empty = counts(found[months], way)
            total = len(found[months])
            rows.append([months, way, len(part), whole / total, empty / total])
    r.table(
        "by_history",
        "the customers' first two fortnights, asked for as the history grows: share of the questions "
        "answered by all their rows, and by none",
        ("months", "way", "memories", "complete", "empty"),
        rows,
    )
    last = found[MONTHS]
    total = len(last)
    got = {way: counts(last, way) for way in WAYS}
    r.add("windows", total, "questions about a fortnight of a customer, two for each customer with a row in it")
    r.add("memories", len(world), "memories after 36 months")
    r.add("memories_month", len(world.until(1)), "memories after the first month")
    for way, name in ((BEFORE, "before"), (DATES, "dates"), (AFTER, "after"), (OVER, "over"), (RETRY, "retry")):
        r.add(f"{name}_complete", got[way][0], f"fortnights answered by all their rows after 36 months: {way}")
        r.add(f"{name}_empty", got[way][1], f"fortnights answered by no row after 36 months: {way}")
    year = counts(found[12], OVER)
    r.add("over_complete_year", year[0], "fortnights answered by all their rows after 12 months: dates after 200")
    r.add(
        "after_empty_year", counts(found[12], AFTER)[1], "fortnights answered by no row after 12 months: dates after 20"
    )
    r.add(
        "after_complete_month",
        counts(found[1], AFTER)[0],
        "fortnights answered by all their rows after one month: dates after 20",
    )
    r.claim(
        "most_empty",
        got[AFTER][0] <= 2 and got[AFTER][1] > 0.6 * total,
        "After 36 months, with the dates filtered after the first 20, at most two of the 60 or more fortnights are "
        "complete and more than three in five come back empty.",
    )
    widest = max(len(one.wanted) for one in last)
    r.add("widest", widest, "most rows in one of the fortnights asked for")
    r.claim(
        "first_complete",
        all(counts(found[m], BEFORE)[0] == len(found[m]) for m in HISTORIES) and widest <= K,
        "With customer and dates filtered before the cut, every fortnight is complete at every history tried; by "
        "construction, since none holds more than 20 rows.",
    )
    same = all(set(one.kept[OWNER]) == set(one.kept[AFTER]) for one in last)
    r.claim(
        "customer_first_no_help",
        same and all(one.own_found == K for one in last),
        "After 36 months, filtering the customer before the cut and the dates after it keeps the same rows as "
        "filtering both after it: the first 20 are the customer's already.",
    )
    r.claim(
        "dates_first_enough",
        got[DATES][0] >= 0.85 * total and got[DATES][1] == 0,
        "After 36 months, with the dates before the cut and the customer left to similarity, at least 85% of the "
        "fortnights are complete and none is empty.",
    )
    r.claim(
        "cliff_moves",
        year[0] >= 0.75 * len(found[12]) and got[OVER][0] <= 0.2 * total,
        "Fetching 200 in place of 20 completes at least three quarters of the fortnights after 12 months, and at "
        "most a fifth after 36.",
    )
    r.claim(
        "retry_leaves_gaps",
        got[RETRY][1] == 0 and got[RETRY][0] <= 0.2 * total,
        "Fetching twice as many until one row is left ends the empty answers (by construction) and completes at most "
        "a fifth of the fortnights after 36 months.",
    )
    month = counts(found[1], AFTER)[0]
    third = counts(found[3], AFTER)[0]
    half = counts(found[6], AFTER)[0], counts(found[6], OVER)[0]
    r.add("after_complete_third", third, "fortnights answered by all their rows after three months: dates after 20")
    r.claim(
        "worked_at_first",
        month >= 0.75 * len(found[1])
        and third <= 0.25 * len(found[3])
        and half[0] <= 0.1 * len(found[6])
        and half[1] >= 0.75 * len(found[6]),
        "After one month, dates after 20 completes at least three quarters of the fortnights; after three, at most "
        "a quarter; after six, a tenth at most, and dates after 200 at least three quarters.",
    )
    mean, deviation = blind(last)
    r.add(
        "blind_empty",
        mean,
        "empty answers after 36 months to be expected if the first 20 were drawn from the "
        "customer's rows without looking at dates (exact)",
    )
    r.claim(
        "like_a_draw",
        abs(got[AFTER][1] - mean) <= 3 * deviation,
        "After 36 months the empty answers are as many as if the first 20 were drawn from the customer's rows "
        "blindly, to within three standard deviations.",
    )
    depth = float(np.median([one.ranks.max() / one.own for one in last]))
    r.add(
        "depth",
        depth,
        "how deep the last wanted row lies, as a share of the customer's rows; median over fortnights",
        "share",
    )
    r.claim(
        "most_rows_needed",
        depth > 0.7,
        "In the median fortnight the last row lies beyond 70% of all that was ever written about the customer.",
    )
    random = np.random.default_rng([seed, 1])
    later = asked(world, lambda _: random.uniform(0, MONTHS * MONTH - FORTNIGHT, 2))
    others = {way: counts(later, way) for way in WAYS}
    r.table(
        "anywhere",
        "the same after 36 months, for fortnights drawn from all of the 36 months",
        ("way", "complete", "empty", "asked"),
        [[way, *others[way], len(later)] for way in WAYS],
    )
    r.claim(
        "anywhere_alike",
        others[AFTER][0] <= 2 and others[AFTER][1] > 0.5 * len(later) and others[BEFORE][0] == len(later),
        "For fortnights anywhere in the 36 months, too, dates after 20 completes two at most and leaves more than half "
        "empty, and filtering first completes all.",
    )
    return rows, last
