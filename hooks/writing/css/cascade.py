"""Leaves out declarations that a later rule of the same selectors overrules, and variables that stand for others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from writing.css.rules import Rule

WHOLE = {"margin", "padding", "background"}  # these set their parts, but for a background's way to blend
BODY = "[data-md-color-scheme]"  # every body has it; what assets/site.css says for it of a variable is all that counts
ALIAS = re.compile(r"var\((--[\w-]+)\)")
USE = re.compile(r"var\(\s*(--[\w-]+)")
ABOVE = re.compile(r":root|\[data-md-color-(?:scheme|primary|accent)(?:=[^\]]*)?\]")


def overruled(name: str, value: str, following: set[str]) -> bool:
    """Whether one of the following properties takes this one's place, or is the whole of which it is a part."""
    return not value.endswith("!important") and (name in following or name.split("-")[0] in WHOLE & following)


def effective(rules: list[Rule], where: str = "", known: dict[tuple[str, str], set[str]] | None = None) -> list[Rule]:
    """The rules with the declarations that can have an effect; `known` holds each selector's following properties."""
    found, known = list[Rule](), defaultdict(set) if known is None else known
    for rule in reversed(rules):
        if not rule.selectors:
            found.append(rule)
            continue
        if rule.rules:
            found.append(rule._replace(rules=effective(rule.rules, where + rule.selectors[0], known)))
            continue
        groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
        variables = {name for name in known["", BODY] if name[:2] == "--"}
        for selector in rule.selectors:
            following = known[where, selector] | (set() if "@scope" in where else known["", selector])  # no more weight
            following |= variables if ABOVE.fullmatch(selector) else set()
            left = tuple(pair for pair in rule.declarations if not overruled(*pair, following))
            groups.setdefault(left, []).append(selector)
        for selector in rule.selectors:
            known[where, selector].update(name for name, value in rule.declarations if value[:6] != "revert")
        found += [Rule(tuple(selectors), left, []) for left, selectors in groups.items() if left]
    return found[::-1]


def flat(rules: Iterable[Rule]) -> Iterator[Rule]:
    """The rules and those within them."""
    for rule in rules:
        yield rule
        yield from flat(rule.rules)


def aliases(rules: list[Rule], said: str) -> dict[str, str]:
    """Each variable that stands for another one, wherever they are used: the body alone tells what either is.

    What is `said` besides the rules may name a variable, too; then it stands for itself.
    """
    told = defaultdict[str, int](int)
    for rule in flat(rules):
        for name, _ in rule.declarations:
            told[name] += 1
    body = {name: value for rule in rules if rule.selectors == (BODY,) for name, value in rule.declarations}
    once = {name: value for name, value in body.items() if name[:2] == "--" and told[name] == 1 and name not in said}
    found = {name: alias[1] for name, value in once.items() if (alias := ALIAS.fullmatch(value)) and alias[1] in once}
    for _ in range(len(found)):
        found = {name: found.get(other, other) for name, other in found.items()}
    return {name: other for name, other in found.items() if other not in found}  # what is left stands in a circle


def without(rules: list[Rule], found: dict[str, str]) -> list[Rule]:
    """The rules with the variable itself in the place of each that stands for it."""

    def direct(match: re.Match[str]) -> str:
        return f"var({found[match[1]]}" if match[1] in found else match[0]

    return [
        rule._replace(
            declarations=tuple((name, USE.sub(direct, value)) for name, value in rule.declarations),
            rules=without(rule.rules, found),
        )
        for rule in rules
    ]
