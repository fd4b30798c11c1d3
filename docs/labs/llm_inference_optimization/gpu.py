"""Decoding steps of models of the shapes computed, timed on one NVIDIA card. Not needed to run the lab.

The lab reads what this left behind, `measured.json`. Its second run is of this script but for what frees memory between
two models; its first had one block of attention for all and a slower kernel for 4 bits, and ran the models that the
second did not reach. To time again, on a card with at least 80 GB:

    pip install torch==2.11.0 triton==3.6.0 matplotlib
    PYTHONPATH=docs python -m labs.llm_inference_optimization.gpu measured.json

Weights and caches are random numbers: how long a step takes does not depend on what the model says. A step is a CUDA
graph of all layers, the output and the choice of the likeliest token; the caches stand as if each request held its last
token. Every kernel is compared with plain PyTorch first, and nothing is timed if one differs.
"""

from __future__ import annotations

import gc
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, fields, replace
from pathlib import Path

import torch
import triton

from labs.llm_inference_optimization import roofline as roof
from labs.llm_inference_optimization.gpu_check import MOST_ROWS, check
from labs.llm_inference_optimization.gpu_model import BOTH, FOUR, FOUR_TORCH, PLAIN, SIXTEEN, Cell, Model, caches, turns

DRAFT = roof.Shape(layers=16, width=2048, inner=8192, groups=8, heads=32, head=64, words=128256)  # Llama 3.2 1B
LAYER = replace(roof.LLAMA, layers=1)  # a draft as small as one layer of the model and its output
DRAFTS = {"Llama 3.2 1B": DRAFT, "one layer of Llama 3.1 8B": LAYER}
SHAPES = {"Llama 3.1 8B": roof.LLAMA, "Qwen3-8B": roof.QWEN, "Qwen3-32B": roof.LARGE, **DRAFTS}
REPEATS = 15
COLUMNS = [*(field.name for field in fields(Cell)), "ms", "least", "most"]


def clock(model: Model, raw: torch.Tensor, cell: Cell) -> list[object]:
    """The cell; median, least and greatest milliseconds of a step over REPEATS replays of its graph."""
    held = caches(raw, model.shape, cell)
    turn = turns(cell.context, model.shape.head)
    tokens = torch.randint(model.shape.words, (cell.requests * cell.new,), device="cuda")
    torch.cuda.synchronize()
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        model.step(tokens, held, turn, cell.new).argmax(1)
    torch.cuda.synchronize()
    torch.cuda.empty_cache()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        model.step(tokens, held, turn, cell.new).argmax(1)
    took = timed(graph.replay)
    del graph
    torch.cuda.empty_cache()
    return [*astuple(cell), *(round(f(took), 4) for f in (statistics.median, min, max))]


def cells(model: str, way: str) -> Iterator[Cell]:
    """What is timed: the fillings of the post's figure, one request, 32, 320 tokens as GPUStack's, and full cards."""
    shape = SHAPES[model]
    ways = {name: replace(one, shape=shape) for name, one in roof.WAYS.items()}
    loads: list[tuple[int, int]] = []
    for context in (256, 1024, 8192) if model in ("Llama 3.1 8B", *DRAFTS) else (1024,):
        room = roof.full(roof.Way(shape=roof.LLAMA if model in DRAFTS else shape), context, roof.PEAK)
        filled = (1, 5, 10, 20, 30, 40, 50, 70, 90, 100) if context == 1024 else (10, 50, 100)
        loads += dict.fromkeys(
            (context, max(1, n)) for n in (1, 8, 16, 32, *(room * f // 100 for f in filled)) if n <= room
        )
    if model == "Qwen3-8B":
        loads = [(c, 1000) for c in (256, 320)]
    if model == "Qwen3-32B":
        loads = [(1024, n) for n in (1, 8, roof.full(roof.Way(shape=shape), 1024, roof.PEAK))]
    for context, requests in loads:
        if way == FOUR_TORCH and requests > MOST_ROWS:
            continue
        yield Cell(model, way, 16, requests, context)
        if way == PLAIN and model not in DRAFTS:
            yield Cell(model, way, 8, requests, context)
            if model == "Llama 3.1 8B" and requests <= roof.full(ways["speculation"], context, roof.PEAK):
                yield Cell(model, way, 16, requests, context, 5)
    if model == "Llama 3.1 8B" and way != FOUR_TORCH:
        for context in (256, 1024, 8192):
            more = {PLAIN: "8-bit cache", FOUR: "4-bit weights", BOTH: "8-bit both"}[way]
            yield Cell(model, way, 8 if way == PLAIN else 16, roof.full(ways[more], context, roof.PEAK), context)
            if way == PLAIN:
                yield Cell(model, way, 16, roof.full(ways["speculation"], context, roof.PEAK), context, 5)
                yield Cell(model, way, 16, roof.full(ways["speculation"], context, roof.PEAK), context)


def card() -> dict[str, object]:
    """The card and what it reaches: bytes a second of a copy, operations a second of a product in 16 and in 8 bits."""
    big = torch.randn(2**31, dtype=SIXTEEN, device="cuda")
    to = torch.empty_like(big)
    a, b = (torch.randn(8192, 8192, dtype=SIXTEEN, device="cuda") for _ in range(2))
    a8, b8 = (t.to(torch.float8_e4m3fn) for t in (a, b))
    one = torch.ones((), device="cuda")
    copy, sixteen, eight = (
        statistics.median(timed(work)) / 1000
        for work in (
            lambda: to.copy_(big),
            lambda: a @ b.t(),
            lambda: torch._scaled_mm(a8, b8.t(), one, one, out_dtype=SIXTEEN, use_fast_accum=True),
        )
    )
    return {
        "device": torch.cuda.get_device_name(),
        "memory": torch.cuda.get_device_properties(0).total_memory,
        "torch": torch.__version__,
        "triton": triton.__version__,
        "cuda": torch.version.cuda,
        "python": platform.python_version(),
        "copied bytes a second": 2 * big.nbytes / copy,
        "operations a second, 16 bits": 2 * 8192**3 / sixteen,
        "operations a second, 8 bits": 2 * 8192**3 / eight,
    }


def timed(work: Callable[[], object]) -> list[float]:
    """Milliseconds of REPEATS calls of `work`, after three that are not counted."""
    for _ in range(3):
        work()
    took = []
    for _ in range(REPEATS):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        work()
        end.record()
        torch.cuda.synchronize()
        took.append(begin.elapsed_time(end))
    return took


def main(out: Path, only: str = "") -> None:
    """Check the kernels, then time every cell, and write what is there after each model and way."""
    started = time.monotonic()
    found = {"date": time.strftime("%Y-%m-%d"), "card": card(), "checks": check(), "columns": COLUMNS}
    rows: list[list[object]] = []
    for model, shape in SHAPES.items():
        ways = {"Qwen3-32B": (PLAIN, FOUR, FOUR_TORCH), **dict.fromkeys(DRAFTS, (PLAIN,))}.get(
            model, (PLAIN, FOUR, FOUR_TORCH, BOTH)
        )
        for way in ways:
            todo = [cell for cell in cells(model, way) if only in f"{model}, {way}"]
            if not todo:
                continue
            held = Model(shape, way)
            most = max(shape.cached * c.requests * c.context * c.cache // 8 for c in todo)
            raw = torch.empty(most, dtype=torch.uint8, device="cuda")
            for cell in todo:
                rows.append(clock(held, raw, cell))
                print(round(time.monotonic() - started), rows[-1], flush=True)
            lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
            text = json.dumps(found | {"rows": "ROWS"}, indent=1).replace('"ROWS"', f"[\n{lines}\n ]")
            out.write_text(text + "\n", encoding="utf-8")
            del held, raw
            gc.collect()
            torch.cuda.empty_cache()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
