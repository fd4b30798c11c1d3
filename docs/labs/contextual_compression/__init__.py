"""What stays of a long chat at equal tokens: typical turns, random ones, rare ones, written facts, fetched turns.

`rarest` can be used on other code: `from labs.contextual_compression.keeping import rarest`; the command
`lab contextual-compression keep FILE --budget N` compares ways to cut a session of your own, and with `--kept TEXT
--probes CSV` sets what your own agent kept of it beside them.
  keeping.py        the ways to choose turns; `rarest` is what the notes print
  chat.py           planted chats: small talk, twelve facts, anecdotes
  planted.py        the ways on planted chats, corrections, questions and tasks
  locomo.py         reads LoCoMo's file; table.py makes data/*.csv from it: numbers a turn, no text
  dialogues.py      the ways on LoCoMo's ten dialogues, from those tables
  command.py        the command; session.py reads a session's file
  found*.py         results and claims; figures.py the figures
"""

from __future__ import annotations

from labs.contextual_compression import (
    dialogues,
    figures,
    found,
    found_again,
    found_both,
    found_few,
    found_planted,
    found_tasks,
    found_written,
    planted,
)
from labs.record import Results


def main(argv: list[str]) -> int:
    """The lab's own command."""
    from labs.contextual_compression import command

    return command.main(argv)


def run(seed: int) -> Results:
    """Cut ten dialogues and twenty planted chats to budgets; `seed` draws the chats and throws the dice."""
    r = Results()
    event = planted.event(seed)
    real = dialogues.measured(seed, found.budgets())
    chats = planted.measured(seed)
    bare = planted.measured(seed, decoys=0, budgets=(0.1,), ways=("rare words", "least typical"))
    found_planted.add_event(r, event)
    found_planted.add_strip(r, event)
    found.add_sizes(r)
    found.add_ways(r, real)
    found_again.add_again(r, seed)
    found_written.add_written(r, real)
    found_written.add_fetched(r, real)
    found_both.add_both(r)
    found_few.add_few(r, real)
    found_few.add_summaries(r, real)
    found_planted.add_ways(r, chats, bare, real)
    found_planted.add_changes(
        r, chats, planted.written(seed), planted.corrections(seed), planted.corrections(seed, False)
    )
    never_write = planted.first_wording(seed, "word")
    found_tasks.add_tasks(
        r, planted.fetched(seed), planted.fetched(seed, by_words=True), sum(never_write) / len(never_write)
    )
    found_tasks.add_wordings(r, planted.wordings(seed))
    found_planted.add_surprise(r)
    r.figure("strip", lambda: figures.strip(event))
    r.figure("budget", lambda: figures.budget(real))
    r.figure("dots", lambda: figures.dots(real))
    r.figure("question", lambda: figures.question(r.tables["at_question"].rows))
    return r
