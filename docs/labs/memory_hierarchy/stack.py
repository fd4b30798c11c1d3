"""The recommended store, run whole: each kind of question put to the functions of `store`, and to similarity alone."""

from __future__ import annotations

import datetime
import sqlite3

import numpy as np

from labs.memory_hierarchy import once, store
from labs.memory_hierarchy.once import near
from labs.memory_hierarchy.ranks import ranked
from labs.memory_hierarchy.windows import AFTER, Asked, K
from labs.memory_hierarchy.world import ACTS, COUNT, EVER, FACTS, FORTNIGHT, KINDS, NOW, OWNERS, START, WINDOW, World
from labs.record import Results

TOPICS = {  # a call's topic has no column; asked for in other words
    "the renewal": "When did we speak with {o} about staying for another year?",
    "the security review": "When did we speak with {o} about keeping their data safe?",
    "training new staff": "When did we speak with {o} about teaching their new colleagues?",
    "prices": "When did we speak with {o} about what it costs?",
}


def stamp(day: float) -> str:
    """A day since START as the store keeps it."""
    return (START + datetime.timedelta(days=float(day))).isoformat()


def times(world: World, rows: np.ndarray) -> set[str]:
    """The times of some rows as the store keeps them."""
    return {stamp(day) for day in world.day[rows]}


def filled(world: World) -> sqlite3.Connection:
    """The store with every memory of a world."""
    db = sqlite3.connect(":memory:")
    db.executescript(store.SCHEMA)
    db.executemany(
        "insert into memories values (?, ?, ?, ?, ?)",
        [
            (row, stamp(world.day[row]), OWNERS[world.owner[row]], KINDS[world.kind[row]], world.texts[world.text[row]])
            for row in range(len(world))
        ],
    )
    return db


def texts_of(db: sqlite3.Connection, world: World, owner: int, question: str) -> list[tuple[str, str]]:
    """The K texts of a customer that are most like a question, each with its newest time."""
    return store.like(db, OWNERS[owner], near(world, question.format(o=OWNERS[owner])), K)


def topics(r: Results, world: World, db: sqlite3.Connection) -> None:
    """Questions for which the store has no column: what a call was about, in other words."""
    right = asked = alone = 0
    for topic, question in TOPICS.items():
        for owner, name in enumerate(OWNERS):
            text = f"Had a call with {name} about {topic}."
            if text in {world.texts[world.text[row]] for row in world.of(owner, "call")}:
                words = question.format(o=name)
                asked += 1
                right += text in [row[0] for row in store.like(db, name, near(world, words))]
                alone += text in [world.texts[world.text[row]] for row in ranked(world, words)[:K]]
    r.add("topics", asked, "calls by topic, asked for in other words: customers and topics")
    r.add("topics_like", right, "of these, found among five different texts of the customer most like the question")
    r.add("topics_alone", alone, "of these, found among the 20 most similar rows")
    r.claim(
        "topics_need_similarity",
        right >= 0.8 * asked and right > alone,
        "What a call was about has no column: asked for in other words, it is among the five most similar texts of the "
        "customer in at least 80%, more than among the 20 most similar rows.",
    )


def measure(r: Results, world: World, last: list[Asked]) -> None:
    """Add how many questions are answered by 20 similar rows, by 20 texts of the customer, and by their function."""
    db = filled(world)
    rows: list[list[str]] = []
    whole: list[bool] = []  # whether the function answered all, for each line but the first
    held = once.measure(r, world, db)

    def line(question: str, alone: int, texts: int, path: str, right: int, asked: int) -> None:
        rows.append([question, f"{alone} of {asked}", f"{texts} of {asked}", f"{path}: {right} of {asked}"])
        whole.append(right == asked)

    found = alone = twenty = 0
    for kind, (_, question) in FACTS.items():
        for owner, name in enumerate(OWNERS):
            text = world.texts[world.text[world.of(owner, kind)[0]]]
            alone += text in [world.texts[world.text[row]] for row in ranked(world, question.format(o=name))[:K]]
            like = [row[0] for row in store.like(db, name, near(world, question.format(o=name)), K)]
            found += text in like[:5]
            twenty += text in like
    line("a fact, other words", alone, twenty, "like, 5 texts", found, len(FACTS) * len(OWNERS))
    facts = found

    right = twenty = 0
    for one in last:
        name = OWNERS[one.owner]
        days = stamp(one.start), stamp(one.start + FORTNIGHT)
        got, there = store.between(db, name, *days, near(world, WINDOW.format(o=name)))
        right += {row[0] for row in got} == set(one.wanted.tolist()) and there == len(one.wanted)
        twenty += times(world, one.wanted) <= {time for _, time in texts_of(db, world, one.owner, WINDOW)}
    alone = sum(len(one.kept[AFTER]) == len(one.wanted) for one in last)
    line("a fortnight", alone, twenty, "between", right, len(last))
    windows = right

    for kind in NOW:
        right = alone = 0
        for owner, name in enumerate(OWNERS):
            mine = world.of(owner, kind)
            right += store.newest(db, name, kind)[0][0] == mine[-1]
            seen = np.intersect1d(ranked(world, NOW[kind].format(o=name))[:K], mine)
            alone += len(seen) > 0 and bool(world.text[seen[-1]] == world.text[mine[-1]])
        line(f"the {kind} now", alone, held[f"the {kind} now"], "newest", right, len(OWNERS))

    right = alone = twenty = asked = 0
    for kind, question in COUNT.items():
        for owner, name in enumerate(OWNERS):
            mine = world.of(owner, kind)
            asked += 1
            right += store.count(db, name, kind) == len(mine)
            alone += len(np.intersect1d(ranked(world, question.format(o=name))[:K], mine)) == len(mine)
            twenty += times(world, mine) <= {time for _, time in texts_of(db, world, owner, question)}
    line("how often", alone, twenty, "count", right, asked)

    right = alone = asked = 0
    for kind, (_, question) in EVER.items():
        for owner, name in enumerate(OWNERS):
            mine = world.of(owner, kind)
            if len(mine):
                asked += 1
                right += store.count(db, name, kind) > 0
                alone += len(np.intersect1d(ranked(world, question.format(o=name))[:K], mine)) > 0
    line("ever, other words", alone, held["ever, other words"], "count", right, asked)

    right = alone = 0
    for act in ACTS:
        for owner, name in enumerate(OWNERS):
            rule = int(world.of(owner, "rule")[0])
            right += store.pinned(db, name) == [(world.texts[world.text[rule]],)]
            alone += rule in ranked(world, act.format(o=name))[:K]
    line("a standing rule", alone, held["a standing rule"], "pinned", right, len(ACTS) * len(OWNERS))

    r.table(
        "who_answers",
        "questions answered after 36 months by a perfect reader of the 20 most similar rows (dates filtered "
        "afterwards), of the 20 most similar texts of the customer, each once with its newest date, and by the "
        "function of the store that is meant for them",
        ("question", "20 similar", "20 texts of the customer", "function"),
        rows,
    )
    r.add("like_facts", facts, "facts asked for in other words that are among five different texts of the customer")
    r.claim(
        "whole_stack",
        all(whole[1:]) and facts >= 0.95 * len(FACTS) * len(OWNERS) and windows == len(last),
        "With rows free of mistakes the five functions answer every question asked of them after 36 months but at "
        "most 5% of the facts in other words; by construction but for those facts.",
    )
    topics(r, world, db)
