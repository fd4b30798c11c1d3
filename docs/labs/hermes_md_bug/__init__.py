"""Who pays for a coding agent: what a report of one string proves, and how to find the text that moves a bill."""

from __future__ import annotations

import csv
from pathlib import Path

from labs.hermes_md_bug import evidence, figures, hook, searching
from labs.hermes_md_bug.command import main as main
from labs.record import Results

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the data sets beside this file."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def run(seed: int) -> Results:
    """The reported cases, the rules that fit them, the commit hook against git, the searches."""
    r = Results()
    reports = rows("reports")
    evidence.scan(r, reports, DATA / "strings.csv")
    evidence.which_rule(r, reports, [row["text"] for row in rows("standing")])
    evidence.reach(r, rows("histories"), rows("words"))
    evidence.incidents(r, rows("incidents"))
    r.table(
        "timeline", "What was said, by whom, on what date; each row was opened at its address",
        ["No.", "Date", "Who says so", "What", "Address"],
        [[i, e["date"], e["who"], e["what"], e["url"]] for i, e in enumerate(rows("timeline"), 1)],
    )  # fmt: skip
    hook.compare(r)
    searching.measure(r, seed)
    r.figure("cases", lambda: figures.cases([row for row in reports if row["series"] == "hermes"]))
    return r
