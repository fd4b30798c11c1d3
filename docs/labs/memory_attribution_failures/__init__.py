"""At which hop a memory loses whose it is, who said it and when: public reports, and what each field is worth."""

from __future__ import annotations

from labs.memory_attribution_failures import breaks, figures, found, keys, labels, model, pairs, people, real, survey
from labs.memory_attribution_failures.trace import main as main
from labs.record import Results


def run(seed: int) -> Results:
    """Count the reports, ask the worlds, compare the tests, let a small language model read."""
    r = Results()
    survey.measure(r)
    leaks = found.names(r, seed)
    kept = found.fields(r, seed)
    keys.measure(r, seed)
    drawn = labels.noise(r, seed)
    won = pairs.measure(r)
    asked = people.measure(r)
    breaks.measure(r)
    real.measure(r)
    model.measure(r)
    rows = survey.read("reports")
    r.figure("lanes", figures.lanes(survey.lanes(rows)))
    r.figure("hops", figures.hops(survey.counts(rows)))
    r.figure("people", figures.people(asked, len(people.read("people"))))
    r.figure("tags", figures.tags(won))
    r.figure("suggested", figures.suggested(kept))
    r.figure("leaks", figures.leaks(leaks))
    r.figure("noise", figures.noise(drawn))
    return r
