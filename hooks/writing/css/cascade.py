"""Leaves out declarations that a later rule of the same selectors overrules."""

from __future__ import annotations

import re
from collections import defaultdict

from writing.css.rules import Rule

WHOLE = {"margin", "padding", "background"}  # these set their parts, but for a background's way to blend
BODY = "[data-md-color-scheme]"  # every body has it; what assets/site.css says for it of a variable is all that counts
ABOVE = re.compile(r":root|\[data-md-color-(scheme|primary|accent)=")


def overruled(name: str, value: str, following: set[str]) -> bool:
    """Whether one of the following properties takes this one's place, or is the whole of which it is a part."""
    return not value.endswith("!important") and (name in following or name.split("-")[0] in WHOLE & following)


def effective(rules: list[Rule], where: str = "", known: dict[tuple[str, str], set[str]] | None = None) -> list[Rule]:
    """The rules with the declarations that can have an effect; `known` holds each selector's following properties."""
    found, known = list[Rule](), defaultdict(set) if known is None else known
    for rule in reversed(rules):
        if not rule.critical and not rule.deferred:
            found.append(rule)
            continue
        if rule.rules:
            found.append(rule._replace(rules=effective(rule.rules, where + rule.critical[0], known)))
            continue
        groups: dict[tuple[tuple[str, str], ...], tuple[list[str], list[str]]] = {}
        variables = {name for name in known["", BODY] if name[:2] == "--"}
        for which, selectors in enumerate((rule.critical, rule.deferred)):
            for selector in selectors:
                following = known[where, selector] | known["", selector]  # a condition adds no weight
                following |= variables if ABOVE.match(selector) else set()
                left = tuple(pair for pair in rule.declarations if not overruled(*pair, following))
                groups.setdefault(left, ([], []))[which].append(selector)
        for selector in (*rule.critical, *rule.deferred):
            known[where, selector].update(name for name, _ in rule.declarations)
        found += [
            Rule(tuple(critical), tuple(deferred), left, []) for left, (critical, deferred) in groups.items() if left
        ]
    return found[::-1]
