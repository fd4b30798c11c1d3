"""A small language model for labs: answers from a cache beside the lab, computed by `smollm` where the model is.

    model = SmolLM(Path(__file__).with_name("answers.json"))
    model.complete([chat("Where does Ann live? ...")])

`answers.json` is committed with the lab, so that no lab needs the model to run again. It is keyed by what was asked:
model, adapter, operation, prompt. The environment variable LANGUAGE_MODEL, which `make lab NAME=... MODEL=...` sets,
says what to do with the model itself:

    (none)  answer from the cache only; a question that is not in it is an error
    1       compute and keep what is not in the cache
    again   compute and keep everything, say what differs, drop what was not asked (so run the lab with every seed)
    sample  compute some of what is in the cache; an answer that differs is an error

Without a seed, `make lab` runs every seed of the lab where MODEL is set.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import math
import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from labs import smollm
from labs.smollm import chat

__all__ = ["NotCached", "Score", "SmolLM", "chat"]

MODEL = f"SmolLM2-135M-Instruct Q4_1 {smollm.SHA256[:16]}"
DIGITS = 4  # log probabilities are kept to these, so that two machines agree
TOLERANCE = 0.02  # how far a log probability computed again may be off
SAMPLE = 40  # answers of a lab that `sample` computes again
EVERY = 20.0  # seconds after which answers are written while more are computed

Answer = Any  # what JSON holds


class NotCached(ValueError):
    """An answer is not in the cache, and the model was not asked for."""


class Score(NamedTuple):
    """Log probability (natural) of an ending after a prompt, summed over its tokens, and how many they are."""

    logp: float
    tokens: int

    @property
    def mean(self) -> float:
        """Log probability a token: what to compare endings of different length by."""
        return self.logp / self.tokens


class SmolLM:
    """SmolLM2-135M-Instruct, 4 bits a weight, answering from `answers`, a JSON file in the lab's folder.

    `adapter` is a npz file with a low-rank change of the weights (`smollm.Model` says what is in it); its content is
    part of each answer's key. All methods take sequences and answer in their order: the model is several times faster
    with many prompts at once. They raise ValueError for input that makes no sense, and NotCached, a ValueError.
    """

    def __init__(self, answers: Path, adapter: Path | None = None) -> None:
        self.path, self.adapter = answers, adapter
        self.adapter_hash = ""
        if adapter:
            try:
                self.adapter_hash = hashlib.sha256(adapter.read_bytes()).hexdigest()[:16]
            except OSError as error:
                raise ValueError(f"language model: the adapter {adapter} cannot be read ({error.strerror})") from None

    def complete(self, prompts: Sequence[str], most: int = 40, stop: str = "") -> list[str]:
        """What the model goes on with, the likeliest token each time, until it ends its turn.

        At most `most` tokens; with `stop`, the text before that. No sampling, hence no seed.
        """
        _texts("complete", "prompts", prompts)
        if most < 1:
            raise ValueError(f"language model: complete: most is {most}; it must be 1 or more")

        def again(i: int, kept: Answer, new: Answer) -> bool:
            return kept == new or self._as_likely(prompts[i], kept, new)

        asked = [(prompt, most, stop) for prompt in prompts]
        return self._answers(
            "complete", asked, lambda which: self._model.complete([prompts[i] for i in which], most, stop), again
        )

    def score(self, prompts: Sequence[str], endings: Sequence[Sequence[str]]) -> list[list[Score]]:
        """A Score for each ending of each prompt: endings[i] may follow prompts[i].

        Prompt and ending become tokens apart; begin an ending with its space. For the log probability of a whole
        text, take "<|endoftext|>" as its prompt.
        """
        _texts("score", "prompts", prompts)
        if len(prompts) != len(endings):
            raise ValueError(f"language model: score: {len(prompts)} prompts, but {len(endings)} lists of endings")
        for these in endings:
            _texts("score", "endings", these)
        pairs = [(p, e) for p, these in zip(prompts, endings, strict=True) for e in these]

        def compute(which: list[int]) -> Iterator[tuple[int, Answer]]:
            for i, logp in self._model.score([pairs[i] for i in which]):
                yield i, [round(math.fsum(logp), DIGITS), len(logp)]

        scores = (Score(*answer) for answer in self._answers("score", pairs, compute))
        return [list(islice(scores, len(these))) for these in endings]

    def following(self, prompts: Sequence[str], most: int = 10) -> list[list[tuple[str, float]]]:
        """The `most` likeliest next tokens of each prompt, as text, with their log probabilities, likeliest first."""
        _texts("following", "prompts", prompts)

        def compute(which: list[int]) -> Iterator[tuple[int, Answer]]:
            for i, logp in self._model.following([prompts[i] for i in which]):
                best = np.argsort(-logp, kind="stable")[:most].tolist()
                yield i, [[self._model.text([t]), round(float(logp[t]), DIGITS)] for t in best]

        def again(i: int, kept: Answer, new: Answer) -> bool:  # two that are as likely may change places
            return _close([logp for _, logp in kept], [logp for _, logp in new])

        answers = self._answers("following", [(prompt, most) for prompt in prompts], compute, again)
        return [[(text, logp) for text, logp in answer] for answer in answers]

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text is."""
        if isinstance(texts, str):
            raise ValueError("language model: tokens: texts must be a list of texts, not one text")
        return self.compute("tokens", texts, lambda model, text: len(model.tokens(text)))

    def compute(self, name: str, arguments: Sequence[Any], function: Callable[[smollm.Model, Any], Any]) -> list[Any]:
        """Anything else: `function(model, argument)` for each argument, kept under `name`.

        An argument and what the function returns must be what JSON holds; round floats. Give the computation another
        name whenever you change it: its code is no part of the key.
        """

        def compute(which: list[int]) -> Iterator[tuple[int, Answer]]:
            return ((at, function(self._model, arguments[i])) for at, i in enumerate(which))

        return self._answers(f"compute {name}", [(argument,) for argument in arguments], compute)

    @property
    def _model(self) -> smollm.Model:
        return smollm.model(self.adapter)

    def key(self, operation: str, asked: Sequence[Any]) -> str:
        """The key of an answer: the first 16 hexadecimal digits of the SHA-256 of all that it depends on."""
        return hashlib.sha256(json.dumps([MODEL, self.adapter_hash, operation, *asked]).encode()).hexdigest()[:16]

    def _answers(
        self,
        operation: str,
        asked: Sequence[tuple[Any, ...]],
        compute: Callable[[list[int]], Iterable[tuple[int, Answer]]],
        same: Callable[[int, Answer, Answer], bool] = lambda i, kept, new: _close(kept, new),
    ) -> list[Answer]:
        """Answers from the cache, or computed, as LANGUAGE_MODEL says."""
        mode = os.environ.get("LANGUAGE_MODEL", "")
        if mode not in ("", "1", "again", "sample"):
            raise ValueError(f"language model: LANGUAGE_MODEL is {mode!r}; it must be 1, again or sample")
        file = _file(self.path)
        keys = [self.key(operation, question) for question in asked]
        first: dict[str, int] = {}  # where each question stands first
        for i, key in enumerate(keys):
            first.setdefault(key, i)
        missing = [i for key, i in first.items() if key not in file.answers]
        if missing and mode in ("", "sample"):
            lab = self.path.parent.name
            raise NotCached(
                f"language model: {len(missing)} answers of the lab {lab} are not in its {self.path.name}, the first "
                f"to {_start(asked[missing[0]])}; compute them with `make lab NAME={lab.replace('_', '-')} MODEL=1`"
            )
        known = [i for key, i in first.items() if key in file.answers and key not in file.computed]
        wanted = missing
        if mode == "again":
            wanted = missing + known
        elif mode == "sample":
            wanted = [i for i in known if keys[i] in file.sample]
        wrong = []
        written = time.monotonic()
        for at, new in compute(wanted) if wanted else ():
            i, key = wanted[at], keys[wanted[at]]
            if key in file.answers and not same(i, file.answers[key], new):
                wrong.append(f"{operation} of {_start(asked[i])} is kept as {file.answers[key]!r}, now it is {new!r}")
            file.computed.add(key)
            if mode != "sample":
                file.answers[key] = new
                if time.monotonic() - written > EVERY:
                    file.write()
                    written = time.monotonic()
        if mode == "sample" and wrong:
            raise ValueError(f"language model: {self.path}: {wrong[0]}; {len(wrong)} of {len(wanted)} differ")
        if wrong:
            print(f"language model: {len(wrong)} of {len(wanted)} answers differ: {wrong[0]}", file=sys.stderr)
        file.asked.update(keys)
        if mode in ("1", "again") and wanted:
            file.write(prune=mode == "again")
        return [file.answers[key] for key in keys]

    def _as_likely(self, prompt: str, kept: str, new: str) -> bool:
        """Whether two texts part where two tokens are about as likely, as another machine's rounding may decide."""
        a, b = self._model.tokens(kept), self._model.tokens(new)
        at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
        logp = next(self._model.following([prompt + self._model.text(a[:at])]))[1]
        best = np.sort(logp)[-2:]
        return bool(best[1] - best[0] < TOLERANCE)


def _texts(method: str, what: str, texts: Sequence[str]) -> None:
    """Refuse one text in place of a list of them, and empty ones."""
    if isinstance(texts, str):
        raise ValueError(f"language model: {method}: {what} must be a list of texts, not one text")
    for i, text in enumerate(texts):
        if not text:
            raise ValueError(f"language model: {method}: {what}[{i}] is empty")


def _start(asked: Sequence[Any]) -> str:
    """The beginning of a question, and its end where it is long, in one line."""
    text = " ".join(str(asked[0]).split())
    return repr(text if len(text) <= 80 else f"{text[:40]} … {text[-40:]}")


def _close(a: Answer, b: Answer) -> bool:
    """Equal, or numbers closer than TOLERANCE, through lists and dicts."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_close, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_close(a[k], b[k]) for k in a)
    if isinstance(a, float) or isinstance(b, float):
        return isinstance(a, int | float) and isinstance(b, int | float) and abs(a - b) <= TOLERANCE
    return a == b


class File:
    """The answers of a lab: read once a process, a line an answer, sorted by key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.asked: set[str] = set()
        self.computed: set[str] = set()
        self.answers: dict[str, Answer] = {}
        if path.exists():
            try:
                self.answers = json.loads(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise ValueError(f"{path}: not JSON ({error}); take it from git or compute it again") from None
        self.sample = set(random.sample(sorted(self.answers), min(SAMPLE, len(self.answers))))

    def said(self) -> str:
        """What a run in the mode `sample` found, in a line."""
        line = f"{len(self.computed)} of {len(self.answers)} answers computed again, each as it is kept"
        unasked = len(self.answers.keys() - self.asked)
        return line + (f"; {unasked} that the lab no longer asks: MODEL=again drops them" if unasked else "")

    def write(self, prune: bool = False) -> None:
        """Write the file through a temporary one; with `prune` only what this process asked for."""
        kept = sorted(self.asked if prune else self.answers)
        lines = ",\n".join(f'"{key}": {json.dumps(self.answers[key], ensure_ascii=False)}' for key in kept)
        temporary = self.path.with_suffix(".tmp")
        temporary.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8", newline="\n")
        temporary.replace(self.path)


@cache
def _file(path: Path) -> File:
    """The one File of a path."""
    return File(path)


def main(argv: Sequence[str]) -> int:
    """Recompute a sample of the answers of each lab, or of those named; returns the exit status."""
    from labs.__main__ import module_name, names, seeds
    from labs.record import LABS

    os.environ["LANGUAGE_MODEL"] = "sample"
    try:
        for lab in [module_name(name) for name in argv] or names():
            if (LABS / lab / "answers.json").exists():
                for seed in seeds(lab):
                    importlib.import_module(f"labs.{lab}").run(seed)
                print(f"language model: {lab}: {_file(LABS / lab / 'answers.json').said()}")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    module: Any = importlib.import_module("labs.language_model")  # not this copy: the labs import that one
    sys.exit(module.main(sys.argv[1:]))
