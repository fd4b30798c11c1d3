"""A clinic's memory over ninety days: who wrote what when, in words that a seed chooses, and the decisions made."""

from __future__ import annotations

import random
from dataclasses import dataclass

DAYS = 90
PEOPLE = (
    "Ana Okafor", "Ben Lindqvist", "Cara Marsh", "Dev Tanaka", "Eli Reyes", "Fay Novak", "Gus Haddad", "Hana Berg",
    "Ivo Petrov", "Jo Castellano", "Kim Achebe", "Leo Dubois", "Mia Sorensen", "Nils Farouk", "Ona Whitlock",
    "Pia Moreau", "Raj Hollis", "Sue Kowalski", "Tom Iversen", "Una Delgado",
)  # fmt: skip
# A kind of fact: two ways to say it first, two ways to say it after it has changed. {n} is the person.
FACTS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "allergy": (
        ("{n} reports a rash after penicillin years ago, not tested.", "Told by {n}: came out in hives on penicillin."),
        ("Skin test positive: {n} is allergic to penicillin.", "Penicillin allergy of {n} confirmed by the clinic."),
    ),
    "kidneys": (
        ("Last blood test shows reduced kidney function for {n}.", "{n} has chronic kidney disease, stage 3."),
        ("Kidney disease of {n} has moved to stage 4.", "Creatinine of {n} rose again; nephrology informed."),
    ),
    "pacemaker": (
        ("{n} has had a pacemaker since 2019.", "A cardiac pacemaker was implanted in {n}; card on file."),
        ("Pacemaker of {n} replaced last month by a newer model.", "{n} now carries a new pacemaker, make unknown."),
    ),
    "warfarin": (
        ("{n} takes warfarin for atrial fibrillation.", "Anticoagulated: {n} is on warfarin, INR checked monthly."),
        ("Warfarin of {n} stopped, apixaban started instead.", "{n} was switched from warfarin to apixaban."),
    ),
    "seizure": (
        ("{n} had a seizure in spring, cause unclear.", "Seizure witnessed at work; {n} under investigation."),
        ("Second seizure reported for {n}; epilepsy diagnosed.", "{n} was told not to drive until seizure-free."),
    ),
    "privacy": (
        ("{n} does not want the family to learn of the treatment.", "Results for {n} go to the mobile phone only."),
        ("{n} has moved out; the number on file belongs to the former partner.",
         "New instruction of {n}: no calls at all, letters to the office."),
    ),
    "appointments": (
        ("{n} prefers appointments before nine.", "Mornings suit {n} best for visits."),
        ("{n} now works nights and asks for late afternoon visits.", "Visits of {n} moved to after five."),
    ),
    "pharmacy": (
        ("{n} collects prescriptions at the station pharmacy.", "Pharmacy chosen by {n}: the one by the station."),
        ("{n} changed to the pharmacy on Mill Lane.", "Prescriptions of {n} go to Mill Lane from now on."),
    ),
    "diet": (
        ("{n} eats no meat.", "{n} keeps a vegetarian diet."),
        ("{n} has taken up a low-salt diet.", "Dietitian put {n} on low salt."),
    ),
    "exercise": (
        ("{n} swims twice a week.", "Exercise of {n}: swimming, two evenings."),
        ("{n} stopped swimming after the shoulder injury.", "No swimming for {n} since the shoulder."),
    ),
    "hearing": (
        ("{n} hears badly on the left; speak slowly.", "Left ear of {n} is weak, face them when talking."),
        ("{n} now wears a hearing aid.", "Hearing aid fitted for {n}."),
    ),
    "insurance": (
        ("{n} is insured with Northern Mutual.", "Insurer of {n}: Northern Mutual, plan B."),
        ("{n} changed insurer to Harbour Health.", "Harbour Health now covers {n}."),
    ),
    "travel": (
        ("{n} plans a trip to Kenya in autumn.", "Travel: {n} flies to Nairobi in October."),
        ("{n} cancelled the trip to Kenya.", "Kenya journey of {n} is off."),
    ),
    "sleep": (
        ("{n} sleeps badly, about five hours.", "Sleep of {n}: short, wakes at four."),
        ("{n} sleeps better since the course.", "Sleep course helped {n}; seven hours now."),
    ),
    "smoking": (
        ("{n} smokes ten cigarettes a day.", "Smoker: {n}, half a pack daily."),
        ("{n} has stopped smoking.", "{n} quit cigarettes in the summer."),
    ),
    "pressure": (
        ("Blood pressure of {n} was 150 over 95.", "{n} measured 150/95 at the last visit."),
        ("Blood pressure of {n} is down to 130 over 80.", "{n} now measures 130/80."),
    ),
}  # fmt: skip
# A decision, the fact that it turns on, and two ways to ask.
TOPICS: dict[str, tuple[str, str]] = {
    "allergy": ("Which antibiotic can {n} take for a chest infection?", "{n} has tonsillitis: what do we prescribe?"),
    "kidneys": ("Is ibuprofen all right for the back pain of {n}?", "What painkiller may {n} take for a sore knee?"),
    "pacemaker": ("Can we book an MRI of the knee for {n}?", "Is there anything against a scan of the spine for {n}?"),
    "warfarin": ("Can {n} have a tooth pulled on Friday?", "Is {n} fit for the minor surgery next week?"),
    "seizure": ("May {n} drive home after the visit?", "{n} asks for a certificate to drive a van."),
    "privacy": ("Can we ring the home of {n} with the results?", "How do we send {n} the test results?"),
}  # fmt: skip

# The same decisions by an agent that asks for the fact by its name.
NAMED = {
    "allergy": "Does {n} have an allergy to any medicine?",
    "kidneys": "Does {n} have kidney disease?",
    "pacemaker": "Does {n} have a pacemaker?",
    "warfarin": "Does {n} take a blood thinner?",
    "seizure": "Has {n} had seizures?",
    "privacy": "Whom may we tell about the treatment of {n}, and how do we reach them?",
}


@dataclass(frozen=True)
class Version:
    """One row of the version table: its number, the memory it belongs to, whose it is, when (minutes), the text."""

    seq: int
    memory: str
    person: str
    kind: str
    at: int
    text: str


@dataclass(frozen=True)
class Decision:
    """One decision: when (minutes), about whom, the kind of fact that it turns on, the query."""

    number: int
    at: int
    person: str
    kind: str
    query: str


def every_text() -> list[str]:
    """Every text that a seed can choose."""
    return [t.format(n=n) for n in PEOPLE for pairs in FACTS.values() for pair in pairs for t in pair]


def every_question() -> list[str]:
    """Every question that a seed can choose."""
    asked = [*(q for pair in TOPICS.values() for q in pair), *NAMED.values()]
    return [question.format(n=n) for n in PEOPLE for question in asked]


def history(seed: int) -> list[Version]:
    """Every version written in ninety days, in order of time; a third of the memories change once.

    Two thirds of all facts are there from the first day on, the others come up to day 60. `seed` chooses times,
    wording and which memories change.
    """
    chance = random.Random(f"history {seed}")
    rows = []
    for person in PEOPLE:
        for kind, (first, later) in FACTS.items():
            at = 0 if chance.random() < 2 / 3 else chance.randrange(60 * 1440)
            at += chance.randrange(1440)
            rows.append((at, person, kind, chance.choice(first)))
            if chance.random() < 1 / 3:
                rows.append((chance.randrange(at + 1, DAYS * 1440), person, kind, chance.choice(later)))
    rows.sort()
    return [Version(i, f"{p}/{k}", p, k, at, text.format(n=p)) for i, (at, p, k, text) in enumerate(rows, 1)]


def decisions(seed: int, versions: list[Version], count: int = 300) -> list[Decision]:
    """`count` decisions from day 10 on, each about a fact that is stored by then, in order of time."""
    chance = random.Random(f"decisions {seed}")
    first = {}
    for v in versions:
        first.setdefault((v.person, v.kind), v.at)
    made: list[tuple[int, str, str, str]] = []
    while len(made) < count:
        at, person, kind = chance.randrange(10 * 1440, DAYS * 1440), chance.choice(PEOPLE), chance.choice([*TOPICS])
        if first[person, kind] <= at:
            made.append((at, person, kind, chance.choice(TOPICS[kind]).format(n=person)))
    return [Decision(i, *row) for i, row in enumerate(sorted(made), 1)]


def current(versions: list[Version], at: int) -> dict[str, Version]:
    """The newest version of each memory at a time, by memory."""
    return {v.memory: v for v in versions if v.at <= at}
