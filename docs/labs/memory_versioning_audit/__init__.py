"""What an auditor can be told about an agent's memory: was a fact stored, was it in the prompt, which record can tell.

store.py     the store to use: an append-only log of writes and reads in SQLite, chained, with texts that can go
prompt_log.py a log of prompts alone, short enough to copy, and its check
chain.py     bare, keyed and evolving chains, and what verification says
check.py     checks a reader's own records, which records.py reads; command.py has the commands
world.py     a clinic's memory over ninety days; retrieve.py searches it
witness.py   what each kind of record says about a prompt; found.py the results
attacks.py   falsifying a log, falsified.py the results; erasure.py forgetting a person
audit.py     all of it together in one store
clocks.py    a read that meets a write; measure.py the same in PostgreSQL, and costs, recorded in machine.json
figures.py   the figures
"""

from __future__ import annotations

from labs.memory_versioning_audit import audit, clocks, erasure, falsified, found, measure, witness
from labs.memory_versioning_audit.command import main as main
from labs.record import Results


def run(seed: int) -> Results:
    """Ask every record about every decision, falsify logs, erase a patient."""
    r = Results()
    scene = witness.scene(seed)
    ranked = witness.rankings(scene)
    found.stored(r, scene, ranked)
    found.answers(r, scene, ranked)
    prompts, wrong_ids = found.cutting(r, scene, ranked, seed)
    person = scene.decisions[witness.event(scene, ranked["all"])].person
    clocks.report(r, measure.recorded())
    falsified.report(r, seed)
    audit.report(r, scene.versions, prompts, person, wrong_ids)
    erasure.report(r, scene.versions, scene.search["kept"].rows, person)
    measure.report(r, measure.recorded())
    return r
