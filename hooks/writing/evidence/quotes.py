"""Rewrites quoted numbers in a Markdown file: a help for its author. What is right is decided in rendered.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from writing.evidence.precision import format_like
from writing.evidence.results import lookup, recorded

CODE = re.compile(r"^([ >]*)(```+|~~~+)(?![^\n]*`).*?^\1\2[`~]*[ \t]*$|`[^`\n]+`", re.M | re.S)
LITERAL = re.compile(r'<data value="([^"]*)">|</data>')  # may be nested: a checked sentence carries its numbers
TABLE = re.compile(r"^[ >]*<!-- table: (\S+) -->(?:[ \t>]*\n)+((?:[ >]*\|.*(?:\n|\Z))+)", re.M)
LINE = re.compile(r"\|.*")
CELL = re.compile(r"(?<=\|)[ \t]*((?:\\.|[^|\\\n])*?)[ \t]*(?=\||$)")


class Quote(NamedTuple):
    """A quoted number: where it stands in the text, its path through results.json, and how it is written."""

    start: int
    end: int
    path: tuple[str, ...]
    text: str


def quotes(source: str) -> Iterator[Quote]:
    """Every `<data value="lab.name">` and every cell below `<!-- table: lab.name -->`, but for those in code."""
    source = source.replace("\r\n", " \n")  # of the same length, so that places hold
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


def rewritten(source: str, labs: Path) -> Iterator[tuple[Quote, str]]:
    """Every quoted number that is not as recorded, with what its lab recorded in the form it was written in."""
    for quote in quotes(source):
        with suppress(ValueError):
            claim = quote.path[1] == "values" and quote.path[2] in recorded(labs / quote.path[0])["claims"]
            if not claim and (new := format_like(quote.text, lookup(quote.path, labs))) != quote.text:
                yield quote, new


def fixed(source: str, changes: Iterable[tuple[Quote, str]]) -> str:
    """The text with what `rewritten` gave written into it; the rest is left as it is."""
    for quote, new in sorted(changes, reverse=True):
        source = source[: quote.start] + new + source[quote.end :]
    return source
