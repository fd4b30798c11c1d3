"""Agents that share a page: which way of writing loses notes, and what the others cost in errors, calls and waiting.

schedules.py   every order of the agents' steps, and what an order led to
pages.py       one shared page in SQLite, written in ten ways; files.py as a file; tasks.py one open task; mixed.py
               two ways on one page, a job that tidies, SQLite's default journal; writer.py one process that writes
exact.py       plays them all; found.py and found_fleet.py make results and claims of it
cost.py        model calls and waiting for many agents; guesses.py the reading side; found_cost.py and
               found_guesses.py their results
postgres.py, branches.py, processes.py   PostgreSQL, Git, real processes: recorded by measure.py into recorded.json;
               portable.py the statements of the example on PostgreSQL, into portable.json; shell.py the recipe
               for plain files, into shell.json
probe.py       the tool: a reader's own command under the same test; example.py a memory to copy
"""

from __future__ import annotations

from functools import cache

from labs.record import Results
from labs.shared_vs_isolated_memory import (
    cost,
    exact,
    found,
    found_cost,
    found_fleet,
    found_guesses,
    guesses,
    measure,
    portable,
    shell,
)
from labs.shared_vs_isolated_memory.schedules import counts

played = cache(exact.outcomes)  # the same for every seed


def main(argv: list[str]) -> int:
    """The lab's own commands."""
    from labs.shared_vs_isolated_memory import probe

    return probe.main(argv)


def run(seed: int) -> Results:
    """Every number, claim and figure of the post; `seed` moves the simulated starts and the sentences."""
    from labs.shared_vs_isolated_memory import figures  # not for the tool: it would wait seconds for matplotlib

    r = Results()
    orders, record = played(), measure.recorded()
    found.add_pages(r, orders)
    fleets = found_fleet.add_fleets(r, orders)
    found_fleet.add_writer(r, orders)
    found_fleet.add_tasks(r, orders)
    found_fleet.add_journal(r, orders)
    cells = found_cost.add_cost(r, seed)
    found_cost.add_recorded(r, record)
    found_cost.add_portable(r, portable.recorded())
    found_cost.add_shell(r, shell.recorded())
    shares = found_guesses.add_guesses(r, seed)
    story = next(one for one in orders["rewrite", True, 2] if one.schedule == "ABAB")
    r.figure("lost", figures.lanes(story.page))
    r.figure("fleets", figures.fleets(fleets))
    rows = ways(orders, record, cells)
    r.table(
        "eight_ways",
        "eight ways to keep the page: overlapping orders of two agents, with timeouts that outlast the wait, in which "
        "a note is lost or an agent gets an error; calls and waiting of sixteen that start together; empty: not "
        "computed",
        ("way", "note lost", "error", "calls a note", "call lengths until saved"),
        [[*row[:3], *(float(number) if number else "" for number in row[3:])] for row in rows],
    )
    r.figure("ways", figures.ways(rows))
    r.claim(
        "only_a_line_is_clear",
        [name for name, *rest in rows if rest == ["0", "0", "1", "1"]] == ["add a line", "add a row"],
        "Of the eight ways in the figure, only the added line and the added row lose no note and refuse none in any "
        "order of two agents, and cost sixteen agents that start together one call a note and one call length of "
        "waiting.",
    )
    names = {"version of the page": "version of the page", "version of a line": f"version of one of {cost.LINES} lines"}
    names["add a line"] = "add a line; lock"
    r.figure("calls", figures.calls({text: [cells[s, 0, n][0] for n in cost.AGENTS] for s, text in names.items()}))
    r.figure("guesses", figures.guesses({
        "guess unmarked": shares["plain"], '"I think …"': shares[guesses.HEDGES[0]],
        '"Unconfirmed\nguess: …"': shares[guesses.HEDGES[1]], "only labelled\nfacts read": shares["labels, 0% wrong"],
        "only labelled,\n20% wrong": shares["labels, 20% wrong"],
    }))  # fmt: skip
    return r


def ways(orders: exact.Found, record: dict, cells: dict) -> list[tuple[str, str, str, str, str]]:
    """The rows of the figure: of overlapping orders of two, lost and with an error; of 16 agents, calls and waiting."""
    rows = []
    for name, one, style in (
        ("whole page", counts(orders["rewrite", True, 2]), "whole page"),
        ("in with con:", counts(orders["with_con", True, 2]), "whole page"),
        ("BEGIN, SQLite", counts(orders["begin", True, 2]), ""),
        ("BEGIN, PostgreSQL", record["postgres_orders"]["read_committed"], "whole page"),
        ("lock round the call", counts(orders["begin_immediate", True, 2]), "lock"),
        ("version, retried", counts(orders["version", True, 2]), "version of the page"),
        ("add a line", counts(orders["add_line", True, 2]), "add a line"),
        ("add a row", counts(orders["append_row", True, 2]), "add a line"),
    ):
        of = [f"{one[key]}/{one['overlapping']}" if one[key] else "0" for key in ("losing", "refusing")]
        calls, wait = (f"{x:.3g}" for x in cells[style, 0, 16][:2]) if style else ("", "")
        rows.append((name, *of, calls, wait))
    return rows
