"""Keeps a draft, its figures and its lab's data out of what is published."""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from writing.build import Build, PluginError, line_with, process
from writing.posts import inclusions

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

HINT = "A page leads to what readers will not get:"
DRAFT = "a draft or dated later, or left out by mkdocs.yml; publish that first, or unlink it"
OUT = "left out of the site"


def begun(created: datetime.datetime) -> bool:
    """Whether the date of a post has come; one without a time comes with its day, where the author is."""
    whole = created.utcoffset() == datetime.timedelta(0) and created.time() == datetime.time()
    today = datetime.datetime.now().astimezone().date()
    return created <= datetime.datetime.now(datetime.UTC) or (whole and created.date() <= today)


def hidden(config: MkDocsConfig, files: Files) -> frozenset[str]:
    """The `src_uri` of every post that this build leaves out: drafts, posts dated later, and what settings name."""
    shown = {post.file.src_uri for post in config.plugins["material/blog"].blog.posts}
    serving = {file.src_uri for file in files if process.serving and file.inclusion.name == "DRAFT"}  # of draft_docs
    return frozenset({file.src_uri for file in files if is_post(file.src_uri)} - shown - serving)


def is_post(name: str) -> bool:
    """Whether a file of docs/ is a post; what is in a folder of its own may be a part that posts include."""
    return posixpath.dirname(name) == "posts" and name.endswith((".md", ".markdown"))


def set_aside(files: Files, config: MkDocsConfig) -> None:
    """Note the posts that are left out, and drop their figures and labs' data; the blog plugin has decided which."""
    build = Build.of(config)
    build.left_out = hidden(config, files)
    refuse_named(config)
    for file in [file for file in files if file.src_uri.startswith(tuple(inclusions.folders(build.left_out)))]:
        build.dropped[file.url] = DRAFT
        files.remove(file)


def refuse_named(config: MkDocsConfig) -> None:
    """Raise PluginError with the line of each draft that `nav` names: every page would show its title."""
    if said := list(in_nav(config.nav, Path(config.config_file_path), Build.of(config).left_out)):
        raise PluginError("\n".join([HINT, *said]))


def in_nav(nav: Any, config: Path, left_out: Collection[str]) -> Iterator[str]:
    """A line of the config file for each of these posts that its navigation names."""
    for name in sorted({*named(nav)} & {*left_out}):
        yield f"{config.name}:{line_with(config.read_text(encoding='utf-8'), name)}: nav names {name}, {DRAFT}"


def named(nav: Any) -> Iterator[str]:
    """The files that a navigation names, at whatever depth."""
    if isinstance(nav, str):
        yield posixpath.normpath(nav)
    for part in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from named(part)


def refuse_inclusions(html: str, page: Page, config: MkDocsConfig) -> None:
    """Raise PluginError with the line of all that a published page includes of a draft, or shows from its lab."""
    out, known, file = Build.of(config).left_out, config.mdx_configs.get("pymdownx.snippets"), page.file
    if out and file.src_uri not in out:
        found = inclusions.taken(html, page.markdown, file.content_string, known, config.docs_dir, out)
        if said := [f"{file.src_uri}:{why}" for why in found]:
            raise PluginError("\n".join([HINT, *said]))
