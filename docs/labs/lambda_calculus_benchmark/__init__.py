"""Which wrong procedures a lambda calculus benchmark lets through, and what one published score is worth."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain, islice
from statistics import median

from labs.record import Results

from . import figures, history, textbook
from .bank import BANDS, Item, Stream, rename_apart, sample
from .cli import main as main
from .measure import items_to_expose, items_to_rank, nearest, wilson
from .notation import show
from .solvers import SOLVERS, inner, letter, prime, reduce
from .terms import Term, flat, key, named, nameless

BANK, STORED, ASKED, STRATUM, RENAMED = 3_000, 10_000, 500, 280, 2_000
ALPHABETS = {"2 letters": "xy", "3 letters": "xyz", "6 letters": "uvwxyz", "26 letters": "abcdefghijklmnopqrstuvwxyz"}
BLIND = "capture-blind, outer first"
Judged = dict[str, list[bool]]


def judge(items: Sequence[Item]) -> Judged:
    """For each solver whether it is right on each item."""
    return {name: [solve(item.term) == item.truth for item in items] for name, solve in SOLVERS.items()}


def add_share(r: Results, name: str, hits: Sequence[bool], says: str) -> None:
    """Keep a share with its 95% Wilson interval."""
    low, high = wilson(sum(hits), len(hits))
    r.add(name, sum(hits) / len(hits), says, "share", low=low, high=high, interval="95% Wilson")


def plain_bank(r: Results, bank: Sequence[Item], stored: Sequence[Item], stream: Counter[str]) -> Judged:
    """What the plain bank holds and how each solver does on it, by the number of steps."""
    r.add("bank_size", len(bank), "items of the plain bank: terms as drawn, with a normal form, no two alike")
    r.add("draws", stream["draws"], "terms drawn for it")
    r.add("over_budget", stream["budget"] + stream["loops"], "terms set aside: no normal form within the budget")
    r.add("loops", stream["loops"], "of them proven to have none: reduction came back to the same term")
    r.add("deep_items", sum(item.band == BANDS[-1] for item in bank), "plain bank: items of 16 steps or more")
    r.add("distinct_nf", len({item.truth for item in bank}), "different right answers in the bank")
    common = Counter(item.truth for item in stored).most_common(1)[0][0]
    r.add("keys_agree", len(bank) + len(stored), "items on which the two keys, substitution and machine, agree: all")
    r.add("key_nodes_median", sorted(i.truth.count(" ") + 1 for i in bank)[len(bank) // 2], "median nodes of an answer")
    judged = judge(bank)
    judged["commonest answer"] = [item.truth == common for item in bank]
    judged["always λx.x"] = [item.truth == "λ 0" for item in bank]
    rows = []
    for name, hits in judged.items():
        by_band = [[h for h, item in zip(hits, bank, strict=True) if item.band == band] for band in BANDS]
        rows.append([name, *(sum(h) / len(h) for h in by_band), sum(hits) / len(hits)])
    counts = [sum(item.band == band for item in bank) for band in BANDS]
    rows.append(["items", *counts, len(bank)])
    columns = ["Solver", *(f"{b} step" + "s" * (b != "1") for b in BANDS), "All"]
    r.table("by_steps", "plain bank: share that each solver gets right, by steps to the normal form", columns, rows)
    add_share(r, "naive_overall", judged[BLIND], "plain bank: right answers of the capture-blind solver, outer first")
    add_share(r, "naive_inner", judged["capture-blind, inner first"], "plain bank: the same, inner first")
    for name, band in (("naive_1step", "1"), ("naive_16plus", "16+")):
        hits = [h for h, item in zip(judged[BLIND], bank, strict=True) if item.band == band]
        add_share(r, name, hits, f"plain bank, {band} step(s): right answers of the capture-blind solver")
    add_share(r, "shadow_overall", judged["shadow-blind"], "plain bank: right answers of the shadow-blind solver")
    add_share(r, "majority_overall", judged["commonest answer"], "plain bank: right if one always gives the commonest")
    add_share(r, "capture_required_share", [i.wrong_outer for i in bank], "plain bank: items the outer-first one fails")
    events = [item for item in bank if item.caught]
    add_share(r, "capture_event_share", [i.caught for i in bank], "plain bank: items with a capture on the way")
    add_share(r, "capture_hidden", [not i.wrong_outer for i in events], "of these, the share where the answer is right")
    r.add("items_to_expose_plain", items_to_expose(sum(i.wrong_outer for i in bank) / len(bank)),
          "items of the plain bank to tell the capture-blind solver from a right one, power 0.8")  # fmt: skip
    r.add("items_to_expose_capture", items_to_expose(1.0), "the same where every item needs renaming")
    r.add("n_items_for_power", items_to_rank(0.85, 0.9), "items each for true shares of 85% and 90%, power 0.8")
    return judged


def strata(r: Results, items: list[Item], more: Stream) -> dict[str, list[Item]]:
    """Two strata of equal depth: one where capture decides the answer, one where it does not."""
    found = {name: sample(chain(items, more), name, STRATUM) for name in ("control", "capture")}
    one_order = [item for item in items if item.wrong_outer][:STRATUM]
    found["outer only"] = one_order
    judged = {name: judge(chosen) for name, chosen in found.items()}
    columns = ["Solver", "Control stratum", "Failed by outer first", "Capture stratum"]
    rows = [
        [name, *(sum(judged[s][name]) / len(judged[s][name]) for s in ("control", "outer only", "capture"))]
        for name in SOLVERS
    ]
    r.table("strata", "share right in strata chosen by what capture-blind solvers answer", columns, rows)
    r.add("stratum_size", STRATUM, "items of each stratum, control and capture spread evenly over the step bands")
    add_share(r, "unseen_order", judged["capture"]["capture-blind, any order"], "capture stratum: right answers of a "
              "capture-blind solver that works in random order and had no part in choosing the items")  # fmt: skip
    add_share(r, "escaped", judged["outer only"]["capture-blind, inner first"], "items chosen because outer first "
              "fails: right answers of the capture-blind solver that works inner first")  # fmt: skip
    add_share(r, "sloppy_capture", judged["capture"]["renames every clash to w"], "capture stratum: a solver that "
              "renames, but always to w")  # fmt: skip
    for name in ("control", "capture"):
        size = median(item.truth.count(" ") + 1 for item in found[name])
        r.add(f"{name}_nodes", size, f"{name} stratum: median nodes of a right answer")
    counts = Counter((item.band, item.stratum) for item in items)
    r.add("looked_at", len(items), "items looked at for the cost of a stratum")
    deep = len(items) / max(1, counts[BANDS[-1], "capture"])
    r.add("cost_16plus", deep, "items to generate for one of the capture stratum with 16 steps or more")
    r.table("cost", "items that must be generated for one of the capture stratum, by steps", ["Steps", "Items each"],
            [[band, len(items) / max(1, counts[band, "capture"])] for band in BANDS])  # fmt: skip
    return found


def names_matter(r: Results, bank: Sequence[Item], seed: int) -> None:
    """The same questions, and others, with binders named in other ways."""

    def score(terms: Sequence[Term], truths: Sequence[str]) -> list[bool]:
        found = (reduce(term)[0] for term in terms)
        return [f is not None and key(f) == truth for f, truth in zip(found, truths, strict=True)]

    truths = [item.truth for item in bank]
    ways: dict[str, list[bool]] = {}
    for name, letters in ALPHABETS.items():
        items = list(islice(Stream(random.Random(f"{seed}/{name}"), tuple(letters)), RENAMED))
        ways[f"{name}, at random"] = [not item.wrong_outer for item in items]
    ways["plain bank, named by depth"] = score([renamed(item.term) for item in bank], truths)
    ways["plain bank, a name each"] = score([rename_apart(item.term) for item in bank], truths)
    rows = [[name, len(hits), sum(hits) / len(hits), *wilson(sum(hits), len(hits))] for name, hits in ways.items()]
    r.table("naming", "share that the capture-blind solver gets right, by how binders are named",
            ["Names of binders", "Items", "Right", "Low", "High"], rows)  # fmt: skip
    add_share(r, "naive_unique", ways["plain bank, a name each"], "plain bank with a name of its own for each binder")
    add_share(r, "naive_depth", ways["plain bank, named by depth"], "plain bank with binders named by depth")


def other_seeds(r: Results, seed: int) -> None:
    """The headline number in three more banks of the same size."""
    shares = []
    for other in range(seed + 1, seed + 4):
        items = islice(Stream(random.Random(f"{other}/bank")), BANK)
        shares.append(sum(not item.wrong_outer for item in items) / BANK)
    r.add("naive_other_seeds_low", min(shares), "capture-blind solver, lowest share of three more seeds", "share")
    r.add("naive_other_seeds_high", max(shares), "capture-blind solver, highest share of three more seeds", "share")


def textbook_bank(r: Results) -> None:
    """Church arithmetic: what the capture-blind solver makes of the items one would write by hand."""
    found = textbook.items()
    solvers = ("right", BLIND, "shadow-blind")
    rows = [
        [name, len(items), *(sum(SOLVERS[s](t) == truth for t, truth in items) for s in solvers)]
        for name, items in found.items()
    ]
    r.table(
        "textbook",
        "Church arithmetic: right answers",
        ["Operation", "Items", "Right", "Capture-blind", "Shadow-blind"],
        rows,
    )
    r.add("textbook_items", sum(row[1] for row in rows), "items of Church arithmetic and booleans")
    r.add("textbook_naive", sum(row[3] for row in rows), "of them right by the capture-blind solver")


def retrieval(r: Results, bank: Sequence[Item], stored: Sequence[Item]) -> None:
    """Whether looking up the most similar stored item solves a fresh one, and whether it would if items leaked."""
    asked = list(bank[:ASKED])
    r.add("nn_asked", len(asked), "items asked of the solver that copies the answer of the most similar stored item")
    r.add("nn_stored", len(stored), "most items it has stored")
    for size in (100, 1_000, STORED):
        places = nearest([flat(i.nameless) for i in stored[:size]], [flat(i.nameless) for i in asked])
        hits = [stored[p].truth == i.truth for p, i in zip(places, asked, strict=True)]
        add_share(r, f"nn_{size}", hits, f"right answers by copying the nearest of {size:,} stored items")
    leaked = [*stored, *asked]
    places = nearest([flat(i.nameless) for i in leaked], [flat(i.nameless) for i in asked])
    add_share(r, "nn_leaked", [leaked[p].truth == i.truth for p, i in zip(places, asked, strict=True)],
              "the same if the asked items are among the stored")  # fmt: skip


def string_grader(r: Results, bank: Sequence[Item], capture: Sequence[Item]) -> None:
    """How many right answers a grader rejects that compares text, in the alphabet of the question.

    The key is what a right solver writes that works outer first and renames by primes; only right answers count.
    """
    ways: dict[str, dict[str, Callable]] = {
        "in nothing": {"fresh": prime},
        "solved inner first": {"fresh": prime, "order": inner},
        "other fresh names": {"fresh": letter},
    }
    groups = (bank, capture)
    keys = [[reduce(item.term, fresh=prime)[0] for item in items] for items in groups]
    rows: list[list] = []
    for name, how in ways.items():
        missed = []
        for items, wanted in zip(groups, keys, strict=True):
            found = [reduce(item.term, **how)[0] for item in items]
            pairs = [(f, w) for f, w, i in zip(found, wanted, items, strict=True) if f and key(f) == i.truth]
            missed.append([show(f) != show(w) for f, w in pairs])
        rows.append([name, *(sum(m) / len(m) for m in missed)])
        if "order" in how:
            add_share(r, "string_grader_order_capture", missed[1], "capture stratum: right answers it rejects if both "
                      "rename by primes and only the order of work differs")  # fmt: skip
    add_share(r, "string_grader_false_neg", missed[0], "plain bank: right answers that a comparison of text rejects")
    add_share(r, "string_grader_false_neg_capture", missed[1], "capture stratum: right answers it rejects")
    letters = [[show(renamed(w)) != show(w) for w in wanted] for wanted in keys]
    rows.append(["all names, a, b, c by depth", *(sum(m) / len(m) for m in letters)])
    columns = ["How the answer differs from the key", "Plain bank", "Capture stratum"]
    r.table("string_grader", "share of right answers that a comparison of text rejects", columns, rows)


def renamed(term: Term) -> Term:
    """A closed named term with its binders named by depth."""
    return named(nameless(term))


def run(seed: int) -> Results:
    """The whole experiment: a bank, solvers known to be wrong, strata, retrieval, grading, and LamBench's history."""
    r = Results()
    stream = Stream(random.Random(f"{seed}/bank"))
    source = iter(stream)
    bank = list(islice(source, BANK))
    counts = Counter(stream.counts)
    stored = list(islice(source, STORED))
    judged = plain_bank(r, bank, stored, counts)
    chosen = strata(r, [*bank, *stored], source)
    names_matter(r, bank, seed)
    other_seeds(r, seed)
    textbook_bank(r)
    retrieval(r, bank, stored)
    string_grader(r, bank, chosen["capture"])
    history.find(r)
    r.figure("steps", figures.steps(bank, judged))
    r.figure("lambench", figures.lambench())
    return r
