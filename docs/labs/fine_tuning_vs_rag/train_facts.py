"""Facts into the weights of the 135M model: recorded in `trained.json`, not rerun with the lab (see `torched`).

Every arm trains all weights but the embedding, on sentences of the lab's world with seed 0, and is then asked for all
100 facts: the log probability of each attribute's four values after the sentence's own beginning and after another
wording. Arms that learn from a fixed set take PASSES passes over it. Arms that follow the rounds start from the model
that has learnt the first 100 facts and take STEPS steps a round.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as nn

from labs.fine_tuning_vs_rag.torched import Trainable, machine
from labs.fine_tuning_vs_rag.world import ATTRIBUTES, FACTS, History, lead

OUT = Path(__file__).with_name("trained.json")
PASSES, BATCH, STEPS, REPLAYED, RATE = 12, 25, 6, 15, 5e-5
KEPT = (1, 2, 5, 10, 15, 20)
Example = tuple[int, int, bool]  # fact, value, said with "now"


class Run:
    """One model that starts from given weights, and its optimiser."""

    def __init__(self, model: Trainable, start: Sequence[torch.Tensor]) -> None:
        self.model = model
        self.weights = [w for name, w in model.w.items() if name != "token_embd"]
        with torch.no_grad():
            for w, first in zip(self.weights, start, strict=True):
                w.copy_(first)
        self.optimiser = torch.optim.AdamW(self.weights, lr=RATE, weight_decay=0.0)
        self.steps = 0

    def step(self, examples: Sequence[Example]) -> float:
        """One step on what these sentences say, the values only; the loss before it."""
        texts = [(lead(fact, now=now), f" {ATTRIBUTES[FACTS[fact][1]].values[value]}") for fact, value, now in examples]
        logits, wanted = self.model.endings(texts)
        loss = nn.cross_entropy(logits, wanted)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimiser.step()
        self.steps += 1
        return loss.item()

    def passes(self, examples: Sequence[Example], rng: np.random.Generator) -> float:
        """PASSES passes over the examples, in another order each; the mean loss of the last."""
        for _ in range(PASSES):
            order = rng.permutation(len(examples))
            losses = [
                self.step([examples[i] for i in order[start : start + BATCH]]) for start in range(0, len(order), BATCH)
            ]
        return float(np.mean(losses))


@torch.no_grad()
def asked(model: Trainable, form: int, now: bool = False) -> list[list[float]]:
    """Log probability of the first token of each of a fact's four values, (100, 4)."""
    rows = []
    for start in range(0, len(FACTS), 25):
        logits, _ = model.endings([(lead(fact, form, now), " ") for fact in range(start, start + 25)])
        logp = nn.log_softmax(logits, -1)
        for fact, row in zip(range(start, start + 25), logp, strict=True):
            first = [model.tokens(f" {value}")[0] for value in ATTRIBUTES[FACTS[fact][1]].values]
            if len(set(first)) != len(first):
                raise ValueError(f"two values of {ATTRIBUTES[FACTS[fact][1]].name} begin with the same token")
            rows.append([round(float(row[token]), 2) for token in first])
    return rows


def main(argv: Sequence[str] | None = None) -> None:
    """Train the arms named, or all, and write each as it is done."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("arms", nargs="*")
    chosen = parser.parse_args(argv).arms
    torch.set_num_threads(1)
    model, history = Trainable(), History(0)
    for name, w in model.w.items():
        w.requires_grad_(name != "token_embd")
    base = [w.detach().clone() for name, w in model.w.items() if name != "token_embd"]
    kept: dict[str, Any] = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {"arms": {}}
    kept["machine"] = machine()
    kept["settings"] = {
        "passes": PASSES, "batch": BATCH, "steps a round": STEPS, "replayed": REPLAYED, "rate": RATE, "seed": 0
    }  # fmt: skip
    first: list[Example] = [(row.fact, row.value, False) for row in history.until(0)]
    current: list[Example] = [(fact, int(value), False) for fact, value in enumerate(history.now[-1])]
    said: list[Example] = [(row.fact, row.value, False) for row in history.transcript]
    said_now: list[Example] = [(row.fact, row.value, row.round > 0) for row in history.transcript]
    mixed = np.random.default_rng(1).permutation(20)
    shuffled: list[Example] = [
        (fact, int(history.now[-1][mixed[user] * 5 + attribute]), False) for fact, (user, attribute) in enumerate(FACTS)
    ]

    def keep(arm: str, run: Run, seconds: float, loss: float, rounds: dict[str, Any], now: bool = False) -> None:
        result = {"forms": [asked(model, 0), asked(model, 1)], "steps": run.steps, "seconds": round(seconds)}
        result |= {"loss": round(loss, 3), "rounds": rounds} | ({"now": asked(model, 0, True)} if now else {})
        kept["arms"][arm] = result
        OUT.write_text(json.dumps(kept, separators=(",", ":")) + "\n", encoding="utf-8")
        choices = [np.argmax(form, 1) for form in result["forms"]]
        right = [float((choice == history.now[-1]).mean()) for choice in choices]
        print(f"{arm}: {run.steps} steps, {seconds:.0f} s, loss {loss:.3f}, right {right}", flush=True)

    def fixed(arm: str, examples: list[Example] | None, now: bool = False) -> list[torch.Tensor]:
        run, started, loss = Run(model, base), time.monotonic(), 0.0
        if examples:
            loss = run.passes(examples, np.random.default_rng(0))
        keep(arm, run, time.monotonic() - started, loss, {}, now)
        return [w.detach().clone() for w in run.weights] if arm == "first" else []

    def in_order(arm: str, start: list[torch.Tensor]) -> None:
        run, rng, started, rounds, loss = Run(model, start), np.random.default_rng(0), time.monotonic(), {}, 0.0
        for number in range(1, history.rounds + 1):
            new: list[Example] = [(row.fact, row.value, False) for row in history.transcript if row.round == number]
            fresh = {fact for fact, _, _ in new}
            if arm == "replay log":
                old = [(row.fact, row.value, False) for row in history.until(number - 1)]
            else:
                old = [(f, int(v), False) for f, v in enumerate(history.now[number]) if f not in fresh]
            for _ in range(STEPS):
                again = [] if arm == "naive" else [old[i] for i in rng.choice(len(old), REPLAYED, replace=False)]
                loss = run.step(new + again)
            if number in KEPT:
                rounds[str(number)] = ["".join(map(str, np.argmax(asked(model, form), 1))) for form in (0, 1)]
                print(arm, number, round(loss, 3), f"{time.monotonic() - started:.0f} s", flush=True)
        keep(arm, run, time.monotonic() - started, loss, rounds)

    sets = {"untrained": None, "transcript": said, "ledger": current, "shuffled": shuffled, "transcript now": said_now}
    learnt = fixed("first", first)
    for arm in chosen or ["untrained", "naive", "transcript", "ledger", "replay ledger", "replay log", "shuffled"]:
        if arm in sets:
            fixed(arm, sets[arm], arm in ("transcript now", "transcript"))
        else:
            in_order(arm, learnt)


if __name__ == "__main__":
    main()
