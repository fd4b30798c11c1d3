"""Makes the lab's tables of numbers from LoCoMo's file, none of its text.

    MINILM_DIR=... python -m labs.contextual_compression.table locomo10.json

MINILM_DIR as `labs.embedding` says; with LANGUAGE_MODEL=1 and the language model installed, the surprise too. Writes
data/turns.csv, data/written.csv, data/questions.csv and data/again.csv; without the language model the old column of
surprise stays.
"""

from __future__ import annotations

import csv
import hashlib
import os
import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from labs import minilm, smollm
from labs.contextual_compression import keeping, locomo
from labs.contextual_compression.dialogues import AGAIN
from labs.contextual_compression.keeping import words
from labs.contextual_compression.locomo import Dialogue, Question

DATA = Path(__file__).with_name("data")
SAMPLE = 100  # turns a dialogue, drawn at random, whose surprise is computed
STEM = 5  # letters by which two words are the same, in the looser match
SMALL = frozenset(words("a an and at by for from her his in is it its of on or she he that the their they to was with"))
TURNS = (
    "dialogue session turn pieces words rarity centrality textrank textrank_words mmr surprise asked answers loosely"
)
WRITTEN = "dialogue kind place pieces rarity answers loosely"
QUESTIONS = "dialogue question category literal bm25 bm25_loosely facts facts_loosely"
CUT = "dialogue room cuts kept"
ROOMS = (1.0, 0.4, 0.25)  # shares of the dialogue's tokens that its context has room for
Row = dict[str, str | int | float]


def contains(said: Sequence[str], answer: Sequence[str]) -> bool:
    """Whether the words of an answer stand in a text one after another."""
    n = len(answer)
    return n > 0 and any(list(said[i : i + n]) == list(answer) for i in range(len(said) - n + 1))


def loosely(said: Iterable[str], answer: Iterable[str]) -> bool:
    """Whether each word of an answer that is not a small one is in a text, in any order, by its first letters."""
    stems = {word[:STEM] for word in said}
    asked = {word[:STEM] for word in answer if word not in SMALL}
    return bool(asked) and asked <= stems


def answerable(dialogue: Dialogue) -> dict[int, tuple[Question, list[str], bool]]:
    """Factual questions answered in a turn of their evidence: number -> question, the answer, if word for word."""
    said = [words(turn) for turn in dialogue.turns]
    found = {}
    for i, question in enumerate(dialogue.questions):
        answer = words(question.answer)
        if question.category not in locomo.FACTUAL or answer in (["yes"], ["no"]):
            continue
        literal = any(contains(said[j], answer) for j in question.evidence)
        if literal or any(loosely(said[j], answer) for j in question.evidence):
            found[i] = question, answer, literal
    return found


def held(text: str, asked: Mapping[int, tuple[Question, list[str], bool]]) -> dict[str, str]:
    """The numbers of the questions whose answer a text holds, word for word and loosely."""
    said = words(text)
    literal = [i for i, (_, answer, kept) in asked.items() if kept and contains(said, answer)]
    loose = [i for i, (_, answer, _) in asked.items() if loosely(said, answer) or i in literal]
    return {"answers": " ".join(map(str, literal)), "loosely": " ".join(map(str, loose))}


def again(dialogue: Dialogue, sizes: Sequence[int]) -> list[Row]:
    """What stays in contexts of three sizes that are cut at every overflow; the largest is cut once, at the end."""
    found: list[Row] = []
    for room in ROOMS:
        kept, cuts = keeping.cut_again(
            sizes, AGAIN * sum(sizes), room * sum(sizes), partial(keeping.rarest_first, dialogue.turns)
        )
        found.append({"dialogue": dialogue.name, "room": room, "cuts": cuts, "kept": " ".join(map(str, kept))})
    return found


def pieces(texts: Iterable[str]) -> list[int]:
    """Word pieces of each text."""
    return [len(minilm.tokenize(text)) - 2 for text in texts]


def until(
    said: Sequence[Sequence[str]], sizes: Sequence[int], held: Sequence[Mapping[str, object]], number: int, query: str
) -> dict[str, int | str]:
    """Word pieces that BM25 reads until the first text that holds the answer of a question; empty if none does."""
    order = keeping.best_first(keeping.bm25(said, words(query)))
    read = np.cumsum([sizes[i] for i in order])
    return {
        name: next((int(n) for n, i in zip(read, order, strict=True) if str(number) in str(held[i][name]).split()), "")
        for name in ("answers", "loosely")
    }


def rows(dialogue: Dialogue, vectors: np.ndarray, surprise: Mapping[int, float]) -> tuple[list[Row], ...]:
    """The rows of the four tables for one dialogue; `vectors` are its turns' unit vectors."""
    asked = answerable(dialogue)
    factual = [question for question in dialogue.questions if question.category in locomo.FACTUAL]
    times = Counter(j for question in factual for j in question.evidence)
    sizes = pieces(f"{who}: {turn}" for who, turn in zip(dialogue.speakers, dialogue.turns, strict=True))
    scores = {
        "rarity": keeping.rarity(dialogue.turns),
        "centrality": keeping.centrality(vectors),
        "textrank": keeping.textrank(vectors @ vectors.T) * len(vectors),
        "textrank_words": keeping.textrank(keeping.shared_words(dialogue.turns)) * len(vectors),
    }
    places = {turn: place for place, turn in enumerate(keeping.diverse(vectors))}
    answers = [held(turn, asked) for turn in dialogue.turns]
    turns: list[Row] = [
        {
            "dialogue": dialogue.name, "session": dialogue.sessions[i], "turn": i, "pieces": sizes[i],
            "words": len(words(turn)), **{name: round(float(score[i]), 4) for name, score in scores.items()},
            "mmr": places[i], "surprise": surprise.get(i, ""), "asked": times[i], **answers[i],
        }
        for i, turn in enumerate(dialogue.turns)
    ]  # fmt: skip
    written: list[Row] = []
    for kind, texts in (("summary", dialogue.summaries), ("observation", dialogue.observations)):
        for i, (text, size, rare) in enumerate(zip(texts, pieces(texts), keeping.rarity(texts), strict=True)):
            head: Row = {"dialogue": dialogue.name, "kind": kind, "place": i, "pieces": size, "rarity": round(rare, 4)}
            written.append({**head, **held(text, asked)})
    questions: list[Row] = []
    said = [words(f"{who}: {turn}") for who, turn in zip(dialogue.speakers, dialogue.turns, strict=True)]
    observed = [row for row in written if row["kind"] == "observation"]
    facts = [words(text) for text in dialogue.observations], [int(row["pieces"]) for row in observed], observed
    for i, (question, _, literal) in asked.items():
        first, fact = until(said, sizes, answers, i, question.text), until(*facts, i, question.text)
        questions.append(
            {
                "dialogue": dialogue.name,
                "question": i,
                "category": question.category,
                "literal": int(literal),
                "bm25": first["answers"],
                "bm25_loosely": first["loosely"],
                "facts": fact["answers"],
                "facts_loosely": fact["loosely"],
            }
        )
    return turns, written, questions, again(dialogue, sizes)


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors at half precision, as the labs' caches keep them, and of length one again."""
    half = vectors.astype(np.float16).astype(float)
    return half / np.linalg.norm(half, axis=1, keepdims=True)


def sampled(dialogue: Dialogue) -> list[int]:
    """The turns whose surprise is computed, the same each time."""
    return sorted(random.Random(dialogue.name).sample(range(len(dialogue.turns)), min(SAMPLE, len(dialogue.turns))))


def surprises(dialogue: Dialogue) -> dict[int, float]:
    """Mean -log probability a token that SmolLM2-135M gives each sampled turn, with nothing before it."""
    pick = sampled(dialogue)
    scored = smollm.model(None).score([("<|endoftext|>", dialogue.turns[i]) for i in pick])
    return {pick[at]: round(-float(np.mean(logp)), 4) for at, logp in scored}


def kept_surprises() -> dict[str, dict[int, float]]:
    """The surprises that the committed table holds, by dialogue and turn."""
    kept: dict[str, dict[int, float]] = {}
    if (DATA / "turns.csv").exists():
        for row in csv.DictReader((DATA / "turns.csv").open(encoding="utf-8", newline="")):
            if row["surprise"]:
                kept.setdefault(row["dialogue"], {})[int(row["turn"])] = float(row["surprise"])
    return kept


def write(path: Path, columns: str, content: Sequence[Row]) -> None:
    """Write one table, through a temporary file."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns.split(), lineterminator="\n")
        out.writeheader()
        out.writerows(content)
    temporary.replace(path)


def main(argv: Sequence[str]) -> int:
    """Make the tables from the file named; returns the exit status."""
    try:
        if len(argv) != 1:
            raise ValueError("name one file: LoCoMo's data/locomo10.json")
        path = Path(argv[0])
        dialogues = locomo.read(path)
        if (digest := hashlib.sha256(path.read_bytes()).hexdigest()) != locomo.SHA256:
            print(f"note: {path} is another version (sha256 {digest[:16]}…); the numbers will differ", file=sys.stderr)
        surprise = kept_surprises()
        if os.environ.get("LANGUAGE_MODEL") == "1":
            surprise = {dialogue.name: surprises(dialogue) for dialogue in dialogues}
        made: tuple[list[Row], ...] = ([], [], [], [])
        for dialogue in dialogues:
            vectors = unit(minilm.encode(dialogue.turns)[0])
            for table, new in zip(made, rows(dialogue, vectors, surprise.get(dialogue.name, {})), strict=True):
                table.extend(new)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    DATA.mkdir(exist_ok=True)
    names, headers = ("turns", "written", "questions", "again"), (TURNS, WRITTEN, QUESTIONS, CUT)
    for name, columns, table in zip(names, headers, made, strict=True):
        write(DATA / f"{name}.csv", columns, table)
        print(f"{name}.csv: {len(table)} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
