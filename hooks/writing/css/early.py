"""What a page shows before a reader does anything; the rest of the rules comes with the script.

The menu of a narrow screen is closed at first, and so is its search; neither is laid out before. Where the field is in
sight, what opens can wait; where it is not, it is there at the first tap, plainly.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from writing.css.cascade import flat
from writing.css.rules import Rule

MENU, SEARCH = "md-sidebar--primary", "md-search"
SEEN = "display:block;position:fixed;z-index:2;inset:0;background:var(--paper,Canvas)"
PLAIN = {  # class -> what stands for the rules of what is closed; the widths are the theme's
    MENU: f"@media screen and (max-width:76.234375em){{.early .{MENU}{{display:none!important}}}}",
    SEARCH: "@media screen and (max-width:59.984375em){.early .md-search{display:none}"
    f".early [data-md-toggle=search]:checked~* .md-search{{{SEEN}}}}}.early .md-search__options{{display:none}}",
}
UNSEEN = r"-?(?:webkit-|moz-)?(?:transition|cursor|tap-highlight|touch-action|scroll-behavior)\b"
DRAWN = {"outline": "outline", "outline-style": "outline", "outline-width": "outline"}
DRAWN |= {"animation": "animation", "animation-name": "animation"}
WITHIN = re.compile(r"\.md-(?:nav--primary|nav__toggle)(?![\w-])|\.md-sidebar--primary(?![\w-])[^\s>+~]*+\s*+(?![+~])")
UNOPENED = re.compile(r"\.md-(?:search__)?overlay(?![\w-])[^\s>+~]*$|\.md-search__options(?:>\.md-icon)?$")
DIALOG = re.compile(r"\.md-search__inner(?![\w-])[^\s>+~]*$")
OPENED = re.compile(r"\[data-md-toggle=\w+\]:checked")  # what no page has checked from the start
FUNCTION = re.compile(r":[\w-]+\([^()]*\)")
SIZE = re.compile(r"@media(?: (?:only )?screen and)?(?: ?(?:and )?\((?:min|max)-width: ?[\d.]+em\)){1,2}")
BOUND = re.compile(r"(min|max)-width: ?([\d.]+)")


def closed(selector: str, conditions: Iterable[str]) -> bool:
    """Whether a selector asks, under these conditions, for what shows only when a reader has opened it.

    That is the menu where it is closed at first, search where its field is out of sight (below 60em), what opens where
    it is in sight, and anywhere the shade behind both and the button that empties the field.
    """
    plain, before = selector, ""
    while plain != before:
        plain, before = FUNCTION.sub("", plain), plain
    sizes = [bound for condition in conditions if SIZE.fullmatch(condition) for bound in BOUND.findall(condition)]
    most = min((float(width) for bound, width in sizes if bound == "max"), default=math.inf)
    least = max((float(width) for bound, width in sizes if bound == "min"), default=0)
    menu, search = most <= 76.234375 and WITHIN.search(plain), most < 60 and DIALOG.search(plain)
    return bool(UNOPENED.search(plain) or menu or search or (least >= 60 and OPENED.search(plain)))


def idle(rules: Iterable[Rule]) -> re.Pattern[str]:
    """The declarations (`name:value`) that show nothing before an act: "none" of what nothing has without the focus."""
    always = (rule for rule in flat(rules) if any("focus" not in selector for selector in rule.selectors))
    had = {DRAWN[name] for rule in always for name, value in rule.declarations if name in DRAWN and value[:4] != "none"}
    none = (rf"|{name}(?:-color)?:(?:none\b|(?<=-color:))" for name in {*DRAWN.values()} - had)
    return re.compile(UNSEEN + "".join(sorted(none)))


def early(
    rules: list[Rule],
    unmatched: frozenset[str],
    conditions: tuple[str, ...] = (),
    unseen: re.Pattern[str] | None = None,
) -> Iterator[Rule]:
    """The rules that show something before an act: less what matches nothing, what is closed, transitions and such."""
    unseen = unseen or idle(rules)
    for rule in rules:
        if not rule.selectors:
            yield rule
        elif rule.rules:
            if inner := list(early(rule.rules, unmatched, (*conditions, *rule.selectors), unseen)):
                yield rule._replace(rules=inner)
        else:
            seen = (name for name in rule.selectors if name not in unmatched and not closed(name, conditions))
            reset = any(name == "all" for name, _ in rule.declarations)
            pairs = tuple(pair for pair in rule.declarations if reset or not unseen.match(":".join(pair)))
            if (selectors := tuple(seen)) and pairs:
                yield Rule(selectors, pairs, [])
