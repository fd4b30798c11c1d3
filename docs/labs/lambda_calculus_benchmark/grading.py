"""Grade answers: right, wrong or unreadable, and which known-wrong procedures a score rules out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from .answers import Unreadable, read
from .bank import BANDS
from .measure import mcnemar, wilson
from .notation import TOKEN
from .terms import NODES, flat, key, nameless, nodes, normalise

RIGHT, WRONG, UNREADABLE, MISSING = "right", "wrong", "unreadable", "missing"
Key = Mapping[str, Any]  # a line of the key file, as cli.key_row makes it


class Verdict(NamedTuple):
    """What an answer is, why, and its term in the notation of `terms.key`, empty if there is none."""

    verdict: str
    why: str = ""
    found: str = ""


def judge(text: str, truth: Key) -> Verdict:
    """The verdict on one answer. Names of bound variables do not matter; what cannot be read is never called wrong."""
    names = {match[3] for match in TOKEN.finditer(truth.get("term", "")) if match[3]}
    try:
        terms = read(text, names)
    except Unreadable as error:
        return Verdict(UNREADABLE, str(error))
    shapes = [key(term) for term in terms]
    if truth["key"] in shapes:
        return Verdict(RIGHT, "", truth["key"])
    term, found = terms[0], shapes[0]
    for name, answer in truth["procedures"].items():
        if found == answer:
            return Verdict(WRONG, f"the answer of the solver that {name}", found)
    if "!" in found:
        return Verdict(WRONG, "a variable that nothing binds", found)
    if nodes(term) <= NODES:
        normal, _, _ = normalise(nameless(term))
        if normal is not None and flat(normal) == truth["key"]:
            return Verdict(WRONG, "equal to the key, but steps are left", found)
    return Verdict(WRONG, "another term", found)


def table(keys: Sequence[Key], verdicts: Mapping[str, Verdict]) -> list[str]:
    """The lines of the score: counts of each verdict by stratum and depth, with the interval of the share right.

    The share is of all items. Behind it stands what it would be if all that is unreadable or missing were right.
    """
    groups = [("all", list(keys))]
    groups += [(s, [k for k in keys if k["stratum"] == s]) for s in sorted({k["stratum"] for k in keys})]
    groups += [(f"{band} step{'s' * (band != '1')}", [k for k in keys if k["band"] == band]) for band in BANDS]
    lines = [
        f"{'':22}{'items':>6}{'right':>7}{'wrong':>7}{'unreadable':>12}{'missing':>9}   right (95% interval), at most"
    ]
    for name, rows in groups:
        if not rows or (name != "all" and len(rows) == len(keys)):
            continue
        n = Counter(verdicts[row["id"]].verdict for row in rows)
        low, high = wilson(n[RIGHT], len(rows))
        most = (n[RIGHT] + n[UNREADABLE] + n[MISSING]) / len(rows)
        lines.append(
            f"{name:22}{len(rows):6}{n[RIGHT]:7}{n[WRONG]:7}{n[UNREADABLE]:12}{n[MISSING]:9}"
            f"   {n[RIGHT] / len(rows):.0%} ({low:.0%} to {high:.0%}), {most:.0%}"
        )
    return lines


def reasons(verdicts: Collection[Verdict]) -> list[str]:
    """How often each reason was given, the commonest first."""
    counts = Counter((v.verdict, v.why) for v in verdicts if v.why)
    return [f"{n:5}  {verdict}: {why}" for (verdict, why), n in counts.most_common()]


def ruled_out(keys: Sequence[Key], verdicts: Mapping[str, Verdict]) -> list[str]:
    """For each known-wrong procedure what it scores on these items, and whether these answers are better than its own.

    Only items with a readable answer count. p is of McNemar's exact test on the items where one of the two is right.
    """
    read_keys = [k for k in keys if verdicts[k["id"]].verdict in (RIGHT, WRONG)]
    head = f"{'what these answers rule out':34}{'it scores':>12}{'it errs, these right':>22}{'its very words':>16}"
    lines = [f"{head}   better than it?"]
    for name in dict.fromkeys(name for k in keys for name in k["procedures"]):
        errs = [k for k in read_keys if k["procedures"].get(name) != k["key"]]
        ahead = sum(verdicts[k["id"]].verdict == RIGHT for k in errs)
        same = sum(verdicts[k["id"]].found == k["procedures"].get(name) for k in errs)
        behind = sum(verdicts[k["id"]].verdict == WRONG for k in read_keys if k["procedures"].get(name) == k["key"])
        p = mcnemar(behind, ahead)
        better = f"yes, ruled out (p {p:.2g})" if p < 0.05 and ahead > behind else "not ruled out"
        if better == "not ruled out":
            better = f"no, worse: {better}" if p < 0.05 else f"not shown (p {p:.2g}): {better}"
        score = f"{len(read_keys) - len(errs)} of {len(read_keys)}"
        lines.append(f"{name:34}{score:>12}{ahead:>14} of {len(errs):<5}{same:>16}   {better}")
    return lines
