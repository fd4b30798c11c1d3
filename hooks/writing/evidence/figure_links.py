"""Below each figure of a lab: a link to its data and one to the line of code that drew it."""

from __future__ import annotations

import re
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from writing.evidence.results import recorded

DRAWN = re.compile(r"figures/([\w-]+)/([\w-]+)-light\.svg$")


def link_figures(tree: LexborHTMLParser, labs: Path, address: str, shown: set[str]) -> None:
    """Add the links to the caption of each figure in `tree` that a lab in `shown` drew.

    Data are the table that the reader can turn, else all results; `address` leads to the folder of the labs' pages.
    """
    for figure in tree.css("figure:has(img):has(figcaption)"):
        image, caption = figure.css_first("img"), figure.css_first("figcaption")
        found = DRAWN.search(image.attributes.get("src") or "")
        lab = found[1].replace("-", "_") if found else ""
        if not found or lab not in shown or not (at := recorded(labs / lab)["figures"].get(found[2])):
            continue
        turned, _, table = (figure.attributes.get("data-explore") or "").partition(".")
        places = {
            "Data": f"{address}{found[1]}/#t-{table}" if turned == lab else f"{address}{lab}/results.json",
            "Code": f"{address}{found[1]}/#L-{at.replace(':', '-')}",
        }
        links = tree.create_node("small")
        for name, place in places.items():
            link = tree.create_node("a")
            link.attrs["href"] = place
            link.inner_html = name
            links.insert_child(" ")
            links.insert_child(link, move=True)
        caption.insert_child(links, move=True)
