"""Refuses settings without which pages would not be checked, or not be whole; every other setting can be left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markdown import Markdown
from mkdocs.exceptions import PluginError

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

OPTIONAL = ("fast.py", "serve.py")  # the site is the same without them
ORDER = (  # of the events that priorities do not order
    "posts.py", "tagline.py", "evidence.py", "summaries.py", "outputs.py", "pages.py", *OPTIONAL, "publishing.py",
)  # fmt: skip
LACKS = "markdown_extensions lacks {}, and {} would not be shown; write it there"


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
    named = [Path(name).name for name in own(config)]
    for hook in ORDER:
        if hook not in (*named, *OPTIONAL):
            yield f"hooks lacks hooks/{hook}, so that its checks would not be made; write it below hooks:"
    if named != [name for name in ORDER if name in named]:
        yield f"hooks are in another order, and one would find what another makes; write {', '.join(ORDER)}"
    if "pymdownx.snippets" not in config.markdown_extensions:
        yield LACKS.format("pymdownx.snippets", "code")
    converter = Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs)
    if "markdown_block" not in converter.parser.blockprocessors:  # which `extra` brings, too
        yield LACKS.format("md_in_html", "figures")
    shown = {key: [theme.get(key) or ""] for key in ("favicon", "logo")}
    for key, addresses in {"extra_javascript": config.extra_javascript, **shown}.items():
        for address in addresses:
            if urlsplit(str(address)).netloc:
                yield f"{key} names {address} on another host, which no page may ask; keep a copy in docs"
    if not config.use_directory_urls:
        yield "use_directory_urls is false: numbers, labs and copies lead to folders; take that line or option out"
    if isinstance(theme.get("palette"), dict) and theme["palette"]:
        yield "palette is one and no list, and pages would have no script; put a - before its first line"
    if not config.extra_css:
        yield "extra_css is missing; write extra_css: [assets/site.css]"
    for sheet in config.extra_css:
        if not str(sheet).startswith("assets/"):
            yield f"extra_css names {sheet}, and only sheets of docs/assets are joined into one; keep a copy there"


def own(config: MkDocsConfig) -> list[str]:
    """The hooks of this site, beside whose files the package stands; another's may have the name of one of them."""
    names = {name: Path(module.__file__ or "") for name, module in config.hooks.items()}
    return [name for name, path in names.items() if path.name in ORDER and (path.parent / "writing").is_dir()]


def others(config: MkDocsConfig) -> list[str]:
    """Hooks and plugins that are not of this site: they may give a page's template what cache/templates.py misses."""
    known = {f"material/{name}" for name in ("search", "blog", "tags")} | {"search", "blog", "tags", *own(config)}
    return [name for name in config.plugins if name not in known]  # MkDocs counts hooks among them


def check(config: MkDocsConfig) -> None:
    """Raise PluginError with all of it, before anything is made."""
    if lines := [f"mkdocs.yml:1: {line}" for line in missing(config)]:
        raise PluginError("\n".join(["The settings are not whole:", *lines]))
