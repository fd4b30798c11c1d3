"""The bank and the strata picked from it, and what each solver scores on them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import chain

from labs.record import Results

from .bank import BANDS, LONGEST, RULES, Item, Stream, sample
from .bank import DEEP as NINE
from .measure import flawless, items_to_expose, wilson
from .solvers import SOLVERS, WRONG, answers_of

STRATUM, AGAIN, DEEP = 300, 12, 100
OUTER, INNER, ANY = (f"never renames, {order}" for order in ("outer first", "inner first", "any order"))
ONCE, ONCE_INNER = "renames once, outer first", "renames once, inner first"
ALWAYS_W = "renames every clash to w"
SHIPPED = tuple(f"renames as Explorer did in {year}" for year in (2019, 2020))  # two releases of Lambda Explorer
RENAMES_ANY = "renames, any order"  # the held-back solver with the one thing that it lacks
Judged = dict[str, list[bool]]


def judge(items: Sequence[Item]) -> Judged:
    """For each solver whether it is right on each item.

    An item has the answers of two solvers that never rename. Where the outer-first one met no capture, the one that
    renames to w would do the very same steps, so its answer is taken over.
    """
    known = {OUTER: 0, INNER: 1}

    def answer(name: str, item: Item) -> str | None:
        if name in known or (name == ALWAYS_W and not item.caught):
            return item.blind[known.get(name, 0)]
        return answers_of(name, item.term)

    return {name: [answer(name, item) == item.truth for item in items] for name in SOLVERS}


def share(hits: Sequence[bool]) -> float:
    """The share of True."""
    return sum(hits) / len(hits)


def add_share(r: Results, name: str, hits: Sequence[bool], says: str) -> None:
    """Keep a share with its 95% Wilson interval."""
    low, high = wilson(sum(hits), len(hits))
    r.add(name, share(hits), says, "share", low=low, high=high, interval="95% Wilson")


def plain(r: Results, bank: Sequence[Item], judged: Judged, drawn: Counter[str]) -> None:
    """What the plain bank holds, what became of each draw, and how each solver does on it."""
    r.add("bank_size", len(bank), "questions of the plain bank: terms as drawn, with a normal form, no two alike")
    r.add("draws", drawn["draws"], "terms drawn for it")
    r.add("draws_normal", drawn["normal already"], "draws that were in normal form already and ask nothing")
    r.add("draws_twice", drawn["duplicate"], "draws that differ from an earlier one only in names")
    r.add("draws_over", drawn["budget"], "draws without a normal form within 200 steps and 400 nodes")
    r.add("draws_loop", drawn["loops"], "draws proven to have no normal form: reduction came back to the same term")
    parts = ("normal already", "duplicate", "budget", "loops", "items")
    r.claim("draws_add_up", drawn["draws"] == sum(drawn[part] for part in parts),
            "Every draw is a question, or set aside for one of the four reasons named.")  # fmt: skip
    r.claim("keys_agree", all(judged["right"]),
            "On every question the two keys agree on normal form and steps (a difference stops the run), and the "
            "solver on names gives the same answer.")  # fmt: skip
    for name, key in (("never", OUTER), ("never_inner", INNER), ("never_any", ANY), ("once", ONCE),
                      ("shadow", "ignores shadowing"), ("eight", "stops after 8 steps"),
                      ("always_w", ALWAYS_W), ("explorer_2019", SHIPPED[0]),
                      ("explorer_2020", SHIPPED[1]), ("copy", "copies the question"),
                      ("identity", "always λx.x")):  # fmt: skip
        add_share(r, f"{name}_plain", judged[key], f"plain bank: right answers of the solver that {key}")
    r.claim(
        "plain_lets_pass",
        all(0.87 < share(judged[name]) < 0.93 for name in (OUTER, INNER, ANY)),
        "On the plain bank a solver that never renames is right on 87% to 93%, whichever order it works in.",
    )
    worst = min(share(judged[ONCE]), share(judged[ALWAYS_W]))
    never, shadow = share(judged[OUTER]), share(judged["ignores shadowing"])
    r.claim("plain_scores_the_wrong", worst > 0.99 > never > shadow,
            "On the plain bank the two solvers that rename badly score above 99%, more than the one that never "
            "renames, and that one more than the one that ignores shadowing.")  # fmt: skip
    r.claim("shipped_pass_plain", all(never < 0.97 < share(judged[name]) < 1 for name in SHIPPED),
            "On the plain bank the two rules that Lambda Explorer shipped, of 2019 and of 2020, are each right on more "
            "than 97%, and on more than the solver that never renames.")  # fmt: skip
    over = sum(item.steps > 8 for item in bank)
    r.add("over_eight", over, "plain bank: questions that need more than eight steps")
    r.claim("eight_is_arithmetic", sum(judged["stops after 8 steps"]) == len(bank) - over,
            "Giving up after eight steps fails exactly the questions that need more, and no other.")  # fmt: skip
    r.add("one_step_share", share([item.steps == 1 for item in bank]), "plain bank: questions of one step", "share")
    caught = [item for item in bank if item.caught]
    add_share(r, "caught", [item.caught for item in bank], "plain bank: questions with a capture on the way")
    add_share(r, "hidden", [not item.wrong_outer for item in caught], "of these, those where the answer is right")


def depth(r: Results, bank: Sequence[Item], judged: Judged) -> None:
    """What depth alone does: the share right on deep questions, and how many questions it takes to find out."""
    deep = [hit for hit, item in zip(judged[OUTER], bank, strict=True) if RULES["deep"](item)]
    short = [hit for hit, item in zip(judged[OUTER], bank, strict=True) if item.steps == 1]
    add_share(r, "never_deep", deep, "plain bank, nine steps or more: right answers of the solver that never renames")
    add_share(r, "never_short", short, "plain bank, one step: right answers of the solver that never renames")
    r.add("deep_items", len(deep), "plain bank: questions of nine steps or more")
    r.add("expose_plain", items_to_expose(1 - share(judged[OUTER])), "plain questions after which a solver that is "
          "always right is told from the one that never renames: McNemar's exact test, 5%, power 0.8")  # fmt: skip
    r.add("expose_deep", items_to_expose(1 - share(deep)), "the same with questions of nine steps or more")
    r.add(
        "expose_picked", items_to_expose(1.0), "the same where it fails every question: six in a row, by construction"
    )
    r.claim("depth_helps_some", 0.5 < share(deep) < share(short) and
            items_to_expose(1 - share(deep)) < 0.5 * items_to_expose(1 - share(judged[OUTER])),
            "On questions of nine steps or more the solver that never renames is still right on more than half, and "
            "fewer than half as many of them expose it as of plain questions.")  # fmt: skip


def long_ones(r: Results, bank: Sequence[Item], judged: Judged) -> None:
    """What length alone does to the rules that Lambda Explorer had: right answers in a row that rule them out."""
    long = [RULES["deep"](item) for item in bank]
    needed = {}
    for name, solver in (
        ("never", OUTER), ("once", ONCE), *zip(("explorer_2019", "explorer_2020"), SHIPPED, strict=True),
    ):  # fmt: skip
        hits = judged[solver]
        deep_hits = [hit for hit, it_is in zip(hits, long, strict=True) if it_is]
        needed[solver] = [flawless(share(h)) if not all(h) else 10**6 for h in (hits, deep_hits)]
        r.add(f"flawless_{name}_long", needed[solver][1], "right answers in a row on questions of nine steps or more "
              f"of the plain bank that rule out the solver that {solver}, at 5%")  # fmt: skip
    r.claim("long_exclude_sooner", needed[OUTER][1] < 15 and all(
                needed[name][1] < 60 and 3 * needed[name][1] < needed[name][0] for name in SHIPPED),
            "On questions of nine steps or more of the plain bank fewer than 15 right answers in a row rule out the "
            "solver that never renames, and fewer than 60, less than a third of what all lengths take, either rule "
            "that Lambda Explorer shipped.")  # fmt: skip


def pick(r: Results, bank: Sequence[Item], more: Stream) -> tuple[dict[str, list[Item]], dict[str, Judged]]:
    """Strata of equal depth picked by one rule each, and one picked against a solver that renames once."""
    looked: list[Item] = list(bank)
    rules = ("control", "one selector", "capture")
    found = {}
    for name in rules:
        source = chain(list(looked), more_of(more, looked))
        found[name] = sample(source, RULES[name], STRATUM, spread=True)
    source = chain(list(looked), more_of(more, looked))
    found["again"] = sample(source, lambda item: answers_of(ONCE, item.term) != item.truth, AGAIN, spread=False)
    judged = {name: judge(items) for name, items in found.items()}
    r.add("looked_at", len(looked), "questions generated for the strata, the plain bank among them")
    r.add("stratum_size", STRATUM, "questions of each stratum of equal depth: as many from each band of steps")
    for name, stratum in (("one", "one selector"), ("two", "capture"), ("control", "control")):
        add_share(r, f"held_back_{name}", judged[stratum][ANY], f"stratum {stratum}: right answers of the solver that "
                  "never renames and works in random order, which had no part in picking")  # fmt: skip
    r.add("held_back_two_count", sum(judged["capture"][ANY]), "the same on the stratum capture, as a count")
    add_share(r, "escaped", judged["one selector"][INNER], "stratum one selector: right answers of the solver that "
              "never renames and works inner first")  # fmt: skip
    one, two = share(judged["one selector"][ANY]), share(judged["capture"][ANY])
    r.claim(
        "second_selector",
        0.06 < one < 0.14 and two < 0.04,
        "A solver that never renames and had no part in picking is right on 6% to 14% where one selector picked, and "
        "on under 4% where two did, with as many questions of each band of steps.",
    )
    r.claim("control_is_no_trap", share(judged["control"][ANY]) > 0.9,
            "On the control stratum of equal depth the held-back solver is right on more than 90%.")  # fmt: skip
    r.add("renaming_on", sum(judged["capture"][RENAMES_ANY]), "stratum capture: right answers of the held-back solver "
          "once it renames, its places drawn at random from the same seed, as a count")  # fmt: skip
    r.claim("renaming_isolated", all(share(judged[s][RENAMES_ANY]) > 0.98 for s in rules) and two < 0.04,
            "With renaming added, and its places drawn from the same seed, the held-back solver is right on more than "
            "98% of each stratum; without it, on under 4% of the stratum capture.")  # fmt: skip
    add_share(r, "once_capture", judged["capture"][ONCE], "stratum capture: right answers of the solver that renames "
              "once, at the start")  # fmt: skip
    add_share(r, "w_capture", judged["capture"][ALWAYS_W], "stratum capture: right answers of the "
              "solver that renames every clash to w")  # fmt: skip
    r.claim("next_wrong_passes", all(share(judged["capture"][n]) > 0.85 for n in (ONCE, ALWAYS_W)),
            "On the stratum that stops every solver that never renames, the solver that renames once and the one that "
            "renames every clash to w are right on more than 85%.")  # fmt: skip
    for year, name in zip((2019, 2020), SHIPPED, strict=True):
        add_share(r, f"explorer_{year}_capture", judged["capture"][name], f"stratum capture: right answers of the "
                  f"solver that {name}")  # fmt: skip
    r.claim("shipped_pass_capture", all(0.85 < share(judged["capture"][name]) < 1 for name in SHIPPED),
            "On the stratum capture the two rules that Lambda Explorer shipped are each right on more than 85%, and "
            "not on all.")  # fmt: skip
    again = judged["again"]
    r.add(
        "again_size",
        len(found["again"]),
        "questions of the stratum again: the first that the solver which renames once fails",
    )
    low, high = wilson(len(found["again"]), len(looked))
    r.add("again_rare", len(looked) / len(found["again"]), "questions generated for each of them",
          low=1 / high, high=1 / low, interval="95% Wilson")  # fmt: skip
    r.claim("again_is_rare", len(looked) / len(found["again"]) > 300, "The solver that renames once fails fewer than "
            "one question in 300.")  # fmt: skip
    r.add("again_held_back", sum(again[ONCE_INNER]), "of them right for the solver that renames once and works inner "
          "first, which had no part in picking")  # fmt: skip
    r.add("again_never", sum(again[OUTER]), "of them right for the solver that never renames")
    r.add("again_w", sum(again[ALWAYS_W]), "of them right for the solver that renames every clash to w")
    r.claim("again_stops_its_family", share(again[ONCE_INNER]) < 0.25 and share(again[ALWAYS_W]) > 0.5,
            "Of the questions that the solver which renames once fails, its sibling that works inner first gets under "
            "a quarter right and the one that renames every clash to w more than half.")  # fmt: skip
    for name in ("control", "capture"):
        sizes = sorted(item.truth.count(" ") + 1 for item in found[name])
        r.add(f"{name}_nodes", sizes[len(sizes) // 2], f"stratum {name}: median nodes of a right answer")
    return found, judged


def more_of(stream: Stream, looked: list[Item]):
    """The items of a stream, each kept in `looked` as it comes."""
    for item in stream:
        looked.append(item)
        yield item


def deep(r: Results, seed: int) -> tuple[list[Item], Judged]:
    """Capture questions of nine steps or more, as `emit --stratum deep-capture` asks them, and who gets them right."""
    stream = Stream(random.Random(f"{seed}/deep"), least=NINE)
    items = sample(
        stream,
        lambda item: RULES["deep-capture"](item) and item.truth.count(" ") < LONGEST,
        DEEP,
        spread=False,
    )
    looked = stream.counts["items"] + stream.counts["short"]
    low, high = wilson(len(items), looked)
    r.add("deep_size", len(items), "questions of the stratum deep capture: nine steps or more")
    r.add("cost_deep", looked / len(items), "questions generated for each of them",
          low=1 / high, high=1 / low, interval="95% Wilson")  # fmt: skip
    judged = judge(items)
    for name, solver in (("once", ONCE), ("w", ALWAYS_W), ("explorer_2019", SHIPPED[0]), ("explorer_2020", SHIPPED[1])):
        add_share(r, f"{name}_deep", judged[solver], f"stratum deep capture: right answers of the solver that {solver}")
    return items, judged


def tables(r: Results, strata: dict[str, list[Item]], judged: dict[str, Judged]) -> None:
    """Solver by stratum by steps, in long form; the totals; and what a score without a mistake rules out."""
    rows = []
    for band in (*BANDS, "all"):
        at = {s: [i for i, item in enumerate(items) if band in ("all", item.band)] for s, items in strata.items()}
        for solver in SOLVERS:
            cells = [share([judged[s][solver][i] for i in places]) if places else None for s, places in at.items()]
            rows.append([band, solver, *cells])
    columns = ["Steps", "Solver", *(f"{s}" for s in strata)]
    r.table("by_steps", "share that each solver gets right, by steps to the normal form and stratum", columns, rows)
    r.table(
        "sizes",
        "questions in each stratum, by steps",
        ["Steps", *strata],
        [[band, *(sum(item.band == band for item in items) for items in strata.values())] for band in BANDS],
    )
    r.table("strata", "right answers of each solver in each stratum", ["Solver", *strata],
            [[solver, *(sum(judged[s][solver]) for s in strata)] for solver in SOLVERS])  # fmt: skip
    rows = []
    for solver in WRONG:
        row: list = [solver]
        for stratum in strata:
            hits = judged[stratum][solver]
            row.append(flawless(share(hits)) if not all(hits) else None)
        rows.append(row)
    r.table("flawless", "answers without a mistake that rule out each solver at 5%, by where the questions are from",
            ["Solver", *strata], rows)  # fmt: skip
