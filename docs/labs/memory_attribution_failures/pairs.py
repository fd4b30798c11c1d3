"""Two sentences and one question: which is nearer, over every pair of values, so without chance."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from labs.embedding import embed
from labs.memory_attribution_failures.texts import FEW, FRIEND, SLOTS, question, statement

WAYS = ("friend", "recommended", "tagged", "tagged, asked by tag")


def texts_of(way: str, name: str, slot: str, mine: str, other: str) -> tuple[str, str, str]:
    """Question, the user's own sentence, and the rival of a way.

    friend       a friend's fact, told by the user and stored under the user's id
    recommended  what the assistant suggested, in words that say so
    tagged       the assistant's sentence in the user's words, both with a tag that names the speaker
    """
    asked, own = question(name, slot), statement(name, slot, mine)
    if way == "friend":
        return asked, own, statement(f"{name}'s friend {FRIEND}", slot, other)
    if way == "recommended":
        return asked, own, SLOTS[slot][2].format(u=name, v=other)
    rival = f"[said by the assistant] {statement(name, slot, other)}"
    if way == "tagged, asked by tag":
        asked = f"{asked} [said by {name}]"
    return asked, f"[said by {name}] {own}", rival


def wins(way: str) -> dict[str, tuple[int, int]]:
    """For each slot, in how many of its pairs the rival is nearer to the question, and of how many."""
    found = {}
    for slot in SLOTS:
        rows = [texts_of(way, n, slot, a, b) for n in FEW for a, b in permutations(SLOTS[slot][0], 2)]
        asked, own, rival = (embed(column) for column in zip(*rows, strict=True))
        nearer = np.einsum("ij,ij->i", asked, rival) > np.einsum("ij,ij->i", asked, own)
        found[slot] = int(nearer.sum()), len(nearer)
    return found
