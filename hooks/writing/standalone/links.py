"""Looks up every address on every page of a finished site: the file is there, and so is the id."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

ASKING = {"a": "href", "area": "href", "link": "href", "img": "src", "script": "src", "source": "src", "video": "src"}
LISTED = ", ".join(f"{tag}[{name}]" for tag, name in ASKING.items())


def ids(tree: LexborHTMLParser) -> Counter[str]:
    """How often each id stands on a page."""
    return Counter(value for node in tree.css("[id]") if (value := node.attributes.get("id")))


def faults(pages: dict[str, str], there: Callable[[str], bool], site_url: str) -> Iterator[tuple[str, str, str]]:
    """Page, address and what is wrong with it, for every address that leads nowhere and every id that is there twice.

    `pages` holds path -> HTML; `there` says whether the site has a file that is no page.
    """
    trees = {name: LexborHTMLParser(html) for name, html in pages.items()}
    known = {name: ids(tree) for name, tree in trees.items()}
    own = urlsplit(site_url)
    for name, tree in trees.items():
        yield from ((name, id, f"the id {id!r} is there {n} times") for id, n in known[name].items() if n > 1)
        said = ((node.attributes.get(ASKING[node.tag]) or "", node) for node in tree.css(LISTED))
        for address in dict.fromkeys(text for text, node in said if node.attributes.get("rel") != "edit"):
            parts = urlsplit(address)
            if parts.scheme not in ("", own.scheme) or parts.netloc not in ("", own.netloc):
                continue
            path, base = unquote(parts.path), f"/{name}"
            if path.startswith("/"):
                if not path.startswith(own.path):
                    yield name, address, f"{address} leads out of the site"
                    continue
                path = "/" + path.removeprefix(own.path)
            target = posixpath.normpath(posixpath.join(posixpath.dirname(base), path)).lstrip("/") if path else name
            if path.endswith(("/", "/.", "/..")) or path in (".", "..") or f"{target}/index.html".lstrip("/") in pages:
                target = posixpath.join(target if target != "." else "", "index.html")
            if target not in pages and not there(target):
                yield name, address, f"{address} leads nowhere: the site has no {target}"
            elif (mark := unquote(parts.fragment)) and target in pages and mark not in known[target]:
                yield name, address, f"{address} leads to no place: {target} has no id {mark!r}"
