"""Joins the stylesheets into one, of what pages can use, and one that comes with the theme's script, of what it can."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from css import sheets
from mkdocs.config.defaults import MkDocsConfig

TAG = re.compile(r"<[a-z][^>]*>")
ATTRIBUTE = re.compile(r'([a-z][\w-]*)(?:="([^"]*)")?')
TEXTS = ("content", "title", "alt", "href", "src", "aria-label", "placeholder", "d", "value", "datetime")
STRING = re.compile(r"""(?<=["'`])[\w .#-]+(?=["'`$])|<[a-z][\w -]*""")
LINKS = re.compile(r'(?:<link rel="stylesheet" href="((?!https?:)[^"]*?)assets/[^"]*">\s*)+')


def page_words(tags: Iterable[str]) -> set[str]:
    """Names of tags and attributes, and the words in attributes that are not for readers."""
    pairs = {pair for tag in tags for pair in ATTRIBUTE.findall(tag)}
    return {name for name, _ in pairs} | {word for name, value in pairs if name not in TEXTS for word in value.split()}


def script_words(script: str) -> set[str]:
    """What the script may put on a page: the words of its texts."""
    return {word for found in STRING.findall(script) for word in re.findall(r"[A-Za-z-][\w-]*", found)}


def written(site: Path, css: str, name: str) -> str:
    """The address, below the site, of a stylesheet that is now there."""
    path = f"assets/{name}.{hashlib.sha256(css.encode()).hexdigest()[:8]}.css"
    (site / path).write_text(css, encoding="utf-8")
    return path


def on_post_build(*, config: MkDocsConfig) -> None:
    """Read every page that was built, write both stylesheets and link them."""
    site = Path(config.site_dir)
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    there = page_words({tag for html in pages.values() for tag in TAG.findall(html)}) | {"open", "js"}
    later = set[str]()
    for path in [*site.glob("assets/javascripts/bundle.*.js"), *site.glob("assets/*.js")]:
        later |= script_words(path.read_text(encoding="utf-8"))
    parts = [site / name for name in re.findall('href="([^"]*)"', LINKS.search(pages[site / "index.html"])[0])]
    css = "".join(path.read_text(encoding="utf-8") for path in parts)
    names = [css, sorted(there), sorted(later)]
    now, late = config.memory.recall("stylesheet", names, lambda: sheets(css, frozenset(there), frozenset(later)))
    name, loader = written(site, now, "site"), site / "assets/late.js"
    for path, html in pages.items():
        root = LINKS.search(html)[1]
        path.write_text(LINKS.sub(f'<link rel="stylesheet" href="{root}{name}">', html, count=1), encoding="utf-8")
    script = loader.read_text(encoding="utf-8").replace("late.css", Path(written(site, late, "late")).name)
    loader.write_text(script, encoding="utf-8")
    for path in (*parts, *(path.with_name(path.name + ".map") for path in parts)):
        path.unlink(missing_ok=True)
