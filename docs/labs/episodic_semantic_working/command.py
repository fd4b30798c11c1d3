"""`lab episodic-semantic-working facts FILE`: the fact of each key in a history, under four rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labs.arguments import Parser
from labs.episodic_semantic_working import history

MOST = 40  # values for which the best count is computed


def main(argv: Sequence[str]) -> int:
    """Run the command; 0: the rules agree on every key, 1: they do not, or a key is unclear.

    Raises ValueError for a reader's mistake.
    """
    if not argv or argv[0] != "facts":
        raise ValueError("episodic-semantic-working has one command: facts FILE, a CSV with time, key, value, outcome")
    parser = Parser("lab episodic-semantic-working facts", description=__doc__)
    parser.add_argument("file", type=Path, help="CSV with the columns time, key, value, outcome (ok or fail)")
    file = parser.parse_args(argv[1:]).file
    found = history.read(file)
    differ = 0
    for key, tries in sorted(found.tries.items()):
        name = shown(key)
        if key in found.unclear:
            print(f"{name}: no fact is given: {found.unclear[key]}")
            continue
        facts = {rule: history.fact(tries, k) for rule, k in history.RULES.items()}
        differ += len(set(facts.values())) > 1
        said = ", ".join(f"{rule}: {'-' if fact is None else shown(fact)}" for rule, fact in facts.items())
        mark = "DIFFER " if len(set(facts.values())) > 1 else ""
        all_tries = counted(len(tries), "try", "tries")
        print(f"{name}: {mark}{said}; {history.since_success(tries)} failed since the last ok, {all_tries}")
    for note in found.notes:
        print(f"note: {note}")
    print(
        f"{counted(len(found.tries), 'key', 'keys')}, {differ} on which the rules differ, {len(found.unclear)} unclear"
    )
    print(rates(found))
    return int(bool(differ or found.unclear))


def shown(text: str) -> str:
    """A key or value on one line: what cannot be printed is escaped."""
    return text if text.isprintable() else repr(text)


def counted(number: int, one: str, more: str) -> str:
    """The number with its noun."""
    return f"{number} {one if number == 1 else more}"


def rates(found: history.History) -> str:
    """What the history says of untrue failures and of change, in a line."""
    rows = [[(t.value, t.ok) for t in tries] for key, tries in found.tries.items() if key not in found.unclear]
    counts = history.estimate(rows)
    values = len({value for tries in rows for value, _ in tries})
    if counts.again < history.ENOUGH:
        return (
            f"rates: {counted(counts.again, 'time', 'times')} a value that had just worked failed and was tried again; "
            f"{history.ENOUGH} are needed to estimate how often a failure is untrue"
        )
    if counts.failed == counts.followed or not 0 < counts.worked < counts.again or counts.change <= 0:
        return f"rates: of {counts.again} such failures tried again {counts.worked} worked; both kinds are needed"
    best = (
        f" with {counted(values, 'value', 'values')}: {counts.best(values)} in a row"
        if values <= MOST
        else f": not computed for {values} values"
    )
    return (
        f"rates: {counts.untrue:.1%} of right tries fail untruly, what works changes at {counts.change:.1%} of tries "
        f"({counts.worked} of {counts.again} failures tried again worked); "
        f"best in the lab's world{best}"
    )
