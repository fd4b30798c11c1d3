"""The lab agent_or_assistant: the loop, the recursion against runs and algebra, the tool on good and bad logs."""

from __future__ import annotations

import math
import random
import runpy
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from labs.agent_or_assistant import command, event, exact, example, leash, model, world
from labs.agent_or_assistant.exact import Case
from labs.agent_or_assistant.loop import drive

CASE = Case()
HEAD = "task,step,ok,found_at,minutes,kind\n"


def test_the_loop_lets_out_only_what_a_look_has_passed_and_makes_the_rest_again():
    sent, tries = [], []

    def act(step, done):
        tries.append(step)
        return step, tries.count(step) == 1 and step == 2

    def look(done, read):
        return next((i for i in range(read, len(done)) if done[i][1]), None)

    done = drive(range(5), act, look, sent.append, 4)
    assert tries == [0, 1, 2, 3, 2, 3, 4]
    assert [step for step, _ in sent] == [0, 1, 2, 3, 4]
    assert not any(wrong for _, wrong in sent)
    assert [step for step, _ in done] == list(range(5))


@pytest.mark.parametrize("every", [1, 7, 15, 60])
def test_mistakes_left_are_those_of_the_algebra_at_any_interval(every):
    case = replace(CASE, p=0.07, catch=0.8)
    assert exact.run(case, every).escaped == pytest.approx(exact.escape_by_algebra(case), abs=1e-12)


def test_a_task_of_two_steps_is_what_one_computes_by_hand():
    case = Case(steps=2, p=0.5, catch=1.0, look=1.0, read=0.0)
    # every step: each is made twice on average. At the end: all found, so the chain of 2 is made until both are right
    assert exact.run(case, 1).made == pytest.approx(4)
    two = exact.run(case, 2)  # E = 2 + 1/2 E + 1/4 F, F = 1 + 1/2 F = 2
    assert two.made == pytest.approx(5)
    assert two.looks == pytest.approx(3)
    assert two.escaped == pytest.approx(0)


def test_a_case_in_which_nothing_goes_wrong_costs_its_steps_looks_and_reading():
    found = exact.run(replace(CASE, p=0.0), 15)
    assert (found.made, found.looks, found.reads, found.escaped) == pytest.approx((60, 4, 60, 0))


def test_a_held_mail_is_as_wrong_as_the_steps_up_to_it():
    missed = CASE.p * (1 - CASE.catch) / (1 - CASE.p * CASE.catch)
    for every in (1, 4, 60):
        assert exact.mail_wrong(CASE, every, 17, "held") == pytest.approx(1 - (1 - missed) ** 17)


def test_a_look_right_at_the_mail_reads_a_shorter_batch_and_helps_who_skims_only():
    assert exact.mail_wrong(CASE, 15, 17, "trail") == pytest.approx(exact.mail_wrong(CASE, 15, 17, "held"))
    skims = replace(CASE, eyes=8)
    assert exact.mail_wrong(skims, 15, 17, "trail") < exact.mail_wrong(skims, 15, 17, "held")


def test_a_mail_at_the_first_step_is_wrong_as_often_as_that_step():
    assert exact.mail_wrong(CASE, 15, 1) == pytest.approx(CASE.p)
    assert exact.mail_wrong(CASE, 15, 1, "gate") < 0.1 * CASE.p


def test_the_run_on_values_agrees_with_the_recursion_and_a_forgiving_reader_would_not(monkeypatch):
    case = replace(CASE, p=0.05, catch=0.8)
    t = world.many(case, 60, world.World(), 250, 0)
    assert abs(t.escaped - exact.run(case, 60).escaped) < 2 * t.half
    assert abs(t.left_wrong - exact.mail_share(case, 60)) < 0.05
    look = world.Task.look

    def forgiving(self, done, read):  # goes back to what it had missed before: the fault that the comparison found
        at = look(self, done, read)
        values = [one.value for one in done]
        own = [i for i in range(read, len(done)) if values[i] != self.compute(i, values)]
        return min(own) if at is not None and own else at

    monkeypatch.setattr(world.Task, "look", forgiving)
    t = world.many(case, 60, world.World(), 250, 0)
    assert abs(t.escaped - exact.run(case, 60).escaped) > 2 * t.half


def test_bursts_hold_as_many_mistakes_as_none():
    import random

    task = world.Task(CASE, world.World(burst=True), random.Random(1))
    slips = sum(task.slips(0) for _ in range(40_000))
    assert slips / 40_000 == pytest.approx(CASE.p, rel=0.15)


def test_the_cheapest_schedule_is_no_dearer_than_equal_intervals_and_covers_the_task():
    hazard = [0.1] * 5 + [0.01] * 25
    cost, plan = exact.schedule(hazard, 0.95, 3.0)
    assert sum(plan) == len(hazard)
    assert plan[0] < plan[-1]
    assert cost <= min(exact.uniform(hazard, 0.95, 3.0, k) for k in range(1, 31)) + 1e-9


def test_with_less_time_than_the_looks_take_there_is_no_budget():
    assert exact.at_budget(CASE, 1, 10.0) is None
    share, found = exact.at_budget(CASE, 15, 1000.0)
    assert share == 1
    assert found.escaped == pytest.approx(exact.run(CASE, 15).escaped)


def test_the_bill_leaves_out_what_no_interval_changes():
    low, *_, high = exact.bill_band(CASE)
    whole = exact.band(CASE)
    assert whole[0] < low < exact.best(CASE) < high < whole[1]
    assert exact.bill_band(replace(CASE, read=9.0)) == exact.bill_band(CASE)


def test_the_band_holds_the_best_and_its_ends_are_within_five_percent():
    low, high = exact.band(CASE)
    totals = exact.totals(CASE)
    assert low <= exact.best(CASE) <= high
    assert max(totals[low - 1], totals[high - 1]) <= 1.05 * totals.min() < totals[low - 2]


def test_the_event_of_the_lead_is_played_and_not_told():
    at_once, held = event.played(False), event.played(True)
    assert at_once.wrong
    assert not held.wrong
    assert at_once.cells.count("descent") == 8
    assert held.said == "1 right mail, no wrong one"


def test_the_outbox_lets_out_what_was_read_once_and_forgets_what_was_undone():
    outbox = sqlite3.connect(":memory:")
    outbox.execute(event.CREATE)
    for step in (5, 11, 12, 17):
        outbox.execute(event.KEEP, {"task": "a", "step": step, "mail": f"first {step}"})
    outbox.execute(event.KEEP, {"task": "b", "step": 17, "mail": "of another task"})
    assert outbox.execute(event.DUE, {"task": "a", "good": 11}).fetchall() == [(5, "first 5"), (11, "first 11")]
    outbox.execute(event.SENT, {"task": "a", "step": 5})
    outbox.execute(event.UNDO, {"task": "a", "wrong": 12})
    outbox.execute(event.KEEP, {"task": "a", "step": 17, "mail": "second 17"})
    assert outbox.execute(event.DUE, {"task": "a", "good": 20}).fetchall() == [(11, "first 11"), (17, "second 17")]
    assert outbox.execute(event.DUE, {"task": "b", "good": 20}).fetchall() == [(17, "of another task")]


def test_a_ranking_of_answers_that_knows_nothing_is_one_half():
    flat = [[model.Answer(i % 2 == 0, 1.0) for i in range(60)]]
    assert model.ranking(flat) == 0.5
    sure = [[model.Answer(i % 2 == 0, float(i % 2 == 0)) for i in range(60)]]
    assert model.ranking(sure) == 1.0


def said(tmp_path, text, step=1.0):
    path = tmp_path / "log.csv"
    path.write_text(text, encoding="utf-8")
    return "\n".join(leash.said(path, step))


def test_the_example_gives_back_what_was_put_into_it(tmp_path):
    path = tmp_path / "log.csv"
    text = example.log()
    path.write_text(text, encoding="utf-8")
    rows = leash.read(path)
    steps = [row for row in rows if row.kind in ("step", "send")]
    low, high = leash.wilson(sum(not row.ok for row in steps), len(steps))
    assert low < example.P < high
    out = said(tmp_path, text)
    assert "interval" in out
    assert "planted mistakes found" in out


@pytest.mark.parametrize("seed", range(1, 9))
def test_the_example_gives_back_its_prices_whatever_was_undone(tmp_path, seed):
    """Two minutes an interruption and 0.4 a step, each look off by up to half a minute."""
    path = tmp_path / "log.csv"
    path.write_text(example.log(seed), encoding="utf-8")
    interruption, reading, _ = leash.price(leash.read(path))
    assert interruption == pytest.approx(2, abs=0.7)
    assert reading == pytest.approx(0.4, abs=0.1)


def test_a_log_without_mistakes_gives_a_bound_and_no_interval(tmp_path):
    out = said(tmp_path, HEAD + "".join(f"a,{i},yes,,,step\n" for i in range(1, 301)) + "a,300,,,4,look\n")
    assert "below 0.99%" in out
    assert "no leash from this" in out
    assert "below 95.00%" in said(tmp_path, HEAD + "a,1,yes,,,step\na,1,,,4,look\n")
    assert "interval" not in out
    assert "catch     not known" in out


def test_looks_of_one_size_give_an_upper_bound_and_no_price_of_reading(tmp_path):
    rows = "".join(f"a,{i},{'no' if i == 7 else 'yes'},{10 if i == 7 else ''},,step\n" for i in range(1, 101))
    looks = "".join(f"a,{i},,,5,look\n" for i in range(10, 101, 10))
    out = said(tmp_path, HEAD + rows + looks)
    assert "5 minutes an interruption (median of 10 looks, reading included: an upper bound)" in out


def test_an_interval_longer_than_the_task_is_told_as_one_look_at_its_end(tmp_path):
    out = said(tmp_path, HEAD + "a,1,no,2,,step\na,2,yes,,,step\na,2,,,5,look\n")
    assert "formula   one look, at the end of a task of 2, if making" in out
    assert "look every" not in out


def test_a_dearer_step_shortens_the_leash(tmp_path):
    rows = "".join(f"a,{i},{'no' if i % 20 == 7 else 'yes'},,,step\n" for i in range(1, 101))
    log = HEAD + rows + "a,50,,,9,look\na,100,,,9,look\n"
    assert "look every 19 steps" in said(tmp_path, log)
    assert "look every 9 steps" in said(tmp_path, log, 4.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("task,step\n", ":1: no column 'ok'"),
        (HEAD + "a,5,no,3,,step\n", ":2: found_at is 3, before step 5"),
        (HEAD + "a,5,yes,7,,step\n", ":2: found_at is 7 though ok is yes"),
        (HEAD + "a,5,maybe,,,step\n", ":2: ok is 'maybe'"),
        (HEAD + "a,x,yes,,,step\n", ":2: step is 'x'"),
        (HEAD + "a,0,yes,,,step\n", ":2: step is '0'"),
        (HEAD + "a,1,yes,,,write\n", ":2: kind is 'write'"),
        (HEAD + "a,1,yes,,,seeded\n", ":2: a seeded row is a mistake that you planted"),
        (HEAD + ",1,yes,,,step\n", ":2: no task"),
        (HEAD + "a,1,yes,,step\n", ":2: 5 cells for 6 columns"),
        (HEAD + "a,1,yes,,,step\na,1,no,,,send\n", ":3: step 1 of task 'a' stands in line 2 already"),
        (HEAD + "a,1,no,,,look\n", ":2: a look has no ok"),
        (HEAD + "a,1,,,nan,look\n", ":2: minutes is 'nan'"),
        (HEAD + "a,1,,,-2,look\n", ":2: minutes is '-2'"),
        (HEAD + "a,1,no,,,step\na,1,,,1e308,look\n", ":3: minutes is '1e308'"),
        (HEAD, ": no row of kind step or send"),
        (HEAD + "a,1,,,4,look\n", ":2: a look after step 1, but task 'a' ends at 0"),
        (HEAD + "a,1,no,,,step\na,900,,,4,look\n", ":3: a look after step 900, but task 'a' ends at 1"),
        (HEAD + "a,1,no,99,,step\n", ":2: found_at is 99, but task 'a' ends at step 1"),
        (HEAD + "a,1,no,2,,step\na,2,yes,,,step\na,1,,,4,look\n", ":2: found_at is 2, but task 'a' has no look"),
        (HEAD + "a,1,no,,,step\na,99999999999,yes,,,step\n", ":3: task 'a' has step 99999999999 but no step 2"),
        (HEAD + "a,1,no,,,step\na,2,yes,,,step\na,1,,,,look\na,2,,,3,look\n", "1 of 2 looks have no minutes"),
        ("", ":1: no column 'task'"),
        (HEAD.strip() + ",task\na,1,yes,,,step,b\n", ":1: the column 'task' stands twice"),
        (HEAD + 'a,1,yes,,,step\n"a,2,yes,,,step\n', ":3: is no CSV from here on (unexpected end of data)"),
        (HEAD + 'a,"' + "x" * 200_000 + "\n", ":2: is no CSV from here on (field larger"),
    ],
)
def test_a_malformed_log_gets_one_line_that_says_where_and_what(text, says, tmp_path, capsys):
    path = tmp_path / "log.csv"
    path.write_text(text, encoding="utf-8")
    assert command.main(["leash", str(path)]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1


def test_what_is_no_text_file_gets_one_line(tmp_path, capsys):
    assert command.main(["leash", str(tmp_path)]) == 2
    assert "cannot be read (Is a directory); name a CSV file" in capsys.readouterr().err
    (tmp_path / "log.csv").write_bytes(b"\xff\xfe")
    assert command.main(["leash", str(tmp_path / "log.csv")]) == 2
    assert "is not UTF-8 text" in capsys.readouterr().err


def test_a_reader_who_tires_is_what_one_computes_by_hand():
    """Two steps, one look: the second is recognised half as often as the first."""
    case = exact.Case(steps=2, p=0.1, catch=1.0, tire=0.5)
    missed = 0.9 * 0.1 * 0.5  # the first is right, the second wrong and passed
    again = 0.1  # the first is wrong: both are made again
    assert exact.run(case, 1).escaped == pytest.approx(0)
    assert exact.run(case, 2).escaped == pytest.approx(missed / (1 - again))


def test_a_few_looks_without_minutes_are_left_out_and_counted(tmp_path):
    rows = "".join(f"a,{i},{'no' if i % 20 == 7 else 'yes'},,,step\n" for i in range(1, 101))
    looks = "".join(f"a,{i},,,{'' if i == 10 else 3},look\n" for i in range(10, 101, 10))
    assert "1 without minutes left out" in said(tmp_path, HEAD + rows + looks)


def test_the_command_does_not_overwrite_a_file(tmp_path, capsys):
    out = tmp_path / "mine.csv"
    assert command.main(["example", str(out)]) == 0
    assert command.main(["leash", str(out), "--step", "2"]) == 0
    assert command.main(["example", str(out)]) == 2
    assert command.main(["leash", str(out), "--step", "-1"]) == 2
    assert command.main(["leash", str(tmp_path / "none.csv")]) == 2
    assert math.isnan(leash.minutes("x", ""))
    capsys.readouterr()


def test_a_log_too_thin_for_an_interval_says_so(tmp_path):
    out = said(tmp_path, HEAD + "a,1,yes,,,step\na,2,no,2,,send\na,2,,,1.5,look\n")
    assert "none is good wherever p lies" in out
    assert "1, of which 1 marked wrong" in out


def test_the_lines_to_run_without_a_clone_print_what_the_algebra_says_at_each_interval(capsys):
    random.seed(5)
    runpy.run_path(str(Path(leash.__file__).with_name("alone.py")))
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [every for every, _ in printed] == ["1", "15", "60"]
    for _, share in printed:  # four standard errors of 20,000 tasks
        assert float(share) == pytest.approx(exact.escape_by_algebra(CASE), abs=0.007)


def test_the_edit_that_the_post_offers_makes_the_reader_of_these_lines_tire(tmp_path, capsys):
    lines = Path(leash.__file__).with_name("alone.py").read_text(encoding="utf-8")
    edited = lines.replace("< SPOTTED:", "< SPOTTED * 0.98 ** (i - read):")
    assert edited != lines
    random.seed(5)
    (tmp_path / "alone.py").write_text(edited, encoding="utf-8")
    runpy.run_path(str(tmp_path / "alone.py"))
    printed = {int(every): float(share) for every, share in map(str.split, capsys.readouterr().out.splitlines())}
    for every in (1, 15, 60):
        assert printed[every] == pytest.approx(exact.run(replace(CASE, tire=0.02), every).escaped, abs=0.014)
