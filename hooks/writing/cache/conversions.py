"""A page's Markdown is converted again only if its text, what it includes or what it links to has changed."""

from __future__ import annotations

import logging
import re
from functools import partial
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler

from writing.build import Recall
from writing.patches import convert, put_conversion

INCLUDED = re.compile(r'--8<-- "([^":]+)')


class Asked:
    """The site's files, noting what a page asks for: the same answers next time mean the same links."""

    def __init__(self, files: Files) -> None:
        self.files, self.answers = files, dict[str, list[str] | None]()

    def get_file_from_path(self, path: str) -> File | None:
        """As `Files.get_file_from_path`."""
        file = self.files.get_file_from_path(path)
        self.answers[path] = file and [file.url, file.inclusion.name]
        return file

    def same(self, made: dict[str, Any]) -> bool:
        """Whether an earlier conversion had nothing to report and would be answered today as it was."""
        for path in made["answers"]:
            self.get_file_from_path(path)
        return made["silent"] and self.answers == made["answers"]


def converted(page: Page, config: MkDocsConfig, files: Files) -> dict[str, Any]:
    """Convert a page's Markdown; what it leaves on the page, what it asked for, and whether it reported nothing."""
    asked, said, logger = Asked(files), CountHandler(), logging.getLogger("mkdocs")
    logger.addHandler(said)
    try:
        made = convert(page, config, asked)
    finally:
        logger.removeHandler(said)
    silent = not said.get_counts() and logger.isEnabledFor(logging.WARNING)
    return {**made, "answers": asked.answers, "silent": silent}


def render(memory: Recall, page: Page, config: MkDocsConfig, files: Files) -> None:
    """As `Page.render`, from memory if text, inclusions and link targets are what they were."""
    included = [Path(config.docs_dir, path) for path in INCLUDED.findall(page.markdown)]
    sources = [path.read_text("utf-8") for path in included if path.is_file()]
    parts = [page.file.src_uri, page.file.url, page.markdown, sources]
    made = memory.recall("markdown", parts, partial(converted, page, config, files), Asked(files).same)
    put_conversion(page, made, files)
