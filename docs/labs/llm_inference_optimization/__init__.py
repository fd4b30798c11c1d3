"""What fewer bits and speculation are worth for one request and for a full card, computed."""

from __future__ import annotations

from dataclasses import replace

from matplotlib.figure import Figure

from labs import chart
from labs.llm_inference_optimization import roofline as roof
from labs.record import Results

SEEDS = (0,)
WAYS = {
    "4-bit weights": roof.FOUR,
    "8-bit cache": roof.CACHE8,
    "speculation": roof.SPECULATION,
    "8-bit both": roof.EIGHT,
}
CONTEXTS = (256, 512, 1024, 2048, 4096, 8192)
PEAK, OVERLAPPED = roof.SETTINGS[:2]
ACCEPTANCES, DRAFTS = (0.5, 0.6, 0.7, 0.8, 0.9), (1, 2, 3, 4)
PROMPTS = 1000  # GPUStack's run: requests, times between tokens in ms, gain in throughput from the 8-bit cache
BETWEEN = {"16 bits": 126.55, "8-bit cache": 103.21, "static": 85.57, "dynamic": 98.94, "W4A16": 130.54}
THROUGHPUT = 13513.19 / 13305.38
MEASURED = {name: BETWEEN["16 bits"] / ms for name, ms in BETWEEN.items()}
Rows = list[list[float | int | str]]


def run(seed: int) -> Results:
    """Compute every gain in ten settings; `seed` is not used, nothing is drawn."""
    r = Results()
    every = {
        (name, context, batch): [roof.gain(way, context, one, batch) for one in roof.SETTINGS]
        for name, way in WAYS.items()
        for context in CONTEXTS
        for batch in (1, 32, 128, None)
    }
    for name in WAYS:
        key = name.replace("-", "_").replace(" ", "_")
        for batch, called in ((1, "one"), (None, "full")):
            gains = every[name, 1024, batch]
            r.add(f"{key}_{called}", gains[0], f"gain of {name}, 1,024 tokens, {called}; interval: ten settings",
                  low=min(gains), high=max(gains), interval="ten settings")  # fmt: skip
    r.add("full", roof.full(roof.PLAIN, 1024, PEAK), "requests of 1,024 tokens that fill the card")
    r.add("weights_gb", (roof.LLAMA.in_layers + roof.LLAMA.output) * 2 / 1e9, "GB of weights that a step reads")
    r.add("cache_gb", roof.cache_bytes(roof.PLAIN, 1024) / 1e9, "GB of cache of 1,024 tokens")
    r.add("full_cache_gb", roof.full(roof.PLAIN, 1024, PEAK) * roof.cache_bytes(roof.PLAIN, 1024) / 1e9,
          "GB of cache that a step of the full card reads")  # fmt: skip
    four, cache, drafts, both = WAYS
    long = [context for context in CONTEXTS if context >= 1024]
    r.claim(
        "order_reverses",
        all(a > b for a, b in zip(every[four, 1024, 1], every[cache, 1024, 1], strict=True))
        and all(a < b for c in long for a, b in zip(every[four, c, None], every[cache, c, None], strict=True)),
        "For one request of 1,024 tokens 4-bit weights gain more than an 8-bit cache; on a full card, from 1,024 "
        "tokens a request on, less: in all ten settings.",
    )
    r.claim(
        "one_request_is_weights",
        min(every[four, 1024, 1]) > 2.5 and max(every[cache, 1024, 1]) < 1.01,
        "For one request of 1,024 tokens 4-bit weights gain over 2.5 times and an 8-bit cache under 1%.",
    )
    r.claim(
        "full_card_is_cache",
        max(every[four, 1024, None]) < 1.25 and min(every[cache, 1024, None]) > 1.25,
        "On a card filled with requests of 1,024 tokens 4-bit weights gain under a quarter, an 8-bit cache over one.",
    )
    r.claim(
        "speculation_shrinks",
        all(a < b for c in CONTEXTS for a, b in zip(every[drafts, c, None], every[drafts, c, 1], strict=True)),
        "Speculation gains less on the full card than for one request, at all six contexts and in all ten settings.",
    )
    r.claim(
        "short_contexts_lose",
        max(every[drafts, 256, None]) < 1,
        "On a card filled with requests of 256 tokens this speculation loses in all ten settings.",
    )
    r.claim(
        "long_contexts_win",
        min(every[drafts, 8192, None]) > 1,
        "On a card filled with requests of 8,192 tokens this speculation gains in all ten settings.",
    )
    r.claim(
        "undecided_between",
        min(every[drafts, 1024, None]) < 1 < max(every[drafts, 1024, None]),
        "At 1,024 tokens some of the ten settings have speculation gain on a full card and some lose.",
    )
    same = {c: [roof.gain(roof.SPECULATION, c, one, 200) for one in roof.SETTINGS] for c in (256, 2048)}
    r.claim(
        "context_decides",
        same[256][0] < 1 < min(same[2048])
        and sum(gain > 1 for gain in same[256]) == 5
        and all(a <= b for a, b in zip(same[256], same[2048], strict=True)),
        "With 200 requests in both cases this speculation loses at 256 tokens at the card's peak, phases one after "
        "the other, and in five of ten settings; it gains at 2,048 in all ten.",
    )
    further(r, every)
    acceptance(r)
    against_gpustack(r)
    names = {1: "1", 32: "32", 128: "128", None: "full"}
    r.table(
        "by_context", "gain over 16 bits without speculation, at the card's peak, phases one after the other",
        ["context", "requests", *WAYS],
        [[c, names[b], *(round(every[w, c, b][0], 3) for w in WAYS)] for c in CONTEXTS for b in names],
    )  # fmt: skip
    r.table(
        "by_load", "gain at 1,024 tokens: one request, and a full card; at the card's peak", ["what", "one", "full"],
        [[w, round(every[w, 1024, 1][0], 3), round(every[w, 1024, None][0], 3)] for w in WAYS],
    )  # fmt: skip
    spread: Rows = [[w, *(f(every[w, 1024, b]) for b in (1, None) for f in (min, max))] for w in WAYS]
    r.table("by_setting", "least and greatest gain of ten settings at 1,024 tokens",
            ["what", "one, least", "one, most", "full, least", "full, most"], spread)  # fmt: skip
    by_requests: Rows = [
        [b, *(round(roof.gain(WAYS[w], 1024, PEAK, b), 3) for w in (four, cache, both))]
        for b in (1, 2, 4, 8, 16, 32, 64, 96, 128, 160, 192, 256, 320, 384, 416)
    ]
    r.table("by_requests", "gain at 1,024 tokens over the number of requests, alike in both cases; peak, in sequence",
            ["requests", four, cache, both], by_requests)  # fmt: skip
    loads = {
        "one request, 1,024 tokens": (1024, 1), "32 requests, 1,024 tokens": (1024, 32),
        "full card, 256 tokens": (256, None), "full card, 1,024 tokens": (1024, None),
        "full card, 8,192 tokens": (8192, None),
    }  # fmt: skip
    decide: Rows = []
    for called, (c, b) in loads.items():
        best = max(WAYS, key=lambda way: min(every[way, c, b]))
        decide.append([called, best, round(min(every[best, c, b]), 3), round(max(every[best, c, b]), 3)])
    r.table("decide", "for each load the way whose least gain of ten settings is greatest",
            ["load", "first", "least", "most"], decide)  # fmt: skip
    r.figure("turn", lambda: turn(by_requests))
    r.figure("order", lambda: order(spread))
    r.figure("contexts", lambda: contexts([[c, *every[drafts, c, None]] for c in CONTEXTS]))
    return r


def further(r: Results, every: dict[tuple[str, int, int | None], list[float]]) -> None:
    """What the full card costs, where the order turns, and 8-bit weights with 8-bit activations."""
    four, cache, drafts, both = WAYS
    r.add("four_overlapped", every[four, 1024, None][1], "gain of 4-bit weights, full card, peak, phases overlapped")
    turns = {}
    for one in roof.SETTINGS:
        wins = [roof.gain(WAYS[cache], 1024, one, b) > roof.gain(WAYS[four], 1024, one, b)
                for b in range(1, min(roof.full(roof.PLAIN, 1024, one), 999) + 1)]  # fmt: skip
        turns[one] = wins.index(True) + 1 if True in wins and all(wins[wins.index(True) :]) else 0
    r.add("turns_at", turns[PEAK], "requests of 1,024 tokens from which on the 8-bit cache gains more; ten settings",
          low=min(turns.values()), high=max(turns.values()), interval="ten settings")  # fmt: skip
    r.claim(
        "turns_early",
        all(0 < at < 0.4 * roof.full(roof.PLAIN, 1024, one) for one, at in turns.items()),
        "In all ten settings the 8-bit cache overtakes 4-bit weights, at 1,024 tokens, below two fifths of the "
        "requests that fill the card, and stays ahead.",
    )
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
    near = [a / b for a, b in zip(every[drafts, 8192, 1], every[drafts, 8192, None], strict=True)]
    r.claim(
        "little_at_8192",
        sum(ratio < 1.02 for ratio in near) == 8,
        "At 8,192 tokens one request gains from speculation under 2% more than the full card in eight of ten settings.",
    )


def acceptance(r: Results) -> None:
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
    like = [roof.gain(replace(WAYS["speculation"], drafts=3), 256, one, 128) for one in roof.SETTINGS]
    r.add("like_the_study", like[0], "gain of three drafts, 128 requests of 256 tokens; interval: ten settings",
          low=min(like), high=max(like), interval="ten settings")  # fmt: skip
    r.claim("study_inside", min(like) < 1.21 < max(like), "The study's 1.21 lies between the ten settings' gains.")


def against_gpustack(r: Results) -> None:
    """Qwen3-8B, 1,000 requests in both cases, against GPUStack's throughput and times between tokens."""
    four, cache, _, both = WAYS
    at = {(name, c): [roof.gain(replace(WAYS[name], shape=roof.QWEN), c, one, PROMPTS) for one in roof.SETTINGS]
          for name in (four, cache, both) for c in (256, 320)}  # fmt: skip
    for name, key in ((four, "qwen_four"), (cache, "qwen_cache"), (both, "qwen_both")):
        for c in (256, 320):
            found = at[name, c]
            r.add(f"{key}_{c}", found[0], f"gain of {name}, Qwen3-8B, 1,000 requests of {c} tokens; ten settings",
                  low=min(found), high=max(found), interval="ten settings")  # fmt: skip
    steps = [1000 * roof.seconds(roof.Way(shape=roof.QWEN), PROMPTS, 320, one) for one in roof.SETTINGS]
    r.add("qwen_step", steps[0], "least ms of a step, Qwen3-8B, 1,000 requests of 320 tokens; ten settings",
          low=min(steps), high=max(steps), interval="ten settings")  # fmt: skip
    for name, key in (("8-bit cache", "cache"), ("static", "static"), ("dynamic", "dynamic"), ("W4A16", "w4a16")):
        r.add(f"between_{key}", MEASURED[name], f"GPUStack: time between tokens, 16 bits against {name}")
    r.claim(
        "throughput_less",
        all(sum(gain > THROUGHPUT for gain in at[cache, c]) == 8 for c in (256, 320)),
        "For Qwen3-8B and 1,000 requests of 256 or 320 tokens the 8-bit cache gains more than GPUStack's throughput "
        "did in eight of ten settings.",
    )
    r.claim(
        "between_inside",
        all(min(at[cache, c]) < MEASURED["8-bit cache"] < max(at[cache, c]) for c in (256, 320))
        and all(min(at[both, c]) < MEASURED[x] < max(at[both, c]) for c in (256, 320) for x in ("static", "dynamic")),
        "GPUStack's gains in time between tokens, of the 8-bit cache and of FP8 weights and activations, lie between "
        "the least and the greatest of the ten settings at 256 and at 320 tokens.",
    )
    r.claim(
        "four_bits_below",
        all(MEASURED["W4A16"] < 1 and min(at[four, c]) > 1 - 1e-9 for c in (256, 320)),
        "GPUStack's 4-bit build lengthened the time between tokens; none of the ten settings gives a loss.",
    )
    r.claim(
        "steps_too_short",
        max(steps) < BETWEEN["16 bits"],
        "GPUStack's 126.55 ms between tokens are longer than the computed step in all ten settings.",
    )


def order(rows: Rows) -> Figure:
    """Bars from the least to the greatest gain, for one request and for a full card."""
    figure, axes = chart.new(4.3, 3.0)
    for y, (_, *values) in enumerate(rows):
        for shift, series, low, high in ((-0.18, 0, *values[:2]), (0.18, 1, *values[2:])):
            axes.barh(y + shift, high - low + 0.03, left=low - 0.015, height=0.3, color=chart.colour(series),
                      label=("one request", "full card")[series] if not y else None)  # fmt: skip
    axes.axvline(1, color=chart.colour("dim"), linewidth=1)
    axes.set_yticks(range(len(rows)), [str(row[0]) for row in rows])
    axes.set(xlabel="times as many tokens a second", xlim=(0, 3.6))
    axes.invert_yaxis()
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=10)
    return figure


def contexts(rows: Rows) -> Figure:
    """Speculation's gain on a full card against context: a band over the ten settings."""
    figure, axes = chart.new(4.3, 2.8)
    across = [row[0] for row in rows]
    axes.fill_between(across, [min(r[1:]) for r in rows], [max(r[1:]) for r in rows], color=chart.colour(0), alpha=0.4)
    axes.axhline(1, color=chart.colour("dim"), linewidth=1)
    axes.set_xscale("log", base=2)
    axes.set_xticks(across, [f"{x:,}" for x in across])
    axes.minorticks_off()
    axes.set(xlabel="tokens of context a request", ylabel="gain of speculation", ylim=(0, None))
    return figure


def turn(rows: Rows) -> Figure:
    """Gain over the number of requests at 1,024 tokens, a line each for the ways that need fewer bits."""
    figure, axes = chart.new(4.3, 2.9)
    for i, name in enumerate(("4-bit weights", "8-bit cache", "8-bit both")):
        axes.plot([row[0] for row in rows], [row[i + 1] for row in rows], color=chart.colour(i), label=name,
                  linestyle=("-", "--", ":")[i])  # fmt: skip
    axes.axhline(1, color=chart.colour("dim"), linewidth=1)
    axes.set_xscale("log", base=2)
    ticks = (1, 4, 16, 64, 256)
    axes.set_xticks(ticks, [str(x) for x in ticks])
    axes.minorticks_off()
    axes.set(xlabel="requests of 1,024 tokens", ylabel="gain in tokens a second", ylim=(0, 3.4))
    axes.legend(loc="lower left", fontsize=10)
    return figure
