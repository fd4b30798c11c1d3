"""Read and write the JSONL files of the commands; what is wrong with one is said with file and line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from labs import strict_json


def lines_of(path: Path, needs: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(file:line, object) for each line of a JSONL file. Raises ValueError with file and line for what is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror.lower()}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8 (byte {error.start})") from None
    seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = strict_json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{where}: not JSON ({error.msg}, column {error.colno})") from None
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from None
        if not isinstance(row, dict):
            raise ValueError(f'{where}: a line must be an object such as {{"id": "...", "answer": "λx.x"}}')
        for name in needs:
            if not isinstance(row.get(name), str):
                batch = (
                    "; a batch's answer? the lab's notes have a line that turns it over" if "custom_id" in row else ""
                )
                raise ValueError(f'{where}: "{name}" is missing or no text{batch}')
        if row["id"] in seen:
            raise ValueError(f"{where}: id {row['id']} was on line {seen[row['id']]} already")
        seen[row["id"]] = number
        yield where, row
    if not seen:
        raise ValueError(f"{path}: there is nothing in it")


def write_lines(path: Path, rows: Iterable[dict[str, Any]], force: bool) -> None:
    """Write a JSONL file. Raises ValueError if it exists and is not to be replaced, or cannot be written."""
    rows = list(rows)
    try:
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    except FileExistsError:
        raise ValueError(f"{path}: there already; choose another name or add --force") from None
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror.lower()}") from None
