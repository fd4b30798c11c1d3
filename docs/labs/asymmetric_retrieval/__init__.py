"""How well an agent finds a stored lesson by a question, by what it is about to do, and by what just went wrong."""

from __future__ import annotations

import sys
from functools import cache

from labs.asymmetric_retrieval import (
    asked,
    invoice,
    node,
    notes,
    recorded,
    rewriting,
    stacks,
    stored,
    story,
    tracebacks,
    twice,
    unshared,
    warned,
)
from labs.asymmetric_retrieval.bench import Bench
from labs.record import Results


@cache
def made(seed: int) -> Bench:
    """The bench of a seed, made once."""
    return Bench(seed)


def run(seed: int) -> Results:
    """The whole experiment: what is asked, once and twice, stacks, what is stored, scores, recorded errors, example."""
    results = Results()
    for part in (story, asked, twice, rewriting, stacks, stored, unshared, warned):
        part.measure(made(seed), results)
    recorded.measure(results)
    notes.example(results)
    return results


def main(argv: list[str]) -> int:
    """`test [NOTES.csv]`: the test on your own notes. `record PYTHON` and its like: the errors anew."""
    if argv[0] == "test" and len(argv) <= 2:
        return notes.main(argv[1] if len(argv) == 2 else None)
    if argv[0] == "record" and len(argv) == 2:
        tracebacks.write(tracebacks.record(argv[1]))
        return 0
    if argv[0] == "record-node" and len(argv) == 2:
        node.record(argv[1])
        return 0
    if argv[0] == "record-invoice" and len(argv) == 2:
        invoice.record(argv[1])
        return 0
    print(
        "lab asymmetric-retrieval: say `test NOTES.csv`, `record PYTHON`, `record-invoice PYTHON` or "
        "`record-node NODE`",
        file=sys.stderr,
    )
    return 2
