"""What looking early, then seldom, saves where mistakes come early: results and claims."""

from __future__ import annotations

from labs.agent_or_assistant import exact
from labs.agent_or_assistant.found import BASE
from labs.record import Results

POWERS = ("0", "-0.5", "-0.7", "-1", "-2")  # how the chance of a mistake falls with the number of the step


def add_schedules(r: Results) -> None:
    """Look early, then seldom: what the cheapest schedule saves over equal intervals."""
    rows = []
    for power in POWERS:
        weights = [(i + 1) ** float(power) for i in range(BASE.steps)]
        hazard = [BASE.p * BASE.steps * w / sum(weights) for w in weights]
        cost, plan = exact.schedule(hazard, BASE.catch, BASE.look)
        even = min(exact.uniform(hazard, BASE.catch, BASE.look, k) for k in range(1, BASE.steps + 1))
        rows.append([power, hazard[0], cost, even, 1 - cost / even, " ".join(map(str, plan))])
    says = "chance of a mistake as step to a power: cost, reading left out, of the best schedule and equal intervals"
    r.table("by_schedule", says, ["power", "wrong at step 1", "cheapest", "equal", "saved", "intervals"], rows)
    saved = [row[4] for row in rows]
    r.add("early_saved_1", saved[3], "saved by the cheapest schedule, chance of a mistake falling as 1/step", "share")
    r.add("early_saved_2", saved[4], "the same, falling as its square", "share")
    r.claim(
        "early_mistakes_want_early_looks",
        saved == sorted(saved) and saved[0] < 0.01 < 0.05 < saved[3] < 0.1 and saved[4] > 0.2,
        "The cheapest schedule saves under 1% over the best equal intervals if mistakes are as likely at each step, "
        "over 5% if their chance falls as one over the number of the step, over 20% if as its square.",
    )
