"""The loader, assets/late.js: it brings the theme's script, and what only that can use, to a reader who needs them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files

PARTS = {".md-search__inner": "results", "body": "dialog"}  # at whose end they stand: the changes that take them
BETWEEN = re.compile(r"<script[^>]*>(.*)</script>", re.S)
BUNDLE = re.compile(r"javascripts/bundle\.[^\"]*")
UNUSED = re.compile(r"assets/(javascripts/(lunr|workers)|images)/|assets/.*\.map$")  # assets/search.js is the worker
PLACE = "const settings = {}"


def filled(script: str, taken: dict[str, list[str]]) -> str:
    """The loader with settings, name of the theme's script and parts, as the changes of page.py took them from a page.

    Raises ValueError if the loader has no place for them.
    """
    settings = {**json.loads(BETWEEN.search(taken["settings"][0])[1]), "bundle": BUNDLE.search(taken["script"][0])[0]}
    settings["parts"] = {place: taken[name][0] for place, name in PARTS.items()}
    kept = {key: value for key, value in settings.items() if key not in ("base", "search") and value is not None}
    if PLACE not in script:
        raise ValueError(f"assets/late.js has no {PLACE!r}")
    return script.replace(PLACE, f"const settings = {json.dumps(kept, ensure_ascii=False)}", 1)


def fill(taken: dict[str, list[str]], config: MkDocsConfig) -> None:
    """Fill in the site's loader, which has been copied by now. Raises PluginError if it cannot be."""
    loader = Path(config.site_dir, "assets/late.js")
    try:
        loader.write_text(filled(loader.read_text(encoding="utf-8"), taken), encoding="utf-8")
    except (OSError, ValueError) as error:
        raise PluginError(f"The theme's script cannot be loaded late: {error}") from error


def drop_unused(files: Files, config: MkDocsConfig) -> None:
    """Leave out two and a half megabytes of the theme's files that no page asks for."""
    own, icon = (config.docs_dir, *config.theme.dirs[:1]), config.theme.get("favicon")
    for file in [f for f in files if UNUSED.match(f.src_uri) and f.src_dir not in own and f.src_uri != icon]:
        files.remove(file)
