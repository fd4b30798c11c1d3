"""What an idempotency key does for a loop: nine designs, eight events on the third charge of one order. No chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from labs.agent_loop.experiment import LOOPS, NEW, OLD, STEPS, Arm, arm, failures, many, tally
from labs.agent_loop.faults import inject
from labs.agent_loop.loop import LIMIT, Phases, act, run
from labs.agent_loop.world import GOAL, World
from labs.record import Results

FORGOTTEN = "reply lost, key forgotten"
LATE_ERROR = "error, charged later"  # beside EVENTS: the charge that the error hid is made as the next one arrives
EVENTS = {
    "nothing": "the charge goes through and says so",
    "reply lost": "charged; the reply is a timeout",
    FORGOTTEN: "the same, and the service drops its keys before the next turn",
    "error, not charged": "not charged; the reply is a server error, which the service keeps under the key",
    "error, charged": "charged; the reply is a server error, which the service keeps under the key",
    "false ok": "not charged; the reply says ok",
    "delivered twice": "one call arrives twice",
    "stale view": "charged; the next turn sees the state before",
}
KEYS = ("no key", "per call", "per intent", "per intent and try")
ALL = "all four steps"  # verification, pin, key per intent and try, re-reading


@dataclass
class Shaky(World):
    """A payment service to which one of EVENTS, or LATE_ERROR, happens at the third charge it is asked for.

    Errors are kept under their key and given again, as Stripe's API v1 does
    (https://docs.stripe.com/api/idempotent_requests, opened 2026-11-26).
    """

    event: str = "nothing"
    asked: int = 0
    errors: set[str] = field(default_factory=set)
    owed: list[str] = field(default_factory=list)  # orders whose charge is still to come

    def charge(self, order: str, key: str = "", still: int | None = None) -> dict:
        """Charge one instalment, or fail as the event says."""
        error = {"ok": False, "error": "server error"}
        while self.owed:
            super().charge(self.owed.pop())
        if key and key in self.errors:
            return error
        self.asked += 1
        if self.asked != GOAL:
            return super().charge(order, key, still)
        if self.event.startswith("error"):
            self.errors |= {key} if key else set()
            if self.event == "error, charged":
                super().charge(order)
            if self.event == LATE_ERROR:
                self.owed.append(order)
            return error
        if self.event == "false ok":
            return {"ok": True, "paid": self.paid[order] + 1, "version": self.version}
        reply = super().charge(order, key, still)
        if self.event == "delivered twice":
            reply = super().charge(order, key, still)
        if self.event == FORGOTTEN:
            self.keys.clear()
        return {"ok": False, "error": "timeout"} if self.event.startswith("reply lost") else reply


def by_try() -> Phases:
    """Phases whose key names the intent and how often an error reply has answered it; a lost reply counts nothing."""
    errors: Counter[str] = Counter()

    def do(world: World, call: dict, turn: int, built: Arm) -> dict:
        intent = f"{call.get('order')} instalment {call.get('target')}"
        if call["tool"] != "charge":
            return act(world, call, turn, built)
        reply = world.charge(call["order"], f"{intent} try {errors[intent]}")
        errors[intent] += reply.get("error") == "server error"
        return reply

    return Phases(act=do)


def play(
    built: Arm, event: str, phases: Phases, wrap: Callable[[Phases], Phases], limit: int | None = None
) -> tuple[Shaky, str]:
    """The service, which may keep a limit, after one run over order A under one event, and how the run ended."""
    world = Shaky({"A": 0}, limit=limit, event=event)
    if event == "stale view":
        chances = iter((False, False, True))
        phases = inject("stale view", lambda: next(chances, False), [], phases)
    return world, run(world, built, wrap(phases), Random(0))[0]


def outcome(loop: str, key: str, event: str) -> tuple[int, str]:
    """How often order A was charged, and how the run ended, for one design and one event. GOAL and "done" is right."""
    phases = by_try() if key in (KEYS[3], ALL) else Phases()
    steps = ("verify", "pin") if key == ALL else ()
    built = arm(loop, steps, key={"per call": "call", "per intent": "intent"}.get(key, ""))
    world, end = play(built, event, phases, lambda made: made)
    return world.paid["A"], end


def keys(r: Results, seed: int) -> None:
    """The table of designs and events; claims about the key per call and the key per intent."""
    designs = [(loop, key) for loop in LOOPS for key in KEYS] + [("re-reading", ALL)]
    found = {(e, *d): outcome(*d, e) for e in EVENTS for d in designs}
    ends = {"limit": "stuck", "escalated": "reported", "done": ""}

    def said(paid: int, end: str) -> str:
        return f"{paid} {ends[end]}".strip() + ("" if (paid, end) == (GOAL, "done") else " ✗")

    columns = ["Event", *(f"{loop}, {key}" for loop, key in designs)]
    says = f"how often an order that needs {GOAL} was charged; stuck: the loop asks until its turn limit of {LIMIT}"
    r.table("by_key", says, columns, [[e, *(said(*found[e, *d]) for d in designs)] for e in EVENTS])
    r.add("key_events", len(EVENTS) - 1, "events on the third charge, beside nothing")
    right = {d: sum(found[e, *d] == (GOAL, "done") for e in EVENTS) - 1 for d in designs}
    for (loop, key), n in right.items():
        name = f"{'reread' if loop == 're-reading' else 'event'}_{key.replace(' ', '_')}"
        r.add(
            f"key_right_{name}", n, f"of the events, those after which the order is charged right: {loop} loop, {key}"
        )
    full = len(EVENTS) - 1
    r.claim(
        "only_reread_and_try",
        [d for d in designs if right[d] == full] == [("re-reading", KEYS[3]), ("re-reading", ALL)],
        "Of nine designs two are right under all seven events: re-reading with a key that names the intent and the "
        "try, and the same with verification and pin.",
    )
    r.claim(
        "kept_error_sticks",
        all(found["error, not charged", loop, "per intent"] == (2, "limit") for loop in LOOPS)
        and all(found["error, not charged", loop, "per call"] == (GOAL, "done") for loop in LOOPS),
        "Where the service keeps a server error under its key, the intent key alone is stuck at two charges, in both "
        "loops; a key per call is not.",
    )
    r.claim(
        "forgotten_key_charges_twice",
        found[FORGOTTEN, "transcript", "per intent"] == (4, "done")
        and found["reply lost", "transcript", "per intent"] == (GOAL, "done")
        and found[FORGOTTEN, "re-reading", "per intent"] == (GOAL, "done"),
        "Once the service has dropped the key, the intent key does not stop the transcript loop's fourth charge; "
        "re-reading does.",
    )
    r.claim(
        "new_try_needs_reread",
        found["error, charged", "transcript", KEYS[3]] == (4, "done")
        and found["error, charged", "re-reading", KEYS[3]] == (GOAL, "done"),
        "A new key after a server error charges a fourth time in the transcript loop if the first try had gone "
        "through; in the re-reading loop it does not.",
    )
    r.claim(
        "event_of_the_lead", found["reply lost", "transcript", "no key"] == (4, "done")
        and found["reply lost", "re-reading", "no key"] == (GOAL, "done"),
        "With the third reply lost, the transcript loop charges a fourth time and says done; the re-reading loop stops "
        "at three.",
    )  # fmt: skip
    spent(r)
    per_call(r, seed)
    plain, tried = (
        [tally(built, faults, 40, seed, phases=phases) for faults in (OLD, NEW)]
        for built, phases in (
            (arm("re-reading", STEPS), Phases()), (arm("re-reading", ("verify", "pin")), by_try()),
        )
    )  # fmt: skip
    r.claim(
        "try_changes_nothing_else",
        plain == tried and plain[0].wrong == 0,
        "Under the 22 faults, none of which is a kept server error, a key per intent and try ends as many runs wrong "
        "and silent as a key per intent.",
    )


def lied(built: Arm) -> tuple[int, str, int]:
    """One order whose second charge is answered ok and not made: charges, how the run ended, looks before "done"."""
    world, chances = World({"A": 0}), iter((False, True))
    end, log = run(world, built, inject("false ok", lambda: next(chances, False), [], Phases()), Random(0))
    return world.paid["A"], end, sum(record["call"]["tool"] == "done" for record in log)


def spent(r: Results) -> None:
    """What one false ok does to a key per intent, with verification and pin."""
    pair = ("verify", "pin")
    r.claim(
        "false_ok_spends_the_name",
        lied(arm("transcript", (*pair, "key"))) == (2, "limit", 0)
        and lied(arm("transcript", pair))[:2] == lied(arm("re-reading", (*pair, "key")))[:2] == (GOAL, "done"),
        "With verification, pin and a key per intent, a second charge that is answered ok and not made leaves the "
        "transcript loop at two charges, asking until its turn limit and never at done; without the key, or re-reading "
        "each turn, it ends right.",
    )


def per_call(r: Results, seed: int) -> None:
    """What a key made for each call heals, fault by fault."""
    rows, healed, others = [], [], []
    for fault in (*OLD, *NEW):
        row: list[object] = [fault]
        for loop in LOOPS:
            without, made = (failures(many(arm(loop, key=key), fault, 40, seed)) for key in ("", "call"))
            row += [without[0] / without[1], made[0] / made[1]]
            (healed if fault == "duplicated effect" else others).append((without, made))
        rows.append(row)
    columns = ["Fault", *(f"{loop}, {key}" for loop in LOOPS for key in ("no key", "per call"))]
    r.table("per_call", "runs that end wrong without a key, and with a key made for each call", columns, rows)
    r.claim(
        "call_key_heals_one",
        all(without[0] > 0 == made[0] for without, made in healed) and all(without == made for without, made in others),
        "A key per call takes the duplicated effect to no wrong run in both loops and changes nothing under the other "
        f"{len(OLD) + len(NEW) - 1} faults.",
    )
