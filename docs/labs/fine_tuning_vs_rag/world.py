"""The world of the lab: twenty users, five facts each, and rounds in which some of the facts change.

A fact is a user and an attribute; it has one of four values at a time. `History` draws a first value for each and then
rounds of changes. The transcript holds every sentence ever said, in order; the ledger holds what is true now.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

USERS = (
    "Alice",
    "Bob",
    "Carol",
    "David",
    "Erin",
    "Frank",
    "Grace",
    "Heidi",
    "Ivan",
    "Judy",
    "Mallory",
    "Niaj",
    "Olivia",
    "Peggy",
    "Rupert",
    "Sybil",
    "Trent",
    "Victor",
    "Wendy",
    "Zoe",
)
ROUNDS, CHANGES = 20, 5


@dataclass(frozen=True)
class Attribute:
    """What a user can have one of: four values, how it is said, and two ways to ask for it.

    `said` ends before the value. `asked` are questions for sentence vectors. `lead` is the second question with the
    beginning of its answer, for a language model to go on with.
    """

    name: str
    values: tuple[str, ...]
    said: str
    asked: tuple[str, str]
    lead: str


ATTRIBUTES = (
    Attribute(
        "pet",
        ("dog", "cat", "parrot", "rabbit"),
        "{} owns a",
        ("What pet does {} own?", "Which animal lives with {}?"),
        "Which animal lives with {}? It is a",
    ),
    Attribute(
        "city",
        ("Berlin", "Lisbon", "Austin", "Oslo"),
        "{} lives in",
        ("Where does {} live?", "Which city is home to {}?"),
        "Which city is home to {}? It is",
    ),
    Attribute(
        "diet",
        ("vegan", "keto", "halal", "kosher"),
        "The diet of {} is",
        ("What is the diet of {}?", "What food can {} eat?"),
        "What food can {} eat? Only food that is",
    ),
    Attribute(
        "language",
        ("Python", "Rust", "Go", "Java"),
        "{} writes code in",
        ("What does {} write code in?", "Which programming language does {} prefer?"),
        "Which programming language does {} prefer? It is",
    ),
    Attribute(
        "plan",
        ("free", "basic", "team", "premium"),
        "The plan of {} is",
        ("What is the plan of {}?", "Which subscription does {} pay for?"),
        "Which subscription does {} pay for? It is the one called",
    ),
)
FACTS = tuple((user, attribute) for user in range(len(USERS)) for attribute in range(len(ATTRIBUTES)))


def lead(fact: int, form: int = 0, now: bool = False) -> str:
    """The beginning of a sentence that a fact's value ends: as it was said (form 0) or asked otherwise (form 1)."""
    user, attribute = FACTS[fact]
    text = (ATTRIBUTES[attribute].lead if form else ATTRIBUTES[attribute].said).format(USERS[user])
    return with_now(text) if now else text


def with_now(said: str) -> str:
    """The same beginning as somebody says it who knows that the fact has changed."""
    if said.endswith(" is"):
        return f"{said} now"
    name, rest = said.split(" ", 1)
    return f"{name} now {rest}"


def sentence(fact: int, value: int, now: bool = False) -> str:
    """What is said when a fact gets a value."""
    return f"{lead(fact, now=now)} {ATTRIBUTES[FACTS[fact][1]].values[value]}."


def question(fact: int, form: int) -> str:
    """A question for a fact's value, in one of two wordings."""
    user, attribute = FACTS[fact]
    return ATTRIBUTES[attribute].asked[form].format(USERS[user])


@dataclass(frozen=True)
class Row:
    """One sentence of the transcript: which fact got which value, in which round (0: at the start)."""

    fact: int
    value: int
    round: int


class History:
    """First values for all facts and `rounds` rounds of `changes` changes; a change takes another value."""

    def __init__(self, seed: int, rounds: int = ROUNDS, changes: int = CHANGES) -> None:
        rng = np.random.default_rng(seed)
        self.rounds = rounds
        now = rng.integers(4, size=len(FACTS))
        self.now = [now.copy()]  # the ledger after each round
        self.transcript = [Row(fact, int(value), 0) for fact, value in enumerate(now)]
        for number in range(1, rounds + 1):
            for fact in rng.choice(len(FACTS), changes, replace=False).tolist():
                now[fact] = (now[fact] + rng.integers(1, 4)) % 4
                self.transcript.append(Row(fact, int(now[fact]), number))
            self.now.append(now.copy())

    def until(self, number: int) -> list[Row]:
        """The transcript as it stood after a round."""
        return [row for row in self.transcript if row.round <= number]

    @cached_property
    def changed(self) -> np.ndarray:
        """Which facts changed at least once, (100,) bools."""
        changed = np.zeros(len(FACTS), bool)
        changed[[row.fact for row in self.transcript if row.round]] = True
        return changed
