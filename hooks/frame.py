"""Mends the theme's frame around a page: a name for the search dialog, no call to a code host, no spare bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

SPACE = re.compile(r"\n\s+")  # outside the content nothing is set in lines
GENERATOR = re.compile(r'<meta name="generator"[^>]*>')
MENDED = {
    'data-md-component="search" role="dialog"': 'data-md-component="search" role="dialog" aria-label="Search"',
    ' data-md-component="source"': "",  # by which the theme's script asks the code host for stars
    ' xmlns="http://www.w3.org/2000/svg"': "",  # within HTML an svg needs none
}


def mended(html: str) -> str:
    """The page with its head, header and navigation put right; its content is left alone."""
    head, main, rest = html.partition('<div class="md-content"')
    content, end, foot = rest.rpartition("</article>")
    for old, new in MENDED.items():
        head = head.replace(old, new)
    return SPACE.sub("\n", GENERATOR.sub("", head, count=1)) + main + content + end + SPACE.sub("\n", foot)


def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
    """Leave out the lines on which templates have their commands: an eighth of a page's frame."""
    env.trim_blocks = env.lstrip_blocks = True
    return env


def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str:
    """Mend the page for addresses that do not exist."""
    return mended(output) if template_name == "404.html" else output


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Mend a page."""
    return mended(output)
