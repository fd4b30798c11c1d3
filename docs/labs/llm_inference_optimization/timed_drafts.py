"""Values and claims of speculation on one card: the pass of five tokens as timed, the draft's acceptance assumed."""

from __future__ import annotations

from functools import partial

from labs.llm_inference_optimization.measured import (
    BOTH,
    CACHE,
    FOUR,
    LENGTHS,
    MEASURED,
    SIXTEEN,
    SMALL,
    SPECULATION,
    gain,
    loads,
    ms,
    own,
    runs,
    small_draft,
    speculation,
    times,
)  # fmt: skip
from labs.record import Results


def add(r: Results) -> None:
    """A pass of five tokens as timed, with the cheap draft and with one of Llama 3.2 1B's shape."""
    claim = partial(r.claim, record=MEASURED.name)
    tried = [load for c in LENGTHS for load in loads(c) if gain(SPECULATION, load)]
    best = {load: max(gain(name, load) or 0.0 for name in (FOUR, CACHE, BOTH)) for load in tried}
    drafted = [load for load in tried if (SMALL, SIXTEEN, 16, load[1], load[0], 1) in times("first")]
    costs = {load: small_draft(load) for load in drafted}
    better = {load: speculation(load, costs[load], 0.8) / best[load] for load in drafted}
    passes = {load: ms(load, new=5) / ms(load) for load in tried}
    r.add("timed_pass_one", passes[1024, 1], "times as long a pass of five tokens as of one, one request of 1,024")
    r.add("timed_pass_many", passes[1024, 374], "the same with 374 requests, nine tenths of a full card")
    least, greatest = min(costs.values()), max(costs.values())
    r.add("timed_draft", sum(costs.values()) / len(costs), "cost of a draft of Llama 3.2 1B's shape against a step, "
          "mean over the loads timed", low=least, high=greatest, interval="least and greatest")  # fmt: skip
    claim(
        "timed_cheap_draft",
        all(
            (gain(SPECULATION, load, run) or 0) > 1.04 * max(gain(name, load, run) or 0 for name in (FOUR, CACHE, BOTH))
            for load in tried
            if load[0] == 8192 or load[1] <= {256: 32}.get(load[0], 124)
            for run in runs(load)
        ),
        "With a draft that costs a sixteenth, speculation gained over 4% more than the other three with up to 32 "
        "requests of 256 tokens, with up to 124 of 1,024, and at every load of 8,192 that was timed and left room for "
        "the draft: in each run that timed it.",
    )
    known = {load: speculation(load, costs.get(load, least)) for load in tried if load[0] < 8192}
    claim(
        "timed_small_draft",
        all(gained < best[load] for load, gained in known.items()) and least > 0.2 and len(known) == 19,
        "With four drafts of Llama 3.2 1B's shape, each of over a fifth of a step, and an acceptance of 0.7, "
        "speculation gained less than the best of the other three at every load timed of 256 and of 1,024 tokens that "
        "left room for a draft; where the draft was not timed, at the least of its costs.",
    )
    claim(
        "timed_small_draft_long",
        speculation((8192, 16), greatest) > 1.05 * best[8192, 16],
        "With 16 requests of 8,192 tokens and the greatest cost of that draft at any load timed, speculation at an "
        "acceptance of 0.7 would gain over 5% more than the best of the other three; the draft was not timed there.",
    )
    few = [load for load in drafted if load[0] == 8192 or load[1] <= {256: 32, 1024: 41}[load[0]]]
    claim(
        "timed_small_draft_alone",
        all(speculation(load, costs[load], run=run) > 1.3 for load in few for run in runs(load)) and len(few) == 11,
        "With that draft and an acceptance of 0.7 speculation gained over 1.3 times against 16 bits with up to 32 "
        "requests of 256 tokens, up to 41 of 1,024 and up to 32 of 8,192, at every load timed: in both runs.",
    )
    some = [load for load in drafted if (load[0] == 1024 and 4 <= load[1] <= 41) or (load[0] == 8192 and load[1] >= 5)]
    claim(
        "timed_better_draft",
        min(better[load] for load in some) > 1.08 and len(some) == 7 and better[1024, 1] < 0.9,
        "With that draft and an acceptance of 0.8 speculation gained over 8% more than the best of the other three "
        "with each number from 4 to 41 of requests of 1,024 tokens and from 5 on of 8,192 that was timed, and over a "
        "tenth less with one request of 1,024.",
    )
    claim(
        "timed_lengths",
        own(SPECULATION, 256) < 0.7 and own(SPECULATION, 8192) > 2,
        "On a full card, speculation with the cheap draft loses over three tenths with requests of 256 tokens and "
        "gains over twice with those of 8,192.",
    )
