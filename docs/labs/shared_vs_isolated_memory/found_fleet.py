"""Results and claims of mixed fleets, the tidying job, one writer, tasks and claims, and the default journal."""

from __future__ import annotations

import tempfile
from pathlib import Path

from labs.record import Results
from labs.shared_vs_isolated_memory import mixed, writer
from labs.shared_vs_isolated_memory.exact import JOURNAL, Found
from labs.shared_vs_isolated_memory.found import COLUMNS, always_loses, clean, row
from labs.shared_vs_isolated_memory.schedules import Outcome, counts

TASKS = {
    "log": "look, then append", "log_then_look": "append, then look", "unique_key": "unique key",
    "log_page": "log, whole page", "log_line": "log, add a line", "claim_page": "claim, whole page",
    "claim_page_each": "claim, whole page, a task each", "kept": "claim, add a line",
    "each": "claim, add a line, a task each",
    "taken_over": "claim and line, lease over at once", "unchecked": "the same, owner unchecked",
}  # fmt: skip
SECONDS = 0.2  # the timeout with which SQLite is asked what waits


def silent(found: list[Outcome]) -> int:
    """Overlapping orders that lose a note without an error."""
    return sum(one.lost > 0 and not one.refused for one in found if not one.serial)


def notes(found: list[Outcome]) -> list[int]:
    """How many notes are on the page at the end of each order."""
    return [len(one.page.split()) for one in found]


def add_fleets(r: Results, f: Found) -> dict[tuple[str, str], int]:
    """A writes in one way, B in another; returns the losses for the figure."""
    cells = {}
    for a, b in mixed.PAIRS:
        cells[a, b] = cells[b, a] = silent(f[f"{a} + {b}", True, 2])
    rows = [[f"{a} + {b}", *row("", f[f"{a} + {b}", True, 2])[1:6]] for a, b in mixed.PAIRS]
    rows += [[name, *row("", f[name, True, 2])[1:6]] for name in (f"{way} + {mixed.ROW}" for way in mixed.FLEET)]
    r.table("fleets", "two agents that write in two ways, every order", COLUMNS[:6], rows)
    old = {b: cells["whole page", b] for b in mixed.FLEET}
    r.add("fleet_old_writer", old["line"], "of four overlapping orders, those that lose a note: whole page and line")
    r.add("fleet_unbumped", cells["version", "line"], "of four: those that lose a note: version and uncounted line")
    rest = [name for name in mixed.FLEET if name != "whole page"]
    r.claim(
        "one_old_writer_is_enough",
        all(old.values())
        and all(cells[a, b] == 0 for a in rest for b in rest if "version" not in (a, b))
        and cells["version", "version"] == 0,
        "Two agents that write in two ways: if one writes the whole page unchecked, orders lose a note without an "
        "error beside every one of the five ways; lines and edits of a line, in any mix of the two, lose none.",
    )
    beside = [f[f"{way} + {mixed.ROW}", True, 2] for way in mixed.FLEET] + [f["overwrite + own_file", True, 2]]
    r.claim(
        "a_place_of_its_own",
        all(clean(found) for found in beside) and silent(f["overwrite + appended", True, 2]) > 0 and old["line"] > 0,
        "A row of its own keeps every note beside each of the five ways, the unchecked whole page among them, in every "
        "order of two agents, and so does a file of its own beside one that overwrites the shared file; a line added "
        "to that page or file is lost in some orders.",
    )
    counted = [f[f"version + {other}", True, 2] for other in ("line, counted", mixed.COUNTED)]
    r.claim(
        "count_the_version",
        cells["version", "line"] == cells["version", "own line"] == 2
        and all(clean(found) and any(one.calls == 3 for one in found) for found in counted),
        "An agent that checks the page's version loses a note, without an error, in two of four overlapping orders "
        "beside an agent that adds or edits a line and does not count the version up; if the other counts it up, in "
        "none, and in some of the orders the checking agent pays a second call.",
    )
    rows = []
    for how in mixed.SAVES:
        for other in mixed.OTHERS:
            cell = counts(f[f"tidy {how} + {other}", True, 2])
            hasty = counts(f[f"tidy {how} + {other}", False, 2])
            rows.append([f"{how}, another {other}", cell["overlapping"], cell["losing"], hasty["refusing"]])
    two = {how: f[f"tidy {how} + tidies", True, 2] for how in mixed.SAVES}
    rows += [
        [f"{how}, another tidies", (cell := counts(found))["overlapping"], cell["losing"], "not played"]
        for how, found in two.items()
    ]
    columns = ("tidying", "overlapping", "note lost", "error without a timeout")
    r.table("tidy", "a job that tidies the notes beside an agent that adds, edits or tidies", columns, rows)
    lost = {(how, other): silent(f[f"tidy {how} + {other}", True, 2]) for how in mixed.SAVES for other in mixed.OTHERS}
    good = [f[f"tidy by id and text + {other}", waits, 2] for other in mixed.OTHERS for waits in (True, False)]
    r.claim(
        "tidy_by_id",
        all(lost["all", other] for other in mixed.OTHERS)
        and lost["by id", "adds"] == 0 < lost["by id", "edits"]
        and all(clean(found) for found in good),
        "A job that reads all notes and replaces them loses, in some orders, a note that was added or edited "
        "meanwhile; one that deletes by id loses none that was added, but edited ones; one that deletes by id and old "
        "text loses neither, and nobody gets an error, with a timeout or without.",
    )
    locked = [f[f"tidy lock + {other}", waits, 2] for other in mixed.OTHERS for waits in (True, False)]
    r.claim(
        "tidy_lock_refuses",
        not any(one.lost for found in locked for one in found)
        and all(counts(f[f"tidy lock + {other}", False, 2])["refusing"] for other in mixed.OTHERS),
        "With the lock round its call the tidying job loses no note either, and in some orders an agent without a "
        "timeout that adds or edits one gets an error.",
    )
    old, twice = mixed.OLD[0].strip(), (two["by id and text"], f["numbered by id + tidies", True, 2])
    r.claim(
        "two_tidy",
        all(always_loses(two[how]) for how in ("all", "by id"))
        and all(clean(found) for found in twice)
        and all(one.page.count(old) == (1 if one.serial else 2) for found in twice for one in found)
        and clean(two["lock"])
        and all(one.page.count(old) == 1 for one in two["lock"]),
        "Two tidying jobs that overlap: if each replaces everything, or deletes by id, what one made is lost without "
        "an error; by id and old text, or by ids that are never given out again (AUTOINCREMENT), nothing is lost and "
        "each old note stands in both tidied ones; with the lock round the call each stands there once.",
    )
    return cells


def add_writer(r: Results, f: Found) -> None:
    """One process that writes what two agents put into its queue."""
    rows, found = [], {}
    for name, says in (("posted_page", "whole pages"), ("posted_line", "lines")):
        played = f[name, True, 3]
        found[name] = [[o for o in played if writer.overlap(o) == apart] for apart in (True, False)]
        rows.append([says, *(x for part in found[name] for x in (len(part), sum(o.lost > 0 for o in part)))])
    says = "one process writes what two agents put into its queue: orders of all three by whether the two overlap"
    r.table("writer", says, ("queue of", "overlapping", "note lost", "not overlapping", "note lost there"), rows)
    together, apart = found["posted_page"]
    r.claim(
        "writer_of_pages",
        all(one.lost and not one.refused for one in together)
        and 0 < sum(one.lost > 0 for one in apart) < len(apart)
        and all(clean([one]) and one.calls == 2 for part in found["posted_line"] for one in part),
        "One process writes all that two agents put into its queue. If they put whole pages there, each order in which "
        "the two overlap loses a note without an error, and so do some in which they do not (the second reads before "
        "the first one's page is written); if they put lines there, no order does, for one call each.",
    )


def add_journal(r: Results, f: Found) -> None:
    """The same orders in SQLite's default journal mode, and what waits there."""
    names = [style.__name__ for style in JOURNAL] + ["kept"]
    rows, same = [], []
    for name in names:
        for waits in (True, False):
            wal, default = counts(f[name, waits, 2]), counts(f[f"journal {name}", waits, 2])
            same.append(all(wal[key] == default[key] for key in ("losing", "refusing", "doubling", "calls")))
            when = "waits" if waits else "no timeout"
            rows.append([f"{name}, {when}", default["overlapping"], default["losing"], default["refusing"]])
    says = "SQLite's default journal mode, two agents: orders by what happens"
    r.table("journal", says, ("way", "overlapping", "note lost", "error"), rows)
    r.claim(
        "journal_same",
        all(same),
        "In SQLite's default journal mode as many orders of two agents lose a note, end in an error and pay for a call "
        "as in WAL: whole page, with con:, BEGIN, BEGIN IMMEDIATE, version, line, and claim with line, with a timeout "
        "and without.",
    )
    with tempfile.TemporaryDirectory() as folder:
        asked = mixed.commit_waits(Path(folder), SECONDS)
    r.claim(
        "commit_waits",
        asked["UPDATE"][0] < SECONDS / 2 and asked["COMMIT"][0] > 0.9 * SECONDS
        and asked["UPDATE"][1] == asked["COMMIT"][1] == "SQLITE_BUSY",
        "In the default journal mode, both inside BEGIN and after a read: the second UPDATE is refused at once, and "
        "the COMMIT of the first waits out the timeout before it is refused.",
    )  # fmt: skip


def add_tasks(r: Results, f: Found) -> None:
    """One open task, or a task each: who does it, and is the note about it kept?"""
    rows = [[*row(text, f[key, True, 2])] for key, text in TASKS.items()]
    r.table("tasks", "two agents and one open task, with a timeout that waits", COLUMNS, rows)
    once = ("log_then_look", "unique_key")
    log, key = (counts(f[name, True, 2]) for name in ("log", "unique_key"))
    r.add("log_doubled", log["doubling"], "orders in which both do the one task: look into the log, then append")
    r.add("key_doubled", key["doubling"], "the same with a unique key")
    r.claim(
        "log_lets_two_work",
        log["doubling"] == log["overlapping"] > 0
        and all(sum(len(a.worked) for a in one.agents) == 1 for name in once for one in f[name, True, 2]),
        "Look into the log, then append: in each overlapping order both do the task. With a unique key, or if they "
        "append first and look afterwards, exactly one does it in every order.",
    )
    hasty = f["apart", False, 2]
    r.claim(
        "keep_the_timeout",
        clean(f["apart", True, 2])
        and any(one.refused for one in hasty)
        and not any(one.lost or one.doubled for one in hasty),
        "The design with one task, and somebody able to move between each write and its commit: with a timeout that "
        "waits nothing is lost, refused or done twice in any order of two agents; without one an agent gets an error "
        "in some orders, and still nothing is lost or done twice.",
    )
    page, line, keyed = (counts(f[name, True, 2]) for name in ("claim_page_each", "log_line", "log_page"))
    r.add("page_each_lost", page["losing"], "overlapping orders that lose a note: claim, whole page, a task each")
    r.add("log_line_doubled", line["doubling"], "overlapping orders with the task done twice: log, line")
    r.add("three_steps", page["overlapping"], "overlapping orders of two agents with three steps each")
    one, each = f["kept", True, 3], f["each", True, 3]
    r.add("whole_orders", len(each), "orders of three agents with three steps each")
    r.claim(
        "whole_design",
        all(clean(f[name, waits, 2]) for name in ("kept", "each") for waits in (True, False))
        and clean(one) and clean(each)
        and all(o.calls == 1 and n == 1 for o, n in zip(one, notes(one), strict=True))
        and all(o.calls == 3 and n == 3 for o, n in zip(each, notes(each), strict=True)),
        "Claim with a unique key, think, add a line: two or three agents with a task each keep every note for one call "
        "each, in every order; with one task among them one does it, for one call. No error, with a timeout or "
        "(two agents) without.",
    )  # fmt: skip
    r.claim(
        "both_halves",
        page["losing"] > 0 == page["doubling"]
        and line["doubling"] == line["overlapping"] > 0 == line["losing"]
        and keyed["losing"] > 0 < keyed["doubling"]
        and clean(f["claim_page", True, 2]),
        "Two agents: claim with the whole page loses notes in some orders if each has a task, and none if there is "
        "one task; log with a line does the one task twice in each overlapping order and loses none; log with the "
        "whole page does both.",
    )
    stuck, leased, raised = (notes(f[name, True, 2]) for name in ("dies", "dies_leased", "raises"))
    r.add(
        "stuck", stuck.count(0), "of 20 orders, those in which nobody ever does the task: A dies, no end to its claim"
    )
    first = [one.schedule[0] == "A" for one in f["dies", True, 2]]
    r.claim(
        "a_claim_needs_an_end",
        [n == 0 for n in stuck] == first and set(leased) == {1} and set(raised) == {1},
        "A dies before it saves: if its claim has no end, nobody does the task in any order in which A claims first, "
        "not even a third agent that comes last; if its lease is over, or if its call raises and it gives the task "
        "back, one agent has done it and one note is on the page, in every order.",
    )
    over, blind = f["taken_over", True, 2], f["unchecked", True, 2]
    apart = [one for one in over if not one.serial]
    r.add("unchecked_twice", sum(n > 1 for n in notes(blind)), "orders with two notes of one task: owner not checked")
    r.claim(
        "check_the_owner",
        set(notes(over)) == {1}
        and not any(one.lost for one in over)
        and all(one.refused == 1 and one.calls == 2 for one in apart)
        and sum(n > 1 for n in notes(blind)) == len(apart),
        "A lease that is over while its owner still thinks: if the owner is checked on saving, one note is on the page "
        "in every order of two agents, and in each overlapping one the other is told no after a call that is paid; "
        "unchecked, each overlapping order leaves two notes of one task.",
    )
