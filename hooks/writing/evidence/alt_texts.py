"""The numbers in the alt text of a lab's figure: each stands in the drawing, or among what the lab recorded.

An alt text holds no element, so its numbers name no value. A figure that names its table is read against that table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from writing.evidence.figure_links import drawn, table_of
from writing.evidence.results import recorded

NUMBER = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?![\w])%?")
INTERVAL = re.compile(r"(?: (?!of\b)[\w-]+){0,2}[ -](?:intervals?|bands?|error bars?)\b", re.I)  # behind a number
TEXT = re.compile(r"<text\b[^>]*>([^<]*)<|<!--(.*?)-->", re.S)  # matplotlib writes a label as a comment or as text


def faults(tree: LexborHTMLParser, labs: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each number of an alt text that neither the drawing nor the record holds, with what to look for in the source."""
    for node in tree.css("img[alt]"):
        lab, name = drawn(node)
        path = labs.parent / "figures" / lab.replace("_", "-") / f"{name}-light.svg"
        if not lab or not (labs / lab / "results.json").exists() or not path.is_file():
            continue  # said where figures are paired
        record, figure = recorded(labs / lab), node.parent
        while figure and figure.tag != "figure":
            figure = figure.parent
        table = table_of(figure, lab) if figure else ""
        tables = [record["tables"][table]] if table in record["tables"] else record["tables"].values()
        cells = (cell for one in tables for row in [one["columns"], [len(one["rows"])], *one["rows"]] for cell in row)
        values = (entry.get(key) for entry in record["values"].values() for key in ("value", "low", "high"))
        texts = (unescape("".join(found)) for found in TEXT.findall(path.read_text(encoding="utf-8")))
        held = [number for part in (cells, values, texts) for cell in part for number in numbers(cell)]
        alt = node.attributes["alt"] or ""
        intervals = NUMBER.findall(" ".join(entry.get("interval", "") for entry in record["values"].values()))
        found = (one for one in NUMBER.finditer(alt) if one[0] not in intervals or not INTERVAL.match(alt, one.end()))
        for text in dict.fromkeys(one[0] for one in found):
            if not near(text, held):
                where = f"table {table}" if table in record["tables"] else "results.json"
                said = f"the alt text of {name}-light.svg says {text}, which neither it nor {where} of {lab} holds"
                yield (f"{name}-light.svg", text), f"{said}; mend it, or `results.add` it"


def numbers(cell: Any) -> list[float]:
    """The numbers of a recorded value or cell, or of a text."""
    if isinstance(cell, int | float):
        return [float(cell)]
    return [float(found.rstrip("%").replace(",", "")) for found in NUMBER.findall(cell or "")]


def near(text: str, held: list[float]) -> bool:
    """Whether a number, or one in per cent, is `text` once rounded to as many decimals."""
    half, said = 0.5 * 10.0 ** -len(text.rstrip("%").partition(".")[2]) + 1e-9, numbers(text)[0]
    return any(abs(said - abs(one)) <= half or abs(said - abs(100 * one)) <= half for one in held)
