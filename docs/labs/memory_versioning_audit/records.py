"""Reads a file of records: lines of JSON, or a table in a SQLite file; each record with its place."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from labs import strict_json

SQLITE = b"SQLite format 3\0"  # what such a file begins with


class Unreadable(ValueError):
    """An input that cannot be used: file, line, what is wrong, what would be right."""


def content_of(path: Path, needed: str) -> str:
    """The text of a file; `needed` says what its lines should be. Raises Unreadable."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Unreadable(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{path}: is not UTF-8 text; {needed} a line is needed") from None


def lines(path: Path, words: Sequence[str] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place and object of each line that is not blank; a line of as many `words` stands for one. Raises Unreadable."""
    for number, line in enumerate(content_of(path, "one JSON object").split("\n"), 1):
        if not line.strip():
            continue
        place, parts = f"{path}:{number}", line.split()
        if words and len(parts) == len(words) and not line.lstrip().startswith("{"):
            yield place, dict(zip(words, parts, strict=True))
            continue
        try:
            found = strict_json.loads(line)
        except json.JSONDecodeError as error:
            also = f", or {' '.join(words).upper()}" if words else ""
            raise Unreadable(f"{place}: not JSON ({error}); one object a line is needed{also}") from None
        except ValueError as error:
            raise Unreadable(f"{place}: {error}") from None
        if not isinstance(found, dict):
            raise Unreadable(f'{place}: {type(found).__name__}, not an object; write {{"id": …}}')
        yield place, found


def is_sqlite(path: Path) -> bool:
    """Whether a file begins as those of SQLite do. Raises Unreadable if there is none."""
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except OSError as error:
        raise Unreadable(f"{path}: cannot be read ({error.strerror})") from None


def in_table(path: Path, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place and fields of each row of a table in a SQLite file, which is opened to read only. Raises Unreadable."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            there = [name for (name,) in db.execute("select name from sqlite_master where type = 'table'")]
            if table not in there:
                raise Unreadable(f"{path}: no table {table}; it has {', '.join(sorted(there)) or 'none'}")
            rows = [dict(row) for row in db.execute(f'select * from "{table}" order by rowid')]
    except sqlite3.Error as error:
        raise Unreadable(f"{path}: cannot be read ({error})") from None
    for number, row in enumerate(rows, 1):
        if blobs := [name for name, value in row.items() if isinstance(value, bytes)]:
            raise Unreadable(f"{path}:{table}:{number}: {blobs[0]} is a blob; text or a number is needed")
        yield f"{path}:{table}:{number}", row


def records(path: Path, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place and fields of each record: of the rows of `table` in a SQLite file, else of lines of JSON."""
    return in_table(path, table) if is_sqlite(path) else lines(path)
