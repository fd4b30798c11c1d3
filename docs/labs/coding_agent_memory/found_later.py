"""The checks by what a note says, against a clock, and over the life of one note."""

from __future__ import annotations

import csv

import numpy as np

from labs.coding_agent_memory.checks import AGES, DATA, KINDS, Notes, mask, rates
from labs.coding_agent_memory.found import ANYWHERE, ASKED, BEST, DROPPED, LINE, SERVED, both
from labs.record import Results


def kinds(r: Results, notes: Notes) -> None:
    """The same by what the note says, and by whether the quoted line stood once."""
    rows, got = [], {}
    for kind in KINDS:
        keep = notes.select(90, [kind])
        line, lines, best = (notes.rates(check, keep) for check in ("line", "all lines and name", BEST))
        got[kind] = line.served, lines.served, best.served
        rows.append([kind, int(notes.count[keep].sum()), line.served, lines.served, best.served, best.dropped])
        key = kind.replace(", several lines", "_wide")
        for name, share, what in zip(
            ("line", "lines", "block"),
            got[kind],
            ("first line", "lines, each by itself, and the name", "lines together, and the name"),
            strict=True,
        ):
            r.add(
                f"{key}_{name}_served", share, f"wrong notes let through after 90 days by the {what}: {kind}", "share"
            )
        r.add(f"{key}_block_dropped", best.dropped, f"true notes thrown away by the last: {kind}", "share")
    r.table(
        "by_kind",
        "After 90 days, by what the note says: wrong notes kept by the first line, by all lines each by itself and the "
        "name, by block and name; true ones lost by the last",
        ["fact", "notes", "kept, one line", "kept, lines apart", "kept, block", "lost, block"],
        rows,
    )
    wide = "arguments, several lines"
    r.claim(
        "quote_must_hold_the_fact",
        got["arguments"][0] < 0.05 and got[wide][0] > 0.33,
        "After 90 days the line of a signature of one line lets through fewer than one in 20 wrong notes; the first "
        "line of a longer signature more than one in three.",
    )
    r.claim(
        "lines_apart_miss",
        0.25 < got[wide][1] < got[wide][0] and got[wide][2] < 0.02,
        "All the lines of a longer signature, each by itself, and the name still let through more than a quarter of "
        "the wrong notes; the lines together and the name fewer than one in 50.",
    )
    r.claim(
        "wider_facts_escape",
        got["call"][2] < 0.05 < got["exceptions"][2],
        "After 90 days block and name let through fewer than one in 20 wrong notes on a call, and more than one in "
        "20 on the exceptions that a function raises.",
    )
    r.claim(
        "narrow_facts",
        all(got[kind][2] < 0.01 < 0.02 < min(got["call"][2], got["exceptions"][2]) for kind in KINDS[:4]),
        "After 90 days block and name let through fewer than one in 100 wrong notes on the arguments of a function, on "
        "a default and on a constant; of those on a call and on exceptions more than one in 50.",
    )
    unique = (notes.outcome & mask("unique")) > 0
    shares = [notes.rates("line", notes.select(90) & which).served for which in (unique, ~unique)]
    once = float(notes.shares(["unique"], notes.select(90)).mean())
    r.add("unique_share", once, "quoted lines that stood once in their file", "share")
    r.add("unique_served", shares[0], "wrong notes let through after 90 days if the line had stood once", "share")
    r.add("repeated_served", shares[1], "wrong notes let through after 90 days if it had stood more than once", "share")
    sizes = notes.parts(LINE, notes.select(90))[[1, 3]].sum(axis=0)
    missed = [float((notes.parts(LINE, notes.select(90, some))[2] / sizes).sum()) for some in (KINDS, [wide])]
    r.add(
        "missed_wide",
        missed[1] / missed[0],
        "of the wrong notes that line and name let through after 90 days, those about signatures of several lines",
        "share",
    )
    r.claim(
        "line_misses_long_ones",
        missed[1] > 0.5 * missed[0],
        "More than half of the wrong notes that line and name let through are about signatures of several lines.",
    )


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
        "Notes of 7, 28, 90, 180 and 365 days together: dropped by age, or by block and name",
        ["dropped if", "true lost", "wrong kept"],
        [*rows, [BEST, *best]],
    )
    r.add(
        "clock_28_served",
        rows[1][2],
        "wrong notes that a clock of 28 days lets through, of notes of five ages",
        "share",
    )
    r.add(
        "clock_7_served", rows[0][2], "wrong notes that a clock of 7 days lets through, of notes of five ages", "share"
    )
    r.add("clock_7_dropped", rows[0][1], "true notes dropped by a clock of 7 days, of notes of five ages", "share")
    r.add("best_clock_served", best[1], "wrong notes that block and name let through, of notes of five ages", "share")
    r.add("clock_28_dropped", rows[1][1], "true notes dropped by a clock of 28 days, of notes of five ages", "share")
    r.claim(
        "no_clock",
        all(row[1] > best[0] and row[2] > best[1] for row in rows[1:4])
        and rows[1][1] > 0.5
        and rows[1][2] > 4 * best[1]
        and rows[0][2] < best[1]
        and rows[0][1] > 0.7,
        "Over notes of five ages up to a year, clocks of 28, 90 and 180 days each throw away more true notes and "
        "let through more wrong ones than block and name; the one of 28 days throws away more than half of the true "
        "ones and lets through more than four times as many wrong ones. One of 7 days lets through fewer wrong ones "
        "than block and name and throws away more than seven in ten true ones.",
    )


def life() -> list[dict[str, str]]:
    """The changes of one file, in order, with what became of one note."""
    with (DATA / "life.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def lanes(rows: list[dict[str, str]]) -> dict[str, list[bool]]:
    """For each check: whether it would have dropped the note, at each change of the file."""
    noted, *changes = rows
    return {
        "file hash": [True] * len(changes),
        "line number": [row["line"] != noted["line"] for row in changes],
        "quoted line": [row["quote"] == "0" for row in changes],
        "file exists": [False] * len(changes),
    }


def event(r: Results) -> None:
    """One note: of those collected that went wrong in place, the one that outlived most changes of its file."""
    rows = life()
    noted, *before, last = rows
    r.add("life_true", len(before), "changes of the file after which the note was still true")
    r.add("life_line_first", int(noted["line"]), "line number of the function when the note was made")
    r.add("life_line_last", int(before[-1]["line"]), "line number of the function before the last change")
    r.add("life_began", noted["date"], "day of the commit at which the note was made")
    r.add("life_ended", last["date"], "day of the commit that made it wrong")
    said = lanes(rows)
    dropped = [["drops it" if alarm else "keeps it" for alarm in alarms] for alarms in zip(*said.values(), strict=True)]
    r.table(
        "life",
        "The Skyvern note: what each check says at each change of its file, and at which number its line then stands",
        ["change", "day", "the note is", "line stands at", *said],
        [
            [n, row["date"], "true" if row["true"] == "1" else "wrong", int(row["line"]) or "nowhere", *checks]
            for n, (row, checks) in enumerate(zip(rows[1:], dropped, strict=True), 1)
        ],
    )
    r.claim(
        "life",
        all(row["true"] == row["quote"] == "1" and row["line"] != noted["line"] for row in before)
        and (last["true"], last["quote"], last["symbol"]) == ("0", "0", "1")
        and last["now"].startswith(last["noted"] + " "),
        "After every change of the file but the last the note was true and its quoted line stood, never at the "
        "number "
        "that it had when the note was made; the last change added a parameter: path and name were there still, and "
        "the line was not.",
    )


def without_one(r: Results, notes: Notes) -> None:
    """What hangs on the repository with the most wrong notes, each repository's notes weighing one in all."""
    keep = notes.select(90)
    true, wrong = notes.parts("path", keep)[[1, 3]]
    weight = wrong / (true + wrong)
    worst = int(weight.argmax())
    r.add("wrong_in_one", float(weight.max() / weight.sum()), "of the wrong notes after 90 days, by weight, those of "
          "one repository", "share")  # fmt: skip
    r.add("wrong_in_one_where", notes.repositories[worst]["repository"], "that repository")
    for check, name in (("path", "path"), ("name", "name"), (LINE, "line"), (BEST, "block")):
        left = rates(np.delete(notes.parts(check, keep), worst, axis=1))
        r.add(f"{name}_served_without", left.served, f"{SERVED} ({check}), 90 days, without that repository", "share")
        if check == "path":
            gone = "of the wrong notes at 90 days, those whose file has gone, without that repository"
            r.add("wrong_file_gone_without", 1 - left.served, gone, "share")
    served = notes.parts("path", keep)[2]
    r.claim(
        "path_typical",
        float(np.median(served[wrong > 0] / wrong[wrong > 0])) == 1,
        "In the median repository with a wrong note, that the file exists lets all of them through.",
    )
    typical = {}
    for age in ASKED:
        served, wrong = notes.parts(BEST, notes.select(age))[2:]
        typical[age] = served[wrong > 0] / wrong[wrong > 0]
    r.add("best_median", float(np.median(typical[90])), f"{SERVED} ({BEST}), 90 days, median repository", "share")
    r.add("with_wrong", len(typical[90]), "repositories with a wrong note after 90 days")
    r.add("best_over_tenth", int((typical[90] > 0.1).sum()), "of these, where block and name let through over a tenth")
    r.claim(
        "best_typical",
        all(float(np.median(one)) < 0.05 for one in typical.values()) and (typical[90] > 0.1).sum() > 2,
        "In the median repository with a wrong note block and name let through fewer than one in 20 of them, after 28 "
        "and 90 days; after 90 days in some repositories more than one in ten.",
    )


def elsewhere(r: Results, notes: Notes) -> None:
    """Looking in every Python file, and what the command does: the block exactly once, the name as a word."""
    keep = notes.select(90)
    moved = notes.rates("line anywhere", keep, moved=True).served
    r.add(
        "anywhere_moved",
        moved,
        "wrong notes that the line in any Python file lets through if a note that holds elsewhere is true",
        "share",
    )
    wrong = keep & ~notes.truth()
    sizes = np.maximum(notes.totals(keep, keep), 1)
    found, gone = (
        float((notes.totals(wrong, (notes.outcome & bits) == bits) / sizes).sum())
        for bits in (mask("anywhere", "moved"), mask("anywhere"))
    )
    r.add(
        "anywhere_only_moved",
        found / gone,
        "of the wrong notes that the line in any Python file lets through, those that hold elsewhere",
        "share",
    )
    r.claim(
        "anywhere_mostly_moved",
        found / gone > 0.5,
        "More than half of the wrong notes that the line in any Python file lets through hold elsewhere.",
    )
    for moved in (False, True):
        one = notes.rates(ANYWHERE, keep, moved)
        key, what = ("home_moved", ", if a note that holds elsewhere is true") if moved else ("home", "")
        r.add(f"{key}_served", one.served, f"wrong notes that block and name in any file let through{what}", "share")
        r.add(f"{key}_dropped", one.dropped, f"true notes that block and name in any file throw away{what}", "share")
    sole = notes.select(90, sole=True)
    r.add("sole_share", float(notes.shares(["sole"], keep).mean()), "notes whose block stood once in its file", "share")
    for check, key in ((BEST, "sole"), ("block once and word", "command")):
        one = notes.rates(check, sole)
        r.add(f"{key}_served", one.served, f"{SERVED} ({check}), 90 days, of notes whose block stood once", "share")
        r.add(f"{key}_dropped", one.dropped, f"{DROPPED} ({check}), 90 days, of notes whose block stood once", "share")
    homes, named = (
        [(*both(notes.rates(check, notes.select(age), moved)),) for age in ASKED for moved in (False, True)]
        for check in (ANYWHERE, BEST)
    )
    r.claim(
        "home_misses",
        all(a[1] > 2 * b[1] for one, other in zip(homes, named, strict=True) for a, b in zip(one, other, strict=True))
        and all(a[1] > 0.33 for one in homes[::2] for a in one),
        "Looking for block and name in all Python files lets through more than a third of the wrong notes after 28 and "
        "90 days, and more than twice as many as in the named file even if a note that holds elsewhere counts as true.",
    )
    ages = [notes.select(age, sole=True) for age in ASKED]
    r.claim(
        "command_costs",
        all(
            lost < 0.02 and kept < 0.04 for age in ages for lost, kept in both(notes.rates("block once and word", age))
        ),
        "Of notes whose block stood once, the command throws away fewer than two in a hundred true ones and lets "
        "through fewer than four in a hundred wrong ones, after 28 and 90 days.",
    )
