"""Takes the theme's script, and what only it can use, out of every page; assets/late.js brings it to a reader."""

from __future__ import annotations

import json
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

SETTINGS = re.compile(r'<script id="__config" type="application/json">(.*?)</script>', re.S)
BUNDLE = re.compile(r'<script src="[^"]*?assets/(javascripts/bundle\.[^"]*)"></script>')
PARTS = {  # by what they stand at the end of
    ".md-search__inner": re.compile(r'<div class="md-search__output">.*?</ol>(\s*</div>){3}', re.S),
    "body": re.compile(r'<div class="md-dialog".*?(\s*</div>){2}', re.S),
}
UNUSED = re.compile(r"assets/(javascripts/(lunr|workers)|images)/|assets/.*\.map$")  # assets/search.js is the worker
PLACE = "const settings = {}"


def without(html: str) -> str:
    """The page without the theme's script, settings and parts."""
    for found in (BUNDLE, SETTINGS, *PARTS.values()):
        html = found.sub("", html, count=1)
    return html


def filled(script: str, html: str) -> str:
    """The loader with the settings, the name of the theme's script and the parts as they stand in a page."""
    settings = {**json.loads(SETTINGS.search(html)[1]), "bundle": BUNDLE.search(html)[1]}
    settings["parts"] = {place: part.search(html)[0] for place, part in PARTS.items()}
    kept = {key: value for key, value in settings.items() if key not in ("base", "search") and value is not None}
    if PLACE not in script:
        raise ValueError(f"assets/late.js has no {PLACE!r}")
    return script.replace(PLACE, f"const settings = {json.dumps(kept, ensure_ascii=False)}", 1)


def on_files(files: Files, *, config: MkDocsConfig) -> None:
    """Leave out two and a half megabytes of the theme's that nothing asks for."""
    own = (config.docs_dir, *config.theme.dirs[:1])
    for file in [file for file in files if UNUSED.match(file.src_uri) and file.src_dir not in own]:
        files.remove(file)


def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str | None:
    """Fill in the loader, which has been copied by now, from the page that every site has."""
    if template_name != "404.html":
        return None
    loader = Path(config.site_dir, "assets/late.js")
    try:
        loader.write_text(filled(loader.read_text(encoding="utf-8"), output), encoding="utf-8")
    except (OSError, TypeError, ValueError) as error:
        raise PluginError(f"The theme's script cannot be loaded late: {error}") from error
    return without(output)


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Leave out what the loader brings."""
    return without(output)
