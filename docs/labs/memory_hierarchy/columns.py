"""What holds now and how often: read from similar rows, and asked of a store by its columns, some of them wrong."""

from __future__ import annotations

import numpy as np

from labs.memory_hierarchy.paths import one_a_text
from labs.memory_hierarchy.ranks import ranked
from labs.memory_hierarchy.windows import MORE, K
from labs.memory_hierarchy.world import COUNT, KINDS, NOW, OWNERS, World
from labs.record import Results

LOST = (0.01, 0.05, 0.1, 0.2)  # share of rows never written, or written under another kind
DRAWS = 50


def last_of(rows: np.ndarray, seen: np.ndarray, many: int) -> np.ndarray:
    """The last `many` of `rows` that are seen, a line a draw; where there are fewer, -1."""
    from_last = np.cumsum(seen[:, ::-1], axis=1)[:, ::-1]  # how many are seen from here on
    out = np.full((len(seen), many), -1)
    for back in range(many):
        there = (from_last == back + 1) & seen
        line, column = np.nonzero(there)
        out[line, back] = rows[column]
    return out


def now(r: Results, world: World, seed: int) -> None:
    """What holds now, for an attribute that is written seldom and one that is written once a fortnight on average."""
    random = np.random.default_rng([seed, 2])
    right: dict[tuple[str, str], list[bool]] = {}
    for kind, question in NOW.items():
        code = KINDS.index(kind)
        for owner, name in enumerate(OWNERS):
            order, mine = ranked(world, question.format(o=name)), world.of(owner, kind)
            true = world.text[mine[-1]]
            for k in (1, K, 50):  # a perfect reader takes the newest of what it is shown
                known = np.intersect1d(order[:k], mine)
                right.setdefault((kind, f"similar, {k} read"), []).append(
                    len(known) > 0 and world.text[known[-1]] == true
                )
                right.setdefault((kind, f"newest row among {k}"), []).append(mine[-1] in known)
                right.setdefault((kind, f"text among {k}"), []).append(true in world.text[known])
            # one change at a time: each text once over all customers, and the customer's rows with their repeats
            right.setdefault((kind, "ten texts of all"), []).append(true in world.text[one_a_text(world, order)[:10]])
            right.setdefault((kind, "fifty are the customer's"), []).append(
                bool((world.owner[order[:50]] == owner).all())
            )
            known = np.intersect1d(order[world.owner[order] == owner][:50], mine)
            right.setdefault((kind, "fifty rows of the customer"), []).append(
                len(known) > 0 and world.text[known[-1]] == true
            )
            theirs = np.flatnonzero(world.owner == owner)
            right.setdefault((kind, "newest of kind"), []).append(
                world.text[theirs[world.kind[theirs] == code][-1]] == true
            )
            for p in LOST:
                kept = random.random((DRAWS, len(mine))) >= p
                lost = last_of(mine, kept, 1)[:, 0]
                right.setdefault((kind, f"newest of kind, {p:.0%} lost"), []).extend(world.text[lost] == true)
                moved = random.random((DRAWS, len(theirs))) < p  # written under another of the nine kinds of events
                other = (world.kind[theirs] + random.integers(1, 9, (DRAWS, len(theirs)))) % 9
                labelled = np.where(moved & (world.kind[theirs] < 9), other, world.kind[theirs]) == code
                newest = last_of(theirs, labelled, 5)
                right.setdefault((kind, f"newest of kind, {p:.0%} moved"), []).extend(world.text[newest[:, 0]] == true)
                seen = np.where((newest >= 0) & (world.kind[newest] == code), newest, -1).max(axis=1)
                right.setdefault((kind, f"newest five read, {p:.0%} moved"), []).extend(world.text[seen] == true)
    share = {key: float(np.mean(values)) for key, values in right.items()}
    ways = [way for kind, way in share if kind == "plan" and not way.startswith(("newest row", "text", "ten", "fifty"))]
    r.table(
        "by_now",
        "share of the customers for whom the right value is found after 36 months: by similarity with a perfect reader "
        "of so many rows, and as the newest row of customer and kind, with rows lost or written under another kind",
        ("way", "plan", "seats"),
        [[way, share["plan", way], share["seats", way]] for way in ways],
    )
    for kind in NOW:
        for way, name in (("similar, 20 read", "20"), ("similar, 50 read", "50"), ("newest of kind, 5% moved", "moved"),
                          ("newest five read, 5% moved", "five"), ("newest of kind, 5% lost", "lost")):  # fmt: skip
            r.add(f"now_{kind}_{name}", share[kind, way], f"right value of {kind} now: {way}", "share")
        there = share[kind, "newest row among 50"]
        r.add(f"now_{kind}_there", there, f"the newest row of {kind} is among the 50 most similar", "share")
        text = share[kind, "text among 50"]
        r.add(f"now_{kind}_text", text, f"a row with the right value of {kind} is among the 50 most similar", "share")
        for way, name in (("ten texts of all", "once"), ("fifty rows of the customer", "owner")):
            r.add(f"now_{kind}_{name}", share[kind, way], f"right value of {kind} now: {way}", "share")
        many = np.mean([len(world.of(owner, kind)) for owner in range(len(OWNERS))])
        r.add(f"{kind}_rows", float(many), f"rows that name the {kind}, in 36 months, mean over customers")
    r.claim(
        "now_by_similarity",
        share["plan", "similar, 20 read"] >= 0.85 and share["seats", "similar, 50 read"] <= 0.6,
        "A perfect reader of the 20 most similar rows knows the plan now, which is written seldom, of at least 85% of "
        "the customers; of the 50 most similar, the seats now, which are written once a fortnight, of at most 60%.",
    )
    r.claim(
        "seats_over_seeds",
        share["seats", "similar, 20 read"] <= 0.25 and 0.2 <= share["seats", "similar, 50 read"] <= 0.6,
        "A perfect reader knows the seats now of at most a quarter of the customers from twenty similar rows and of "
        "between a fifth and three fifths from fifty.",
    )
    r.claim(
        "repeats_hide_now",
        share["seats", "ten texts of all"] >= 0.95
        and share["seats", "text among 50"] <= 0.75
        and share["seats", "fifty are the customer's"] >= 0.95
        and share["seats", "fifty rows of the customer"] <= 0.6,
        "The text with the seats now is among ten different texts, of all customers, for at least 95%, and among the "
        "fifty most similar rows, repeats and all, for at most 75%; for at least 95% these fifty are all the "
        "customer's own, and fifty rows of the customer alone give the right number for at most 60%.",
    )
    r.claim(
        "labels_cost",
        share["plan", "newest of kind, 5% moved"] < share["plan", "similar, 50 read"]
        and share["seats", "newest of kind, 5% moved"] > share["seats", "similar, 50 read"],
        "With 5% of the rows under a wrong kind, the newest of a kind is right less often than 50 similar rows read "
        "perfectly for the plan, and more often for the seats.",
    )
    r.claim(
        "newest_five",
        all(share[kind, "newest five read, 5% moved"] >= 0.93 for kind in NOW)
        and share["plan", "newest five read, 5% moved"] > share["plan", "newest of kind, 5% moved"],
        "With 5% under a wrong kind, the newest five rows of the kind, read perfectly, give the right value in at "
        "least 93%, for plan and seats; for the plan that is more than the newest alone.",
    )


def counts(r: Results, world: World, seed: int) -> None:
    """How often something happened: rows read from a search, and rows counted by the store, some never written."""
    random = np.random.default_rng([seed, 3])
    shown: dict[int, list[float]] = {k: [] for k in (K, 50, MORE)}
    exact, off, many = dict.fromkeys(LOST, 0), dict.fromkeys(LOST, 0.0), []
    for kind, question in COUNT.items():
        for owner, name in enumerate(OWNERS):
            order, mine = ranked(world, question.format(o=name)), world.of(owner, kind)
            many.append(len(mine))
            for k, errors in shown.items():
                errors.append(1 - len(np.intersect1d(order[:k], mine)) / len(mine))
            for p in LOST:
                kept = random.binomial(len(mine), 1 - p, DRAWS)
                exact[p] += int((kept == len(mine)).sum())
                off[p] += float((1 - kept / len(mine)).sum())
    tried = len(many) * DRAWS
    rows = [[f"read from {k}", float(np.mean([e == 0 for e in errors])), float(np.mean(errors))] for k, errors in
            shown.items()]  # fmt: skip
    rows += [[f"counted, {p:.0%} of rows lost", exact[p] / tried, off[p] / tried] for p in LOST]
    rows.append(["counted, no row lost", 1.0, 0.0])
    r.table(
        "by_count",
        "refunds and outages of a customer in 36 months: share of exact counts, and mean share of the rows missed",
        ("way", "exact", "missed"),
        rows,
    )
    r.add("count_rows", float(np.mean(many)), "refunds or outages of a customer in 36 months, mean")
    r.add("count_fewest", min(many), "refunds or outages of a customer in 36 months, the fewest")
    bound = {k: float(np.mean([max(0, 1 - k / n) for n in many])) for k in shown}
    for k, errors in shown.items():
        missed = f"share of the rows to count that are not among the first {k}"
        r.add(f"count_missed_{k}", float(np.mean(errors)), missed, "share")
        r.add(f"count_least_{k}", bound[k], f"share of the rows to count that cannot be among any {k}", "share")
    r.add(
        "count_read_200", float(np.mean([e == 0 for e in shown[MORE]])), "share of exact counts read from 200", "share"
    )
    for p in LOST:
        r.add(
            f"count_exact_{p * 100:.0f}", exact[p] / tried, f"share of exact counts with {p:.0%} of rows lost", "share"
        )
    predicted = {p: float(np.mean([(1 - p) ** n for n in many])) for p in LOST}
    r.add("count_exact_5_exact", predicted[0.05], "mean of 0.95 ** n over the counts asked for", "share")
    r.add("count_ten", 0.95**10, "0.95 ** 10: share of exact counts of ten rows with 5% lost", "share")
    r.add("count_fifty", 0.95**50, "0.95 ** 50: share of exact counts of fifty rows with 5% lost", "share")
    r.claim(
        "counts_break",
        exact[0.05] / tried < 0.15
        and abs(exact[0.05] / tried - predicted[0.05]) < 0.02
        and abs(off[0.05] / tried - 0.05) < 0.005,
        "With 5% of the rows lost, fewer than 15% of the counts are exact, as 0.95 ** n says, and they are 5% short "
        "on average.",
    )
    r.claim(
        "lossy_count_beats_reading",
        off[0.05] / tried < min(np.mean(shown[k]) for k in (K, 50)),
        "A count by the store with 5% of the rows lost misses a smaller share of them than a perfect reader of the "
        "first 20 or 50 rows.",
    )
    r.claim(
        "cut_miscounts",
        np.mean(shown[50]) > max(0.2, 2 * bound[50]),
        "Among the first 50 rows, on average more than a fifth of the rows to be counted is missing, and more than "
        "twice the share that cannot be among any 50.",
    )
