"""Which wrong procedures a lambda calculus benchmark lets through, and what a score on it rules out."""

from __future__ import annotations

import gc
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from labs.record import Results

from . import borrowed, dressed, excluded, figures, model, names, published, readers, strata
from .bank import Stream
from .cli import main as main

BANK = 5_000


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Python's search for cycles at long intervals: terms are trees without any, and there are millions of them."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@seldom_collecting()
def run(seed: int) -> Results:
    """The whole experiment: a bank, solvers known to be wrong, strata, naming, graders, and LamBench's history."""
    r = Results()
    stream = Stream(random.Random(f"{seed}/bank"))
    source = iter(stream)
    bank = list(islice(source, BANK))
    drawn = Counter(stream.counts)
    judged = strata.judge(bank)
    strata.plain(r, bank, judged, drawn)
    strata.depth(r, bank, judged)
    strata.long_ones(r, bank, judged)
    readers.find(r, bank, judged)
    readers.suite(r)
    found, scores = strata.pick(r, bank, source)
    found, scores = {"plain": bank, **found}, {"plain": judged, **scores}
    found["deep capture"], scores["deep capture"] = strata.deep(r, seed)
    strata.tables(r, found, scores)
    excluded.rule_out(r, scores)
    excluded.length_or_picking(r)
    names.naming(r, bank, judged, seed)
    names.short_terms(r)
    names.arithmetic(r)
    names.retrieval(r, bank)
    dressed.graders(r, found["control"], found["capture"])
    dressed.naming(r, bank[:1_000], found["capture"])
    model.find(r)
    published.find(r)
    borrowed.find(r)
    for name in ("plain", "flawless", "naming", "graders", "steps"):
        r.figure(name, getattr(figures, name)(r))
    r.figure("lambench", figures.lambench())
    return r
