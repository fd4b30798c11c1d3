"""Sixty steps, a mistake, a mail: how far an agent runs between two looks, who reads, and what leaves meanwhile.

loop.py        the loop; outbox.sql the outbox that the post prints
alone.py       the loop with nothing else, to run without a clone
event.py       the event of the lead, run with both
exact.py       cost, mistakes left and wrong mails by recursion; best intervals, schedules
world.py       the same loop on values, in five worlds; tests that see a kind, or roll again
model.py       a 135M model's answers, and its doubt about them
found.py       results and claims, found_mail.py, found_schedules.py and found_tired.py, too; figures.py the figures
leash.py       the tool: what a log says about the interval; command.py its command line
"""

from __future__ import annotations

from labs.agent_or_assistant import event, figures, found, found_mail, found_schedules, found_tired
from labs.record import Results


def main(argv: list[str]) -> int:
    """The lab's own command."""
    from labs.agent_or_assistant import command

    return command.main(argv)


def run(seed: int) -> Results:
    """Compute the recursion; `seed` draws the mistakes of the worlds that it is checked against."""
    r = Results()
    rows = event.add_event(r)
    r.figure("event", lambda: figures.event(rows))
    found.add_leash(r)
    found.add_reading(r)
    found_tired.add_tired(r)
    found.add_valley(r)
    found_schedules.add_schedules(r)
    found_mail.add_mail(r)
    found_mail.add_tests(r, seed)
    found_mail.add_together(r)
    found_mail.add_worlds(r, seed)
    found_mail.add_model(r)
    return r
