"""Whatever the model chooses: every pair of choices before and after a crash, at every crash point of one message."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from labs.customer_support_agent.cases import NOW, Case
from labs.customer_support_agent.crash import ROOM, held, live, snapshots
from labs.customer_support_agent.model import ORDERS, Decision, Memory, Model, rule_model
from labs.customer_support_agent.provider import KeyReused, Provider

CHOICES: dict[str, tuple[str, int] | None] = {  # what a model may answer to a message of Ann's, right and wrong
    "no refund": None,
    "her mug": ("17", 20),
    "her lamp": ("31", 35),
    "Bob's kettle": ("22", 45),
    "her mug, at 200 euros": ("17", 200),
    "an order that does not exist": ("99", 20),
}
KINDS = ("tried", "paid twice", "not hers", "memory and money differ", "no answer")
MESSAGE = (("m1", "ann", "Something is wrong with what you sent me."),)
OWN = {(order, euros) for order, (who, _, euros, _) in ORDERS.items() if who == "ann"}


def always(refund: tuple[str, int] | None) -> Model:
    """A model that answers everything with one decision."""

    def model(msg: str, memory: Memory) -> Decision:
        return Decision("Done." if refund else "I am sorry.", refund)

    return model


def enumerate_choices(case: Case) -> dict[str, int]:
    """Crash at every point with every choice before, go on with every choice after; a crash is a copy of the files.

    Returns how many were tried, how many paid more than once for the one message, paid something that is not the
    customer's at its price, ended with memory and payments apart, or could not be answered at all.
    """
    count: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
    for before in CHOICES.values():
        first = replace(case, model=always(before), script=MESSAGE)
        with tempfile.TemporaryDirectory(dir=ROOM) as life, tempfile.TemporaryDirectory(dir=ROOM) as room:
            copies = [copy for name, copy in snapshots(first, Path(life), False, Path(room)) if name[0] != "0"]
            known: dict[tuple[bytes, str], dict[str, int]] = {}  # files that hold the same go on in the same way
            for copy in copies:  # the points of the message, each with every choice after it
                for name, after in CHOICES.items():
                    if (key := (held(copy), name)) not in known:
                        with tempfile.TemporaryDirectory(dir=ROOM) as folder:
                            shutil.copytree(copy, folder, dirs_exist_ok=True)
                            known[key] = go_on(replace(first, later_model=always(after)), Path(folder))
                    count.update(known[key])
    return dict(count)


def go_on(case: Case, folder: Path) -> dict[str, int]:
    """Open the agent on what a crash left, answer the message again, and say what is wrong then."""
    try:
        live(case, folder, True, lambda label: None)
    except KeyReused:  # the key is spent on another refund: the message cannot be answered
        return {**apart(case, folder), "no answer": 1}
    return apart(case, folder)


def apart(case: Case, folder: Path) -> dict[str, int]:
    """What is wrong with the payments for the one message."""
    provider = Provider(folder / "provider.db", sync="off")
    agent = case.make(folder, provider, rule_model, lambda label: None, clock=lambda: NOW, sync="off")
    paid, remembered = provider.ledger(), agent.contents()["refunds"]
    return {
        "tried": 1,
        "paid twice": len(paid) > 1,
        "not hers": not OWN.issuperset(paid),
        "memory and money differ": Counter(paid) != Counter(remembered),
    }
