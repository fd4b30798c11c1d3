"""Isolate what sets off an oracle: one at a time, by halves, by delta debugging, with repeated probes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

Ask = Callable[[Sequence], bool]  # does this part of the whole show the symptom?
Method = Callable[[Sequence, Ask], list]


def one_at_a_time(items: Sequence, ask: Ask) -> list:
    """Leave each item out in turn and keep it out if the symptom stays: one probe an item."""
    kept = list(items)
    for i in range(len(kept) - 1, -1, -1):
        rest = kept.copy()
        del rest[i]
        if rest and ask(rest):
            kept = rest
    return kept


def by_halves(items: Sequence, ask: Ask) -> list:
    """Binary search in its careful form: ask about both halves, stop where neither shows the symptom alone."""
    kept = list(items)
    while len(kept) > 1:
        first, second = kept[: len(kept) // 2], kept[len(kept) // 2 :]
        if ask(first):
            kept = first
        elif ask(second):
            kept = second
        else:
            break
    return kept


def by_prefix(items: Sequence, ask: Ask) -> list:
    """Binary search for the shortest beginning that shows the symptom; its last item is a part. Repeat for the next.

    What comes back always shows the symptom; it is smallest if no item calls off another.
    """
    rest, found = list(items), []
    while rest and not (found and ask(found)):
        low, high = 0, len(rest)  # with `found`, the first `high` of the rest show it; the first `low` do not
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if ask(rest[:middle] + found) else (middle, high)
        rest, found = rest[: high - 1], [rest[high - 1], *found]
    return found


def by_belief(items: Sequence, ask: Ask, flips: float, error: float) -> list:
    """Beginnings for an oracle that is wrong with probability `flips`: ask where belief is split, update, stop "
    "when sure.

    Each round looks for the shortest beginning of the rest that shows the symptom together with what was found;
    length 0 means that what was found does it alone. Belief over lengths follows Bayes' rule and the next question
    halves it (Burnashev and Zigangirov 1974). Round k stops when one length has 1 - 6 error / (pi k)^2; these errors
    sum to `error`, if `flips` is the true rate. Raises ValueError for a rate without information.
    """
    check(flips)
    rest, found = list(items), []
    while rest:
        alone = 0.5 if found else 0.0
        belief = np.append(alone, np.full(len(rest), (1 - alone) / len(rest)))
        sure = 1 - 6 * error / (math.pi * (len(found) + 1)) ** 2
        while belief.max() < sure:
            length = int(np.abs(belief.cumsum()[:-1] - 0.5).argmin())
            yes = ask(rest[:length] + found)
            belief[: length + 1] *= 1 - flips if yes else flips
            belief[length + 1 :] *= flips if yes else 1 - flips
            belief /= belief.sum()
        if not (length := int(belief.argmax())):
            break
        rest, found = rest[: length - 1], [rest[length - 1], *found]
    return found


# --8<-- [start:ddmin]
def ddmin(items: Sequence, ask: Ask) -> list:
    """A part that no single item can leave (Zeller, Hildebrandt 2002)."""
    kept, pieces = list(items), 2
    while len(kept) > 1:
        size = math.ceil(len(kept) / pieces)
        cuts = range(0, len(kept), size)
        parts = [kept[i : i + size] for i in cuts]
        rests = (kept[:i] + kept[i + size :] for i in cuts if len(cuts) > 2)
        if part := next(filter(ask, parts), None):
            kept, pieces = part, 2  # the cause is inside one piece
        elif rest := next(filter(ask, rests), None):
            kept, pieces = rest, len(parts) - 1  # one piece is not needed
        elif pieces < len(kept):
            pieces = min(2 * pieces, len(kept))  # spread out: cut finer
        else:
            break  # every single item is needed
    return kept


# --8<-- [end:ddmin]


def check(flips: float) -> None:
    """Raise ValueError unless an oracle that is wrong with probability `flips` says anything."""
    if not 0 < flips < 0.5:
        raise ValueError(f"an oracle that is wrong with probability {flips} cannot be settled; give 0 to 0.5")


def best_of(ask: Ask, times: int) -> Ask:
    """`ask`, at most `times` times in a row, an odd number, and no longer than a majority takes."""

    def ask_for_majority(part: Sequence) -> bool:
        answers = [0, 0]
        while max(answers) * 2 < times:
            answers[ask(part)] += 1
        return answers[True] > answers[False]

    return ask_for_majority


def settled(ask: Ask, flips: float, error: float) -> Ask:
    """`ask`, repeated until the answer is sure enough, for an oracle that sometimes answers wrongly.

    Each answer is a sequential probability ratio test (Wald) between "symptom" and "none" for an oracle
    that is wrong with probability `flips`. The k-th answer may be wrong with probability
    6 error / (pi k)^2; these sum to `error`, so `error` bounds the whole search, however long it is.
    """
    check(flips)
    step, answers = math.log((1 - flips) / flips), 0

    def ask_until_sure(part: Sequence) -> bool:
        nonlocal answers
        answers += 1
        allowed = 6 * error / (math.pi * answers) ** 2
        bound, evidence = math.log((1 - allowed) / allowed), 0.0
        while abs(evidence) < bound:
            evidence += step if ask(part) else -step
        return evidence > 0

    return ask_until_sure


def remembered(ask: Ask) -> Ask:
    """`ask`, which never asks twice about the same part."""
    known: dict[tuple, bool] = {}

    def ask_once(part: Sequence) -> bool:
        key = tuple(part)
        if key not in known:
            known[key] = ask(part)
        return known[key]

    return ask_once


def every_trigger(items: Sequence, ask: Ask, method: Method) -> Iterator[list]:
    """Find a trigger, take it out, and again while the rest still shows the symptom."""
    rest, found = list(items), []
    while rest and (not found or ask(rest)):
        found = method(rest, ask)
        yield found
        rest = [item for item in rest if item not in found]
