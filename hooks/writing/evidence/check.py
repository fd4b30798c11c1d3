"""Checks what the pages of this build show as measured, and says so below each post: a difference stops the build."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from writing.build import Build, PluginError
from writing.evidence.figure_links import link_figures
from writing.evidence.rendered import Quote, Reading, line_of, linked, read, suspected
from writing.evidence.results import recorded
from writing.evidence.turned import labs_of

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

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


def measured(folder: Path, quotes: list[Quote]) -> dict[str, Any]:
    """What the box below a post says of its lab, the one in `folder`, and of what the post quotes from any."""
    said = [quote.path for quote in quotes if quote.path[1] == "claims"]
    claims = [recorded(folder.parent / lab)["claims"][name] for lab, _, name in said]
    seeds = {len(claim["holds"]) for claim in claims if not claim.get("record")}
    ways = [f"for {count} seeds" if count > 1 else "with no chance in it" for count in sorted(seeds, reverse=True)]
    ways += ["from a recorded run"] if any(claim.get("record") for claim in claims) else []
    return recorded(folder)["recorded"] | {
        "lab": folder.name.replace("_", "-"),
        "numbers": len(quotes) - len(claims),
        "claims": len(claims),
        "seeds": "".join(f", {'some' if len(ways) > 1 else 'each'} {way}" for way in ways),
    }


def labs_from(url: str) -> str:
    """The address of the folder of the labs' pages, seen from the page at `url` below the site."""
    return posixpath.relpath("labs", posixpath.dirname(url) or ".") + "/"


def note(quoted: dict[str, dict[str, list[str]]], quotes: list[Quote]) -> None:
    """Note how a page writes each value, and which sentences it says, for the lab's page: lab -> name -> texts."""
    for quote in quotes:
        if quote.path[1] != "tables":
            quoted.setdefault(quote.path[0], {}).setdefault(quote.path[2], []).append(quote.text)


def checked(html: str, page: Page, config: MkDocsConfig) -> str:
    """The HTML of a page with all that it quotes linked to the labs' pages, once every part of it is found right.

    Raises PluginError with the author's line of each quoted number or sentence that is wrong.
    """
    labs, build = Path(config.docs_dir, "labs"), Build.of(config)

    def compared() -> dict[str, Any]:
        reading = read(html, labs)
        if reading.faults:
            sources = {page.file.src_uri: page.file.content_string}
            if notes := build.notes.get(page.file.src_uri):
                sources = {notes.relative_to(config.docs_dir).as_posix(): notes.read_text(encoding="utf-8")}
            raise PluginError("\n".join([HINT, *report(reading, sources)]))
        address, quotes = labs_from(page.url), [(quote.path, quote.text) for quote in reading.quotes]
        link_figures(reading.tree, labs, address, build.labs)
        used = sorted(labs_of(reading.tree) | {path[0] for path, _ in quotes})
        return {"html": linked(reading, labs, address, build.labs), "quotes": quotes, "used": used}

    parts = [html, page.url, build.results, sorted(build.labs)]  # all that goes into it
    none = {"html": html, "quotes": [], "used": []}
    made = build.memory.recall("evidence", parts, compared) if suspected(html) else none
    build.used.update(made["used"])
    quotes = [Quote(tuple(path), text) for path, text in made["quotes"]]
    if lab := page.meta.get("lab"):
        from mkdocs.structure.toc import AnchorLink

        page.meta["evidence"] = measured(labs / lab, quotes)
        page.toc.items.append(AnchorLink(*BOX, 2))
    note(build.quoted, [quote for quote in quotes if lab or quote.path[1] != "claims"])
    return made["html"]
