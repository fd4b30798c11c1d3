"""Lambda Explorer's rules once more: its second reader's formula, the one name they overlook, and its own suite."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import partial

from labs.record import Results

from .bank import Item
from .history import DATA
from .measure import flawless
from .notation import parse
from .solvers import SOLVERS, answers_of, as_explorer_did, binders, prime, reduce
from .strata import ALWAYS_W, ONCE, OUTER, SHIPPED, Judged
from .terms import Term, flat, key, nameless, normalise

RULES = (OUTER, *SHIPPED)  # what Lambda Explorer did in May 2017, from January 2019, and from July 2020
LARGEST = 1_000  # nodes: the last formula of the suite grows beyond this lab's budget
APART = "(λa.a (a a)) (λb.λc.λd.b d c)"  # a name for each variable, and a clash for every program of the first figure
TRUE, FALSE = (key(parse(f"λx.λy.{name}")) for name in "xy")


def true_and_false() -> Term:
    """The formula of issue 125, October 2023: *and* of true and false, from the prompt that the post prints."""
    asked = (DATA / "true_and_false.txt").read_text(encoding="utf-8")
    return parse(asked.partition("\n\n")[2])


def mended(term: Term) -> str | None:
    """What the rule of 2019 answers once a new name may not be the one that is being replaced either."""
    found, _ = reduce(term, paste=partial(as_explorer_did, avoid_inner=False, avoid_replaced=True))
    return None if found is None else key(found)


def find(r: Results, bank: Sequence[Item], judged: Judged) -> None:
    """What the three rules make of that formula, and whether one name explains each mistake of the rule of 2019."""
    term = true_and_false()
    normal, steps, _ = normalise(nameless(term))
    said = [key(SOLVERS[name](term)) for name in RULES]
    r.add("reported_steps", steps, "steps of the formula of issue 125 to its normal form")
    r.claim("reported_is_true_for_all", flat(normal) == FALSE and said == [TRUE] * 3,
            "On the formula that the second reader reported, `true and false`, the right answer is false; the solver "
            "that never renames and both rules that Lambda Explorer shipped answer true.")  # fmt: skip
    wrong = [item for item, hit in zip(bank, judged[SHIPPED[0]], strict=True) if not hit]
    cured = sum(mended(item.term) == item.truth for item in wrong)
    broken = sum(mended(item.term) != item.truth for item, hit in zip(bank, judged[SHIPPED[0]], strict=True) if hit)
    r.add("explorer_2019_wrong", len(wrong), f"plain bank: questions that the solver that {SHIPPED[0]} gets wrong")
    r.add("explorer_2019_cured", cured, "of them right once a new name may not be the one that is being replaced")
    r.claim("one_name_overlooked", 0 < len(wrong) == cured and not broken and mended(term) == FALSE,
            "Once a new name may not be the one that is being replaced, the rule of 2019 is right on every plain "
            "question, those that it got wrong among them, and on the second reader's formula.")  # fmt: skip
    term = parse(APART)
    truth = flat(normalise(nameless(term))[0])
    caught = [answers_of(name, term) not in (None, truth) for name in (*RULES, ONCE, ALWAYS_W, "ignores shadowing")]
    r.claim("one_formula", all(caught) and len(binders(term)) == key(term).count("λ") and truth == key(term[1]),
            f"{APART} has a name of its own for each variable and its second half for an answer; the solver that never "
            "renames, both rules that Lambda Explorer shipped, the two that rename badly and the one that ignores "
            "shadowing answer it wrongly.")  # fmt: skip


def suite_of() -> list[tuple[Term, str]]:
    """The formulas that Lambda Explorer's tests reduced from end to end in January 2019, each with its answer."""
    with (DATA / "explorer_suite.csv").open(encoding="utf-8", newline="") as file:
        return [(parse(row["term"]), key(parse(row["answer"]))) for row in csv.DictReader(file)]


def suite(r: Results) -> None:
    """What Lambda Explorer's own suite of January 2019 says of its rules, and what so many right answers exclude."""
    rules = {
        "right": {"fresh": prime},
        RULES[0]: {},
        RULES[1]: {"paste": partial(as_explorer_did, avoid_inner=False)},
        RULES[2]: {"paste": partial(as_explorer_did, avoid_inner=True)},
    }
    formulas = suite_of()
    wrong = dict.fromkeys(rules, 0)
    for name, how in rules.items():
        for term, truth in formulas:
            found, _ = reduce(term, largest=LARGEST, **how)
            wrong[name] += found is None or key(found) != truth
    r.add("suite_size", len(formulas), "formulas that Lambda Explorer's tests reduced end to end in January 2019")
    r.add("suite_never_wrong", wrong[OUTER], f"of them wrong for the solver that {OUTER}")
    r.claim("suite_passes", wrong[OUTER] == 2 and not any(wrong[name] for name in ("right", *SHIPPED)),
            "Of the eleven formulas of Lambda Explorer's suite of January 2019 both rules that it shipped get every "
            "one right; the solver that never renames gets two wrong.")  # fmt: skip
    r.claim("suite_excludes_little", flawless(1 - 1 / 4) <= len(formulas) < flawless(1 - 1 / 5),
            "As many right answers in a row as the suite has formulas, eleven, exclude at 5% a mistake that spoils one "
            "question in four, and not one that spoils one in five.")  # fmt: skip
