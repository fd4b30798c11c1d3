"""Two writers of one shop disagree: which check sees it, how often they do, and what a cut and the clock make of it.

shop.py       twelve decisions, each in two ways that are equally right; merge.py mixes the ways and runs the checks
customers.py  customers drawn at random
choices.py    SmolLM2-135M at both ends of each decision
history.py    cuts of a repository's history; recorded.py those of ten repositories, kept in history.json
clock.py      what four repair rules cost; luck.py steps that fail together
agents.py     logs of real agents, counted; agents_table.py made the tables in data/ from a clone
command.py    `lab multi-vs-single-agent cut LOG PARTS` and `seam LOG`, for a reader's own repository
found.py      results and claims, found_model.py and found_cuts.py too; figures.py the figures
"""

from __future__ import annotations

from labs.multi_vs_single_agent import agents, figures, found, found_cuts, found_model
from labs.record import Results


def main(argv: list[str]) -> int:
    """The lab's own command."""
    from labs.multi_vs_single_agent import command

    return command.main(argv)


def run(seed: int) -> Results:
    """Merge the halves, ask the model, cut the histories; `seed` draws customers, cuts and where repairs fall."""
    r = Results()
    said = found.add_merge(r, seed)
    models = found_model.add_choices(r, said)
    saved = found_cuts.add_histories(r, seed)
    rows = found_cuts.add_clock(r, seed, said)
    found_cuts.add_luck(r)
    tasks = agents.add_agents(r)
    r.figure("twelve", figures.twelve)
    r.figure("model", lambda: figures.model(models))
    r.figure("hindsight", lambda: figures.hindsight(saved))
    r.figure("stuck", lambda: figures.stuck(tasks))
    r.figure("speed", lambda: figures.speed(rows))
    return r
