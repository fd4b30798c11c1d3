"""Kernels in Triton for one decoding step, so that 16 bits and fewer are read by the same code. Needs an NVIDIA card.

Attention over a cache of 16 or 8 bits is one kernel, and so are both ways of multiplying with 4-bit weights that are
unpacked on the way. Each is compared with plain PyTorch before anything is timed (`gpu.check`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import torch
import triton
import triton.language as tl
from triton import testing
from triton.runtime.errors import OutOfResources

GROUP = 128  # weights that share a scale and a zero


@triton.jit
def _norm(x, delta, weight, out, width, has_delta: tl.constexpr, block: tl.constexpr):
    row = tl.program_id(0).to(tl.int64) * width
    at = tl.arange(0, block)
    inside = at < width
    value = tl.load(x + row + at, mask=inside, other=0.0).to(tl.float32)
    if has_delta:
        value += tl.load(delta + row + at, mask=inside, other=0.0).to(tl.float32)
        tl.store(x + row + at, value.to(x.dtype.element_ty), mask=inside)
    scale = tl.rsqrt(tl.sum(value * value, 0) / width + 1e-5)
    value = value * scale * tl.load(weight + at, mask=inside, other=0.0).to(tl.float32)
    tl.store(out + row + at, value.to(out.dtype.element_ty), mask=inside)


@triton.jit
def _gate(x, out, inner, block: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    at = tl.program_id(1) * block + tl.arange(0, block)
    inside = at < inner
    gate = tl.load(x + row * 2 * inner + at, mask=inside, other=0.0).to(tl.float32)
    up = tl.load(x + row * 2 * inner + inner + at, mask=inside, other=0.0).to(tl.float32)
    tl.store(out + row * inner + at, (gate * tl.sigmoid(gate) * up).to(out.dtype.element_ty), mask=inside)


@triton.jit
def _rotate(x, turn, q, keys, values, new, room, heads, groups, head: tl.constexpr):
    """A row of one head: turned by its place, and into `q` or into the cache at the request's last `new` tokens."""
    row = tl.program_id(0).to(tl.int64)
    of = tl.program_id(1)
    at = tl.arange(0, head // 2)
    place = room - new + row % new
    source = x + (row * (heads + 2 * groups) + of) * head
    low, high = tl.load(source + at).to(tl.float32), tl.load(source + head // 2 + at).to(tl.float32)
    if of < heads + groups:
        cos = tl.load(turn + place * head + at)
        sin = tl.load(turn + place * head + head // 2 + at)
        low, high = low * cos - high * sin, high * cos + low * sin
    if of < heads:
        target = q + (row * heads + of) * head
        tl.store(target + at, low.to(q.dtype.element_ty))
        tl.store(target + head // 2 + at, high.to(q.dtype.element_ty))
    else:
        group = (of - heads) % groups
        cell = ((row // new * groups + group) * room + place) * head
        cache = keys if of < heads + groups else values
        tl.store(cache + cell + at, low.to(keys.dtype.element_ty))
        tl.store(cache + cell + head // 2 + at, high.to(keys.dtype.element_ty))


@triton.jit
def _attend(q, keys, values, out, part, top, weight, new, room, heads, groups, splits, rows: tl.constexpr,
            head: tl.constexpr, block: tl.constexpr, eight: tl.constexpr, whole: tl.constexpr):  # fmt: skip
    """The `new` last tokens of one request, for the query heads of one key head, over one part of the cache."""
    request = (tl.program_id(0) // groups).to(tl.int64)
    group = tl.program_id(0) % groups
    split = tl.program_id(1)
    share = heads // groups
    row = tl.arange(0, rows)
    at = tl.arange(0, head)
    real = row < new * share
    token = row // share
    line = (request * new + token) * heads + group * share + row % share
    asked = tl.load(q + line[:, None] * head + at[None, :], mask=real[:, None], other=0.0)
    if eight:
        asked = asked.to(tl.float16)
    here = (request * groups + group) * room * head
    most = tl.full([rows], -1e30, tl.float32)
    sums = tl.zeros([rows], tl.float32)
    total = tl.zeros([rows, head], tl.float32)
    length = tl.cdiv(tl.cdiv(room, splits), block) * block
    for start in range(split * length, tl.minimum((split + 1) * length, room), block):
        place = start + tl.arange(0, block)
        known = place < room
        cell = here + place[:, None] * head + at[None, :]
        key = tl.load(keys + cell, mask=known[:, None], other=0.0)
        if eight:
            key = key.to(tl.float16)
        score = tl.dot(asked, tl.trans(key)) * (1.4426950408889634 / (head**0.5))
        seen = known[None, :] & (place[None, :] <= room - new + token[:, None])
        score = tl.where(seen, score, -1e30)
        higher = tl.maximum(most, tl.max(score, 1))
        kept = tl.exp2(most - higher)
        share_of = tl.exp2(score - higher[:, None])
        sums = sums * kept + tl.sum(share_of, 1)
        value = tl.load(values + cell, mask=known[:, None], other=0.0)
        if eight:
            value = value.to(tl.float16)
        total = total * kept[:, None] + tl.dot(share_of.to(value.dtype), value)
        most = higher
    if whole:
        found = total / sums[:, None]
        tl.store(out + line[:, None] * head + at[None, :], found.to(out.dtype.element_ty), mask=real[:, None])
    else:
        of = (tl.program_id(0) * splits + split).to(tl.int64) * rows + row
        tl.store(part + of[:, None] * head + at[None, :], total)
        tl.store(top + of, most)
        tl.store(weight + of, sums)


@triton.jit
def _join(part, top, weight, out, new, heads, groups, splits, rows: tl.constexpr, head: tl.constexpr,
          most_splits: tl.constexpr):  # fmt: skip
    """The parts of `_attend` put together (flash decoding), one row of one head."""
    of, row = tl.program_id(0), tl.program_id(1)
    share = heads // groups
    at = tl.arange(0, head)
    split = tl.arange(0, most_splits)
    real = split < splits
    cell = (of * splits + split).to(tl.int64) * rows + row
    tops = tl.load(top + cell, mask=real, other=-1e30)
    kept = tl.exp2(tops - tl.max(tops, 0))
    sums = tl.sum(kept * tl.load(weight + cell, mask=real, other=0.0), 0)
    found = tl.load(part + cell[:, None] * head + at[None, :], mask=real[:, None], other=0.0)
    found = tl.sum(found * kept[:, None], 0) / sums
    line = ((of // groups).to(tl.int64) * new + row // share) * heads + of % groups * share + row % share
    tl.store(out + line * head + at, found.to(out.dtype.element_ty))


@triton.jit
def _times_four(x, packed, scales, zeros, out, part, rows, columns, inner, splits, row_block: tl.constexpr,
                column_block: tl.constexpr, whole: tl.constexpr):  # fmt: skip
    """Some columns of x [rows, inner] times weights of 4 bits [columns, inner/2], over one part of `inner`.

    A byte holds weights k and k + 64 of a group of 128. A code becomes a number without a conversion: 0x4300 is 128 as
    16 bits, and a code in its last bits adds itself. Programs of the same columns follow each other, so that their
    weights are read from memory once.
    """
    many = tl.cdiv(rows, row_block)
    row = tl.program_id(0) % many * row_block + tl.arange(0, row_block)
    column = tl.program_id(0) // many * column_block + tl.arange(0, column_block)
    split = tl.program_id(1)
    inside = row < rows
    half = tl.arange(0, 64)
    total = tl.zeros([column_block, row_block], tl.float32)
    lines = x + row[None, :].to(tl.int64) * inner + half[:, None]
    bytes_ = packed + column[:, None] * (inner // 2) + half[None, :]
    groups = inner // 128
    for group in range(split * groups // splits, (split + 1) * groups // splits):
        two = tl.load(bytes_ + group * 64).to(tl.uint16)
        zero = tl.load(zeros + group * columns + column)[:, None] + 128
        low = (two & 15 | 0x4300).to(tl.bfloat16, bitcast=True) - zero
        high = (two >> 4 | 0x4300).to(tl.bfloat16, bitcast=True) - zero
        first = tl.load(lines + group * 128, mask=inside[None, :], other=0.0)
        second = tl.load(lines + group * 128 + 64, mask=inside[None, :], other=0.0)
        found = tl.dot(high, second, tl.dot(low, first))
        total += found * tl.load(scales + group * columns + column).to(tl.float32)[:, None]
    if whole:
        target = out + row[None, :].to(tl.int64) * columns + column[:, None]
        tl.store(target, total.to(tl.bfloat16), mask=inside[None, :])
    else:
        target = part + (split * rows + row[None, :]).to(tl.int64) * columns + column[:, None]
        tl.store(target, total, mask=inside[None, :])


@triton.jit
def _add_up(part, out, size, splits, block: tl.constexpr):
    """The parts of `_times_four` added up."""
    at = tl.program_id(0) * block + tl.arange(0, block)
    inside = at < size
    total = tl.zeros([block], tl.float32)
    for split in range(splits):
        total += tl.load(part + split * size + at, mask=inside, other=0.0)
    tl.store(out + at, total.to(tl.bfloat16), mask=inside)


FASTEST: dict[tuple[object, ...], tuple[int, ...]] = {}


def fastest(key: tuple[object, ...], choices: Sequence[tuple[int, ...]], run: Callable[..., None]) -> tuple[int, ...]:
    """The choice whose `run` takes the least time for `key`, tried once with a cold cache and remembered."""

    def took(choice: tuple[int, ...]) -> float:
        try:
            return testing.do_bench(partial(run, *choice), warmup=2, rep=8, return_mode="median")
        except OutOfResources:
            return math.inf

    if key not in FASTEST:
        FASTEST[key] = min(choices, key=took)
    return FASTEST[key]


def norm(x: torch.Tensor, delta: torch.Tensor | None, weight: torch.Tensor, out: torch.Tensor) -> None:
    """Add `delta` to `x` [rows, width] in place; its root mean square norm times `weight` into `out`, in its type."""
    rows, width = x.shape
    _norm[(rows,)](x, x if delta is None else delta, weight, out, width, delta is not None,
                   triton.next_power_of_2(width), num_warps=8)  # fmt: skip


def gate(x: torch.Tensor, out: torch.Tensor) -> None:
    """SwiGLU: silu of the first half of each row of `x` [rows, 2 inner] times the second, into `out` [rows, inner]."""
    rows, inner = out.shape
    _gate[(rows, triton.cdiv(inner, 2048))](x, out, inner, 2048)


def rotate(x: torch.Tensor, turn: torch.Tensor, q: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> None:
    """Queries of `x` [rows, heads + 2 groups, head], turned by place, into `q` [requests, new, heads, head]; keys and
    values into the last places of their caches [requests, groups, room, head], in their type.
    """
    requests, new, heads, head = q.shape
    _, groups, room, _ = keys.shape
    grid = (requests * new, heads + 2 * groups)
    _rotate[grid](x, turn, q, keys, values, new, room, heads, groups, head, num_warps=1)


def attend(q: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, out: torch.Tensor) -> None:
    """Attention of `q` [requests, new, heads, head], each new token over all before it, into `out` of that shape.

    The cache is [requests, groups, room, head] in 16 or in 8 bits, which are unpacked as they are read; the fastest
    block is tried first. A cache is cut into as many parts as it takes to occupy the card.
    """
    requests, new, heads, head = q.shape
    _, groups, room, _ = keys.shape
    rows = max(16, triton.next_power_of_2(new * heads // groups))
    many = requests * groups

    def run(block: int, warps: int, stages: int, splits: int) -> None:
        size = (many, splits, rows) if splits > 1 else (1,)
        part = torch.empty((*size, head), dtype=torch.float32, device=q.device)
        top, weight = (torch.empty(size, dtype=torch.float32, device=q.device) for _ in range(2))
        _attend[(many, splits)](q, keys, values, out, part, top, weight, new, room, heads, groups, splits, rows, head,
                                block, keys.element_size() == 1, splits == 1, num_warps=warps,
                                num_stages=stages)  # fmt: skip
        if splits > 1:
            _join[(many, new * heads // groups)](part, top, weight, out, new, heads, groups, splits, rows, head,
                                                 triton.next_power_of_2(splits), num_warps=2)  # fmt: skip

    choices = [
        (*one, splits)
        for one in ATTENTION
        for splits in dict.fromkeys(max(1, min(triton.cdiv(n, many), room // one[0])) for n in (1, 264, 528))
        if triton.cdiv(triton.cdiv(room, splits), one[0]) * one[0] * (splits - 1) < room
    ]
    run(*fastest((*q.shape, *keys.shape, keys.dtype, out.dtype), choices, run))


ATTENTION = [(block, warps, stages) for block in (64, 128) for warps in (4, 8) for stages in (2, 4)]
TIMES_FOUR = [(columns, warps, stages) for columns, warps in ((64, 4), (128, 4), (128, 8)) for stages in (3, 5)]


def times_four(x: torch.Tensor, weight: tuple[torch.Tensor, ...], out: torch.Tensor) -> None:
    """`x` [rows, inner] times packed weights of 4 bits, into `out` [rows, columns]; see `pack`.

    The fastest of some blocks is tried first; with few programs, each column is cut into parts that are added up.
    """
    packed, scales, zeros = weight
    (rows, inner), columns = x.shape, packed.shape[0]

    def run(row_block: int, column_block: int, warps: int, stages: int, splits: int) -> None:
        part = torch.empty((splits, rows, columns) if splits > 1 else (1,), dtype=torch.float32, device=x.device)
        grid = (triton.cdiv(rows, row_block) * (columns // column_block), splits)
        _times_four[grid](x, packed, scales, zeros, out, part, rows, columns, inner, splits, row_block, column_block,
                          splits == 1, num_warps=warps, num_stages=stages)  # fmt: skip
        if splits > 1:
            _add_up[(triton.cdiv(out.numel(), 1024),)](part, out, out.numel(), splits, 1024)

    wide = min(256, max(16, triton.next_power_of_2(rows)))
    choices = [
        (row_block, *one, splits)
        for row_block in dict.fromkeys((wide, max(16, wide // 2)))
        for one in TIMES_FOUR
        for splits in ((1, 2, 4, 8) if triton.cdiv(rows, row_block) * columns // one[0] < 264 else (1,))
        if row_block < 256 or one[1] == 8
    ]
    run(*fastest((*x.shape, columns), choices, run))


def pack(weight: torch.Tensor) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
    """Weights [columns, inner] as 4 bits in groups of 128: codes [columns, inner], and for `times_four` bytes
    [columns, inner/2], scales and zeros, both [inner/128, columns].
    """
    columns, inner = weight.shape
    grouped = weight.float().view(columns, inner // GROUP, GROUP)
    least, most = grouped.amin(2, keepdim=True), grouped.amax(2, keepdim=True)
    scale = ((most - least) / 15).to(torch.bfloat16).float()
    zero = (-least / scale).round().clamp(0, 15)
    codes = ((grouped / scale).round() + zero).clamp(0, 15).to(torch.uint8)
    bytes_ = (codes[..., :64] | codes[..., 64:] << 4).reshape(columns, inner // 2)
    scales, zeros = (t.squeeze(2).t().contiguous().to(torch.bfloat16) for t in (scale, zero))
    return codes.view(columns, inner), (bytes_, scales, zeros)
