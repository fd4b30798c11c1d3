"""Facts that change: a store that appends, one with keys, a small model trained on them, and one trained to read them.

world.py          users, facts, rounds of changes; ledger.py the list of what is true now, as SQLite keeps it
stores.py         what a store answers: nearest row, newest of five, rows of one user, fading, keys that miss
found.py          results and claims of the stores; found_decay.py of fading ones
found_trained.py  of training on the facts, as recorded in trained.json
found_reading.py  of the model reading rows from its prompt, with reader.npz and without; answers.json keeps it
found_story.py    one user, Ivan, followed through all of it
command.py        the command `lab fine-tuning-vs-rag stuck`: which facts are stuck on an old row, as in ivan.csv

torched.py, train_facts.py and train_reader.py made trained.json and reader.npz; the lab runs without torch.
"""

from __future__ import annotations

from labs.fine_tuning_vs_rag import figures, found, found_decay, found_reading, found_story, found_trained
from labs.record import Results


def main(argv: list[str]) -> int:
    """The lab's own command."""
    from labs.fine_tuning_vs_rag import command

    return command.main(argv)


def run(seed: int) -> Results:
    """Ask every store after each round; `seed` draws the facts and their changes. Training is read, not rerun."""
    r = Results()
    found.add_example(r)
    rounds = found.add_stores(r, seed)
    keys = found.add_keys(r, seed)
    found_decay.add_decay(r, seed)
    lines = found_trained.add_trained(r)
    found_reading.add_growth(r, seed)
    read = found_reading.add_reading(r)
    found_story.add_story(r)
    r.figure("rounds", lambda: figures.rounds(rounds))
    r.figure("keys", lambda: figures.keys(keys))
    r.figure("trained", lambda: figures.trained(lines))
    r.figure("reading", lambda: figures.reading(read, found_reading.ASKED))
    return r
