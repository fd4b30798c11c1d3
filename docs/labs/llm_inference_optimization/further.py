"""What the full card costs, where the order turns, and what to try first."""

from __future__ import annotations

from dataclasses import replace

from labs.llm_inference_optimization import roofline as roof
from labs.llm_inference_optimization.choice import Step, step, together
from labs.llm_inference_optimization.roofline import CONTEXTS, PEAK, WAYS
from labs.record import Results

FILLED = (1, 5, 10, 20, 30, 40, 50, 70, 90)  # % of the requests that fill the card; beside a draft 92 have room
LOADS: dict[str, tuple[int, int | None]] = {
    "one request, 1,024 tokens": (1024, 1),
    "32 requests, 1,024 tokens": (1024, 32),
    "full card, 256 tokens": (256, None),
    "full card, 1,024 tokens": (1024, None),
    "full card, 8,192 tokens": (8192, None),
}
Rows = list[list[float | int | str]]


def add(r: Results, every: dict[tuple[str, int, int | None], list[float]]) -> None:
    """What the full card costs, where the order turns, and 8-bit weights with 8-bit activations."""
    four, cache, drafts, both = WAYS
    r.add("four_overlapped", every[four, 1024, None][1], "gain of 4-bit weights, full card, peak, phases overlapped")
    turns = {one: overtakes(1024, one) for one in roof.SETTINGS}
    r.add("turns_at", turns[PEAK], "requests of 1,024 tokens from which on the 8-bit cache gains more; ten settings",
          low=min(turns.values()), high=max(turns.values()), interval="ten settings")  # fmt: skip
    r.claim(
        "turns_early",
        all(0 < at < 0.4 * roof.full(roof.PLAIN, 1024, one) for one, at in turns.items()),
        "In all ten settings the 8-bit cache overtakes 4-bit weights, at 1,024 tokens, below two fifths of the "
        "requests that fill the card, and stays ahead.",
    )
    weighs = turning_weights(roof.LLAMA)
    r.add("turns_at_ratio", weighs[0], "bytes of cache to bytes of weights in a step from which on the 8-bit cache "
          "gains more, 1,024 tokens at peak; interval: ten settings at 1,024 to 8,192 tokens",
          low=min(weighs), high=max(weighs), interval="ten settings, four lengths")  # fmt: skip
    r.claim(
        "turns_by_weight",
        all(0.75 < ratio < 1.5 for ratio in weighs + turning_weights(roof.QWEN)),
        "For Llama 3.1 8B and for Qwen3-8B, at 1,024, 2,048, 4,096 and 8,192 tokens and in all ten settings the 8-bit "
        "cache overtakes 4-bit weights where a step reads between 0.75 and 1.5 times as many bytes of cache as of "
        "weights, and stays ahead.",
    )
    few_requests(r)
    large_model(r)
    plain, small = (roof.full(way, 1024, PEAK) for way in (roof.PLAIN, WAYS[cache]))
    waits = [roof.seconds(WAYS[cache], small, 1024, one) / roof.seconds(roof.PLAIN, plain, 1024, one)
             for one in roof.SETTINGS]  # fmt: skip
    r.add("full_small", small, "requests of 1,024 tokens that fill the card with an 8-bit cache")
    r.add("step_plain", 1000 * roof.seconds(roof.PLAIN, plain, 1024, PEAK), "least ms of a step of the full card")
    r.add("step_small", 1000 * roof.seconds(WAYS[cache], small, 1024, PEAK), "the same with an 8-bit cache")
    r.add("waits", waits[0], "times as long a step with the 8-bit cache; interval: ten settings",
          low=min(waits), high=max(waits), interval="ten settings")  # fmt: skip
    kept = [roof.gain(WAYS[cache], 1024, one, plain) for one in roof.SETTINGS]
    r.add("cache_same", kept[0], "gain of the 8-bit cache, no request more than before; interval: ten settings",
          low=min(kept), high=max(kept), interval="ten settings")  # fmt: skip
    r.add("step_same", 1000 * roof.seconds(WAYS[cache], plain, 1024, PEAK), "least ms of that step")
    r.claim(
        "no_more_needed",
        abs(kept[0] / every[cache, 1024, None][0] - 1) < 1e-6 and min(kept) > 1.25,
        "At the card's peak, phases one after the other, the 8-bit cache gains as much with the requests that were "
        "there before as with all that it has room for; in all ten settings over a quarter.",
    )
    r.claim(
        "cache_beats_both",
        all(a < b for a, b in zip(every[both, 1024, None], every[cache, 1024, None], strict=True)),
        "On a card filled with requests of 1,024 tokens 8-bit weights and activations gain less than an 8-bit cache "
        "in all ten settings.",
    )
    at_256 = list(zip(every[both, 256, None], every[cache, 256, None], strict=True))
    r.claim(
        "short_wants_both",
        sum(a > b for a, b in at_256) == 6 and all(a > b for a, b in at_256[:2]) and min(every[both, 256, None]) > 1.1,
        "On a card filled with requests of 256 tokens 8-bit weights and activations gain over a tenth in all ten "
        "settings, and more than an 8-bit cache in six, both peaks among them.",
    )
    r.claim(
        "short_no_turn",
        sum(a < b + 0.005 for a, b in zip(every[cache, 256, None], every[four, 256, None], strict=True)) == 4,
        "On a card filled with requests of 256 tokens an 8-bit cache gains under half a percentage point more than "
        "4-bit weights, or less, in four of ten settings.",
    )
    all_eight = replace(WAYS[both], cache=1.0)
    ways = (all_eight, WAYS[both], WAYS[cache])
    gained = [[roof.gain(way, 1024, one, plain) for way in ways] for one in roof.SETTINGS]
    r.claim(
        "all_eight",
        all(a > 1.9 and a > 7 / 6 * max(alone) for a, *alone in gained),
        "With the requests of 1,024 tokens that fill the card, 8-bit weights and activations together with an 8-bit "
        "cache make a step over 1.9 times as fast, over a sixth ahead of either alone, in all ten settings.",
    )
    near = [a / b for a, b in zip(every[drafts, 8192, 1], every[drafts, 8192, None], strict=True)]
    r.claim(
        "little_at_8192",
        sum(ratio < 1.02 for ratio in near) == 8,
        "At 8,192 tokens one request gains from speculation under 2% more than the full card in eight of ten settings.",
    )
    by_filling(r)
    decide(r, every)


def few_requests(r: Results) -> None:
    """One to eight requests: weights before cache."""
    four, cache = WAYS["4-bit weights"], WAYS["8-bit cache"]
    r.claim(
        "few_want_weights",
        all(
            roof.gain(four, c, one, b) > roof.gain(cache, c, one, b)
            for c in CONTEXTS for b in range(1, 9) for one in roof.SETTINGS
        ),
        "With one to eight requests 4-bit weights gain more than an 8-bit cache, at all six contexts and in all ten "
        "settings.",
    )  # fmt: skip
    idle = [sum(part.computing for part in parts) / sum(part.reading for part in parts)
            for parts in (roof.phases(roof.PLAIN, tenths(1024)[0], 1024, one) for one in roof.SETTINGS)]  # fmt: skip
    r.claim(
        "mostly_idle",
        max(idle) < 0.25,
        "With a tenth of the requests of 1,024 tokens that fill the card, computing takes under a quarter of the time "
        "of reading in all ten settings.",
    )


def large_model(r: Results) -> None:
    """A dense model of 32 billion weights, which leaves little room for cache."""
    base, four, cache = (replace(way, shape=roof.LARGE)
                         for way in (roof.PLAIN, WAYS["4-bit weights"], WAYS["8-bit cache"]))  # fmt: skip
    weights = 2 * (roof.LARGE.in_layers + roof.LARGE.output)
    fit = {c: roof.full(base, c, PEAK) for c in CONTEXTS[2:]}
    r.add("full_large", fit[1024], "requests of 1,024 tokens that fill the card beside Qwen3-32B")
    r.add("full_large_four", roof.full(four, 1024, PEAK), "the same with 4-bit weights")
    equal = [(roof.gain(four, c, one, n), roof.gain(cache, c, one, n)) for c, n in fit.items() for one in roof.SETTINGS]
    filled = [(roof.gain(four, c, one), roof.gain(cache, c, one)) for c in fit for one in roof.SETTINGS]
    r.claim(
        "large_wants_weights",
        all(0.09 < n * roof.cache_bytes(base, c) / weights < 0.11 for c, n in fit.items())
        and all(a > 2.5 and b < 1.1 for a, b in equal)
        and all(a > b for a, b in filled),
        "A card that Qwen3-32B and requests of 1,024 to 8,192 tokens fill reads about a tenth as many bytes of cache "
        "as of weights; with these requests 4-bit weights gain over 2.5 times and an 8-bit cache under a tenth, and "
        "with as many as each has room for 4-bit weights gain more, in all ten settings.",
    )


def turning_weights(shape: roof.Shape) -> list[float]:
    """Bytes of cache to bytes of weights in a step where the 8-bit cache overtakes, four lengths in ten settings."""
    weights = 2 * (shape.in_layers + shape.output)
    plain = roof.Way(shape=shape)
    return [
        overtakes(c, one, shape) * roof.cache_bytes(plain, c) / weights for c in CONTEXTS[2:] for one in roof.SETTINGS
    ]


def overtakes(context: int, one: roof.Setting, shape: roof.Shape = roof.LLAMA) -> int:
    """Requests, up to a full card and 999, from which on the 8-bit cache gains more than 4-bit weights; 0 for none."""
    cache, four = (replace(WAYS[name], shape=shape) for name in ("8-bit cache", "4-bit weights"))
    wins = [roof.gain(cache, context, one, b) > roof.gain(four, context, one, b)
            for b in range(1, min(roof.full(roof.Way(shape=shape), context, one), 999) + 1)]  # fmt: skip
    return wins.index(True) + 1 if True in wins and all(wins[wins.index(True) :]) else 0


def by_filling(r: Results) -> None:
    """Gains at peak over the share of the card that is filled, with equally many requests in both cases."""
    rows: Rows = []
    for c in CONTEXTS:
        for filled in FILLED:
            batch = max(1, roof.full(roof.PLAIN, c, PEAK) * filled // 100)
            rows.append([c, filled, *(round(roof.gain(way, c, PEAK, batch), 4) for way in WAYS.values())])
    r.table("by_filling", "gain over 16 bits without speculation, with equally many requests in both cases; at the "
            "card's peak, phases one after the other", ["context", "filled %", *WAYS], rows)  # fmt: skip
    best = {row[1]: max(zip(row[2:], WAYS, strict=True))[1] for row in rows if row[0] == 1024}
    four, cache, drafts, _ = WAYS
    r.claim(
        "three_in_turn",
        [best[f] for f in FILLED] == [four] * 2 + [drafts] * 3 + [cache] * 4,
        "At 1,024 tokens and the card's peak, phases one after the other, 4-bit weights gain most of the four up to a "
        "twentieth of the full card, speculation from a tenth to three tenths, the 8-bit cache from two fifths on.",
    )


def decide(r: Results, every: dict[tuple[str, int, int | None], list[float]]) -> None:
    """What to try first and second for a few loads."""
    rows: Rows = []
    second: Rows = []
    first: dict[str, Step] = {}
    for called, (c, batch) in LOADS.items():
        one = first[called] = step({name: every[name, c, batch] for name in WAYS})
        rows.append([called, one.surest, round(one.least, 4), f"{one.likeliest} ({one.ahead})"])
        base = WAYS[one.surest]
        pairs = {name: both for name, way in WAYS.items() if (both := together(base, way))}
        after = step({name: beside(base, both, c, batch) for name, both in pairs.items()})
        second.append([called, f"{after.surest} beside {one.surest}", round(after.least, 4), round(after.most, 4)])
    r.table("decide", "for each load: the way whose least gain of ten settings is greatest, and the way that gains "
            "most in most of the ten", ["load", "surest", "least gain", "ahead (of ten)"], rows)  # fmt: skip
    r.table("second", "the second step: what gains most, at the least, beside the surest first one",
            ["load", "second", "least", "most"], second)  # fmt: skip
    drafts = "speculation"
    near = ["32 requests, 1,024 tokens", "full card, 8,192 tokens"]
    r.claim(
        "near_ties",
        all(
            first[load].likeliest == drafts and first[load].ahead == 9 and first[load].surest != drafts for load in near
        )
        and all(min(every[drafts, *LOADS[load]]) > 0.97 * first[load].least for load in near),
        "For 32 requests of 1,024 tokens and for a card full of 8,192 tokens speculation gains most in nine of ten "
        "settings, and its least gain is within 3% of that of the surest way, which is another.",
    )
    between = {c: [step(gains(c, batch, WAYS)) for batch in tenths(c)] for c in CONTEXTS[2:]}
    r.claim(
        "speculation_in_between",
        all(one.likeliest == drafts for steps in between.values() for one in steps)
        and min(one.ahead for one in between[1024]) == 7
        and all(one.ahead == 10 for c, steps in between.items() if c > 1024 for one in steps),
        "With a tenth, a fifth and three tenths of the requests that fill the card, speculation gains most of the four "
        "in at least seven of ten settings at 1,024 tokens, and in all ten at 2,048, 4,096 and 8,192.",
    )
    dear = WAYS | {drafts: replace(WAYS[drafts], draft_cost=3 / 8)}
    r.claim(
        "dear_draft_never_leads",
        all(drafts not in leaders(c, batch, dear) for c in CONTEXTS[2:] for batch in tenths(c)),
        "With a tenth, a fifth and three tenths of the requests that fill the card speculation with a draft that costs "
        "three eighths of the model gains most in none of ten settings, from 1,024 to 8,192 tokens.",
    )


def tenths(context: int) -> list[int]:
    """One, two and three tenths of the requests that fill the card."""
    return [roof.full(roof.PLAIN, context, PEAK) * filled // 100 for filled in (10, 20, 30)]


def gains(context: int, batch: int, ways: dict[str, roof.Way]) -> dict[str, list[float]]:
    """Gains of some ways with so many requests in both cases, in the ten settings."""
    return {name: [roof.gain(way, context, one, batch) for one in roof.SETTINGS] for name, way in ways.items()}


def leaders(context: int, batch: int, ways: dict[str, roof.Way]) -> set[str]:
    """The ways that gain most in one of the ten settings or more."""
    columns = zip(*gains(context, batch, ways).values(), strict=True)
    return {max(zip(column, ways, strict=True))[1] for column in columns}


def beside(base: roof.Way, both: roof.Way, context: int, batch: int | None) -> list[float]:
    """Gains of two ways together over the first alone, in the ten settings."""
    return [roof.gain(both, context, one, batch) / roof.gain(base, context, one, batch) for one in roof.SETTINGS]
