"""`lab asymmetric-retrieval test NOTES.csv`: the three-register test on a reader's own notes.

The CSV has a header and a note a row. `lesson` is the note as your agent stores it. `question`, `goal` and `symptom`
are what a person would ask, what the agent would be about to do, and the error as it would be in hand: written by
somebody who does not look at the note. Any of the three may be empty; a row with a lesson alone is a distractor.
`trigger` is optional: text that your store indexes with the lesson, such as a stored symptom.
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from labs import embedding
from labs.asymmetric_retrieval import retrieve

EXAMPLE = Path(__file__).parent / "data" / "notes.csv"
REGISTERS = ("question", "goal", "symptom")
COLUMNS = ("lesson", *REGISTERS, "trigger")


@dataclass
class Notes:
    """A reader's notes: lessons, triggers by lesson, and for each register the queries with lesson and line."""

    lessons: list[str] = field(default_factory=list)
    triggers: dict[int, str] = field(default_factory=dict)
    queries: dict[str, list[tuple[str, int, int]]] = field(default_factory=lambda: {name: [] for name in REGISTERS})


def read(path: Path) -> Notes:
    """The notes of a CSV file. Raises ValueError naming file and line for the first thing that is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except csv.Error as error:
        raise ValueError(f"{path}:{reader.line_num}: not CSV ({error})") from None
    header = [cell.strip() for cell in rows[0][1]] if rows else []
    if "lesson" not in header or not set(REGISTERS) & set(header):
        raise ValueError(f"{path}:1: the header must name `lesson` and at least one of {', '.join(REGISTERS)}")
    for name in header:
        if name not in COLUMNS or header.count(name) > 1:
            raise ValueError(f"{path}:1: column {name!r} is not known or there twice; known are {', '.join(COLUMNS)}")
    notes, seen = Notes(), {}
    for line, row in rows[1:]:
        if len(row) != len(header):
            raise ValueError(f"{path}:{line}: {len(row)} cells, the header has {len(header)}; quote cells with commas")
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
        if not cells["lesson"]:
            raise ValueError(f"{path}:{line}: the lesson is empty")
        if cells["lesson"] in seen:
            raise ValueError(f"{path}:{line}: the same lesson as in line {seen[cells['lesson']]}")
        seen[cells["lesson"]] = line
        for name in REGISTERS:
            if cells.get(name):
                if cells[name] in (cells["lesson"], cells.get("trigger")):
                    raise ValueError(f"{path}:{line}: {name} is the stored text itself; a test on it proves nothing")
                notes.queries[name].append((cells[name], len(notes.lessons), line))
        if cells.get("trigger"):
            notes.triggers[len(notes.lessons)] = cells["trigger"]
        notes.lessons.append(cells["lesson"])
    if not any(notes.queries.values()):
        raise ValueError(f"{path}: no row has a question, a goal or a symptom")
    return notes


def measure(notes: Notes, retrievers: dict[str, object]) -> tuple[list[list[object]], list[str]]:
    """Table rows (register, index, queries, then r@1 and r@5 a retriever), and a line for each miss of the last one."""
    rows, misses = [], []
    lesson = (notes.lessons, list(range(len(notes.lessons))))
    indexes = {"lesson": lesson}
    if notes.triggers:
        indexes["lesson + trigger"] = (lesson[0] + [*notes.triggers.values()], lesson[1] + [*notes.triggers])
    for name, asked in notes.queries.items():
        for index, (texts, owners) in indexes.items() if asked else ():
            row: list[object] = [name, index, len(asked)]
            for score in retrievers.values():
                scores = retrieve.best_view(score(texts, [q for q, _, _ in asked]), owners, len(notes.lessons))
                ranks = retrieve.ranks(scores, [owner for _, owner, _ in asked])
                row += [float((ranks == 1).mean()), float((ranks <= 5).mean())]
            rows.append(row)
        if asked:
            misses += [f"line {asked[i][2]}, {name}: rank {ranks[i]}" for i in np.flatnonzero(ranks > 5)]
    return rows, misses


def main(name: str | None) -> int:
    """Run the test on a file (none: the example beside the lab) and print it; returns the exit status."""
    path = Path(name) if name else EXAMPLE
    notes = read(path)
    retrievers: dict[str, object] = {"BM25": retrieve.bm25}
    if os.environ.get("MINILM_DIR"):
        retrievers["MiniLM"] = retrieve.cosine
    rows, misses = measure(notes, retrievers)
    table = Table("query", "index", "queries", *(f"{r} r@{k}" for r in retrievers for k in (1, 5)))
    for row in rows:
        table.add_row(*(f"{cell:.0%}" if isinstance(cell, float) else str(cell) for cell in row))
    console = Console()
    console.print(
        f"{path.name}: {len(notes.lessons)} lessons; r@5 is the share of queries that find theirs in five hits"
    )
    console.print(table)
    if "MiniLM" in retrievers and notes.queries["symptom"]:
        long = (embedding.pieces([q for q, _, _ in notes.queries["symptom"]]) > embedding.WINDOW).sum()
        console.print(f"{long} of {len(notes.queries['symptom'])} symptoms are longer than the model reads: "
                      "their end, often the message, is ignored")  # fmt: skip
    if "MiniLM" not in retrievers:
        console.print("MiniLM was left out: set MINILM_DIR to a folder with the model (docs/labs/minilm.py says which)")
    for miss in misses[:10]:
        console.print(f"not in the first five of {[*retrievers][-1]}: {miss}")
    if len(notes.lessons) < 20:
        console.print("fewer than 20 lessons: five hits are easy to be among; add rows with a lesson alone")
    return 0
