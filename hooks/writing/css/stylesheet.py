"""Joins the stylesheets into one of all that is used, which comes with the script, and what a page shows before that.

The latter stands in the page itself: a browser that had to ask for it would show nothing until the answer is there. It
differs between kinds of pages, and between posts: a reader of one without code loads no rule for code.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from writing.build import Build, PluginError
from writing.css.names import kinds, page_words, script_words, tags
from writing.css.rules import ACTED
from writing.css.shapes import matching
from writing.css.sheets import ASSETS, files, first, rules_of, selectors, whole

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

SITE, LIST, POST = "site", "list", "post"  # the kinds of pages: others, lists of posts, and posts
KINDS = {"blog.html": LIST, "blog-post.html": POST}  # template -> kind
LATE = "late.css"  # what stands for the stylesheet in a build that knows none
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


def made(step: Callable[..., Any], texts: dict[str, str], used: Iterable[str], *more: Any) -> Any:
    """What a step of css/sheets.py makes of several stylesheets, name -> text.

    Raises PluginError with file and line for what is no CSS in one of them.
    """
    folders = tuple("".join(name.removeprefix("assets/").rpartition("/")[:2]) for name in texts)
    try:
        return step(tuple(texts.values()), frozenset(used), folders, *more)
    except ValueError as error:
        message, line, turn = error.args
        raise PluginError(f"{[*texts][turn]}:{line}: {message}") from error


def unmatched(build: Build, site: Path, group: str, left: list[str]) -> list[str]:
    """The selectors that match nothing in any page of this group; each page is asked for those still left."""
    for path, body in sorted(build.bodies[group].items()):
        read = partial((site / path).read_text, encoding="utf-8")
        found = build.memory.recall(
            "matching", [body, left], lambda read=read, left=left: matching(read(), left), lambda value: True
        )
        left = [selector for selector in left if selector not in found]
    return left


def guess(build: Build) -> None:
    """Have pages link the stylesheet that the last build ended with; a first one knows none, and mends them."""
    build.sheet = build.memory.recall("last stylesheet", [], lambda: [LATE])[0]


def note(build: Build, html: str, links: str, kind: str, path: str) -> str:
    """Note the tags of a finished page under its kind, its group, and the stylesheets that its template linked.

    Returns the rules with which the last build ended for the group, if it had one. Those are the pages of a kind or,
    of posts, which readers arrive at, those with the same elements and classes.
    """
    found = tags(html)
    build.tags.setdefault(kind, set()).update(found)
    group = f"{kind} {' '.join(kinds(found))}" if kind == POST else kind
    build.bodies.setdefault(group, {})[path] = hashlib.sha256(html[html.find("<body") :].encode()).hexdigest()
    build.sheets = build.sheets or [f"assets/{name}" for name in LINK.findall(links)]
    if group not in build.rules:
        build.rules[group] = build.memory.recall("last rules", [group], lambda: [""])[0]
    return build.rules[group]


def filled(html: str, name: str, css: str) -> str:
    """A page with these rules and the name of the stylesheet that has them all; any other text as it is."""
    found = STYLE.search(html)
    return html[: found.start()] + style(name, found[1], css) + html[found.end() :] if found else html


def write(config: MkDocsConfig) -> None:
    """Write the stylesheet, and mend the rules in pages where the guess was wrong.

    Raises PluginError with file and line for what is no CSS in a stylesheet, or for one that is not there.
    """
    site, build = Path(config.site_dir), Build.of(config)
    scripts = [str(script) for script in config.extra_javascript if "//" not in str(script)]
    by_script = script_names(site, "assets/javascripts/bundle.*.js", "assets/*.js", *scripts)
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
    at_load = {word for word in script_names(site, *scripts) if word[:2] == "--"}  # what the author's may set
    recall, rules, used = build.memory.recall, dict[str, str](), {*by_script, *ACTED}
    for kind in build.tags:
        shown = sorted(tag.replace(build.sheet, "") for tag in build.tags[kind])  # another one after a change
        words = recall("words", shown, lambda shown=shown: sorted(page_words(shown) | {"open", "js", "lazy"}))
        words = sorted({*words, *at_load})
        asked = recall("selectors", [texts, words], lambda words=words: selectors(made(rules_of, texts, words)))
        for group in (group for group in build.bodies if group.partition(" ")[0] == kind):
            read = [texts, words, [] if scripts else unmatched(build, site, group, asked)]  # they may put names there
            rules[group] = recall("rules", read, lambda read=read: [made(first, *read[:2], frozenset(read[2]))])[0]
        used.update(words)
    css = recall("stylesheet", [texts, sorted(used)], lambda: [made(whole, texts, used)])[0]
    name = named("late", css)
    (site / "assets" / name).write_text(css.replace(ASSETS, ""), encoding="utf-8")
    for group, pages in build.bodies.items():
        for path in map(site.joinpath, pages if [name, rules[group]] != [build.sheet, build.rules[group]] else ()):
            path.write_bytes(filled(path.read_bytes().decode(), name, rules[group]).encode())
        recall("last rules", [group], lambda group=group: [rules[group]], [rules[group]].__eq__)
    recall("last stylesheet", [], lambda: [name], [name].__eq__)
    for path in parts.values():
        path.unlink(missing_ok=True)
