"""What the lab found when a search reads the written facts, too: results, claims and a table."""

from __future__ import annotations

import numpy as np

from labs.contextual_compression import dialogues
from labs.contextual_compression.dialogues import Dialogue
from labs.contextual_compression.found import each
from labs.contextual_compression.found_written import fetched
from labs.record import Results

TOKENS = (0.01, 0.02, 0.05, 0.1)


def searched(facts: float, turns: float = 0.0, loose: bool = False) -> np.ndarray:
    """Answers that BM25 brings for each question, from written facts and from turns within a share of tokens each."""

    def measure(one: Dialogue) -> float:
        held = {q for q, read in one.facts_fetched[loose].items() if read <= facts * one.total}
        held |= {q for q, read in one.fetched[loose].items() if read <= turns * one.total}
        return dialogues.answered(one, frozenset(held), loose)

    return each(measure)


def add_both(r: Results) -> None:
    """Search in raw turns, in written facts, and in both with half of the tokens for each."""
    matched = False, True
    turns = {(b, x): fetched(b, loose=x) for b in TOKENS for x in matched}
    facts = {(b, x): searched(b, loose=x) for b in TOKENS for x in matched}
    both = {(b, x): searched(b / 2, b / 2, x) for b in TOKENS for x in matched}
    r.add("facts_fetch_5", float(facts[0.05, False].mean()), "answers that BM25 finds in 5%: written facts", "share")
    for b in (0.02, 0.05):
        says = f"answers that BM25 finds in {b:.0%}: half facts, half turns"
        r.add(f"both_fetch_{b * 100:.0f}", float(both[b, False].mean()), says, "share")
    r.claim(
        "search_both",
        all(dialogues.interval(both[key] - one[key])[1] > 0 for key in both for one in (turns, facts)),
        "BM25 with half of the tokens for raw turns and half for written facts finds more answers than in either "
        "alone, at 1%, 2%, 5% and 10% of the tokens: 95% intervals above zero, matched either way.",
    )
    r.claim(
        "facts_fetch_less",
        all(dialogues.interval(facts[b, x] - turns[b, x])[2] < 0 for b in (0.05, 0.1) for x in matched),
        "BM25 over the written facts alone finds fewer answers than over raw turns at 5% and 10% of the tokens: 95% "
        "intervals below zero, matched either way.",
    )
    r.table(
        "both",
        "LoCoMo: answers that BM25 finds, in raw turns, in written facts, and in both with half of the tokens for each",
        ["tokens", "raw turns", "written facts", "half each"],
        [[f"{b:.0%}", *(float(one[b, False].mean()) for one in (turns, facts, both))] for b in TOKENS],
    )
