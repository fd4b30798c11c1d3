"""Single events played against single designs: errors kept under a key, and two first tests. No chance."""

from __future__ import annotations

from labs.agent_loop.experiment import arm
from labs.agent_loop.keys import EVENTS, LATE_ERROR, play
from labs.agent_loop.loop import Phases
from labs.agent_loop.services import DESIGNS, PAIR, as_is
from labs.agent_loop.world import GOAL
from labs.record import Results


def errors(r: Results) -> None:
    """A key that names the instalment where an error is kept under it, and one that counts tries."""

    def end(name: str, event: str) -> tuple[int, str]:
        d = DESIGNS[name]
        world, said = play(d.built, event, d.phases(), d.wrap, d.limit)
        return world.paid["A"], said

    named, tried = "key per intent, re-read each turn", "key per intent and try, re-read each turn"
    ends = {e: end(named, e) for e in EVENTS if e != "nothing"}
    r.claim(
        "named_key_sticks_once",
        [e for e, ended in ends.items() if ended != (GOAL, "done")] == ["error, not charged"]
        and ends["error, not charged"] == (GOAL - 1, "limit"),
        "With verification, pin and re-reading, a key per intent is right under six of the seven events and never "
        "charges a fourth time; where an error that charged nothing is kept under it, the loop is at two charges at "
        "its turn limit, and never says done.",
    )
    r.claim(
        "late_error_spoils_tries",
        end(tried, LATE_ERROR) == (GOAL + 1, "escalated")
        and end(named, LATE_ERROR) == end("limit kept by the service", LATE_ERROR) == (GOAL, "done"),
        "Where the charge behind a kept error is made only after the next read, verification, pin, re-reading and a "
        "key per intent and try end at four charges; a key per intent in its place ends right, and so does the limit.",
    )


def first_tests(r: Results) -> None:
    """What a lost reply and a false ok tell apart in the transcript loop."""
    built = {
        "neither": (arm("transcript"), None), "limit": (arm("transcript"), GOAL),
        "verify + pin": (arm("transcript", PAIR), None), "both": (arm("transcript", PAIR), GOAL),
    }  # fmt: skip
    ends = {
        name: [play(loop, e, Phases(), as_is, limit)[0].paid["A"] for e in ("reply lost", "false ok")]
        for name, (loop, limit) in built.items()
    }
    r.claim(
        "two_tests_need_both",
        ends == {
            "neither": [GOAL + 1, GOAL - 1], "limit": [GOAL, GOAL - 1], "verify + pin": [GOAL + 1, GOAL],
            "both": [GOAL, GOAL],
        },
        "In the transcript loop a lost reply and a false ok both end at three charges only with verification, pin and "
        "limit; with the limit alone the false ok ends at two, with verification and pin the lost reply at four.",
    )  # fmt: skip
