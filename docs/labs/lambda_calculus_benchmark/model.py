"""A language model on the bank: SmolLM2-135M-Instruct, far too small for the task, to show the tool at work.

Its questions are one fixed draw, and it answers with its likeliest words, so nothing here depends on the seed.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from labs.language_model import SmolLM, chat
from labs.record import Results

from .bank import RULES, Item, Stream, sample
from .cli import HINT, PROMPT, key_row
from .dressed import last_line
from .grading import RIGHT, UNREADABLE, WRONG, Verdict, judge
from .notation import show
from .terms import named, normalise, parse_key

EACH, LONGEST, MOST = 20, 30, 40  # questions of each stratum; nodes of a right answer; tokens of the model's answer
STRATA = ("plain", "control", "capture")
CHOICES = 40  # capture questions on which it chooses between two answers
EXAMPLES = """Three examples.

Term: (λx.x) (λy.y y)
Answer: λy.y y

Term: λy.(λx.λy.x) y
Answer: λy.λz.y

Term: (λx.λy.x) (λz.z)
Answer: λy.λz.z

Now this one.

"""
COPY, LAST = "copies the question", "repeats the last example"


def questions() -> dict[str, list[Item]]:
    """The model's questions by stratum: short enough for it, control and capture spread evenly over the steps."""
    source = [item for item in _first(4_000) if item.truth.count(" ") < LONGEST]
    found = {"plain": source[:EACH]}
    for name in STRATA[1:]:
        found[name] = sample(iter(source), RULES[name], EACH, spread=True)
    found["choices"] = [item for item in source if item.stratum == "capture"][:CHOICES]
    return found


def _first(size: int) -> list[Item]:
    stream = iter(Stream(random.Random("model")))
    return [next(stream) for _ in range(size)]


def prompt(item: Item, examples: bool) -> str:
    """What the model is asked: the prompt that `emit` writes, with three worked examples before it or none."""
    return chat(EXAMPLES * examples + PROMPT.format(term=show(item.term), hint=HINT))


def find(r: Results) -> None:
    """Its answers under the grader, by prompt and stratum, and which of two answers it finds likelier."""
    model = SmolLM(Path(__file__).with_name("answers.json"))
    asked = questions()
    rows = []
    totals: dict[str, list[Verdict]] = {}
    old: Counter[str] = Counter()
    for way, examples in (("bare", False), ("examples", True)):
        totals[way] = []
        for stratum in STRATA:
            items = asked[stratum]
            answers = model.complete([prompt(item, examples) for item in items], most=MOST)
            keys = [key_row(stratum, item, stratum, {}) for item in items]
            for one in keys:
                one["procedures"] = {COPY: one["procedures"][COPY], LAST: "λ λ 0", **one["procedures"]}
            verdicts = [judge(answer, one) for answer, one in zip(answers, keys, strict=True)]
            old.update(last_line(a, one["normal_form"], one["term"]) for a, one in zip(answers, keys, strict=True))
            counts = Counter(v.verdict for v in verdicts)
            same = Counter(v.why.removeprefix("the answer of the solver that ") for v in verdicts)
            rows.append([way, stratum, counts[RIGHT], counts[WRONG], counts[UNREADABLE], same[COPY], same[LAST]])
            totals[way] += verdicts
    r.table("model", f"SmolLM2-135M-Instruct, {EACH} questions of each stratum: verdicts, and whose the wrong are",
            ["Prompt", "Stratum", "Right", "Wrong", "Unreadable", "Copies", "Last example"], rows)  # fmt: skip
    r.add("model_each", EACH, "questions of each of three strata that the language model was asked, in each way")
    r.add("model_asked", sum(map(len, totals.values())), "answers of SmolLM2-135M-Instruct, two prompts together")
    for way, verdicts in totals.items():
        counts = Counter(v.verdict for v in verdicts)
        said = "the prompt of emit" if way == "bare" else "three examples before it"
        r.add(f"model_{way}_asked", len(verdicts), f"answers of the language model, {said}")
        for verdict in (RIGHT, WRONG, UNREADABLE):
            r.add(f"model_{way}_{verdict}", counts[verdict], f"of them {verdict}")
        for short, name in (("copies", COPY), ("last", LAST)):
            r.add(
                f"model_{way}_{short}", sum(name in v.why for v in verdicts), f"of them the answer of one that {name}"
            )
    r.add("model_old_wrong", old[WRONG], "of all its answers those that parsing the last line calls wrong")
    choose(r, model, asked["choices"])


def choose(r: Results, model: SmolLM, items: list[Item]) -> None:
    """Whether the model finds the right answer likelier than the one of a solver that never renames.

    Both are written with one name for each depth, so that no letter gives the right one away. Once with the question,
    once with another in its place: what it prefers then has nothing to do with the question.
    """
    endings = []
    for item in items:
        wrong = parse_key(item.blind[0] or item.blind[1] or "")
        endings.append([show(named(normalise(item.nameless)[0])), show(named(wrong))])
    others = [*items[1:], items[0]]
    for name, about in (("asked", items), ("other", others)):
        scores = model.score([prompt(item, True) for item in about], endings)
        likelier = [right.logp > wrong.logp for right, wrong in scores]
        r.add(f"model_chooses_{name}", sum(likelier), "capture questions on which the language model finds the right "
              "answer likelier than that of the solver that never renames"
              + (", shown another question" if name == "other" else ""))  # fmt: skip
    r.add("model_choices", len(items), "capture questions on which it was offered the two")
