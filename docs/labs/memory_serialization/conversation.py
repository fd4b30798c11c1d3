"""A session to save: numbered messages with words drawn by a seed."""

from __future__ import annotations

import random
from typing import Any

WORDS = [
    "the", "order", "came", "late", "box", "was", "open", "please", "check", "what", "we", "can", "do", "about", "new",
    "one", "before", "friday", "lamp", "mug", "kettle", "refund", "street", "number", "yes", "thanks", "where", "today",
]  # fmt: skip


def messages(seed: int, count: int, longest: int = 8) -> list[dict[str, Any]]:
    """`count` messages, user and assistant in turn, each of 2 to `longest` words; no two are equal."""
    draw = random.Random(seed)
    made = []
    for n in range(count):
        text = " ".join(draw.choices(WORDS, k=draw.randint(2, longest)))
        made.append({"n": n, "role": ("user", "assistant")[n % 2], "text": text})
    return made
