"""The kernels and a small model's step against plain PyTorch. Needs an NVIDIA card."""

from __future__ import annotations

import torch

from labs.llm_inference_optimization import gpu_kernels as kernels
from labs.llm_inference_optimization import roofline as roof
from labs.llm_inference_optimization.gpu_model import EIGHT, PLAIN, SIXTEEN, Cell, Model, caches, normal, turns

MOST_ROWS = 64  # PyTorch's kernel for 4 bits is made for few rows


def reference(model: Model, tokens: torch.Tensor, held: torch.Tensor, new: int) -> torch.Tensor:
    """Logits of `Model.step` with 16-bit weights, in plain PyTorch and 32 bits."""
    s, (room, head) = model.shape, held.shape[-2:]
    requests = len(tokens) // new
    place = torch.arange(room - new, room, device="cuda")
    cos, sin = turns(room, head)[place].chunk(2, 1)
    mask = torch.arange(room, device="cuda") <= place[:, None]

    def norm(x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.rms_norm(x, (s.width,), eps=1e-5)

    def turned(x: torch.Tensor) -> torch.Tensor:
        low, high = x.chunk(2, -1)
        return torch.cat([low * cos - high * sin, high * cos + low * sin], -1)

    x = model.embedding[tokens].float()
    for (qkv, out, up, down), (keys, values) in zip(model.layers, held.float(), strict=True):
        every = (norm(x) @ qkv[0].float().t()).view(requests, new, -1, head).transpose(1, 2)
        q, k, v = every.split((s.heads, s.groups, s.groups), 1)
        keys[:, :, -new:], values[:, :, -new:] = turned(k), v
        seen = torch.nn.functional.scaled_dot_product_attention(
            turned(q), keys, values, attn_mask=mask, enable_gqa=True
        )
        x = x + seen.transpose(1, 2).reshape(len(tokens), -1) @ out[0].float().t()
        opened, inner = (norm(x) @ up[0].float().t()).chunk(2, 1)
        x = x + (torch.nn.functional.silu(opened) * inner) @ down[0].float().t()
    return norm(x) @ model.output.float().t()


def check() -> dict[str, float]:
    """Greatest differences of the kernels from plain PyTorch, as shares of the greatest value. Raises ValueError."""
    torch.manual_seed(0)
    found: dict[str, float] = {}

    def compare(name: str, ours: torch.Tensor, right: torch.Tensor, most: float) -> None:
        found[name] = round(float((ours.float() - right.float()).abs().max() / right.float().abs().max()), 5)
        if not found[name] < most:
            raise ValueError(f"{name}: differs by {found[name]} of the greatest value; under {most} is right")

    for kind in (SIXTEEN, EIGHT):
        for requests, new, room in ((1, 1, 8192), (3, 5, 1025), (64, 1, 300), (70, 5, 256)):
            q = torch.randn(requests, new, 32, 128, dtype=SIXTEEN, device="cuda")
            keys, values = (torch.randn(requests, 8, room, 128, device="cuda").to(kind) for _ in range(2))
            ours = torch.empty_like(q)
            kernels.attend(q, keys, values, ours)
            mask = torch.arange(room, device="cuda") <= room - new + torch.arange(new, device="cuda")[:, None]
            right = torch.nn.functional.scaled_dot_product_attention(
                q.transpose(1, 2).float(), keys.float(), values.float(), attn_mask=mask, enable_gqa=True
            )
            compare(f"attention, {kind}, {requests} x {new} over {room}", ours, right.transpose(1, 2), 0.02)
    weight = normal(4096, 1024)
    codes, packed = kernels.pack(weight)
    scale, zero = (t.t().float().repeat_interleave(kernels.GROUP, 1) for t in packed[1:])
    right_weight = (codes.float() - zero) * scale
    nibbles = (codes[:, ::2] << 4 | codes[:, 1::2]).contiguous()
    theirs = torch.ops.aten._convert_weight_to_int4pack(nibbles, 8)
    offset = torch.stack([packed[1], (8 - packed[2]) * packed[1]], 2).contiguous()
    for rows in (1, 17, 50, 300):
        x = torch.randn(rows, 1024, dtype=SIXTEEN, device="cuda")
        ours = torch.empty(rows, 4096, dtype=SIXTEEN, device="cuda")
        kernels.times_four(x, packed, ours)
        compare(f"4-bit weights, {rows} rows", ours, x.float() @ right_weight.t(), 0.02)
        if rows <= MOST_ROWS:
            mm = torch.ops.aten._weight_int4pack_mm(x, theirs, kernels.GROUP, offset)
            compare(f"PyTorch's 4-bit kernel, {rows} rows", mm, x.float() @ right_weight.t(), 0.02)
    small = roof.Shape(layers=2, width=256, inner=512, groups=2, heads=8, head=64, words=512)
    model = Model(small, PLAIN)
    cell = Cell("small", PLAIN, 16, 3, 100, 5)
    held = caches(torch.empty(2**24, dtype=torch.uint8, device="cuda"), small, cell)
    tokens = torch.arange(15, device="cuda")
    right = reference(model, tokens, held.clone(), 5)
    compare("a step of a small model", model.step(tokens, held, turns(100, 64), 5), right, 0.05)
    return found
