"""`lab fine-tuning-vs-rag stuck FACTS.csv`: for which of your facts is an old row still the most similar one?"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labs import embedding
from labs.arguments import Parser

COLUMNS = ("key", "time", "text", "question")
SAME = 1e-6  # cosines closer than this are a tie


@dataclass(frozen=True)
class Fact:
    """A row: which fact it states, when it was said, its text, and a question for it."""

    line: int
    key: str
    time: datetime.datetime
    text: str
    question: str


@dataclass(frozen=True)
class Verdict:
    """A fact that changed: its newest row, and an older one with another text, the nearest to its question if any is.

    `ahead` is by how much the older text's cosine with the newest row's question is the larger.
    """

    newest: Fact
    older: Fact
    ahead: float

    @property
    def stuck(self) -> bool:
        """Whether an older text comes back."""
        return self.ahead > SAME

    @property
    def tied(self) -> bool:
        """Whether old and new are equally near, so that the search may return either."""
        return abs(self.ahead) <= SAME


def read(path: Path) -> list[Fact]:
    """The rows of a CSV file with the columns key, time, text, question. Raises ValueError naming file and line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8'})") from None
    reader = csv.reader(lines, strict=True)
    found: list[Fact] = []
    try:
        head = [name.strip() for name in next(reader, [])]
        if sorted(head) != sorted(COLUMNS):
            raise ValueError(f"{path}:1: the columns are {', '.join(head) or 'none'}; wanted: {', '.join(COLUMNS)}")
        for cells in reader:
            if not cells:
                continue
            where = f"{path}:{reader.line_num}"
            if len(cells) != len(head):
                raise ValueError(f"{where}: {len(cells)} cells for 4 columns; put a text with a comma in double quotes")
            row = dict(zip(head, (cell.strip() for cell in cells), strict=True))
            if empty := [name for name in COLUMNS if not row[name]]:
                raise ValueError(f"{where}: {empty[0]} is empty; every row needs all four")
            found.append(Fact(reader.line_num, row["key"], moment(row["time"], where), row["text"], row["question"]))
    except csv.Error as error:
        raise ValueError(f"{path}:{reader.line_num}: not CSV ({error})") from None
    if not found:
        raise ValueError(f"{path}: no rows in it; a row is a key, a time, a text and a question")
    zoned = {row.time.tzinfo is not None: row for row in reversed(found)}
    if len(zoned) == 2:
        raise ValueError(f"{path}:{zoned[False].line}: a time without a zone, line {zoned[True].line} has one; "
                         "write all or none with a zone")  # fmt: skip
    return found


def moment(text: str, where: str) -> datetime.datetime:
    """A time in ISO 8601. Raises ValueError."""
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{where}: the time {text!r} cannot be read; write 2026-03-14 or 2026-03-14T09:30:00Z"
        ) from None


def changed(path: Path, rows: Sequence[Fact]) -> dict[str, list[Fact]]:
    """The rows of each key said twice or more, oldest first. Raises ValueError if there is none, or two are as new."""
    by_key: dict[str, list[Fact]] = {}
    for row in sorted(rows, key=lambda row: row.time):
        by_key.setdefault(row.key, []).append(row)
    found = {key: said for key, said in by_key.items() if len({row.text for row in said}) > 1}
    if not found:
        raise ValueError(f"{path}: no key has two different texts, so no fact ever changed; nothing to look for")
    for said in found.values():
        same = [row for row in said if row.time == said[-1].time]
        if len({row.text for row in same}) > 1:
            raise ValueError(f"{path}:{same[1].line}: as new as line {same[0].line} and of the same key, with another "
                             "text; which one holds?")  # fmt: skip
    return found


def directions(path: Path | None, texts: Sequence[str], what: str) -> np.ndarray:
    """Unit vectors (n, width) from a .npy file with a row a text, or MiniLM's. Raises ValueError."""
    if path is None:
        try:
            return embedding.embed(texts)
        except embedding.NotCached:
            raise ValueError("without the MiniLM model (MINILM_DIR names its folder), give your own vectors: "
                             "--vectors TEXTS.npy --questions QUESTIONS.npy") from None  # fmt: skip
    try:
        vectors = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        raise ValueError(f"{path}: no .npy file of numbers that can be read") from None
    if not isinstance(vectors, np.ndarray) or vectors.ndim != 2 or vectors.dtype.kind not in "fiu":
        raise ValueError(f"{path}: a matrix of numbers is wanted, a row a {what}")
    if len(vectors) != len(texts):
        raise ValueError(f"{path}: {len(vectors)} vectors, {len(texts)} rows of facts; they must be as many")
    vectors = vectors.astype(float)
    with np.errstate(over="ignore", invalid="ignore"):  # refused below, with the vector
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
    bad = np.flatnonzero(~np.isfinite(length[:, 0]) | (length[:, 0] < 1e-12))
    if len(bad):
        raise ValueError(f"{path}: vector {bad[0] + 1} is zero, too large or no number; it has no direction")
    return vectors / length


def verdicts(said: dict[str, list[Fact]], near: np.ndarray, at: dict[int, int]) -> list[Verdict]:
    """For each changed fact: is a row with an older text nearer to the newest row's question than the newest text?

    `near` holds cosines (questions, texts) in the order of the rows, `at` each line's place in it.
    """
    out = []
    for rows in said.values():
        newest, question = rows[-1], near[at[rows[-1].line]]
        older = max((row for row in rows if row.text != newest.text), key=lambda row: question[at[row.line]])
        out.append(Verdict(newest, older, float(question[at[older.line]] - question[at[newest.line]])))
    return out


def main(argv: Sequence[str]) -> int:
    """Run the command; 0: no changed fact is stuck, 1: one is. Raises ValueError for a reader's mistake."""
    if not argv or argv[0] != "stuck":
        raise ValueError("fine-tuning-vs-rag has one command: stuck FACTS.csv [--vectors T.npy --questions Q.npy]")
    parser = Parser("lab fine-tuning-vs-rag stuck", description=__doc__)
    parser.add_argument(
        "facts", type=Path, help="a CSV file: key, time, text, question; a row each time a fact is said"
    )
    parser.add_argument("--vectors", type=Path, help="your own vectors of the texts, a .npy file, a row a row")
    parser.add_argument("--questions", type=Path, help="and of the questions")
    options = parser.parse_args(argv[1:])
    if (options.vectors is None) != (options.questions is None):
        raise ValueError("--vectors and --questions go together: texts and questions of one and the same model")
    rows = read(options.facts)
    said = changed(options.facts, rows)
    texts = directions(options.vectors, [row.text for row in rows], "text")
    asked = directions(options.questions, [row.question for row in rows], "question")
    if texts.shape[1] != asked.shape[1]:
        raise ValueError(
            f"{options.questions}: {asked.shape[1]} numbers a vector, {texts.shape[1]} in {options.vectors}"
        )
    found = verdicts(said, asked @ texts.T, {row.line: i for i, row in enumerate(rows)})
    stuck, tied = [one for one in found if one.stuck], [one for one in found if one.tied]
    for one in (*stuck, *tied):
        near = "nearer" if one.stuck else "as near"
        print(f"{options.facts}:{one.newest.line}: {one.newest.key}: {one.newest.text!r} is the newest, but line "
              f"{one.older.line} is {near} to its question: {one.older.text!r}")  # fmt: skip
    undecided = f", {len(tied)} undecided between old and new" if tied else ""
    print(f"{len({row.key for row in rows})} facts, {len(found)} changed, "
          f"of them {len(stuck)} stuck on an older row{undecided}")  # fmt: skip
    return int(bool(stuck or tied))
