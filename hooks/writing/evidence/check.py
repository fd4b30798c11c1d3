"""Checks what the pages of this build show as measured, and says so below each post: a difference stops the build."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils import get_relative_url

from writing.build import Build
from writing.evidence.rendered import Reading, line_of, linked, read, suspected
from writing.evidence.results import recorded

HINT = "What is quoted is not what was recorded; `make fix` rewrites numbers:"
BOX = "How this was measured", "__measured"


def report(reading: Reading, sources: dict[str, str]) -> list[str]:
    """A line `path:line: what is wrong` for each fault; `sources` holds the texts of a page by their path.

    The line is searched in these texts and decides nothing. What stands in none of them was included: it gets line 1.
    """
    lines = []
    for wanted, message in reading.faults:
        name = next((name for name, text in sources.items() if all(part in text for part in wanted[::2])), min(sources))
        lines.append(f"{name}:{line_of(sources[name], wanted)}: {message}")
    return list(dict.fromkeys(lines))


def checked(html: str, page: Page, config: MkDocsConfig) -> str:
    """The HTML of a page with all that it quotes linked to the labs' pages, once every part of it is found right.

    Raises PluginError with the author's line of each quoted number or sentence that is wrong.
    """
    labs, build = Path(config.docs_dir, "labs"), Build.of(config)
    reading = read(html, labs) if suspected(html) else None
    if reading and reading.faults:
        sources = {page.file.src_uri: page.file.content_string}
        if notes := build.notes.get(page.file.src_uri):
            sources = {notes.relative_to(config.docs_dir).as_posix(): notes.read_text(encoding="utf-8")}
        raise PluginError("\n".join([HINT, *report(reading, sources)]))
    if lab := page.meta.get("lab"):
        quotes = reading.quotes if reading else []
        claims = sum(quote.path[1] == "claims" for quote in quotes)
        record = recorded(labs / lab)
        seeds = max((len(claim["holds"]) for claim in record["claims"].values()), default=1)
        page.meta["evidence"] = record["recorded"] | {
            "lab": lab.replace("_", "-"),
            "numbers": len(quotes) - claims,
            "claims": claims,
            "seeds": f", each for {seeds} seeds" if seeds > 1 else ", with no chance in it",
        }
        page.toc.items.append(AnchorLink(*BOX, 2))
    if not reading:
        return html
    for quote in reading.quotes:
        if quote.path[1] == "values":
            build.quoted.setdefault(quote.path[0], {}).setdefault(quote.path[2], []).append(quote.text)
    return linked(reading, labs, get_relative_url("labs/", page.url), build.labs)
