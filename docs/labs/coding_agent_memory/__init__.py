"""What a coding agent's note should quote, so that it can be found wrong: checks on facts from real histories.

facts.py    facts about Python code, by its syntax tree, each with the line that a note would quote
collect.py  counts, from clones, which notes stay true and what each check says (clone.py reads them); not part of a run
checks.py   the checks, and the rates of each over the recorded counts
found.py    results and claims, found_later.py, too; figures.py the figures
model.py    a small language model between a note and the code
note.py     the check for your own notes; command.py the command
"""

from __future__ import annotations

from labs.coding_agent_memory import checks, figures, found, found_later, model
from labs.coding_agent_memory.command import main as main
from labs.record import Results


def run(seed: int) -> Results:
    """Compare the checks on the recorded notes; `seed` draws repositories for the intervals."""
    r = Results()
    notes = checks.Notes()
    found_later.event(r)
    found.corpus(r, notes)
    found.changed(r, notes)
    found.checks(r, notes, seed)
    found_later.kinds(r, notes)
    found_later.clocks(r, notes)
    found_later.without_one(r, notes)
    found_later.elsewhere(r, notes)
    pulled = model.report(r)
    life = found_later.life()
    r.figure("life", lambda: figures.life(life, found_later.lanes(life)))
    r.figure("corner", lambda: figures.corner(notes))
    r.figure("curves", lambda: figures.curves(notes))
    r.figure("pull", lambda: figures.pull(pulled))
    return r
