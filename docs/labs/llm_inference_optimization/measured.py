"""What one card took for the steps computed (`measured.json`, by `gpu`): read. Nothing is timed here.

A gain is the time of a step with 16 bits over its time with something turned on, with equally many requests; `own` is
of tokens a second, each with as many requests as it has room for, as in `roofline.gain`. Speculation's pass of five
tokens was timed; the draft's cost is a sixteenth, or that of Llama 3.2 1B's shape as timed; its acceptance is assumed.
Unless it says otherwise, a time is of the second run.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from labs.llm_inference_optimization import roofline as roof
from labs.llm_inference_optimization.roofline import PEAK, WAYS

MEASURED = Path(__file__).with_name("measured.json")
FOUR, CACHE, SPECULATION, BOTH = WAYS
KERNELS = (FOUR, "4-bit weights, PyTorch's kernel")
SIXTEEN, LLAMA, QWEN, QWEN32 = "16-bit weights", "Llama 3.1 8B", "Qwen3-8B", "Qwen3-32B"
SMALL = "Llama 3.2 1B"
LENGTHS = (256, 1024, 8192)
LONG = LENGTHS[1:]
# bytes of cache to weights below and above which the order is decided, and requests from which on 8-bit both leads
LIGHT, HEAVY, CROWD = 0.75, 1.8, 5
Load = tuple[int, int]  # tokens of a request, requests


@cache
def record() -> dict[str, Any]:
    """Both runs: card, checks, columns and rows."""
    return dict(json.loads(MEASURED.read_text(encoding="utf-8")))


@cache
def times(run: str) -> dict[tuple[object, ...], tuple[float, float, float]]:
    """Median, least and greatest ms by model, weights, bits of cache, requests, context and new tokens."""
    return {tuple(row[:6]): (row[6], row[7], row[8]) for row in record()[run]["rows"]}


def ms(
    load: Load, weights: str = SIXTEEN, bits: int = 16, new: int = 1, model: str = LLAMA, run: str = "second"
) -> float:
    """Median ms of a step. Raises KeyError for one that was not timed."""
    return times(run)[model, weights, bits, load[1], load[0], new][0]


def four(load: Load, model: str = LLAMA, run: str = "second") -> float:
    """Ms of a step with 4-bit weights, by the faster kernel of those timed in that run."""
    return min(times(run)[key][0] for kernel in KERNELS if (key := (model, kernel, 16, load[1], load[0], 1)) in
               times(run))  # fmt: skip


def speculation(load: Load, cost: float, alpha: float = WAYS[SPECULATION].alpha, run: str = "second") -> float:
    """Gain of four drafts that each cost a share of a step and are each accepted with probability `alpha`."""
    drafts = WAYS[SPECULATION].drafts
    accepted = sum(alpha**i for i in range(drafts + 1))
    return accepted / (ms(load, new=drafts + 1, run=run) / ms(load, run=run) + drafts * cost)


def small_draft(load: Load) -> float:
    """A step of Llama 3.2 1B's shape as a share of one of the model, both of the first run."""
    return ms(load, model=SMALL, run="first") / ms(load, run="first")


def gain(name: str, load: Load, run: str = "second") -> float | None:
    """Gain with equally many requests; None where they have no room beside a draft."""
    if name == FOUR:
        return ms(load, run=run) / four(load, run=run)
    if name == CACHE:
        return ms(load, run=run) / ms(load, bits=8, run=run)
    if name == BOTH:
        return ms(load, run=run) / ms(load, BOTH, run=run)
    fits = load[1] <= roof.full(WAYS[SPECULATION], load[0], PEAK)
    return speculation(load, WAYS[SPECULATION].draft_cost, run=run) if fits else None


def own(name: str, context: int) -> float:
    """Gain in tokens a second on the full card, each way with as many requests as it has room for."""
    plain, ours = (context, roof.full(roof.PLAIN, context, PEAK)), (context, roof.full(WAYS[name], context, PEAK))
    before = plain[1] / ms(plain)
    if name == SPECULATION:
        return speculation(ours, WAYS[name].draft_cost) * ours[1] / ms(ours) / before
    took = {FOUR: lambda: four(ours), CACHE: lambda: ms(ours, bits=8), BOTH: lambda: ms(ours, BOTH)}[name]()
    return ours[1] / took / before


def runs(load: Load) -> list[str]:
    """The runs that a load was timed in: the second, and the first too for most."""
    return [run for run in ("first", "second") if (LLAMA, SIXTEEN, 8, load[1], load[0], 1) in times(run)]


@cache
def loads(context: int) -> list[Load]:
    """The loads of one length that all ways were timed at in the second run, from few to a full card."""
    full = roof.full(roof.PLAIN, context, PEAK)
    found = {key[3] for key in times("second") if key[:3] == (LLAMA, SIXTEEN, 8) and key[4] == context}
    return [(context, int(n)) for n in sorted(map(int, found)) if n <= full]


def ratio(load: Load) -> float:
    """Bytes of cache to bytes of weights that a 16-bit step reads."""
    return load[1] * roof.cache_bytes(roof.PLAIN, load[0]) / (2 * (roof.LLAMA.in_layers + roof.LLAMA.output))
