"""The numbers a text quotes from labs, and how each should be written. Imported by evidence.py; has no event."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

CODE = re.compile(r"^([ >]*)(```+|~~~+)(?![^\n]*`).*?^\1\2[`~]*[ \t]*$|`[^`\n]+`", re.M | re.S)
LITERAL = re.compile(r'<data value="([^"]*)">([^<]*)</data>')
TABLE = re.compile(r"^<!-- table: ([\w.]+) -->[ \t]*\n((?:\|.*(?:\n|\Z))+)", re.M)
CELL = re.compile(r"(?<=\|)[ \t]*([^|\n]*?)[ \t]*(?=\|)")
NUMBER = re.compile(r"([+−-]?)(\d[\d,]*)(\.\d+)?(\s?(?:%|kB|k|MB|M|×))?")
SCALE = {"%": 100, "k": 1e-3, "kB": 1e-3, "M": 1e-6, "MB": 1e-6}
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


class Quote(NamedTuple):
    """A quoted number: where it stands in the text, its path through results.json, and how it is written."""

    start: int
    end: int
    path: tuple[str, ...]
    text: str


def quotes(source: str) -> Iterator[Quote]:
    """Every `<data value="lab.name">` and every cell below `<!-- table: lab.name -->`, but for those in code."""
    plain = CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)
    for found in LITERAL.finditer(plain):
        lab, name, field = [*found[1].split(".", 2), "", ""][:3]
        yield Quote(*found.span(2), (lab, "values", name, field or "value"), found[2])
    for table in TABLE.finditer(source):
        lines = [list(CELL.finditer(source, *line.span())) for line in re.finditer(r".+", source[: table.end()])]
        head, _, *body = [line for line in lines if line and line[0].start() > table.start(2)]
        for line in body:
            for name, cell in list(zip(head, line, strict=False))[1:]:
                yield Quote(
                    *cell.span(1), (*table[1].replace(".", ".tables.", 1).split("."), line[0][1], name[1]), cell[1]
                )


def lookup(path: tuple[str, ...], labs: Path) -> Any:
    """What stands at `path` in a lab's results. Raises ValueError saying which step is unknown and what is near."""
    try:
        node = json.loads((labs / path[0] / "results.json").read_bytes())
    except OSError:
        raise ValueError(f"no lab {path[0]!r} has results; `lab --list` names the labs") from None
    for step in path[1:]:
        if "rows" in node:
            node = {str(row[0]): dict(zip(node["columns"], row, strict=True)) for row in node["rows"]}
        if step not in node:
            close = get_close_matches(step, node, 1, 0.4)
            raise ValueError(f"lab {path[0]} has no {step!r}" + (f"; did you mean {close[0]}?" if close else ""))
        node = node[step]
    return node


def like(text: str, value: float | str) -> str:
    """The recorded `value` written as `text` is: same decimals, commas, unit, or word for a small number.

    Raises ValueError if `text` is no number but `value` is.
    """
    found = NUMBER.fullmatch(text)
    if isinstance(value, str | bool):
        return str(value)
    if text.lower() in WORDS and value in range(13):
        return WORDS[int(value)].capitalize() if text[0].isupper() else WORDS[int(value)]
    if not found:
        raise ValueError(f"{text!r} is not a number; write digits, with %, k, kB, M, MB or × behind them if need be")
    sign, digits, decimals, unit = (part or "" for part in found.groups())
    scaled = value * SCALE.get(unit.strip(), 1)
    places = max(len(decimals) - 1, 0)
    quoted = float((sign + digits + decimals).replace(",", "").replace("−", "-"))
    if abs(quoted - scaled) <= 0.5 * 10**-places * (1 + 1e-6):  # a tie may be rounded either way
        return text
    minus = "" if scaled >= 0 else "−" if sign == "−" else "-"
    comma = "," if "," in digits or abs(scaled) >= 1000 > float(digits.replace(",", "")) else ""
    return f"{sign if sign == '+' and not minus else minus}{abs(scaled):{comma}.{places}f}{unit}"
