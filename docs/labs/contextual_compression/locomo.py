"""Reads LoCoMo's file of ten dialogues: turns, questions with their evidence, and what a model wrote about them.

The file is data/locomo10.json of github.com/snap-research/locomo at commit 3eb6f2c (CC BY-NC 4.0). No text of it is in
this repository; `table` makes the numbers that are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHA256 = "79fa87e90f04081343b8c8debecb80a9a6842b76a7aa537dc9fdf651ea698ff4"
FACTUAL = (1, 2, 4)  # categories: several turns, dates, one turn; 3 asks for a guess, 5 has no answer


@dataclass(frozen=True)
class Question:
    """One annotated question: its answer as written, and the places in `Dialogue.turns` of its evidence."""

    text: str
    answer: str
    category: int
    evidence: tuple[int, ...]


@dataclass(frozen=True)
class Dialogue:
    """One dialogue: turns in order, and per session the summary and the observations that gpt-3.5-turbo wrote."""

    name: str
    speakers: tuple[str, ...]  # who says each turn
    turns: tuple[str, ...]  # what is said, with the caption of a shared picture
    sessions: tuple[int, ...]  # the session of each turn, from 1
    questions: tuple[Question, ...]
    summaries: tuple[str, ...]
    observations: tuple[str, ...]


def read(path: Path) -> list[Dialogue]:
    """The dialogues of the file. Raises ValueError in one line if it is not LoCoMo's."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return [_dialogue(sample) for sample in content]
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: not LoCoMo's data/locomo10.json ({type(error).__name__}: {error})") from None


def said(turn: Mapping[str, Any]) -> str:
    """What one turn says: its text, and in brackets the caption of the picture it shares."""
    caption = turn.get("blip_caption")
    return " ".join([turn["text"].strip(), *([f"[shares {caption}]"] if caption else [])]).strip()


def _dialogue(sample: Mapping[str, Any]) -> Dialogue:
    """One dialogue from its part of the file; turns with no text and no picture are left out."""
    talk = sample["conversation"]
    numbers = sorted(int(key[8:]) for key in talk if re.fullmatch(r"session_\d+", key))
    turns = [(n, turn) for n in numbers for turn in talk[f"session_{n}"] if said(turn)]
    place = {turn["dia_id"]: i for i, (_, turn) in enumerate(turns)}
    questions = [
        Question(qa["question"], str(qa.get("answer", "")), qa["category"], _places(qa["evidence"], place))
        for qa in sample["qa"]
    ]
    observed = [sample["observation"][f"session_{n}_observation"] for n in numbers if talk[f"session_{n}"]]
    return Dialogue(
        sample["sample_id"],
        tuple(turn["speaker"] for _, turn in turns),
        tuple(said(turn) for _, turn in turns),
        tuple(n for n, _ in turns),
        tuple(questions),
        tuple(sample["session_summary"][f"session_{n}_summary"] for n in numbers if talk[f"session_{n}"]),
        tuple(fact[0] for session in observed for facts in session.values() for fact in facts),
    )


def _places(evidence: Sequence[str], place: Mapping[str, int]) -> tuple[int, ...]:
    """Where the turns named in an annotation are; some names hold two turns, a few name none ("D", "D10:19")."""
    names = [name for entry in evidence for name in re.findall(r"D:?\d+:\d+", entry)]
    clean = [re.sub(r"^D:?0*(\d+):0*", r"D\1:", name) for name in names]
    return tuple(sorted({place[name] for name in clean if name in place}))
