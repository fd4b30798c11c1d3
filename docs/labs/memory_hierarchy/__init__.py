"""What an agent's memory loses when time, "all" or "now" must pass through a similarity search, and what does not.

world.py     36 months of memories about 32 customers
ranks.py     exact similarity search over them
windows.py   what happened in a fortnight: dates filtered before and after the cut
quarter.py   what happened in a quarter, which holds more rows than are handed over
dated.py     the same with the dates written into memories and question
paths.py     facts in other words, what holds now, how often, whether ever, standing rules, and what is sent
queries.sql  five queries, three of which the post prints
store.py     the store that calls them; stack.py runs it whole, once.py its function `like` on all questions
says.py      what a small language model says of an empty result
cut.py       the command `lab memory-hierarchy cut`, for a reader's own memories; example.py writes some to try it on
figures.py   the figures
"""

from __future__ import annotations

import numpy as np

from labs.memory_hierarchy import columns, dated, figures, paths, quarter, says, stack, story, windows, world
from labs.memory_hierarchy.cut import main as main
from labs.record import Results


def run(seed: int) -> Results:
    """Ask 36 months of memories about 32 customers; `seed` draws what happened and when."""
    r = Results()
    all_of = world.world(seed)
    rows, last = windows.measure(r, all_of, seed)
    told = story.tell(r, all_of)
    quarter.measure(r, all_of)
    dated.measure(r)
    paths.facts(r, all_of)
    columns.now(r, all_of, seed)
    columns.counts(r, all_of, seed)
    paths.ever(r, all_of)
    depths = paths.rules(r, all_of)
    paths.cost(r, all_of, float(np.mean([len(one.wanted) for one in last])), dated.stamp())
    stack.measure(r, all_of, last)
    says.measure(r)
    r.figure("ranks", figures.dots(told))
    r.figure("growth", figures.growth(rows))
    r.figure("counts", figures.exact)
    r.figure("rules", figures.rules(depths))
    return r
