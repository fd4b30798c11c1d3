"""A small language model between a note and the code: which of two parameter names does its next call use?

SmolLM2-135M-Instruct is shown a function whose second parameter has been renamed, a note with the name of before or
of after, both, or neither, and the beginning of a call. Each pair of names is used in both directions, so that a
liking for one of them cancels.
"""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

from labs.language_model import SmolLM
from labs.record import Results

FUNCTIONS = [
    "fetch(url", "retry(task", "render(page", "load(path", "send(message", "search(query", "merge(table", "sync(user",
]  # fmt: skip
PAIRS = (("timeout", "deadline"), ("limit", "count"), ("mode", "kind"), ("size", "length"), ("target", "output"))
ARMS = {  # what is shown: the code, a note; "old" and "new" are the names of before and after
    "nothing": (False, "", False),
    "fresh note": (False, "new", False),
    "stale note": (False, "old", False),
    "code": (True, "", False),
    "fresh note, code": (True, "new", False),
    "stale note, code": (True, "old", False),
    "code, stale note": (True, "old", True),
}


def items() -> list[tuple[str, str, str]]:
    """Function with its first parameter, the second one's old name, its new name."""
    return [(function, *names) for function in FUNCTIONS for pair in PAIRS for names in permutations(pair)]


def prompt(arm: str, function: str, old: str, new: str) -> str:
    """What the model continues: note and code as the arm says, then a call up to its second argument."""
    code, note, last = ARMS[arm]
    name, _, first = function.partition("(")
    remembered = f"# From memory: {function}, {old if note == 'old' else new})\n\n" if note else ""
    shown = f"def {function}, {new}):\n    ...\n\n" if code else ""
    return f"{shown}{remembered}{name}({first}={first}, " if last else f"{remembered}{shown}{name}({first}={first}, "


def current(arm: str) -> float:
    """The share of items in which the name that the code has now is likelier than the one of before."""
    model = SmolLM(Path(__file__).with_name("answers.json"))
    asked = items()
    scores = model.score([prompt(arm, *one) for one in asked], [[f"{new}=", f"{old}="] for _, old, new in asked])
    return sum(now.logp > before.logp for now, before in scores) / len(asked)


def report(r: Results) -> dict[str, float]:
    """Add the shares, and what they say of a stale note; return the share of each arm."""
    found = {arm: current(arm) for arm in ARMS}
    r.add("model_items", len(items()), "calls that the small language model was asked to continue, in each arm")
    for arm, share in found.items():
        key = arm.replace(", ", "_then_").replace(" ", "_")
        r.add(f"model_{key}", share, f"calls that go on with the current parameter's name; shown: {arm}", "share")
    r.table(
        "by_shown",
        "SmolLM2-135M-Instruct: share of calls that go on with the current name of a renamed parameter",
        ["shown", "current name"],
        [[arm, share] for arm, share in found.items()],
    )
    r.claim(
        "model_follows_the_note",
        found["stale note"] < 0.25 and found["fresh note"] > 0.75 and abs(found["nothing"] - 0.5) < 0.05,
        "Shown only a note, the small model takes the note's name in more than three of four calls, fresh or stale; "
        "shown nothing, it is at chance.",
    )
    r.claim(
        "model_pulled_from_code",
        found["code"] > 0.95 and max(found["stale note, code"], found["code, stale note"]) < 0.7,
        "With the code in front of it the small model takes the current name in more than 19 of 20 calls; with a stale "
        "note before or behind the code, in fewer than seven of ten.",
    )
    return found
