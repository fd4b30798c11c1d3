"""`lab memory-hierarchy cut MEMORIES.jsonl QUESTIONS.csv`: what a filter after the cut drops from your own memories."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from labs import embedding
from labs.arguments import Parser
from labs.memory_hierarchy import example


@dataclass(frozen=True)
class Memory:
    """A line of the memories: where it stands, what it is, and its vector or text."""

    line: int
    id: str
    time: datetime.datetime
    owner: str
    text: str | None
    vector: tuple[float, ...] | None


@dataclass(frozen=True)
class Question:
    """A line of the questions: text or vector, an owner, and a window from `start` (in it) to `end` (not in it)."""

    line: int
    text: str
    owner: str
    start: datetime.datetime
    end: datetime.datetime
    vector: tuple[float, ...] | None


@dataclass(frozen=True)
class Answer:
    """How many rows are in the window, how many are left of them, and how many must be fetched for all of them."""

    question: Question
    there: int
    kept: int  # owner and dates filtered after the first k of all
    kept_owner: int  # the owner filtered first, dates after the first k
    needed: int  # the first k that keeps every row; 0 if there is none


def moment(value: Any, name: str) -> datetime.datetime:
    """A time with its zone. Raises ValueError."""
    try:
        found = datetime.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}; write 2026-03-14T09:30:00Z or +01:00 in place of Z") from None
    if found.tzinfo is None:
        raise ValueError(f"{name} {value!r} has no time zone; write 2026-03-14T09:30:00Z or +01:00 in place of Z")
    return found


def word(fields: dict[str, Any], name: str) -> str:
    """A field that must be there and hold something. Raises ValueError."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise ValueError(f"{name} is {value!r}; a text is wanted")
    return str(value).strip()


def named(fields: dict[str, Any], *names: str) -> None:
    """Raises ValueError naming the fields that are not there, and those that might be renamed."""
    if missing := [f"`{name}`" for name in names if name not in fields]:
        others = ", ".join(f"`{name}`" for name in fields if name not in names and name != "vector")
        raise ValueError(f"no field {', '.join(missing)}; " + (f"rename {others}" if others else "add it"))


def numbers(value: Any) -> tuple[float, ...] | None:
    """A vector, or None where there is none. Raises ValueError."""
    if value is None:
        return None
    if not isinstance(value, list) or not value or not all(type(x) in (int, float) and abs(x) < 1e100 for x in value):
        raise ValueError("vector is no list of numbers, or one is too large")
    if sum(float(x) ** 2 for x in value) < 1e-200:
        raise ValueError("vector is all zeros; it has no direction to compare")
    return tuple(map(float, value))


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose keys are all different. Raises KeyError naming a key that is there twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise KeyError(key)
        found[key] = value
    return found


def lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The records of a .jsonl or .csv file with their lines. Raises ValueError naming file and line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8'})") from None
    if path.suffix == ".csv":
        reader = csv.DictReader(io.StringIO(text), strict=True)
        try:
            columns = reader.fieldnames or ()
            if twice := [name for at, name in enumerate(columns) if name in columns[:at]]:
                raise ValueError(f"{path}:1: two columns `{twice[0]}`; one is wanted")
            for fields in reader:
                wide = len(columns)
                cells = wide + len(fields.get(None) or ()) - sum(value is None for value in fields.values())
                if cells != wide:
                    hint = "; put a text with a comma in double quotes" if cells > wide else ""
                    raise ValueError(f"{path}:{reader.line_num}: {cells} cells, {wide} columns{hint}")
                yield reader.line_num, {key: value for key, value in fields.items() if key}
        except csv.Error as error:
            raise ValueError(f"{path}:{reader.line_num}: not CSV ({error})") from None
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                fields = json.loads(line, object_pairs_hook=object_of)
            except KeyError as twice:
                raise ValueError(f"{path}:{number}: two fields `{twice.args[0]}`; one is wanted") from None
            except (ValueError, RecursionError):
                raise ValueError(f"{path}:{number}: not JSON; one object a line is wanted") from None
            if not isinstance(fields, dict):
                raise ValueError(f"{path}:{number}: a {type(fields).__name__}; one object a line is wanted")
            yield number, fields


def memories(path: Path) -> list[Memory]:
    """Read the memories. Raises ValueError naming file and line."""
    found, ids, width = [], {}, (0, 0)
    for number, fields in lines(path):
        try:
            vector = numbers(fields.get("vector"))
            named(fields, "id", "time", "owner", *(() if vector else ("text",)))
            one = Memory(
                number,
                word(fields, "id"),
                moment(fields.get("time"), "time"),
                word(fields, "owner"),
                None if vector else word(fields, "text"),
                vector,
            )
            if one.id in ids:
                raise ValueError(f"id {one.id!r} is that of line {ids[one.id]}, too")
            if found and bool(vector) != bool(found[0].vector):
                raise ValueError(f"{'a' if vector else 'no'} vector, unlike line {found[0].line}; all or none have one")
            if vector and width[0] and len(vector) != width[0]:
                raise ValueError(f"a vector of {len(vector)} numbers, {width[0]} in line {width[1]}")
        except ValueError as error:
            raise ValueError(f"{path}:{number}: {error}") from None
        width = (len(vector), number) if vector and not width[0] else width
        ids[one.id] = number
        found.append(one)
    if not found:
        raise ValueError(f"{path}: no memories in it; a line is an object with id, time, owner, and text or vector")
    return found


def questions(path: Path, width: int) -> list[Question]:
    """Read the questions; `width` is the length of the memories' vectors, 0 if they are texts. Raises ValueError."""
    found = []
    for number, fields in lines(path):
        try:
            named(fields, "question", "owner", "from", "to")
            vector = numbers(fields.get("vector")) if width else None
            if width and vector is None:
                raise ValueError(
                    "the memories are vectors, so a question needs a vector; write the questions as .jsonl"
                )
            if vector and len(vector) != width:
                raise ValueError(f"a vector of {len(vector)} numbers, {width} in the memories")
            one = Question(
                number,
                word(fields, "question"),
                word(fields, "owner"),
                moment(fields.get("from"), "from"),
                moment(fields.get("to"), "to"),
                vector,
            )
            if one.end <= one.start:
                raise ValueError("`to` is not after `from`")
        except ValueError as error:
            raise ValueError(f"{path}:{number}: {error}") from None
        found.append(one)
    if not found:
        raise ValueError(f"{path}: no questions in it; its columns are question, owner, from, to")
    return found


def directions(items: Sequence[Memory | Question]) -> np.ndarray:
    """Unit vectors, (n, width); of texts by MiniLM. Raises ValueError where that is not here."""
    if items[0].vector is None:
        return embedding.embed([item.text or "" for item in items])
    vectors = np.array([item.vector for item in items])
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def answers(rows: Sequence[Memory], asked: Sequence[Question], k: int) -> list[Answer]:
    """Search every memory for each question by cosine; of equal ones the earlier line is first."""
    near = directions(asked) @ directions(rows).T
    owner = np.array([row.owner for row in rows])
    out = []
    for question, similar in zip(asked, near, strict=True):
        order = np.argsort(-np.round(similar, 6), kind="stable")
        mine = owner[order] == question.owner
        dates = np.array([question.start <= rows[at].time < question.end for at in order])
        ranks = np.flatnonzero(mine & dates) + 1
        out.append(
            Answer(
                question,
                len(ranks),
                int((ranks <= k).sum()),
                int(dates[mine][:k].sum()),
                int(ranks.max()) if len(ranks) else 0,
            )
        )
    return out


def main(argv: Sequence[str]) -> int:
    """Run a command; 0: no question lost a row, 1: one did. Raises ValueError for a reader's mistake."""
    if list(argv) == ["example"]:
        print(f"wrote {' and '.join(map(str, example.write(Path())))}")
        return 0
    if not argv or argv[0] != "cut":
        raise ValueError("memory-hierarchy has two commands: example, and cut MEMORIES.jsonl QUESTIONS.csv [--k 20]")
    parser = Parser("lab memory-hierarchy cut", description=__doc__)
    parser.add_argument("memories", type=Path, help="a line an object: id, time with zone, owner, text or vector")
    parser.add_argument("questions", type=Path, help="question, owner, from, to (and vector, as .jsonl)")
    parser.add_argument("--k", type=int, default=20, help="rows that your search returns (20)")
    options = parser.parse_args(argv[1:])
    if options.k < 1:
        raise ValueError(f"--k is {options.k}; it must be 1 or more")
    rows = memories(options.memories)
    asked = questions(options.questions, len(rows[0].vector or ()))
    found = answers(rows, asked, options.k)
    owners = {row.owner for row in rows}
    for one in found:
        where = f"{options.questions}:{one.question.line}: {one.question.owner}"
        if not one.there:
            known = "" if one.question.owner in owners else "; no memory has this owner"
            print(f"{where}: 0 rows exist in the window{known}")
            continue
        first = f", {one.kept_owner} with the owner filtered first" if one.kept_owner != one.kept else ""
        print(
            f"{where}: {one.there} rows exist, {one.kept} kept after {options.k}{first}; "
            f"all would take {one.needed} of {len(rows)}"
            + (f"; with owner and dates first, {options.k} of these {one.there}" if one.there > options.k else "")
        )
    there = [one for one in found if one.there]
    short, empty = sum(one.kept < one.there for one in there), sum(not one.kept for one in there)
    print(
        f"{len(found)} questions, {len(found) - len(there)} without a row; of the others {short} lost rows, {empty} all"
    )
    return int(short > 0)
