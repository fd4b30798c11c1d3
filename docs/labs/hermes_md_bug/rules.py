"""Which simple rules fit the published table, and which further messages would tell them apart."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

Rule = Callable[[str], bool]  # does this message set it off?
STRING = "HERMES.md"
PATTERNS = (  # token rules that a person might write for the same purpose
    r"\bHERMES\.md\b", r"^HERMES\.md$", r"\b[A-Z]+\.md\b", r"\b[A-Z]{6}\.md\b",
    r"HERMES.{0,3}md", r"\bHERMES\.m", r"H[A-Z]+\.md",
)  # fmt: skip


def substrings(text: str) -> list[str]:
    """The distinct substrings of `text`, in order of first appearance."""
    return list(dict.fromkeys(text[i:j] for i in range(len(text)) for j in range(i + 1, len(text) + 1)))


def one_part(string: str, patterns: Iterable[str] = ()) -> dict[str, Rule]:
    """Rules on one piece of text: every substring, as it stands and (if it has letters) without case; `patterns`."""
    rules: dict[str, Rule] = {}
    for part in substrings(string):
        rules[f"contains {part}"] = lambda text, part=part: part in text
    for part in substrings(string.lower()):
        if part == part.upper():
            continue  # without letters it is the rule above
        rules[f"contains {part}, any case"] = lambda text, part=part: part in text.lower()
    for pattern in patterns:
        rules[f"matches {pattern}"] = lambda text, compiled=re.compile(pattern): bool(compiled.search(text))
    return rules


def two_part(string: str) -> dict[str, Rule]:
    """Rules that need two substrings of `string` at once, neither inside the other."""
    return {
        f"contains {a} and {b}": lambda text, a=a, b=b: a in text and b in text
        for a, b in itertools.combinations(substrings(string), 2)
        if a not in b and b not in a
    }


def consistent(rules: Mapping[str, Rule], rows: Iterable[tuple[str, bool]]) -> dict[str, Rule]:
    """The rules that give every row (message, was it metered) its reported outcome."""
    rows = list(rows)
    return {name: rule for name, rule in rules.items() if all(rule(text) == outcome for text, outcome in rows)}


def pool(string: str) -> list[str]:
    """Candidate messages: pieces of the string, small damage to it, and names a repository may well hold."""
    damaged = [string[:i] + c + string[i + 1 :] for i in range(len(string)) for c in ("x", "-", "X")]
    widened = [string[:i] + c + string[i:] for i in range(1, len(string)) for c in (" ", "x", "-")]
    stem, _, end = string.partition(".")
    natural = ["HELLO.md", "THEMES.md", "RELEASE_NOTES.md", "CHANGES.md", f"T{string}", f"{string}x", f"{end} {stem}."]
    return list(dict.fromkeys([*natural, *substrings(string), *damaged, *widened]))


def gain(groups: Iterable[Sequence[str]], rules: Mapping[str, Rule], message: str) -> float:
    """Bits that the outcome for `message` is worth, over rules that are equally likely within `groups`."""
    groups, bits = list(groups), 0.0
    for group in groups:
        yes = sum(rules[name](message) for name in group)
        for part in (yes, len(group) - yes):
            if part:
                bits -= part * math.log2(part / len(group))
    return bits / sum(map(len, groups))


def best(groups: Sequence[Sequence[str]], rules: Mapping[str, Rule], messages: Sequence[str]) -> str | None:
    """The message worth most; the first listed of equals; None if no message tells any two rules apart."""
    worth = {message: gain(groups, rules, message) for message in messages}
    chosen = max(messages, key=lambda message: round(worth[message], 9))
    return chosen if worth[chosen] > 1e-9 else None


def split(group: Sequence[str], rules: Mapping[str, Rule], message: str) -> list[list[str]]:
    """The group in two: the rules that fire on the message, and the others."""
    yes = [name for name in group if rules[name](message)]
    return [yes, [name for name in group if name not in set(yes)]]


def fixed_list(rules: Mapping[str, Rule], messages: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """Messages to send all at once, greedily chosen, and the groups of rules they cannot tell apart."""
    groups, used = [list(rules)], []
    while message := best(groups, rules, messages):
        groups = [part for group in groups for part in split(group, rules, message) if part]
        used.append(message)
    return used, groups


def one_by_one(rules: Mapping[str, Rule], messages: Sequence[str]) -> dict[str, int]:
    """How many messages each rule takes to identify if the next is chosen after seeing each outcome."""
    message = best([list(rules)], rules, messages)
    if message is None:
        return dict.fromkeys(rules, 0)
    depths = {}
    for part in split(list(rules), rules, message):
        for name, depth in one_by_one({name: rules[name] for name in part}, messages).items():
            depths[name] = depth + 1
    return depths
