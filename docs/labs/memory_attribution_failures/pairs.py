"""Two sentences and one question: which is nearer, over every pair of values, so without chance."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from labs.embedding import embed
from labs.memory_attribution_failures.texts import FEW, FRIEND, SLOTS, question, statement
from labs.record import Results

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


def measure(r: Results) -> dict[str, tuple[int, int]]:
    """Pairs of sentences, exactly; those with a tag are drawn."""
    won = {way: wins(way) for way in WAYS}
    total = {way: sum(w for w, _ in found.values()) for way, found in won.items()}
    count = sum(n for _, n in won["friend"].values())
    r.add("pairs", count, "pairs of sentences a way: four users, eight slots, twelve ordered pairs of values")
    for way, n in total.items():
        r.add(f"pairs_{way.replace(', ', '_').replace(' ', '_')}", n, f"pairs in which the rival is nearer: {way}")
    r.table("by_pair", "pairs in which the rival is nearer to the question, of 48", ["Slot", *WAYS],
            [[slot, *(won[way][slot][0] for way in WAYS)] for slot in SLOTS])  # fmt: skip
    slots = {way: [w for w, _ in found.values()] for way, found in won.items()}
    r.add("friend_slots", sum(w > 0 for w in slots["friend"]), "slots in which a friend's fact is ever nearer")
    friend = slots["friend"]
    r.add("friend_most", max(friend), "pairs of 48 in which a friend's fact is nearer, in the slot with most")
    r.claim("friend_passes", total["friend"] > 0.05 * count and won["friend"]["plan"][0] == 0 and max(friend) > 10, (
        "A friend's fact is nearer to the question than the user's own in more than one pair in twenty: in none about "
        "the plan, in more than ten of 48 in other slots; owner and speaker are right on both."
    ))  # fmt: skip
    tag, asked = total["tagged"], total["tagged, asked by tag"]
    r.claim("tags_are_weak", 0.1 * count < asked < tag < 0.4 * count, (
        "Untagged, the assistant's sentence is nearer in half of the pairs, by symmetry; a tag that names the speaker "
        "brings that below two fifths, the tag in the question lower, and more than a tenth remains."
    ))  # fmt: skip
    ways = [won[way] for way in ("tagged", "tagged, asked by tag")]
    r.claim("tag_depends", all(w["plan"][0] <= 2 and 2 * w["work"][0] >= w["work"][1] for w in ways), (
        "With a tag for the speaker, in the question or not, the assistant's sentence is nearer in at most two of 48 "
        "pairs about the plan, and in half or more of those about the language at work."
    ))  # fmt: skip
    r.claim("wording_moves_rank", min(slots["recommended"]) == 0 and max(slots["recommended"]) > 20, (
        "Worded as a recommendation, a suggestion is nearer than the user's own sentence in none to more than 20 of 48 "
        "pairs, depending on the slot."
    ))  # fmt: skip
    return {slot: (won["tagged"][slot][0], won["tagged, asked by tag"][slot][0]) for slot in SLOTS}
