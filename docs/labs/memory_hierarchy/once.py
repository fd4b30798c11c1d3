"""The function `like` put to every question that another function answers: the customer by column, each text once."""

from __future__ import annotations

import sqlite3

import numpy as np

from labs.memory_hierarchy import store
from labs.memory_hierarchy.ranks import similar
from labs.memory_hierarchy.windows import K
from labs.memory_hierarchy.world import ACTS, EVER, NOW, OWNERS, World
from labs.record import Results

TEXTS = (5, 10, K)  # texts handed over


def near(world: World, question: str) -> store.Similarity:
    """The similarity of a text of the store to a question."""
    cosine = dict(zip(world.texts, similar(question).tolist(), strict=True))
    return cosine.__getitem__


def rank(db: sqlite3.Connection, world: World, owner: int, question: str, wanted: set[str]) -> int:
    """How many texts `like` must hand over until one is of `wanted`; more than all rows if none ever is."""
    name = OWNERS[owner]
    found = store.like(db, name, near(world, question.format(o=name)), len(world))
    return next((at for at, (text, _) in enumerate(found, 1) if text in wanted), len(world) + 1)


def texts_of(world: World, owner: int, kind: str) -> set[str]:
    """The different texts of a customer and a kind."""
    return {world.texts[text] for text in world.text[world.of(owner, kind)]}


def measure(r: Results, world: World, db: sqlite3.Connection) -> dict[str, int]:
    """Add what 5, 10 and K texts hold of what is now, ever and a rule; returns for each question how many K answer.

    A value that holds now is right if its text is handed over: of each text the newest row is, so the newest row of
    the kind is the newest of those handed over.
    """
    people = range(len(OWNERS))
    ranks = {
        f"the {kind} now": [
            rank(db, world, owner, NOW[kind], {world.texts[world.text[world.of(owner, kind)[-1]]]}) for owner in people
        ]
        for kind in NOW
    }
    ranks["ever, other words"] = [
        rank(db, world, owner, question, texts_of(world, owner, kind))
        for kind, (_, question) in EVER.items()
        for owner in people
        if len(world.of(owner, kind))
    ]
    ranks["a standing rule"] = [
        rank(db, world, owner, act, texts_of(world, owner, "rule")) for act in ACTS for owner in people
    ]
    held = {question: [sum(one <= k for one in found) for k in TEXTS] for question, found in ranks.items()}
    r.table(
        "by_like",
        "questions answered after 36 months by a perfect reader of the 5, 10 and 20 texts of the customer most like "
        "the question, each text once with its newest date",
        ("question", "five", "ten", "twenty", "asked"),
        [[question, *many, len(ranks[question])] for question, many in held.items()],
    )
    short = {"the plan now": "plan", "the seats now": "seats", "ever, other words": "ever", "a standing rule": "rule"}
    for question, name in short.items():
        for k, many in zip(TEXTS, held[question], strict=True):
            r.add(f"like_{name}_{k}", many, f"{question}: answered by {k} different texts of the customer")
    need = int(np.sort(ranks["a standing rule"])[int(np.ceil(0.9 * len(ranks["a standing rule"]))) - 1])
    r.add("like_rule_90", need, "different texts of the customer needed for the rule in 90% of the acts")
    each = [len({*world.text[world.owner == owner].tolist()}) for owner in people]
    r.add("customer_texts", float(np.mean(each)), "different texts of a customer after 36 months, mean")
    asked = {question: len(found) for question, found in ranks.items()}
    r.claim(
        "like_now",
        all(held[f"the {kind} now"][1] >= 0.95 * asked[f"the {kind} now"] for kind in NOW),
        "Ten different texts of the customer, each with its newest date, hold the plan now and the seats now of at "
        "least 95% of the customers.",
    )
    r.claim(
        "like_ever",
        held["ever, other words"][0] < 0.5 * asked["ever, other words"]
        and held["ever, other words"][2] >= 0.95 * asked["ever, other words"],
        "Asked in other words whether a bug was ever filed, twenty different texts of the customer show it in at least "
        "95% of the cases, five in fewer than half.",
    )
    r.claim(
        "like_rules",
        0.55 <= held["a standing rule"][2] / asked["a standing rule"] <= 0.85 and 0.8 * np.mean(each) <= need <= 40,
        "Twenty different texts of the customer hold the rule for 55% to 85% of the acts; nine in ten take at least "
        "four fifths of the texts that there are, and at most forty.",
    )
    return {question: many[2] for question, many in held.items()}
