"""Joins the stylesheets into one, of what pages can use, and one that comes with the theme's script, of what it can."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from writing.build import Build, PluginError
from writing.css.names import page_words, script_words, tags
from writing.css.rules import POINTED
from writing.css.sheets import sheets

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

LINK = re.compile(r'href="[^"]*?assets/([^"]*)"')


def written(site: Path, css: str, name: str) -> str:
    """Write a stylesheet under a name that holds a digest of it; the address, below the site."""
    path = f"assets/{name}.{hashlib.sha256(css.encode()).hexdigest()[:8]}.css"
    (site / path).write_text(css, encoding="utf-8")
    return path


def script_names(site: Path, *patterns: str) -> set[str]:
    """The names that the scripts of a site, found by these patterns, may put on its pages."""
    paths = [path for pattern in patterns for path in site.glob(pattern)]
    return set().union(*(script_words(path.read_text(encoding="utf-8")) for path in paths))


def split(texts: list[str], on_page: Iterable[str], by_script: Iterable[str], own: str) -> tuple[str, str]:
    """Two stylesheets from several, as `sheets` makes them. The last is the site's `own`, by its name.

    Raises PluginError with file and line for what is no CSS in it.
    """
    css = "".join(texts)
    try:
        return sheets(css, frozenset(on_page), frozenset(by_script))
    except ValueError as error:
        line = error.args[1] - css.count("\n") + texts[-1].count("\n")
        raise PluginError(f"{own}:{line}: {error.args[0]}") from error


def guess(build: Build) -> None:
    """Have pages link the stylesheet that the last build ended with."""
    build.sheet = build.memory.recall("last stylesheet", [], lambda: "assets/site.css", bool)


def note(build: Build, html: str, links: str) -> None:
    """Note the tags of a finished page, and the stylesheets that its template linked."""
    build.tags.update(tags(html))
    build.sheets = build.sheets or [f"assets/{name}" for name in LINK.findall(links)]


def write(config: MkDocsConfig) -> None:
    """Write both stylesheets, and mend the pages' links if the guess was wrong.

    Raises PluginError with file and line for what is no CSS in docs/assets/site.css.
    """
    site, build = Path(config.site_dir), Build.of(config)
    on_page = sorted(page_words(build.tags) | {"open", "js"})
    by_script = sorted(script_names(site, "assets/javascripts/bundle.*.js", "assets/*.js") | POINTED)
    parts = [site / name for name in build.sheets]
    texts, own = [path.read_text(encoding="utf-8") for path in parts], config.extra_css[-1]
    names = ["".join(texts), on_page, by_script]
    critical, deferred = build.memory.recall("stylesheet", names, lambda: split(texts, on_page, by_script, own))
    name, loader = written(site, critical, "site"), site / "assets/late.js"
    for path in site.rglob("*.html") if name != build.sheet else ():
        html = path.read_text(encoding="utf-8").replace(f'{build.sheet}">', f'{name}">', 1)
        path.write_text(html, encoding="utf-8")
    build.memory.recall("last stylesheet", [], lambda: name, lambda known: known == name)
    script = loader.read_text(encoding="utf-8").replace("late.css", Path(written(site, deferred, "late")).name)
    loader.write_text(script, encoding="utf-8")
    for path in parts:
        path.unlink(missing_ok=True)
