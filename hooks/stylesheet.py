"""Joins the stylesheets into one, of what pages can use, and one that comes with the theme's script, of what it can."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from css import sheets
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page

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


def linked(html: str, config: MkDocsConfig) -> str:
    """The page with the stylesheet that the last build ended with; what the page holds is noted for this one's."""
    config.tags_seen.update(TAG.findall(html))
    if not config.parts:
        config.parts = [f"assets/{name}" for name in re.findall('href="[^"]*?assets/([^"]*)"', LINKS.search(html)[0])]
    return LINKS.sub(rf'<link rel="stylesheet" href="\1{config.last_sheet}">', html, count=1)


def on_pre_build(*, config: MkDocsConfig) -> None:
    """Begin to note; guess that the stylesheet will be the last one."""
    config.tags_seen, config.parts = set[str](), list[str]()
    config.last_sheet = config.memory.recall("last stylesheet", [], lambda: "assets/site.css", bool)


@event_priority(-110)
def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str | None:
    """Link it from 404.html."""
    return linked(output, config) if template_name == "404.html" else None


@event_priority(-110)
def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Link it from a page."""
    return linked(output, config)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Write both stylesheets, and mend the pages' links if the guess was wrong."""
    site = Path(config.site_dir)
    there, later = page_words(config.tags_seen) | {"open", "js"}, set[str]()
    for path in [*site.glob("assets/javascripts/bundle.*.js"), *site.glob("assets/*.js")]:
        later |= script_words(path.read_text(encoding="utf-8"))
    parts = [site / name for name in config.parts]
    css = "".join(path.read_text(encoding="utf-8") for path in parts)
    names = [css, sorted(there), sorted(later)]
    now, late = config.memory.recall("stylesheet", names, lambda: sheets(css, frozenset(there), frozenset(later)))
    name, loader = written(site, now, "site"), site / "assets/late.js"
    for path in site.rglob("*.html") if name != config.last_sheet else ():
        html = path.read_text(encoding="utf-8").replace(f'{config.last_sheet}">', f'{name}">', 1)
        path.write_text(html, encoding="utf-8")
    config.memory.recall("last stylesheet", [], lambda: name, lambda known: known == name)
    script = loader.read_text(encoding="utf-8").replace("late.css", Path(written(site, late, "late")).name)
    loader.write_text(script, encoding="utf-8")
    for path in (*parts, *(path.with_name(path.name + ".map") for path in parts)):
        path.unlink(missing_ok=True)
