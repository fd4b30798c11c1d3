"""What to add after verification and pin in the lab agent_loop: the designs, and each claim that falls when broken."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from labs.agent_loop import chance, designs, keys, lost_reply, services, steps
from labs.agent_loop.experiment import arm, many
from labs.agent_loop.later import LATE, LATE_COPY
from labs.agent_loop.loop import Phases, think
from labs.agent_loop.services import Design
from labs.agent_loop.world import GOAL, World
from labs.record import Results

AFTER_ERROR = "key per intent and try, read after an error"
LIMIT = "limit kept by the service"
DESIGNS = {
    "a service that keeps no limit": (
        (services.DESIGNS, LIMIT, Design("transcript")),
        ("limit_leaves_none", "table_is_in_order", "limit_costs_one_refusal", "late_error_spoils_tries"),
    ),
    "a limit of one charge more": (
        (services.DESIGNS, LIMIT, Design("transcript", limit=GOAL + 1)), ("limit_leaves_none",),
    ),
    "a write that is not conditional": (
        (services, "CONDITIONAL", Phases()),
        ("conditional_is_best", "conditional_leaves_four", "conditional_leaves_which", "late_copy_ties"),
    ),
    "no key in the instalment's name": (
        (services.DESIGNS, "key per intent, re-read each turn", Design("re-reading")),
        ("named_key_sticks_once", "late_error_spoils_tries", "table_is_in_order"),
    ),
    "no read after an error": (
        (services.DESIGNS, AFTER_ERROR, Design("transcript", phases=keys.by_try)),
        ("after_error_is_enough_for_events", "dropped_key_needs_read"),
    ),
    "a read each turn in place of one after an error": (
        (services.DESIGNS, AFTER_ERROR, Design("re-reading", phases=keys.by_try)),
        ("after_error_leaves_one", "tries_show_in_events_only"),
    ),
    "a report that repairs all the same": ((designs, "replace", lambda built, **_: built), ("repair_prevents",)),
    "a verification that sees nothing wrong": (
        (World, "audit", lambda self: {}),
        ("no_design_is_silent", "conditional_alone_is_silent", "limit_alone_is_silent", "what_is_left_is_too_many",
         "verify_ends_most", "two_tests_need_both"),
    ),
    "a late copy that carries no key": ((designs, "LATE_COPY", designs.LATE), ("late_copy_ties",)),
    "reads that cost nothing": (
        (World, "read", lambda self: {"version": self.version, "total": len(self.paid), "paid": {**self.paid}}),
        ("conditional_reads_twice",),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("patch", "fall"), DESIGNS.values(), ids=DESIGNS)
def test_a_claim_about_designs_falls_with_what_it_rests_on(monkeypatch, patch, fall):
    target, name, value = patch
    monkeypatch.setattr(designs, "RUNS", 12)
    monkeypatch.setattr(steps, "RUNS", 12)
    (monkeypatch.setitem if isinstance(target, dict) else monkeypatch.setattr)(target, name, value)
    r = Results()
    designs.designs(r, 0, steps.grid(Results(), 0))
    assert [c for c in fall if r.claims[c].holds[0]] == []


def test_a_conditional_charge_goes_through_once_and_then_tells_the_count():
    world = World({"A": 2})
    first, second = (world.charge("A", still=2) for _ in range(2))
    assert (first["paid"], second["paid"], world.paid["A"]) == (3, 3, 3)


def test_reading_after_an_error_reads_once_for_each_reply_in_doubt():
    design = services.DESIGNS["key per intent and try, read after an error"]
    world, end = keys.play(design.built, "error, charged", design.phases(), design.wrap)
    assert (world.paid["A"], end, world.reads) == (3, "done", 2)
    world, end = keys.play(design.built, "nothing", design.phases(), design.wrap)
    assert (world.paid["A"], end, world.reads) == (3, "done", 1)


def test_a_late_copy_of_the_call_is_absorbed_by_its_key_and_a_late_bare_charge_is_not():
    keyed = arm("transcript", ("key",))
    assert all(run.good for run in many(keyed, LATE_COPY, 20))
    assert not any(run.good for run in many(keyed, LATE, 20, p=1.0))


@pytest.mark.parametrize("believed", [None, ":believed"], ids=["limit", "condition"])
def test_the_sql_of_the_post_answers_every_charge_as_the_service_of_the_lab_does(believed):
    text = Path(designs.__file__).with_name("charge.sql").read_text(encoding="utf-8")
    change, look = text.replace("charged < due", f"charged = {believed}" if believed else "charged < due").split(";")[
        :2
    ]
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE orders (id TEXT PRIMARY KEY, charged INTEGER, due INTEGER)")
    world = World({"A": 0, "B": 2}, limit=None if believed else GOAL)
    base.executemany("INSERT INTO orders VALUES (?, ?, ?)", [(name, n, GOAL) for name, n in world.paid.items()])
    for order, belief in zip("AABABBAAB", (0, 0, 2, 1, 2, 3, 1, 2, 5), strict=True):
        asked = {"order": order, "believed": belief}
        row = base.execute(change, asked).fetchone() or base.execute(look, asked).fetchone()
        assert row == (world.charge(order, still=belief if believed else None)["paid"],)
    assert [base.execute(part, {"order": "X", "believed": 0}).fetchone() for part in (change, look)] == [None, None]
    assert dict(base.execute("SELECT id, charged FROM orders")) == world.paid != {"A": 0, "B": 2}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GOAL", GOAL + 1),  # as the limit that the service keeps
        ("PAIR", ("pin",)),
        ("by_chance", lambda rng: think),
        ("by_chance", lambda rng: lambda context: {"tool": "done"}),
    ],
    ids=["a limit of one charge more", "no verification", "a caller that knows", "a caller that never charges"],
)
def test_the_claim_about_a_caller_by_chance_falls_with_what_it_rests_on(monkeypatch, name, value):
    monkeypatch.setattr(chance, name, value)
    monkeypatch.setattr(chance, "too_many", lambda run: max(run.world.paid.values()) > GOAL)
    monkeypatch.setattr(chance, "RUNS", 30)
    r = Results()
    chance.callers(r, 0)
    assert not r.claims["chance_is_held"].holds[0]


def test_a_lost_reply_is_charged_again_unless_the_sql_of_the_post_refuses_or_compares():
    charge, look = lost_reply.statements(lost_reply.FILE.read_text(encoding="utf-8"))
    charged = [lost_reply.play(charge.replace(lost_reply.LIMIT, line), look) for line in lost_reply.WAYS.values()]
    assert charged == [lost_reply.DUE + 1, lost_reply.DUE, lost_reply.DUE]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "No such file"),
        ("", "needs an UPDATE with the line 'AND charged < due'"),
        ("UPDATE orders SET charged = charged + 1 WHERE charged < 3; SELECT 1;", "needs an UPDATE with the line"),
        ("UPDATE orders SET charged = charged + 1 WHERE 1 AND charged < due", "and a SELECT"),
        ("UPDATE order SET charged = 1 WHERE 1 AND charged < due; SELECT 1;", "syntax error"),
        ("UPDATE orders SET charged = 1 WHERE 1 AND charged < due; SELECT 1;", "leaves order A at 1 of 3"),
        ("UPDATE orders SET charged = 1 WHERE 1 AND charged < due; SELECT 1 WHERE 0;", "finds no order A"),
    ],
    ids=["no file", "empty", "another limit", "one statement", "no SQL", "never enough", "no order"],
)
def test_the_script_of_the_lost_reply_says_in_one_line_what_its_file_lacks(tmp_path, text, says):
    script = tmp_path / "lost_reply.py"
    script.write_text(Path(lost_reply.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    if text is not None:
        (tmp_path / "charge.sql").write_text(text, encoding="utf-8")
    made = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert made.returncode == 1
    assert made.stderr.startswith("charge.sql: ")
    assert says in made.stderr
    assert made.stderr.count("\n") == 1
