"""The door to the model, and the scripted rule model that stands behind it in the crash suite."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ORDERS = {  # order: customer, article, price in euros, how many
    "17": ("ann", "mug", 20, 4),
    "22": ("bob", "kettle", 45, 1),
    "31": ("ann", "lamp", 35, 1),
}
OFFER = "Shall I refund it?"
MISSING = r"\b(broken|never (came|arrived)|has ?n.t (come|arrived)|not (come|arrived)|lost|damaged)\b"
SEVERAL = r"\b(two|three|four|both|all|[2-9]|\d\d+) (of )?(the |those |these |my )?(mugs?|lamps?|kettles?|items?)\b"


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
    """The scripted model: keyword rules, no language model. It believes all that its memory says."""
    text = msg.lower()
    named = re.search(r"order (\d+)", text)
    order = named[1] if named else memory.facts.get("order", "")
    if named and ORDERS.get(order, ("",))[0] != memory.customer:
        return Decision(f"I find no order {order} of yours.")
    if re.search(r"(did|has|was) my refund|refund go through", text):
        return Decision(refund_status(memory))
    if re.search(r"\b(no|don't|do not)\b( want)?( a| any)? refund", text):
        return Decision("Understood, no refund.")
    if re.search(r"refund.*\bor (not|don't|do not)\b", text):
        return Decision("Do you want the refund or not? I have requested none.")
    facts = told(msg)
    offered = bool(memory.turns) and memory.turns[-1][1].endswith(OFFER)
    if "refund" in text or (offered and re.match(r"(yes|yes please|please do|ok|sure)\b", text)):
        if not order:
            return Decision("Which order shall I refund?", None, facts)
        if re.search(SEVERAL, text):
            return Decision(f"I refund one item a message, and none yet: one {ORDERS[order][1]} of order {order}?")
        return requested(order, memory, facts)
    if facts:
        return Decision("Noted: " + ", ".join(f"{k} {v}" for k, v in facts) + ".", None, facts)
    if "address" in text:
        return Decision(memory.facts.get("address", "I have no address."))
    if order and re.search(MISSING, text):
        return Decision(f"I am sorry about order {order}. {OFFER}", None, [("order", order)])
    if re.search(r"\border\b", text) and not order:
        return Decision("Which order is it? Please give me its number.")
    if named:
        return Decision(f"Order {order} is on its way.", None, [("order", order)])
    if re.search(r"remember|know about me|who am i", text):
        known = [f"{k} {v}" for k, v in sorted(memory.facts.items())]
        known += [f"{euros} euros for order {o}" for o, euros, _ in memory.refunds]
        return Decision(f"{memory.customer}: " + (", ".join(known) or "nothing yet") + ".")
    return Decision("I can look up an order, refund it, and note your address or how to reach you.")


def told(msg: str) -> list[tuple[str, str]]:
    """The facts that a message states: how to reach the customer, and the address."""
    facts = [("channel", said[1]) for said in [re.search(r"\bby (email|phone|post)", msg.lower())] if said]
    where = re.search(r"(?:live at|address is(?: now)?) ([^.?!]+)", msg, re.I)
    return facts + ([("address", where[1].strip())] if where else [])


def requested(order: str, memory: Memory, facts: Sequence[tuple[str, str]] = ()) -> Decision:
    """A refund of one item of `order`, as far as memory knows that one is left. "Requested" is all that is true yet."""
    _, article, euros, count = ORDERS[order]
    if sum(o == order for o, _, _ in memory.refunds) >= count:
        return Decision(f"Order {order} is refunded in full already.", None, facts)
    reply = f"I have requested {euros} euros for a {article} of order {order}."
    return Decision(reply, (order, euros), [*facts, ("order", order)])


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
