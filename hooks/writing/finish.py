"""What is done to a page that a template has rendered, and what the loader and the stylesheet take from it."""

from __future__ import annotations

from pathlib import Path

from writing.build import Build, process
from writing.css import stylesheet
from writing.html import deferred, policy
from writing.html.page import Parts, changed


def begin(build: Build) -> None:
    """Before the first page: guess the stylesheets, which are made last; read the site's own scripts."""
    stylesheet.guess(build)
    build.scripts = policy.scripts(Path(build.config.theme.custom_dir, "partials/javascripts"))


def finished(html: str, page: str, path: str, build: Build, kind: str = stylesheet.SITE) -> Parts:
    """A page, to be written to `path`, after all changes of html/page.py; what it holds is noted for the stylesheet.

    Raises PluginError naming `page` and the first change that does not match.
    """
    parts = changed(html, page, build.sheet, bool(build.config.repo_url), build.scripts, process.serving)
    rules = stylesheet.note(build, parts.html, parts.taken["stylesheets"][0], kind, path)
    parts.head = stylesheet.filled(parts.head, build.sheet, rules)
    return parts


def not_found(html: str, build: Build) -> str:
    """404.html, the page that every site has: what is taken from it fills the loader, for all pages."""
    parts = finished(html, "404.html", "404.html", build)
    deferred.fill(parts.taken, build.config)
    return parts.html
