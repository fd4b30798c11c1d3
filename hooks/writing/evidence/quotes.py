"""The numbers a text quotes from labs, and what labs recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

CODE = re.compile(r"^([ >]*)(```+|~~~+)(?![^\n]*`).*?^\1\2[`~]*[ \t]*$|`[^`\n]+`", re.M | re.S)
LITERAL = re.compile(r'<data value="([^"]*)">|</data>')  # may be nested: a checked sentence carries its numbers
TABLE = re.compile(r"^[ >]*<!-- table: (\S+) -->\s*?\n((?:[ >]*\|.*(?:\n|\Z))+)", re.M)
LINE = re.compile(r"\|.*")
CELL = re.compile(r"(?<=\|)[ \t]*((?:\\.|[^|\\\n])*?)[ \t]*(?=\||$)")


class Quote(NamedTuple):
    """A quoted number: where it stands in the text, its path through results.json, and how it is written."""

    start: int
    end: int
    path: tuple[str, ...]
    text: str


@lru_cache(maxsize=8)  # the checks, the marks and the box ask one after the other
def quotes(source: str) -> tuple[Quote, ...]:
    """Every `<data value="lab.name">` and every cell below `<!-- table: lab.name -->`, but for those in code."""
    return tuple(found(source)) if "<data" in source or "<!-- table:" in source else ()


def found(source: str) -> Iterator[Quote]:
    """As `quotes`, one by one."""
    plain = CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)
    opened = []
    for tag in LITERAL.finditer(plain):
        if tag[0] != "</data>":
            opened.append(tag)
        elif opened:
            data = opened.pop()
            lab, name, field = [*data[1].split(".", 2), "", ""][:3]
            start, end = data.end(), tag.start()
            yield Quote(start, end, (lab, "values", name, field or "value"), source[start:end])
    for table in TABLE.finditer(source):
        rows = [list(CELL.finditer(source, *line.span())) for line in LINE.finditer(source, *table.span(2))]
        for row in rows[2:] if plain[table.start(1)] != " " else ():
            for head, cell in list(zip(rows[0], row, strict=False))[1:]:
                if head[1] or cell[1]:  # neither is there behind the last | of a line
                    steps = table[1].replace(".", ".tables.", 1).split(".")
                    yield Quote(*cell.span(1), (*steps, row[0][1], head[1]), cell[1])


parsed = lru_cache(maxsize=32)(json.loads)


def claimed(path: tuple[str, ...], labs: Path) -> dict[str, Any] | None:
    """What a lab recorded of the claim that `path` names: `holds` for each seed, `says`, `at`; None if it is none."""
    file = labs / path[0] / "results.json"
    return parsed(file.read_bytes()).get("claims", {}).get(path[2]) if file.exists() else None


def lookup(path: tuple[str, ...], labs: Path) -> Any:
    """What stands at `path` in a lab's results. Raises ValueError saying which step is unknown and what is near."""
    try:
        node = parsed((labs / path[0] / "results.json").read_bytes())
    except OSError:
        raise ValueError(f"no lab {path[0]!r} has results; `lab --list` names the labs") from None
    for step in path[1:]:
        if isinstance(node, dict) and "rows" in node:
            if [str(row[0]) for row in node["rows"]].count(step) > 1:
                raise ValueError(f"lab {path[0]} has several rows {step!r}; quote its numbers one by one")
            node = {str(row[0]): dict(zip(node["columns"], row, strict=True)) for row in node["rows"]}
        if not isinstance(node, dict) or step not in node:
            close = get_close_matches(step, node if isinstance(node, dict) else (), 1, 0.4)
            raise ValueError(f"lab {path[0]} has no {step!r}" + (f"; did you mean {close[0]}?" if close else ""))
        node = node[step]
    return node
