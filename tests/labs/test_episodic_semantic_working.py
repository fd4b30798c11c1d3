"""The agents, their chain, the log and the tool that reads a history."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from labs import __main__ as command
from labs.episodic_semantic_working import event, exact, history, recall, tasks, views, world
from labs.episodic_semantic_working.exact import Rates

HEADER = "time,key,value,outcome\n"


def run(capsys, path):
    """Exit status and what the tool printed, and what it said on the error stream."""
    status = command.main(["episodic-semantic-working", "facts", str(path)])
    said = capsys.readouterr()
    return status, said.out, said.err


def written(tmp_path, text, name="history.csv"):
    """A file with this text."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("k", [1, 2, 3, np.inf])
def test_the_printed_rule_delivers_what_the_arrays_deliver(k):
    drawn = world.drawn(3, users=20)
    played = world.play(drawn, k)
    for user in range(20):
        fact, complaints, last = None, 0, world.COUNT - 1
        for t in range(world.DELIVERIES):
            last = world.send(fact, last, range(world.COUNT))
            assert last == played.sent[t, user]
            fact, complaints = world.learn(fact, complaints, last, bool(played.happy[t, user]), k)
            assert (world.NONE if fact is None else fact) == played.facts[t, user]


def test_the_block_of_the_post_runs_as_copied_and_serves_ana_as_the_figure_says():
    labs = Path(world.__file__).parent
    post = (labs.parents[1] / "posts" / "episodic-semantic-working.md").read_text(encoding="utf-8")
    imports = post.split("```python\n")[1].split("--8<--")[0]
    printed = Path(world.__file__).read_text(encoding="utf-8").split("[start:learn]")[1].split("# --8<--")[0]
    scope = {}
    exec(imports + printed, scope)
    fact, complaints, last = None, 0, world.FORMATS[-1]
    ana = event.played()["drops at three in a row"]
    for sent, happy in zip(ana.sent[:, 0], ana.happy[:, 0], strict=True):
        last = scope["send"](fact, last, world.FORMATS)
        assert last == world.FORMATS[sent]
        fact, complaints = scope["learn"](fact, complaints, last, bool(happy))


def test_a_complaint_about_a_mere_try_does_not_count_against_a_fact():
    assert world.learn("PDF", 1, "CSV", False, 2) == ("PDF", 1)


@pytest.mark.parametrize("k", [0, 1, 2, 5])
def test_the_chain_loses_no_chance(k):
    moves, right, start = exact.chain(k, Rates(0.05, 0.2, 0.1, 0.3))
    assert moves.sum(axis=1) == pytest.approx(1)
    assert start.sum() == pytest.approx(1)
    assert (right >= 0).all()


@pytest.mark.parametrize("rates", [Rates(), Rates(0.1, 0.3), Rates(0.05, 0.1, praise=0.3), Rates(0.05, 0.1, names=0.3)])
@pytest.mark.parametrize("k", [0, 1, 3])
def test_the_chain_agrees_with_the_simulation_delivery_by_delivery(rates, k):
    drawn = world.drawn(5, rates.change, users=4000, deliveries=40)
    played = world.play(drawn, k or np.inf, false=rates.false, praise=rates.praise, names=rates.names)
    assert np.abs(played.right.mean(axis=1) - exact.course(k, rates, 40)).max() < 0.035


def test_never_dropped_and_always_wanted_otherwise_at_last_is_one_in_five_for_every_rate():
    assert [exact.share(0, Rates(d, p)) for d in (0.001, 0.3) for p in (0.0, 0.6)] == pytest.approx([0.2] * 4)


def test_the_mean_until_a_fact_is_lost_is_that_of_a_run_of_failures():
    assert exact.until_lost(1, 0.25) == pytest.approx(4)
    assert exact.until_lost(2, 0.5) == pytest.approx(6)


def test_with_no_change_and_no_untrue_complaint_a_found_format_is_kept():
    played = world.play(world.drawn(1, 0.0, users=50), 1, false=0.0)
    assert played.right[4:].all()


def test_the_exact_belief_needs_no_more_than_one_round_to_find_a_format():
    assert world.believing(world.drawn(1, 0.0, users=50), 0.0, 0.0).right[4:].all()


def test_an_explorer_unlearns_in_time_what_success_alone_does_not():
    drawn = world.drawn(2, users=200)
    assert world.play(drawn, np.inf, explore=0.2).share() > world.play(drawn, np.inf).share() + 0.2


def test_a_counter_at_one_is_the_rule_of_one_complaint():
    drawn = world.drawn(2, users=100)
    assert (world.play(drawn, counter=1).sent == world.play(drawn, 1).sent).all()


def test_ana_gets_pdf_to_the_end_if_only_successes_are_stored():
    sent = event.played()["stores successes only"].sent[:, 0]
    assert [world.FORMATS[s] for s in sent] == ["PDF"] * event.REPORTS


def test_the_newest_success_counts_only_among_the_newest_rows():
    rows = [("PDF", True), ("PDF", False), ("CSV", False)]
    assert views.newest(rows, 3) == "PDF"
    assert views.newest(rows, 2) is None
    assert views.newest([], 3) is None


def test_reports_that_wait_for_an_answer_hide_no_fact_from_the_printed_query():
    key = {"user_id": "Ana", "kind": "weekly"}
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(views.LOG)
        for value, outcome in [("PDF", "ok"), ("CSV", None), ("CSV", None), ("CSV", None)]:
            row = key | {"sent_on": "2026-01-05", "value": value, "outcome": outcome, "named": None}
            database.execute(views.INSERT, row)
        assert database.execute(views.FACT, key).fetchone() == ("PDF",)
        database.execute("UPDATE log SET outcome = 'fail' WHERE outcome IS NULL")
        assert database.execute(views.FACT, key).fetchone() is None


def test_a_named_format_becomes_the_fact_and_a_replay_by_kind_keeps_kinds_apart():
    rows = [views.Row(0, True, 0), views.Row(0, False, 1, named=2)]
    weekly, month = views.replayed(rows, 3, by_kind=True)
    assert (weekly.fact, month.fact) == (0, 2)
    assert world.learn(None, 0, 2, True) == (month.fact, month.fails)
    assert views.replayed(rows, 3, by_kind=False)[0].fact == 2


def test_the_twenty_orders_are_all_different_and_keep_each_task_in_order():
    orders = [tuple(order) for order in tasks.orders()]
    assert len(set(orders)) == 20
    assert all([n for t, _, n in order if t == task] == [1, 2, 3] for order in orders for task in "AB")


def test_a_scratchpad_forgets_the_first_action_when_its_task_ends():
    pad = tasks.PLACES["scratchpad: by task, ends with it"]()
    pad.do("A", "A1")
    assert (pad.undo("A"), pad.undo("A")) == ("A1", None)


def test_the_rows_found_are_read_in_order_of_time():
    assert recall.found(0, 5)[recall.WAYS[-1]] == 20


def test_any_seed_finds_its_sentences_in_the_cache():
    assert recall.found(11, 20)[recall.WAYS[-1]] == 20


# The tool.


def test_a_history_shows_where_the_rules_differ(tmp_path, capsys):
    path = written(tmp_path, HEADER + "1,Ana,PDF,ok\n2,Ana,PDF,fail\n3,Ana,PDF,fail\n1,Bo,CSV,ok\n")
    status, out, _ = run(capsys, path)
    assert status == 1
    assert "Ana: DIFFER successes only: PDF, one: -, two: -, three: PDF; 2 failed since the last ok, 3 tries" in out
    assert "Bo: successes only: CSV, one: CSV, two: CSV, three: CSV; 0 failed" in out
    assert "2 keys, 1 on which the rules differ, 0 unclear" in out


def test_a_key_and_a_value_with_a_line_break_stay_on_their_line(tmp_path, capsys):
    path = written(tmp_path, HEADER + '1,"A\nna","P\nDF",ok\n')
    assert run(capsys, path)[1].startswith(r"'A\nna': successes only: 'P\nDF', one: 'P\nDF'")


def test_rows_are_read_in_order_of_time_not_of_the_file(tmp_path, capsys):
    path = written(tmp_path, HEADER + "2026-06-02,Ana,CSV,ok\n2026-06-01,Ana,PDF,ok\n")
    status, out, _ = run(capsys, path)
    assert status == 0
    assert "successes only: CSV" in out


def test_opposite_outcomes_of_one_time_are_listed_and_not_guessed(tmp_path, capsys):
    path = written(tmp_path, HEADER + "1,Ana,PDF,ok\n1,Ana,PDF,fail\n1,Bo,CSV,ok\n")
    status, out, _ = run(capsys, path)
    assert status == 1
    assert "Ana: no fact is given: lines 2 and 3 have the same time" in out


def test_two_times_a_nanosecond_apart_are_two_and_two_spellings_of_one_time_are_one(tmp_path, capsys):
    rows = "9007199254740993,Ana,CSV,ok\n9007199254740992,Ana,PDF,ok\n1.0,Bo,PDF,ok\n1,Bo,CSV,ok\n"
    _, out, _ = run(capsys, written(tmp_path, HEADER + rows))
    assert "Ana: successes only: CSV" in out and "Bo: no fact is given: lines 4 and 5 have the same time" in out


def test_an_equal_row_is_counted_once_and_said(tmp_path, capsys):
    path = written(tmp_path, HEADER + "1,Ana,PDF,ok\n2,Ana,PDF,fail\n2,Ana,PDF,fail\n")
    _, out, _ = run(capsys, path)
    assert "note: line 4 repeats line 3 and is counted once" in out
    assert "1 failed since the last ok, 2 tries" in out


def test_a_row_is_compared_with_its_neighbours_in_time_and_not_with_the_whole_history():
    class Time(float):
        compared = 0

        def __eq__(self, other):
            Time.compared += 1
            return float(self) == float(other)

        __hash__ = float.__hash__

    rows = [history.Try(line, Time(line // 2), "Ana", "PDF", True) for line in range(2, 402)]
    assert len(history.ordered(rows).tries["Ana"]) == 200
    assert Time.compared < 4 * len(rows)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "time,key,value\n1,Ana,PDF\n",
            ":1: no column outcome; found time, key, value; wanted time, key, value, outcome",
        ),
        ("", ":1: no column time; found nothing; wanted"),
        (HEADER, "no rows below the header"),
        (HEADER + "1,Ana,PDF,Maybe\n", ":2: outcome 'Maybe'; it must be ok or fail"),
        (HEADER + "1,Ana,,ok\n", ":2: value is empty"),
        (HEADER + "soon,Ana,PDF,ok\n", ":2: time 'soon'; it must be a number or like"),
        (HEADER + "nan,Ana,PDF,ok\n", ":2: time 'nan'"),
        (HEADER + "1,Ana,PDF\n", ":2: 3 cells for 4 columns; separate them by commas"),
        (HEADER + "1;Ana;PDF;ok\n", ":2: 1 cell for 4 columns; separate them by commas"),
        ("time;key;value;outcome\n1;a;b;ok\n", ":1: its columns are separated by semicolons; separate them by commas"),
        ("time\tkey\tvalue\toutcome\n1\ta\tb\tok\n", ":1: its columns are separated by tabs"),
        (HEADER + "1,Ana,PDF,ok\n2026-06-01,Ana,PDF,ok\n", ":3: its time is of another kind"),
        (HEADER + "2026-06-01,Ana,PDF,ok\n2026-06-01T10:00Z,Ana,PDF,ok\n", ":3: its time is of another kind"),
        ("time,key,key,value,outcome\n1,a,b,c,ok\n", ":1: two columns are called key"),
        (HEADER + '1,"Ana,PDF,ok\n', ":2: not CSV (unexpected end of data); close each quote"),
    ],
)
def test_a_malformed_history_gets_one_line(text, line, tmp_path, capsys):
    path = written(tmp_path, text)
    status, out, err = run(capsys, path)
    assert (status, out) == (2, "")
    assert line in err
    assert err.startswith(f"lab: {path}")
    assert err.count("\n") == 1


def test_a_file_that_is_not_there_and_one_that_is_no_text_get_one_line(tmp_path, capsys):
    path = tmp_path / "none.csv"
    assert run(capsys, path)[2] == f"lab: {path}: No such file or directory\n"
    path.write_bytes(b"time,key\xff")
    assert "byte 8 is no UTF-8" in run(capsys, path)[2]


def test_another_command_names_the_one_there_is(capsys):
    assert command.main(["episodic-semantic-working", "fact", "x"]) == 2
    assert "one command: facts FILE" in capsys.readouterr().err


def test_rates_are_given_only_from_enough_failures_that_were_tried_again(tmp_path, capsys):
    few = written(tmp_path, HEADER + "1,Ana,PDF,ok\n2,Ana,PDF,fail\n3,Ana,PDF,ok\n")
    out = run(capsys, few)[1]
    assert "3 tries\n1 key, 0 on which" in out
    assert "rates: 1 time a value" in out
    played = world.play(world.drawn(0, 0.02, users=100), 3, false=0.1)
    rows = [
        f"{t},user {u},{played.sent[t, u]},{'ok' if played.happy[t, u] else 'fail'}"
        for t in range(world.DELIVERIES)
        for u in range(100)
    ]
    out = run(capsys, written(tmp_path, HEADER + "\n".join(rows) + "\n"))[1]
    assert "best in the lab's world with 5 values: 3 in a row" in out


def test_an_estimate_solves_for_the_two_rates_that_made_the_counts():
    change, untrue, count = 0.03, 0.2, 10**9
    failed = change + (1 - change) * untrue
    worked = (1 - change) ** 2 * untrue * (1 - untrue) / failed
    read = history.Estimate(count, round(failed * count), count, round(worked * count))
    assert (read.untrue, read.change) == pytest.approx((untrue, change), rel=1e-6)


def test_both_wishes_of_a_user_move_together_at_a_change_and_not_without_one():
    still, moved = (views.Desk(0, 20, 10, 5, 0.0, 0.0, 3, change).wants for change in (0.0, 1.0))
    assert (still == still[0]).all()
    assert (moved[1:] != moved[:-1]).all()
    apart = (moved[..., 1] - moved[..., 0]) % world.COUNT
    assert (apart == apart[0]).all()
    assert (apart[0] > 0).any()


def test_two_counters_that_fade_to_nothing_are_dropped_at_three_reports_if_the_last_one_failed():
    drawn = world.drawn(2, users=100)
    played = world.play(drawn, np.inf, worth=0.5, fade=1e-6)
    before = np.vstack([np.full((1, 100), world.NONE), played.facts[:-1]])
    lost = (before != world.NONE) & (played.facts == world.NONE)
    assert lost.any()
    assert not played.happy[lost].any()
    held_for_three = (before[3:] != world.NONE) & (before[3:] == before[2:-1]) & (before[2:-1] == before[1:-2])
    kept = held_for_three & ~played.happy[3:] & (played.facts[3:] == before[3:])
    assert not kept.any()


def test_a_fact_brought_up_to_date_every_five_reports_stays_what_is_sent_in_between():
    drawn = world.drawn(2, users=100)
    played = world.play(drawn, 3, every=5)
    for t in range(0, world.DELIVERIES, 5):
        held = played.facts[t - 1] != world.NONE if t else np.zeros(100, bool)
        assert (played.sent[t : t + 5, held] == played.facts[t - 1, held]).all()
    assert (world.play(drawn, 3, every=1).sent == world.play(drawn, 3).sent).all()
