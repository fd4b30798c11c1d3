"""What a stored step gains without the words that it shares with the step that is asked."""

from __future__ import annotations

import numpy as np

from labs import embedding
from labs.asymmetric_retrieval import data, retrieve
from labs.asymmetric_retrieval.asked import share
from labs.asymmetric_retrieval.bench import Bench
from labs.record import Results


def measure(bench: Bench, r: Results) -> None:
    """Is it only words that both steps share? Each is taken out of the step that is asked, stored step or none."""
    gain = []
    for a, s in bench.pairs("goal", "lesson + goal"):
        texts, owners = bench.indexes["lesson + goal"][s]
        steps = zip(bench.queries["goal"][a], texts[bench.memories :], strict=True)
        asked = embedding.embed([data.unshared("".join(step), kept) for step, kept in steps])
        scores = asked @ embedding.embed(texts).T
        with_it = retrieve.ranks(retrieve.best_view(scores, owners, bench.memories), bench.gold) <= 5
        gain.append(with_it.astype(float) - (retrieve.ranks(scores[:, : bench.memories], bench.gold) <= 5))
    left = bench.boot.mean(np.mean(gain, axis=0))
    whole = bench.gain(("goal", "lesson + goal"), ("goal",))[0]
    share(
        r, "stored_words_out_r5", left, "recall@5 gained by a stored goal, the words it shares with the asked out", ""
    )
    r.claim(
        "stored_helps_without_words",
        left[1] > 0.1 and left[0] > 0.6 * whole,
        "Where the words that the asked goal shares with the stored one are taken out of the asked one, more than six "
        "tenths of what the stored goal gains are left, and the paired interval is above 0.1.",
    )
