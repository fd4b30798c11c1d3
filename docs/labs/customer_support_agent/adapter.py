"""A language model behind the same door as the scripted one: it chooses among decisions, or writes one as JSON.

Neither way lets it near the database or the provider: what comes out is a `Decision`, and `permitted` has the last
word.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from labs.customer_support_agent.model import ORDERS, Decision, Memory, Model, refund_status, requested, told

Score = Callable[[str, Sequence[str]], Sequence[float]]  # how likely each ending is after a prompt
Complete = Callable[[str], str]  # what a model goes on with after a prompt
UNREAD = Decision("I did not understand that. A colleague will answer you.")
RULES = (
    "You are the support agent of a shop. A customer may ask for a refund, ask about refunds, "
    "tell you an address, or say something else. Refund only what the customer asks you to refund."
)


def orders(memory: Memory) -> list[str]:
    """The numbers of the customer's own orders."""
    return [order for order, (who, *_) in ORDERS.items() if who == memory.customer]


def context(msg: str, memory: Memory) -> str:
    """What a model reads: the customer's orders, facts, refunds and last turns, and the message. Nobody else's."""
    lines = [RULES, f"Customer: {memory.customer}."]
    for order in orders(memory):
        _, article, euros, count = ORDERS[order]
        lines.append(f"Order {order}: {count} {article}{'s' * (count > 1)}, {euros} euros each.")
    lines += [f"Known: {key} is {value}." for key, value in sorted(memory.facts.items())]
    lines += [f"Refunded: {euros} euros for order {order}." for order, euros, _ in memory.refunds]
    for said, reply in memory.turns[-2:]:
        lines += [f"Customer said: {said}", f"You said: {reply}"]
    return "\n".join([*lines, f"Customer says now: {msg}", "What do you do?"])


def actions(msg: str, memory: Memory) -> list[tuple[str, Decision]]:
    """The decisions that exist for this customer, each in the words that a model weighs."""
    facts = told(msg)
    kept = "Noted: " + ", ".join(f"{key} {value}" for key, value in facts) + "." if facts else "How can I help you?"
    found = [("I reply and refund nothing.", Decision(kept, None, facts))]
    found.append(("I say which refunds were made.", Decision(refund_status(memory), None, facts)))
    for order in orders(memory):
        found.append((f"I refund one {ORDERS[order][1]} of order {order}.", requested(order, memory, facts)))
    return found


def choosing(score: Score, plain: bool = False) -> Model:
    """A model that takes one of the customer's `actions`; a choice needs no parsing and cannot be malformed.

    It takes the action that the message makes likelier, against a message without words: some actions are likely
    whatever is said (Holtzman et al., "Surface form competition", EMNLP 2021). `plain` takes the likeliest as it is.
    score  log probabilities, a token, of the endings after a prompt
    """

    def model(msg: str, memory: Memory) -> Decision:
        found = actions(msg, memory)
        words = [said for said, _ in found]
        scores = list(score(context(msg, memory), words))
        if not plain:
            scores = [a - b for a, b in zip(scores, score(context("...", memory), words), strict=True)]
        return found[max(range(len(found)), key=scores.__getitem__)][1]

    return model


ASK = """
Answer with one line of JSON and nothing else: {"reply": "...", "refund": null} or, to refund one item of an order,
{"reply": "...", "refund": "17"}."""


def asking(complete: Complete) -> Model:
    """A model that writes its decision as JSON. What cannot be read is no refund: a colleague answers.

    complete  any chat model's answer to a prompt
    """

    def model(msg: str, memory: Memory) -> Decision:
        return parsed(complete(context(msg, memory) + ASK), msg, memory)

    return model


def parsed(text: str, msg: str, memory: Memory) -> Decision:
    """The decision that a model wrote, in prose or a code block or not; UNREAD if there is none that can be read."""
    try:
        found = json.loads(text[text.index("{") : text.rindex("}") + 1])
        reply, order = found["reply"], found.get("refund")
    except (ValueError, KeyError, TypeError, AttributeError):
        return UNREAD
    if not isinstance(reply, str) or not reply.strip():
        return UNREAD
    if order is None:
        return Decision(reply, None, told(msg))
    order = str(order) if isinstance(order, str | int) and not isinstance(order, bool) else ""
    return requested(order, memory, told(msg)) if order in ORDERS else UNREAD
