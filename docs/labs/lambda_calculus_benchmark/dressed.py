"""What three graders make of right answers in the dress of models, of wrong ones, and of what is no answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from labs.record import Results

from .bank import Item
from .grading import RIGHT, UNREADABLE, WRONG, judge
from .notation import parse, show
from .solvers import SOLVERS, inner, letter, prime, reduce
from .strata import OUTER, add_share
from .terms import Term, key, named, normalise

EACH = 20  # answers from each of the strata control and capture


def latex(text: str) -> str:
    """A term in LaTeX."""
    return text.replace("λ", r"\lambda ").replace(".", r".\,")


DRESS: dict[str, Callable[[str], str]] = {  # chosen by hand: what was seen or is in the documentation of a model
    "bare": lambda t: t,
    "code fence": lambda t: f"```\n{t}\n```",
    "backticks, full stop": lambda t: f"`{t}`.",
    "bold, after Answer:": lambda t: f"**Answer:** **{t}**",
    "The answer is …": lambda t: f"The answer is {t}.",
    "= …": lambda t: f"= {t}",
    "last step of a chain": lambda t: f"(λq.q) ({t})\n→ {t}",
    "LaTeX": lambda t: f"${latex(t)}$",
    "LaTeX, boxed": lambda t: rf"\[ \boxed{{{latex(t)}}} \]",
    "backslash": lambda t: t.replace("λ", "\\"),
    "Haskell": lambda t: t.replace("λ", "\\").replace(".", " -> "),
    "brackets all over": lambda t: f"(({t}))",
    "a sentence behind": lambda t: f"{t}\n\nThis is the normal form, because no redex is left.",
    "JSON": lambda t: f'{{"answer": "{t}"}}',
}
JUNK: dict[str, Callable[[str], str]] = {  # no answer in any of them
    "cut off": lambda t: t[: t.rfind(".") + 1],
    "a bracket open": lambda t: f"λp.{t} (p",
    "two terms": lambda t: f"{t} or λq.λr.r q q",
    "a refusal": lambda t: "I cannot reduce this term.",
    "a promise": lambda t: "Let us reduce the term step by step.",
    "empty": lambda t: "",
}
Grader = Callable[[str, str, str], str]


def as_text(answer: str, wanted: str, term: str) -> str:
    """Known bad: compares text with the key. Whatever differs is wrong."""
    return RIGHT if answer.strip() == wanted else WRONG


def last_line(answer: str, wanted: str, term: str) -> str:
    """Known bad: parses the last line that is not empty. Whatever it cannot parse is wrong."""
    lines = [line.strip().strip("`$").strip() for line in answer.splitlines() if line.strip().strip("`")]
    try:
        return RIGHT if key(parse(lines[-1] if lines else "")) == key(parse(wanted)) else WRONG
    except ValueError:
        return WRONG


def this_one(answer: str, wanted: str, term: str) -> str:
    """The grader of this lab."""
    return judge(answer, {"key": key(parse(wanted)), "term": term, "procedures": {}}).verdict


GRADERS: dict[str, Grader] = {"Compares text": as_text, "Parses the last line": last_line, "This grader": this_one}


def graders(r: Results, control: Sequence[Item], capture: Sequence[Item]) -> None:
    """Each dress on the same right answers, on wrong ones, and junk, for each grader: counts of verdicts."""
    items = [*control[:EACH], *capture[:EACH]]
    keys = [show(named(normalise(item.nameless)[0])) for item in items]
    rights = [show(SOLVERS["right"](item.term)) for item in items]
    wrongs = [(show(a), k, show(i.term)) for i, k in zip(capture[:EACH], keys[EACH:], strict=True)
              if (a := SOLVERS[OUTER](i.term)) is not None]  # fmt: skip

    def verdicts(dress: Callable, grader: Grader, given: Sequence[tuple[str, str, str]]) -> Counter[str]:
        return Counter(grader(dress(answer), wanted, term) for answer, wanted, term in given)

    right = [(a, k, show(i.term)) for a, k, i in zip(rights, keys, items, strict=True)]
    rows = [[name, *(verdicts(dress, g, right)[RIGHT] for g in GRADERS.values())] for name, dress in DRESS.items()]
    r.table("dress", f"right answers that each grader calls right, of {len(right)}, by how they are written",
            ["Written", *GRADERS], rows)  # fmt: skip
    junk = {n: sum((verdicts(d, g, right) for d in JUNK.values()), Counter()) for n, g in GRADERS.items()}
    wrong = {n: sum((verdicts(d, g, wrongs) for d in DRESS.values()), Counter()) for n, g in GRADERS.items()}
    r.add("dress_kinds", len(DRESS), "ways to write an answer, chosen by hand")
    r.add("dress_answers", len(right), "right answers, half of them from the stratum capture, written in each way")
    r.add("dress_all", len(right) * len(DRESS), "right answers in all ways together")
    for name, column in (("text", 1), ("line", 2), ("this", 3)):
        r.add(
            f"dress_{name}",
            sum(row[column] for row in rows),
            f"of them called right: {list(GRADERS)[column - 1].lower()}",
        )
    r.add("junk_all", len(right) * len(JUNK), "texts without an answer: cut off, two terms, refusals")
    r.add("junk_line_wrong", junk["Parses the last line"][WRONG], "of them called wrong by parsing the last line")
    r.add("junk_this_wrong", junk["This grader"][WRONG], "of them called wrong by this grader")
    r.add("junk_this_unreadable", junk["This grader"][UNREADABLE], "of them called unreadable by this grader")
    r.add(
        "wrong_all", len(wrongs) * len(DRESS), "wrong answers, of the solver that never renames, in all ways together"
    )
    r.add("wrong_this_right", wrong["This grader"][RIGHT], "of them called right by this grader")
    r.add("wrong_this_wrong", wrong["This grader"][WRONG], "of them called wrong by this grader")
    ours = all(row[3] == len(right) for row in rows)
    r.claim("grader_reads_dress", ours and sum(row[2] for row in rows) < 0.7 * len(right) * len(DRESS),
            "This grader calls right every right answer in each of the ways to write one that the lab lists; parsing "
            "the last line, the same test, calls right fewer than seven in ten.")  # fmt: skip
    r.claim("unreadable_is_not_wrong", junk["This grader"][WRONG] == 0 == wrong["This grader"][RIGHT]
            and junk["Parses the last line"][WRONG] == len(right) * len(JUNK) and wrong["This grader"][WRONG] > 0,
            "This grader calls no text without an answer wrong, and no wrong answer right; parsing the last line calls "
            "every one of those texts wrong.")  # fmt: skip


def naming(r: Results, bank: Sequence[Item], capture: Sequence[Item]) -> None:
    """How many right answers a comparison of text rejects where only the fresh names differ, or the order of work."""
    ways: dict[str, dict[str, Callable]] = {"letters": {"fresh": letter}, "order": {"fresh": prime, "order": inner}}
    for name, items in (("plain", bank), ("capture", capture)):
        keys: list[Term | None] = [reduce(item.term, fresh=prime)[0] for item in items]
        for way, how in ways.items():
            found = [reduce(item.term, **how)[0] for item in items]
            pairs = [(f, k) for f, k, i in zip(found, keys, items, strict=True) if f and k and key(f) == i.truth]
            what = (
                "another solver picks fresh letters, the key's picks primes"
                if way == "letters"
                else "both pick primes and only the order of work differs"
            )
            says = f"stratum {name}: right answers that a comparison of text rejects where {what}"
            add_share(r, f"text_rejects_{way}_{name}", [show(f) != show(k) for f, k in pairs], says)
    r.claim("text_punishes_renaming",
            r.values["text_rejects_letters_capture"].value > 0.8 > 0.15 > r.values["text_rejects_letters_plain"].value,
            "A comparison of text rejects more than 80% of right answers on the stratum capture and under 15% on the "
            "plain bank, where only the fresh names differ.")  # fmt: skip
