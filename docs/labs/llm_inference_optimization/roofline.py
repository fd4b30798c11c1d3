"""The least time of one decoding step of a dense model on one card, from bytes and operations.

Roofline: Williams, Waterman, Patterson, CACM 2009. Weights and cache are two phases, one after the other, or, with
`overlap`, read and computed as if all hid behind each other: two bounds for what a real engine does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple


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
class Shape:
    """A dense model: layers, width, inner width, key heads, query heads, width of a head, words; no biases."""

    layers: int
    width: int
    inner: int
    groups: int
    heads: int
    head: int
    words: int

    @property
    def in_layers(self) -> int:
        """Weights of all layers."""
        attention = 2 * self.width * self.heads * self.head + 2 * self.width * self.groups * self.head
        return self.layers * (attention + 3 * self.width * self.inner)

    @property
    def output(self) -> int:
        """Weights of the output: 16 bits in every way, as in the embedding, of which a step reads next to nothing."""
        return self.width * self.words

    @property
    def held(self) -> int:
        """Weights beside the layers that take room, in 16 bits: output and embedding."""
        return 2 * self.output

    @property
    def cached(self) -> int:
        """Numbers of keys and values of one token."""
        return 2 * self.layers * self.groups * self.head

    @property
    def attention(self) -> int:
        """Operations of one new token for each token of its context."""
        return 4 * self.layers * self.heads * self.head


@dataclass(frozen=True)
class Sizes:
    """A dense model known by its sizes only; each field as the property of `Shape` with its name."""

    in_layers: float
    output: float
    held: float
    cached: float
    attention: float


LLAMA = Shape(layers=32, width=4096, inner=14336, groups=8, heads=32, head=128, words=128256)  # Llama 3.1 8B
QWEN = Shape(layers=36, width=4096, inner=12288, groups=8, heads=32, head=128, words=151936)  # Qwen3-8B
LARGE = Shape(layers=64, width=5120, inner=25600, groups=8, heads=64, head=128, words=151936)  # Qwen3-32B


@dataclass(frozen=True)
class Way:
    """What is turned on: bytes a weight of the layers, bytes a cached number, how many times faster the layers compute,
    drafted tokens, their acceptance, the draft's share of the model; and the model's shape.
    """

    weight: float = 2.0
    cache: float = 2.0
    rate: float = 1.0
    drafts: int = 0
    alpha: float = 0.7
    draft_cost: float = 1 / 16
    shape: Shape | Sizes = LLAMA


SETTINGS = [
    Setting(reached_bandwidth=bandwidth, reached_compute=compute, overlap=overlap)
    for bandwidth, compute in ((1, 1), (0.7, 1), (0.5, 1), (1, 0.7), (1, 0.5))
    for overlap in (False, True)
]
PLAIN = Way()
FOUR = Way(weight=0.5 + 2.5 / 128)  # groups of 128 with a scale of 16 bits and a zero of 4
CACHE8 = Way(cache=1.0)
EIGHT = Way(weight=1.0, rate=2.0)  # 8-bit weights and activations in the layers; output and cache as they are
SPECULATION = Way(drafts=4)
WAYS = {"4-bit weights": FOUR, "8-bit cache": CACHE8, "speculation": SPECULATION, "8-bit both": EIGHT}
CONTEXTS = (256, 512, 1024, 2048, 4096, 8192)
PEAK, OVERLAPPED = SETTINGS[:2]


def cache_bytes(way: Way, context: int) -> float:
    """Bytes of keys and values of one request."""
    return way.shape.cached * way.cache * context


def full(way: Way, context: int, setting: Setting) -> int:
    """Requests that fit beside the weights; a draft holds its share of weights and cache."""
    draft = way.draft_cost * bool(way.drafts)
    weights = way.shape.in_layers * way.weight + way.shape.held * 2
    weights += 2 * draft * (way.shape.in_layers + way.shape.output)
    return int((setting.memory - weights) // (cache_bytes(way, context) * (1 + draft)))


class Phase(NamedTuple):
    """Seconds of reading and of computing in one part of a pass, if nothing else held it up."""

    reading: float
    computing: float


def phases(way: Way, batch: int, context: int, setting: Setting) -> tuple[Phase, Phase]:
    """A pass without its drafting: what goes through the weights, and what goes through the cache."""
    shape = way.shape
    tokens = batch * (way.drafts + 1)
    bandwidth = setting.bandwidth * setting.reached_bandwidth
    compute = setting.compute * setting.reached_compute
    weights = shape.in_layers * way.weight + shape.output * 2
    through_weights = 2 * (shape.in_layers / way.rate + shape.output) * tokens
    through_cache = shape.attention * context * tokens
    return (
        Phase(weights / bandwidth, through_weights / compute),
        Phase(batch * cache_bytes(way, context) / bandwidth, through_cache / compute),
    )


def seconds(way: Way, batch: int, context: int, setting: Setting) -> float:
    """Time of one pass that yields or verifies `drafts` + 1 tokens a request, with its drafting."""
    both = phases(way, batch, context, setting)
    passed = max(map(sum, zip(*both, strict=True))) if setting.overlap else sum(map(max, both))
    if not way.drafts:
        return passed
    return passed + way.drafts * way.draft_cost * seconds(replace(way, drafts=0), batch, context, setting)


def speed(way: Way, batch: int, context: int, setting: Setting) -> float:
    """Tokens a second of all requests; a pass accepts (1 - alpha**(K+1)) / (1 - alpha) (Leviathan et al. 2022)."""
    accepted = sum(way.alpha**i for i in range(way.drafts + 1))
    return batch * accepted / seconds(way, batch, context, setting)


def gain(way: Way, context: int, setting: Setting, batch: int | None = None) -> float:
    """Tokens a second against the plain way; without `batch` each with as many requests as it has room for."""
    base = Way(shape=way.shape)
    ours, plain = (batch, batch) if batch else (full(way, context, setting), full(base, context, setting))
    return speed(way, ours, context, setting) / speed(base, plain, context, setting)
