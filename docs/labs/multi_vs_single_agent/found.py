"""What the shop gives: values, tables and the sentences that rest on them."""

from __future__ import annotations

import numpy as np

from labs.multi_vs_single_agent import customers, merge
from labs.multi_vs_single_agent.merge import CHECKS, CRASH, FAIL, SILENT, seen
from labs.multi_vs_single_agent.orders import AWKWARD, ORDINARY, to_copy
from labs.multi_vs_single_agent.shop import DECISIONS
from labs.record import Results

CUSTOMERS, SIZES = 400, (1, 5, 20, 50)
ANSWER = "the ordinary order, with its answer"
MARKS = {True: "seen", False: "-"}


def add_merge(r: Results, seed: int) -> dict[str, str]:
    """Both halves merged for each decision; returns what the ordinary order does, by decision."""
    said = merge.outcomes()
    counts = {kind: sum(value == kind for value in said.values()) for kind in (CRASH, FAIL, SILENT)}
    r.add("decisions", len(DECISIONS), "decisions that the halves can make in two ways each; I chose them")
    for kind, name in ((CRASH, "crash"), (FAIL, "fail"), (SILENT, "silent")):
        r.add(f"kinds_{name}", counts[kind], f"decisions where the ordinary order {kind} when the halves disagree")
    pairs = [(d, way) for d in DECISIONS for way in (0, 1)]
    whole = [merge.merged(d, way, way) for d, way in pairs]
    r.claim(
        "both_ways_right",
        all(one.own and one.types and one.answered and one.awkward for one in whole),
        "Where both halves take the same way, either way, every check passes: neither way is wrong by itself.",
    )
    mixed = [one for d in DECISIONS for one in merge.mixed(d)]
    r.claim(
        "own_tests_see_none",
        all(one.own for one in mixed) and len(mixed) == 24,
        "For each of the twelve decisions, both ways to disagree, each half passes its own tests.",
    )
    r.claim(
        "twelve_split",
        (counts[CRASH], counts[FAIL], counts[SILENT]) == (3, 4, 5),
        "Of twelve disagreements three crash on an ordinary order, four let it run to a wrong answer, and five let "
        "it pass with the right answer.",
    )
    money = merge.mixed(next(d for d in DECISIONS if d.name == "cents or euros"))[0]
    r.add("money_right", "€40.00", "what two lamps of 20.00 cost")
    r.add("money_said", money.said[0], "what the bill says when one half hands over cents and the other prints euros")
    r.claim(
        "money_is_wrong_unseen",
        money.own
        and money.ran
        and money.said[0] == "€4000.00"
        and merge.merged(DECISIONS[3], 0, 0).said[0] == "€40.00",
        "Cents printed as euros: both halves pass their own tests, nothing raises, and two lamps of €20.00 are billed "
        "as €4000.00.",
    )
    sees = {name: [seen(check, d) for d in DECISIONS] for name, check in CHECKS.items()}
    for name, key in (
        ("the ordinary order runs", "runs"), ("types at the border", "types"), ("types, and it runs", "types_runs"),
        ("types of JSON", "types_json"),
        ("the ordinary order, with its answer", "answer"), ("types, and its answer", "types_answer"),
        ("awkward orders, with answers", "awkward"), ("examples side by side", "examples"),
        ("awkward examples side by side", "awkward_examples"),
    ):  # fmt: skip
        r.add(f"seen_{key}", sum(sees[name]), f"of the twelve disagreements, seen both ways by: {name}")
    total = {name: sum(marks) for name, marks in sees.items()}
    r.claim(
        "answer_sees_more_than_types",
        total["the ordinary order runs"] == 3 < total["types at the border"] == 5
        and total["types, and it runs"] == 6 < total["the ordinary order, with its answer"] == 7,
        "Running one ordinary order sees three of the twelve, comparing types at the border five, both six; one "
        "ordinary order with its right answer sees seven.",
    )
    r.claim(
        "types_add_nothing_to_answer",
        total["types, and its answer"] == total["the ordinary order, with its answer"]
        and all(b for a, b in zip(sees["types at the border"], sees[ANSWER], strict=True) if a),
        "All that types at the border see, one ordinary order with its answer sees as well.",
    )
    r.claim(
        "json_types_see_three",
        [d.name for d, mark in zip(DECISIONS, sees["types of JSON"], strict=True) if mark]
        == ["name of a field", "list or object", "number or text as id"],
        "Where hand-overs are JSON, with amounts as numbers and dates as text, comparing types sees three of twelve.",
    )
    missed = [d.name for d, mark in zip(DECISIONS, sees["awkward orders, with answers"], strict=True) if not mark]
    r.add("awkward_missed", ", ".join(missed), "what three awkward orders, written with the list in hand, do not see")
    r.claim(
        "awkward_miss_rounding",
        missed == ["round lines or the sum"] and len(AWKWARD["orders"]) == 3 and len(ORDINARY["orders"]) == 1,
        "Three awkward orders and a missing one, written with the list of twelve in hand, see eleven and miss the "
        "rounding.",
    )
    random = np.random.default_rng(seed)
    worlds = [customers.customer(random) for _ in range(CUSTOMERS)]
    sight = {d.name: np.array([customers.sees(d, world) for world in worlds]) for d in DECISIONS}
    share = {name: float(both.mean()) for name, both in sight.items()}
    quiet = sorted(share[name] for name, kind in said.items() if kind == SILENT)
    r.add("customers", CUSTOMERS, "customers drawn at random")
    r.add("quiet_least", quiet[0], "customers who meet the quietest of the five that pass", "share")
    r.add("quiet_third", quiet[2], "customers who meet the third quietest of the five", "share")
    r.add("quiet_most", quiet[-1], "customers who meet the least quiet of the five", "share")
    r.claim(
        "quiet_is_not_rare",
        quiet[0] > 0 and quiet[2] < 0.125 and quiet[3] > 0.25,
        "Of the five that pass, three are met by fewer than one in eight of the customers drawn at random, and two by "
        "more than one in four.",
    )
    beside = {d.name: np.array([bool(merge.disputed(*d.make, [world])) for world in worlds]) for d in DECISIONS}
    drawn = []
    for size in SIZES:
        tests = [slice(i, i + size) for i in range(0, CUSTOMERS - size + 1, size)]
        counts = [sum(bool(both[test].any(axis=0).all()) for both in sight.values()) for test in tests]
        side = [sum(bool(one[test].any()) for one in beside.values()) for test in tests]
        drawn.append([size, round(float(np.mean(counts)), 2), min(counts), round(float(np.mean(side)), 2), min(side)])
    columns = ["customers", "right answers, mean", "least", "side by side, mean", "least, side by side"]
    r.table("by_random", "of twelve disagreements, seen both ways with customers drawn at random", columns, drawn)
    r.add("random_answers", drawn[SIZES.index(20)][1], "of twelve, seen on average by twenty customers, answers known")
    r.add("random_examples", drawn[SIZES.index(20)][3], "of twelve, seen on average by twenty customers, side by side")
    tests = [slice(i, i + 20) for i in range(0, CUSTOMERS - 19, 20)]
    alone = float(np.mean([sum(both[test].any(axis=0).mean() for both in sight.values()) for test in tests]))
    r.add("random_answers_one", alone, "the same with answers known, one mixture at a time, mean of the two")
    r.claim(
        "random_orders_see_more",
        all(drawn[SIZES.index(20)][i] > 10.5 and drawn[SIZES.index(1)][i] < 10.5 for i in (1, 3))
        and drawn[SIZES.index(20)][3] > 11
        and drawn[SIZES.index(20)][3] > alone > drawn[SIZES.index(20)][1],
        "Twenty random customers show more than 10.5 of the twelve on average with right answers, and more than eleven "
        "side by side; side by side shows more, also where right answers need to object to one mixture alone.",
    )
    r.claim(
        "examples_see_nine",
        total["examples side by side"] == 9
        and total["awkward examples side by side"] == 11
        and all(b for a, b in zip(sees[ANSWER], sees["examples side by side"], strict=True) if a),
        "What both writers would hand over for one ordinary order, side by side, shows nine of the twelve before "
        "anything is merged, among them all seven that the right answer shows; for the awkward orders too, eleven.",
    )
    r.claim(
        "awkward_examples",
        total["awkward examples side by side"] == 11 and not sees["awkward examples side by side"][9],
        "Side by side for the ordinary and the awkward orders, hand-overs show eleven of the twelve, not the rounding.",
    )
    copied = [bool(merge.disputed(*d.make, [to_copy()])) for d in DECISIONS]
    r.add("seen_to_copy", sum(copied), "of the twelve, seen side by side with the three orders of orders.json")
    r.claim(
        "orders_to_copy",
        all(copied) and len(to_copy()["orders"]) == 3,
        "Side by side for the three orders of orders.json, written with the list of twelve in hand, makers that "
        "disagree hand over different things in all twelve, the rounding among them.",
    )
    five = ["each half's own tests", "the ordinary order runs", "types at the border", ANSWER, "examples side by side"]
    r.claim(
        "figure_twelve",
        [total[name] for name in five] == [0, 3, 5, 7, 9]
        and [d.name for d in DECISIONS if not any(sees[name][DECISIONS.index(d)] for name in five)]
        == ["round lines or the sum", "oldest or newest first", "None or an error"]
        and [name for name, kind in said.items() if kind == SILENT] == [d.name for d in DECISIONS[7:]],
        "Of the twelve, own tests see none, an ordinary order's run three, types five, its answer seven, examples side "
        "by side nine; rounding, sorting and the missing order are seen by none of these, and an ordinary order passes "
        "with the last five.",
    )
    shown = [
        "the ordinary order runs", "types at the border", ANSWER, "examples side by side",
        "awkward examples side by side",
    ]  # fmt: skip
    rows = [
        [d.name, *(MARKS[sees[name][i]] for name in shown), round(share[d.name], 3)] for i, d in enumerate(DECISIONS)
    ]
    columns = ["decision", "runs", "types", "answer", "examples", "awkward examples", "customers who meet it"]
    r.table("by_decision", "what each check sees when the halves disagree about one decision", columns, rows)
    wrong = [
        [d.name, *(merge.merged(d, a, 1 - a).said[0] for a in (0, 1)), d.right[0]] for d in DECISIONS
    ]  # fmt: skip
    r.table("said", "what the ordinary order gives when the halves disagree, and what is right",
            ["decision", "way 0 made, way 1 used", "way 1 made, way 0 used", "right"], wrong)  # fmt: skip
    return said
