"""Northwind's rows and its first two fortnights, as files that `lab memory-hierarchy cut` reads."""

from __future__ import annotations

import csv
import datetime
import json
from pathlib import Path

import numpy as np

from labs.memory_hierarchy.world import FORTNIGHT, OWNERS, START, WINDOW, world

ASKED = 2  # fortnights


def moment(day: float) -> str:
    """A day since START as the command reads it."""
    return (START + datetime.timedelta(days=day)).isoformat()


def write(folder: Path) -> tuple[Path, Path]:
    """Write `memories.jsonl` and `questions.csv` and return their paths; seed 0, the customer of the post.

    Rows stand in the random order that the lab uses between rows with the same text, so that both rank them alike.
    Raises ValueError if one of the files is there already, or cannot be written.
    """
    all_of, name = world(0), OWNERS[0]
    memories, questions = folder / "memories.jsonl", folder / "questions.csv"
    rows = np.flatnonzero(all_of.owner == 0)
    if there := [path for path in (memories, questions) if path.exists()]:
        raise ValueError(f"{there[0]}: is there already; run `example` in another folder")
    try:
        with memories.open("x", encoding="utf-8") as out:
            for row in rows[np.argsort(all_of.order[rows])]:
                time, text = moment(float(all_of.day[row])), all_of.texts[all_of.text[row]]
                out.write(json.dumps({"id": int(row), "time": time, "owner": name, "text": text}) + "\n")
        with questions.open("x", encoding="utf-8", newline="") as out:
            table = csv.writer(out, lineterminator="\n")
            table.writerow(("question", "owner", "from", "to"))
            for start in range(ASKED):
                bounds = (moment(start * FORTNIGHT), moment((start + 1) * FORTNIGHT))
                table.writerow((WINDOW.format(o=name), name, *bounds))
    except OSError as error:
        raise ValueError(f"{error.filename}: cannot be written ({error.strerror})") from None
    return memories, questions
