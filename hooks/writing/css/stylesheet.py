"""Joins the stylesheets into one of what pages can use, and one of what scripts can besides, which comes with theirs.

There is such a pair for each kind of page: a reader who arrives at the front page loads no rule for code or figures.
The first stands in the page itself: a browser that had to ask for it would show nothing until the answer is there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from writing.build import Build, PluginError
from writing.css.names import page_words, script_words, tags
from writing.css.rules import ACTED
from writing.css.shapes import matching
from writing.css.sheets import ASSETS, files, rules_of, selectors, sheets

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

SITE, LIST, POST = "site", "list", "post"  # the stylesheets: of other pages, of lists of posts, and of posts
KINDS = {"blog.html": LIST, "blog-post.html": POST}  # template -> stylesheet
LINK = re.compile(r'href="[^"]*?assets/([^"?#]*)')
LATER = r'<noscript><link rel="stylesheet" href="([^"]*?)assets/([^"]*)"></noscript>'  # as html/page.py writes it
STYLE = re.compile(rf"(?:<style data-late.*?</style>)?{LATER}", re.S)


def style(name: str, folder: str, css: str = "") -> str:
    """What stands in a page's head: the rules that it can use, and where the rest is, for scripts and without.

    `name` is the rest's, and `folder` where the site begins, as seen from the page.
    """
    css = re.sub("</(?=style)", r"<\\/", css.replace(ASSETS, f"{folder}assets/"), flags=re.I)
    link = f'<noscript><link rel="stylesheet" href="{folder}assets/{name}"></noscript>'
    return f'<style data-late="{name}">{css}</style>{link}'


def named(name: str, *parts: str) -> str:
    """The name of a stylesheet's file, with a digest of what is in it."""
    return f"{name}.{hashlib.sha256(''.join(parts).encode()).hexdigest()[:8]}.css"


def script_names(site: Path, *patterns: str) -> set[str]:
    """The names that the scripts of a site, found by these patterns, may put on its pages."""
    paths = [path for pattern in patterns for path in site.glob(pattern)]
    return set().union(*(script_words(path.read_text(encoding="utf-8")) for path in paths))


def split(
    texts: dict[str, str], on_page: Iterable[str], by_script: Iterable[str], unmatched: Iterable[str] | None = ()
) -> tuple[str, ...]:
    """Two stylesheets from several, name -> text, as `sheets` makes them; without `unmatched`, what may be in it.

    Raises PluginError with file and line for what is no CSS in one of them.
    """
    folders = tuple("".join(name.removeprefix("assets/").rpartition("/")[:2]) for name in texts)
    read = (tuple(texts.values()), frozenset(on_page), frozenset(by_script), folders)
    try:
        return tuple(selectors(rules_of(*read))) if unmatched is None else sheets(*read, frozenset(unmatched))
    except ValueError as error:
        message, line, turn = error.args
        raise PluginError(f"{[*texts][turn]}:{line}: {message}") from error


def unmatched(build: Build, site: Path, sheet: str, left: list[str]) -> list[str]:
    """The selectors that match nothing in any page of this stylesheet; each page is asked for those still left."""
    for path, body in sorted(build.bodies.get(sheet, {}).items()):
        read = partial((site / path).read_text, encoding="utf-8")
        found = build.memory.recall(
            "matching", [body, left], lambda read=read, left=left: matching(read(), left), lambda value: True
        )
        left = [selector for selector in left if selector not in found]
    return left


def guess(build: Build) -> None:
    """Have pages hold the rules that the last build ended with: of each stylesheet the later one's name, and the rules.

    A first build knows none, and puts them in at its end.
    """
    recall = build.memory.recall
    build.sheet = {
        name: recall("last stylesheet", [name], lambda name=name: [f"late.{name}.css", ""])
        for name in (SITE, LIST, POST)
    }


def note(build: Build, html: str, links: str, sheet: str, path: str) -> None:
    """Note the tags of a finished page under the name of its stylesheet, and those that its template linked."""
    build.tags.setdefault(sheet, set()).update(tags(html))
    build.bodies.setdefault(sheet, {})[path] = hashlib.sha256(html[html.find("<body") :].encode()).hexdigest()
    build.sheets = build.sheets or [f"assets/{name}" for name in LINK.findall(links)]


def filled(html: str, sheets: dict[str, list[str]]) -> str:
    """A page with the rules of its stylesheet; `sheets` has their name and text by the name that the page gives."""
    found = STYLE.search(html)
    if not found or found[2] not in sheets:
        return html
    name, css = sheets[found[2]]
    return html[: found.start()] + style(name, found[1], css) + html[found.end() :]


def write(config: MkDocsConfig) -> None:
    """Make each pair of stylesheets: write the later ones, and mend the rules in pages where the guess was wrong.

    Raises PluginError with file and line for what is no CSS in a stylesheet, or for one that is not there.
    """
    site, build = Path(config.site_dir), Build.of(config)
    scripts = [str(script) for script in config.extra_javascript if "//" not in str(script)]
    by_script = sorted(script_names(site, "assets/javascripts/bundle.*.js", "assets/*.js", *scripts) | ACTED)
    parts = {name: site / name for name in build.sheets}
    if gone := [name for name, path in parts.items() if not path.is_file()]:
        raise PluginError(f"mkdocs.yml:1: extra_css names {gone[0]}, which is not in docs; write it, or its right name")
    texts = dict[str, str]()
    for name, path in parts.items():
        try:
            texts[name] = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise PluginError(f"{name}:1: is no text in UTF-8 ({error.reason}); save it as UTF-8") from error
        for asked, line in files(texts[name]):
            if not (path.parent / asked).is_file():
                raise PluginError(f"{name}:{line}: asks for {asked}, which is not there; write its path from here")
    mended = dict[str, list[str]]()
    for name, guessed in build.sheet.items():
        shown = sorted(tag.replace(guessed[0], "") for tag in build.tags.get(name, ()))  # another one after a change
        on_page = build.memory.recall(
            "words", shown, lambda shown=shown: sorted(page_words(shown) | {"open", "js", "lazy"})
        )
        read = [texts, on_page, by_script]
        asked = build.memory.recall("selectors", read, partial(split, *read, None))
        read.append(unmatched(build, site, name, asked))
        critical, deferred = build.memory.recall("stylesheet", read, partial(split, *read))
        made = [f"late.{named(name, critical, deferred)}", critical]
        (site / "assets" / made[0]).write_text(deferred.replace(ASSETS, ""), encoding="utf-8")
        if made != guessed:
            mended[guessed[0]] = made
        build.memory.recall("last stylesheet", [name], partial(list, made), made.__eq__)
    for path in site.rglob("*.html") if mended else ():
        html = path.read_bytes()
        if b"<style data-late" in html:  # or it is a file of the author's, in whatever encoding
            path.write_bytes(filled(html.decode(), mended).encode())
    for path in parts.values():
        path.unlink(missing_ok=True)
