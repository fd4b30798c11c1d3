"""The least time of one decoding step of a dense model on one card, from bytes and operations.

Roofline: Williams, Waterman, Patterson, CACM 2009. Weights and cache are two phases, one after the other, or, with
`overlap`, read and computed as if all hid behind each other: two bounds for what a real engine does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Setting:
    """A card, and how much of its peak is reached: bytes/s, operations/s, bytes; shares of them; phases overlap."""

    bandwidth: float = 3.35e12
    compute: float = 989e12
    memory: float = 0.9 * 80e9
    reached_bandwidth: float = 1.0
    reached_compute: float = 1.0
    overlap: bool = False


@dataclass(frozen=True)
class Way:
    """What is turned on: bytes a weight of the layers, bytes a cached number, drafted tokens, their acceptance."""

    weight: float = 2.0
    cache: float = 2.0
    drafts: int = 0
    alpha: float = 0.7
    draft_cost: float = 1 / 16


LAYERS, WIDTH, INNER, GROUPS, HEADS, HEAD, WORDS = 32, 4096, 14336, 8, 32, 128, 128256  # Llama 3.1 8B
IN_LAYERS = LAYERS * (2 * WIDTH * WIDTH + 2 * WIDTH * GROUPS * HEAD + 3 * WIDTH * INNER)
OUTPUT = WIDTH * WORDS  # 16 bits in every way, and so is the embedding, of which a step reads next to nothing
SETTINGS = [
    Setting(reached_bandwidth=bandwidth, reached_compute=compute, overlap=overlap)
    for bandwidth, compute in ((1, 1), (0.7, 1), (0.5, 1), (1, 0.7), (1, 0.5))
    for overlap in (False, True)
]
PLAIN = Way()
FOUR = Way(weight=0.5 + 2.5 / 128)  # groups of 128 with a scale of 16 bits and a zero of 4
CACHE8 = Way(cache=1.0)
SPECULATION = Way(drafts=4)


def cache_bytes(way: Way, context: int) -> float:
    """Bytes of keys and values of one request."""
    return 2 * LAYERS * GROUPS * HEAD * way.cache * context


def full(way: Way, context: int, setting: Setting) -> int:
    """Requests that fit beside the weights; the draft's weights are its share of them."""
    weights = IN_LAYERS * way.weight + 2 * OUTPUT * 2
    weights += 2 * way.draft_cost * (IN_LAYERS + OUTPUT) * bool(way.drafts)
    return int((setting.memory - weights) // cache_bytes(way, context))


def seconds(way: Way, batch: int, context: int, setting: Setting) -> float:
    """Time of one pass that yields or verifies `drafts` + 1 tokens a request, with its drafting."""
    tokens = batch * (way.drafts + 1)
    read = IN_LAYERS * way.weight + OUTPUT * 2, batch * cache_bytes(way, context)
    done = 2 * (IN_LAYERS + OUTPUT) * tokens, 4 * LAYERS * HEADS * HEAD * context * tokens
    bandwidth = setting.bandwidth * setting.reached_bandwidth
    compute = setting.compute * setting.reached_compute
    if setting.overlap:
        passed = max(sum(read) / bandwidth, sum(done) / compute)
    else:
        passed = sum(max(r / bandwidth, d / compute) for r, d in zip(read, done, strict=True))
    if not way.drafts:
        return passed
    return passed + way.drafts * way.draft_cost * seconds(replace(way, drafts=0), batch, context, setting)


def speed(way: Way, batch: int, context: int, setting: Setting) -> float:
    """Tokens a second of all requests; a pass accepts (1 - alpha**(K+1)) / (1 - alpha) (Leviathan et al. 2022)."""
    accepted = sum(way.alpha**i for i in range(way.drafts + 1))
    return batch * accepted / seconds(way, batch, context, setting)


def gain(way: Way, context: int, setting: Setting, batch: int | None = None) -> float:
    """Tokens a second against the plain way; without `batch` each with as many requests as it has room for."""
    ours, plain = (batch, batch) if batch else (full(way, context, setting), full(PLAIN, context, setting))
    return speed(way, ours, context, setting) / speed(PLAIN, plain, context, setting)
