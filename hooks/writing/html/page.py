"""All that is done to a page once the theme's templates have rendered it: one list, in order.

A page is cut into head (up to the content), content (the article) and foot. Changes are made to head and foot; the
content is left alone, and so is white space in `pre`, wherever it stands. Each change says how often it must match;
one that does not stops the build, so that a theme that writes something else never passes for a finished page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import NamedTuple

from mkdocs.exceptions import PluginError

from writing.html.policy import INLINE, meta
from writing.patches import MADE_FOR

CONTENT, END = '<div class="md-content"', "</article>"


@dataclass
class Parts:
    """A page that is being changed, and what the changes need to know of its site."""

    head: str
    content: str
    foot: str
    sheet: str  # the stylesheet that comes with the theme's script, below assets/
    repository: bool  # whether the site names the repository of its source
    scripts: tuple[str, ...]  # the inline scripts of the site's own templates, which alone may run
    serving: bool  # `mkdocs serve` adds a script of its own to every page as it is sent
    taken: dict[str, list[str]] = field(default_factory=dict)  # name of a change -> the texts that it matched

    @property
    def html(self) -> str:
        """The page."""
        return self.head + self.content + self.foot


class Change(NamedTuple):
    """Put `put(match, parts)` in the place of each match of `pattern` in the parts of a page that `where` names."""

    name: str
    where: tuple[str, ...]
    pattern: re.Pattern[str]
    put: Callable[[re.Match[str], Parts], str]
    least: int = 1
    most: int | None = 1
    when: Callable[[Parts], bool] = lambda parts: True  # where it is false, nothing may match


def text(new: str) -> Callable[[re.Match[str], Parts], str]:
    """The same text for every match; a group is written as in `re.sub`."""
    return lambda found, parts: found.expand(new)


def exactly(old: str) -> re.Pattern[str]:
    """The pattern of a text."""
    return re.compile(re.escape(old))


def own(found: re.Match[str], parts: Parts) -> str:
    """An inline script as it is. Raises ValueError if it is none of the site's own, which no policy would let run."""
    if found[1] not in parts.scripts:
        raise ValueError(f"finds one that overrides/partials/javascripts does not have: {found[1][:40]!r}...")
    return found[0]


HEAD, FOOT, BOTH = ("head",), ("foot",), ("head", "foot")
SEARCH = 'data-md-component="search" role="dialog"'
CHANGES = (
    Change("the search dialog has a name", HEAD, exactly(SEARCH), text(f'{SEARCH} aria-label="Search"')),
    Change(
        "the theme's script asks no code host for stars", HEAD, exactly(' data-md-component="source"'), text(""),
        2, 2, lambda parts: parts.repository,
    ),
    Change(
        "the skip link leads to the title", HEAD,
        re.compile(r'(<div data-md-component="skip">\s*)(?:(<a href=")[^"]*(" class="md-skip">)|(?=</div>))'),
        lambda found, parts: f"{found[1]}{found[2]}#__start{found[3]}" if found[2] else found[0],
    ),
    Change("no generator is named", HEAD, re.compile('<meta name="generator"[^>]*>'), text("")),
    Change(
        "one line end stands for white space", BOTH, re.compile(r"<(pre|textarea)\b.*?</\1>|\n\s+", re.S),
        lambda found, parts: found[0] if found[1] else "\n", 1, None,
    ),
    Change("script", FOOT, re.compile(r'<script src="[^"]*?assets/javascripts/bundle\.[^"]*"></script>'), text("")),
    Change("settings", FOOT, re.compile(r'<script id="__config" type="application/json">.*?</script>', re.S), text("")),
    Change("results", HEAD, re.compile(r'<div class="md-search__output">.*?</ol>(\s*</div>){3}', re.S), text("")),
    Change("dialog", BOTH, re.compile(r'<div class="md-dialog".*?(\s*</div>){2}', re.S), text("")),
    Change("inline script", BOTH, INLINE, lambda found, parts: own(found, parts), 1, None),
    Change(
        "policy", HEAD, exactly('<meta charset="utf-8">'),
        lambda found, parts: found[0] + ("" if parts.serving else meta(parts.scripts)),
    ),
    Change(
        "stylesheets", HEAD, re.compile(r'(?:<link rel="stylesheet" href="((?!https?:)[^"]*?)assets/[^"]*">\s*)+'),
        lambda found, parts: f'<noscript><link rel="stylesheet" href="{found[1]}assets/{parts.sheet}"></noscript>',
    ),
    Change(
        "only these stylesheets", HEAD, re.compile(r"<link\b[^>]*\bstylesheet\b[^>]*>"),
        lambda found, parts: found[0],
    ),
)  # fmt: skip


def missed(name: str, page: str, why: str) -> PluginError:
    """The error that stops the build: the change, the page, the theme's version, and where to mend it."""
    return PluginError(
        f"{page}: the change {name!r} {why}. hooks/writing/html/page.py was made for mkdocs-material "
        f"{MADE_FOR['mkdocs-material']}, and {version('mkdocs-material')} is installed; mend it there, install the "
        "locked version (pip install -r requirements.txt), or undo the last change of mkdocs.yml or overrides"
    )


def make(change: Change, parts: Parts, page: str) -> None:
    """Make one change to a page. Raises PluginError if it does not match as often as it must."""
    taken: list[str] = []

    def put(found: re.Match[str]) -> str:
        taken.append(found[0])
        return change.put(found, parts)

    try:
        new = {where: change.pattern.sub(put, getattr(parts, where)) for where in change.where}
    except ValueError as error:
        raise missed(change.name, page, str(error)) from error
    least, most = (change.least, change.most) if change.when(parts) else (0, 0)
    if not least <= len(taken) <= (len(taken) if most is None else most):
        wanted = f"{least}" if most == least else f"{least} or more"
        raise missed(change.name, page, f"matches {len(taken)} times, where it must {wanted}")
    for where, html in new.items():
        setattr(parts, where, html)
    parts.taken[change.name] = taken


def changed(html: str, page: str, sheet: str, repository: bool, scripts: tuple[str, ...], serving: bool) -> Parts:
    """The page after all changes, in order. Raises PluginError naming the first that does not match as it must."""
    head, start, rest = html.partition(CONTENT)
    content, end, foot = rest.rpartition(END)
    if not start:
        raise missed("content", page, f"finds no {CONTENT}")
    parts = Parts(head, start + content + end, foot, sheet, repository, scripts, serving)
    for change in CHANGES:
        make(change, parts, page)
    return parts
