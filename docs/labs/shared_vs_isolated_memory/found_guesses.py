"""Results and claims of the reading side."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from labs.record import Results
from labs.shared_vs_isolated_memory import guesses


def add_guesses(r: Results, seed: int) -> dict[str, float]:
    """The reading side; returns the shares for the figure."""
    right, filtered, alone, asked = guesses.shares(seed)
    shares = {arm: float(np.mean(ok)) for arm, ok in right.items()}
    for arm, share in shares.items():
        name = {"plain": "plain", guesses.HEDGES[0]: "think", guesses.HEDGES[1]: "unconfirmed"}[arm]
        gain = (np.array(right[arm]) - np.array(right["plain"])).reshape(guesses.DRAWS, -1).mean(axis=0)
        half = 1.96 * float(gain.std(ddof=1)) / len(gain) ** 0.5  # by question: its draws are no new questions
        r.add(f"right_{name}", share, f"share of answers that are right, guesses written as {arm!r}", "share")
        if arm != "plain":
            low, high = float(gain.mean()) - half, float(gain.mean()) + half
            r.add(
                f"gain_{name}",
                float(gain.mean()),
                f"change against plain, paired, {arm!r}",
                "share",
                low=low,
                high=high,
                interval="95%",
            )
    by = {
        arm: np.array(ok).reshape(guesses.DRAWS, -1, len(guesses.PROPERTIES)).mean(axis=(0, 1))
        for arm, ok in right.items()
    }
    rows = [[prop, *(round(float(by[arm][i]), 3) for arm in guesses.ARMS)] for i, prop in enumerate(guesses.PROPERTIES)]
    says = "share of answers that are right by property: guesses unmarked, 'I think', 'Unconfirmed guess:'"
    r.table("guesses", says, ("property", "unmarked", "I think", "Unconfirmed guess:"), rows)
    r.claim(
        "i_think_serves_guesses",
        r.values["gain_think"].high < 0 and shares[guesses.HEDGES[1]] < 0.9,
        "Of the sentences tried, 'I think' before a guess makes it the nearest sentence more often than no mark at "
        "all; with 'Unconfirmed guess:' a guess still answers over a tenth of the questions.",
    )
    for noise, ok in filtered.items():
        r.add(
            f"filter_{round(noise * 100)}",
            ok / asked,
            f"share right if only labelled facts are read, {noise:.0%} of labels wrong",
            "share",
        )
    steps = list(filtered.values())
    r.claim(
        "filter_as_good_as_labels",
        all(a > b for a, b in pairwise(steps)) and shares["plain"] < steps[-1] / asked < 0.9,
        "Reading only what is labelled a fact is right less often with each step of label noise, and in under nine "
        "tenths with a fifth of the labels wrong; even then more often than without labels.",
    )
    r.claim(
        "isolated_answers_anyway",
        alone["right"] == 0 and sum(alone.values()) == asked,
        "An isolated agent, asked about another's service, is never right and always has a nearest sentence: by "
        "construction, it has no fact about it.",
    )
    return {**shares, **{f"labels, {noise:.0%} wrong": ok / asked for noise, ok in filtered.items()}}
