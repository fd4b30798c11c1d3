"""Joins the stylesheets into one, of what pages can use, and one that comes with the theme's script, of what it can."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from css import sheets
from css_names import page_words, script_words, tags
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page

LINKS = re.compile(r'(?:<link rel="stylesheet" href="((?!https?:)[^"]*?)assets/[^"]*">\s*)+')


def written(site: Path, css: str, name: str) -> str:
    """The address, below the site, of a stylesheet that is now there."""
    path = f"assets/{name}.{hashlib.sha256(css.encode()).hexdigest()[:8]}.css"
    (site / path).write_text(css, encoding="utf-8")
    return path


def linked(html: str, config: MkDocsConfig) -> str:
    """The page with the stylesheet that the last build ended with; what the page holds is noted for this one's."""
    config.tags_seen.update(tags(html))
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
    *_, own = texts = [path.read_text(encoding="utf-8") for path in parts]
    css = "".join(texts)
    names = [css, sorted(there), sorted(later)]
    try:
        now, late = config.memory.recall("stylesheet", names, lambda: sheets(css, frozenset(there), frozenset(later)))
    except ValueError as error:
        line = error.args[1] - css.count("\n") + own.count("\n")
        raise PluginError(f"{config.extra_css[-1]}:{line}: {error.args[0]}") from error
    name, loader = written(site, now, "site"), site / "assets/late.js"
    for path in site.rglob("*.html") if name != config.last_sheet else ():
        html = path.read_text(encoding="utf-8").replace(f'{config.last_sheet}">', f'{name}">', 1)
        path.write_text(html, encoding="utf-8")
    config.memory.recall("last stylesheet", [], lambda: name, lambda known: known == name)
    script = loader.read_text(encoding="utf-8").replace("late.css", Path(written(site, late, "late")).name)
    loader.write_text(script, encoding="utf-8")
    for path in parts:
        path.unlink(missing_ok=True)
