"""Turns whatever stops a build into the line that its author needs: where, what is wrong, what would be right."""

from __future__ import annotations

import logging
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from mkdocs.exceptions import Abort, BuildError
from mkdocs.structure.pages import Page
from pymdownx.snippets import SnippetMissingError

from writing.converting import included

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

log = logging.getLogger("mkdocs.hooks.errors")


def page_of(error: BaseException) -> Page | None:
    """The page that was being read or built when `error` was raised."""
    pages = [value for frame, _ in walk_tb(error.__traceback__) for value in frame.f_locals.values()]
    return next((page for page in reversed(pages) if isinstance(page, Page)), None)


def place_of(error: BaseException, root: Path) -> str:
    """File and line, below `root`, of the innermost of the site's own functions or templates that `error` came from."""
    own = [
        f"{path.relative_to(root).as_posix()}:{line}"
        for frame, line in walk_tb(error.__traceback__)
        if (path := Path(frame.f_code.co_filename)).is_relative_to(root) and "site-packages" not in path.parts
    ]
    return own[-1] if own else ""


def undecoded(error: UnicodeDecodeError, page: Page) -> str:
    """The line of the first byte that is not UTF-8."""
    line = error.object[: error.start].count(b"\n") + 1 if isinstance(error.object, bytes) else 1
    return f"{page.file.src_uri}:{line}: is not UTF-8; save it as UTF-8"


def below(path: Any, root: Path) -> str:
    """A path as seen from `root`, if it is there."""
    return Path(path).relative_to(root).as_posix() if Path(path).is_relative_to(root) else str(path)


def line(error: Exception, root: Path) -> str:
    """`path:line: what is wrong; what would be right` for an exception that no step has put into words."""
    page, kind, words = page_of(error), type(error).__name__, " ".join(str(error).split())
    if isinstance(error, SnippetMissingError):
        return included(error, page.file.src_uri if page else "mkdocs.yml", page.file.content_string if page else "")
    if isinstance(error, UnicodeDecodeError) and page and not place_of(error, root):
        return undecoded(error, page)
    if isinstance(error, RecursionError):
        return f"{page.file.src_uri if page else 'mkdocs.yml'}:1: is nested too deep; take some brackets out"
    lineno = getattr(error, "lineno", None)
    if isinstance(lineno, int) and (name := getattr(error, "filename", None)):  # Python and Jinja
        return f"{below(name, root)}:{lineno}: {getattr(error, 'msg', None) or words}; mend it there"
    if isinstance(error, OSError) and error.filename:
        return f"{below(error.filename, root)}:1: {error.strerror}; is it there, and may it be read and written?"
    if type(error).__name__ == "TemplateNotFound" and page:
        return f"{page.file.src_uri}:1: names the template {error.name}, which is not in overrides or the theme"
    place = place_of(error, root)
    return (
        f"{page.file.src_uri if page else 'mkdocs.yml'}:1: stops the build ({kind}: {words[:300]}"
        f"{f', at {place}' if place else ''}); undo the last change there, or see all with `mkdocs build --verbose`"
    )


def stop(error: Exception, config: MkDocsConfig | None) -> None:
    """End a build with one line for an exception that is not one already. Raises Abort; the trace is shown by -v."""
    if isinstance(error, BuildError | Abort):
        return
    root = Path(config.config_file_path).parent.resolve() if config else Path.cwd()
    log.debug("the whole trace", exc_info=error)
    log.error(line(error, root))
    raise Abort("Aborted: the line above says why")
