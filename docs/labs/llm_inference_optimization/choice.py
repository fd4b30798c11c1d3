"""Which way to try first: the one whose least gain over the settings is greatest, and the one most often ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from labs.llm_inference_optimization import roofline as roof

FIELDS = ("weight", "cache", "rate", "drafts", "alpha", "draft_cost")


@dataclass(frozen=True)
class Step:
    """The way whose least gain of the settings is greatest, that gain's range, and the way most often ahead."""

    surest: str
    least: float
    most: float
    likeliest: str
    ahead: int


def step(gains: Mapping[str, Sequence[float]]) -> Step:
    """What to try first by these gains, a row of settings for each way; equal gains are both ahead."""
    surest = max(gains, key=lambda name: min(gains[name]))
    best = [max(column) for column in zip(*gains.values(), strict=True)]
    ahead = {name: sum(a >= b - 1e-9 for a, b in zip(row, best, strict=True)) for name, row in gains.items()}
    likeliest = max(ahead, key=lambda name: (ahead[name], name == surest))
    return Step(surest, min(gains[surest]), max(gains[surest]), likeliest, ahead[likeliest])


def together(first: roof.Way, other: roof.Way) -> roof.Way | None:
    """Both ways at once; None where both store the weights in fewer bits, or nothing is added."""
    changed = {name: getattr(other, name) for name in FIELDS if getattr(other, name) != getattr(roof.PLAIN, name)}
    if first.weight != roof.PLAIN.weight and "weight" in changed:
        return None
    both = replace(first, **changed)
    return None if both == first else both
