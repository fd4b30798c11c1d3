"""A page's Markdown is converted again only if its text, what it includes or what it links to has changed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from writing.build import Recall
from writing.cache.memory import digest
from writing.patches import convert, noting, put_conversion

STOCK = {"markdown", "pymdownx", "pygments", "material", "writing"}  # of which the digest of settings holds all


class Heard(logging.Handler):
    """Keeps what is reported."""

    def __init__(self) -> None:
        super().__init__()
        self.records = list[logging.LogRecord]()

    def emit(self, record: logging.LogRecord) -> None:
        """As `logging.Handler.emit`."""
        self.records.append(record)


@contextmanager
def hearing() -> Iterator[Heard]:
    """Hear every warning of MkDocs, also where `--quiet` silences it; pass on afterwards what it does not."""
    logger, heard = logging.getLogger("mkdocs"), Heard()
    before = logger.level, logger.propagate, logger.handlers
    logger.handlers, logger.propagate = [heard], False
    logger.setLevel(min(logger.level, logging.WARNING))
    try:
        yield heard
    finally:
        logger.handlers, logger.propagate = before[2], before[1]
        logger.setLevel(before[0])
        for record in heard.records:
            if logger.isEnabledFor(record.levelno):
                logger.handle(record)


class Asked:
    """The site's files, noting what a page asks for: the same answers next time mean the same links.

    The same for what it includes: a digest of the file that is found for each name.
    """

    def __init__(self, files: Files, find: Callable[[str], str | None]) -> None:
        self.files, self.answers, self.find = files, dict[str, list[str] | None](), find
        self.included = dict[str, str | None]()

    def get_file_from_path(self, path: str) -> File | None:
        """As `Files.get_file_from_path`."""
        file = self.files.get_file_from_path(path)
        self.answers[path] = file and [file.url, file.inclusion.name]
        return file

    def include(self, name: str, path: str | None) -> None:
        """Note what an inclusion reads; a folder, or what cannot be read, is said by the inclusion itself."""
        self.included[name] = digest(Path(path).read_bytes()) if path and Path(path).is_file() else None

    def same(self, made: dict[str, Any]) -> bool:
        """Whether an earlier conversion had nothing to report and would be answered today as it was."""
        for path in made["answers"]:
            self.get_file_from_path(path)
        for name in made["included"]:
            self.include(name, self.find(name))
        return made["silent"] and self.answers == made["answers"] and self.included == made["included"]


def converted(page: Page, config: MkDocsConfig, asked: Asked) -> dict[str, Any]:
    """Convert a page's Markdown; what it leaves on the page, what it asked for, and whether it reported nothing."""
    with hearing() as heard, noting(asked.include):
        made = convert(page, config, asked)
    silent = not heard.records and not unforeseen(config)
    return {**made, "answers": asked.answers, "included": asked.included, "silent": silent}


def functions(part: Any) -> Iterator[Any]:
    """The functions within settings, also those that others are made of."""
    if isinstance(part, partial):
        part = [part.func, part.args, part.keywords]
    if isinstance(part, Mapping):
        part = list(part.values())
    if isinstance(part, list | tuple):
        for inner in part:
            yield from functions(inner)
    elif callable(part):
        yield part


def unforeseen(config: MkDocsConfig) -> bool:
    """Whether a conversion may read what nobody notes: the network, pictures, whatever the author's own code reads."""
    build = Markdown().build_extension
    used = [type(build(name, config.mdx_configs.get(name, {}))) for name in config.markdown_extensions]
    named = {getattr(part, "__module__", None) or "" for part in (*used, *functions(config.mdx_configs))}
    own = {name.partition(".")[0] for name in named} - STOCK
    fetched = config.mdx_configs.get("pymdownx.snippets", {}).get("url_download")
    return bool(own or fetched or "pymdownx.b64" in config.markdown_extensions)


def render(memory: Recall, find: Callable[[str], str | None], page: Page, config: MkDocsConfig, files: Files) -> None:
    """As `Page.render`, from memory if text, inclusions and link targets are what they were."""
    parts = [page.file.src_uri, page.file.url, page.markdown]
    made = partial(converted, page, config, Asked(files, find))
    put_conversion(page, memory.recall("markdown", parts, made, Asked(files, find).same), files)
