"""The conversation that is interrupted, what has to be true after it, and the designs that are tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from labs.customer_support_agent import arms
from labs.customer_support_agent.agent import Agent
from labs.customer_support_agent.model import Model, rule_model, second_thoughts

SCRIPT = [
    (1, "ann", [
        "Order 17 came today and one of the four mugs is broken.",
        "Please refund that mug.",
        "Write to me by email, please. I live at 5 Elm Street.",
    ]),
    (2, "bob", ["Where is order 22?", "What is Ann's address?"]),
    (3, "ann", [
        "Did my refund go through?",
        "I moved. My address is now 9 Oak Avenue.",
        "Another mug of order 17 is broken. Please refund it too.",
        "And refund order 31, it never came.",
    ]),
]  # fmt: skip
PAID = [("17", 20), ("17", 20), ("31", 35)]
FACTS = [
    ("ann", "address", "9 Oak Avenue"),
    ("ann", "channel", "email"),
    ("ann", "order", "31"),
    ("bob", "order", "22"),
]
ANSWER = "Yes: 20 euros for order 17."
TURNS = [(session, i, who, msg) for session, who, msgs in SCRIPT for i, msg in enumerate(msgs)]
DAY, NOW = 24 * 3600.0, 1e9


@dataclass(frozen=True)
class Case:
    """A design to be killed, and what is different when it comes back."""

    make: Callable
    later_model: Model = rule_model  # the model after the restart
    days_down: int = 0  # how long it lies dead; after a day the provider forgets its keys
    whole: bool = True  # compare everything that is remembered, or only money with memory
    client: str = "reads"  # after a crash: "reads" the record and goes on there, or sends what got no answer
    # again, as a new message ("repeats") or under its old number ("numbers")


CASES = {
    "JSON, in place": Case(arms.JsonInPlace),
    "JSON, rename": Case(arms.JsonRename),
    "SQLite, autocommit": Case(arms.Autocommit),
    "SQLite, autocommit, turn last": Case(arms.AutocommitTurnLast),
    "refund inside the transaction": Case(arms.EffectInside),
    "refund after the transaction": Case(arms.EffectAfter),
    "outbox, no key": Case(arms.NoKey),
    "outbox, new key per send": Case(arms.NewKey),
    "outbox, content key": Case(arms.ContentKey),
    "inside, position key": Case(arms.EffectInsideKeyed),
    "outbox, stored position key": Case(arms.PositionKey),
    "outbox, stored random key": Case(Agent),
}
TWISTS = {
    "inside, position key; model changes its mind": Case(arms.EffectInsideKeyed, second_thoughts, whole=False),
    "outbox, stored random key; model changes its mind": Case(Agent, second_thoughts, whole=False),
    "outbox, stored random key; three days down, sends all": Case(arms.Impatient, days_down=3, whole=False),
    "outbox, stored random key; three days down, holds old rows": Case(Agent, days_down=3, whole=False),
    "outbox, stored random key; client sends again": Case(Agent, whole=False, client="repeats"),
    "outbox, stored random key; client sends again, numbered": Case(Agent, client="numbers"),
    "refund inside the transaction; refund last": Case(arms.EffectInsideLast),
}
