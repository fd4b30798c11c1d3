"""The model seam, and the scripted rule model that stands behind it here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ORDERS = {  # order: customer, article, price in euros, how many
    "17": ("ann", "mug", 20, 4),
    "22": ("bob", "kettle", 45, 1),
    "31": ("ann", "lamp", 35, 1),
}


# --8<-- [start:seam]
@dataclass(frozen=True)
class Memory:
    """What the model is given of one customer, and of no other."""

    customer: str
    facts: dict[str, str]  # address, channel, order last spoken of
    turns: list[tuple[str, str]]  # the last (message, reply)s, oldest first
    refunds: list[tuple[str, int, bool]]  # (order, euros, confirmed)


@dataclass(frozen=True)
class Decision:
    """A reply, at most one refund, facts to remember."""

    reply: str
    refund: tuple[str, int] | None = None  # (order, euros)
    facts: Sequence[tuple[str, str]] = ()


Model = Callable[[str, Memory], Decision]
# --8<-- [end:seam]


def rule_model(msg: str, memory: Memory) -> Decision:
    """The shipped model: keyword rules, no language model. It believes all that its memory says."""
    text = msg.lower()
    named = re.search(r"order (\d+)", text)
    order = named[1] if named else memory.facts.get("order", "")
    if named and ORDERS.get(order, ("",))[0] != memory.customer:
        return Decision(f"I find no order {order} of yours.")
    if re.search(r"(did|has|was) my refund|refund go through", text):
        return Decision(refund_status(memory))
    if re.search(r"\b(no|don't|do not)\b( want)?( a| any)? refund", text):
        return Decision("Understood, no refund.")
    facts = [("channel", said[1]) for said in [re.search(r"\bby (email|phone|post)", text)] if said]
    where = re.search(r"(?:live at|address is(?: now)?) ([^.?!]+)", msg, re.I)
    facts += [("address", where[1].strip())] if where else []
    if "refund" in text:
        if not order:
            return Decision("Which order shall I refund?")
        _, article, euros, count = ORDERS[order]
        if sum(o == order for o, _, _ in memory.refunds) >= count:
            return Decision(f"Order {order} is refunded in full already.")
        reply = f"I have requested {euros} euros for a {article} of order {order}."
        return Decision(reply, (order, euros), [*facts, ("order", order)])
    if facts:
        return Decision("Noted: " + ", ".join(f"{k} {v}" for k, v in facts) + ".", None, facts)
    if "address" in text:
        return Decision(memory.facts.get("address", "I have no address."))
    if "broken" in text and order:
        return Decision(f"I am sorry about order {order}. Shall I refund it?", None, [("order", order)])
    if named:
        return Decision(f"Order {order} is on its way.", None, [("order", order)])
    if re.search(r"remember|know about me|who am i", text):
        known = [f"{k} {v}" for k, v in sorted(memory.facts.items())]
        known += [f"{euros} euros for order {o}" for o, euros, _ in memory.refunds]
        return Decision(f"{memory.customer}: " + (", ".join(known) or "nothing yet") + ".")
    return Decision("I can look up an order, refund it, and note your address or how to reach you.")


def refund_status(memory: Memory) -> str:
    """What may be said of refunds: only what the provider confirmed is called done."""
    done = [f"{euros} euros for order {o}" for o, euros, sent in memory.refunds if sent]
    wait = [f"{euros} euros for order {o}" for o, euros, sent in memory.refunds if not sent]
    said = [f"Yes: {', '.join(done)}."] if done else []
    said += [f"Requested, not confirmed: {', '.join(wait)}."] if wait else []
    return " ".join(said) or "I have no record of a refund."


def second_thoughts(msg: str, memory: Memory) -> Decision:
    """A model that answers otherwise when asked again, as a language model may: it refunds nothing."""
    decision = rule_model(msg, memory)
    return Decision("Let me pass that to a colleague.", None, decision.facts) if decision.refund else decision


def permitted(customer: str, decision: Decision, refunded: Sequence[str]) -> Decision:
    """The decision, or a refusal: code, and no model, decides whether money may leave.

    refunded  the orders of all refunds promised so far, one entry a refund
    """
    if not decision.refund:
        return decision
    order, amount = decision.refund
    owner, _, price, count = ORDERS.get(order, ("", "", 0, 0))
    if owner == customer and amount == price and list(refunded).count(order) < count:
        return decision
    return Decision(f"I cannot refund order {order}.")
