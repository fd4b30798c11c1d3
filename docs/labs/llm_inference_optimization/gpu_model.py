"""A model with random weights of a shape, one pass of it in PyTorch and the kernels beside it. Needs an NVIDIA card."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from labs.llm_inference_optimization import gpu_kernels as kernels
from labs.llm_inference_optimization import roofline as roof

SIXTEEN, EIGHT = torch.bfloat16, torch.float8_e4m3fn
PLAIN, FOUR, FOUR_TORCH, BOTH = "16-bit weights", "4-bit weights", "4-bit weights, PyTorch's kernel", "8-bit both"
SCALE = 0.02  # standard deviation of the weights


@dataclass(frozen=True)
class Cell:
    """One timing: a model, how its weights and its cache are held, requests, tokens of each, new tokens in a pass."""

    model: str
    weights: str
    cache: int
    requests: int
    context: int
    new: int = 1


class Model:
    """Random weights of a shape, held in one way; `step` makes a pass of it to be captured."""

    def __init__(self, shape: roof.Shape, way: str) -> None:
        self.shape, self.way = shape, way
        heads = (shape.heads + 2 * shape.groups) * shape.head
        sizes = ((heads, shape.width), (shape.width, shape.heads * shape.head), (2 * shape.inner, shape.width),
                 (shape.width, shape.inner))  # fmt: skip
        self.layers = [[self.random(*size) for size in sizes] for _ in range(shape.layers)]
        self.output, self.embedding = (normal(shape.words, shape.width) for _ in range(2))
        self.norms = torch.ones(shape.width, dtype=SIXTEEN, device="cuda")
        self.one = torch.ones((), device="cuda")

    def random(self, columns: int, inner: int) -> tuple[torch.Tensor, ...]:
        """A matrix as this way holds it."""
        if self.way == PLAIN:
            return (normal(columns, inner),)
        if self.way == BOTH:
            return (normal(columns, inner).to(EIGHT),)
        groups = inner // kernels.GROUP
        if self.way == FOUR:
            packed = torch.randint(256, (columns, inner // 2), dtype=torch.uint8, device="cuda")
            scales = torch.full((groups, columns), SCALE / 4, dtype=SIXTEEN, device="cuda")
            return packed, scales, torch.full_like(scales, 8)
        packed = torch.randint(2**31 - 1, (columns // 8, inner // 128, 32, 4), dtype=torch.int32, device="cuda")
        scales = torch.full((groups, columns, 2), SCALE / 4, dtype=SIXTEEN, device="cuda")
        scales[..., 1] = 0
        return packed, scales

    def times(self, x: torch.Tensor, weight: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """`x` [rows, inner] times a matrix of a layer."""
        if self.way == PLAIN:
            return x @ weight[0].t()
        if self.way == BOTH:
            return torch._scaled_mm(x, weight[0].t(), self.one, self.one, out_dtype=SIXTEEN, use_fast_accum=True)
        if self.way == FOUR:
            out = torch.empty((len(x), len(weight[0])), dtype=SIXTEEN, device="cuda")
            kernels.times_four(x, weight, out)
            return out
        return torch.ops.aten._weight_int4pack_mm(x, weight[0], kernels.GROUP, weight[1])

    def step(self, tokens: torch.Tensor, caches: torch.Tensor, turn: torch.Tensor, new: int) -> torch.Tensor:
        """Logits [rows, words] of a pass over `tokens` [rows], `new` of each request; caches [layers, 2, ...]."""
        s, rows = self.shape, len(tokens)
        requests = rows // new
        narrow = EIGHT if self.way == BOTH else SIXTEEN
        padded = -(-rows // 16) * 16 if self.way == BOTH else rows  # the library wants rows in sixteens for 8 bits
        x = self.embedding[tokens]
        delta = None

        def buffer(width: int) -> torch.Tensor:
            return torch.empty((padded, width), dtype=narrow, device="cuda")

        for layer, (qkv, out, up, down) in enumerate(self.layers):
            normed = buffer(s.width)
            kernels.norm(x, delta, self.norms, normed[:rows])
            q = torch.empty((requests, new, s.heads, s.head), dtype=SIXTEEN, device="cuda")
            keys, values = caches[layer]
            kernels.rotate(self.times(normed, qkv)[:rows], turn, q, keys, values)
            seen = buffer(s.heads * s.head)
            kernels.attend(q, keys, values, seen[:rows].view(requests, new, s.heads, s.head))
            kernels.norm(x, self.times(seen, out)[:rows], self.norms, normed[:rows])
            inner = buffer(s.inner)
            kernels.gate(self.times(normed, up)[:rows], inner[:rows])
            delta = self.times(inner, down)[:rows]
        last = torch.empty_like(x)
        kernels.norm(x, delta, self.norms, last)
        return last @ self.output.t()


def normal(*size: int) -> torch.Tensor:
    """Random numbers as weights have them."""
    return torch.randn(*size, dtype=SIXTEEN, device="cuda") * SCALE


def turns(room: int, head: int) -> torch.Tensor:
    """Cosines and sines by place, [room, head] (rotary embedding, base 500,000)."""
    angle = torch.arange(room, device="cuda")[:, None] * 500000.0 ** (-torch.arange(0, head, 2, device="cuda") / head)
    return torch.cat([angle.cos(), angle.sin()], 1)


def caches(raw: torch.Tensor, shape: roof.Shape, cell: Cell) -> torch.Tensor:
    """Caches [layers, 2, requests, groups, room, head] in `raw`, filled with random numbers."""
    kind = SIXTEEN if cell.cache == 16 else EIGHT
    size = (shape.layers, 2, cell.requests, shape.groups, cell.context, shape.head)
    count = torch.Size(size).numel()
    found = raw[: count * cell.cache // 8].view(kind)
    piece = torch.randn(2**24, dtype=SIXTEEN, device="cuda").to(kind)
    for start in range(0, count, len(piece)):
        found[start : start + len(piece)] = piece[: min(len(piece), count - start)]
    return found.view(size)
