"""What a small language model makes of a goal before the search: a question, or an invented note (HyDE)."""

from __future__ import annotations

from collections.abc import Sequence

from labs.asymmetric_retrieval.data import Lesson, Query

FROM: dict[str, int] = {}
MEANS: dict[str, tuple[tuple[str, int], ...]] = {}


def queries(rows: Sequence[Lesson]) -> dict[str, list[list[Query]]]:
    return {}
