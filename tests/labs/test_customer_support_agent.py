"""The support agent's facts, on cases worked out by hand. The harness forks and kills: Linux and macOS only."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from labs.customer_support_agent import chat, crash, hazards, storage
from labs.customer_support_agent.agent import Agent, Provider
from labs.customer_support_agent.arms import PositionKey
from labs.customer_support_agent.model import Decision, Memory, permitted, rule_model

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


def agent(folder: Path, **options) -> Agent:
    return Agent(folder, Provider(folder / "provider.db"), **options)


def talk(state: Path, *arguments: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "labs", "customer-support-agent", "chat", "--customer", "ann"]
    return subprocess.Popen(
        [*command, "--state", str(state), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def wrong(name: str, point: str) -> list[str]:
    return dict(crash.outcomes(name, point.split(":")[0]))[point]


def bad_points(name: str, turn: int) -> list[str]:
    return [point.split(": ")[1] for point, what in crash.outcomes(name, str(turn))[1:] if what]


# A real process, a real kill -9


def test_a_chat_killed_after_the_payment_remembers_and_does_not_pay_again(tmp_path):
    first = talk(tmp_path, "--pause", "provider paid")
    first.stdin.write("Order 17 came with a broken mug. I live at 5 Elm Street.\nPlease refund order 17.\n")
    first.stdin.flush()
    watchdog = threading.Timer(60, first.kill)
    watchdog.start()
    assert any("paused" in line for line in first.stdout), "it was to wait before it notes the payment"
    watchdog.cancel()
    os.kill(first.pid, signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    before = agent(tmp_path)
    assert before.provider.ledger() == [("17", 20)]
    [(key, order, euros)] = before.unsent()
    assert (order, euros) == ("17", 20), "killed before it could note the payment"
    second = talk(tmp_path)
    said, _ = second.communicate("Did my refund go through?\nWhat is my address?\n\n", timeout=60)
    assert f"Sending, key {key}" in said
    assert "Yes: 20 euros for order 17." in said
    assert "5 Elm Street" in said
    assert agent(tmp_path).provider.ledger() == [("17", 20)]


def test_the_chat_says_that_no_language_model_is_behind_it(tmp_path):
    said, _ = talk(tmp_path).communicate("\n", timeout=60)
    assert "not a language model" in said.splitlines()[0]


def test_a_state_that_cannot_be_used_is_named_without_a_traceback(tmp_path, capsys):
    (tmp_path / "memory.db").write_text("this is no database, whatever its name says")
    assert chat.main(["show", "--state", str(tmp_path)]) == 1
    assert chat.main(["show", "--state", str(tmp_path / "memory.db")]) == 1
    assert capsys.readouterr().err.count("cannot be used") == 2


def test_bytes_that_are_no_text_do_not_end_the_chat(tmp_path, monkeypatch):
    said = iter(["\udcff\udcfe", "Refund order 31", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(said))
    assert chat.main(["chat", "--customer", "ann", "--state", str(tmp_path)]) == 0
    assert agent(tmp_path).provider.ledger() == [("31", 35)]


def test_state_is_kept_outside_the_published_folder():
    assert "docs" not in chat.default_state().parts


# Known crash points


def test_json_overwritten_in_place_does_not_start_after_a_crash_between_emptying_and_filling():
    assert wrong("JSON, in place", "1: file emptied") == ["cannot restart"]
    assert wrong("JSON, in place", "1: half written") == ["cannot restart"]
    assert wrong("JSON, in place", "1: file written") == []


def test_json_renamed_is_never_torn_and_pays_twice_between_payment_and_rename():
    assert bad_points("JSON, rename", 1) == []
    assert bad_points("JSON, rename", 2) == ["provider paid", "file emptied", "half written", "file written"]
    assert "double refund" in wrong("JSON, rename", "2: file written")


def test_a_lost_fact_becomes_a_lost_refund_one_turn_later():
    assert "refund missing" in wrong("SQLite, autocommit", "1: turn written")


def test_a_transaction_around_the_payment_pays_twice_until_it_commits():
    before = ["provider paid", "refund noted", "turn written", "fact written"]
    assert bad_points("refund inside the transaction", 8) == before
    assert wrong("refund inside the transaction", "8: committed") == []


def test_a_payment_after_the_commit_is_lost_in_between():
    assert bad_points("refund after the transaction", 2) == ["committed"]
    assert wrong("refund after the transaction", "2: committed") == ["refund missing", "remembered, not paid"]


def test_sent_last_inside_the_transaction_the_payment_leaves_one_bad_step_as_the_outbox_does():
    assert bad_points("refund inside the transaction; refund last", 2) == ["provider paid"]


def test_a_client_that_sends_an_answered_message_again_is_paid_again_unless_it_numbers_it():
    again = "outbox, stored random key; client sends again"
    assert bad_points(again, 2) == ["committed", "provider paid", "marked sent"]
    assert bad_points(again + ", numbered", 2) == []


@pytest.mark.parametrize("name", ["outbox, no key", "outbox, new key per send"])
def test_an_outbox_without_a_stored_key_pays_twice_if_killed_before_it_notes_the_payment(name):
    assert bad_points(name, 9) == ["provider paid"]


def test_a_key_made_of_order_and_amount_swallows_the_second_mug_without_any_crash():
    assert crash.outcomes("outbox, content key", "3")[0] == ("no crash", ["refund missing", "remembered, not paid"])


@pytest.mark.parametrize("name", ["outbox, stored position key", "outbox, stored random key"])
def test_a_stored_key_survives_every_crash_point_of_a_refund(name):
    steps = ["decided", "turn written", "fact written", "refund noted", "committed", "provider paid", "marked sent"]
    assert crash.outcomes(name, "2")[1:] == [(f"2: {step}", []) for step in steps]


def test_a_key_without_an_outbox_fails_once_the_model_answers_otherwise():
    assert bad_points("inside, position key", 2) == []
    twist = "inside, position key; model changes its mind"
    assert wrong(twist, "2: provider paid") == ["paid, not remembered"]
    assert bad_points("outbox, stored random key; model changes its mind", 2) == []


def test_after_three_days_a_resent_refund_is_paid_twice_and_a_held_one_is_not():
    down = "outbox, stored random key; three days down, "
    assert "double refund" in wrong(down + "sends all", "2: provider paid")
    assert wrong(down + "holds old rows", "2: provider paid") == ["held for a person"]


# The agent


def test_a_timeout_after_the_payment_is_sent_again_under_the_same_key(tmp_path):
    class Flaky(Provider):
        fail = True

        def refund(self, order, amount, key):
            super().refund(order, amount, key)
            if self.fail:
                raise ConnectionError("no answer")

    provider = Flaky(tmp_path / "provider.db")
    support = Agent(tmp_path, provider)
    support.turn(1, 0, "ann", "Refund order 31")
    assert support.turn(1, 1, "ann", "Did my refund go through?") == "Requested, not confirmed: 35 euros for order 31."
    provider.fail = False
    support.drain()
    assert provider.ledger() == [("31", 35)]
    assert support.turn(1, 2, "ann", "Did my refund go through?") == "Yes: 35 euros for order 31."


def test_two_processes_draining_one_outbox_pay_once(tmp_path):
    one, two = agent(tmp_path), agent(tmp_path)
    one.provider.refund = lambda *_: (_ for _ in ()).throw(ConnectionError)
    one.turn(1, 0, "ann", "Refund order 31")
    rows = one.unsent(), two.unsent()
    assert rows[0] == rows[1] != []
    two.drain()
    del one.provider.refund
    one.unsent = lambda: rows[0]  # it had read the rows before the other was done
    one.drain()
    assert one.provider.ledger() == [("31", 35)]


def test_no_lock_is_held_while_the_model_thinks(tmp_path):
    seen = []

    def slow(msg: str, memory: Memory) -> Decision:
        seen.append(support.db.in_transaction)
        agent(tmp_path).turn(2, 0, "bob", "hello")  # another process writes meanwhile
        return rule_model(msg, memory)

    support = agent(tmp_path, model=slow)
    support.turn(1, 0, "ann", "hello")
    assert seen == [False]


def test_a_turn_that_another_process_has_recorded_leaves_nothing_behind(tmp_path):
    support = agent(tmp_path)
    support.turn(1, 0, "ann", "hello")
    with pytest.raises(sqlite3.IntegrityError):
        support.turn(1, 0, "ann", "Refund order 31")
    assert support.memory("ann").refunds == []
    assert support.provider.ledger() == []


@pytest.mark.parametrize(
    ("customer", "refund", "refunded"),
    [("bob", ("31", 35), []), ("ann", ("31", 3500), []), ("ann", ("31", 35), ["31"]), ("ann", ("99", 1), [])],
    ids=["not_his", "wrong_amount", "refunded_already", "no_such_order"],
)
def test_code_refuses_a_refund_that_the_model_should_not_have_asked_for(customer, refund, refunded):
    assert permitted(customer, Decision("ok", refund), refunded).refund is None
    assert permitted("ann", Decision("ok", ("31", 35)), []).refund == ("31", 35)


def test_everything_acknowledged_as_noted_is_read_by_the_next_process(tmp_path):
    for i, msg in enumerate(["Write to me by email, I live at 5 Elm Street", "My address is now 9 Oak Avenue"]):
        assert agent(tmp_path).turn(1, i, "ann", msg).startswith("Noted")
    assert agent(tmp_path).memory("ann").facts == {"channel": "email", "address": "9 Oak Avenue"}


# Bytes


def test_json_bytes_are_the_lengths_of_what_json_writes():
    whole, lines = storage.json_bytes(3, 10)
    rows = [list(storage.row(i, 10)) for i in range(3)]
    assert [b - a for a, b in pairwise([0, *whole])] == [len(json.dumps(rows[: n + 1])) for n in range(3)]
    assert lines[-1] == sum(len(json.dumps(row)) + 1 for row in rows)


def test_sqlite_bytes_of_two_commits_by_hand():
    wal, rollback = storage.sqlite_bytes(3, [[2, 3], [2, 4]])
    frame, record, page = 4096 + 24, 4096 + 8, 4096
    assert wal == [32 + 2 * frame + 2 * page, 32 + 4 * frame + 3 * page]  # page 2 is checkpointed once
    first = 512 + 3 * record + 3 * page  # pages 1, 2, 3 existed
    assert rollback == [first, first + 512 + 2 * record + 3 * page]  # page 4 is new: nothing to save


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="Linux counts bytes, others do not")
@pytest.mark.parametrize(("mode", "name"), [("wal", "SQLite, WAL"), ("delete", "SQLite, rollback")])
def test_bytes_counted_are_those_that_linux_counts(mode, name):
    assert storage.asked_of_linux(mode, 120, 160) == storage.curves(120, 160)[name][-1]


def test_break_even_is_the_first_turn_from_which_rewriting_stays_dearer():
    assert storage.break_even([1, 3, 2, 9], [2, 2, 2, 2]) == 4
    assert storage.break_even([3, 3], [1, 1]) == 1
    assert storage.break_even([1, 1], [2, 2]) == 0


# Memory that is wrong rather than lost


def test_a_forgotten_filter_hands_anns_address_to_bob():
    assert hazards.probe(Agent) == (0, "I have no address.")
    assert hazards.probe(hazards.Unfiltered) == (2, "5 Elm Street")


def test_a_key_made_of_the_position_swallows_a_new_refund_after_a_restored_backup():
    assert hazards.restored(PositionKey) == 0
    assert hazards.restored(Agent) == 35


def test_a_random_key_pays_twice_for_a_refund_that_the_restored_backup_does_not_know():
    assert hazards.restored(PositionKey, "31") == 35
    assert hazards.restored(Agent, "31") == 70


def test_the_window_keeps_twenty_turns_and_the_facts():
    characters, answer = hazards.context(1000, 20)
    assert characters == 20 * 2 * 160 + len("address") + len("5 Elm Street")
    assert answer == "5 Elm Street"


def test_an_upgrade_killed_before_its_version_number_never_starts_again_unless_it_is_one_transaction():
    assert hazards.upgrade(hazards.upgrade_alone) == (3, 2)
    assert hazards.upgrade(hazards.upgrade_script)[1] == 1
    assert hazards.upgrade(hazards.upgrade_whole)[1] == 0


def test_deleting_leaves_the_address_in_the_bytes_and_forget_does_not(tmp_path):
    (live, ghosts), *_, end = hazards.residue("off")
    assert live > 21 and ghosts == 0, "ten messages, ten replies, one fact, and rows that a page split left behind"
    assert sum(hazards.residue("off")[3]) > 0 and end == (0, 0)
    assert hazards.residue("on")[0] == (21, 0)
    assert hazards.residue("on")[3] == (0, 0)
    support = agent(tmp_path)
    support.db.execute("pragma secure_delete=off")  # as a file from before may have been written
    for i in range(20):
        support.turn(1, i, "ann", "I live at 5 Elm Street")
    assert sum(hazards.hits(tmp_path)) > 0
    assert hazards.forget(support.db, "ann")
    assert hazards.hits(tmp_path) == (0, 0)


def test_without_secure_delete_the_ghosts_lie_where_the_rows_of_turns_moved_away(tmp_path):
    support = agent(tmp_path, sync="off")
    support.db.execute("pragma secure_delete=off")
    for i in range(200):
        support.turn(1, i, "ann", f"Hello again, number {i}." + " I live at 5 Elm Street." * (i < 100 and i % 10 == 0))
    support.db.execute("pragma wal_checkpoint(truncate)")
    data, root = (tmp_path / "memory.db").read_bytes(), "select rootpage from sqlite_schema where name = 'turns'"
    (page,) = support.db.execute(root).fetchone()
    first = data[(page - 1) * 4096 : page * 4096]
    assert first.count(b"5 Elm Street") == data.count(b"5 Elm Street") - 21 > 0, "the root now holds no row"


def test_forget_says_so_when_an_open_reader_keeps_the_bytes(tmp_path):
    support = agent(tmp_path)
    support.turn(1, 0, "ann", "I live at 5 Elm Street")
    reader = sqlite3.connect(tmp_path / "memory.db", isolation_level=None)
    reader.execute("begin")
    reader.execute("select count(*) from facts").fetchone()
    support.db.execute("pragma busy_timeout=0")
    assert not hazards.forget(support.db, "ann")
    assert sum(hazards.hits(tmp_path)) > 0
    reader.execute("commit")
    assert hazards.forget(support.db, "ann")
    assert hazards.hits(tmp_path) == (0, 0)
