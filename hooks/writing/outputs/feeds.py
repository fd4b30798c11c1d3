"""Gives the templates of feeds, sitemap and llms.txt what they need: absolute links and true dates."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from email.utils import format_datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from writing.outputs.citation import bibtex
from writing.outputs.redirects import entry_id

if TYPE_CHECKING:
    from jinja2 import Environment
    from material.plugins.blog.structure import Post
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

LEADING = "a[href], area[href], image, [src], [srcset], [poster], object[data]"  # what leads to or shows something
ONE, SEVERAL = ("href", "xlink:href", "src", "poster", "data"), re.compile(r"(^|,)(\s*)([^\s,]+)")
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MEANT = re.compile(r"([\\\[\]`*<]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|~(?=~)|(?<!\S)#(?=#*$))")
BEGINNING = re.compile(r"^(?:(\d+)(?=[.)](?: |$))|(?=>|#{1,6}(?: |$)|[+-](?: |$)|-[ -]+$))")  # of a list, a quote, ...


@lru_cache(maxsize=4096)  # two feeds ask for the same text, `mkdocs serve` at each save
def absolute(html: str, base: str) -> str:
    """A page's HTML for readers elsewhere: links with their whole address, one of the two figures, no self-links.

    What only the page's own scripts and keyboard use, `data-` and `tabindex`, is left out.
    """
    tree = LexborHTMLParser(html, is_fragment=True)
    for node in tree.css("a.headerlink, img[src$='#only-dark']"):
        node.decompose()
    for node in tree.css("*"):
        for name in [name for name in node.attributes if name == "tabindex" or name.startswith("data-")]:
            del node.attrs[name]
    for node in tree.css(LEADING):
        for name in ONE:
            if address := node.attributes.get(name):
                node.attrs[name] = whole(address, base)
        if several := node.attributes.get("srcset"):
            node.attrs["srcset"] = SEVERAL.sub(lambda found: found[1] + found[2] + whole(found[3], base), several)
    return tree.html or ""


def whole(address: str, base: str) -> str:
    """An address as it is read from the page at `base`, with its host."""
    return address if urlsplit(address).scheme else urljoin(base, address).removesuffix("#only-light")


def dated(posts: list[Post]) -> Callable[[Page], datetime.datetime | datetime.date | None]:
    """A filter: when a page last changed, as its header or its lab says; a list, with its newest post; else None."""
    dates = {post.url: post.config.date.updated or post.config.date.created for post in posts}

    def last_changed(page: Page) -> datetime.datetime | datetime.date | None:
        if (listed := getattr(page, "posts", None)) is not None:
            return max((dates[post.url] for post in listed), default=None)
        recorded = page.meta.get("recorded")
        return dates.get(page.url) or (datetime.date.fromisoformat(str(recorded)) if recorded else None)

    return last_changed


def legal(text: str) -> str:
    """A text without the characters that no XML may hold: one pasted from a terminal would end it for every reader."""
    return ILLEGAL.sub("", text)


def line(text: object) -> str:
    """A text on one line, for formats in which a line break ends a value."""
    return " ".join(str(text or "").split())


def label(text: object) -> str:
    """A text on one line that reads in Markdown as it is written, wherever it stands, as a whole heading or quote too.

    Signs that mean nothing there stay as they are.
    """
    return BEGINNING.sub(r"\1\\", MEANT.sub(r"\\\1", line(text)))


def add_filters(env: Environment, config: MkDocsConfig) -> None:
    """Add what templates ask for: dates, whole addresses, texts as their formats want them, the site's name in full.

    `flush` leaves out how a template is indented, which every reader would fetch.
    """
    changed = dated(config.plugins["material/blog"].blog.posts)
    filters: dict[str, Any] = {
        "absolute": absolute,
        "last_changed": changed,
        "rfc822": format_datetime,
        "entry_id": entry_id,
    }
    filters |= {"line": line, "label": label, "bibtex": partial(bibtex, config=config)}
    filters["flush"] = partial(re.sub, r"\n\s+", "\n")
    filters["person"] = lambda name: {"@type": "Person", "name": name}
    env.filters.update(filters, json=lambda value: json.dumps(value, ensure_ascii=False, indent=1))
    env.globals["site_title"] = " — ".join(
        str(part) for part in (config.site_name, config.extra.get("tagline")) if part
    )
