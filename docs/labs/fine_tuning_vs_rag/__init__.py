"""Facts that change: a store that appends, a store with keys, and a small language model trained on each change.

world.py        users, facts, rounds of changes
stores.py       what a store answers: nearest row, newest of five, rows of one user, keys that miss
found.py        results, claims and figures
trained.json    recorded once: what the 135M model answered before, during and after training
train_facts.py  the script that made it, with torched.py; the lab runs without torch
"""

from __future__ import annotations

from labs.fine_tuning_vs_rag import figures, found
from labs.record import Results


def run(seed: int) -> Results:
    """Ask every store after each round; `seed` draws the facts and their changes. Training is read, not rerun."""
    r = Results()
    found.add_example(r)
    rounds = found.add_stores(r, seed)
    keys = found.add_keys(r, seed)
    found.add_trained(r)
    r.figure("rounds", lambda: figures.rounds(rounds))
    r.figure("keys", lambda: figures.keys(keys))
    r.figure("trained", lambda: figures.trained(r.tables["trained"].rows))
    return r
