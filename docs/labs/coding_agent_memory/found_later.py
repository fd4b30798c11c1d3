"""The checks by what a note says, against a clock, and over the life of one note."""

from __future__ import annotations

import csv
from collections.abc import Sequence

import numpy as np

from labs.coding_agent_memory.checks import AGES, DATA, KINDS, NARROW, Notes, mask
from labs.coding_agent_memory.found import ASKED, BEST
from labs.record import Results


def kinds(r: Results, notes: Notes) -> None:
    """The same by what the note says, and by whether the quoted line stood once."""
    rows, served = [], {}
    for kind in KINDS:
        keep = notes.select(90, [kind])
        line, lines, best = (notes.rates(check, keep) for check in ("line", "all lines", BEST))
        served[kind] = (line.served, lines.served)
        rows.append([kind, int(notes.count[keep].sum()), best.dropped, best.served, line.served, lines.served])
        key = kind.replace(", several lines", "_wide")
        r.add(
            f"{key}_line_served",
            line.served,
            f"wrong notes let through after 90 days by their first line, {kind}",
            "share",
        )
        r.add(
            f"{key}_lines_served",
            lines.served,
            f"the same if every line that the fact rests on is quoted, {kind}",
            "share",
        )
    r.table(
        "by_kind",
        "After 90 days, by what the note says: line and name; wrong notes kept by the first line alone, by all lines",
        ["fact", "notes", "true lost", "wrong kept", "kept by one line", "kept by all lines"],
        rows,
    )
    r.claim(
        "quote_must_hold_the_fact",
        served["arguments"][0] < 0.05 and served["arguments, several lines"][0] > 0.33,
        "After 90 days the line of a signature of one line lets through fewer than one in 20 wrong notes; the first "
        "line of a longer signature more than one in three.",
    )
    wide = "arguments, several lines"
    missed = [rates_of_all(notes, kinds_) for kinds_ in (KINDS, [wide])]
    narrow = notes.rates(BEST, notes.select(90, NARROW))
    r.add(
        "narrow_served",
        narrow.served,
        "wrong notes that line and name let through after 90 days, of the facts that one line holds",
        "share",
    )
    r.add("narrow_dropped", narrow.dropped, "true notes that they throw away, of the same", "share")
    block = notes.rates("block and name", notes.select(90, [wide]))
    r.add(
        "wide_block_served",
        block.served,
        "wrong notes about long signatures let through after 90 days if all its lines must stand together",
        "share",
    )
    r.add("wide_block_dropped", block.dropped, "true notes about long signatures thrown away by the same", "share")
    r.claim(
        "narrow_facts_are_caught",
        narrow.served < 0.05 and narrow.dropped < 0.02 and missed[1] > 0.5 * missed[0],
        "Of facts that one line holds (a signature of one line, a default, a call), line and name let through fewer "
        "than one wrong note in 20 after 90 days and throw away fewer than one true one in 50; more than half of "
        "the wrong notes that they let through are about signatures of several lines.",
    )
    r.claim(
        "block_for_long_ones",
        block.served < 0.05 and block.dropped < 0.05,
        "A signature of several lines, quoted whole, lets through fewer than one wrong note in 20 after 90 days, "
        "and throws away fewer than one true one in 20.",
    )
    r.add(
        "missed_wide",
        missed[1] / missed[0],
        "of the wrong notes that line and name let through after 90 days, those about signatures of several lines",
        "share",
    )
    r.claim(
        "all_lines_help",
        served[wide][1] < 0.8 * served[wide][0],
        "All the lines of a longer signature let through fewer than four fifths of what its first line does.",
    )
    unique = (notes.outcome & mask("unique")) > 0
    pairs = [[notes.rates("line", notes.select(age) & which).served for which in (unique, ~unique)] for age in ASKED]
    r.add(
        "unique_share",
        float(notes.shares(["unique"], notes.select(90)).mean()),
        "quoted lines that stood once in their file",
        "share",
    )
    r.add("unique_served", pairs[1][0], "wrong notes let through after 90 days if the line had stood once", "share")
    r.add(
        "repeated_served", pairs[1][1], "wrong notes let through after 90 days if it had stood more than once", "share"
    )


def rates_of_all(notes: Notes, kinds: Sequence[str]) -> float:
    """Wrong notes of some kinds that line and name let through after 90 days, in shares of a repository, summed."""
    sizes = notes.parts(BEST, notes.select(90))[[1, 3]].sum(axis=0)
    return float((notes.parts(BEST, notes.select(90, kinds))[2] / sizes).sum())


def clocks(r: Results, notes: Notes) -> None:
    """Notes of all five ages together, each age and repository weighing the same; older ones dropped."""
    parts = np.array(
        [[p / np.maximum(q[1] + q[3], 1) for p in q] for q in (notes.parts(BEST, notes.select(a)) for a in AGES)]
    )
    dropped, right, served, wrong = parts.sum(axis=2).T
    best = dropped.sum() / right.sum(), served.sum() / wrong.sum()
    rows = [
        [f"older than {age} days", right[i + 1 :].sum() / right.sum(), wrong[: i + 1].sum() / wrong.sum()]
        for i, age in enumerate(AGES)
    ]
    r.table(
        "by_clock",
        "Notes of 7, 28, 90, 180 and 365 days together: dropped by age, or by line and name",
        ["dropped if", "true lost", "wrong kept"],
        [*rows, [BEST, *best]],
    )
    r.add(
        "clock_28_served",
        rows[1][2],
        "wrong notes that a clock of 28 days lets through, of notes of five ages",
        "share",
    )
    r.add("best_clock_served", best[1], "wrong notes that line and name let through, of notes of five ages", "share")
    r.add("clock_28_dropped", rows[1][1], "true notes dropped by a clock of 28 days, of notes of five ages", "share")
    r.claim(
        "no_clock",
        all(row[1] > best[0] and row[2] > best[1] for row in rows[2:4]) and rows[1][1] > 0.5 and rows[1][2] > 0.04,
        "Over notes of five ages up to a year, a clock of 28 days throws away more than half of the true notes and "
        "still lets through more than one wrong note in 25; clocks of 90 and 180 days throw away more true notes "
        "and let through more wrong ones than line and name.",
    )


def life() -> list[dict[str, str]]:
    """The changes of one file, in order, with what became of one note."""
    with (DATA / "life.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def event(r: Results) -> None:
    """One note: of those collected that went wrong in place, the one that outlived most changes of its file."""
    rows = life()
    noted, *before, last = rows
    r.add("life_true", len(before), "changes of the file after which the note was still true")
    r.add("life_line_first", int(noted["line"]), "line number of the function when the note was made")
    r.add("life_line_last", int(before[-1]["line"]), "line number of the function before the last change")
    r.add("life_began", noted["date"], "day of the commit at which the note was made")
    r.add("life_ended", last["date"], "day of the commit that made it wrong")
    r.claim(
        "life",
        all(row["true"] == row["quote"] == "1" and row["line"] != noted["line"] for row in before)
        and (last["true"], last["quote"], last["symbol"]) == ("0", "0", "1")
        and last["now"].startswith(last["noted"] + " "),
        "After every change of the file but the last the note was true and its quoted line stood, never at the number "
        "that it had when the note was made; the last change added a parameter: path and name were there still, and "
        "the line was not.",
    )
