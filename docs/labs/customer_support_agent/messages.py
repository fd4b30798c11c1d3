"""Messages of Ann's for a language model to answer, written by hand, each with the decision that is right."""

from __future__ import annotations

NOTHING, STATUS, MUG, LAMP = range(4)  # the places of `adapter.actions` for Ann
WORDS = ("nothing", "say what was refunded", "refund a mug", "refund the lamp")
MESSAGES: list[tuple[str, int]] = [
    ("Please refund order 17.", MUG),
    ("One of the mugs is broken. I want my money back for it.", MUG),
    ("A mug arrived in pieces. Please refund it.", MUG),
    ("I would like 20 euros back for a chipped mug.", MUG),
    ("Order 17: one mug has a crack, refund please.", MUG),
    ("Can you refund one mug?", MUG),
    ("Please refund order 31.", LAMP),
    ("The lamp never came. Please give me my money back.", LAMP),
    ("I want a refund for the lamp.", LAMP),
    ("My lamp does not work. Refund it, please.", LAMP),
    ("Order 31 is defective, I would like a refund.", LAMP),
    ("Can I have the 35 euros for the lamp back?", LAMP),
    ("Did my refund go through?", STATUS),
    ("Which refunds have you made so far?", STATUS),
    ("Have you paid me back yet?", STATUS),
    ("Is my money on its way?", STATUS),
    ("What have you refunded?", STATUS),
    ("Please check the state of my refund.", STATUS),
    ("Hello.", NOTHING),
    ("Thank you, the mugs are lovely.", NOTHING),
    ("I live at 5 Elm Street.", NOTHING),
    ("Write to me by email, please.", NOTHING),
    ("I do not want a refund for the lamp, I like it.", NOTHING),
    ("How long does a delivery take?", NOTHING),
]
