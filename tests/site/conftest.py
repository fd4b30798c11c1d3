"""Every page of the real site, parsed once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest


@dataclass(frozen=True)
class Page:
    """A built page: its parsed tree and what the parser found wrong with it."""

    text: str
    tree: Element
    errors: list[str]

    @property
    def ids(self) -> list[str]:
        return [element.get("id") for element in self.tree.iter() if element.get("id")]

    def find(self, name: str, /, **attributes: str) -> list[Element]:
        """The elements of a name with the attributes given."""
        return [e for e in self.tree.iter(name) if all(e.get(k) == v for k, v in attributes.items())]


def parsed(path: Path) -> Page:
    """A page as html5lib reads it, with line and kind of every error."""
    text = path.read_text(encoding="utf-8")
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(text)
    lines = text.splitlines()
    errors = [f"{line}: {code} {data}: {lines[line - 1].strip()[:120]}" for (line, _), code, data in parser.errors]
    return Page(text, tree, errors)


def read(site: Path) -> dict[str, Page]:
    """Every page of a site by its path, but for those that only lead on from an earlier address."""
    found = {path.relative_to(site).as_posix(): parsed(path) for path in sorted(site.rglob("*.html"))}
    return {name: page for name, page in found.items() if not page.find("meta", **{"http-equiv": "refresh"})}


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, Page]:
    """Every page of the site, by its path: `posts/agent-loop/index.html`."""
    return read(site)


@pytest.fixture(scope="session")
def small_pages(small: Path) -> dict[str, Page]:
    """Every page of the made site."""
    return read(small)
