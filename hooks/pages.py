"""The content of a page, and the page around it: figures, tables, code, policy, deferred script, stylesheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority
from writing import patches
from writing.build import Build
from writing.css import stylesheet
from writing.finish import begin, finished, not_found
from writing.html import code_classes, deferred, figures, missing, tables

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


def on_config(config: MkDocsConfig) -> None:
    """Have code written with one class for each colour, and included from the site's folder, wherever MkDocs runs."""
    patches.use_token_classes(code_classes.KEPT)
    code_classes.use_folder(config)


def on_pre_build(*, config: MkDocsConfig) -> None:
    """Get ready what pages will be finished with."""
    begin(Build.of(config))


def on_files(files: Files, *, config: MkDocsConfig) -> None:
    """Leave out files of the theme that no page asks for."""
    deferred.drop_unused(files, config)


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Refuse what is not there; pair the figures; box tables and code."""
    missing.refuse(html, page, config)
    return tables.boxed(figures.paired(html, page, config))


@event_priority(-100)  # after every plugin, so that nothing is added behind the policy
def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str | None:
    """404.html is the page that every site has: the loader is filled from it."""
    return not_found(output, Build.of(config)) if template_name == "404.html" else None


@event_priority(-100)  # as above
def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Make all changes to a page."""
    kind = stylesheet.KINDS.get(page.meta.get("template"), stylesheet.SITE)
    return finished(output, page.file.src_uri, page.file.dest_uri, Build.of(config), kind).html


def on_post_build(*, config: MkDocsConfig) -> None:
    """Write the stylesheet, now that it is known what pages hold."""
    stylesheet.write(config)
