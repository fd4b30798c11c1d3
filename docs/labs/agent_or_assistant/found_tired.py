"""What the exact recursion finds for a reader who recognises less the longer the batch."""

from __future__ import annotations

from dataclasses import replace

from labs.agent_or_assistant import exact
from labs.agent_or_assistant.exact import Case
from labs.agent_or_assistant.found import BASE, INTERVALS, USUAL
from labs.record import Results

TIRE = 0.02  # share of the chance to recognise a mistake that a reader who tires loses with each further step


def add_tired(r: Results) -> None:
    """Every step read, by somebody who recognises less the longer the batch."""
    tired = replace(BASE, tire=TIRE)
    left = {k: exact.run(tired, k).escaped for k in (1, *INTERVALS)}
    held = {k: exact.mail_share(tired, k, "held") for k in left}
    rows = [[k, BASE.catch * (1 - TIRE) ** (k - 1), left[k], held[k]] for k in left]
    says = "a reader who tires: chance to recognise the last step of a batch, that a mistake is left, a held mail wrong"
    r.table("by_tired", says, ["steps between looks", "recognised, last", "mistake left", "held mail wrong"], rows)
    r.add("tire", TIRE, "share of the chance to recognise a mistake that is lost with each further step", "share")
    for k in (USUAL, BASE.steps):
        r.add(f"tired_{k}", left[k], f"mistake left, a reader who tires, a look every {k}", "share")
    r.add("tired_held", held[USUAL], f"mails that leave wrong, held, a reader who tires, a look every {USUAL}", "share")
    values = list(left.values())
    r.claim(
        "a_tired_reader_wants_it_shorter",
        values == sorted(values) and left[USUAL] > 3 * left[1] and left[1] == exact.run(BASE, 1).escaped,
        "If a reader recognises a fiftieth less with each further step of a batch, a look every 15 leaves a mistake "
        "over three times as often as a look at every step, and each longer interval leaves more.",
    )
    add_tired_hours(r, tired)
    once = exact.mail_share(tired, 1)
    at_once = exact.mail_share(tired, USUAL)
    r.claim(
        "a_tired_reader_loses_the_lead_of_holding",
        once < held[USUAL] < 0.7 * at_once,
        "With that reader and a look every 15, held mails leave wrong less often than mails sent at once, but more "
        "often than mails sent at once with a look at every step.",
    )


def add_tired_hours(r: Results, tired: Case) -> None:
    """The reader who tires, with no more time than reading everything takes at the interval of the story."""
    full = {k: exact.human(tired, exact.run(tired, k)) for k in INTERVALS}
    rows = []
    for k in INTERVALS:
        same = exact.at_budget(tired, k, full[USUAL])
        assert same is not None  # a look every four steps leaves a little time to read
        rows.append([k, full[k], same[0], same[1].escaped])
    says = f"a reader who tires: time that reading everything takes, in steps; in that of {USUAL}, read, mistake left"
    r.table("by_tired_hours", says, ["steps between looks", "time, all read", "read", "mistake left"], rows)
    left = {row[0]: row[3] for row in rows}
    r.add("tired_hours_5", left[5], f"mistake left, a reader who tires, the hours of every {USUAL}, every 5", "share")
    half = exact.at_budget(tired, 30, full[BASE.steps])
    assert half is not None  # two looks fit into the time of one and a bit
    r.add(
        "tired_hours_30", half[1].escaped, "mistake left, a reader who tires, the hours of every 60, every 30", "share"
    )
    r.claim(
        "a_tired_reader_halves_the_longest",
        half[1].escaped < left[BASE.steps] == exact.run(tired, BASE.steps).escaped,
        "In the hours that reading everything takes with one look at the end, a reader who tires leaves a mistake less "
        "often with a look every 30 steps, though not everything is read then.",
    )
    r.claim(
        "a_tired_reader_needs_the_hours",
        left[USUAL] == min(left.values()) and left[5] > 3 * left[USUAL] and full[5] > 1.5 * full[USUAL],
        "In the hours that reading everything takes at every 15 steps, a reader who tires leaves a mistake most seldom "
        "at every 15 of the intervals drawn, and over three times as often at every 5, where reading everything takes "
        "half as much time again.",
    )
