"""Joins the stylesheets into one, of what pages can use, and one that comes with the theme's script, of what it can."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from writing.build import Build, PluginError
from writing.css.names import page_words, script_words, tags
from writing.css.sheets import sheets

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

LINK = re.compile(r'href="[^"]*?assets/([^"]*)"')


def written(site: Path, css: str, name: str) -> str:
    """Write a stylesheet under a name that holds a digest of it; the address, below the site."""
    path = f"assets/{name}.{hashlib.sha256(css.encode()).hexdigest()[:8]}.css"
    (site / path).write_text(css, encoding="utf-8")
    return path


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
    there, later = page_words(build.tags) | {"open", "js"}, set[str]()
    for path in [*site.glob("assets/javascripts/bundle.*.js"), *site.glob("assets/*.js")]:
        later |= script_words(path.read_text(encoding="utf-8"))
    parts = [site / name for name in build.sheets]
    *_, own = texts = [path.read_text(encoding="utf-8") for path in parts]
    css = "".join(texts)
    names = [css, sorted(there), sorted(later)]
    try:
        now, late = build.memory.recall("stylesheet", names, lambda: sheets(css, frozenset(there), frozenset(later)))
    except ValueError as error:
        line = error.args[1] - css.count("\n") + own.count("\n")
        raise PluginError(f"{config.extra_css[-1]}:{line}: {error.args[0]}") from error
    name, loader = written(site, now, "site"), site / "assets/late.js"
    for path in site.rglob("*.html") if name != build.sheet else ():
        html = path.read_text(encoding="utf-8").replace(f'{build.sheet}">', f'{name}">', 1)
        path.write_text(html, encoding="utf-8")
    build.memory.recall("last stylesheet", [], lambda: name, lambda known: known == name)
    script = loader.read_text(encoding="utf-8").replace("late.css", Path(written(site, late, "late")).name)
    loader.write_text(script, encoding="utf-8")
    for path in parts:
        path.unlink(missing_ok=True)
