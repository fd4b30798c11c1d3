"""Conversion of a page's Markdown, made or remembered. Imported by remember.py; has no event."""

from __future__ import annotations

import logging
import re
from functools import partial
from pathlib import Path
from typing import Any

from build_memory import Memory
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import CountHandler
from remembered_template import outline

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


def convert(page: Page, config: MkDocsConfig, files: Files) -> dict[str, Any]:
    """Convert a page's Markdown; all that this leaves on the page, as JSON holds it."""
    asked, said, logger = Asked(files), CountHandler(), logging.getLogger("mkdocs")
    logger.addHandler(said)
    try:
        Page.render(page, config, asked)
    finally:
        logger.removeHandler(said)
    links = {file.src_uri: anchors for file, anchors in (page.links_to_anchors or {}).items()}
    made = {"content": page.content, "toc": outline(page.toc), "title": page._title_from_render, "links": links}
    silent = not said.get_counts() and logger.isEnabledFor(logging.WARNING)
    return {**made, "anchors": sorted(page.present_anchor_ids), "answers": asked.answers, "silent": silent}


def render(memory: Memory, page: Page, config: MkDocsConfig, files: Files) -> None:
    """As `Page.render`, from memory if text, inclusions and link targets are what they were."""
    included = [Path(config.docs_dir, path) for path in INCLUDED.findall(page.markdown)]
    sources = [path.read_text("utf-8") for path in included if path.is_file()]
    parts = [page.file.src_uri, page.file.url, page.markdown, sources]
    made = memory.recall("markdown", parts, partial(convert, page, config, files), Asked(files).same)
    page.content, page._title_from_render, page.toc = made["content"], made["title"], get_toc(made["toc"])
    page.present_anchor_ids = set(made["anchors"])
    page.links_to_anchors = {files.get_file_from_path(path): links for path, links in made["links"].items()}
