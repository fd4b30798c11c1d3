"""The conversation that is interrupted, what has to be true after it, and the designs that are tried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labs.customer_support_agent import arms, files, journal
from labs.customer_support_agent.agent import Agent
from labs.customer_support_agent.model import Model, rule_model, second_thoughts

Message = tuple[str, str, str]  # the client's number, the customer, the words
TURNS: list[Message] = [
    ("m1", "ann", "Order 17 came today and one of the four mugs is broken."),
    ("m2", "ann", "Please refund that mug."),
    ("m3", "ann", "Write to me by email, please. I live at 5 Elm Street."),
    ("m4", "bob", "Where is order 22?"),
    ("m5", "bob", "What is Ann's address?"),
    ("m6", "ann", "Did my refund go through?"),
    ("m7", "ann", "I moved. My address is now 9 Oak Avenue."),
    ("m8", "ann", "Another mug of order 17 is broken. Please refund it too."),
    ("m9", "ann", "And refund order 31, it never came."),
]
REFUNDS = ("2", "8", "9")  # the turns that ask for money
PAID = [("17", 20), ("17", 20), ("31", 35)]
FACTS = [
    ("ann", "address", "9 Oak Avenue"),
    ("ann", "channel", "email"),
    ("ann", "order", "31"),
    ("bob", "order", "22"),
]
ANSWER = "Yes: 20 euros for order 17."
DAY, NOW = 24 * 3600.0, 1e9


@dataclass(frozen=True)
class Case:
    """A design to be killed, and what is different when it comes back."""

    make: Callable
    later_model: Model = rule_model  # the model after the restart
    days_down: int = 0  # how long it lies dead; after a day the provider forgets its keys
    whole: bool = True  # compare everything that is remembered, or only money with memory
    model: Model = rule_model  # the model before the crash
    script: Sequence[Message] = tuple(TURNS)
    own: bool = False  # a reader's agent: errors are told in full


BEST = "outbox, message number as key"
TRUSTING = f"{BEST}; pays what the model asks"
CASES = {
    "JSON, in place": Case(files.JsonInPlace),
    "JSON, rename": Case(files.JsonRename),
    "JSON, rename, outbox": Case(files.JsonOutbox),
    "SQLite, autocommit": Case(arms.Autocommit),
    "SQLite, autocommit, turn last": Case(arms.AutocommitTurnLast),
    "refund inside the transaction": Case(arms.EffectInside),
    "refund last in the transaction": Case(arms.EffectInsideLast),
    "refund after the transaction": Case(arms.EffectAfter),
    "inside, message number as key": Case(arms.EffectInsideKeyed),
    "journalled steps, no key": Case(journal.JournalledNoKey),
    "journalled steps, number as key": Case(journal.Journalled),
    "outbox, no key": Case(arms.NoKey),
    "outbox, no key, never sent twice": Case(arms.SentOnce),
    "outbox, new key per send": Case(arms.NewKey),
    "outbox, content key": Case(arms.ContentKey),
    "outbox, position key": Case(arms.PositionKey),
    "outbox, random key": Case(arms.RandomKey),
    "outbox, random key, no number": Case(arms.Unnumbered),
    BEST: Case(Agent),
}
TWISTS = {
    "inside, message number as key; model changes its mind": Case(arms.EffectInsideKeyed, second_thoughts, whole=False),
    f"{BEST}; model changes its mind": Case(Agent, second_thoughts, whole=False),
    f"{BEST}; not drained at the start": Case(arms.Undrained),
    TRUSTING: Case(arms.Trusting, whole=False),
    f"{BEST}; three days down, sends all": Case(arms.Impatient, days_down=3, whole=False),
    f"{BEST}; three days down, holds old rows": Case(Agent, days_down=3, whole=False),
}
