"""How binders are named decides what a bank measures; and whether an old question answers a fresh one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import islice

from labs.record import Results

from . import textbook
from .bank import Item, Stream
from .exact import counts
from .measure import flawless, nearest, wilson
from .solvers import SOLVERS, answers_of, reduce, rename_apart
from .strata import ONCE, OUTER, SHIPPED, Judged, add_share, share
from .terms import Term, flat, key, named, nameless

OTHER, ASKED, SIZE = 1_500, 500, 9


def naming(r: Results, bank: Sequence[Item], judged: Judged, seed: int) -> None:
    """The same questions, and others, with binders named in other ways."""

    def right(terms: Sequence[Term], truths: Sequence[str]) -> list[bool]:
        found = (reduce(term)[0] for term in terms)
        return [f is not None and key(f) == truth for f, truth in zip(found, truths, strict=True)]

    truths = [item.truth for item in bank]
    letters = tuple("abcdefghijklmnopqrstuvwxyz")
    others = list(islice(Stream(random.Random(f"{seed}/26 letters"), letters), OTHER))
    ways = {
        "3 letters, at random": [not item.wrong_outer for item in bank],
        "26 letters, at random": [not item.wrong_outer for item in others],
        "the same, named by depth": right([named(nameless(item.term)) for item in bank], truths),
        "the same, a name each": judged[ONCE],  # a question renamed apart, and renaming it first, are one and the same
    }
    r.table("naming", "share right of the solver that never renames, by how binders are named",
            ["Names of binders", "Questions", "Right", "Low", "High"],
            [[name, len(hits), share(hits), *wilson(sum(hits), len(hits))] for name, hits in ways.items()])  # fmt: skip
    add_share(r, "never_26", ways["26 letters, at random"], "another bank, 26 letters: solver that never renames")
    add_share(r, "never_depth", ways["the same, named by depth"], "plain bank, binders named by depth: the same solver")
    add_share(r, "never_unique", ways["the same, a name each"], "plain bank, a name for each binder: the same solver")
    r.claim("names_decide", share(ways["the same, a name each"]) > 0.99 and share(ways["3 letters, at random"]) < 0.93,
            "The same questions with a name of its own for each binder: the solver that never renames is right on more "
            "than 99% instead of under 93%.")  # fmt: skip
    r.add("flawless_never_unique", flawless(share(ways["the same, a name each"])), "right answers in a row that rule "
          "out the solver that never renames on the plain bank with a name for each binder, at 5%")  # fmt: skip
    apart = [answers_of(SHIPPED[0], rename_apart(item.term)) == item.truth for item in bank]
    r.add("explorer_2019_unique", sum(apart), "plain bank, a name for each binder: right answers of the solver that "
          f"{SHIPPED[0]}, as a count")  # fmt: skip
    r.claim("names_hide_both", all(apart) and share(judged[SHIPPED[0]]) < 0.99
            and flawless(share(ways["the same, a name each"])) > 1_000,
            "With a name for each binder the rule that Lambda Explorer shipped in 2019 is right on every question "
            "instead of under 99% of them, and to rule out the solver that never renames takes more than a thousand "
            "right answers in a row.")  # fmt: skip


def short_terms(r: Results) -> None:
    """Every term of up to nine nodes over three letters, counted and not sampled."""
    rows = [[size, *counts(size)] for size in range(2, SIZE + 1)]
    r.table("exact", "all closed terms over three letters, by size", ["Nodes", "Terms", "Questions", "Wrong"], rows)
    asked, wrong = sum(row[2] for row in rows), sum(row[3] for row in rows)
    r.add("exact_questions", asked, "questions among all closed terms of up to nine nodes over three letters; exact")
    r.add("exact_wrong", wrong, "of them wrong for the solver that never renames; exact")
    r.add("exact_right", 1 - wrong / asked, "share of them right for the solver that never renames; exact", "share")
    r.add("exact_first", next(row[0] for row in rows if row[3]), "nodes of the shortest term it gets wrong")
    r.claim("short_hide", 1 - wrong / asked > 0.95,
            "Of all questions of up to nine nodes over three letters, counted one by one, the solver that never "
            "renames gets more than 95% right.")  # fmt: skip


def arithmetic(r: Results) -> None:
    """Church arithmetic: what wrong solvers make of the questions one would write by hand."""
    found = textbook.items()
    solvers = ("right", OUTER, "ignores shadowing")
    rows = [
        [
            name,
            len(items),
            *(sum(key(a) == truth for t, truth in items if (a := SOLVERS[s](t)) is not None) for s in solvers),
        ]
        for name, items in found.items()
    ]
    columns = ["Operation", "Questions", "Right", "Never renames", "Ignores shadowing"]
    r.table("textbook", "Church arithmetic: right answers", columns, rows)
    r.add("textbook_operations", len(rows), "operations of Church arithmetic and truth values")
    r.add("textbook_no_capture", sum(row[3] == row[1] for row in rows), "of them never in need of a renaming: the "
          "solver that never renames is right on every question")  # fmt: skip
    r.claim("textbook_mostly_blind", all(row[3] == row[1] for row in rows if row[0] != "power") and
            next(row[3] for row in rows if row[0] == "power") == 0, "Of the operations, power written as n m needs a "
            "renaming in every question, and none of the others in any.")  # fmt: skip


def retrieval(r: Results, bank: Sequence[Item]) -> None:
    """Whether looking up the most similar stored question answers a fresh one, and whether it would if items leaked."""
    asked, stored = list(bank[-ASKED:]), list(bank[:-ASKED])
    places = nearest([flat(i.nameless) for i in stored], [flat(i.nameless) for i in asked])
    fresh = [stored[p].truth == i.truth for p, i in zip(places, asked, strict=True)]
    leaked = [*stored, *asked]
    places = nearest([flat(i.nameless) for i in leaked], [flat(i.nameless) for i in asked])
    again = [leaked[p].truth == i.truth for p, i in zip(places, asked, strict=True)]
    r.add("nn_asked", len(asked), "fresh questions asked of the solver that copies the answer of the most similar one")
    r.add("nn_stored", len(stored), "solved questions that it has stored")
    add_share(r, "nn_fresh", fresh, "right answers by copying the answer of the most similar stored question")
    add_share(r, "nn_leaked", again, "the same if the questions asked are among those stored")
    r.claim("fresh_stops_lookup", share(fresh) < 0.04 and share(again) > 0.95,
            "Copying the answer of the most similar solved question is right on under 4% of fresh questions and on "
            "more than 95% of leaked ones.")  # fmt: skip
