"""A real language model in the loop's think: SmolLM2-135M-Instruct picks one of the valid calls by likelihood."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from labs.agent_loop.experiment import NEW, OLD, TRANSCRIPT, arm, failures, many, tally
from labs.agent_loop.loop import Phases, think
from labs.agent_loop.steps import PREFIXES
from labs.agent_loop.world import GOAL
from labs.language_model import SmolLM
from labs.record import Results

SAMPLED = 9  # the state shown as counts is asked for every ninth state only: it is enough to see that it fails
RUNS = 30  # runs started for each fault and set of steps

ORDERS = "ABCD"
CALLS = [*ORDERS, "done"]
State = tuple[int, ...]  # charges left of each of ORDERS; 0: complete, or known to be on hold
EXAMPLES: list[tuple[State, str]] = [
    ((0, 0, 2, 3), "C"), ((0, 0, 0, 0), "done"), ((0, 3, 0, 2), "B"),
    ((2, 3, 3, 2), "A"), ((0, 0, 0, 1), "D"), ((0, 0, 0, 0), "done"),
]  # fmt: skip


def to_do(state: State) -> str:
    """The state as a list of what is left, as an agent's to-do tool shows it."""
    left = [f"{order} needs {n} charges" for order, n in zip(ORDERS, state, strict=True) if n]
    return "\n".join(left or ["all orders are complete"])


def counts(state: State) -> str:
    """The state as counts, from which the model must see itself what is left."""
    return "\n".join(f"{order} has {GOAL - n} of {GOAL} charges" for order, n in zip(ORDERS, state, strict=True))


def prompts(shown: Callable[[State], str], states: Sequence[State]) -> Iterator[str]:
    """A prompt for each state: six worked examples, the state as `shown`, and the question."""
    worked = "".join(f"{shown(state)}\nnext: {call}\n\n" for state, call in EXAMPLES)
    return (f"{worked}{shown(state)}\nnext:" for state in states)


@cache
def policy(shown: Callable[[State], str] = to_do, every: int = 1) -> dict[State, str]:
    """The call that the model finds likeliest in `every`-th state of all there are; ties go to the first of CALLS."""
    states = list(product(range(GOAL + 1), repeat=len(ORDERS)))[::every]
    model = SmolLM(Path(__file__).with_name("answers.json"))
    scores = model.score(list(prompts(shown, states)), [[f" {call}" for call in CALLS]] * len(states))
    return {
        s: max(zip(CALLS, row, strict=True), key=lambda pair: pair[1].logp)[0]
        for s, row in zip(states, scores, strict=True)
    }


def valid(state: State, call: str) -> bool:
    """Whether a call is right in a state: an order with charges left, or "done" where there is none."""
    return (call == "done" and not any(state)) or (call != "done" and state[ORDERS.index(call)] > 0)


def chosen(context: dict[str, Any]) -> dict[str, Any]:
    """`think` with the model: the harness writes the to-do list, the model picks the order, or "done".

    Without a goal there is no list and nothing to choose; the harness asks, as it does for the script.
    """
    if context["goal"] is None:
        return think(context)
    paid, held = context["paid"], context["held"]
    state = tuple(max(context["goal"] - paid[o], 0) if o in paid and o not in held else 0 for o in ORDERS)
    call = policy()[state]
    if call == "done":
        return {"tool": "done"}
    return {"tool": "charge", "order": call, "target": paid.get(call, 0) + 1}


def arms(r: Results, seed: int) -> None:
    """The model in place of the script: what it chooses in every state, and what the steps do for it."""
    for shown, every, name in ((to_do, 1, "list"), (counts, SAMPLED, "counts")):
        picks = policy(shown, every)
        says = f"in which SmolLM2-135M picks a valid call, the state shown as {name}"
        r.add(f"model_right_{name}", sum(valid(*pair) for pair in picks.items()), f"states {says}")
        r.add(f"model_states_{name}", len(picks), f"states asked about, shown as {name}")
    first = {s: next((o for o, n in zip(ORDERS, s, strict=True) if n), "done") for s in policy()}
    r.claim(
        "model_chooses_like_script",
        policy() == first,
        "Shown a to-do list, SmolLM2-135M picks the first open order in every state that has one, and done in the one "
        "that has none, as the script does.",
    )
    counted = policy(counts, SAMPLED)
    r.claim(
        "model_cannot_count",
        all(call == "A" for call in counted.values()) and any(not valid(*pair) for pair in counted.items()),
        "Shown counts in place of the list, it picked order A in every state asked about, open or complete.",
    )
    rows, found = [], {}
    for decides, who in ((think, "script"), (chosen, "SmolLM2-135M")):
        options = {"phases": Phases(think=decides), "orders_due": len(ORDERS) - 1}
        clean = failures(many(TRANSCRIPT, "", RUNS, seed, **options))
        for loop, steps in PREFIXES:
            found[who, loop, steps] = [tally(arm(loop, steps), faults, RUNS, seed, **options) for faults in (OLD, NEW)]
            old, new = found[who, loop, steps]
            text = f"{who}, {loop}: {' + '.join(steps) or 'none'}"
            rows.append([text, clean[0], old.wrong, old.silent, new.wrong, new.silent])
    columns = ["Who decides, loop, steps", "Clean runs wrong", "Wrong", "Silent", "New wrong", "New silent"]
    r.table("by_model", "three orders and one on hold: clean runs that end wrong; faults that do", columns, rows)
    bare = found["SmolLM2-135M", "transcript", ()]
    for kind, t in zip(("", "new_"), bare, strict=True):
        r.add(f"model_{kind}wrong", t.wrong, f"{kind}faults under which the transcript loop with the model ends wrong")
        r.add(f"model_{kind}silent", t.silent, f"{kind}faults under which the transcript loop with the model is silent")
    pair = found["SmolLM2-135M", *PREFIXES[2]]
    r.claim(
        "model_needs_the_same_steps",
        bare[0].silent == 10 and bare[1].silent >= 9 and all(t.silent_runs == 0 for t in pair) and rows[5][1] == 0,
        "With SmolLM2-135M deciding, clean runs end right, ten of the twelve faults end silently without any step, and "
        "none of the 22 with verification and a pinned goal.",
    )
