"""Refuses settings without which pages would not be checked, or not be whole; every other setting can be left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mkdocs.exceptions import PluginError

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

OPTIONAL = ("fast.py", "serve.py")  # the site is the same without them
ORDER = (  # of the events that priorities do not order
    "posts.py", "tagline.py", "evidence.py", "summaries.py", "outputs.py", "pages.py", *OPTIONAL, "publishing.py",
)  # fmt: skip
EXTENSIONS = {"pymdownx.snippets": "code", "md_in_html": "figures"}  # without one its marks stand on pages as text


def missing(config: MkDocsConfig) -> Iterator[str]:
    """What is missing, and what to write, for each setting that has no substitute."""
    theme = config.theme
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
    named = [Path(name).name for name in config.hooks]
    for hook in ORDER:
        if hook not in (*named, *OPTIONAL):
            yield f"hooks lacks hooks/{hook}, so that its checks would not be made; write it below hooks:"
    if (known := [name for name in named if name in ORDER]) != [name for name in ORDER if name in known]:
        yield f"hooks are in another order, and one would find what another makes; write {', '.join(ORDER)}"
    for extension, what in EXTENSIONS.items():
        if extension not in config.markdown_extensions:
            yield f"markdown_extensions lacks {extension}, and {what} would not be shown; write it there"
    for key, addresses in (("extra_javascript", config.extra_javascript), ("favicon", [theme.get("favicon") or ""])):
        for address in addresses:
            if urlsplit(str(address)).netloc:
                yield f"{key} names {address} on another host, which no page may ask; keep a copy in docs"
    if not config.use_directory_urls:
        yield "use_directory_urls is false: numbers, labs and copies lead to folders; take that line or option out"
    if not config.extra_css:
        yield "extra_css is missing; write extra_css: [assets/site.css]"


def others(config: MkDocsConfig) -> list[str]:
    """Hooks and plugins that are not of this site: they may give a page's template what cache/templates.py misses."""
    own = {f"material/{name}" for name in ("search", "blog", "tags")} | {"search", "blog", "tags"}
    hooks = [name for name in config.hooks if Path(name).name not in ORDER]
    return hooks + [name for name in config.plugins if name not in own and name not in config.hooks]


def check(config: MkDocsConfig) -> None:
    """Raise PluginError with all of it, before anything is made."""
    if lines := [f"mkdocs.yml:1: {line}" for line in missing(config)]:
        raise PluginError("\n".join(["The settings are not whole:", *lines]))
