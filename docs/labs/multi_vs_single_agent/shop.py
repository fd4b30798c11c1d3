"""Twelve decisions that two writers of one small shop can make differently, each in two ways that are equally right.

A decision has two halves. `make` is the half that hands something over, `use` the half that takes it. Way 0 of one fits
way 0 of the other, way 1 fits way 1, and both give the same right answer. What happens when ways are mixed is run,
not assumed (`merge.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from labs.multi_vs_single_agent.orders import LAMPS, Order, net, taxed

Fetch = Callable[[], Any]

LOCAL = timedelta(hours=1)  # of the shop, ahead of UTC


@dataclass(frozen=True)
class Decision:
    """One decision: two makers, two users, and what is right.

    make     way -> function of a world, what the first half hands over (it may raise)
    use      way -> function of a call that gets it, what the second half tells the customer
    example  way -> what each writer expects to be handed over for the ordinary order; both wrote their tests with it
    right    the right answers for the ordinary order and for the awkward ones
    """

    name: str
    make: tuple[Callable[[Order], Any], Callable[[Order], Any]]
    use: tuple[Callable[[Fetch], str], Callable[[Fetch], str]]
    example: tuple[Any, Any]
    right: tuple[str, str]


def texts(values: Sequence[Any]) -> str:
    """Several answers in one line."""
    return ", ".join(map(str, values))


# --8<-- [start:lamps]
def total_in_cents(world: Order) -> list[int]:
    """Ada's half: what each order comes to, in cents."""
    return [int(net(one) * 100) for one in world["orders"]]


def bill_from_euros(fetch: Fetch) -> str:
    """Ben's half: the bill, which is handed euros."""
    return texts(f"€{total:.2f}" for total in fetch())


# --8<-- [end:lamps]


def total_in_euros(world: Order) -> list[Decimal]:
    """What Ben expects: the same in euros."""
    return [net(one) for one in world["orders"]]


def bill_from_cents(fetch: Fetch) -> str:
    """What Ada expects: the bill, which is handed cents."""
    return texts(f"€{total / 100:.2f}" for total in fetch())


def found(world: Order) -> Order | None:
    """The order that is asked for, or None."""
    return next(({"id": one["id"]} for one in world["orders"] if one["id"] == world["asked"]), None)


def found_or_raise(world: Order) -> Order:
    """The order that is asked for. Raises KeyError if there is none."""
    if (one := found(world)) is None:
        raise KeyError(world["asked"])
    return one


def told(fetch: Fetch) -> str:
    """What a customer is told about an order, by a half that expects None where there is none."""
    one = fetch()
    return "no such order" if one is None else f"order {one['id']}"


def told_by_error(fetch: Fetch) -> str:
    """The same, by a half that expects an error where there is none."""
    try:
        return f"order {fetch()['id']}"
    except KeyError:
        return "no such order"


def in_march(days: Sequence[date], first: date, last: date, inclusive: bool) -> str:
    """How many days lie in a period."""
    return f"{sum(first <= day <= last if inclusive else first <= day < last for day in days)} orders"


def days(world: Order) -> list[date]:
    """The days of the orders, in UTC."""
    return [one["placed"].date() for one in world["orders"]]


def period(last: date) -> Callable[[Order], Any]:
    """A maker of the report's period, with the days that it is asked about."""
    return lambda world: (days(world), date(2026, 3, 1), last)


def day_of(text: str, shift: timedelta) -> str:
    """The day that a text without a zone falls on, in the shop."""
    return f"{datetime.fromisoformat(text) + shift:%d %b}"


def each(of: Callable[[Order], Any]) -> Callable[[Order], Any]:
    """A maker that hands over one thing for every order."""
    return lambda world: [of(one) for one in world["orders"]]


def every(of: Callable[[Any], Any]) -> Callable[[Fetch], str]:
    """A user that answers for each thing it is handed."""
    return lambda fetch: texts([of(one) for one in fetch()])


def euros(amount: Decimal) -> str:
    """An amount as the customer sees it."""
    return f"€{amount:.2f}"


def names(one: Order) -> list[dict[str, str]]:
    """The lines of an order as the shop's page gets them."""
    return [{"name": name} for name, _, _ in one["lines"]]


D = Decimal
DECISIONS = (
    Decision(
        "name of a field",
        (each(lambda o: {"qty": o["lines"][0][2]}), each(lambda o: {"quantity": o["lines"][0][2]})),
        (every(lambda v: f"{v['qty']} pieces"), every(lambda v: f"{v['quantity']} pieces")),
        ([{"qty": 2}], [{"quantity": 2}]),
        ("2 pieces", "1 pieces, 1 pieces, 2 pieces"),
    ),
    Decision(
        "list or object",
        (each(names), each(lambda o: {"lines": names(o)})),
        (every(lambda v: [x["name"] for x in v]), every(lambda v: [x["name"] for x in v["lines"]])),
        ([[{"name": "lamp"}]], [{"lines": [{"name": "lamp"}]}]),
        ("['lamp']", "['bulb', 'shade', 'plug'], ['lamp'], ['lamp']"),
    ),
    Decision(
        "day or month first",
        (each(lambda o: f"{o['placed']:%d/%m/%Y}"), each(lambda o: f"{o['placed']:%m/%d/%Y}")),
        (
            every(lambda v: f"{datetime.strptime(v, '%d/%m/%Y'):%d %b}"),
            every(lambda v: f"{datetime.strptime(v, '%m/%d/%Y'):%d %b}"),
        ),
        (["14/03/2026"], ["03/14/2026"]),
        ("14 Mar", "04 Mar, 31 Mar, 01 Apr"),
    ),
    Decision(
        "cents or euros",
        (total_in_cents, total_in_euros),
        (bill_from_cents, bill_from_euros),
        ([4000], [D("40.00")]),
        ("€40.00", "€14.43, €19.99, €40.00"),
    ),
    Decision(
        "percent or fraction",
        (each(lambda o: (net(o), 10)), each(lambda o: (net(o), D("0.1")))),
        (every(lambda v: euros(v[0] * (100 - v[1]) / 100)), every(lambda v: euros(v[0] * (1 - v[1])))),
        ([(D("40.00"), 10)], [(D("40.00"), D("0.1"))]),
        ("€36.00", "€12.99, €17.99, €36.00"),
    ),
    Decision(
        "number or text as id",
        (each(lambda o: o["id"]), each(lambda o: str(o["id"]))),
        (
            every(lambda v: "sent" if v in {1042, 1044} else "to send"),
            every(lambda v: "sent" if v in {"1042", "1044"} else "to send"),
        ),
        ([1042], ["1042"]),
        ("sent", "to send, sent, to send"),
    ),
    Decision(
        "case of a status word",
        (each(lambda o: "paid" if o["paid"] else "open"), each(lambda o: "PAID" if o["paid"] else "OPEN")),
        (every(lambda v: "ship" if v == "paid" else "wait"), every(lambda v: "ship" if v == "PAID" else "wait")),
        (["paid"], ["PAID"]),
        ("ship", "ship, ship, ship"),
    ),
    Decision(
        "UTC or local time",
        (
            each(lambda o: f"{o['placed']:%Y-%m-%dT%H:%M}"),
            each(lambda o: f"{o['placed'] + LOCAL:%Y-%m-%dT%H:%M}"),
        ),
        (every(lambda v: day_of(v, LOCAL)), every(lambda v: day_of(v, timedelta(0)))),
        (["2026-03-14T12:30"], ["2026-03-14T13:30"]),
        ("14 Mar", "04 Mar, 01 Apr, 01 Apr"),
    ),
    Decision(
        "last day in or out",
        (period(date(2026, 3, 31)), period(date(2026, 4, 1))),
        (lambda fetch: in_march(*fetch(), inclusive=True), lambda fetch: in_march(*fetch(), inclusive=False)),
        (
            ([date(2026, 3, 14)], date(2026, 3, 1), date(2026, 3, 31)),
            ([date(2026, 3, 14)], date(2026, 3, 1), date(2026, 4, 1)),
        ),
        ("1 orders", "2 orders"),
    ),
    Decision(
        "round lines or the sum",
        (each(lambda o: (o, taxed(o, each_line=True))), each(lambda o: (o, taxed(o, each_line=False)))),
        (
            every(lambda v: f"{euros(taxed(v[0], each_line=True) - v[1])} open"),
            every(lambda v: f"{euros(taxed(v[0], each_line=False) - v[1])} open"),
        ),
        ([(LAMPS, D("47.60"))], [(LAMPS, D("47.60"))]),
        ("€0.00 open", "€0.00 open, €0.00 open, €0.00 open"),
    ),
    Decision(
        "oldest or newest first",
        (each(lambda o: o["id"]), lambda world: [o["id"] for o in reversed(world["orders"])]),
        (lambda fetch: f"latest: {fetch()[-1]}", lambda fetch: f"latest: {fetch()[0]}"),
        ([1042], [1042]),
        ("latest: 1042", "latest: 1045"),
    ),
    Decision(
        "None or an error",
        (found, found_or_raise),
        (told, told_by_error),
        ({"id": 1042}, {"id": 1042}),
        ("order 1042", "no such order"),
    ),
)
