"""Compares quoted numbers and sentences with the labs' results: a difference stops the build."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page

from writing.evidence.precision import like
from writing.evidence.quoted import quoted
from writing.evidence.quotes import claimed, lookup, quotes


def faults(source: str, labs: Path) -> Iterator[tuple[int, str]]:
    """Line and message for every quoted number that is not what its lab recorded, and every sentence that fails."""
    for quote in quotes(source):
        try:
            if claim := claimed(quote.path, labs):
                held, of = sum(claim["holds"]), len(claim["holds"])
                if held < of:
                    line = source[: quote.start].count("\n") + 1
                    yield line, f"{quote.path[0]}.{quote.path[2]} holds in {held} of {of} seeds"
                continue
            value = lookup(quote.path, labs)
            if like(quote.text, value) != quote.text:
                name = ".".join(step for step in quote.path if step not in ("values", "value", "tables"))
                yield source[: quote.start].count("\n") + 1, f"quotes {quote.text}, {name} is {value}"
        except ValueError as error:
            yield source[: quote.start].count("\n") + 1, str(error)


def fixed(source: str, labs: Path) -> str:
    """The text with every quoted number rewritten as recorded, in the form it was written in, if the lab has it."""
    for quote in sorted(quotes(source), reverse=True):
        with suppress(ValueError):
            if claimed(quote.path, labs):
                continue
            source = source[: quote.start] + like(quote.text, lookup(quote.path, labs)) + source[quote.end :]
    return source


def marked(markdown: str, labs: Path) -> str:
    """The text with `<data>` around the cells of checked tables, and checked sentences told apart from numbers."""
    for quote in sorted(quotes(markdown), reverse=True):
        if claimed(quote.path, labs):
            at = markdown.rfind("<data", 0, quote.start)
            markdown = f'{markdown[:at]}<data class="claim"{markdown[at + 5 :]}'
        if quote.path[1] == "tables":
            data = f'<data value="{quote.path[0]}.{quote.path[2]}">{quote.text}</data>'
            markdown = markdown[: quote.start] + data + markdown[quote.end :]
    return markdown


def checked(markdown: str, page: Page, config: MkDocsConfig) -> str:
    """The Markdown of a page with what is quoted marked, once all that its file quotes is found right.

    Raises PluginError with the author's line of each quoted number or sentence that is wrong.
    """
    labs = Path(config.docs_dir, "labs")
    if page.file.generated_by is None and (found := list(faults(page.file.content_string, labs))):
        lines = [f"{page.file.src_uri}:{line}: {message}" for line, message in found]
        raise PluginError("\n".join(["A quoted number is wrong; `make test FIX=1` rewrites them:", *lines]))
    if lab := page.meta.get("lab"):
        record = json.loads((labs / lab / "results.json").read_bytes())["recorded"]
        rows = quoted(markdown, labs)
        page.meta["evidence"] = {**record, "lab": lab.replace("_", "-"), "results": len(rows)}
    return marked(markdown, labs)
