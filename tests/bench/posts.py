"""Generated posts that every generator in the benchmark can read: prose, code and tables, about 1,500 words each."""

from __future__ import annotations

import datetime
import random
from pathlib import Path

WORDS = """
agent memory retrieval context window token cache batch session state log append vector store query embedding
episodic semantic working loop tool plan act observe latency throughput failure audit version snapshot
""".split()  # noqa: SIM905
CATEGORIES = ("Agent design", "Agent memory", "AI infrastructure", "Developer tooling", "Security")


def sentence(draw: random.Random, words: int) -> str:
    """A sentence of so many words."""
    return " ".join(draw.choices(WORDS, k=words)).capitalize() + "."


def post(number: int, draw: random.Random) -> str:
    """One post; a later number is an older post."""
    date = datetime.datetime(2026, 1, 1) - datetime.timedelta(hours=number)
    lines = [
        "---",
        f"title: Post {number} about {draw.choice(WORDS)}",
        f"description: {sentence(draw, 15)}",
        f"date: {date.isoformat()}Z",
        f"slug: post-{number:05d}",
        f"categories: [{CATEGORIES[number % 5]}]",
        f"tags: [{draw.choice(WORDS)}]",
        "---",
        "",
        sentence(draw, 40),
        "",
    ]
    for section in range(8):
        lines += [f"## Section {section} {draw.choice(WORDS)}", "", sentence(draw, 90), "", sentence(draw, 80), ""]
        if section % 2:
            rows = [f"| {draw.random():.3f} | {draw.random():.3f} | {row} |" for row in range(6)]
            lines += ["| a | b | c |", "| --- | --- | --- |", *rows, ""]
        else:
            lines += ["```python", *(f"def f{n}(x: int) -> int:\n    return x + {n}" for n in range(8)), "```", ""]
    return "\n".join(lines)


def write(folder: Path, count: int, seed: int = 1) -> None:
    """Write so many posts into a folder, the same ones for the same seed."""
    draw = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"post-{number:05d}.md").write_text(post(number, draw), encoding="utf-8")
