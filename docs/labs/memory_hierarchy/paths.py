"""A fact in other words, whether something ever happened, the rule nobody asks about, and what is sent."""

from __future__ import annotations

import numpy as np

from labs import embedding
from labs.memory_hierarchy.ranks import ranked
from labs.memory_hierarchy.windows import MORE, K
from labs.memory_hierarchy.world import ACTS, EVER, FACTS, KINDS, OWNERS, World
from labs.record import Results


def first_of(world: World, order: np.ndarray, owner: int, kind: str) -> int:
    """The rank of the first row of a customer and a kind, from 1."""
    return int(np.flatnonzero((world.owner[order] == owner) & (world.kind[order] == KINDS.index(kind)))[0]) + 1


def one_a_text(world: World, order: np.ndarray) -> np.ndarray:
    """The same order with each text once."""
    _, where = np.unique(world.text[order], return_index=True)
    return order[np.sort(where)]


def facts(r: Results, world: World) -> None:
    """A fact that was written once, asked for in other words."""
    rows = []
    for kind, (_, question) in FACTS.items():
        orders = [ranked(world, question.format(o=name)) for name in OWNERS]
        plain = [first_of(world, order, owner, kind) for owner, order in enumerate(orders)]
        once = [first_of(world, one_a_text(world, order), owner, kind) for owner, order in enumerate(orders)]
        rows.append([kind, *(sum(rank <= k for rank in ranks) for ranks in (plain, once) for k in (5, K)), len(OWNERS)])
    r.table(
        "by_fact",
        "facts written once and asked for in other words after 36 months: found among the first 5 and 20, "
        "and with each text listed once",
        ("fact", "five", "twenty", "five once", "twenty once", "asked"),
        rows,
    )
    total = sum(row[5] for row in rows)
    for at, name in ((1, "facts_five"), (2, "facts_twenty"), (3, "facts_five_once")):
        r.add(name, sum(row[at] for row in rows), f"facts found, of all asked for in other words: {name}")
    r.add("facts", total, "facts asked for in other words, three for each customer")
    by_kind = {row[0]: row for row in rows}
    r.claim(
        "facts_found",
        all(by_kind[kind][1] >= 0.85 * len(OWNERS) for kind in ("hours", "promise")),
        "Of three facts asked for in other words, similarity over 36 months has two among the first five for at "
        "least 85% of the customers.",
    )
    r.claim(
        "repeats_crowd_out",
        by_kind["tax"][1] < 0.5 * len(OWNERS) and by_kind["tax"][3] >= 0.85 * len(OWNERS),
        "The tax number is among the first five for fewer than half of the customers, and for at least 85% once each "
        "text is listed once.",
    )


def ever(r: Results, world: World) -> None:
    """Whether something ever happened, where it did: by a first hit that shows it."""
    rows, got = [], {}
    for kind, questions in EVER.items():
        for at, question in enumerate(questions):
            orders = [(owner, ranked(world, question.format(o=name))) for owner, name in enumerate(OWNERS)
                      if len(world.of(owner, kind))]  # fmt: skip
            ranks = [first_of(world, order, owner, kind) for owner, order in orders]
            got[kind, at] = [sum(rank <= k for rank in ranks) for k in (1, K)], len(ranks)
            rows.append([f"{kind}, {('named', 'in other words')[at]}", *got[kind, at][0], len(ranks)])
    r.table(
        "by_ever",
        "customers to whom it did happen: the first row, or one of 20, shows it, after 36 months",
        ("question", "first", "twenty", "asked"),
        rows,
    )
    for at, name in enumerate(("named", "other")):
        for k, word in enumerate(("first", "twenty")):
            r.add(
                f"ever_{name}_{word}",
                sum(got[kind, at][0][k] for kind in EVER),
                f"customers and bugs shown by the {('first row', 'first 20 rows')[k]}, asked for "
                f"{('by name', 'in other words')[at]}",
            )
    r.add("ever", sum(got[kind, 0][1] for kind in EVER), "customers and bugs (exports, imports) that did happen")
    share = {at: sum(got[kind, at][0][0] for kind in EVER) / sum(got[kind, at][1] for kind in EVER) for at in (0, 1)}
    r.claim(
        "ever_named",
        share[0] >= 0.85 and share[1] <= 0.3,
        "Whether a customer ever had a bug with exports or imports: named so, the first row shows it in at least 85% "
        "of the cases where it happened; in other words, in at most 30%.",
    )


def rules(r: Results, world: World) -> list[tuple[int, str, int, float]]:
    """How deep the standing rule of a customer lies when the agent is about to act; returns the rows of the figure."""
    orders = [(owner, ranked(world, act.format(o=name))) for act in ACTS for owner, name in enumerate(OWNERS)]
    ranks = np.array([first_of(world, order, owner, "rule") for owner, order in orders])
    once = np.array([first_of(world, one_a_text(world, order), owner, "rule") for owner, order in orders])
    own = np.array([first_of(world, order[world.owner[order] == owner], owner, "rule") for owner, order in orders])
    pins = embedding.pieces([world.texts[world.text[world.of(owner, "rule")[0]]] for owner in range(len(OWNERS))])
    lengths = embedding.pieces(world.texts)
    r.add("rules", len(ranks), "acts tried: three for each customer")
    r.add("rule_20", int((ranks <= K).sum()), "acts for which the customer's rule is among the first 20 rows")
    r.add("rule_200", int((ranks <= MORE).sum()), "acts for which the customer's rule is among the first 200 rows")
    r.add("rule_median", float(np.median(ranks)), "rank of the customer's rule, median over acts")
    before = orders[0][1][: ranks[0] - 1]
    r.add("rule_northwind", int(ranks[0]), "rank of Northwind's rule, when the agent is about to send the numbers")
    own_before = int((world.owner[before] == 0).sum())
    invoices = int(((world.owner[before] != 0) & (world.kind[before] == KINDS.index("invoice"))).sum())
    r.add("rule_northwind_own", own_before, "rows of Northwind that come before that rule")
    r.add("rule_northwind_invoices", invoices, "invoices of other customers that come before that rule")
    r.claim(
        "rule_behind_others",
        invoices > 300 and own_before > 0.9 * (world.owner == 0).sum(),
        "When the agent is about to send Northwind the quarterly numbers, more than 300 invoices of other customers "
        "and more than nine tenths of Northwind's own rows come before Northwind's rule.",
    )
    r.add(
        "rule_90",
        int(np.sort(ranks)[int(np.ceil(0.9 * len(ranks))) - 1]),
        "rows needed for the rule in 90% of the acts",
    )
    r.add("rule_pieces", float(np.mean(pins)), "word pieces of a rule, mean over customers")
    need, need_once, need_own = (np.sort(one)[int(np.ceil(0.9 * len(one))) - 1] for one in (ranks, once, own))
    r.add("rule_90_once", int(need_once), "different texts of all customers needed for the rule in 90% of the acts")
    r.add("rule_90_own", int(need_own), "rows of the customer needed for the rule in 90% of the acts")
    r.add("rule_90_pieces", float(need * lengths[world.text].mean()), "word pieces of so many rows, at the mean length")
    r.claim(
        "rules_deep",
        (ranks <= K).mean() < 0.1 and need > 300,
        "The customer's rule is among the first 20 rows for fewer than a tenth of the acts, and to have it for nine "
        "in ten takes more than 300 rows.",
    )
    r.claim(
        "repeats_hide_rules",
        need_once < 0.15 * need and need_own > 0.25 * need,
        "To have the rule for nine in ten acts, different texts of all customers are fewer than 15% of the rows that "
        "it takes with repeats; rows of the customer alone, with repeats, are more than a quarter of them.",
    )
    acts = [act.format(o=name) for act in ACTS for name in OWNERS]
    rows = [
        (int(ranks[i]), acts[i], found, round(found / len(ranks), 3))
        for found, i in enumerate(np.argsort(ranks, kind="stable"), 1)
    ]
    r.table(
        "by_depth",
        "acts by the rows that must be fetched, most similar first, to have the customer's rule among them, and how "
        "many of all acts have theirs by then",
        ("rows fetched", "act", "acts with their rule", "share"),
        rows,
    )
    return rows


def cost(r: Results, world: World, rows: float, stamp: float) -> None:
    """Word pieces of what is sent, each row with its date: a fortnight, twenty rows, a customer's, everything."""
    lengths = embedding.pieces(world.texts)[world.text] + stamp
    mine = [float(lengths[world.owner == owner].sum()) for owner in range(len(OWNERS))]
    each = embedding.pieces(world.texts) + stamp
    once = [float(each[np.unique(world.text[world.owner == owner])].sum()) for owner in range(len(OWNERS))]
    mean = float(lengths.mean())
    r.add("piece_row", mean, "word pieces of a row with its date in words, mean")
    r.add("window_rows", rows, "rows in a fortnight of a customer, mean over those asked for")
    r.add("piece_window", rows * mean, "word pieces of the rows of a fortnight at the mean length")
    r.add("piece_twenty", K * mean, "word pieces of 20 rows at the mean length")
    r.add("piece_customer", float(np.mean(mine)), "word pieces of all rows about a customer after 36 months, mean")
    r.add("piece_once", float(np.mean(once)), "word pieces of each text of a customer once, with a date, mean")
    r.add("piece_all", float(lengths.sum()), "word pieces of all memories after 36 months")
    r.add("customer_rows", len(world) / len(OWNERS), "rows about a customer after 36 months, mean")
    r.add(
        "customer_per_window",
        float(np.mean(mine)) / (rows * mean),
        "word pieces of all rows about a customer, for each word piece of a fortnight",
        tolerance=0.1,
    )
    r.claim(
        "whole_customer_costs",
        40 <= np.mean(mine) / (rows * mean) <= 150 and max(mine) < 10_000,
        "After 36 months everything about a customer, dates included, is fewer than 10,000 word pieces for each of "
        "them, and on average 40 to 150 times the rows of one fortnight.",
    )
    r.claim(
        "once_is_cheap",
        max(once) < 700,
        "Each different text of a customer once, with its newest date, is fewer than 700 word pieces for each of them.",
    )
