"""The sentences of the experiment: eight slots, four values each, ten users under five kinds of name."""

from __future__ import annotations

import hashlib
import re
from functools import cache

import numpy as np

from labs.embedding import embed

USERS, VALUES = 10, 4
CITIES, CODE = ("Berlin", "Lisbon", "Austin", "Osaka"), ("Python", "Rust", "Java", "Ruby")
SLOTS: dict[str, tuple[tuple[str, ...], str, str, str]] = {  # values, statement, as a suggestion, question
    "plan": (("Free", "Pro", "Team", "Enterprise"), "{u} is on the {v} plan", "{u} was recommended the {v} plan",
             "What plan is {u} on?"),
    "diet": (("vegan", "vegetarian", "keto", "halal"), "{u} follows a {v} diet", "{u} was recommended a {v} diet",
             "What diet does {u} follow?"),
    "pet": (("beagle", "parrot", "hamster", "rabbit"), "{u} has a {v}", "{u} was recommended a {v}",
            "What pet does {u} have?"),
    "seat": (("aisle", "window", "front row", "exit row"), "{u} wants the {v} on flights",
             "{u} was recommended the {v} on flights", "What seat does {u} want on a plane?"),
    "home": (CITIES, "{u} lives in {v}", "{u} was recommended to live in {v}", "Where does {u} live?"),
    "office": (CITIES, "{u} works at the office in {v}", "{u} was recommended the office in {v}",
               "In which city does {u} go to the office?"),
    "work": (CODE, "{u} writes {v} at work", "{u} was recommended {v} for work",
             "Which programming language does {u} use at work?"),
    "hobby": (CODE, "{u} writes {v} at home", "{u} was recommended {v} for home",
              "Which programming language does {u} use at home?"),
}  # fmt: skip
NEAR = ("home", "office", "work", "hobby")  # slots that have a neighbour with the same values
REWORDED = {  # the same questions without a word of the statements but the name
    "plan": "Which subscription does {u} pay for?", "diet": "What does {u} eat?",
    "pet": "Which animal belongs to {u}?", "seat": "Where does {u} like to sit when flying?",
    "home": "Which town is home to {u}?", "office": "To which town does {u} commute?",
    "work": "What does {u} program in for the job?", "hobby": "What does {u} program in as a pastime?",
}  # fmt: skip
NAMES: dict[str, tuple[str, ...]] = {
    "User": ("User",) * USERS,
    "first names": ("David", "Alice", "Carol", "Erin", "Frank", "Grace", "Ivan", "Judy", "Olivia", "Victor"),
    "look-alikes": (
        "John Smith", "Jon Smith", "John Smyth", "Jon Smythe", "Joan Smith", "Jean Smith", "Jan Smith", "Jack Smith",
        "Josh Smith", "Joe Smith",
    ),
    "hex ids": tuple(hashlib.sha256(str(i).encode()).hexdigest()[:8] for i in range(USERS)),
    "serial ids": tuple(f"user {4101 + i}" for i in range(USERS)),
}  # fmt: skip
KINDS = tuple(NAMES)
FRIEND = "Jack"
FEW = NAMES["first names"][:4]  # users of the comparisons of two sentences


def statement(name: str, slot: str, value: str) -> str:
    """What an extractor writes, whoever said it."""
    return SLOTS[slot][1].format(u=name, v=value)


def question(name: str, slot: str) -> str:
    """What is asked about a user; where names were replaced by "User", it asks about the user."""
    return SLOTS[slot][3].format(u="the user" if name == "User" else name)


def facts(kind: str) -> list[str]:
    """Every statement that a world may hold, in the order user, slot, value."""
    return [statement(n, s, v) for n in NAMES[kind] for s in SLOTS for v in SLOTS[s][0]]


def questions(kind: str) -> list[str]:
    """The question about every user and slot, in that order."""
    return [question(n, s) for n in NAMES[kind] for s in SLOTS]


@cache
def cosines(kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Cosines of questions with facts, (80, 320), and of facts with facts, (320, 320), to six decimals.

    Equal texts must tie exactly, whatever the order in which a machine adds up: under "User" most of them are equal.
    """
    asked, stored = embed(questions(kind)).astype(float), embed(facts(kind)).astype(float)
    return (asked @ stored.T).round(6), (stored @ stored.T).round(6)


@cache
def reworded(kind: str) -> np.ndarray:
    """Cosines of the reworded questions, in the order of `questions`, with facts, (80, 320)."""
    asked = [q.format(u="the user" if n == "User" else n) for n in NAMES[kind] for q in REWORDED.values()]
    return (embed(asked).astype(float) @ embed(facts(kind)).T.astype(float)).round(6)


@cache
def words(kind: str) -> tuple[list[list[str]], list[list[str]]]:
    """The words of questions and of facts, lower case."""
    split = re.compile(r"[a-z0-9]+")
    return tuple([split.findall(t.lower()) for t in side] for side in (questions(kind), facts(kind)))


@cache
def names_user(kind: str) -> np.ndarray:
    """Whether a fact begins with a user's name, (10, 320). Every fact about "User" does, whoever it is about."""
    return np.array([[t.startswith(f"{n} ") for t in facts(kind)] for n in NAMES[kind]])
