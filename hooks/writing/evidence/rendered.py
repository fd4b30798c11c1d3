"""The numbers and sentences that a page shows as checked, read from its HTML as a browser reads it.

Whatever wrote it, Markdown in any spelling, HTML, an included text: each `data` element and each table below a mark
`<!-- table: lab.name -->` is found in the parsed tree, compared with what the lab recorded, and made a link to its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from writing.evidence import alt_texts, figure_links, misread, turned
from writing.evidence.marks import COMMENT, cells
from writing.evidence.precision import foreign, format_like
from writing.evidence.results import lookup, recorded

IN_BYTES = ", or say bytes in the column's name"
TABLE_UNIT = {"kB": IN_BYTES, "MB": IN_BYTES, "%": ", or record shares"}  # a table records no units


class Quote(NamedTuple):
    """A number or a sentence on a page: its path through results.json, what is shown, and the element that shows it."""

    path: tuple[str, ...]
    text: str
    node: LexborNode | None = None  # none where the page comes from memory

    @property
    def name(self) -> str:
        """As an author writes it: lab.name, lab.name.low."""
        return ".".join(step for step in self.path if step not in ("values", "value", "claims", "tables"))


class Reading(NamedTuple):
    """What was found on a page: the tree, what it quotes, and what is wrong, each with the text to look for."""

    tree: LexborHTMLParser
    quotes: list[Quote]
    faults: list[tuple[tuple[str, ...], str]]
    marks: list[LexborNode]


def suspected(html: str) -> bool:
    """Whether a page can hold anything that is checked; a false alarm costs a millisecond."""
    return bool(misread.MARKED.search(html) or COMMENT.search(html))


def read(html: str, labs: Path, *, whole: bool = False) -> Reading:
    """Find all that a page quotes and compare it with the results in `labs`.

    A `whole` page of another generator repeats headings, with their numbers, in links; an author's text may not.
    """
    reading = Reading(LexborHTMLParser(html, is_fragment=True), [], [], [])
    reading.faults.extend(misread.of_page(reading.tree))
    reading.faults.extend(turned.faults(reading.tree, labs))
    reading.faults.extend(figure_links.faults(reading.tree, labs))
    reading.faults.extend(alt_texts.faults(reading.tree, labs))
    for node in reading.tree.css("data"):
        value, text = node.attributes.get("value"), node.text()
        parts = (value or "").split(".")
        if len(parts) not in (2, 3) or not all(parts):
            reading.faults.append(
                ((value or "<data",), f"<data value={value!r}>: write lab.name, lab.name.low or .high")
            )
            continue
        kind = "values"
        with suppress(ValueError):  # said below, by `wrong`
            kind = "claims" if parts[1] in recorded(labs / parts[0])["claims"] and len(parts) == 2 else "values"
        field = parts[2:] or ["value"] if kind == "values" else []
        reading.quotes.append(Quote((parts[0], kind, parts[1], *field), " ".join(text.split()), node))
    reading.quotes.extend(Quote(*cell) for cell in cells(reading.tree, labs, reading.faults, reading.marks))
    unclosed = dict(misread.unclosed(html))
    reading.faults.extend(unclosed.values())
    for quote in [quote for quote in reading.quotes if quote.name not in unclosed]:
        if message := wrong(quote, labs) or ("" if whole else _locked(quote)):
            reading.faults.append(((quote.path[0] + "." + quote.path[2], *quote.path[3:4], quote.text), message))
        elif quote.path[1] == "values":
            reading.faults.extend(misread.of_number(quote.node, quote.name, unit_of(quote.path, labs)))
    return reading


def unit_of(path: tuple[str, ...], labs: Path) -> str:
    """The unit that a value was recorded in; a cell is in bytes below a head that says so, a share among fractions."""
    if path[1] != "tables":
        return recorded(labs / path[0])["values"][path[2]].get("unit", "")
    table = recorded(labs / path[0])["tables"][path[2]]
    column = [row[[str(head) for head in table["columns"]].index(path[4])] for row in table["rows"]]
    if re.search(r"\bbytes?\b", path[4], re.I):
        return "bytes"
    return "share" if any(isinstance(n, float) and n % 1 for n in column) else ""


def wrong(quote: Quote, labs: Path) -> str:
    """What is wrong with a number or a sentence, in words; empty if it is what the lab recorded."""
    try:
        found = lookup(quote.path, labs)
        if quote.path[1] == "claims":
            held, of = sum(found["holds"]), len(found["holds"])
            if not quote.text:
                return f"{quote.name} holds no words"
            return "" if held == of > 0 else f"{quote.name} holds in {held} of {of} seeds"
        if format_like(quote.text, found) != quote.text:
            return f"quotes {quote.text}, {quote.name} is {found}"
        if sign := foreign(quote.text, found, unit := unit_of(quote.path, labs)):
            what = f"in {unit}" if unit else "without a unit"
            right = TABLE_UNIT.get(sign, "") if quote.path[1] == "tables" else ", or record the unit"
            return f"writes {sign}, and {quote.name} is recorded {what}; take the {sign} out{right}"
        return ""
    except ValueError as error:
        return str(error)


def line_of(source: str, wanted: tuple[str, ...]) -> int:
    """The line of the author's file in which most of `wanted` stands: the name, then what is shown; 1 if none does."""
    lines = [unescape(line) for line in source.splitlines()]  # a name may be written as a browser reads it
    named = [i for i, line in enumerate(lines) if wanted[0] in line]
    if len(wanted) > 2 and named:  # a cell: its row stands below the mark
        named += [i for i in range(named[0] + 1, len(lines)) if all(part in lines[i] for part in wanted[1:])][:1]
        return named[-1] + 1
    return next((i for i in named if wanted[-1] in lines[i]), named[0] if named else 0) + 1


def fragment(path: tuple[str, ...], labs: Path) -> str:
    """The id of a row or cell on the lab's page."""
    if path[1] != "tables":
        return "-".join(["n", ".".join([path[2], *(step for step in path[3:] if step in ("low", "high"))])])
    table = recorded(labs / path[0])["tables"][path[2]]
    row = [str(row[0]) for row in table["rows"]].index(path[3])
    return f"t-{path[2]}-{row}-{[str(column) for column in table['columns']].index(path[4])}"


def linked(reading: Reading, labs: Path, address: str, shown: set[str]) -> str:
    """The page's HTML with each number a link to its row, and a mark that is one behind each sentence.

    `address` leads from the page to the folder of the labs' pages; `shown` names the labs that have one.
    """

    def door(quote: Quote, css: str) -> LexborNode:
        element = reading.tree.create_node("a" if quote.path[0] in shown else "span")
        element.attrs["class"] = css
        if element.tag == "a":
            slug = quote.path[0].replace("_", "-")
            element.attrs["href"] = f"{address}{slug}/#{fragment(quote.path, labs)}"
        return element

    for quote in reading.quotes:
        node = quote.node
        if quote.path[1] == "claims":
            sentence, mark = reading.tree.create_node("span"), door(quote, "tick")
            sentence.attrs["class"] = "claim"
            mark.attrs["aria-label"] = "Checked sentence"
            _rehouse(node, sentence)
            sentence.insert_child(mark, move=True)
        elif quote.path[1] == "values":
            _rehouse(node, door(quote, "num"))
        else:
            element = door(quote, "num")
            for child in list(node.iter(include_text=True)):
                element.insert_child(child, move=True)
            node.insert_child(element, move=True)
    for mark in reading.marks:
        mark.remove()
    return reading.tree.html or ""


def _locked(quote: Quote) -> str:
    """What is wrong with a number or a sentence inside a link: it cannot lead to its row."""
    inside = any(parent.tag == "a" for parent in _above(quote.node))
    if inside or (quote.path[1] != "claims" and quote.node.css_first("a")):
        return f"{quote.name} shares its words with a link, and leads to its row itself; let the link end before it"
    return ""


def _above(node: LexborNode) -> Iterator[LexborNode]:
    """The elements around a node, from the inside."""
    while node := node.parent:
        yield node


def _rehouse(old: LexborNode, new: LexborNode) -> None:
    """Put `new` in the place of `old`, around its children."""
    old.insert_before(new, move=True)
    for child in list(old.iter(include_text=True)):
        new.insert_child(child, move=True)
    old.remove()
