"""Results and claims from the orders that were played: what is lost, refused, paid for and done twice."""

from __future__ import annotations

from labs.record import Results
from labs.shared_vs_isolated_memory.exact import Found
from labs.shared_vs_isolated_memory.schedules import Outcome, counts

PAGES = {  # style: its name in tables
    "rewrite": "whole page, no transaction", "with_con": "whole page in with con:", "begin": "BEGIN before the read",
    "begin_again": "BEGIN, statement repeated", "begin_immediate": "BEGIN IMMEDIATE before the read",
    "version": "version of the page", "same_line": "edit, same line", "own_line": "edit, different lines",
    "add_line": "add a line", "append_row": "append a row",
}  # fmt: skip
FILES = {
    "overwrite": "file overwritten", "replaced": "file renamed into place", "write_locked": "flock around the write",
    "all_locked": "flock around read, call and write", "reread_locked": "flock, read again, add the line",
    "appended": "append to the file", "own_file": "a file an agent",
    "edited": "edit: read again, replace, write", "edited_apart": "the same, others between read and write",
    "edited_locked": "the same with flock round the two", "appended_apart": "append, others between open and write",
    "overwrite + appended": "file overwritten + append", "overwrite + own_file": "file overwritten + a file an agent",
}  # fmt: skip
COLUMNS = ("way", "orders", "overlapping", "note lost", "error", "calls", "task done twice")


def row(name: str, found: list[Outcome]) -> list[object]:
    """One way as a row of a table; calls are for an overlapping order."""
    c = counts(found)
    calls = c["calls"] / c["overlapping"]
    return [name, c["schedules"], c["overlapping"], c["losing"], c["refusing"], round(calls, 2), c["doubling"]]


def clean(found: list[Outcome]) -> bool:
    """Nothing lost, nothing refused, no task done twice, in any order."""
    return not any(one.lost or one.refused or one.doubled for one in found)


def always_loses(found: list[Outcome]) -> bool:
    """Each overlapping order loses a note and says nothing; the others lose none."""
    return all((one.lost > 0) != one.serial and not one.refused for one in found)


def add_pages(r: Results, f: Found) -> None:
    """One note each, two and three agents, and what becomes of it."""
    for name, waits, agents, says in (
        ("two_agents", True, 2, "two agents save a note each, with a timeout that waits: orders by what happens"),
        ("no_timeout", False, 2, "the same without a timeout"),
        ("three_agents", True, 3, "three agents save a note each, with a timeout that waits"),
    ):
        rows = [row(text, f[key, waits, agents]) for key, text in PAGES.items() if (key, waits, agents) in f]
        r.table(name, says, COLUMNS, rows)
    for name, agents in (("files", 2), ("files_three", 3)):
        rows = [row(text, f[key, True, agents]) for key, text in FILES.items() if (key, True, agents) in f]
        r.table(name, f"the same page as a file, {agents} agents", COLUMNS, rows)
    first, impatient, patient = f["rewrite", True, 2], f["with_con", False, 2], f["with_con", True, 2]
    story = next(one for one in first if one.schedule == "ABAB")
    r.claim(
        "event",
        story.page == "B\n" and len(story.saved) == 2,
        "A reads, B reads, A saves, B saves, each the whole page: both are told that it is saved, and A's note "
        "is gone.",
    )
    some = counts(first)
    r.add("orders_whole", some["schedules"], "orders of two agents with two steps each")
    r.add("overlapping_whole", some["overlapping"], "of them, orders in which the two overlap")
    r.claim(
        "overlap_loses",
        all(always_loses(f[key, True, n]) for key in ("rewrite", "overwrite", "replaced") for n in (2, 3)),
        "When each agent reads the page and writes all of it, every order in which two overlap loses a note without an "
        "error, for two agents and for three: in SQLite, in a file overwritten and in a file renamed into place.",
    )
    a, b, one_step = counts(impatient), counts(patient), f["rewrite", False, 2]
    for name, c in (("impatient", a), ("patient", b)):
        r.add(f"{name}_lost", c["losing"], f"overlapping orders of with con: that lose a note, {name}")
        r.add(f"{name}_errors", c["refusing"], f"overlapping orders of with con: with an error, {name}")
    r.add("overlapping_three_steps", b["overlapping"], "overlapping orders of two agents with three steps each")
    r.claim(
        "timeout_is_worse",
        always_loses(patient)
        and always_loses(one_step)
        and always_loses(first)
        and b["losing"] > a["losing"] > 0
        and a["losing"] + a["refusing"] == a["overlapping"],
        "Inside `with con:`, the SELECT before the call: without a timeout some overlapping orders lose a note and all "
        "the others end in an error; with a timeout that waits, every overlapping order loses a note and none errs. "
        "If nobody can move between write and commit, every overlapping order loses a note with and without a timeout.",
    )
    begin = [f["begin", waits, 2] for waits in (True, False)]
    r.claim(
        "begin_refuses_one",
        all(one.lost == 0 and one.refused == (not one.serial) for found in begin for one in found),
        "With BEGIN before the read, SQLite loses nothing: in each overlapping order of two agents it refuses exactly "
        "one of them, with a timeout and without.",
    )
    again = [one for one in f["begin_again", True, 2] if not one.serial]
    gave = [agent for one in f["gives_up", True, 2] for agent in one.agents if agent.name == "B"]
    r.claim(
        "repeating_is_useless",
        all(one.refused == 1 for one in again) and any(a.attempts > 1 and a.told == "saved" for a in gave),
        "In WAL mode, repeating the refused statement never helps while the other commits (all overlapping orders); it "
        "helps in some orders if the other rolls back.",
    )
    r.add("repeats_told", ", ".join(sorted({a.told for one in again for a in one.agents} - {"saved"})), "the errors")
    kept = f["version", True, 2]
    r.claim(
        "version_pays_again",
        clean(kept) and all(one.calls == (2 if one.serial else 3) for one in kept),
        "With a version column nothing is lost, and each overlapping order of two agents costs three model calls "
        "instead of two.",
    )
    late = counts(f["checked_first", True, 2])
    r.add("checked_first_lost", late["losing"], "overlapping orders that lose a note: page checked, then written")
    r.claim(
        "check_in_the_write",
        0 < late["losing"] < late["overlapping"] and late["refusing"] == 0 and clean(kept),
        "Two agents that look whether the page is still as read and write it in a step of their own lose notes without "
        "an error in some overlapping orders; with the version in the write, in none.",
    )
    added = [f[key, True, n] for key in ("add_line", "append_row", "reread_locked", "appended") for n in (2, 3)]
    added.append(f["appended_apart", True, 2])
    r.claim(
        "line_costs_one_call",
        all(clean(found) and all(o.calls == len(o.agents) for o in found) for found in added),
        "An agent that hands over a line costs one call a note and loses none, in every order of two and of three "
        "agents: one statement that appends, a row, a lock and a second read around the write, or O_APPEND "
        "(two agents also with somebody between open and write).",
    )
    own, same, page = (f[key, True, 2] for key in ("own_line", "same_line", "version"))
    r.claim(
        "precondition_as_wide_as_the_change",
        clean(own)
        and clean(same)
        and clean(page)
        and all(one.calls == 2 for one in own)
        and all(one.calls == 3 for found in (same, page) for one in found if not one.serial),
        "Two agents that edit different lines, each checked against its own line, pay two calls in every order; a "
        "check of the whole page, or the same line, makes it three in each overlapping order.",
    )
    r.claim(
        "lock_the_read_too",
        always_loses(f["write_locked", True, 2]) and clean(f["all_locked", True, 2]),
        "flock around the write alone loses a note in each overlapping order of two agents; around read, call and "
        "write none.",
    )
    apart = [f["own_file", True, n] for n in (2, 3)]
    r.claim(
        "own_file_read_by_all",
        all(clean(found) and all(o.calls == len(o.agents) for o in found) for found in apart),
        "If each agent reads the files of all and writes one of its own, no note is lost and each costs one call, in "
        "every order of two and of three agents.",
    )
    near = counts(f["edited_apart", True, 2])
    edits = [f["edited", True, n] for n in (2, 3)]
    r.add("edit_apart_lost", near["losing"], "overlapping orders that lose a note: edit, others between read and write")
    r.claim(
        "an_edit_reads_again",
        all(clean(found) and all(o.calls == len(o.agents) for o in found) for found in edits)
        and 0 < near["losing"] < near["overlapping"]
        and near["refusing"] == 0,
        "An edit of a file that reads it again when it saves, replaces one passage and writes all of it keeps every "
        "note for one call each, in every order of two and of three agents, as long as nobody moves between its own "
        "read and write; if somebody may, two agents lose notes without an error in some overlapping orders.",
    )
    r.claim(
        "lock_round_the_edit",
        clean(f["edited_locked", True, 2]) and near["losing"] > 0,
        "Such an edit with a lock from its second read to its write loses nothing in any order of two agents, with "
        "somebody able to move between the two; without the lock some orders lose a note.",
    )
