"""The 60 lessons with their questions, goals and errors; and the texts that an agent would send as a query."""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labs.asymmetric_retrieval import tracebacks

DATA = Path(__file__).parent / "data"
FRAMES = (1, 2, 3, 4, 5, 6, 8, 15)  # depth of the stack above the message
FILLERS = {
    "p": ("/srv/app/src", "/home/runner/work/web/dist", "/opt/build/cache/tmp81", "/mnt/data/in/batch"),
    "h": ("api.acme.example", "10.0.4.17", "git.example.org", "cdn.vendor.example", "shop.example"),
}


@dataclass(frozen=True)
class Lesson:
    """One row of lessons.csv; `stored` wordings may be indexed, `asked` wordings are only ever queries."""

    name: str
    python: bool
    lesson: str
    question_stored: str
    question_asked: str
    goal_stored: str
    goal_asked: str
    error: str
    error_in_words: str


def lessons() -> list[Lesson]:
    """The 60 rows of lessons.csv."""
    with (DATA / "lessons.csv").open(encoding="utf-8", newline="") as file:
        rows = [{k: v for k, v in row.items() if k in Lesson.__annotations__} for row in csv.DictReader(file)]
    return [Lesson(**{**row, "python": row["python"] == "yes"}) for row in rows]


def distractors() -> list[str]:
    """The 60 lessons of the same trade that answer none of the queries."""
    with (DATA / "distractors.csv").open(encoding="utf-8", newline="") as file:
        return [row["lesson"] for row in csv.DictReader(file)]


def drawn(template: str, draw: random.Random) -> str:
    """The text with its paths {p}, hosts {h}, numbers {n} and versions {v} filled in."""

    def filler(match: re.Match[str]) -> str:
        if match[1] in FILLERS:
            return draw.choice(FILLERS[match[1]])
        return f"{draw.randrange(1, 9)}.{draw.randrange(20)}.0" if match[1] == "v" else str(draw.randrange(1000, 9999))

    return re.sub(r"\{([phnv])\}", filler, template)


def stack(depth: int, pool: Sequence[str], draw: random.Random) -> str:
    """The head of a traceback with `depth` real frames, each drawn from the recorded ones."""
    return "Traceback (most recent call last):\n" + "".join(draw.choices(pool, k=depth))


def queries(rows: Sequence[Lesson], seed: int) -> dict[str, list[str]]:
    """Every query arm: a text for each row. Values are drawn anew, so no error is the stored one to the letter
    unless its message has no variable part."""
    pool = list(dict.fromkeys(f for t in tracebacks.read() if t.carets for f in tracebacks.frames(t.text)))
    bare = [tracebacks.without_carets(frame) for frame in pool]
    goals = [drawn(row.goal_asked, random.Random(f"{seed} goal {i}")) for i, row in enumerate(rows)]
    errors = [drawn(row.error, random.Random(f"{seed} asked {i}")) for i, row in enumerate(rows)]
    arms = {
        "question": [row.question_asked for row in rows],
        "goal": goals,
        "goal as JSON": [json.dumps({"thought": g, "action": "bash", "step": 3 + i}) for i, g in enumerate(goals)],
        "goal as question": [f"How do I avoid problems when I {g[0].lower()}{g[1:]}?" for g in goals],
        "error": errors,
        "error in words": [row.error_in_words for row in rows],
    }
    for depth in FRAMES:
        shown = [stack(depth, pool, random.Random(f"{seed} stack {i}")) for i in range(len(rows))]
        plain = [stack(depth, bare, random.Random(f"{seed} stack {i}")) for i in range(len(rows))]
        arms[f"error after {depth}"] = [s + e for s, e in zip(shown, errors, strict=True)]
        arms[f"error after {depth}, no carets"] = [s + e for s, e in zip(plain, errors, strict=True)]
        if depth in (5, 15):
            arms[f"error before {depth}"] = [f"{e}\n{s}" for s, e in zip(shown, errors, strict=True)]
    arms["last 300 characters of 15"] = [text[-300:] for text in arms["error after 15"]]
    return arms


def indexes(rows: Sequence[Lesson], others: Sequence[str], seed: int) -> dict[str, tuple[list[str], list[int]]]:
    """Every index: its texts and, for each text, the memory that owns it. Memories: the rows, then `others`."""
    lesson = [row.lesson for row in rows] + list(others)
    own = list(range(len(lesson)))
    first = list(range(len(rows)))
    questions = [row.question_stored for row in rows]
    goals = [drawn(row.goal_stored, random.Random(f"{seed} goal stored {i}")) for i, row in enumerate(rows)]
    errors = [drawn(row.error, random.Random(f"{seed} stored {i}")) for i, row in enumerate(rows)]
    joined = [" ".join(parts) for parts in zip(lesson, questions, goals, errors, strict=False)] + list(others)
    return {
        "lesson": (lesson, own),
        "lesson + question": (lesson + questions, own + first),
        "lesson + goal": (lesson + goals, own + first),
        "lesson + symptom": (lesson + errors, own + first),
        "lesson + all three": (lesson + questions + goals + errors, own + 3 * first),
        "all in one text": (joined, own),
    }
