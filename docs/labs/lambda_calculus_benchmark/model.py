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

EACH, LONGEST, MOST = 20, 30, 40  # questions of each stratum; nodes of a right answer; tokens of the model's answer
STRATA = ("plain", "control", "capture")
EXAMPLES = """Three examples.

Term: (λx.x) (λy.y y)
Answer: λy.y y

Term: λy.(λx.λy.x) y
Answer: λy.λz.y

Term: (λx.λy.x) (λz.z)
Answer: λy.λz.z

Now this one.

"""
COPY, REPEATS, REPEATED = "copies the question", "repeats the first example", "λ @ 0 0"


def questions() -> dict[str, list[Item]]:
    """The model's questions by stratum: short enough for it, control and capture spread evenly over the steps."""
    source = [item for item in _first(700) if item.truth.count(" ") < LONGEST]
    found = {"plain": source[:EACH]}
    for name in STRATA[1:]:
        found[name] = sample(iter(source), RULES[name], EACH, spread=True)
    return found


def _first(size: int) -> list[Item]:
    stream = iter(Stream(random.Random("model")))
    return [next(stream) for _ in range(size)]


def prompt(item: Item, examples: bool) -> str:
    """What the model is asked: the prompt that `emit` writes, with three worked examples before it or none."""
    return chat(EXAMPLES * examples + PROMPT.format(term=show(item.term), hint=HINT))


def find(r: Results) -> None:
    """Its answers under the grader, by prompt and stratum; with examples on the plain questions only, to save time."""
    model = SmolLM(Path(__file__).with_name("answers.json"))
    asked = questions()
    rows = []
    totals: dict[str, list[Verdict]] = {}
    old: Counter[str] = Counter()
    for way, examples, strata in (("bare", False, STRATA), ("examples", True, STRATA[:1])):
        totals[way] = []
        for stratum in strata:
            items = asked[stratum]
            answers = model.complete([prompt(item, examples) for item in items], most=MOST)
            keys = [key_row(stratum, item, stratum, {}) for item in items]
            for one in keys:  # the two that explain most come first
                one["procedures"] = {COPY: one["procedures"][COPY], REPEATS: REPEATED, **one["procedures"]}
            verdicts = [judge(answer, one) for answer, one in zip(answers, keys, strict=True)]
            old.update(last_line(a, one["normal_form"], one["term"]) for a, one in zip(answers, keys, strict=True))
            counts = Counter(v.verdict for v in verdicts)
            same = Counter(v.why.removeprefix("the answer of the solver that ") for v in verdicts)
            rows.append(
                [
                    stratum + ", 3 examples" * examples,
                    counts[RIGHT],
                    counts[WRONG],
                    counts[UNREADABLE],
                    same[COPY],
                    same[REPEATS],
                ]
            )
            totals[way] += verdicts
    r.table("model", f"SmolLM2-135M-Instruct, {EACH} questions of each stratum: verdicts, and whose the wrong are",
            ["Questions", "Right", "Wrong", "Unreadable", "Copies", "Repeats"], rows)  # fmt: skip
    r.add("model_each", EACH, "questions of each stratum that the language model was asked")
    r.add("model_asked", sum(map(len, totals.values())), "answers of SmolLM2-135M-Instruct, two prompts together")
    for way, verdicts in totals.items():
        counts = Counter(v.verdict for v in verdicts)
        said = "the prompt of emit" if way == "bare" else "three examples before it"
        r.add(f"model_{way}_asked", len(verdicts), f"answers of the language model, {said}")
        for verdict in (RIGHT, WRONG, UNREADABLE):
            r.add(f"model_{way}_{verdict}", counts[verdict], f"of them {verdict}")
        r.add(f"model_{way}_copies", sum(COPY in v.why for v in verdicts), f"of them wrong, as one that {COPY}")
        r.add(
            f"model_{way}_repeats",
            sum(v.found == REPEATED for v in verdicts),
            f"of them what one writes that {REPEATS}",
        )
    r.add("model_old_wrong", old[WRONG], "of all its answers those that parsing the last line calls wrong")
    shown, bare = totals["examples"], totals["bare"]
    repeated = sum(v.found == REPEATED for v in shown)
    r.claim(
        "model_is_a_wrong_solver",
        not any(v.verdict == RIGHT for v in bare)
        and 2 * repeated >= len(shown)
        and all(v.found == REPEATED for v in shown if v.verdict == RIGHT),
        "SmolLM2-135M-Instruct gets none of its questions right with the plain prompt; shown three worked examples, "
        "it gives the answer of the first to half the questions or more, and what it gets right is that answer.",
    )
    r.claim(
        "model_old_hides_it",
        old[WRONG] == sum(map(len, totals.values())) > sum(v.verdict == WRONG for v in bare + shown),
        "Parsing the last line calls every answer of the language model wrong, also the right and the unreadable.",
    )
