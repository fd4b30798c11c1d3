"""Shows a lab's figure in the reader's colour scheme, with its size, loaded late below the fold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from writing.build import PluginError, line_with

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

IMAGE = re.compile(r'<img ([^>]*?)src="([^"]*?figures/)([\w./-]+)-light\.svg"([^>]*?) ?/?>')
LINK = re.compile(r"<a\b[^>]*>\s*\Z")
SIZE = re.compile(r'width="([\d.]+)pt" height="([\d.]+)pt"')


def size(svg: str) -> tuple[int, int]:
    """Width and height of an SVG in CSS pixels. Raises ValueError if it names none in points."""
    found = SIZE.search(svg[:1000])
    if not found:
        raise ValueError("has no width and height in pt")
    return round(float(found[1]) * 4 / 3), round(float(found[2]) * 4 / 3)


def both(html: str, figures: Path) -> str:
    """Each `NAME-light.svg` as two images with size, one for each scheme, in a link to the figure in full size.

    Raises ValueError(NAME-light.svg, what is wrong; what would be right) for one that cannot be shown.
    """

    def pair(found: re.Match[str]) -> str:
        before, folder, name, after = found.groups()
        try:
            width, height = size((figures / f"{name}-light.svg").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            command = f"`make lab NAME={name.partition('/')[0]} RECORD=1` draws it"
            raise ValueError(f"{name}-light.svg", f"figures/{name}-light.svg: {error}; {command}") from error
        rest = f'width="{width}" height="{height}" loading="lazy" decoding="async" {before}{after}'.strip()
        images = "".join(f'<img src="{folder}{name}-{s}.svg#only-{s}" {rest}>' for s in ("light", "dark"))
        linked = LINK.search(
            html[max(0, found.start() - 500) : found.start()]
        )  # in full size, unless its author made it a link
        return images if linked else f'<a class="zoom" href="{folder}{name}-light.svg">{images}</a>'

    return IMAGE.sub(pair, html)


def paired(html: str, page: Page, config: MkDocsConfig) -> str:
    """The HTML of a page with its figures in pairs. Raises PluginError with the line of one that cannot be shown."""
    try:
        return both(html, Path(config.docs_dir, "figures"))
    except ValueError as error:
        name, said = error.args
        raise PluginError(f"{page.file.src_uri}:{line_with(page.file.content_string, name)}: {said}") from error
