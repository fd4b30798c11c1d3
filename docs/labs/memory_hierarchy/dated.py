"""The same question with the dates in words, searched in memories that begin with their date, and in such as do not."""

from __future__ import annotations

import datetime
from functools import cache

import numpy as np

from labs import embedding
from labs.memory_hierarchy.windows import K
from labs.memory_hierarchy.world import FORTNIGHT, MONTH, OWNERS, START, WINDOW, World, world
from labs.record import Results

OWN, MONTHS_SEEN, EACH = 4, 12, 6  # customers, months, fortnights asked for each


def date(day: float) -> str:
    """A day since START in words."""
    return f"{START + datetime.timedelta(days=float(day)):%-d %B %Y}"


def small() -> World:
    """Four customers and twelve months: one world for all seeds, so that few texts need a vector."""
    part = world(0).until(MONTHS_SEEN)
    seen = part.owner < OWN
    return World(*(a[seen] for a in (part.owner, part.kind, part.text, part.day, part.order)), part.texts)


def dated(part: World) -> list[str]:
    """Each memory with its date in front."""
    return [f"{date(day)}: {part.texts[text]}" for day, text in zip(part.day, part.text, strict=True)]


@cache
def answers() -> dict[str, tuple[int, int, int]]:
    """For each pair of memories and question: complete, empty, asked, with the dates filtered after K."""
    part = small()
    starts = np.random.default_rng(12).integers(0, int(MONTHS_SEEN * MONTH - FORTNIGHT), (OWN, EACH))
    stores = {"bare": [part.texts[text] for text in part.text], "dated": dated(part)}
    out = {}
    for store, texts in stores.items():
        vectors = embedding.embed(texts)
        for wording in ("bare", "dated"):
            whole = empty = asked = 0
            for owner in range(OWN):
                for start in starts[owner]:
                    wanted = np.flatnonzero(
                        (part.owner == owner) & (part.day >= start) & (part.day < start + FORTNIGHT)
                    )
                    question = WINDOW.format(o=OWNERS[owner])
                    if wording == "dated":
                        days = f"between {date(start)} and {date(start + FORTNIGHT - 1)}"
                        question = question.replace("in that fortnight", days)
                    near = np.round(vectors @ embedding.embed([question])[0], 5)
                    kept = np.isin(wanted, np.lexsort((part.order, -near))[:K]).sum()
                    asked += len(wanted) > 0
                    whole += kept == len(wanted) > 0
                    empty += kept == 0 and len(wanted) > 0
            out[f"{store} memories, {wording} question"] = int(whole), int(empty), int(asked)
    return out


def stamp() -> float:
    """Word pieces that a date in front adds to a memory, mean."""
    part = small()
    return float(np.mean(embedding.pieces(dated(part)) - embedding.pieces(part.texts)[part.text]))


def measure(r: Results) -> None:
    """Add whether dates in the texts let similarity find a fortnight."""
    found = answers()
    r.table(
        "by_wording",
        "fortnights of four customers in twelve months, dates filtered after 20: memories and question "
        "with the dates in words, or without; one world for all seeds",
        ("texts", "complete", "empty", "asked"),
        [[name, *row] for name, row in found.items()],
    )
    bare, both = found["bare memories, bare question"], found["dated memories, dated question"]
    r.add("dated_asked", both[2], "fortnights asked for with the dates in words, of four customers in twelve months")
    r.add("dated_empty", both[1], "of these, empty with dates in memories and question, dates filtered after 20")
    r.add("dated_complete", both[0], "of these, complete with dates in memories and question, dates filtered after 20")
    r.add("bare_empty", bare[1], "of these, empty without dates in the texts")
    r.add("bare_complete", bare[0], "of these, complete without dates in the texts")
    r.claim(
        "dates_in_words",
        both[1] <= 0.75 * bare[1] and both[0] < 0.5 * both[2],
        "In one world of four customers and twelve months, dates written into memories and question leave at most "
        "three quarters as many fortnights empty as none do, and fewer than half complete, filtered after 20.",
    )
