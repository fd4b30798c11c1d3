"""What 4-bit weights, an 8-bit cache and speculation are worth for one request and for a full card, computed."""

from __future__ import annotations

from matplotlib.figure import Figure

from labs import chart
from labs.llm_inference_optimization import roofline as roof
from labs.record import Results

SEEDS = (0,)
WAYS = {"4-bit weights": roof.FOUR, "8-bit cache": roof.CACHE8, "speculation": roof.SPECULATION}
CONTEXTS = (256, 512, 1024, 2048, 4096, 8192)
PEAK = roof.SETTINGS[0]
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
    r.add("weights_gb", (roof.IN_LAYERS + roof.OUTPUT) * 2 / 1e9, "GB of weights that a step reads")
    r.add("cache_gb", roof.cache_bytes(roof.PLAIN, 1024) / 1e9, "GB of cache of 1,024 tokens")
    r.add("full_cache_gb", roof.full(roof.PLAIN, 1024, PEAK) * roof.cache_bytes(roof.PLAIN, 1024) / 1e9,
          "GB of cache that a step of the full card reads")  # fmt: skip
    four, cache, drafts = (list(WAYS)[i] for i in range(3))
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
        same[256][0] < 1 < min(same[2048]) and all(a <= b for a, b in zip(same[256], same[2048], strict=True)),
        "With 200 requests in both cases this speculation loses at 256 tokens at the card's peak, and gains at 2,048 "
        "in all ten settings.",
    )
    r.claim(
        "cache_overstated",
        min(every[cache, c, None][0] for c in (256, 512, 1024)) > 1.016,
        "At 256, 512 and 1,024 tokens the peak calculation gives an 8-bit cache more than the 1.6% that GPUStack saw.",
    )
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
    r.figure("order", lambda: order(spread))
    r.figure("contexts", lambda: contexts([[c, *every[drafts, c, None]] for c in CONTEXTS]))
    return r


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
