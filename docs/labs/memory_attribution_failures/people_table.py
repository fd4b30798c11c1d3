"""Makes the two tables of `people` from LoCoMo's file and the published runs: numbers only, none of their text.

    python -m labs.memory_attribution_failures.people_table locomo10.json haiku.json gpt.json withdrawn.json

The files are data/locomo10.json of github.com/snap-research/locomo at 3eb6f2c (CC BY-NC 4.0) and, of
github.com/francisdu53/exia-ghost-benchmarks, locomo/results/exiaghost-memory/scores.json and
locomo/results/exiaghost-memory-openai/locomo_eval_results.json at e35dff9 and locomo/results/exiaghost-full/scores.json
at 494901c. Writes data/people.csv, data/answers.csv, data/facts.csv and data/extracted.csv; in the last the column
`theirs` is coded by hand and kept.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from labs.memory_attribution_failures.people import RUNS, SEEN
from labs.memory_attribution_failures.survey import DATA, Row, read

SHA256 = {
    "locomo": "79fa87e90f04081343b8c8debecb80a9a6842b76a7aa537dc9fdf651ea698ff4",
    "haiku": "b983200226aab6373ecab7730516e306cde8927b0b7fb6447163479835116b65",
    "gpt": "7177436f0d702332b5d70dbfe843eff8f98227b44835c973d6c099fc5fa9b8b1",
    "withdrawn": "b0f3af14a6ffc8235c6740a6b1629d53989a5a062b74da8af4b46a3ef91c48d4",
}
NO_ANSWER = 5  # LoCoMo's category of questions that its dialogue does not answer
FACT = ("dialogue", "session", "person", "place")  # names one of LoCoMo's facts
DENIAL = re.compile(r"\b(not|no|never|none)\b|n't")


def words(text: object) -> str:
    """The words and numbers of a text, in small letters, with one space between."""
    return " ".join(re.findall(r"[a-z0-9]+", str(text).lower()))


def unknown(answer: object) -> bool:
    """Whether an answer begins by saying that nothing is known."""
    return words(answer).startswith(("unknown", "not mentioned"))


def renamed(text: str, one: str, other: str) -> str:
    """A question with the two speakers' names exchanged."""
    return re.sub(rf"\b({one}|{other})\b", lambda name: other if name[0] == one else one, text)


def twins(dialogue: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    """Places of a question without an answer, and of the one with an answer that differs from it in the name only."""
    one, other = (dialogue["conversation"][f"speaker_{side}"] for side in "ab")
    answered = {words(q["question"]): i for i, q in enumerate(dialogue["qa"]) if q["category"] != NO_ANSWER}
    for place, asked in enumerate(dialogue["qa"]):
        twin = answered.get(words(renamed(asked["question"], one, other)))
        if asked["category"] == NO_ANSWER and twin is not None:
            yield place, twin


def seen(first: Mapping[str, Any], second: Mapping[str, Any], owner: str) -> dict[str, int]:
    """What a run did with a pair: the answer about the owner, then the one about the other speaker, as 0 or 1.

    unknown, other_unknown  it begins with "unknown" or "not mentioned"
    passed, other_passed    the run's judge labelled it as correct
    other_denies            it names the owner or holds a word such as "not"
    same                    both people get the same words, and these are not "unknown"
    """
    answers = first["response"], second["response"]
    denies = owner in answers[1] or bool(DENIAL.search(answers[1].lower()))
    values = (unknown(answers[0]), first["label"] == "CORRECT", unknown(answers[1]), second["label"] == "CORRECT",
              denies, words(answers[0]) == words(answers[1]) and not unknown(answers[0]))  # fmt: skip
    return dict(zip(SEEN, map(int, values), strict=True))


def table(dialogues: Sequence[Mapping[str, Any]], runs: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict]:
    """A row for each pair. Raises ValueError where a run's questions are not the dialogues'."""
    rows = []
    for number, dialogue in enumerate(dialogues):
        asked = [words(q["question"]) for q in dialogue["qa"]]
        given = {run: results[number]["qa_results"] for run, results in runs.items()}
        for run, answers in given.items():
            if [words(a["question"]) for a in answers] != asked:
                raise ValueError(f"{run}: the questions of dialogue {number + 1} are not LoCoMo's")
        names = [dialogue["conversation"][f"speaker_{side}"] for side in "ab"]
        for place, twin in twins(dialogue):
            owner = next(n for n in names if re.search(rf"\b{n}\b", dialogue["qa"][twin]["question"]))
            row = {"dialogue": number + 1, "owner": twin, "other": place}
            for run, answers in given.items():
                got = seen(answers[twin], answers[place], owner)
                row |= {f"{run}_{column}": value for column, value in got.items()}
            rows.append(row)
    return rows


def totals(run: str, results: Sequence[Mapping[str, Any]]) -> dict[str, str | int]:
    """A run over all its questions: how many, passed by its judge, unknown, both, and those without an answer."""
    answers = [a for dialogue in results for a in dialogue["qa_results"]]
    none = [a for a in answers if unknown(a["response"])]
    trick = [a for a in answers if a["category"] == NO_ANSWER]
    passed = [sum(a["label"] == "CORRECT" for a in some) for some in (answers, none, trick)]
    return {"run": run, "answers": len(answers), "passed": passed[0], "unknown": len(none), "unknown_passed": passed[1],
            "trick": len(trick), "trick_passed": passed[2]}  # fmt: skip


def observed(dialogue: Mapping[str, Any]) -> Iterator[tuple[int, int, int, bool]]:
    """The facts that gpt-3.5-turbo drew: session, speaker (0 or 1), place, and if only the other's turns are cited."""
    talk = dialogue["conversation"]
    names = [talk["speaker_a"], talk["speaker_b"]]
    said = {t["dia_id"]: t["speaker"] for key in talk if re.fullmatch(r"session_\d+", key) for t in talk[key]}
    for key, facts in dialogue["observation"].items():
        session = int(re.findall(r"\d+", key)[0])
        for person, name in enumerate(names):
            for place, (_, cited) in enumerate(facts.get(name, [])):
                by = {said[turn] for turn in re.findall(r"D\d+:\d+", str(cited)) if turn in said}
                yield session, person, place, bool(by) and name not in by


def extracted(dialogues: Sequence[Mapping[str, Any]], coded: Sequence[Row]) -> tuple[list[dict], list[dict]]:
    """Facts of each dialogue, counted, and a row for each that cites the other only, with the code it had."""
    known = {tuple(row[key] for key in FACT): row["theirs"] for row in coded}
    counts, rows = [], []
    for number, dialogue in enumerate(dialogues, 1):
        facts = list(observed(dialogue))
        other = [fact[:3] for fact in facts if fact[3]]
        counts.append({"dialogue": number, "facts": len(facts), "cites_other": len(other)})
        for fact in other:
            row = dict(zip(FACT, (number, *fact), strict=True))
            rows.append({**row, "theirs": known.get(tuple(map(str, row.values())), "")})
    return counts, rows


def load(name: str, path: str) -> Any:
    """The content of one file. Raises ValueError in a line if it cannot be read or is another file."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    if hashlib.sha256(content).hexdigest() != SHA256[name]:
        raise ValueError(f"{path}: not the file of {name} that the head of people_table.py names (its SHA-256 differs)")
    return json.loads(content)


def write(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as one of the data sets."""
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as lines:
        out = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


if __name__ == "__main__":
    if len(sys.argv) != 1 + len(SHA256):
        sys.exit(f"{len(SHA256)} files are needed: {' '.join(SHA256)}, as the head of people_table.py says")
    try:
        given = {name: load(name, path) for name, path in zip(SHA256, sys.argv[1:], strict=True)}
    except ValueError as error:
        sys.exit(str(error))
    runs = {run: given[run]["results"] for run in RUNS}
    write("people", table(given["locomo"], runs))
    write("answers", [totals(run, results) for run, results in runs.items()])
    counts, rows = extracted(given["locomo"], read("extracted"))
    write("facts", counts)
    write("extracted", rows)
