"""Refuses settings without which pages would not be checked, or not be whole; every other setting can be left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.exceptions import PluginError

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

OPTIONAL = {"fast.py", "serve.py"}  # the site is the same without them


def missing(config: MkDocsConfig) -> Iterator[str]:
    """What is missing, and what to write, for each setting that has no substitute."""
    root, theme = Path(config.config_file_path).parent, config.theme
    if theme.name != "material":
        yield "theme is not material; write theme: {name: material, custom_dir: overrides, font: false}"
        return
    if not theme.custom_dir:
        yield "theme.custom_dir is missing, and with it every template of this site; write custom_dir: overrides"
    if theme.get("font"):
        yield "theme.font would be loaded from another host, which no page may ask; write font: false"
    for plugin in ("search", "blog"):
        if f"material/{plugin}" not in config.plugins:
            yield f"plugins lacks {plugin}; write it below plugins:"
    named = {Path(name).name for name in config.hooks}
    for hook in sorted((root / "hooks").glob("[!.]*.py")):
        if hook.name not in named | OPTIONAL:
            yield f"hooks lacks hooks/{hook.name}, so that its checks would not be made; write it below hooks:"
    if not config.use_directory_urls:
        yield "use_directory_urls is false: numbers, labs and copies lead to folders; take that line or option out"
    if not config.extra_css:
        yield "extra_css is missing; write extra_css: [assets/site.css]"


def check(config: MkDocsConfig) -> None:
    """Raise PluginError with all of it, before anything is made."""
    if lines := [f"mkdocs.yml:1: {line}" for line in missing(config)]:
        raise PluginError("\n".join(["The settings are not whole:", *lines]))
