"""What the shop and the model give: values, tables and the sentences that rest on them."""

from __future__ import annotations

import numpy as np

from labs.multi_vs_single_agent import choices, customers, merge
from labs.multi_vs_single_agent.choices import BLIND, BRIEF, OTHER, READS
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


def add_choices(r: Results, said: dict[str, str]) -> list[list[object]]:
    """What SmolLM2-135M takes at both ends; returns rows of decision, programs that differ, what the order does."""
    asked = choices.asked()
    tokens = choices.asked(per_token=True)
    of = {shown: [one.differ(shown) for one in asked] for shown in (BLIND, OTHER, BRIEF, READS)}
    sampled = {shown: sum(one.disagree(shown) for one in asked) for shown in of}
    each = {shown: sum(one.differ(shown) for one in tokens) for shown in of}
    whole = {shown: sum(differ) for shown, differ in of.items()}
    r.add("asked", len(asked), "decisions put to SmolLM2-135M: twelve, each in one small program with four nouns")
    for shown, name in ((BLIND, "blind"), (OTHER, "other"), (BRIEF, "brief"), (READS, "reads")):
        r.add(f"differ_{name}", whole[shown], f"of 48, its two halves take different ways, the likeliest each time, "
              f"shown {shown}")  # fmt: skip
        r.add(f"differ_{name}_token", each[shown], f"the same, the likeliest way by the token, shown {shown}")
        r.add(f"sampled_{name}", sampled[shown], f"of 48, expected to differ where both are sampled, shown {shown}")
    r.claim(
        "same_model_differs",
        whole[BLIND] == 13 and each[BLIND] == 7,
        "Taking its likeliest way at both ends, SmolLM2-135M disagrees with itself in 13 of the 48, each way scored as "
        "a whole, and in 7, scored by the token.",
    )
    money = [[one for one in each if one.name == "cents or euros"] for each in map(choices.asked, (False, True))]
    r.claim(
        "model_bills_cents",
        len(money[0]) == 4
        and all(one.make < 0.5 < one.use for one in money[0])
        and not any(one.differ(BLIND) for one in money[1]),
        "With each of four nouns SmolLM2-135M hands over cents at one end and takes the total for euros, undivided, at "
        "the other, each way scored as a whole; scored by the token it does so with none.",
    )
    silent = sum(diff for one, diff in zip(asked, of[BLIND], strict=True) if said[one.name] == SILENT)
    r.add("differ_silent", silent, "of those 13, about a decision where an ordinary order passes")
    silent_token = sum(one.differ(BLIND) for one in tokens if said[one.name] == SILENT)
    r.add("differ_silent_token", silent_token, "of the 7 by the token, about a decision where an ordinary order passes")
    r.claim(
        "most_differences_are_silent",
        silent > whole[BLIND] / 2 and silent_token < each[BLIND] / 2,
        "More than half of the 13 are about decisions where one ordinary order passes with its right answer; of the 7 "
        "by the token, fewer than half are.",
    )
    r.claim(
        "line_does_not_help_it",
        whole[BRIEF] > whole[BLIND] and each[BRIEF] > each[BLIND] and sampled[BRIEF] > sampled[BLIND],
        "With the agreed line as a comment above both halves SmolLM2-135M disagrees more often than without, by its "
        "likeliest ways, scored as a whole or by the token, and sampled.",
    )
    r.claim(
        "another_line_too",
        whole[BLIND] < whole[OTHER] < whole[BRIEF] and each[OTHER] < each[BLIND],
        "A line on another decision raises the count too, by less, where ways are scored as a whole; by the token it "
        "does not.",
    )
    moved, moved_token = (sum(one.moved() for one in answers) for answers in (asked, tokens))
    r.add("line_moved", moved, "of 96 ends, those that a line moves towards what it names")
    r.add("line_moved_token", moved_token, "the same, scored by the token")
    followed, followed_token = (sum(one.followed() for one in answers) for answers in (asked, tokens))
    r.add("line_followed", followed, "of 192, two lines at each of 96 ends, the way named is the likeliest")
    r.add("line_followed_token", followed_token, "the same, scored by the token")
    r.claim(
        "line_moves_it",
        min(moved, moved_token) > 0.8 * 2 * len(asked) and max(followed, followed_token) < 2 / 3 * 4 * len(asked),
        "At more than four in five ends a line makes the way that it names likelier than the line for the other does; "
        "the way named is the likeliest in fewer than two in three of the 192, by either score.",
    )
    r.claim(
        "code_in_view_helps_little",
        whole[READS] == whole[BLIND] and each[READS] < each[BLIND] and 0 < sampled[BLIND] - sampled[READS] < 3,
        "With the first half's code in view its likeliest ways differ as often as without, scored as a whole, and less "
        "often by the token; sampled, it would disagree in fewer than three of the 48 less.",
    )
    rows = [
        [name, *(sum(d for one, d in zip(asked, of[s], strict=True) if one.name == name) for s in of), said[name]]
        for name in choices.NAMES
    ]
    r.claim(
        "figure_model",
        [row[1] for row in rows] == [0, 0, 0, 4, 0, 1, 0, 1, 3, 0, 4, 0],
        "Programs of four in which the two ends differ: cents or euros 4, number or text as id 1, UTC or local time 1, "
        "last day in or out 3, oldest or newest first 4, the other seven decisions 0.",
    )
    r.table("by_model", "in how many of four programs SmolLM2-135M takes different ways at the two ends",
            ["decision", "nothing", "another line", "the line", "other's code", "ordinary order"], rows)  # fmt: skip
    return [[row[0], row[1], row[-1]] for row in rows]
