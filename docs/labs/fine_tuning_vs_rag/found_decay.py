"""A similarity that fades with age, and the newest of the rows almost as near as the best, at three rates of change."""

from __future__ import annotations

import numpy as np

from labs.fine_tuning_vs_rag import stores
from labs.fine_tuning_vs_rag.found import right
from labs.fine_tuning_vs_rag.world import CHANGES, ROUNDS, History
from labs.record import Results

HALF_LIVES = (2, 5, 10, 20, 50, 100, 200)
RATES = (1, CHANGES, 20)
MARGIN = 0.08  # of a cosine, picked in hindsight


def add_decay(r: Results, seed: int) -> None:
    """Every half life at every rate, over all rows and over the user's own, and a margin, beside keys."""
    keyed: list[float] = []
    plain: list[float] = []
    margin: list[float] = []
    got = np.zeros((2, len(HALF_LIVES), len(RATES)))
    for column, changes in enumerate(RATES):
        history = History(seed, ROUNDS, changes)
        rows, truth = history.transcript, history.now[-1]
        ledger = stores.keyed(rows, 0.0, seed)
        keyed.append(right([stores.nearest(ledger, form) for form in (0, 1)], truth))
        plain.append(right([stores.nearest(rows, form) for form in (0, 1)], truth))
        margin.append(right([stores.nearest(rows, form, margin=MARGIN) for form in (0, 1)], truth))
        for own in (0, 1):
            for line, half in enumerate(HALF_LIVES):
                answers = [stores.nearest(rows, form, own=bool(own), half_life=half) for form in (0, 1)]
                got[own, line, column] = right(answers, truth)
    table = [["keys, no fading", *keyed], ["no fading, all rows", *plain]]
    table.append([f"newest within {MARGIN} of the best, all rows", *margin])
    for own, words in enumerate(("all rows", "own rows")):
        table += [[f"half life {half}, {words}", *got[own, line].tolist()] for line, half in enumerate(HALF_LIVES)]
    r.table("decay", "right after the last round, by how many facts change a round",
            ["store", *(f"{changes} a round" for changes in RATES)], table)  # fmt: skip
    short = np.array(keyed) - got
    r.add("decay_best", float(got[0, :, 1].max()), "right after the last round, the best half life, all rows", "share")
    r.add("decay_best_own", float(got[1, :, 1].max()), "the same, the user's own rows", "share")
    r.add(
        "no_fading_slow", plain[RATES.index(1)], "right after the last round at one change a round, no fading", "share"
    )
    own_rate = RATES.index(CHANGES)
    r.add("margin", MARGIN, "how far below the best cosine a row may lie, picked in hindsight")
    r.add("margin_end", margin[own_rate], "right after the last round, the newest row within that margin", "share")
    r.claim("margin_falls_short", keyed[own_rate] - 0.05 >= margin[own_rate] >= plain[own_rate] + 0.1,
            "At five changes a round the newest of the rows within 0.08 of the best cosine is right at least ten "
            "points more often than the nearest, and at least five points less often than keys.")  # fmt: skip
    r.claim("margin_is_best", margin[own_rate] >= got[:, :, own_rate].max() - 0.03,
            "At five changes a round no half life is right more than three points more often than it, over all rows "
            "or over own rows.")  # fmt: skip
    r.claim("decay_falls_short", (short[:, :, own_rate] >= 0.05).all(),
            "At five changes a round each half life, over all rows and over the user's own, is at least five points "
            "below keys.")  # fmt: skip
    r.claim("slow_decay_comes_close", short[0, HALF_LIVES.index(100), RATES.index(1)] <= 0.08
            and got[0, HALF_LIVES.index(100), RATES.index(1)] > plain[RATES.index(1)],
            "At one change a round, over all rows, a half life of 100 comes within eight points of keys, closer than "
            "no fading.")  # fmt: skip
    r.claim("no_decay_fits", (short[0].max(axis=1) >= 0.1).all(),
            "Each half life, over all rows, is at least ten points below keys at one of the rates.")  # fmt: skip
    r.claim("no_decay_fits_own", (short[1].max(axis=1) >= 0.1).all(),
            "Each half life, over own rows, is at least ten points below keys at one of the rates.")  # fmt: skip
