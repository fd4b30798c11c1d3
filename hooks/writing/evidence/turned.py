"""A figure that a reader can turn shows a recorded table: what it asks for must be there, and read as it was recorded.

How it is drawn is in docs/assets/explore.js, which reads the same attributes in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from writing.evidence.results import recorded

MOST = 10  # a share of 1,000%: what is more was recorded as something else


def labs_of(tree: LexborHTMLParser) -> set[str]:
    """The labs whose tables a page asks for."""
    return {(node.attributes["data-explore"] or "").partition(".")[0] for node in tree.css("[data-explore]")}


def faults(tree: LexborHTMLParser, labs: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with each figure to turn."""
    for node in tree.css("[data-explore]"):
        asked = node.attributes["data-explore"] or ""
        if node.tag != "figure":
            yield ("data-explore", asked), f"data-explore stands on a <{node.tag}>; only a <figure> can be turned"
        yield from ((("data-explore", asked), message) for message in _misdrawn(node, asked, labs))


def _misdrawn(node: LexborNode, asked: str, labs: Path) -> Iterator[str]:
    """What the table that is asked for has not, or would not show as it was recorded."""
    lab, _, name = asked.partition(".")
    try:
        table = recorded(labs / lab)["tables"].get(name) if lab else None
    except ValueError:
        table = None
    if table is None:
        yield f'data-explore="{asked}" is no recorded table; write lab.table'
        return
    x, by = node.attributes.get("data-x") or "", node.attributes.get("data-by") or ""
    drawn = [column.strip() for column in (node.attributes.get("data-y") or "").split(",")]
    wanted = [("data-x", x), *(("data-y", column) for column in drawn), *([("data-by", by)] if by else [])]
    columns = {column: [row[i] for row in table["rows"]] for i, column in enumerate(table["columns"])}
    if unknown := [(key, column) for key, column in wanted if column not in columns]:
        known = ", ".join(map(str, columns))
        yield from (f"{key} {column!r} is no column of {asked}; there are: {known}" for key, column in unknown)
        return
    places = list(zip(columns[x], columns[by] if by else [""] * len(columns[x]), strict=True))
    if twice := next((place for place in places if places.count(place) > 1), None):
        yield f"{asked} has several rows of {x} {twice[0]!r}; name in data-by the column that tells them apart"
    unit = node.attributes.get("data-unit") or ""
    if unit not in ("", "%"):
        yield f"data-unit {unit!r} was not recorded; name it in the columns of the table, where it is"
    for column in drawn:
        yield from _column(column, [cell for cell in columns[column] if type(cell) in (int, float)], unit)


def _column(column: str, numbers: list[Any], unit: str) -> Iterator[str]:
    """What keeps the numbers of a column from being drawn, or from being shares."""
    if not numbers:
        yield f"data-y {column!r} is a column without a number; there is nothing to draw"
    odd = [one for one in numbers if abs(one) > MOST or (abs(one) > 1 and one == int(one))]
    if unit == "%" and odd:
        yield f"data-unit % would show {odd[0]:,} of {column} as {100 * odd[0]:,}%; it is for shares, 0 to 1"
