"""A small language model as the last hop: three memories of David in every order, bare or labelled, or one alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations, product
from pathlib import Path

from labs.language_model import SmolLM, chat
from labs.memory_attribution_failures.texts import SLOTS, question, statement
from labs.record import Results

LABELS = ("David said in March: ", "David said in May: ", "The assistant suggested in June: ")
RIGHT = 1  # the role of what David said last: roles are the places in LABELS
Case = tuple[str, str, int, tuple[int, ...]]  # arm, slot, which value has which role, roles in the order of lines


def cases() -> list[Case]:
    """Each slot, each of three values in each role, the lines in each order; or the right line alone."""
    every = list(product(SLOTS, range(3), permutations(range(3))))
    shown: list[Case] = [(arm, *case) for arm in ("bare", "labelled") for case in every]
    return shown + [("filtered", slot, turn, (RIGHT,)) for slot, turn in product(SLOTS, range(3))]


def prompt(case: Case) -> str:
    """The memories in their order, then the question."""
    arm, slot, turn, order = case
    lines = [
        (LABELS[role] if arm == "labelled" else "") + statement("David", slot, SLOTS[slot][0][(role + turn) % 3]) + "."
        for role in order
    ]
    return chat("Memories:\n" + "\n".join(lines) + f"\n\n{question('David', slot)} Answer with the value only.")


def chosen(these: Sequence[Case]) -> list[int]:
    """The role of the value that the model finds likeliest, a token, in each case."""
    model = SmolLM(Path(__file__).with_name("answers.json"))
    scores = model.score([prompt(case) for case in these], [list(SLOTS[slot][0][:3]) for _, slot, *_ in these])
    best = [max(range(3), key=lambda i, row=row: row[i].mean) for row in scores]
    return [(value - turn) % 3 for value, (_, _, turn, _) in zip(best, these, strict=True)]


def measure(r: Results) -> None:
    """How often the model's likeliest value is what David said last, and where in the prompt its choice stood."""
    these = cases()
    picks = list(zip(chosen(these), these, strict=True))
    share, rows = {}, []
    for arm in ("bare", "labelled", "filtered"):
        mine = [(role, case[3]) for role, case in picks if case[0] == arm]
        right = sum(role == RIGHT for role, _ in mine)
        at = [sum(role in order and order.index(role) == n for role, order in mine) for n in range(3)]
        rows.append([arm, len(mine), right, *at])
        share[arm] = right / len(mine)
        r.add(f"model_right_{arm}", right, f"of {len(mine)} prompts, memories {arm}: SmolLM2-135M finds David's last")
        r.add(f"model_prompts_{arm}", len(mine), f"prompts with memories {arm}")
        r.add(f"model_missed_{arm}", len(mine) - right, f"of {len(mine)} prompts, memories {arm}: not David's last")
    columns = ["Memories", "Prompts", "Right", "First line", "Second line", "Third line"]
    r.table("by_model", "what SmolLM2-135M finds likeliest; where the sentence it chose stood", columns, rows)
    r.claim(
        "model_labels_no_filter",
        abs(share["labelled"] - 1 / 3) < 0.05 and share["filtered"] > 0.5,
        "With speaker and month before each of three memories, SmolLM2-135M finds what David said last in about a "
        "third of the prompts, which is chance; with that one sentence shown alone, in more than half.",
    )
