"""`lab asymmetric-retrieval test NOTES.csv`: the three-register test on a reader's own notes.

The CSV has a header and a note a row. `lesson` is the note as your agent stores it. `question`, `goal` and `symptom`
are what a person would ask, what the agent would be about to do, and the error as it would be in hand: written by
somebody who does not look at the note. Any of the three may be empty; a row with a lesson alone is a distractor.
`trigger` is optional: text that your store indexes with the lesson, such as a stored symptom. NAMES has other names
for the columns, in letters of either case; a column with none of them is left out, and the command says so.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from labs import embedding
from labs.asymmetric_retrieval import retrieve
from labs.asymmetric_retrieval.message import FRAME, message
from labs.record import Results

EXAMPLE = Path(__file__).parent / "data" / "notes.csv"
REGISTERS = ("question", "goal", "symptom")
BARE = "symptom, frames off"
STACKED = ("symptom", BARE)
NAMES = {
    "lesson": ("lesson", "note", "memory"),
    "question": ("question",),
    "goal": ("goal", "next step", "step"),
    "symptom": ("symptom", "error", "traceback"),
    "trigger": ("trigger",),
}
NODE_FRAME = re.compile(r"\s+at \S.*")
Retriever = Callable[[Sequence[str], Sequence[str]], np.ndarray]


@dataclass
class Notes:
    """A reader's notes: lessons, triggers by lesson, and for each register the queries with lesson and line."""

    lessons: list[str] = field(default_factory=list)
    triggers: dict[int, str] = field(default_factory=dict)
    queries: dict[str, list[tuple[str, int, int]]] = field(default_factory=lambda: {name: [] for name in REGISTERS})
    unused: list[str] = field(default_factory=list)


def read(path: Path) -> Notes:
    """The notes of a CSV file. Raises ValueError naming file and line for the first thing that is wrong."""
    csv.field_size_limit(10_000_000)  # a pasted log may be long
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            rows, start = [], 1
            for row in reader:
                rows += [(start, row)] if any(cell.strip() for cell in row) else []
                start = reader.line_num + 1  # of the next row; a cell may hold several lines
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except csv.Error as error:
        raise ValueError(f"{path}:{reader.line_num}: not CSV ({error})") from None
    written = [cell.strip() for cell in rows[0][1]] if rows else []
    header = [column(cell) for cell in written]
    if "lesson" not in header or not set(REGISTERS) & set(header):
        found = f"it reads {','.join(written)[:60]!r}" if written else "the file is empty"
        raise ValueError(
            f"{path}:1: the header must name `lesson` and one of {', '.join(REGISTERS)}, with commas; {found}"
        )
    for name in NAMES:
        if header.count(name) > 1:
            both = " and ".join(repr(cell) for cell in written if column(cell) == name)
            raise ValueError(f"{path}:1: columns {both} both are the {name}; keep one")
    notes = Notes(unused=[cell for cell, name in zip(written, header, strict=True) if not name])
    seen: dict[str, int] = {}
    for line, row in rows[1:]:
        if len(row) != len(header):
            raise ValueError(f"{path}:{line}: {len(row)} cells, the header has {len(header)}; quote cells with commas")
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
        if not cells["lesson"]:
            raise ValueError(f"{path}:{line}: the lesson is empty")
        if empty := [name for name in ("lesson", *REGISTERS) if cells.get(name) and not retrieve.words(cells[name])]:
            raise ValueError(f"{path}:{line}: the {empty[0]} has no letter or digit; write it in words")
        before = seen.setdefault(cells["lesson"].casefold(), line)
        if before != line:
            raise ValueError(f"{path}:{line}: the same lesson as in line {before}")
        for name in REGISTERS:
            if cells.get(name):
                if cells[name].casefold() in (cells["lesson"].casefold(), cells.get("trigger", "").casefold()):
                    raise ValueError(f"{path}:{line}: {name} is the stored text itself; a test on it proves nothing")
                notes.queries[name].append((cells[name], len(notes.lessons), line))
        if cells.get("trigger"):
            notes.triggers[len(notes.lessons)] = cells["trigger"]
        notes.lessons.append(cells["lesson"])
    if not any(notes.queries.values()):
        raise ValueError(f"{path}: no row has a question, a goal or a symptom")
    return notes


def column(written: str) -> str:
    """What a cell of the header names, one of NAMES; empty where it names nothing that is used."""
    plain = " ".join(re.split(r"[\s_-]+", written.casefold().strip()))
    return next((name for name, others in NAMES.items() if plain in others), "")


def bare(symptom: str) -> str:
    """The message of a symptom: what follows the last frame of Python, or what is left without Node's `at` lines.

    Of chained exceptions that is the outermost. A text in another form, or with nothing beside frames, stays as it is.
    """
    text = symptom.replace("\r\n", "\n")
    if FRAME.search(text):
        return message(text)
    return "\n".join(line for line in text.splitlines() if not NODE_FRAME.fullmatch(line)).strip() or symptom


def registers(notes: Notes) -> dict[str, list[tuple[str, int, int]]]:
    """The queries by register; where a symptom has frames, all symptoms once more without."""
    off = [(bare(query), owner, line) for query, owner, line in notes.queries["symptom"]]
    return notes.queries | ({BARE: off} if off != notes.queries["symptom"] else {})


def retrievers() -> dict[str, Retriever]:
    """BM25, each word of a query once, and MiniLM."""
    return {"BM25": partial(retrieve.bm25, weight=retrieve.once), "MiniLM": cosine}


def cosine(documents: Sequence[str], queries: Sequence[str]) -> np.ndarray:
    """Cosine of MiniLM vectors, (queries, documents)."""
    return embedding.embed(queries) @ embedding.embed(documents).T


def measure(notes: Notes, by: dict[str, Retriever]) -> tuple[list[list[object]], list[str]]:
    """Table rows (register, index, queries, then found at 1 and at 5 a retriever), and a line for each miss of the
    last retriever and index."""
    rows, misses = [], []
    lesson = (notes.lessons, list(range(len(notes.lessons))))
    indexes = {"lesson": lesson}
    if notes.triggers:
        indexes["lesson + trigger"] = (lesson[0] + [*notes.triggers.values()], lesson[1] + [*notes.triggers])
    for name, asked in registers(notes).items():
        for index, (texts, owners) in indexes.items() if asked else ():
            row: list[object] = [name, index, len(asked)]
            for score in by.values():
                scores = retrieve.best_view(score(texts, [q for q, _, _ in asked]), owners, len(notes.lessons))
                ranks = retrieve.ranks(scores, [owner for _, owner, _ in asked])
                row += [int((ranks == 1).sum()), int((ranks <= 5).sum())]
            rows.append(row)
        if asked:
            misses += [f"line {asked[i][2]}, {name}: rank {ranks[i]}" for i in np.flatnonzero(ranks > 5)]
    return rows, misses


def example(r: Results) -> None:
    """The shipped example: what the command prints for it, and whether that agrees with the lab."""
    rows, _ = measure(read(EXAMPLE), retrievers())
    columns = ["Query", "Index", "Queries", *(f"{name}, {k}" for name in retrievers() for k in ("first", "in five"))]
    r.table(
        "example",
        "`lab asymmetric-retrieval test`: queries of the shipped example that find their lesson",
        ["Query and index", *columns[2:]],
        [[f"{row[0]}, {row[1]}", *row[2:]] for row in rows],
    )
    found = {(row[0], row[1]): row for row in rows}
    r.add("example_lessons", len(read(EXAMPLE).lessons), "lessons in the shipped example")
    r.add("example_queries", found["question", "lesson"][2], "questions in the shipped example")
    for name in REGISTERS:
        r.add(f"example_{name}", found[name, "lesson"][6], f"queries of the example that MiniLM finds in five: {name}")
    behind = read(EXAMPLE)
    behind.queries = {name: [] for name in REGISTERS} | {
        "symptom": [one for one in behind.queries["symptom"] if one[0].startswith("Traceback")]
    }
    stacked, off = (next(row for row in measure(behind, retrievers())[0] if row[0] == name) for name in STACKED)
    r.add("example_stacked", stacked[2], "symptoms of the example that are a traceback")
    r.add("example_stacked_found", stacked[6], "of these, MiniLM finds the lesson in five, lessons only")
    r.add("example_bare_found", off[6], "of these, MiniLM finds the lesson in five with the frames off, lessons only")
    r.claim(
        "example_agrees",
        found["question", "lesson"][4] > found["goal", "lesson"][4]
        and found["question", "lesson"][6] > found["goal", "lesson"][6]
        and stacked[6] <= stacked[2] / 3 < off[6]
        and found["goal", "lesson + trigger"][6] > found["goal", "lesson"][6],
        "In the shipped example, too, questions find more than goals, with BM25 and with MiniLM; a stored goal helps "
        "goals; and at most a third of the tracebacks find their lesson, more with the frames off.",
    )


def main(name: str | None) -> int:
    """Run the test on a file (none: the example beside the lab) and print it; returns the exit status."""
    path = Path(name) if name else EXAMPLE
    notes, by, console = read(path), retrievers(), Console()
    try:
        rows, misses = measure(notes, by)
    except embedding.NotCached:
        del by["MiniLM"]
        rows, misses = measure(notes, by)
    table = Table("query", "index", "queries", *(f"{r}, {k}" for r in by for k in ("first", "in five")))
    for row in rows:
        table.add_row(*map(str, row))
    console.print(f"{path.name}: {len(notes.lessons)} lessons; how many queries find theirs first, and among five hits")
    console.print(table)
    if notes.unused:
        names = ", ".join(cell or "(without a name)" for cell in notes.unused)
        known = ", ".join(" or ".join(others) for others in NAMES.values())
        console.print(f"not used: column {names}. Rename one if it is meant as {known}", markup=False)
    stored = {text.casefold() for text in (*notes.lessons, *notes.triggers.values())}
    equal = sum(query.casefold() in stored for query, _, _ in registers(notes).get(BARE, []))
    if equal:
        console.print(f"{equal} messages without their frames are a stored text letter for letter: a lookup")
    if "MiniLM" not in by:
        console.print("MiniLM was left out: set MINILM_DIR to a folder with the model (docs/labs/minilm.py says which)")
    elif notes.queries["symptom"]:
        long = (embedding.pieces([q for q, _, _ in notes.queries["symptom"]]) > embedding.WINDOW).sum()
        console.print(
            f"{long} of {len(notes.queries['symptom'])} symptoms are longer than the model reads: "
            "their end, often the message, is ignored"
        )
    for miss in misses[:10]:
        console.print(f"not in the first five of {[*by][-1]}, {rows[-1][1]}: {miss}")
    if len(misses) > 10:
        console.print(f"and {len(misses) - 10} more")
    if len(notes.lessons) < 20:
        console.print("fewer than 20 lessons: five hits are easy to be among; add rows with a lesson alone")
    return 0
