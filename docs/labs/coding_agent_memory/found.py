"""What the notes show of the checks: values, tables and claims."""

from __future__ import annotations

from itertools import product

import numpy as np

from labs.coding_agent_memory.checks import AGES, CHECKS, SAYS, Notes, Rates
from labs.coding_agent_memory.collect import MOST_FILES
from labs.record import Results

BEST, LINE, ANYWHERE = "block and name", "line and name", "block and name anywhere"
ASKED = (28, 90)  # days at which the claims are made
SERVED, DROPPED = "wrong notes that the check lets through", "true notes that the check throws away"


def both(one: Rates) -> tuple[tuple[float, float], tuple[float, float]]:
    """Dropped and served, each repository weighing the same; each note weighing the same."""
    return (one.dropped, one.served), (one.dropped_pooled, one.served_pooled)


def everywhere(notes: Notes, check: str, moved: bool = False) -> list[tuple[float, float]]:
    """Dropped and served of a check at each of `ASKED`, with both weights."""
    return [pair for age in ASKED for pair in both(notes.rates(check, notes.select(age), moved))]


def corpus(r: Results, notes: Notes) -> None:
    """How large the collection is, and what becomes of a note's path, truth and file."""
    r.add("repositories", len(notes.repositories), "Python repositories")
    r.add("most_files", MOST_FILES, "files of a repository that are looked at, at each age, at most")
    r.add("notes_90", int(notes.count[notes.select(90)].sum()), "notes that could have been made 90 days earlier")
    r.add("notes", int(notes.count.sum()), "notes at all five ages, one fact counted at each age at which it stood")
    rows = []
    medians, means = {}, {}
    for age in AGES:
        shares = {name: notes.shares([name], notes.select(age)) for name in ("path", "symbol", "true", "hash")}
        medians[age] = {name: float(np.median(share)) for name, share in shares.items()}
        means[age] = {name: float(share.mean()) for name, share in shares.items()}
        rows += [
            [f"{what}, {age} days", float(shares[name].mean()), *np.percentile(shares[name], [25, 50, 75]).tolist()]
            for name, what in (
                ("path", "path exists"),
                ("symbol", "name defined"),
                ("true", "note true"),
                ("hash", "file unchanged"),
            )
        ]
    r.table(
        "by_age",
        "Notes by age: mean and quartiles over the repositories",
        ["share of notes", "mean", "quarter", "half", "three quarters"],
        rows,
    )
    at = medians[90]
    for name, what in (("path", "whose file exists"), ("true", "that are true"), ("hash", "whose file is unchanged")):
        r.add(f"median_{name}_90", at[name], f"notes {what} after 90 days, in the median repository", "share")
    named = notes.shares(["symbol"], notes.select(90))
    r.add(
        "name_90",
        float(named.mean()),
        "notes whose name is still defined in its file after 90 days, mean over repositories",
        "share",
    )
    r.claim(
        "truth_is_between",
        all(medians[age]["path"] > 0.97 and medians[age]["true"] > 0.95 for age in ASKED)
        and medians[28]["hash"] < 0.65
        and max(medians[90]["hash"], means[90]["hash"]) < 0.5
        and all(5 * (one["path"] - one["true"]) < one["true"] - one["hash"] for one in means.values()),
        "In the median repository more than 95% of the notes are true after 28 and after 90 days, and more than 97% "
        "have their file; fewer than 65% have an unchanged file after 28 days, and fewer than half after 90, as in the "
        "mean. At each age up to a year the mean share of true notes is more than five times as close to that of the "
        "notes whose file exists as to that of the notes whose file is unchanged.",
    )
    r.claim(
        "names_last",
        float(named.mean()) > 0.9 and float(np.median(named)) > 0.95,
        "After 90 days more than nine in ten notes still have their name defined in their file, mean over "
        "repositories; in the median repository more than 95%.",
    )


def changed(r: Results, notes: Notes) -> None:
    """How often a note is wrong, given that its file changed; and what made it wrong."""
    median, worst = {}, {}
    for age in ASKED:
        keep = notes.select(age, changed=True)
        share = notes.totals(keep, ~notes.truth()) / np.maximum(notes.totals(keep, keep), 1)
        median[age], worst[age] = float(np.median(share)), share
        r.add(
            f"wrong_if_changed_{age}",
            median[age],
            f"wrong among notes whose file changed within {age} days, median repository",
            "share",
        )
    r.add("wrong_if_changed_most", float(worst[90].max()), "the same after 90 days in the worst repository", "share")
    worst_one = notes.repositories[int(worst[90].argmax())]["repository"]
    r.add("wrong_if_changed_where", worst_one, "the repository in which most are")
    r.add("wrong_if_changed_mean", float(worst[90].mean()), "the same after 90 days, mean over repositories", "share")
    r.add("wrong_if_changed_over_half", int((worst[90] > 0.5).sum()), "repositories in which more than half are wrong")
    r.claim(
        "changed_is_not_wrong",
        max(median.values()) < 0.1 and int((worst[90] > 0.5).sum()) <= 1,
        "In the median repository fewer than one in ten notes whose file had changed or gone were wrong, after 28 "
        "and "
        "after 90 days; in at most one repository more than half were.",
    )
    keep = notes.select(90)
    served = {name: notes.rates(name, keep).served for name in ("path", "name")}
    r.add("wrong_file_gone", 1 - served["path"], "of the wrong notes at 90 days, those whose file has gone", "share")
    r.add("wrong_name_gone", served["path"] - served["name"], "those whose file is there and lacks the name", "share")
    r.add("wrong_in_place", served["name"], "those whose file still defines the name", "share")
    r.add(
        "wrong_90",
        notes.rates("none", keep).wrong,
        "notes that are wrong after 90 days, mean over repositories",
        "share",
    )


def checks(r: Results, notes: Notes, seed: int) -> None:
    """Every check at every age: true notes dropped, wrong notes served."""
    rows = []
    for age, check in product(AGES, CHECKS):
        one, moved = (notes.rates(check, notes.select(age), moved) for moved in (False, True))
        rows.append([age, check, *one[:2], one.dropped_pooled, one.served_pooled, *moved[:2]])
    names = [
        "true dropped",
        "wrong served",
        "dropped pooled",
        "served pooled",
        "dropped moved true",
        "served moved true",
    ]
    r.table("by_check", "Every check at every age; see the notes for the columns", ["days", "check", *names], rows)
    few = ("path", "name", LINE, BEST, "function hash", "line number", "file hash")
    turned = [row[:4] for row in rows if row[1] in few]
    r.table("by_days", "Seven checks by the age of the note", ["days", "check", *names[:2]], turned)
    ninety = [row[1:] for row in rows if row[0] == 90]
    r.table("weighed_90", "Every check after 90 days, as weighed and counted in three ways", ["check", *names], ninety)
    keep = notes.select(90)
    shown = ("file hash", "git log", "line number", "function hash", "path", "name", "line", LINE, BEST, ANYWHERE)
    r.table(
        "after_90",
        "After 90 days: true notes thrown away and wrong notes let through, by check",
        ["the note holds if", "true notes lost", "wrong notes kept"],
        [[SAYS[check], *notes.rates(check, keep)[:2]] for check in shown],
    )
    for check in shown:
        one, (low, high) = notes.rates(check, keep), notes.interval(check, keep, seed)
        key = check.replace(" ", "_")
        for part, what in (("dropped", DROPPED), ("served", SERVED)):
            r.add(
                f"{key}_{part}",
                getattr(one, part),
                f"{what} ({SAYS[check]}), 90 days",
                "share",
                low=getattr(low, part),
                high=getattr(high, part),
                interval="95%, repositories drawn with replacement",
            )
    for key, above, below in (
        ("name_to_path", "path", "name"),
        ("line_to_name", "name", LINE),
        ("block_to_line", LINE, BEST),
    ):
        ratio, low, high = notes.ratio(below, above, keep, seed)
        r.add(key, ratio, f"wrong notes served after 90 days: {below}, divided by {above}", low=low, high=high)
    hashes, lines, paths = (everywhere(notes, check) for check in ("file hash", "line number", "path"))
    best, best_moved = everywhere(notes, BEST), everywhere(notes, BEST, moved=True)
    r.claim(
        "hash_drops_most",
        all(d > 0.5 for d, _ in hashes[2:]) and all(d > 0.35 for d, _ in hashes),
        "A hash of the file throws away more than a third of the true notes after 28 days and more than half after "
        "90, whichever way they are weighed.",
    )
    logs = everywhere(notes, "git log")
    r.claim(
        "log_is_a_hash",
        all(abs(a[0] - b[0]) < 0.01 and a[1] < 0.005 for a, b in zip(logs, hashes, strict=True)),
        "Asking git log for commits to the file throws away as many true notes as the hash, to within one in a "
        "hundred.",
    )
    r.claim(
        "numbers_alarm",
        all(0.7 < a[0] / b[0] < 0.9 for a, b in zip(lines, hashes, strict=True)),
        "A line number throws away between seven and nine tenths as many true notes as the hash, after 28 and after "
        "90 days.",
    )
    names, line = everywhere(notes, "name"), everywhere(notes, LINE)
    r.claim(
        "path_misses",
        all(0.33 < s < 0.5 for _, s in paths),
        "That the file exists lets through more than a third and less than half of the wrong notes.",
    )
    r.claim(
        "each_halves",
        all(0.45 < b[1] / a[1] < 0.55 for a, b in zip(paths, names, strict=True))
        and all(0.4 < b[1] / a[1] < 0.55 for a, b in zip(names, line, strict=True)),
        "Asking for the name as well as the path lets through about half as many wrong notes, and asking for the "
        "quoted line too between 40% and 55% of those, after 28 and 90 days.",
    )
    r.claim(
        "block_is_better",
        all(b[1] < 0.4 * a[1] and b[0] < a[0] + 0.005 for a, b in zip(line, best, strict=True)),
        "All the lines together let through less than four tenths of what one line does, after 28 and 90 days, and "
        "throw away at most one true note in 200 more.",
    )
    r.claim(
        "best_is_cheap",
        all(d < 0.02 for d, _ in best) and all(d < 0.05 for d, _ in best_moved),
        "Block and name throw away fewer than one in 50 true notes after 28 and 90 days; fewer than one in 20 if a "
        "note "
        "that holds in another file counts as true.",
    )
    r.claim(
        "best_catches",
        all(s < 0.05 for _, s in best + best_moved),
        "Block and name let through fewer than one in 20 wrong notes after 28 and 90 days, whichever way notes are "
        "weighed and whether or not one that holds in another file counts as true.",
    )
    year = notes.rates(BEST, notes.select(365)).dropped
    r.add("best_dropped_365", year, "true notes that block and name throw away after a year", "share")
    ninety = notes.rates(BEST, keep)
    r.add("best_pooled", ninety.served_pooled, "wrong notes that they let through after 90 days, pooled", "share")
    r.claim(
        "lead",
        all(lost < 0.02 and 0.015 < kept < 0.025 for lost, kept in both(ninety))
        and all(lost > 0.5 for lost, _ in both(notes.rates("file hash", keep))),
        "After 90 days block and name throw away fewer than two in a hundred true notes and let through about two in "
        "a hundred wrong ones (1.5% to 2.5%), whichever way notes are weighed; a hash of the file throws away more "
        "than half of the true ones.",
    )
    functions = everywhere(notes, "function hash")
    r.claim(
        "function_hash",
        all(a[0] > 6 * b[0] and a[1] < 0.005 for a, b in zip(functions, best, strict=True)),
        "A hash of the function, or of the constant, lets through almost nothing and throws away more than six times "
        "as many true notes as block and name.",
    )
    anywhere = everywhere(notes, "line anywhere")
    r.claim(
        "anywhere_misses",
        all(s > 0.5 for _, s in anywhere),
        "Looking for the line in all Python files, not only the named one, lets through more than half of the wrong "
        "notes.",
    )
    inside = everywhere(notes, "line in function")
    r.claim(
        "inside_costs",
        all(a[1] < b[1] and a[0] > b[0] for a, b in zip(inside, line, strict=True)),
        "Looking for the line within the function or constant lets through fewer wrong notes than line and name "
        "and throws away more true ones.",
    )
