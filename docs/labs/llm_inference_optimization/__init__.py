"""What fewer bits and speculation are worth for one request and for a full card, computed, and timed on one card.

roofline.py   the least time of a step; choice.py what to try first by it
further.py    what a full card costs, the order over its filling; drafting.py speculation; published.py GPUStack, vLLM
measured.py   what one card took, as measured.json has it; timed.py what it says, timed_drafts.py of speculation
gpu.py        the script that timed it, with gpu_model.py, gpu_kernels.py, gpu_check.py; needs an NVIDIA card
step.py       what a step reads, from a config.json: the lines to copy
figures.py    the figures
command.py    the command `plan`, for a model and card of your own; asked.py reads what it is given
"""

from __future__ import annotations

from labs.llm_inference_optimization import drafting, figures, further, measured, published, timed
from labs.llm_inference_optimization import roofline as roof
from labs.llm_inference_optimization.roofline import CONTEXTS, PEAK, WAYS
from labs.record import Results

SEEDS = (0,)
Rows = list[list[float | int | str]]


def main(argv: list[str]) -> int:
    """The lab's own command."""
    from labs.llm_inference_optimization import command

    return command.main(argv)


def run(seed: int) -> Results:
    """Compute every gain in ten settings; `seed` is not used, nothing is drawn."""
    r = Results()
    every = {
        (name, context, batch): [roof.gain(way, context, one, batch) for one in roof.SETTINGS]
        for name, way in WAYS.items()
        for context in CONTEXTS
        for batch in (1, 32, None)
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
        "one_request_order",
        all(
            a > b > c > d for a, b, c, d in zip(*(every[w, 1024, 1] for w in (four, drafts, both, cache)), strict=True)
        ),
        "For one request of 1,024 tokens 4-bit weights gain most, then speculation, then 8-bit weights and "
        "activations, then an 8-bit cache: in all ten settings.",
    )
    r.claim(
        "full_cache_is_more",
        roof.full(roof.PLAIN, 1024, PEAK) * roof.cache_bytes(roof.PLAIN, 1024)
        > 3.5 * 2 * (roof.LLAMA.in_layers + roof.LLAMA.output),
        "On a card filled with requests of 1,024 tokens a step reads over three and a half times as many bytes of "
        "cache as of weights.",
    )
    r.claim(
        "full_card_is_cache",
        max(every[four, 1024, None]) < 1.25 and min(every[cache, 1024, None]) > 1.25,
        "On a card filled with requests of 1,024 tokens 4-bit weights gain under a quarter, an 8-bit cache over one.",
    )
    r.claim(
        "four_bits_nothing",
        abs(every[four, 1024, None][0] - 1) < 1e-9
        and roof.phases(roof.FOUR, roof.full(roof.FOUR, 1024, PEAK), 1024, PEAK)[0].reading
        < roof.phases(roof.FOUR, roof.full(roof.PLAIN, 1024, PEAK), 1024, PEAK)[0].computing,
        "At the card's peak, phases one after the other, 4-bit weights gain nothing on a card full of 1,024-token "
        "requests, whose layers take longer to compute than to read.",
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
    full_card = roof.full(roof.PLAIN, 8192, PEAK)
    parts = roof.phases(roof.PLAIN, full_card, 8192, PEAK)
    r.claim(
        "long_cache_is_most",
        parts[1].reading > 0.5 * (parts[0].reading + parts[1].reading),
        "On a card filled with requests of 8,192 tokens the cache is more than half of what a step reads.",
    )
    r.claim(
        "undecided_between",
        min(every[drafts, 1024, None]) < 1 < max(every[drafts, 1024, None]),
        "At 1,024 tokens some of the ten settings have speculation gain on a full card and some lose.",
    )
    further.add(r, every)
    drafting.add(r)
    published.add(r)
    spread: Rows = [[w, *(f(every[w, 1024, b]) for b in (1, None) for f in (min, max))] for w in WAYS]
    r.table("by_setting", "least and greatest gain of ten settings at 1,024 tokens",
            ["what", "one, least", "one, most", "full, least", "full, most"], spread)  # fmt: skip
    timed.add(r)
    stored = [name for name in WAYS if name != drafts]
    r.figure("turn", lambda: figures.turn([[row[0], *(row[3 + list(WAYS).index(name)] for name in stored)]
                                           for row in r.tables["timed_1024"].rows], stored))  # fmt: skip
    r.figure("order", lambda: figures.order({name: timed.ends(name) for name in stored}))
    weights = r.values["weights_gb"].value
    caches = [(n, n * roof.cache_bytes(roof.PLAIN, 1024) / 1e9) for n in (1, 124, 416)]
    r.table("read_1024", "GB that one step reads in 16 bits, by requests of 1,024 tokens at once; computed",
            ["requests", "GB of weights", "GB of cache"],
            [[n, round(weights, 2), round(cached, 2)] for n, cached in caches])  # fmt: skip
    r.figure("read", lambda: figures.read(caches, weights))
    r.figure("contexts", lambda: figures.contexts([[c, *every[drafts, c, None]] for c in CONTEXTS],
                                                  {c: measured.own(drafts, c) for c in measured.LENGTHS}))  # fmt: skip
    return r
