"""Below each figure of a lab: a link to its data and one to the line of code that drew it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from writing.evidence.results import recorded

DRAWN = re.compile(r"figures/([\w-]+)/([\w-]+)-light\.svg$")


def faults(tree: LexborHTMLParser, labs: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each `data-table` that names no table of the lab that drew its figure, with what to look for in the source."""
    for node in tree.css("[data-table]"):
        name, lab = node.attributes["data-table"] or "", drawn(node)[0]
        if not lab:
            yield ("data-table", name), f'data-table="{name}" stands on no figure of a lab; take it out'
        elif name not in (tables := recorded(labs / lab)["tables"]):
            yield ("data-table", name), f'data-table="{name}" is no table of {lab}; it has {", ".join(tables)}'


def drawn(figure: LexborNode) -> tuple[str, str]:
    """The lab that drew a figure, given it or its image, and the figure's name there; both empty if none did."""
    image = figure.css_first("img") if figure.tag in ("figure", "img") else None
    found = DRAWN.search(image.attributes.get("src") or "") if image else None
    return (found[1].replace("-", "_"), found[2]) if found else ("", "")


def table_of(figure: LexborNode, lab: str) -> str:
    """The table of `lab` that a figure names, or else the one that a reader can turn; empty if there is none."""
    turned, _, table = (figure.attributes.get("data-explore") or "").partition(".")
    return figure.attributes.get("data-table") or (table if turned == lab else "")


def link_figures(tree: LexborHTMLParser, labs: Path, address: str, shown: set[str]) -> None:
    """Add the links to the caption of each figure in `tree` that a lab in `shown` drew.

    Data are the table that the reader can turn, or that `data-table` names, else all results; `address` leads to the
    folder of the labs' pages.
    """
    for figure in tree.css("figure:has(img):has(figcaption)"):
        lab, name = drawn(figure)
        if lab not in shown or not (at := recorded(labs / lab)["figures"].get(name)):
            continue
        table = table_of(figure, lab)
        page = f"{address}{lab.replace('_', '-')}/"
        places = {
            "Data": f"{page}#t-{table}" if table else f"{address}{lab}/results.json",
            "Code": f"{page}#L-{at.replace(':', '-')}",
        }
        caption, links = figure.css_first("figcaption"), tree.create_node("small")
        for name, place in places.items():
            link = tree.create_node("a")
            link.attrs["href"] = place
            link.inner_html = name
            links.insert_child(" ")
            links.insert_child(link, move=True)
        caption.insert_child(links, move=True)
