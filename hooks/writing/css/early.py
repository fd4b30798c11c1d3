"""What a page shows before a reader does anything; the rest of the rules comes with the script.

The menu of a narrow screen is closed at first, and not laid out. Search answers at once where its field is out of
sight till then; where it is in sight, what opens can wait.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from writing.css.rules import Rule

MENU, NARROW = "md-sidebar--primary", "screen and (max-width:76.234375em)"  # as in the theme's stylesheet
HIDE = f"@media {NARROW}{{.early .{MENU}{{display:none!important}}}}"
UNSEEN = re.compile(
    r"-?(?:webkit-|moz-)?(?:(?:transition|cursor|tap-highlight|touch-action|scroll-behavior)\b|outline(?:-color.*|:none$))"
)  # what has no focus has no outline; what has it has the site's own
WITHIN = re.compile(r"\.md-(?:nav--primary|nav__toggle)(?![\w-])|\.md-sidebar--primary(?![\w-])[^\s>+~]*+\s*+(?![+~])")
OPENED = re.compile(r"\[data-md-toggle=\w+\]:checked")  # what no page has checked from the start
FUNCTION = re.compile(r":[\w-]+\([^()]*\)")
SIZE = re.compile(
    r"@media(?: (?:only )?screen and)? ?\((min|max)-width: ?([\d.]+)em\)(?: and \((?:min|max)-width: ?[\d.]+em\))?"
)


def closed(selector: str, conditions: Iterable[str]) -> bool:
    """Whether a selector asks, under these conditions, for what shows only when a reader has opened it.

    That is the menu where it is closed at first, and what opens where the search field is in sight (from 60em).
    """
    plain, before = selector, ""
    while plain != before:
        plain, before = FUNCTION.sub("", plain), plain
    sizes = [(size[1], float(size[2])) for condition in conditions if (size := SIZE.fullmatch(condition))]
    menu = any(bound == "max" and width <= 76.234375 for bound, width in sizes) and WITHIN.search(plain)
    return bool(menu or (any(bound == "min" and width >= 60 for bound, width in sizes) and OPENED.search(plain)))


def early(rules: Iterable[Rule], unmatched: frozenset[str], conditions: tuple[str, ...] = ()) -> Iterator[Rule]:
    """The rules that show something before an act: less what matches nothing, what is closed, transitions and such."""
    for rule in rules:
        if not rule.selectors:
            yield rule
        elif rule.rules:
            if inner := list(early(rule.rules, unmatched, (*conditions, *rule.selectors))):
                yield rule._replace(rules=inner)
        else:
            seen = (name for name in rule.selectors if name not in unmatched and not closed(name, conditions))
            reset = any(name == "all" for name, _ in rule.declarations)
            pairs = tuple(pair for pair in rule.declarations if reset or not UNSEEN.match(":".join(pair)))
            if (selectors := tuple(seen)) and pairs:
                yield Rule(selectors, pairs, [])
