"""What a small language model says of a fortnight, given the rows, an empty list, or counts, true and false."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np

from labs.language_model import SmolLM, chat
from labs.memory_hierarchy.windows import inside
from labs.memory_hierarchy.world import FORTNIGHT, OWNERS, START, world
from labs.record import Results

CUSTOMERS = 10
WAYS = {
    "the rows": "rows",
    "an empty list": "[]",
    "a sentence": "No memories found.",
    "a count": "0 memories kept. {n} memories exist in these dates, none of them among the 20 fetched.",
    "a false 0": "0 memories kept. 0 memories exist in these dates, none of them among the 20 fetched.",
    "no number": "0 memories kept. The store was searched in these dates, none of them among the 20 fetched.",
}


def prompts() -> dict[str, list[str]]:
    """For each way to report, the same question about the first fortnight of ten customers, of one world."""
    all_of = world(0)
    first, last = START, START + datetime.timedelta(days=FORTNIGHT - 1)
    days = f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"
    out: dict[str, list[str]] = {way: [] for way in WAYS}
    for owner, name in enumerate(OWNERS[:CUSTOMERS]):
        rows = np.flatnonzero((all_of.owner == owner) & inside(all_of, 0.0))
        days_of = [f"{START + datetime.timedelta(days=float(all_of.day[row])):%Y-%m-%d}" for row in rows]
        lines = [f"- {day}: {all_of.texts[all_of.text[row]]}" for day, row in zip(days_of, rows, strict=True)]
        for way, said in WAYS.items():
            result = "\n".join(lines) if said == "rows" else said.format(n=len(rows))
            out[way].append(
                chat(
                    f"Memory search for {name}, {days[0]} to {days[1]}.\nResult:\n{result}\n\n"
                    f"Did anything happen with {name} between {days[0]} and {days[1]}? Answer yes or no."
                )
            )
    return out


def measure(r: Results) -> None:
    """Add how often the model holds No for likelier than Yes, and by how much."""
    model = SmolLM(Path(__file__).with_name("answers.json"))
    lean: dict[str, np.ndarray] = {}
    for way, asked in prompts().items():
        lean[way] = np.array([yes.logp - no.logp for yes, no in model.score(asked, [["Yes", "No"]] * len(asked))])
    r.table(
        "by_report",
        "SmolLM2-135M asked whether anything happened with ten customers in a fortnight in which something "
        "did: how often No is likelier than Yes, and the mean log odds of Yes, by what the tool reported",
        ("report", "no", "log odds"),
        [[way, int((odds < 0).sum()), float(odds.mean())] for way, odds in lean.items()],
    )
    for way, name in zip(WAYS, ("rows", "empty", "sentence", "count", "false", "wording"), strict=True):
        r.add(
            f"says_no_{name}",
            int((lean[way] < 0).sum()),
            f"of ten questions, those to which SmolLM2-135M leans to No when the tool reports {way}",
        )
    r.add("says_asked", CUSTOMERS, "questions asked of SmolLM2-135M for each way to report")
    r.claim(
        "empty_says_no",
        bool((lean["an empty list"] < 0).all() and (lean["a sentence"] < 0).all()),
        "SmolLM2-135M leans to No in ten of ten fortnights in which something happened, when the tool reports an empty "
        "list or that no memories were found.",
    )
    r.claim(
        "count_moves_it",
        bool((lean["a count"] > np.maximum(lean["an empty list"], lean["a sentence"])).all()),
        "A count of what exists beside the empty result moves SmolLM2-135M towards Yes in ten of ten, against an empty "
        "list and against the sentence that no memories were found.",
    )
    moved = {way: float((odds - lean["an empty list"]).mean()) for way, odds in lean.items()}
    share = moved["a false 0"] / moved["a count"] if moved["a count"] else 0.0
    r.add("says_false_share", share, "how far the false 0 moves the model towards Yes, in shares of the count", "share")
    r.claim(
        "wording_moves_it",
        bool((lean["a false 0"] > lean["an empty list"]).all())
        and 0.8 <= share < 1
        and moved["no number"] > moved["a count"],
        "The sentence of the count with a false 0 in it moves SmolLM2-135M towards Yes, too, in ten of ten against an "
        "empty list and on average at least four fifths as far; without a number it moves it further than "
        "the count does.",
    )
    r.claim(
        "count_beats_zero",
        bool((lean["a count"] > lean["a false 0"]).all()),
        "The true count moves SmolLM2-135M further towards Yes than a false 0 in the same sentence in ten of ten.",
    )
    r.claim(
        "no_witness",
        bool((lean["the rows"] < 0).sum() >= 3),
        "With the rows themselves before it SmolLM2-135M still leans to No in at least three of ten.",
    )
