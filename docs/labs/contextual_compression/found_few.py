"""What the lab found beside dice: the model's summaries, and one and two percent of the tokens."""

from __future__ import annotations

from labs.contextual_compression import dialogues
from labs.contextual_compression.found import Found
from labs.contextual_compression.found_written import fetched, held
from labs.record import Results


def add_few(r: Results, found: Found) -> None:
    """Answers in a few tokens: kept without a question, and fetched with one."""
    for way, name in (("dice", "dice"), ("rare words", "rare")):
        for s in ("1%", "2%"):
            r.add(f"{name}_answers_{s[0]}", float(found[way, s].answers.mean()), f"answers kept at {s}: {way}", "share")
    r.claim(
        "small_budgets",
        all(found["dice", s].answers.mean() < found["rare words", s].answers.mean() < 0.1 for s in ("1%", "2%"))
        and dialogues.interval(fetched(0.01) - found["rare words", "1%"].answers)[1] > 0.4,
        "At 1% and 2% of the tokens rare words hold more answers than dice on average, and both under a tenth; with "
        "the question, BM25 finds over 40 points more in 1% than rare words hold: 95% interval above that.",
    )
    rows = [
        [
            s,
            *(float(found[way, s].answers.mean()) for way in ("window", "dice", "rare words")),
            float(fetched(b).mean()),
        ]
        for s, b in (("1%", 0.01), ("2%", 0.02), ("5%", 0.05), ("10%", 0.1))
    ]
    says = "LoCoMo: answers in a few tokens, kept without a question and fetched with one"
    r.table("few_tokens", says, ["tokens", "window", "dice", "rare words", "fetched"], rows)


def add_summaries(r: Results, found: Found) -> None:
    """The model's session summaries against random turns at the same tokens."""
    dice = found["dice", "summaries"]
    r.add("dice_answers_summaries", float(dice.answers.mean()), "answers in as many tokens of random turns", "share")
    over = {
        "summaries_minus_dice": held("summaries") - dice.answers,
        "summaries_minus_dice_loosely": held("summaries", loose=True) - dice.loosely,
    }
    for name, more in over.items():
        mean, low, high = dialogues.interval(more)
        says = "session summaries minus dice, answers at equal tokens" + ", loosely" * name.endswith("loosely")
        r.add(name, mean, says, "share", low=low, high=high, interval="95%, ten dialogues")
    r.claim(
        "summaries_beat_dice",
        all(dialogues.interval(more)[1] > 0 for more in over.values()),
        "The model's session summaries hold more answers than dice at equal tokens: 95% intervals above zero, matched "
        "either way.",
    )
