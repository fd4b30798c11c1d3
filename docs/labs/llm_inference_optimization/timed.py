"""Values, tables and claims of what one card took (see `measured`), beside what was computed."""

from __future__ import annotations

from functools import partial

from labs.llm_inference_optimization import published, timed_drafts
from labs.llm_inference_optimization import roofline as roof
from labs.llm_inference_optimization.measured import (
    BOTH,
    CACHE,
    CROWD,
    FOUR,
    HEAVY,
    KERNELS,
    LENGTHS,
    LIGHT,
    LLAMA,
    LONG,
    MEASURED,
    QWEN32,
    Load,
    four,
    gain,
    loads,
    ms,
    own,
    ratio,
    record,
    runs,
    times,
)  # fmt: skip
from labs.llm_inference_optimization.roofline import PEAK, WAYS
from labs.record import Results

Rows = list[list[float | int | str]]


def add(r: Results) -> None:
    """What the card took, beside what was computed."""
    tables(r)
    steps(r)
    order(r)
    timed_drafts.add(r)
    published.timed(r)


def tables(r: Results) -> None:
    """A table for each length, and one of full cards with as many requests as each way has room for."""
    for context in LENGTHS:
        rows: Rows = [
            [load[1], round(ratio(load), 4), round(ms(load), 4), *(shown(gain(name, load)) for name in WAYS)]
            for load in loads(context)
        ]
        r.table(f"timed_{context}", f"gain over 16 bits, timed on an H100, equally many requests of {context:,} tokens "
                "in both cases; cache to weights by bytes; speculation with the cheap draft",
                ["requests", "cache to weights", "16 bits, ms", *WAYS], rows)  # fmt: skip
    full: Rows = []
    for context in LENGTHS:
        for name, way in WAYS.items():
            computed = [roof.gain(way, context, one) for one in roof.SETTINGS]
            full.append(
                [
                    f"{name}, {context:,} tokens",
                    *(round(x, 4) for x in (own(name, context), min(computed), max(computed))),
                ]
            )
    r.table("timed_full", "full card, each way with as many requests as it has room for: gain in tokens a second as "
            "timed, and the least and greatest of the ten settings",
            ["what", "timed", "least", "most"], full)  # fmt: skip


def ends(name: str) -> tuple[float, float]:
    """Gain of a way with one request of 1,024 tokens, and with as many as fill the card with 16 bits, as timed."""
    one, *_, full = (gain(name, load) or 0.0 for load in loads(1024))
    return one, full


def shown(value: float | None) -> float | str:
    """A gain for a table."""
    return "–" if value is None else round(value, 5)


def steps(r: Results) -> None:
    """Steps in 16 bits, and 4 bits by three kernels."""
    claim = partial(r.claim, record=MEASURED.name)
    card = record()["second"]["card"]
    one, full, some = (1024, 1), loads(1024)[-1], (1024, 32)
    r.add("timed_one", ms(one), "ms of a step with 16 bits, one request of 1,024 tokens, timed")
    r.add("timed_full_ms", ms(full), "ms of a step with 16 bits on the full card, 1,024 tokens, timed")
    r.add("timed_copy", card["copied bytes a second"] / 1e12, "TB a second of a copy, read and written, on that card")
    r.add("timed_products", card["operations a second, 16 bits"] / 1e12, "TFLOP/s of an 8,192-wide product in 16 bits")
    claim(
        "timed_inside",
        all(least(load) < ms(load) < most(load) for c in LENGTHS for load in loads(c)),
        "Every step with 16 bits that was timed lies between the least and the greatest of the ten settings.",
    )
    claim(
        "timed_four_below",
        all((gain(FOUR, load, run) or 9) < min(roof.gain(WAYS[FOUR], c, s, load[1]) for s in roof.SETTINGS)
            for c in LENGTHS for load in loads(c) for run in runs(load)),
        "At every load timed, 4-bit weights gained less than in each of the ten settings: in each run that timed it.",
    )  # fmt: skip
    ours, theirs = (times("second")[LLAMA, kernel, 16, 32, 1024, 1][0] for kernel in KERNELS)
    before = times("first")[LLAMA, FOUR, 16, 32, 1024, 1][0]
    for name, value, says in (
        ("timed_some", ms(some), "with 16 bits"),
        ("timed_some_four", ours, "with 4-bit weights, the second kernel of this repository"),
        ("timed_some_first", before, "with 4-bit weights, its first kernel"),
        ("timed_some_torch", theirs, "with 4-bit weights, PyTorch's kernel"),
    ):
        r.add(name, value, f"ms of a step {says}, 32 requests of 1,024 tokens, timed")
    claim(
        "timed_kernels",
        ours < ms(some) < before < theirs and theirs > max(3 * ours, 2 * ms(some)),
        "With 32 requests of 1,024 tokens one kernel for 4-bit weights makes the step shorter than with 16 bits, two "
        "make it longer, PyTorch's to over twice; the slowest step takes over three times as long as the fastest.",
    )
    pairs = {load: [times("second").get((LLAMA, kernel, 16, load[1], load[0], 1), (0.0,))[0] for kernel in KERNELS]
             for c in LENGTHS for load in loads(c)}  # fmt: skip
    claim(
        "timed_two_kernels",
        all((theirs < ours) == (load[1] <= 4) for load, (ours, theirs) in pairs.items() if theirs)
        and sum(bool(theirs) for _, theirs in pairs.values()) == 18
        and ms(one) / pairs[one][0] < gain(BOTH, one),
        "At the 18 loads that both were timed at, PyTorch's kernel for 4-bit weights was the faster one with up to "
        "four requests, and this repository's second one with five and more; with one request of 1,024 tokens 4-bit "
        "weights by the latter gained less than 8 bits for both.",
    )
    load = (1024, 24)
    plain, cached = (ms(load, bits=bits, model=QWEN32, run="first") for bits in (16, 8))
    large = {CACHE: plain / cached, FOUR: plain / four(load, QWEN32, "first")}
    for name, key in ((CACHE, "cache"), (FOUR, "four")):
        r.add(f"timed_large_{key}", large[name], f"gain of {name}, Qwen3-32B's shape, 24 requests of 1,024 tokens")
    claim(
        "timed_large",
        all(1 < found < 1.04 for found in large.values()),
        "With 24 requests of 1,024 tokens and Qwen3-32B's shape, timed in the first run alone, with its kernel, "
        "4-bit weights and an 8-bit cache each gained, and under 4%.",
    )
    both = set(times("first")) & set(times("second"))
    alike = [times("first")[key][0] / times("second")[key][0] for key in both if key[1] != FOUR]
    claim(
        "timed_again",
        len(alike) > 100 and all(0.92 < share < 1.08 for share in alike),
        "Steps timed in both runs, those with this repository's 4-bit kernel left out, differ by under 8%.",
    )


def least(load: Load) -> float:
    """The least ms of the ten settings."""
    return 1000 * min(roof.seconds(roof.PLAIN, load[1], load[0], one) for one in roof.SETTINGS)


def most(load: Load) -> float:
    """The greatest ms of the ten settings."""
    return 1000 * max(roof.seconds(roof.PLAIN, load[1], load[0], one) for one in roof.SETTINGS)


def order(r: Results) -> None:
    """Which way gained most, by the load."""
    claim = partial(r.claim, record=MEASURED.name)
    one, full = (1024, 1), {c: loads(c)[-1] for c in LENGTHS}
    every = [load for c in LENGTHS for load in loads(c)]
    longer = [load for c in LONG for load in loads(c)]
    g = {(name, load): gain(name, load) or 0.0 for name in WAYS for load in every}
    found = [(load, {name: gain(name, load, run) or 0.0 for name in (FOUR, CACHE, BOTH)})
             for load in every for run in runs(load)]  # fmt: skip

    def at(*loads: Load) -> list[dict[str, float]]:
        """Gains at some loads, of each run that timed them."""
        return [gains for load, gains in found if load in loads]

    for key, name in (("four", FOUR), ("cache", CACHE), ("both", BOTH)):
        r.add(f"timed_{key}_one", g[name, one], f"gain of {name}, one request of 1,024 tokens, timed")
        for c in LENGTHS:
            r.add(f"timed_{key}_full_{c}", g[name, full[c]], f"gain of {name}, as many requests of {c:,} tokens as "
                  "fill the card with 16 bits, timed")  # fmt: skip
    claim(
        "timed_one_request",
        all(a[FOUR] > 2 and abs(a[CACHE] - 1) < 0.01 for a in at(one)) and len(at(one)) == 2,
        "With one request of 1,024 tokens 4-bit weights made a step over twice as fast, and an 8-bit cache changed it "
        "by under 1%: in both runs.",
    )
    claim(
        "timed_reverses",
        all(a[FOUR] > 2 * a[CACHE] for a in at(one))
        and all(a[CACHE] > 1.3 * a[FOUR] for a in at(*(full[c] for c in LONG)))
        and all(own(CACHE, c) > 1.3 * own(FOUR, c) for c in LONG)
        and all(a[FOUR] < 0.8 and a[CACHE] > 4 / 3 for a in at(full[1024])) and len(at(full[1024])) == 2,
        "With one request 4-bit weights gained over twice as much as an 8-bit cache; on a card full of requests of "
        "1,024 tokens they made a step over a fifth slower, and an 8-bit cache made it over a third faster: in both "
        "runs.",
    )  # fmt: skip
    claim(
        "timed_four_loses",
        all((g[FOUR, load] > 1) == (load[1] <= 41) for load in loads(1024)) and (1024, 83) in loads(1024),
        "Of the numbers of requests of 1,024 tokens timed, 4-bit weights by the faster kernel timed gained with all up "
        "to 41, and lost with all from 83 on, where this repository's second kernel alone was timed.",
    )
    few = [load for load in every if load[1] == 1]
    claim(
        "timed_cache_alone",
        all(a[CACHE] < 0.98 for a in at((256, 1)))
        and all(1.01 < a[CACHE] < 1.02 for a in at((8192, 1)))
        and len(at((256, 1), (8192, 1))) == 4,
        "With one request an 8-bit cache lost over 2% at 256 tokens, and gained between 1% and 2% at 8,192: in both "
        "runs.",
    )
    claim(
        "timed_few",
        all(a[FOUR] > 1.2 * max(a[BOTH], a[CACHE]) for a in at(*few)) and len(at(*few)) == 6,
        "With one request of each of the three lengths 4-bit weights gained over a fifth more than 8 bits for both and "
        "than an 8-bit cache: in both runs.",
    )
    light = [load for load in every if load[0] == 256 or ratio(load) < LIGHT]
    claim(
        "timed_eight_between",
        all(a[BOTH] > 1.1 * a[CACHE] for a in at(*light))
        and len(light) == 18
        and len(at(*light)) == 31
        and all((load in light) == (load[1] <= full[load[0]][1] / 5) for load in longer),
        "8 bits for weights and arithmetic gained over a tenth more than an 8-bit cache at every load timed whose "
        "cache weighs under three quarters of the weights, and at every load of 256 tokens: in each run that timed it. "
        "With requests of 1,024 and of 8,192 tokens, those fill up to a fifth of the card, and no others do.",
    )
    claim(
        "timed_both_over_four",
        all(a[BOTH] > a[FOUR] for a in at(*(load for load in every if load[1] >= CROWD))),
        "From five requests on, 8 bits for weights and arithmetic gained more than 4-bit weights at every load timed, "
        "in each run that timed it.",
    )
    heavy = [load for load in longer if ratio(load) > HEAVY]
    claim(
        "timed_cache_heavy",
        all(a[CACHE] > 1.06 * max(a[FOUR], a[BOTH]) for a in at(*heavy))
        and len(heavy) == 7
        and len(at(*heavy)) == 14
        and all((load in heavy) == (2 * load[1] >= full[load[0]][1]) for load in longer),
        "Of requests of 1,024 and of 8,192 tokens, an 8-bit cache gained over 6% more than 4-bit weights and than 8 "
        "bits for both at every load timed whose cache weighs over 1.8 times the weights: in both runs. Those fill "
        "half of the card and more, and no others do.",
    )
    level = [load for load in longer if LIGHT <= ratio(load) <= HEAVY]
    claim(
        "timed_level",
        all(abs(a[CACHE] / a[BOTH] - 1) < 0.05 for a in at(*level)) and len(level) == 3,
        "At the three loads between, the two are within 5%, in each run that timed them.",
    )
    claim(
        "timed_together",
        all(1 / (1 / a[CACHE] + 1 / a[BOTH] - 1) > 1.7 for a in at(full[1024])) and len(at(full[1024])) == 2,
        "On a card full of requests of 1,024 tokens a step less what an 8-bit cache saves, and less what 8 bits for "
        "weights and arithmetic save, each timed alone, would be over 1.7 times as fast: in both runs.",
    )
    more = (1024, roof.full(WAYS[CACHE], 1024, PEAK))
    r.add("timed_waits", ms(more, bits=8) / ms(full[1024]), "times as long a step of the card filled with requests of "
          "1,024 tokens and 8-bit caches as of one filled with 16-bit caches, timed")  # fmt: skip
    r.add("timed_more", own(CACHE, 1024), "times as many tokens a second from that card, timed")
    claim(
        "timed_short",
        all(a[BOTH] > a[CACHE] + 0.25 for a in at(*loads(256))) and all(a[BOTH] > 1.35 for a in at(full[256])),
        "With requests of 256 tokens 8 bits for weights and arithmetic gained more than an 8-bit cache at every load "
        "timed, and on the full card over a third: in each run that timed it.",
    )
