"""Leaves out declarations that a later rule of the same selectors overrules."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from writing.css.rules import Rule

WHOLE = {"margin", "padding", "background"}  # these set their parts, but for a background's way to blend
BODY = "[data-md-color-scheme]"  # every body has it; what assets/site.css says for it of a variable is all that counts
ALIAS = re.compile(r"var\((--[\w-]+)\)")
USE = re.compile(r"var\(\s*(--[\w-]+)")
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


def flat(rules: Iterable[Rule]) -> Iterator[Rule]:
    """The rules and those within them."""
    for rule in rules:
        yield rule
        yield from flat(rule.rules)


def aliases(rules: list[Rule]) -> dict[str, str]:
    """Each variable that stands for another one, wherever they are used: the body alone says what either is."""
    said = defaultdict[str, list[tuple[tuple[str, ...], str]]](list)
    for rule in flat(rules):
        for name, value in rule.declarations:
            if name[:2] == "--":
                said[name].append((rule.critical + rule.deferred, value))
    once = {name: values[0][1] for name, values in said.items() if [where for where, _ in values] == [(BODY,)]}
    found = {name: alias[1] for name, value in once.items() if (alias := ALIAS.fullmatch(value)) and alias[1] in once}
    for _ in range(len(found)):
        found = {name: found.get(other, other) for name, other in found.items()}
    return {name: other for name, other in found.items() if other not in found}  # what is left stands in a circle


def without_aliases(rules: list[Rule], known: dict[str, str] | None = None) -> list[Rule]:
    """The rules with the variable itself in the place of each that stands for it."""
    found = aliases(rules) if known is None else known

    def direct(match: re.Match[str]) -> str:
        return f"var({found[match[1]]}" if match[1] in found else match[0]

    return [
        rule._replace(
            declarations=tuple((name, USE.sub(direct, value)) for name, value in rule.declarations),
            rules=without_aliases(rule.rules, found),
        )
        for rule in rules
    ]
