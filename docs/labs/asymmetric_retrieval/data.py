"""The 60 lessons with their wordings and errors, and every text that an agent would send as a query.

A query is a tuple of parts; its text is their concatenation. Parts end at white space, so that the word pieces of a
query are those of its parts, and what a model with a window reads of it is known without cutting it (`as_read`).
"""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from labs import embedding
from labs.asymmetric_retrieval import tracebacks
from labs.asymmetric_retrieval.retrieve import stems

DATA = Path(__file__).parent / "data"
FRAMES = (1, 2, 3, 4, 5, 6, 8, 15)  # depth of the stack above the message
FEW = (5, 15)  # depths of the arms beside the main one
WORDINGS = 3  # of each question and each goal
FILLERS = {
    "p": ("/srv/app/src", "/home/runner/work/web/dist", "/opt/build/cache/tmp81", "/mnt/data/in/batch"),
    "h": ("api.acme.example", "10.0.4.17", "git.example.org", "cdn.vendor.example", "shop.example"),
}
Query = tuple[str, ...]


@dataclass(frozen=True)
class Lesson:
    """A row of lessons.csv and of wordings.csv: three wordings of question and goal, and the failure."""

    name: str
    python: bool
    lesson: str
    question: tuple[str, str, str]
    goal: tuple[str, str, str]
    goal_at_length: str
    command: str
    error: str
    error_in_words: str


def table(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file beside this module."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lessons() -> list[Lesson]:
    """The 60 lessons."""
    return [
        Lesson(
            a["name"],
            a["python"] == "yes",
            a["lesson"],
            (a["question_asked"], a["question_stored"], b["question_third"]),
            (a["goal_asked"], a["goal_stored"], b["goal_third"]),
            b["goal_at_length"],
            b["command"],
            a["error"],
            a["error_in_words"],
        )
        for a, b in zip(table("lessons.csv"), table("wordings.csv"), strict=True)
    ]


def distractors() -> list[str]:
    """The 60 lessons of the same trade that answer none of the queries."""
    return [row["lesson"] for row in table("distractors.csv")]


def drawn(template: str, draw: random.Random) -> str:
    """The text with its paths {p}, hosts {h}, numbers {n} and versions {v} filled in."""

    def filler(match: re.Match[str]) -> str:
        if match[1] in FILLERS:
            return draw.choice(FILLERS[match[1]])
        return f"{draw.randrange(1, 9)}.{draw.randrange(20)}.0" if match[1] == "v" else str(draw.randrange(1000, 9999))

    return re.sub(r"\{([phnv])\}", filler, template)


def goals(rows: Sequence[Lesson], seed: int, wording: int) -> list[str]:
    """One wording of every goal, its values drawn."""
    return [drawn(row.goal[wording], random.Random(f"{seed} goal {wording} {i}")) for i, row in enumerate(rows)]


def errors(rows: Sequence[Lesson], seed: int, when: str) -> list[str]:
    """Every error message with its values drawn: those of "asked" are not those of "stored"."""
    return [drawn(row.error, random.Random(f"{seed} {when} {i}")) for i, row in enumerate(rows)]


def stack(depth: int, pool: Sequence[str], draw: random.Random) -> Query:
    """The head of a traceback with `depth` real frames, each drawn from the recorded ones."""
    return ("Traceback (most recent call last):\n", *draw.choices(pool, k=depth))


def pool() -> list[str]:
    """The different frames of the recorded tracebacks, with their caret lines."""
    return list(dict.fromkeys(f for t in tracebacks.read() if t.carets for f in tracebacks.frames(t.text)))


def queries(rows: Sequence[Lesson], seed: int) -> dict[str, list[list[Query]]]:
    """Every arm: for each of its wordings, a query a row. Values and frames are drawn."""

    def single(texts: Sequence[str]) -> list[Query]:
        return [(text,) for text in texts]

    asked = errors(rows, seed, "asked")
    commands = [drawn(row.command, random.Random(f"{seed} command {i}")) for i, row in enumerate(rows)]
    worded = [goals(rows, seed, w) for w in range(WORDINGS)]
    arms = {
        "question": [single([row.question[w] for row in rows]) for w in range(WORDINGS)],
        "goal": [single(texts) for texts in worded],
        "goal as JSON": [
            single([json.dumps({"thought": g, "action": "bash", "step": 3 + i}) for i, g in enumerate(texts)])
            for texts in worded
        ],
        "goal as question": [
            single([f"How do I avoid problems when I {g[0].lower()}{g[1:]}?" for g in texts]) for texts in worded
        ],
        "goal at length": [single([row.goal_at_length for row in rows])],
        "command": [single(commands)],
        "goal and command": [[(f"{g}\n", c) for g, c in zip(texts, commands, strict=True)] for texts in worded],
        "error": [single(asked)],
        "command and error": [[(f"{c}\n", e) for c, e in zip(commands, asked, strict=True)]],
        "error in words": [single([row.error_in_words for row in rows])],
    }
    for arm in ("question", "goal", "goal at length"):
        arms[f"{arm}, shared words out"] = [
            single([unshared("".join(query), row.lesson) for query, row in zip(texts, rows, strict=True)])
            for texts in arms[arm]
        ]
    frames = pool()
    bare = [tracebacks.without_carets(frame) for frame in frames]
    for depth in FRAMES:
        shown = [stack(depth, frames, random.Random(f"{seed} stack {i}")) for i in range(len(rows))]
        plain = [stack(depth, bare, random.Random(f"{seed} stack {i}")) for i in range(len(rows))]
        arms[f"error after {depth}"] = [[(*s, e) for s, e in zip(shown, asked, strict=True)]]
        if depth in FEW:
            arms[f"error after {depth}, no carets"] = [[(*s, e) for s, e in zip(plain, asked, strict=True)]]
            arms[f"error before {depth}"] = [[(f"{e}\n", *s) for s, e in zip(shown, asked, strict=True)]]
            ends = ["".join(query)[-300:] for query in arms[f"error after {depth}"][0]]
            arms[f"last 300 characters of {depth}"] = [single(ends)]
    return arms


def unshared(query: str, lesson: str) -> str:
    """The query less every word that shares its first five letters with a word of the lesson."""
    taken = stems(lesson)
    return " ".join(word for word in query.split() if not stems(word) & taken)


@cache
def sizes(query: Query) -> tuple[int, ...]:
    """Word pieces of each part of a query, without marks; kept, since every arm asks for them many times."""
    return tuple((embedding.pieces(query) - 2).tolist())


def as_read(query: Query, window: int) -> str:
    """The shortest run of parts that a model with `window` pieces cannot tell from the whole query."""
    total = 2
    for count, size in enumerate(sizes(query), start=1):
        total += size
        if total >= window:
            return "".join(query[:count])
    return "".join(query)


def pieces(query: Query) -> int:
    """Word pieces of a query, its two marks included, as if nothing were cut."""
    return sum(sizes(query)) + 2


def indexes(rows: Sequence[Lesson], others: Sequence[str], seed: int) -> dict[str, list[tuple[list[str], list[int]]]]:
    """Every index: for each stored wording its texts and the memory that owns each; first the rows, then `others`."""
    lesson = [row.lesson for row in rows] + list(others)
    own, first = list(range(len(lesson))), list(range(len(rows)))
    symptom = errors(rows, seed, "stored")

    def variants() -> Iterator[tuple[list[str], list[str]]]:
        for w in range(WORDINGS):
            yield [row.question[w] for row in rows], goals(rows, seed, w)

    first_wording = next(variants())
    joined = [" ".join(parts) for parts in zip(lesson, *first_wording, symptom, strict=False)]
    return {
        "lesson": [(lesson, own)],
        "lesson + question": [(lesson + q, own + first) for q, _ in variants()],
        "lesson + goal": [(lesson + g, own + first) for _, g in variants()],
        "lesson + symptom": [(lesson + symptom, own + first)],
        "lesson + all three": [(lesson + q + g + symptom, own + 3 * first) for q, g in variants()],
        "all in one text": [(joined + list(others), own)],
        "goal in the lesson": [
            ([f"{text} {goal}" for text, goal in zip(lesson, g, strict=False)] + list(others), own)
            for _, g in variants()
        ],
    }
