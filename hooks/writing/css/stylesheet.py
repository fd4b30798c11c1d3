"""Joins the stylesheets into one of what pages can use, and one of what scripts can besides, which comes with theirs.

There is such a pair for each kind of page: a reader who arrives at the front page loads no rule for code or figures.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from writing.build import Build, PluginError
from writing.css.names import page_words, script_words, tags
from writing.css.rules import POINTED
from writing.css.sheets import sheets

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

SITE, LIST = "site", "list"  # the stylesheets: of posts, labs and all other pages, and of those that list posts
LINK = re.compile(r'href="[^"]*?assets/([^"?#]*)')


def written(site: Path, name: str, critical: str, deferred: str = "") -> str:
    """Write a pair of stylesheets under names that hold a digest of both; the address of the first, below the site.

    The second, if there is one, has `late.` before the name of the first, by which assets/late.js finds it.
    """
    full = f"{name}.{hashlib.sha256((critical + deferred).encode()).hexdigest()[:8]}.css"
    for path, css in ((full, critical), (f"late.{full}", deferred)):
        if css:
            (site / "assets" / path).write_text(css, encoding="utf-8")
    return f"assets/{full}"


def script_names(site: Path, *patterns: str) -> set[str]:
    """The names that the scripts of a site, found by these patterns, may put on its pages."""
    paths = [path for pattern in patterns for path in site.glob(pattern)]
    return set().union(*(script_words(path.read_text(encoding="utf-8")) for path in paths))


def split(texts: dict[str, str], on_page: Iterable[str], by_script: Iterable[str]) -> tuple[str, str]:
    """Two stylesheets from several, name -> text, as `sheets` makes them.

    Raises PluginError with file and line for what is no CSS in one of them.
    """
    try:
        return sheets(tuple(texts.values()), frozenset(on_page), frozenset(by_script))
    except ValueError as error:
        message, line, turn = error.args
        raise PluginError(f"{[*texts][turn]}:{line}: {message}") from error


def guess(build: Build) -> None:
    """Have pages link the stylesheets that the last build ended with."""
    recall = build.memory.recall
    build.sheet = {
        name: recall("last stylesheet", [name], partial("assets/{}.css".format, name), bool) for name in (SITE, LIST)
    }


def note(build: Build, html: str, links: str, sheet: str) -> None:
    """Note the tags of a finished page under the name of its stylesheet, and those that its template linked."""
    build.tags.setdefault(sheet, set()).update(tags(html))
    build.sheets = build.sheets or [f"assets/{name}" for name in LINK.findall(links)]


def write(config: MkDocsConfig) -> None:
    """Write each pair of stylesheets, and mend the pages' links if the guess was wrong.

    Raises PluginError with file and line for what is no CSS in a stylesheet, or for one that is not there.
    """
    site, build = Path(config.site_dir), Build.of(config)
    by_script = sorted(script_names(site, "assets/javascripts/bundle.*.js", "assets/*.js") | POINTED)
    loader, parts = site / "assets/late.js", {name: site / name for name in build.sheets}
    if gone := [name for name, path in parts.items() if not path.is_file()]:
        raise PluginError(f"mkdocs.yml:1: extra_css names {gone[0]}, which is not in docs; write it, or its right name")
    texts = {name: path.read_text(encoding="utf-8") for name, path in parts.items()}
    mended = dict[str, str]()
    for name in (SITE, LIST):
        guessed = Path(build.sheet[name]).name  # another one after a change of style
        shown = sorted(tag.replace(guessed, "") for tag in build.tags.get(name, ()))
        on_page = build.memory.recall("words", shown, lambda shown=shown: sorted(page_words(shown) | {"open", "js"}))
        read = [texts, on_page, by_script]
        pair = build.memory.recall("stylesheet", read, partial(split, *read))
        path = written(site, name, *pair)
        if path != build.sheet[name]:
            for before in ("assets/", "assets/late."):
                mended[build.sheet[name].replace("assets/", before) + '">'] = path.replace("assets/", before) + '">'
        build.memory.recall("last stylesheet", [name], partial(str, path), path.__eq__)
        if name == SITE:  # which late.js fetches ahead of time
            loader.write_text(loader.read_text(encoding="utf-8").replace("site.css", Path(path).name), encoding="utf-8")
    for path in site.rglob("*.html") if mended else ():
        html = path.read_text(encoding="utf-8")
        for old, right in mended.items():
            html = html.replace(old, right, 1)
        path.write_text(html, encoding="utf-8")
    for path in parts.values():
        path.unlink(missing_ok=True)
