"""Two halves are merged: what their own tests say, and which check at the merge sees that they disagree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from labs.multi_vs_single_agent.orders import AWKWARD, ORDINARY, Order
from labs.multi_vs_single_agent.shop import DECISIONS, Decision

CRASH, FAIL, SILENT = "crashes", "fails the test", "passes it"  # what the ordinary order does after the merge


@dataclass(frozen=True)
class Merged:
    """What each check says of one decision, made one way by one half and the other way by the other.

    own       each half passes its own test
    types     what is handed over is built like what the other half expects
    types_json  the same where both are sent as JSON
    ran       the ordinary order runs to its end
    answered  and its answer is right
    awkward   the awkward orders run, and their answers are right
    alike     both writers wrote down the same hand-over for the ordinary order
    alike_awkward  and for the awkward ones
    said      the answer to the ordinary order, then to the awkward ones, or the error
    """

    own: bool
    types: bool
    types_json: bool
    ran: bool
    answered: bool
    awkward: bool
    alike: bool
    alike_awkward: bool
    said: tuple[str, str]

    @property
    def outcome(self) -> str:
        """What the ordinary order does."""
        return SILENT if self.answered else FAIL if self.ran else CRASH


JSON = {"int": "number", "Decimal": "number", "date": "str"}  # it has one kind of number, and no dates


def built(value: Any, names: Mapping[str, str] | None = None) -> Any:
    """How a value is built: names of types, with the keys of dicts and without lengths of lists.

    names  other names for types, where those are to count as one
    """
    if isinstance(value, dict):
        return {key: built(part, names) for key, part in value.items()}
    if isinstance(value, tuple):
        return tuple(built(part, names) for part in value)
    if isinstance(value, list):
        return [built(part, names) for part in value[:1]]
    name = type(value).__name__
    return (names or {}).get(name, name)


def answer(make: Callable[[Order], Any], use: Callable[[Callable[[], Any]], str], world: Order) -> tuple[bool, str]:
    """Whether two halves run to the end in a world, and what they say: an answer, or the name of the error."""
    try:
        return True, use(partial(make, world))
    except Exception as error:
        return False, type(error).__name__


# --8<-- [start:handover]
def written(make: Callable[[Order], Any], order: Order) -> Any:
    """What one writer hands over for an order, or the name of the error that it raises instead."""
    try:
        return make(order)
    except Exception as error:
        return type(error).__name__


def disputed(mine: Callable, yours: Callable, orders: Sequence[Order]) -> list[Order]:
    """The orders for which two writers hand over, or expect to be handed, different things."""
    return [order for order in orders if written(mine, order) != written(yours, order)]


# --8<-- [end:handover]


def own_tests(decision: Decision, way: int) -> bool:
    """Whether one writer's two tests pass: what is handed over, and what is answered when handed its own example."""
    example = decision.example[way]
    return decision.make[way](ORDINARY) == example and decision.use[way](lambda: example) == decision.right[0]


def merged(decision: Decision, maker: int, user: int) -> Merged:
    """Merge the maker's way with the user's way, and run every check."""
    ran, said = answer(decision.make[maker], decision.use[user], ORDINARY)
    went, awkward = answer(decision.make[maker], decision.use[user], AWKWARD)
    return Merged(
        own=own_tests(decision, maker) and own_tests(decision, user),
        types=built(decision.make[maker](ORDINARY)) == built(decision.example[user]),
        types_json=built(decision.make[maker](ORDINARY), JSON) == built(decision.example[user], JSON),
        ran=ran,
        answered=ran and said == decision.right[0],
        awkward=went and awkward == decision.right[1],
        alike=decision.example[maker] == decision.example[user],
        alike_awkward=not disputed(decision.make[maker], decision.make[user], [AWKWARD]),
        said=(said, awkward),
    )


def mixed(decision: Decision) -> tuple[Merged, Merged]:
    """Both ways to disagree about a decision."""
    return merged(decision, 0, 1), merged(decision, 1, 0)


def seen(check: Callable[[Merged], bool], decision: Decision) -> bool:
    """Whether a check objects to both ways to disagree about a decision."""
    return not any(check(one) for one in mixed(decision))


CHECKS: dict[str, Callable[[Merged], bool]] = {
    "each half's own tests": lambda one: one.own,
    "the ordinary order runs": lambda one: one.ran,
    "types at the border": lambda one: one.types,
    "types of JSON": lambda one: one.types_json,
    "types, and it runs": lambda one: one.types and one.ran,
    "the ordinary order, with its answer": lambda one: one.answered,
    "types, and its answer": lambda one: one.types and one.answered,
    "examples side by side": lambda one: one.alike,
    "awkward orders, with answers": lambda one: one.awkward,
    "awkward examples side by side": lambda one: one.alike and one.alike_awkward,
}


def outcome(decision: Decision) -> str:
    """What the ordinary order does when the halves disagree: the quieter of the two ways to."""
    return max((one.outcome for one in mixed(decision)), key=(CRASH, FAIL, SILENT).index)


def outcomes() -> dict[str, str]:
    """The outcome of each decision, by its name."""
    return {decision.name: outcome(decision) for decision in DECISIONS}
