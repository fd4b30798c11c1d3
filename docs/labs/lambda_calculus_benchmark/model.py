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
    """Its answers under the grader, by prompt and stratum; with examples on the plain questions only, to save time.

    Some questions stand in more than one stratum: the rows of the table say so, and the counts take each once.
    """
    model = SmolLM(Path(__file__).with_name("answers.json"))
    asked = questions()
    rows = []
    once: dict[str, dict[str, tuple[Verdict, str]]] = {"bare": {}, "examples": {}}
    for way, examples, strata in (("bare", False, STRATA), ("examples", True, STRATA[:1])):
        for stratum in strata:
            items = asked[stratum]
            prompts = [prompt(item, examples) for item in items]
            answers = model.complete(prompts, most=MOST)
            keys = [key_row(stratum, item, stratum, {}) for item in items]
            for one in keys:  # the two that explain most come first
                one["procedures"] = {COPY: one["procedures"][COPY], REPEATS: REPEATED, **one["procedures"]}
            verdicts = [judge(answer, one) for answer, one in zip(answers, keys, strict=True)]
            old = [last_line(a, one["normal_form"], one["term"]) for a, one in zip(answers, keys, strict=True)]
            once[way].update(zip(prompts, zip(verdicts, old, strict=True), strict=True))
            counts = Counter(v.verdict for v in verdicts)
            rows.append([stratum + ", 3 examples" * examples, counts[RIGHT], counts[WRONG], counts[UNREADABLE]])
    r.table("model", f"SmolLM2-135M-Instruct, {EACH} questions of each stratum, some in two: verdicts",
            ["Questions", "Right", "Wrong", "Unreadable"], rows)  # fmt: skip
    r.add("model_each", EACH, "questions of each stratum that the language model was asked")
    r.add("model_most", MOST, "tokens after which its answer is cut off")
    for way, found in once.items():
        said = "the prompt of emit" if way == "bare" else "three examples before it"
        counts = Counter(v.verdict for v, _ in found.values())
        r.add(f"model_{way}_asked", len(found), f"different questions for the language model, {said}")
        for verdict in (RIGHT, WRONG, UNREADABLE):
            r.add(f"model_{way}_{verdict}", counts[verdict], f"of its answers to them {verdict}")
        r.add(f"model_{way}_copies", sum(COPY in v.why for v, _ in found.values()), f"of them wrong as one that {COPY}")
        r.add(
            f"model_{way}_repeats", sum(v.found == REPEATED for v, _ in found.values()), "of them the first example's"
        )
    every = [pair for found in once.values() for pair in found.values()]
    r.add("model_old_wrong", sum(old == WRONG for _, old in every), "answers that parsing the last line calls wrong")
    bare = [v for v, _ in once["bare"].values()]
    r.claim("model_right_on_none", not any(v.verdict == RIGHT for v in bare) and 2 * sum(
                v.verdict == UNREADABLE for v in bare) > len(bare),
            "SmolLM2-135M-Instruct gets none of its questions right with the prompt that emit writes, and more than "
            "half of its answers to it cannot be read.")  # fmt: skip
    r.claim("model_old_hides_it", all(old == WRONG for _, old in every) and any(v.verdict != WRONG for v, _ in every),
            "Parsing the last line calls every answer of the language model wrong, also what is right or "
            "unreadable.")  # fmt: skip
