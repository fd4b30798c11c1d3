"""Rewrites quoted numbers in a Markdown file: a help for its author. What is right is decided in rendered.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import NamedTuple

from writing.evidence.precision import format_like
from writing.evidence.results import lookup, recorded

CODE = re.compile(r"^([ >]*)(```+|~~~+)(?![^\n]*`).*?^\1\2[`~]*[ \t]*$|`[^`\n]+`", re.M | re.S)
BLOCK = re.compile(r"(?:(?<=\n\n)|(?<=\n \n))(?: {4}|\t).*\n?(?:(?: {4}|\t).*\n?|[ \t]*\n(?= {4}|\t))*")
LEADS_ON = re.compile(r"[ \t>]|[-*+:] |\d+[.)] |!!!|\?\?\?|===|\[\^")  # what is indented below is no code
LITERAL = re.compile(  # may be nested: a checked sentence carries its numbers
    r"""<data\b[^<>]*?\svalue=(?P<quote>["']?)(?P<name>[^"'\s>]*)(?P=quote)[^<>]*>|</data>"""
)
MARKUP = re.compile(r"(\*{1,3}|_{1,3}|`+)(.*)\1", re.S)  # around a whole cell or number
TEXT = (re.compile(r"[&<]"), re.compile(r"[&<|]"))  # what a text of a lab is written with, in a line and in a cell
ENTITY = {"&": "&amp;", "<": "&lt;"}
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
TABLE = re.compile(r"^[ >]*<!-- table: (\S+) -->(?:[ \t>]*\n)+((?:[ >]*\|.*(?:\n|\Z))+)", re.M)
LINE = re.compile(r"\|.*")
CELL = re.compile(r"(?<=\|)[ \t]*((?:\\.|[^|\\\n])*?)[ \t]*(?=\||$)")


class Quote(NamedTuple):
    """A quoted number: where it stands in the text, its path through results.json, and how it is written."""

    start: int
    end: int
    path: tuple[str, ...]
    text: str


def unmarked(text: str) -> str:
    """A number or a text as a page shows it: without bold, italics or code around it, escapes and entities read."""
    while found := MARKUP.fullmatch(text):
        if "`" in found[1]:
            return found[2].strip()
        text = found[2]
    return unescape(ESCAPED.sub(r"\1", text))


def _blanked(source: str) -> str:
    """The text with a space for each character of code, but for line ends."""

    def blank(found: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", found[0])

    def block(found: re.Match[str]) -> str:
        above = source[: found.start()].rstrip().rpartition("\n")[2]
        return found[0] if LEADS_ON.match(above) else blank(found)

    return CODE.sub(blank, BLOCK.sub(block, source))


def quotes(source: str) -> Iterator[Quote]:
    """Every `<data value="lab.name">` and every cell below `<!-- table: lab.name -->`, but for those in code."""
    source = source.replace("\r\n", " \n")  # of the same length, so that places hold
    plain = _blanked(source)
    opened = []
    for tag in LITERAL.finditer(plain):
        if tag[0] != "</data>":
            opened.append(tag)
        elif opened:
            data = opened.pop()
            lab, name, field = [*data["name"].split(".", 2), "", ""][:3]
            yield _quote(source, data.end(), tag.start(), (lab, "values", name, field or "value"))
    for table in TABLE.finditer(source):
        rows = [list(CELL.finditer(source, *line.span())) for line in LINE.finditer(source, *table.span(2))]
        for row in rows[2:] if plain[table.start(1)] != " " else ():
            for head, cell in list(zip(rows[0], row, strict=False))[1:]:
                if head[1] or cell[1]:  # neither is there behind the last | of a line
                    steps = table[1].replace(".", ".tables.", 1).split(".")
                    yield _quote(source, *cell.span(1), (*steps, unmarked(row[0][1]), unmarked(head[1])))


def _quote(source: str, start: int, end: int, path: tuple[str, ...]) -> Quote:
    """What stands there, without the bold or italics around a number."""
    while found := MARKUP.fullmatch(source, start, end):
        start, end = found.span(2)
    return Quote(start, end, path, source[start:end])


def rewritten(source: str, labs: Path) -> Iterator[tuple[Quote, str]]:
    """Every quoted number that is not as recorded, with what its lab recorded in the form it was written in."""
    for quote in quotes(source):
        with suppress(ValueError):
            claim = quote.path[1] == "values" and quote.path[2] in recorded(labs / quote.path[0])["claims"]
            if claim or (new := format_like(shown := unmarked(quote.text), lookup(quote.path, labs))) == shown:
                continue
            table = quote.path[1] == "tables"
            yield quote, TEXT[table].sub(lambda c: ENTITY.get(c[0], rf"\{c[0]}"), new)


def fixed(source: str, changes: Iterable[tuple[Quote, str]]) -> str:
    """The text with what `rewritten` gave written into it; the rest is left as it is."""
    for quote, new in sorted(changes, reverse=True):
        source = source[: quote.start] + new + source[quote.end :]
    return source
