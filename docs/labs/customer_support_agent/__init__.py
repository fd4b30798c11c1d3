"""A support agent with a memory, killed at every step, forgotten and restored: which design pays once?

The lab is longer than one file because it is a program to be used: `lab customer-support-agent chat`.
  model.py     what the model is given and what it may want; the scripted model
  adapter.py   a language model behind the same door; messages.py and spoken.py run a small one
  agent.py     the agent: memory, turn, outbox, forget; provider.py pays
  arms.py      the same agent built otherwise; files.py with a JSON file, journal.py with journalled steps
  cases.py     the conversation, the designs, what has to be true afterwards
  crash.py     SIGKILL at every step, and a second crash at every step after it; workers.py starts processes for it
  writes.py    crashes inside the steps; choices.py whatever a model chooses
  kept.py      what may be kept of a message; later.py forgets and restores it; numbering.py uses a number twice
  storage.py   bytes written per turn kept
  hazards.py   leak, window, upgrade, deletion
  own.py       a reader's own agent; example.py is one
  found.py     results and claims, found_more.py, found_later.py and found_costs.py too
  figures.py   the figures; chat.py the commands
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from labs.customer_support_agent import found, found_costs, found_later, found_more, storage, workers
from labs.customer_support_agent.cases import BEST, CASES, TRUSTING, TWISTS
from labs.record import Results

SEEDS = (0,)  # nothing is drawn at random
TWICE = ("outbox, no key", "refund inside the transaction", BEST)
WRITES = ("refund inside the transaction", "outbox, no key", "outbox, new key per send", BEST)
CHOICES = ("outbox, no key", "inside, message number as key", "journalled steps, number as key", TRUSTING, BEST)


def main(argv: list[str]) -> int:
    """The lab's own commands."""
    from labs.customer_support_agent import chat

    return chat.main(argv)


def run(seed: int) -> Results:
    """Kill every design everywhere, forget, restore, let a language model decide, count bytes, spring the traps."""
    from labs.customer_support_agent import figures

    r = Results()
    names = [*CASES, *TWISTS]
    deeper = {"twice": TWICE, "writes": WRITES, "choices": CHOICES}
    jobs = [(what, name) for what, designs in deeper.items() for name in designs] + [("suite", name) for name in names]
    with ThreadPoolExecutor(3) as pool:
        spoken = pool.submit(workers.worker, "spoken", BEST, "outbox, no key")
        halves = [pool.submit(workers.together, jobs[at::2]) for at in (0, 1)]
        after = found_later.measured()  # here, while the workers kill
        curves = {size: storage.curves(found_costs.TURNS, size) for size in found_costs.SIZES}
        done = {job: got for at, half in enumerate(halves) for job, got in zip(jobs[at::2], half.result(), strict=True)}
    killed = {name: [(label, wrong) for label, wrong in done["suite", name]] for name in names}
    found.add_crashes(r, killed)
    chosen = {name: done["choices", name] for name in CHOICES}
    found_more.add_deeper(r, *({name: done[what, name] for name in designs} for what, designs in deeper.items()))
    found_later.add_later(r, after)
    found_more.add_model(r, spoken.result())
    found_costs.add_bytes(r, curves)
    found_costs.add_hazards(r)
    found_costs.add_answer(r)
    told, steps = found_later.evenings(), found.refund_steps(killed)
    found_more.add_evening(r, told)
    found.add_steps(r, steps)
    r.figure("evening", lambda: figures.evening(told))
    r.figure("steps", lambda: figures.steps(steps))
    r.figure("crash-points", lambda: figures.crashes({name: killed[name] for name in CASES}))
    r.figure("forgotten", lambda: figures.kept(found_later.forgot_cells(after), found_later.FORGOT_COLUMNS))
    r.figure("restored", lambda: figures.kept(found_later.backup_cells(after), found_later.BACKUP_COLUMNS))
    r.figure("whatever", lambda: figures.kept(found_more.whatever_cells(chosen), found_more.WHATEVER))
    r.figure("chosen", lambda: figures.chosen(found_more.ways(spoken.result()), len(found_more.MESSAGES)))
    r.figure("bytes-written", lambda: figures.written(curves[found_costs.SIZE]))
    return r
