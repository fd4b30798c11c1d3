"""The designs that are compared: what to add to a loop after verification and pin, by what the service can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from labs.agent_loop.experiment import Arm, arm
from labs.agent_loop.keys import by_try
from labs.agent_loop.loop import Memory, Phases, act
from labs.agent_loop.world import GOAL, World

PAIR = ("verify", "pin")


# --8<-- [start:conditional]
def act_if(world: World, call: dict, turn: int, built: Arm) -> dict:
    """Charge if the count is as believed; else reply with the count."""
    if call["tool"] != "charge":
        return act(world, call, turn, built)
    return world.charge(call["order"], still=call["target"] - 1)


# --8<-- [end:conditional]
CONDITIONAL = Phases(act=act_if)


def after_error(phases: Phases) -> Phases:
    """The phases of a transcript loop that reads the world after a reply that is missing or a server error."""
    doubt = [False]

    def see(world: World, memory: Memory, built: Arm) -> dict:
        if doubt[0]:
            fresh = world.read()
            memory.paid, memory.version = fresh["paid"], fresh["version"]
        return phases.perceive(world, memory, built)

    def do(world: World, call: dict, turn: int, built: Arm) -> dict:
        reply = phases.act(world, call, turn, built)
        doubt[0] = reply.get("error") in ("timeout", "server error")
        return reply

    return phases._replace(perceive=see, act=do)


def as_is(phases: Phases) -> Phases:
    """The phases, unchanged."""
    return phases


class Design(NamedTuple):
    """One way to build the loop: steps beside verify and pin; phases, made anew for their state; what wraps them."""

    loop: str
    more: tuple[str, ...] = ()
    phases: Callable[[], Phases] = Phases
    wrap: Callable[[Phases], Phases] = as_is
    limit: int | None = None  # kept by the service

    @property
    def options(self) -> dict[str, Any]:
        """What `once` is to be told beside the arm."""
        return {"phases": self.phases(), "wrap": self.wrap, "busy": partial(replace, limit=self.limit)}

    @property
    def built(self) -> Arm:
        """The arm: verification, pin, and `more`."""
        return arm(self.loop, (*PAIR, *self.more))

    @property
    def steps(self) -> tuple[str, tuple[str, ...]]:
        """Loop and steps by which the grid knows the design; no such entry where phases or service are others."""
        return (self.loop, (*PAIR, *self.more)) if self.phases is Phases and not self.limit else ("", ())


DESIGNS = {
    "limit kept by the service": Design("transcript", limit=GOAL),
    "conditional write": Design("transcript", phases=lambda: CONDITIONAL),
    "key per intent and try, re-read each turn": Design("re-reading", phases=by_try),
    "key per intent and try, read after an error": Design("transcript", phases=by_try, wrap=after_error),
    "key per intent, re-read each turn": Design("re-reading", ("key",)),
    "key per intent": Design("transcript", ("key",)),
    "re-read each turn": Design("re-reading"),
    "nothing": Design("transcript"),
}
NAMES = dict(
    zip(
        DESIGNS,
        ("limit", "conditional", "try_reread", "try_after_error", "key_reread", "key", "reread", "nothing"),
        strict=True,
    )
)
CHOICES = [
    ("knows how many charges are due", "let it refuse any further one", "limit kept by the service"),
    ("can compare a count that you send", "let it charge only if yours is right", "conditional write"),
    (
        "only takes a key", "name the instalment in it; read again each turn",
        "key per intent, re-read each turn",
    ),
    ("can do none of these", "read the counts again each turn", "re-read each turn"),
]  # fmt: skip
