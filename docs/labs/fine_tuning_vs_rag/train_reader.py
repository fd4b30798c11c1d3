"""A reading adapter for the 135M model: `reader.npz`, trained once, not rerun with the lab (see `torched`).

It learns to answer from notes in the prompt (`reading.made_up`), and is held near the untrained model by the divergence
of what the two expect next in prose: a window of Python's own manual a step. What is recorded beside it: the loss, and
the perplexity on two texts of that manual which training never drew, before and after.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from pydoc_data.topics import topics

import numpy as np
import torch
import torch.nn.functional as nn

from labs.fine_tuning_vs_rag import reading
from labs.fine_tuning_vs_rag.torched import Trainable, machine

ADAPTER, RECORD = Path(__file__).with_name("reader.npz"), Path(__file__).with_name("reader.json")
RANK, FROM, STEPS, BATCH, RATE, WINDOW, SEED = 8, 6, 60, 4, 3e-3, 64, 0
HELD_OUT = ("exceptions", "import")


def packed(model: Trainable, items: Sequence[reading.Notes]) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits at the answers' tokens, and those tokens. Notes are read once; each question sees them and itself only."""
    rows: list[tuple[list[int], list[int], list[int]]] = []
    at: list[tuple[int, int]] = []
    wanted: list[int] = []
    for notes in items:
        ids = model.tokens(reading.head(notes.lines))
        place, branch, start = list(range(len(ids))), [0] * len(ids), len(ids)
        for number, (asked, lead, answer) in enumerate(notes.asked, 1):
            question, ending = model.tokens(reading.tail(asked, lead)), model.tokens(f" {answer}.")
            at += [(len(rows), len(ids) + len(question) - 1 + j) for j in range(len(ending))]
            wanted += ending
            more = question + ending[:-1]
            ids, place = ids + more, place + list(range(start, start + len(more)))
            branch += [number] * len(more)
        rows.append((ids, place, branch))
    longest = max(len(ids) for ids, _, _ in rows)
    ids, place, branch = (
        torch.tensor([row[i] + [fill] * (longest - len(row[i])) for row in rows]) for i, fill in enumerate((0, 0, -1))
    )
    seen = (branch[:, :, None] == branch[:, None]) | (branch[:, None] == 0)
    states = model.states(model.embedding[ids], places=place, seen=seen & torch.ones(longest, longest).tril().bool())
    return model.logits(states[tuple(torch.tensor(at).T)]), torch.tensor(wanted)


def away(model: Trainable, rng: random.Random) -> torch.Tensor:
    """How far the adapter moves what the model expects next in a window of prose: the divergence in nats a token."""
    ids = model.tokens(topics[rng.choice(sorted(topics.keys() - set(HELD_OUT)))])
    start = rng.randrange(max(1, len(ids) - WINDOW))
    x = model.embedding[torch.tensor([ids[start : start + WINDOW]])]
    adapter, model.adapter = model.adapter, {}
    with torch.no_grad():
        bare = nn.log_softmax(model.logits(model.states(x))[0], -1)
    model.adapter = adapter
    return nn.kl_div(nn.log_softmax(model.logits(model.states(x))[0], -1), bare, reduction="batchmean", log_target=True)


@torch.no_grad()
def perplexity(model: Trainable) -> float:
    """Of the first 300 tokens of each of the held-out texts."""
    losses = []
    for topic in HELD_OUT:
        ids = torch.tensor(model.tokens(topics[topic])[:300])
        losses.append(nn.cross_entropy(model.logits(model.states(model.embedding[ids[None]]))[0, :-1], ids[1:]).item())
    return float(np.exp(np.mean(losses)))


def main(argv: Sequence[str] | None = None) -> None:
    """Train, and write the adapter and its record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=STEPS)
    steps = parser.parse_args(argv).steps
    torch.set_num_threads(1)
    model, rng, started = Trainable(), random.Random(SEED), time.monotonic()
    before = perplexity(model)
    weights = model.low_rank(RANK, FROM, SEED)
    optimiser = torch.optim.AdamW(weights, lr=RATE, weight_decay=0.0)
    losses = []
    for step in range(1, steps + 1):
        optimiser.param_groups[0]["lr"] = RATE * min(1, step / 8) * max(0.05, 1 - step / steps)
        items = [reading.made_up(rng) for _ in range(BATCH)]
        loss, drift = nn.cross_entropy(*packed(model, items)), away(model, rng)
        optimiser.zero_grad()
        (loss + drift).backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        losses.append(loss.item())
        if step % 5 == 0:
            seconds = time.monotonic() - started
            print(f"step {step} loss {np.mean(losses[-5:]):.3f} {drift.item():.3f} {seconds:.0f} s", flush=True)
        if step % 20 == 0 or step == steps:
            arrays = {f"blk.{i}.attn_qkv.weight.{x}": part.detach().numpy().astype(np.float16)
                      for i, pair in model.adapter.items() for x, part in zip("ab", pair, strict=True)}  # fmt: skip
            np.savez(ADAPTER, scale=np.float16(model.scale), **arrays)
    record = {
        "machine": machine(), "seconds": round(time.monotonic() - started),
        "loss": round(float(np.mean(losses[-5:])), 3),
        "perplexity": [round(before, 2), round(perplexity(model), 2)],
        "settings": {"rank": RANK, "from layer": FROM, "steps": steps, "notes a step": BATCH, "rate": RATE,
                     "seed": SEED},
    }  # fmt: skip
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(record)


if __name__ == "__main__":
    main()
