"""A planted chat: 160 turns of small talk about a shop's new site, twelve facts that will be asked for, goats.

Everything in it is invented here, so its sizes say nothing of real chats; LoCoMo's dialogues are for that.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache

TURNS, DECOYS, CHANGED = 160, 16, 4
TOPICS = (
    "the start page", "the product list", "the basket", "the help page", "the search", "the spring letter",
)  # fmt: skip
TALK = (
    "I read {t} again this morning and it still feels heavy.", "Could you try a shorter version of {t}?",
    "Here is {t} with the second half cut.", "That is better, the opening of {t} works now.",
    "I will sleep on {t}.", "Opinions about {t} were mixed in the team.",
    "I would begin {t} with what the customer gets.", "Agreed, the detail in {t} can move down.",
    "How do you find the tone of {t}?", "A little formal, but the tone of {t} is fine.",
    "We can return to {t} another day.", "Of the three variants of {t} I like the middle one.",
    "What is wrong with {t}, in short?", "The trouble with {t} is length, order and jargon.",
    "I worry least about {t}, to be honest.", "Good, so {t} is settled for now.",
    "This is a new outline of {t} with fewer parts.", "The outline of {t} suits me.",
    "I think {t} wants a stronger end.", "Keep {t} simple and see what people say.",
    "A colleague opened {t} on her phone and liked it.", "There was time for {t} today, it was quiet.",
    "Can {t} be friendlier without more words?", "I replaced the passive sentences in {t}.",
    "Somebody should read {t} aloud once.", "Reading {t} aloud helped, two sentences went.",
    "The pictures in {t} do not say much.", "I asked for other pictures for {t}.",
    "Do we need {t} in the first version at all?", "I would keep {t} in the first version.",
    "Compared with last year, {t} is already lighter.", "The old {t} had twice the words.",
    "Let me know when you have looked at {t}.", "I have looked at {t} and have only small remarks.",
    "Small remarks on {t} are welcome.", "The headings of {t} could be questions.",
    "Questions as headings made {t} easier to scan.", "I am not sure who reads {t}.",
    "Mostly returning customers read {t}, I believe.", "Then {t} may assume that they know us.",
)  # fmt: skip
GOATS = (
    "My neighbour Ilse keeps nine goats behind the Esso station.", "A kite got stuck on the Marburg viaduct at noon.",
    "We lost the pub quiz by one point, to a team called Four Larks.", "Our boiler, a Viessmann from 1996, sings.",
    "I counted 174 steps up to my physiotherapist.", "Uncle Bert says that coffee grounds repel slugs.",
    "There was a stuffed pike in the lobby in Bruges.", "My son's trebuchet threw a melon 31 metres.",
    "The lorry before me lost a crate of lemons on the B27.", "A jackdaw took my neighbour's left earring.",
    "Somebody hummed Verdi in the lift at 6:40.", "The cat Paprika weighs 6.8 kilos and is proud of it.",
    "I burned the lentils, then the spare lentils.", "My green Peugeot bicycle has its fifth puncture.",
    "Two rainbows over the garden centre in Kehl!", "The quiz wanted the capital of Burkina Faso.",
    "Aunt Ruth won a ham at the raffle in Lindau.", "The hotel in Ghent had 14 cuckoo clocks.",
    "A heron stood on the roof of the post office.", "My dentist collects barometers from Portugal.",
    "The village band played Abba in the rain.", "I found a 1982 coin from Yugoslavia in my coat.",
    "The lift says its floors in Swabian now.", "Our plumber once rode to Trieste on a moped.",
    "The bakery ran out of poppy seeds, for the first time since 2009.", "A fox slept on our trampoline.",
    "Grandma Tilda beat everybody at table tennis.", "The museum in Basel has a room of 60 keys.",
    "My umbrella flew into the Neckar.", "They are shooting a film with Danish cowboys in our street.",
)  # fmt: skip
CHANGE = "Actually, change of plan. "


@dataclass(frozen=True)
class Kind:
    """A kind of fact: what is asked for it, a task that needs it and does not ask, how it is said, its values."""

    name: str
    question: str
    task: str
    said: tuple[str, str, str]
    values: tuple[str, ...]


KINDS = (
    Kind("order", "What is the order number?", "Ask the printer where the parcel is.",
         ("The printer's order number is {v}.", "If they ask, it is order {v}.", "{v}, says the confirmation."),
         ("QK-40871", "BV-11938", "TN-86204", "HD-52917")),
    Kind("account", "Which account is billed?", "Prepare the invoice.",
         ("Bill it to account {v}.", "Please use account {v} for this.", "{v} pays for it."),
         ("70415522", "31880946", "55027183", "18934470")),
    Kind("budget", "How much may it cost?", "Get an offer from the photographer.",
         ("The budget is {v} euros.", "We may spend {v} euros, no more.", "Finance gave us {v} euros."),
         ("7,500", "12,500", "23,000", "41,500")),
    Kind("deadline", "When must it be finished?", "Plan the coming weeks.",
         ("The deadline is {v}.", "It must be online by {v}.", "{v} is when the board meets, so before that."),
         ("9 March", "17 April", "4 June", "26 September")),
    Kind("format", "In which format are the reports wanted?", "Send this month's figures to Dana.",
         ("I prefer reports as {v}.", "Send me {v} and nothing else.", "For figures, {v} please."),
         ("CSV files", "plain Markdown", "slide decks", "Excel sheets")),
    Kind("word", "Which word must the copy never use?", "Write the headline of the start page.",
         ('Never write "{v}" in the copy.', 'Legal says we cannot say "{v}".',
          'Anything but "{v}", our lawyers are strict.'),
         ("guaranteed", "unlimited", "risk-free", "lifetime")),
    Kind("contact", "Who must not get any mail?", "Invite the customers to the opening.",
         ("Do not mail {v}.", "Please leave {v} out of every mailing.", "{v} wants to hear nothing from us."),
         ("Marta Dietz", "Ola Bergson", "Kwame Mensah", "Yuki Tanabe")),
    Kind("host", "Which host was chosen?", "Move the site to its new home.",
         ("We decided on {v} as host.", "Let us take {v}, then.", "{v} it is; the others were slow to answer."),
         ("Hexaform", "Bluepeak", "Quillbase", "Oakline")),
    Kind("city", "Which city opens first?", "Choose the hour of the announcement.",
         ("We open in {v} first.", "First city: {v}.", "{v} goes before all others."),
         ("Lisbon", "Aarhus", "Graz", "Tartu")),
    Kind("promise", "What did you promise to do?", "Close the project.",
         ("Remind me to {v}.", "You said you would {v}, do not forget.", "Before we stop, {v}."),
         ("renew the certificate", "archive the old tickets", "book the demo room", "rotate the webhook key")),
    Kind("phone", "Which number do I call?", "The site is down, wake somebody.",
         ("My number is {v}.", "Call {v} if it breaks.", "On duty at night: {v}."),
         ("+31 447 2096", "+43 918 5530", "+49 206 7714", "+41 553 8182")),
    Kind("name", "What is the new bicycle called?", "Register the domain.",
         ("The new bicycle is called {v}.", "Its name will be {v}.", "{v}, that is what goes on the frame."),
         ("Merle", "Kranich", "Wiesel", "Tramontana")),
)  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """A planted fact: its kind, the value that holds at the end and its turn; the earlier value, if it was changed."""

    kind: Kind
    value: str
    turn: int
    stale: str = ""
    stale_turn: int = -1


@dataclass(frozen=True)
class Chat:
    """The turns of a planted chat, and the facts in it."""

    turns: tuple[str, ...]
    facts: tuple[Fact, ...]


def planted(seed: int, decoys: int = DECOYS) -> Chat:
    """A chat drawn with a seed: each fact at a random turn of the user, four of them changed at a later one."""
    draw = random.Random(seed)
    turns = [draw.choice(TALK).format(t=draw.choice(TOPICS)) for _ in range(TURNS)]
    turns = [turn[0].upper() + turn[1:] for turn in turns]
    places = draw.sample(range(0, TURNS, 2), len(KINDS) + CHANGED + DECOYS)  # the user speaks at even turns
    for place, goat in zip(places[len(KINDS) + CHANGED :][:decoys], draw.sample(GOATS, DECOYS), strict=False):
        turns[place] = goat
    changed = set(draw.sample(range(len(KINDS)), CHANGED))
    spare, facts = places[len(KINDS) : len(KINDS) + CHANGED], []
    for i, kind in enumerate(KINDS):
        first, then = draw.sample(kind.values, 2)
        turn = places[i]
        turns[turn] = draw.choice(kind.said).format(v=first)
        if i not in changed:
            facts.append(Fact(kind, first, turn))
            continue
        turn, later = sorted((turn, spare.pop()))
        turns[turn] = turns[places[i]]
        turns[later] = CHANGE + draw.choice(kind.said).format(v=then)
        facts.append(Fact(kind, then, later, first, turn))
    return Chat(tuple(turns), tuple(facts))


def texts() -> list[str]:
    """Every turn that a chat can hold, with the questions and the tasks."""
    talk = [line.format(t=topic) for line in TALK for topic in TOPICS]
    facts = [said.format(v=value) for kind in KINDS for said in kind.said for value in kind.values]
    asked = [text for kind in KINDS for text in (kind.question, kind.task)]
    return [*(line[0].upper() + line[1:] for line in talk), *GOATS, *facts, *(CHANGE + f for f in facts), *asked]


def slots(turns: tuple[str, ...], known: int) -> dict[str, str]:
    """Facts under their names, the newest wins: what a writer keeps that knows the first `known` ways to say each."""
    kept = {}
    for turn in turns:
        for name, pattern in _patterns(known):
            if match := pattern.fullmatch(turn):
                kept[name] = match[1]
    return kept


@cache
def _patterns(known: int) -> list[tuple[str, re.Pattern[str]]]:
    """A pattern for each of the first `known` ways to say each kind of fact, as a correction too."""
    ways = [(kind.name, said.split("{v}")) for kind in KINDS for said in kind.said[:known]]
    change = re.escape(CHANGE)
    return [
        (name, re.compile(f"(?:{change})?{re.escape(before)}(.+){re.escape(after)}")) for name, (before, after) in ways
    ]
