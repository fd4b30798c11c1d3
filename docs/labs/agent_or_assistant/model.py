"""A real small model reads two notes and picks one; its own doubt says which of its answers to read first."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from labs.language_model import SmolLM, chat

TASKS, STEPS = 6, 60  # tasks of as many steps: one question a step
NAMES = ["Ann", "Bob", "Cara", "Dan", "Eva", "Finn", "Gina", "Hugo", "Iris", "Jack", "Kate", "Liam", "Mona", "Noel"]
NAMES += ["Olga", "Paul"]
CITIES = ["Rome", "Oslo", "Lima", "Cairo", "Paris", "Tokyo", "Delhi", "Berlin", "Madrid", "Dublin", "Vienna", "Boston"]
CITIES += ["Prague", "Athens", "Lisbon", "Quito"]


class Answer(NamedTuple):
    """One step: whether the model picked the right one of two cities, and how far apart it held them."""

    right: bool
    margin: float  # log probability of its pick less that of the other: its own confidence


def questions() -> list[tuple[str, str, str]]:
    """Prompt, right city and other city of every step, drawn once: the model's answers are no part of the seed."""
    rng = np.random.default_rng(16)
    asked = []
    for _ in range(TASKS * STEPS):
        (a, b), (here, there) = rng.choice(NAMES, 2, replace=False), rng.choice(CITIES, 2, replace=False)
        first = rng.random() < 0.5
        who, right, other = (a, here, there) if first else (b, there, here)
        prompt = chat(f"Notes: {a} lives in {here}. {b} lives in {there}.\nWhere does {who} live?")
        asked.append((prompt, f"{who} lives in {right}", f"{who} lives in {other}"))
    return asked


@cache
def answers() -> list[list[Answer]]:
    """The model's picks, a list a task."""
    asked = questions()
    model = SmolLM(Path(__file__).with_name("answers.json"))
    scored = model.score([prompt for prompt, _, _ in asked], [[right, other] for _, right, other in asked])
    flat = [Answer(right.mean > other.mean, abs(right.mean - other.mean)) for right, other in scored]
    return [flat[i : i + STEPS] for i in range(0, len(flat), STEPS)]


def ranking(found: list[list[Answer]]) -> float:
    """Chance that a wrong answer is held with less confidence than a right one (area under the ROC curve)."""
    flat = [one for task in found for one in task]
    wrong = np.array([one.margin for one in flat if not one.right])
    right = np.array([one.margin for one in flat if one.right])
    less, equal = (wrong[:, None] < right).mean(), (wrong[:, None] == right).mean()
    return float(less + equal / 2)


def seen(found: list[list[Answer]], batch: int, read: int, by_doubt: bool) -> float:
    """Share of wrong answers among those read: `read` of each `batch`, the least confident, or any (expected)."""
    if not by_doubt:
        return read / batch
    wrong = hit = 0
    for task in found:
        for i in range(0, len(task), batch):
            part = sorted(task[i : i + batch], key=lambda one: one.margin)
            wrong += sum(not one.right for one in part)
            hit += sum(not one.right for one in part[:read])
    return hit / wrong
