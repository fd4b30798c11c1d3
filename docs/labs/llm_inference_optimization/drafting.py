"""Speculation for other acceptances, numbers of drafts, costs and contexts."""

from __future__ import annotations

from dataclasses import replace

from labs.llm_inference_optimization import roofline as roof
from labs.llm_inference_optimization.roofline import CONTEXTS, WAYS
from labs.record import Results

ACCEPTANCES, DRAFTS = (0.5, 0.6, 0.7, 0.8, 0.9), (1, 2, 3, 4)
ALIKE = 190  # requests; 192 of 2,048 tokens have room beside the draft


def add(r: Results) -> None:
    """Speculation on the full card for other acceptances, numbers of drafts and costs of a draft."""

    def gains(context: int, **changed: float) -> list[float]:
        return [roof.gain(replace(WAYS["speculation"], **changed), context, one) for one in roof.SETTINGS]

    every = {(c, a, k): gains(c, alpha=a, drafts=k) for c in (256, 1024) for a in ACCEPTANCES for k in DRAFTS}
    won = {key: sum(gain > 1 for gain in found) for key, found in every.items()}
    for c in (256, 1024):
        r.table(f"accepted_{c}", f"settings of ten in which speculation gains, full card, {c:,} tokens",
                ["acceptance", "one draft", "two", "three", "four"],
                [[a, *(won[c, a, k] for k in DRAFTS)] for a in ACCEPTANCES])  # fmt: skip
    r.claim(
        "acceptance_decides",
        [won[256, a, 4] for a in ACCEPTANCES] == [0, 0, 0, 3, 5],
        "At 256 tokens, full card, four drafts gain in none of ten settings at acceptances of 0.5 to 0.7, in three at "
        "0.8, in five at 0.9.",
    )
    r.claim(
        "never_sure_at_256",
        max(n for (c, _, _), n in won.items() if c == 256) < 10,
        "At 256 tokens, full card, no acceptance from 0.5 to 0.9 and no number of drafts from one to four gains in all "
        "ten settings.",
    )
    r.claim(
        "one_draft_is_safer",
        won[256, 0.7, 1] == 4 and all(won[1024, a, 1] == 10 for a in ACCEPTANCES),
        "On a full card one draft at 0.7 gains at 256 tokens in four of ten settings; at 1,024 one draft gains in all "
        "ten at every acceptance from 0.5 to 0.9.",
    )
    r.claim(
        "dear_draft_loses",
        all(max(gains(c, draft_cost=3 / 8)) < 1 for c in CONTEXTS),
        "With a draft that costs three eighths of the model, four drafts lose on a full card in all ten settings at "
        "all six contexts.",
    )
    long, short = 8192, 256
    checking = roof.phases(WAYS["speculation"], roof.full(WAYS["speculation"], long, roof.PEAK), long, roof.PEAK)
    r.add("full_long", roof.full(roof.PLAIN, long, roof.PEAK), "requests of 8,192 tokens that fill the card")
    r.add("full_short", roof.full(roof.PLAIN, short, roof.PEAK), "requests of 256 tokens that fill the card")
    r.claim(
        "long_has_idle",
        all(part.computing < part.reading for part in checking),
        "On a card filled with requests of 8,192 tokens, at its peak, the five tokens of each take less time to "
        "compute than weights and cache take to read.",
    )
    plain = [roof.phases(roof.PLAIN, roof.full(roof.PLAIN, short, one), short, one)[0] for one in roof.SETTINGS]
    r.claim(
        "short_has_none",
        all(part.computing > part.reading for part in plain),
        "On a card filled with requests of 256 tokens the products with the weights take longer to compute than the "
        "weights to read, without any draft, in all ten settings.",
    )
    like = [roof.gain(replace(WAYS["speculation"], drafts=3), 256, one, 128) for one in roof.SETTINGS]
    r.add("like_the_study", like[0], "gain of three drafts, 128 requests of 256 tokens; interval: ten settings",
          low=min(like), high=max(like), interval="ten settings")  # fmt: skip
    r.claim("study_inside", min(like) < 1.21 < max(like), "The study's 1.21 lies between the ten settings' gains.")
    same = {c: [roof.gain(WAYS["speculation"], c, one, ALIKE) for one in roof.SETTINGS] for c in (256, 2048)}
    r.claim(
        "context_decides",
        same[256][0] < 1 < min(same[2048])
        and roof.full(WAYS["speculation"], 2048, roof.PEAK) >= ALIKE
        and sum(gain > 1 for gain in same[256]) == 5
        and all(a <= b for a, b in zip(same[256], same[2048], strict=True)),
        "With 190 requests in both cases this speculation loses at 256 tokens at the card's peak, phases one after "
        "the other, and in five of ten settings; it gains at 2,048 in all ten.",
    )
