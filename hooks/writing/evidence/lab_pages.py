"""Adds a page for the lab of each post that is shown, and the list of all labs; fills them once posts are read."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from functools import partial
from html import unescape
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from writing.build import Build, process
from writing.evidence import lab_list
from writing.evidence.lab_page import filled, page, question
from writing.evidence.lab_source import SOURCES
from writing.evidence.results import changed, files_hash, recorded, unrecorded

ID = re.compile(r'\bid="([^"]*)"')
log = logging.getLogger("mkdocs.hooks.evidence")


def add(files: Files, config: MkDocsConfig) -> None:
    """Add the pages. Raises PluginError for a lab that cannot be read, or that has changed since it was recorded."""
    build, rows = Build.of(config), []
    labs = Path(config.docs_dir, "labs")
    build.results = files_hash(labs, sorted(labs.glob("*/results.json")))
    for post in config.plugins["material/blog"].blog.posts:
        if not (folder := post.meta.get("lab") and Path(config.docs_dir, "labs", post.meta["lab"])):
            continue
        if said := unrecorded(folder, post.file.src_uri, post.file.content_string):
            raise PluginError(said)
        slug, notes = folder.name.replace("_", "-"), folder / "notes.md"
        try:
            text = notes.read_text(encoding="utf-8") if notes.exists() else ""
            content, made = page(folder, str(post.meta["title"]), text), recorded(folder)["recorded"]
            rows.append((slug, question(folder), made["date"]))
        except (ValueError, OSError) as error:
            raise PluginError(str(error)) from error
        file = put(files, config, f"labs/{slug}.md", content)
        build.labs.add(folder.name)
        if text:
            build.notes[file.src_uri] = notes
    refuse_changed(build.labs, config)
    put(files, config, "labs/index.md", lab_list.markdown(rows))


def put(files: Files, config: MkDocsConfig, name: str, content: str) -> File:
    """Add one page. Raises PluginError if an author's file has its name, which it would replace."""
    file = File.generated(config, name, content=content)
    if files.get_file_from_path(name):
        where = f"would stand at {file.dest_uri}, the place of what the site writes itself"
        raise PluginError(f"{name}:1: {where}; give it another name")
    files.append(file)
    return file


def refuse_changed(names: Iterable[str], config: MkDocsConfig) -> None:
    """Raise PluginError with a line for each of these labs that is not as it was recorded.

    Under `serve` a change is a warning: its author is at work on it.
    """
    try:
        lines = changed(Path(config.docs_dir, "labs"), names)
    except (ValueError, OSError) as error:
        raise PluginError(str(error)) from error
    if lines and not process.serving:
        raise PluginError("\n".join(["A lab is not as it was recorded:", *lines]))
    for line in lines:
        log.warning(line)


def fill(files: Files, config: MkDocsConfig, commit: str) -> None:
    """Put values, tables and source into each lab's page, now that it is known how posts write its values.

    `commit` is that of the source at hand, empty if it is not known. Raises PluginError for a lab without a page that
    pages quote, if it has changed since it was recorded.
    """
    build = Build.of(config)
    refuse_changed(build.used - build.labs, config)
    for lab in build.labs:
        file = files.get_file_from_path(f"labs/{lab.replace('_', '-')}.md")
        if file and file.page and file.page.content is not None:
            folder = Path(config.docs_dir, "labs", lab)
            quoted, html = build.quoted.get(lab, {}), file.page.content
            source = files_hash(
                folder, sorted(path for path in folder.glob("**/[!.]*") if path.suffix in (*SOURCES, ".csv"))
            )
            parts = [lab, html, build.results, source, quoted, config.repo_url or "", commit]
            made = partial(filled, html, folder, quoted, config.repo_url or "", commit)
            try:
                file.page.content = build.memory.recall("lab page", parts, made)
                file.page.present_anchor_ids |= {*map(unescape, ID.findall(file.page.content))}  # for links
            except ValueError as error:
                raise PluginError(str(error)) from error
