"""A fact, a log and a step result: what each may forget, and what breaks when it is kept by another's rule.

world.py         who wants which format, who complains; agents that keep one fact a user; `send`, `learn` of the post
exact.py         the same agents as a Markov chain, without chance
event.py         Ana's 24 reports
fact.sql         the fact as a query, which the post prints
views.py         the fact read from the newest rows; the log replayed under another key
recall.py        rows found by likeness
tasks.py         "undo that" in two tasks at a time, in every order
reader.py        a small language model reads what was kept
history.py       the command: facts from a reader's own history, under each rule; command.py its options
found.py         results and claims, found_arms.py and found_stores.py, too; figures.py the figures
"""

from __future__ import annotations

from labs.episodic_semantic_working import figures, found, found_arms, found_stores, world
from labs.record import Results


def main(argv: list[str]) -> int:
    """The lab's own command."""
    from labs.episodic_semantic_working import command

    return command.main(argv)


def run(seed: int) -> Results:
    """Let agents with one fact a user serve 1,000 users; `seed` draws wants, changes and complaints."""
    r = Results()
    drawn = world.drawn(seed)
    found.add_event(r)
    found.add_lock(r, drawn)
    found.add_counts(r, drawn)
    found_arms.add_ways(r, drawn)
    found_arms.add_arms(r, drawn)
    found_arms.add_formats(r)
    found_arms.add_estimate(r, seed)
    found_stores.add_view(r, seed)
    found_stores.add_recall(r, seed)
    wrong = found_stores.add_split(r, seed)
    places = found_stores.add_tasks(r)
    found_stores.add_reader(r)
    cells = found_stores.add_map(r, wrong, places, drawn)
    reports, rows = r.tables["by_report"], r.tables["by_untrue"].rows
    r.figure("ana", lambda: figures.ana(reports.columns[3:], reports.rows))
    r.figure("course", figures.course)
    r.figure("untrue", lambda: figures.untrue(rows))
    r.figure("split", lambda: figures.split(wrong))
    r.figure("map", lambda: figures.three_by_three(cells))
    return r
