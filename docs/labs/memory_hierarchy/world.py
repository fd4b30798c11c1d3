"""Three years of an agent's memories about 32 customers: who, what kind, when, and one of about a thousand texts.

A row is written when something happens to a customer. Texts repeat, as they do where tools write them; times are drawn
evenly, so no text says when it was written. `seed` draws what happens and when; the texts are the same for all seeds.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache

import numpy as np

MONTH, FORTNIGHT = 30.44, 14.0  # days
MONTHS = 36
START = datetime.datetime(2023, 11, 27, tzinfo=datetime.UTC)

OWNERS = (
    "Northwind", "Hexaform", "Bluepeak", "Quillbase", "Oakline", "Tessera", "Farrow", "Lumenta",
    "Kestrel", "Marlowe", "Pinehurst", "Solano", "Brightwell", "Cobaltix", "Dunmore", "Elmsford",
    "Fenwick", "Granite Bay", "Harrowgate", "Ironbridge", "Juniper Lane", "Kingsley", "Larkspur", "Montclair",
    "Norbury", "Ostrava Glass", "Penrose", "Quarryville", "Redfern", "Silverton", "Thornbury", "Umberly",
)  # fmt: skip

# kind: rows a fortnight for each customer, texts
EVENTS: dict[str, tuple[float, tuple[str, ...]]] = {
    "refund": (0.7, (
        "Refunded {o} 40 euros.",
        "Sent {o} 25 euros back for a double charge.",
        "Gave {o} 90 euros back after a complaint.",
    )),
    "outage": (0.7, (
        "{o} reported an outage lasting 30 minutes.",
        "{o} could not reach the service for an hour.",
        "The {o} dashboard was down this morning.",
    )),
    "call": (0.9, (
        "Had a call with {o} about the renewal.",
        "Had a call with {o} about the security review.",
        "Had a call with {o} about training new staff.",
        "Had a call with {o} about prices.",
    )),
    "export bug": (0.4, (
        "{o} filed a bug about exports.",
        "{o} says the CSV export stops half way.",
    )),
    "import bug": (0.05, (
        "{o} filed a bug about imports.",
        "{o} says the CSV import stops half way.",
    )),
    "invoice": (0.5, ("Sent {o} the monthly invoice.", "{o} paid the monthly invoice.")),
    "reset": (0.6, ("Reset a password for {o}.", "Unlocked an account at {o}.")),
    "seats": (1.0, tuple(f"{{o}} now has {n} seats." for n in (15, 40, 75, 120, 300))),
    "plan": (0.23, tuple(f"{{o}} moved to the {p} plan." for p in ("starter", "team", "business", "enterprise"))),
}  # fmt: skip
FACTS: dict[str, tuple[str, str]] = {  # kind: text, question in other words
    "tax": ("{o} bills to tax number EU4471.", "What goes on {o}'s invoice as its VAT id?"),
    "hours": ("The office of {o} keeps Central European Time.", "Which time zone do people at {o} work in?"),
    "promise": ("The {o} contract promises replies within 4 hours.", "How fast must we answer {o}?"),
}
RULES = (
    "Never send {o} anything on a Friday.",
    "{o} must be addressed in formal German.",
    "Discounts for {o} need approval from finance.",
    "Do not mention the roadmap to {o}.",
    "{o} pays by wire only, never by card.",
    "Copy legal on every message to {o}.",
    "{o} wants totals without tax.",
    "Do not offer {o} a trial again.",
    "Calls with {o} must not be recorded.",
    "{o} only accepts files under 5 MB.",
    "Use the old logo for {o}.",
    "Always give {o} prices in dollars.",
)
ACTS = (
    "Send {o} the quarterly numbers.",
    "Draft a renewal offer for {o}.",
    "Set up tomorrow's meeting with {o}.",
)
WINDOW = "What happened with {o} in that fortnight?"
NOW = {"plan": "Which plan is {o} on now?", "seats": "How many people can log in at {o} now?"}
COUNT = {"refund": "How many refunds has {o} had?", "outage": "How often has {o} been down?"}
EVER = {
    "export bug": ("Did {o} ever file a bug about exports?", "Has {o} ever had trouble getting its data out?"),
    "import bug": ("Did {o} ever file a bug about imports?", "Has {o} ever had trouble getting its data in?"),
}
KINDS = (*EVENTS, *FACTS, "rule")


@dataclass(frozen=True)
class World:
    """Rows in the order of their time: owner, kind and text as numbers into OWNERS, KINDS, `texts`; days since START.

    `order` is a random number for each row, which decides between rows whose similarity is equal.
    """

    owner: np.ndarray
    kind: np.ndarray
    text: np.ndarray
    day: np.ndarray
    order: np.ndarray
    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.day)

    def of(self, owner: int, kind: str) -> np.ndarray:
        """The rows of a customer and a kind, oldest first."""
        return np.flatnonzero((self.owner == owner) & (self.kind == KINDS.index(kind)))

    def until(self, months: float) -> World:
        """The rows of the first months only."""
        seen = self.day < months * MONTH
        return World(*(a[seen] for a in (self.owner, self.kind, self.text, self.day, self.order)), self.texts)


def rule_of(owner: int) -> str:
    """The standing rule of a customer."""
    return RULES[owner % len(RULES)].format(o=OWNERS[owner])


@cache
def texts() -> tuple[tuple[str, ...], dict[tuple[int, str], list[int]]]:
    """Every text that a row can have, and where those of an owner and a kind stand."""
    out: list[str] = []
    where: dict[tuple[int, str], list[int]] = {}
    for owner, name in enumerate(OWNERS):
        for kind, (_, forms) in EVENTS.items():
            where[owner, kind] = [len(out) + i for i in range(len(forms))]
            out += [form.format(o=name) for form in forms]
        for kind, (form, _) in FACTS.items():
            where[owner, kind] = [len(out)]
            out.append(form.format(o=name))
        where[owner, "rule"] = [len(out)]
        out.append(rule_of(owner))
    return tuple(out), where


@cache
def world(seed: int) -> World:
    """The memories of MONTHS months. Facts and rules of customers are written in the fortnight before these."""
    random = np.random.default_rng(seed)
    pool, where = texts()
    rows = []
    for owner in range(len(OWNERS)):
        for kind, (rate, _) in EVENTS.items():
            for day in random.uniform(0, MONTHS * MONTH, random.poisson(rate * MONTHS * MONTH / FORTNIGHT)):
                rows.append((day, owner, KINDS.index(kind), int(random.choice(where[owner, kind]))))
        for kind in (*FACTS, "rule"):
            rows.append((random.uniform(-FORTNIGHT, 0), owner, KINDS.index(kind), where[owner, kind][0]))
    rows.sort()
    day, owner, kind, text = (np.array(column) for column in zip(*rows, strict=True))
    return World(owner, kind, text, day, random.random(len(rows)), pool)
