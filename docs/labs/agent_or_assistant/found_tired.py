"""What the exact recursion finds for a reader who recognises less the longer the batch."""

from __future__ import annotations

from dataclasses import replace

from scipy.optimize import brentq

from labs.agent_or_assistant import exact
from labs.agent_or_assistant.exact import Case
from labs.agent_or_assistant.found import BASE, INTERVALS, PRICES, USUAL
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
    add_tired_prices(r, tired)
    once = exact.mail_share(tired, 1)
    at_once = exact.mail_share(tired, USUAL)
    r.add("tired_asked", held[1], "mails that leave wrong, a reader who tires, asked before each step", "share")
    r.add("tired_at_once", at_once, f"mails that leave wrong, sent at once, a reader who tires, every {USUAL}", "share")
    r.claim(
        "a_tired_reader_loses_the_lead_of_holding",
        held[1] < once < held[USUAL] < 0.7 * at_once,
        "With that reader and a look every 15, held mails leave wrong less often than mails sent at once, but more "
        "often than mails sent at once with a look at every step, or with an assistant that asks before each.",
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
    enough = level(tired) / full[USUAL]
    says = f"time at every 5 in which a reader who tires leaves as few as at every {USUAL}, over the time of {USUAL}"
    r.add("tired_enough", enough, says, "times")
    r.claim(
        "a_tired_reader_needs_the_hours",
        left[USUAL] == min(left.values())
        and left[5] > 3 * left[USUAL]
        and left[5] > 0.5
        and 1.4 < enough < 1.5 < full[5] / full[USUAL] < 1.6,
        "In the hours that reading everything takes at every 15 steps, a reader who tires leaves a mistake most seldom "
        "at every 15 of the intervals drawn, and over three times as often, in over half of the tasks, at every 5, "
        "where reading everything takes half as much time again, and leaving as few takes nearly as much.",
    )


def level(tired: Case) -> float:
    """The person's time at every 5 in which this reader leaves a mistake as often as at the interval of the story."""
    goal = exact.run(tired, USUAL).escaped + 1e-9  # reached when everything is read, if not before
    least, most = (exact.human(tired, exact.run(tired, k)) for k in (USUAL, 5))

    def more(budget: float) -> float:
        same = exact.at_budget(tired, 5, budget)
        assert same is not None  # the time of the interval of the story is enough for the looks alone
        return same[1].escaped - goal

    return float(brentq(more, least, most, xtol=1e-6)) if more(least) > 0 else least


def add_tired_prices(r: Results, tired: Case) -> None:
    """The same hours for the reader who tires, at other prices of an interruption and of reading a step."""
    rows, gains = [], {}
    for look, read in PRICES:
        case = replace(tired, look=look, read=read)
        same = exact.at_budget(case, 5, exact.human(case, exact.run(case, USUAL)))
        assert same is not None  # at these prices five looks in 25 steps leave time to read
        rows.append([f"{look:g} and {read:g}", same[0], same[1].escaped])
        gains[look / read] = exact.run(case, USUAL).escaped - same[1].escaped
    says = f"a reader who tires, a look every 5 in the hours of every {USUAL}: share read, that a mistake is left"
    r.table("by_tired_price", says, ["interruption and reading, in steps", "read", "mistake left"], rows)
    r.add("tired_cheap_5", rows[3][2], "the same hours, tired, an interruption costs half a reading, every 5", "share")
    r.claim(
        "a_tired_reader_gains_where_looks_are_cheap",
        all((gain > 0) == (ratio <= 0.5) for ratio, gain in gains.items()) and len(set(gains)) > 3,
        "In the same hours a reader who tires leaves a mistake less often with a look every 5 than with one every 15 "
        "at two of five prices: those at which an interruption costs at most half of what reading a step costs.",
    )
