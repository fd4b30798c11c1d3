"""Facts into the weights of the 135M model: recorded in `trained.json`, not rerun with the lab (see `torched`).

Trained are all matrices of the last LAYERS layers; the layers below are frozen. Every run is asked for all 100 facts:
which of the attribute's four values has the likeliest first token, after the sentence's own beginning (the words it was
trained on) and after another wording. Arms that learn from a fixed set take FIXED steps of BATCH sentences from the
untrained model. Arms that follow the rounds start from the model that has learnt the first 100 facts; each round is a
training of its own, STEPS steps with a new optimiser. (With one optimiser for all rounds and twice the rate, training
on five sentences at a time became unstable: it no longer learnt the newest five.)
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as nn

from labs import smollm
from labs.fine_tuning_vs_rag.torched import Endings, Trainable, machine
from labs.fine_tuning_vs_rag.world import ATTRIBUTES, FACTS, History, lead, question

OUT = Path(__file__).with_name("trained.json")
LAYERS, FIRST, FIXED, BATCH, RATE = 10, 60, 64, 25, 2e-4
STEPS, REPLAYED, ROUND_RATE, STOP = 6, 15, 1e-4, 0.3
KEPT = (1, 2, 3, 5, 10, 15, 20)
Text = tuple[str, str]  # beginning, ending
IN_ORDER = ("naive", "naive stopped", "replay ledger", "replay log")


def text(fact: int, value: int, now: bool = False, asked: bool = False) -> Text:
    """What is said of a fact, split before the value; with `asked`, after the first question for it."""
    before = f"{question(fact, 0)} " if asked else ""
    return before + lead(fact, now=now), f" {ATTRIBUTES[FACTS[fact][1]].values[value]}"


class Run:
    """One model that starts from given weights, and its optimiser."""

    def __init__(self, endings: Endings, weights: list[torch.Tensor], start: Sequence[torch.Tensor]) -> None:
        self.endings, self.weights = endings, weights
        with torch.no_grad():
            for w, first in zip(weights, start, strict=True):
                w.copy_(first)
        self.steps = 0
        self.started = time.monotonic()
        self.begin(RATE)

    def begin(self, rate: float) -> None:
        """Start a training with a new optimiser."""
        self.optimiser = torch.optim.AdamW(self.weights, lr=rate, weight_decay=0.0)

    def step(self, texts: Sequence[Text]) -> float:
        """One step on what these sentences say, the values only; the loss before it."""
        loss = nn.cross_entropy(*self.endings(texts))
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimiser.step()
        self.steps += 1
        return loss.item()

    def some(self, texts: Sequence[Text], steps: int, rng: np.random.Generator) -> float:
        """`steps` steps of BATCH texts, every text before any comes again; the mean loss of the last pass."""
        queue: list[int] = []
        losses = []
        for _ in range(steps):
            if len(queue) < BATCH:
                queue = rng.permutation(len(texts)).tolist()
            losses.append(self.step([texts[queue.pop()] for _ in range(BATCH)]))
        return float(np.mean(losses[-len(texts) // BATCH :]))


@torch.no_grad()
def asked(endings: Endings, form: int, now: bool = False) -> str:
    """Which of its four values, by their first tokens, the model goes on with for each fact: a digit a fact."""
    logits, _ = endings([(lead(fact, form, now), " x") for fact in range(len(FACTS))])
    picked = ""
    for fact, row in enumerate(logits):
        first = [endings.model.tokens(f" {value}")[0] for value in ATTRIBUTES[FACTS[fact][1]].values]
        if len(set(first)) != len(first):
            raise ValueError(f"two values of {ATTRIBUTES[FACTS[fact][1]].name} begin with the same token")
        picked += str(int(row[first].argmax()))
    return picked


class Seed:
    """All arms in the world of one seed."""

    def __init__(self, endings: Endings, weights: list[torch.Tensor], base: list[torch.Tensor], seed: int) -> None:
        self.endings, self.weights, self.base, self.seed = endings, weights, base, seed
        self.history = History(seed)
        self.learnt: list[torch.Tensor] = []

    def sets(self) -> dict[str, list[Text]]:
        """What the arms learn from that learn from a fixed set."""
        now = [int(value) for value in self.history.now[-1]]
        mixed = np.random.default_rng(self.seed + 1).permutation(20)
        said = self.history.transcript
        return {
            "ledger": [text(fact, value) for fact, value in enumerate(now)],
            "ledger, two wordings": [text(f, v, asked=a) for f, v in enumerate(now) for a in (False, True)],
            "transcript": [text(row.fact, row.value) for row in said],
            "transcript now": [text(row.fact, row.value, now=row.round > 0) for row in said],
            "shuffled": [text(f, now[mixed[user] * 5 + attribute]) for f, (user, attribute) in enumerate(FACTS)],
        }

    def kept(self, run: Run, loss: float, now: bool = False) -> dict[str, Any]:
        """What is recorded of an arm."""
        answers = [asked(self.endings, 0), asked(self.endings, 1)]
        result = {"answers": answers, "steps": run.steps, "loss": round(loss, 3)}
        result |= {"seconds": round(time.monotonic() - run.started)}
        return result | ({"now": asked(self.endings, 0, True)} if now else {})

    def fixed(self, arm: str) -> dict[str, Any]:
        """An arm that learns from a fixed set."""
        run = Run(self.endings, self.weights, self.base)
        return self.kept(run, run.some(self.sets()[arm], FIXED, np.random.default_rng(self.seed)), arm.endswith("now"))

    def first(self) -> dict[str, Any]:
        """Learn the first facts, where the arms that follow the rounds start."""
        run = Run(self.endings, self.weights, self.base)
        texts = [text(row.fact, row.value) for row in self.history.until(0)]
        loss = run.some(texts, FIRST, np.random.default_rng(self.seed))
        self.learnt = [w.detach().clone() for w in self.weights]
        return self.kept(run, loss)

    def in_order(self, arm: str) -> dict[str, Any]:
        """An arm that is trained on each round as it comes."""
        run, rng = Run(self.endings, self.weights, self.learnt), np.random.default_rng(self.seed)
        rounds: dict[str, str] = {}
        for number in range(1, self.history.rounds + 1):
            new = [row for row in self.history.transcript if row.round == number]
            fresh = {row.fact for row in new}
            old = [text(row.fact, row.value) for row in self.history.until(number - 1)]
            if arm == "replay ledger":
                old = [text(f, int(v)) for f, v in enumerate(self.history.now[number]) if f not in fresh]
            run.begin(ROUND_RATE)
            loss = 9.0
            for _ in range(STEPS):
                if arm == "naive stopped" and loss < STOP:
                    break
                again = rng.choice(len(old), REPLAYED, replace=False) if arm.startswith("replay") else ()
                loss = run.step([text(row.fact, row.value) for row in new] + [old[i] for i in again])
            if number in KEPT:
                rounds[str(number)] = asked(self.endings, 0)
        return self.kept(run, loss) | {"rounds": rounds}


def main(argv: Sequence[str] | None = None) -> None:
    """Train the arms named, or all, with the seeds named, and write each as it is done."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("arms", nargs="*")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    model, start = Trainable(), smollm.LAYERS - LAYERS
    endings, weights = Endings(model, start), model.weights(start)
    base = [w.detach().clone() for w in weights]
    kept: dict[str, Any] = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {}
    kept["machine"] = machine()
    kept["settings"] = {"layers": LAYERS, "first": FIRST, "fixed": FIXED, "batch": BATCH, "steps a round": STEPS,
                        "replayed": REPLAYED, "rate": RATE, "rate a round": ROUND_RATE, "stop": STOP}  # fmt: skip
    kept["untrained"] = [asked(endings, 0), asked(endings, 1)]
    for seed in options.seeds:
        world = Seed(endings, weights, base, seed)
        done = kept.setdefault("runs", {}).setdefault(str(seed), {})
        arms = options.arms or (*IN_ORDER, *world.sets())
        for arm in (*(("first",) if set(arms) & set(IN_ORDER) else ()), *arms):
            learn = world.first if arm == "first" else partial(world.in_order if arm in IN_ORDER else world.fixed, arm)
            done[arm] = learn()
            OUT.write_text(json.dumps(kept, separators=(",", ":")) + "\n", encoding="utf-8")
            truth = world.history.now[0 if arm == "first" else -1]
            right = [float((np.array(list(map(int, row))) == truth).mean()) for row in done[arm]["answers"]]
            print(seed, arm, done[arm]["steps"], done[arm]["seconds"], done[arm]["loss"], right, flush=True)


if __name__ == "__main__":
    main()
