"""Isolate what sets off an oracle: one at a time, by halves, by delta debugging, with repeated probes."""

from __future__ import annotations

import math
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from labs.hermes_md_bug import history

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


def settled(ask: Ask, flips: float, error: float) -> Ask:
    """`ask`, repeated until the answer is sure enough, for an oracle that sometimes answers wrongly.

    Each answer is a sequential probability ratio test (Wald) between "symptom" and "none" for an oracle
    that is wrong with probability `flips`. The k-th answer may be wrong with probability
    6 error / (pi k)^2; these sum to `error`, so `error` bounds the whole search, however long it is.
    """
    if not 0 < flips < 0.5:
        raise ValueError(f"an oracle that is wrong with probability {flips} cannot be settled; give 0 to 0.5")
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


def every_trigger(items: Sequence, ask: Ask, method: Method) -> list[list]:
    """Find a trigger, take it out, and again while the rest still shows the symptom."""
    rest, found = list(items), []
    while rest and (not found or ask(rest)):
        found.append(method(rest, ask))
        rest = [item for item in rest if item not in found[-1]]
    return found


class Process:
    """An oracle that is a command: run in a throw-away repository made of the messages in question.

    Exit status 0 means normal, 1 means the symptom; anything else stops the search. `probes` counts runs.
    """

    def __init__(self, command: str, most: int, seconds: float = 600) -> None:
        self.command, self.most, self.seconds, self.probes = command, most, seconds, 0

    def __call__(self, given: Sequence[str]) -> bool:
        """Whether a repository with these messages, oldest first, shows the symptom."""
        if self.probes >= self.most:
            raise ValueError(f"stopped after {self.probes} probes; --max-probes allows more")
        self.probes += 1
        with tempfile.TemporaryDirectory() as folder:
            where = history.throwaway(Path(folder), given)
            try:
                done = subprocess.run(
                    self.command, shell=True, cwd=where, timeout=self.seconds,
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                raise ValueError(f"the oracle took longer than {self.seconds:g} s") from None
        if done.returncode in (126, 127):
            raise ValueError("the oracle's command cannot be run; it runs in another folder, so give full paths")
        if done.returncode not in (0, 1):
            raise ValueError(f"the oracle ended with {done.returncode}; 0 means normal, 1 means the symptom")
        return done.returncode == 1


def find_triggers(given: Sequence[str], oracle: Ask, flips: float, error: float, method: Method) -> list[list[int]]:
    """Positions in `given` (oldest first) of each smallest set of messages that sets the oracle off.

    Raises ValueError if the whole shows no symptom, or nothing at all already shows it.
    """

    def ask(part: Sequence[int]) -> bool:
        return oracle([given[i] for i in part])

    sure = remembered(settled(ask, flips, error) if flips else ask)
    if not sure(range(len(given))):
        raise ValueError(f"the oracle calls the history of {len(given)} messages normal: there is nothing to find")
    if sure([]):
        raise ValueError("the oracle shows the symptom without any message: the cause is not in them")
    return every_trigger(range(len(given)), sure, method)


def shrink(given: Sequence[str], at: int, oracle: Ask, flips: float, error: float) -> str:
    """The message `given[at]` with every character left out that the symptom does not need."""

    def ask(part: Sequence[int]) -> bool:
        return oracle([*given[:at], "".join(given[at][i] for i in part), *given[at + 1 :]])

    sure = remembered(settled(ask, flips, error) if flips else ask)
    return "".join(given[at][i] for i in ddmin(range(len(given[at])), sure))
