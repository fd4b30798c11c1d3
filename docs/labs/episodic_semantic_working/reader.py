"""A small language model that is shown what the agent has kept, and says which format to send."""

from __future__ import annotations

from pathlib import Path

from labs.episodic_semantic_working import recall, views, world
from labs.language_model import SmolLM, chat

K, ROWS, CASES = 3, 10, 40
SHOWN = ("the fact", "newest row", "newest three", "newest ten", "ten, repeats as one")


def histories() -> list[list[tuple[int, bool]]]:
    """Ten rows each, the first 40 in which a user was happy with two formats and of which a fact is held at the end.

    Half-way and at the end of the world of seed 0, whatever the seed of the run.
    """
    played = world.play(world.drawn(0), K)
    kept = []
    for end in (world.DELIVERIES // 2, world.DELIVERIES):
        for sent, happy in zip(played.sent[end - ROWS : end].T, played.happy[end - ROWS : end].T, strict=True):
            rows = list(zip(sent.tolist(), happy.tolist(), strict=True))
            if views.newest(rows, K) is not None and len(set(sent[happy].tolist())) > 1:
                kept.append(rows)
    return kept[:CASES]


def notes(rows: list[tuple[int, bool]], name: str) -> dict[str, list[str]]:
    """What each way to keep the history would show the model."""
    lines = [recall.sentence(name, *row) for row in rows]
    once = [line for i, line in enumerate(lines) if line not in lines[i + 1 :]]
    return {
        "the fact": [f"{name} wants the report as {world.FORMATS[views.newest(rows, K)]}."],
        "newest row": lines[-1:],
        "newest three": lines[-3:],
        "newest ten": lines,
        "ten, repeats as one": once,
    }


def read() -> dict[str, int]:
    """Of 40 histories, by what was shown: those for which the model finds the fact likeliest of the five formats."""
    model = SmolLM(Path(__file__).with_name("answers.json"))
    asked = []
    for i, rows in enumerate(histories()):
        name = recall.NAMES[i % len(recall.NAMES)]
        for shown, lines in notes(rows, name).items():
            prompt = chat("Notes, oldest first:\n" + "\n".join(lines) + f"\n{recall.question(name)} Name one format.")
            asked.append((shown, views.newest(rows, K), prompt, [f"{name} wants it as {f}." for f in world.FORMATS]))
    scores = model.score([prompt for *_, prompt, _ in asked], [endings for *_, endings in asked])
    right = dict.fromkeys(SHOWN, 0)
    for (shown, fact, *_), found in zip(asked, scores, strict=True):
        right[shown] += max(range(world.COUNT), key=lambda i: found[i].mean) == fact
    return right
