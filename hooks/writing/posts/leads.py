"""Addresses that a browser reads as they are written: in HTML, where nothing rewrites them, and of this very site."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from html import unescape
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

ADDRESS = re.compile(r"(?:href|src|srcset|poster|data)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
LISTS = "category", "archive", "author", "page", "search"  # folders that the theme's plugins fill
FIGURE = re.compile(r"figures/.+-(?:light|dark)\.svg")
POST = re.compile(r"posts/[^/]+/?")


class Site(NamedTuple):
    """What there is: pages and files below the site, as `place` writes them, and where the site is."""

    places: Collection[str]  # an address below the site, or one that begins with it and a /, is there
    made: Collection[str]  # the same of what has no file: lists of posts, feeds
    files: dict[str, str]  # file of docs -> its address, to say what would be right
    out: dict[str, str]  # address of a draft, or of a file that is left out -> why it is
    address: str


class Lead(NamedTuple):
    """An address that leads to nothing a reader gets, and the author's line about it."""

    address: str
    why: str
    left_out: bool  # it leads to a draft or another file that is left out, and not to nothing at all


def place(url: str) -> str:
    """An address below the site without what does not matter: `posts/a/`, `posts/a/index.html` -> `posts/a`."""
    path = posixpath.normpath(posixpath.join("/", unquote(url))).strip("/")
    return re.sub(r"(?:^|/)index\.html$", "", path)


def below(address: str, page: str, site: str) -> str | None:
    """Where an address leads from a page, below the site; None if out of it, or to a place on the page."""
    parts, own = urlsplit(address), urlsplit(site)
    if parts.netloc:
        return below(parts.path or "/", page, site) if parts.netloc == own.netloc else None
    if parts.scheme or not parts.path:
        return None
    if not parts.path.startswith("/"):
        return place(posixpath.join(posixpath.dirname(page), parts.path))
    base = own.path.rstrip("/") + "/"
    return place(parts.path.removeprefix(base)) if parts.path.startswith(base) else None


def id_of(address: str) -> str:
    """The id that an address leads to; empty if to a whole page, or to a text that the browser looks for."""
    id = unquote(urlsplit(address).fragment).partition(":~:")[0]
    return "" if id == "top" else id


def ids(html: str) -> set[str | None]:
    """Where a page can be led to."""
    return {node.attributes.get(key) for node in LexborHTMLParser(html).css("[id], a[name]") for key in ("id", "name")}


def there(address: str, page: str, site: Site) -> bool:
    """Whether an address leads to something, as far as this site knows; of its own address only posts are known."""
    path = below(address, page, site.address)
    if path is None or path in site.places or any(f"{path}/".startswith(f"{made}/") for made in site.made):
        return True
    return path not in site.out and bool(urlsplit(address).netloc) and not POST.fullmatch(path)


def written(html: str) -> Iterator[str]:
    """Every address that a page may hold, and others: what is shown in code is found, too."""
    for found in ADDRESS.finditer(html):
        yield unescape(next(filter(None, found.groups()), "")).split(" ")[0]


def nowhere(addresses: Iterable[str], page: str, source: str, site: Site) -> Iterator[Lead]:
    """Each address that leads to nothing from the page at `page`, made of `source`, and what is wrong with it."""
    for address in addresses:
        if there(address, page, site):
            continue
        path, parts = below(address, page, site.address) or "", urlsplit(address)
        file = posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(parts.path)))
        hidden = next((there for there in (path, place(address_of(file))) if there in site.out), None)
        if hidden is not None:
            name = address if hidden == path else posixpath.relpath(file, posixpath.dirname(source))
            yield Lead(address, f"links to {name}, {site.out[hidden]}", left_out=True)
        elif file in site.files and not parts.netloc:
            url = site.files[file]
            right = quote(posixpath.relpath(url or ".", posixpath.dirname(page) or ".") + "/" * (url[-1:] in ("", "/")))
            why = f"{address} leads nowhere: in HTML an address stands as it is; write {right}, or Markdown"
            yield Lead(address, why, left_out=False)
        elif why := in_html(address, file, page, site):
            yield Lead(address, why, left_out=False)
        elif not FIGURE.fullmatch(file):  # which html/missing.py names, with what draws it
            why = f"{address} leads nowhere; link a page in Markdown, as in (post.md) or (../method.md)"
            yield Lead(address, why, left_out=False)


def in_html(address: str, file: str, page: str, site: Site) -> str:
    """What to write for an address that leads to what Markdown cannot name, a feed or a list; empty for any other.

    It leads there from the author's file, as `file`, or from the page.
    """
    for path in (file, below(address, page, site.address) or ""):
        if path.partition("/")[0] in site.made:
            right = quote(posixpath.relpath(path, posixpath.dirname(page) or ".")) + "/" * address.endswith("/")
            return f'{address} leads nowhere, for the site makes that without a file; write <a href="{right}">'
    return ""


def address_of(name: str) -> str:
    """The address of a file of docs/ below the site."""
    path = PurePosixPath(name)
    if path.suffix not in (".md", ".markdown"):
        return name
    folder = path.parent if path.stem in ("index", "README") else path.with_suffix("")
    return "" if folder == PurePosixPath() else f"{folder}/"


def guessed(known: Collection[str], out: dict[str, str], said: dict[str, Any]) -> Site:
    """What a build would publish of these files of docs/, of which `out` are left out, as far as mkdocs.yml says it."""
    shown = {name: address_of(name) for name in known if name not in out}
    places = {*map(place, shown.values()), *(f"{place(address)}/index.md" for address in shown.values())}
    theme = said.get("theme")
    made = tuple(map(str, theme.get("static_templates") or ())) if isinstance(theme, dict) else ()
    hidden = {place(address_of(name)): why for name, why in out.items()}
    return Site(places, (*LISTS, *made), shown, hidden, said.get("site_url") or os.environ.get("SITE_URL", ""))
