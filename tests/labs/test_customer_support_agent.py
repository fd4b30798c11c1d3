"""The support agent's facts, on cases worked out by hand. The harness forks and kills: Linux and macOS only."""

import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import pytest
from labs.customer_support_agent import (
    arms,
    chat,
    choices,
    crash,
    example,
    files,
    journal,
    kept,
    later,
    storage,
    workers,
    writes,
)
from labs.customer_support_agent.agent import GONE, Agent
from labs.customer_support_agent.cases import BEST, CASES, TRUSTING, TURNS, TWISTS, Case
from labs.customer_support_agent.model import Decision, Memory, permitted, rule_model
from labs.customer_support_agent.provider import KeyReused, Provider

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
MUG = ("n8", "ann", "Another mug of order 17 is broken. Please refund it too.")


def agent(folder: Path, make: type[Agent] = Agent, **options) -> Agent:
    return make(folder, Provider(folder / "provider.db", sync="off"), sync="off", **options)


def talk(state: Path, *arguments: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "labs", "customer-support-agent", "chat", "--customer", "ann"]
    return subprocess.Popen(
        [*command, "--state", str(state), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def wrong(name: str, point: str) -> list[str]:
    return dict(workers.outcomes(name, point.split(":")[0]))[point]


def bad_points(name: str, turn: int) -> list[str]:
    return [point.split(": ")[1] for point, what in workers.outcomes(name, str(turn))[1:] if what]


# A real process, a real kill -9


def test_a_chat_killed_after_the_payment_sends_payment_and_message_again_and_pays_once(tmp_path):
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
    waiting = json.loads((tmp_path / "client" / "ann.json").read_text())
    assert waiting == {"number": key.removeprefix("ann:"), "msg": "Please refund order 17."}, (
        "the client keeps what got no answer"
    )
    second = talk(tmp_path)
    said, _ = second.communicate("Did my refund go through?\nWhat is my address?\n\n", timeout=60)
    assert f"Sending, key {key}" in said
    assert "Sent again under its number" in said
    assert said.count("I have requested 20 euros for a mug of order 17.") == 1
    assert "Yes: 20 euros for order 17." in said
    assert "5 Elm Street" in said
    assert agent(tmp_path).provider.ledger() == [("17", 20)]
    assert not (tmp_path / "client" / "ann.json").exists()


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


def test_a_customer_whose_name_is_no_file_name_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        chat.main(["chat", "--customer", "../ann", "--state", str(tmp_path)])
    assert "'../ann' is no customer" in capsys.readouterr().err


def test_a_waiting_message_that_cannot_be_read_is_named(tmp_path, capsys):
    (tmp_path / "client").mkdir()
    (tmp_path / "client" / "ann.json").write_text("[1]")
    assert chat.main(["chat", "--customer", "ann", "--state", str(tmp_path)]) == 2
    assert "ann.json: not a message that waits" in capsys.readouterr().err


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


def test_json_renamed_with_an_outbox_and_the_number_as_key_survives_every_step_of_a_refund():
    assert len(workers.outcomes("JSON, rename, outbox", "2")) == 11
    assert bad_points("JSON, rename, outbox", 2) == []


def test_a_lost_fact_becomes_a_lost_refund_one_turn_later():
    assert "refund missing" in wrong("SQLite, autocommit", "1: turn written")


def test_a_transaction_around_the_payment_pays_twice_until_it_commits():
    before = ["provider paid", "refund noted", "turn written", "fact written"]
    assert bad_points("refund inside the transaction", 8) == before
    assert wrong("refund inside the transaction", "8: committed") == []


def test_a_payment_after_the_commit_is_lost_in_between():
    assert wrong("refund after the transaction", "2: committed") == ["refund missing", "remembered, not paid"]
    assert bad_points("refund after the transaction", 2) == ["committed"]


@pytest.mark.parametrize(
    "name", ["refund last in the transaction", "outbox, no key", "outbox, new key per send", "journalled steps, no key"]
)
def test_without_a_stored_key_one_step_stays_bad(name):
    assert bad_points(name, 9) == ["provider paid"]


def test_without_a_key_a_row_never_sent_twice_is_held_for_a_person_and_never_paid_twice():
    name = "outbox, no key, never sent twice"
    assert wrong(name, "2: marked tried") == wrong(name, "2: provider paid") == ["held for a person"]
    assert bad_points(name, 2) == ["marked tried", "provider paid"]


def test_a_client_without_numbers_is_paid_twice_for_what_was_committed_and_not_heard():
    after = ["committed", "provider paid", "marked sent"]
    name = "outbox, random key, no number"
    assert bad_points(name, 2) == after
    assert all("double refund" in wrong(name, f"2: {step}") for step in after)


def test_a_key_made_of_order_and_amount_swallows_the_second_mug_without_any_crash():
    assert workers.outcomes("outbox, content key", "3")[0] == ("no crash", ["refund missing", "remembered, not paid"])


@pytest.mark.parametrize("name", ["outbox, position key", "outbox, random key", BEST])
def test_a_stored_key_survives_every_crash_point_of_a_refund(name):
    steps = ["decided", "number kept", "turn written", "fact written", "refund noted", "committed"]
    steps += ["provider paid", "marked sent"]
    assert workers.outcomes(name, "2")[1:] == [(f"2: {step}", []) for step in steps]


def test_a_key_without_a_stored_decision_fails_once_the_model_answers_otherwise():
    assert bad_points("inside, message number as key", 2) == []
    twist = "inside, message number as key; model changes its mind"
    assert wrong(twist, "2: provider paid") == ["paid, not remembered"]
    assert bad_points(f"{BEST}; model changes its mind", 2) == []


def test_after_three_days_a_resent_refund_is_paid_twice_and_a_held_one_is_not():
    assert "double refund" in wrong(f"{BEST}; three days down, sends all", "2: provider paid")
    assert wrong(f"{BEST}; three days down, holds old rows", "2: provider paid") == ["held for a person"]


# Two crashes, and crashes inside a step


def two_turns(make: type) -> Case:
    return Case(make, script=TURNS[:2], whole=False)


def test_second_crashes_are_counted_in_the_recovery_only_before_a_message_is_sent(monkeypatch):
    monkeypatch.setattr(crash, "PAID", [("17", 20)])
    got, bad = crash.twice(two_turns(Agent)), crash.twice(two_turns(arms.NoKey))
    assert got["bad"] == 0 < bad["bad"]
    assert 0 < got["recovery"] < got["pairs"]
    assert got["same"] == got["points"], "a kill leaves what a copy holds"


def test_a_log_cut_inside_a_write_breaks_a_transaction_around_the_payment_and_not_an_outbox(monkeypatch):
    monkeypatch.setattr(crash, "PAID", [("17", 20)])
    states, bad = writes.every_write(two_turns(Agent))
    assert bad == 0 and states > len(writes.states(two_turns(Agent))), "there are states between the points"
    assert writes.every_write(two_turns(arms.EffectInside))[1] > 0


def test_the_states_between_two_points_are_the_log_cut_at_each_boundary_of_a_write():
    header, frame = storage.WAL_HEADER, storage.FRAME
    log = bytes(header + 2 * frame)
    before, after = (
        {"memory.db-wal": log[: header + frame], "provider.db": b"0"},
        {"memory.db-wal": log, "provider.db": b"1"},
    )
    found = writes.between(before, after)
    assert [len(state["memory.db-wal"]) - header - frame for state in found] == [0, 24, 24 + 2048, frame]
    assert [state["provider.db"] for state in found] == [b"0", b"0", b"0", b"1"]


def test_whatever_the_model_chooses_a_committed_promise_is_paid_once():
    best = choices.enumerate_choices(CASES[BEST])
    inside = choices.enumerate_choices(CASES["inside, message number as key"])
    assert best["tried"] > 100 and sum(best.values()) == best["tried"], "nothing else is counted"
    assert inside["memory and money differ"] > 0 and inside["no answer"] > 0
    assert choices.enumerate_choices(TWISTS[TRUSTING])["not hers"] > 0


# The agent


class Flaky(Provider):
    """Pays, and then the answer is lost."""

    fail = True

    def refund(self, order, amount, key, note=None):
        super().refund(order, amount, key)
        if self.fail:
            raise ConnectionError("no answer")


def test_a_timeout_after_the_payment_is_sent_again_under_the_same_key(tmp_path):
    provider = Flaky(tmp_path / "provider.db")
    support = Agent(tmp_path, provider)
    support.turn("n1", "ann", "Refund order 31")
    assert support.turn("n2", "ann", "Did my refund go through?") == "Requested, not confirmed: 35 euros for order 31."
    provider.fail = False
    support.drain()
    assert provider.ledger() == [("31", 35)]
    assert support.turn("n3", "ann", "Did my refund go through?") == "Yes: 35 euros for order 31."


def test_a_provider_that_knows_the_key_with_another_amount_refuses_and_the_row_waits_for_a_person(tmp_path):
    support = agent(tmp_path, clock=lambda: 1e9)
    support.provider.refund("17", 20, "ann:n1")
    with pytest.raises(KeyReused):
        support.provider.refund("31", 35, "ann:n1")
    support.turn("n1", "ann", "Refund order 31")
    assert support.provider.ledger() == [("17", 20)] and len(support.unsent()) == 1
    assert len(agent(tmp_path, clock=lambda: 1e9 + 2 * 86400).held()) == 1


def test_two_processes_draining_one_outbox_pay_once(tmp_path):
    one, two = agent(tmp_path), agent(tmp_path)
    one.provider.refund = lambda *_, **__: (_ for _ in ()).throw(ConnectionError)
    one.turn("n1", "ann", "Refund order 31")
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
        agent(tmp_path).turn("n2", "bob", "hello")  # another process writes meanwhile
        return rule_model(msg, memory)

    support = agent(tmp_path, model=slow)
    support.turn("n1", "ann", "hello")
    assert seen == [False]


def test_a_message_that_two_processes_answer_at_once_is_answered_and_paid_once(tmp_path):
    def slow(msg: str, memory: Memory) -> Decision:
        agent(tmp_path).turn(*MUG)  # the other process is faster
        return rule_model(msg, memory)

    assert agent(tmp_path, model=slow).turn(*MUG) == "I have requested 20 euros for a mug of order 17."
    assert agent(tmp_path).provider.ledger() == [("17", 20)]
    assert len(agent(tmp_path).contents()["turns"]) == 1


def test_a_message_that_comes_again_gets_the_reply_on_record_and_only_its_own_customer_gets_it(tmp_path):
    support = agent(tmp_path)
    reply = support.turn(*MUG)
    assert agent(tmp_path).turn(*MUG) == reply
    assert support.turn(MUG[0], "bob", "What is my address?") == "I have no address."
    assert support.provider.ledger() == [("17", 20)]


@pytest.mark.parametrize("make", [Agent, journal.Journalled, files.JsonOutbox, example.Agent])
def test_two_customers_who_number_their_messages_alike_are_both_paid(tmp_path, make):
    provider = Provider(tmp_path / "provider.db", sync="off")
    support = make(tmp_path, provider, model=rule_model, point=lambda label: None, clock=lambda: 1e9, sync="off")
    support.turn("n1", "ann", "Refund order 31")
    assert support.turn("n1", "bob", "Refund order 22") == "I have requested 45 euros for a kettle of order 22."
    assert provider.ledger() == [("31", 35), ("22", 45)]


def test_a_turn_forgotten_and_sent_again_pays_once_and_keeps_nothing(tmp_path):
    support = agent(tmp_path)
    support.turn(*MUG)
    support.forget("ann")
    assert agent(tmp_path).turn(*MUG) == GONE
    assert support.provider.ledger() == [("17", 20)]
    assert support.memory("ann").turns == [] and support.memory("ann").facts == {}


def test_the_design_that_deleted_the_number_with_the_words_pays_twice(tmp_path):
    support = agent(tmp_path, arms.NumberForgotten)
    support.turn(*MUG)
    support.forget("ann")
    agent(tmp_path, arms.NumberForgotten).turn(*MUG)
    assert support.provider.ledger() == [("17", 20), ("17", 20)]
    assert support.memory("ann").turns != []


def test_a_turn_sent_again_after_a_restored_backup_pays_once(tmp_path):
    support = agent(tmp_path)
    support.db.execute("vacuum into ?", (str(tmp_path / "backup.db"),))
    support.turn(*MUG)
    support.db.close()
    for file in tmp_path.glob("memory.db*"):
        file.unlink()
    (tmp_path / "backup.db").rename(tmp_path / "memory.db")
    restored = agent(tmp_path)
    assert restored.memory("ann").refunds == []
    restored.turn(*MUG)
    assert restored.provider.ledger() == [("17", 20)]
    assert restored.memory("ann").refunds == [("17", 20, True)]


def test_a_backup_put_back_after_the_keys_are_gone_pays_again_unless_the_ledger_is_read_by_its_notes():
    event = "a message comes again"
    assert later.restored(Agent)[event]["paid twice"] == 0
    assert later.restored(Agent, days=3)[event]["paid twice"] == 21
    assert later.restored(Agent, compare=True, days=3)[event]["paid twice"] == 0
    assert later.restored(arms.RandomKey, compare=True)[event]["paid twice"] == 10


def test_numbers_outside_the_backup_refuse_a_message_that_comes_again_when_keys_are_gone():
    event = "a message comes again"
    assert later.restored(kept.OutsideNumbers, days=3)[event]["paid twice"] == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(later, "OUTSIDE", "no such file")
        assert later.restored(kept.OutsideNumbers, days=3)[event]["paid twice"] == 21


def test_a_number_that_is_the_key_guards_the_money_and_does_not_keep_the_words_away():
    got = later.forgotten(kept.NumberKeyForgotten)["a message comes again"]
    assert got["paid twice"] == 0 < got["back"] == got["tried"]
    assert later.forgotten(kept.NumberKeyErased, days=3)["a message comes again"]["paid twice"] == 3


def test_a_ledger_whose_refunds_carry_no_number_does_not_set_a_restored_memory_right():
    class Noteless(Provider):
        def refund(self, order, amount, key, note=None):
            super().refund(order, amount, key, uuid.uuid4().hex)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(later, "Provider", Noteless)
        assert later.restored(Agent, compare=True, days=3)["a message comes again"]["paid twice"] > 0


@pytest.mark.parametrize(
    ("customer", "refund", "refunded"),
    [("bob", ("31", 35), []), ("ann", ("31", 3500), []), ("ann", ("31", 35), ["31"]), ("ann", ("99", 1), [])],
    ids=["not_his", "wrong_amount", "refunded_already", "no_such_order"],
)
def test_code_refuses_a_refund_that_the_model_should_not_have_asked_for(customer, refund, refunded):
    assert permitted(customer, Decision("ok", refund), refunded).refund is None
    assert permitted("ann", Decision("ok", ("31", 35)), []).refund == ("31", 35)


@pytest.mark.parametrize(
    ("msg", "reply", "refund"),
    [
        ("Please refund 3 mugs of order 17.", "I refund one item a message, and none yet: one mug of order 17?", None),
        ("My order 31 never came.", "I am sorry about order 31. Shall I refund it?", None),
        ("My order never came.", "Which order is it? Please give me its number.", None),
        ("Refund order 31 please, or don't.", "Do you want the refund or not? I have requested none.", None),
        ("Refund order 31.", "I have requested 35 euros for a lamp of order 31.", ("31", 35)),
        ("Refund order 22.", "I find no order 22 of yours.", None),
        ("I do not want a refund for order 31.", "Understood, no refund.", None),
    ],
)
def test_the_keyword_rules_say_what_they_do(msg, reply, refund):
    decision = rule_model(msg, Memory("ann", {}, [], []))
    assert (decision.reply, decision.refund) == (reply, refund)


def test_yes_to_an_offered_refund_is_a_refund():
    asked = rule_model("Order 31 is broken", Memory("ann", {}, [], []))
    memory = Memory("ann", dict(asked.facts), [("Order 31 is broken", asked.reply)], [])
    assert rule_model("Yes, please.", memory).refund == ("31", 35)
    assert rule_model("Yes, please.", Memory("ann", dict(asked.facts), [], [])).refund is None


def test_everything_acknowledged_as_noted_is_read_by_the_next_process(tmp_path):
    for i, msg in enumerate(["Write to me by email, I live at 5 Elm Street", "My address is now 9 Oak Avenue"]):
        assert agent(tmp_path).turn(f"n{i}", "ann", msg).startswith("Noted")
    assert agent(tmp_path).memory("ann").facts == {"channel": "email", "address": "9 Oak Avenue"}


# A reader's own agent


def test_the_example_survives_every_step_whatever_it_prints_and_breaks_when_its_key_is_left_out(tmp_path, capsys):
    text = Path(example.__file__).read_text()
    mine = tmp_path / "mine.py"
    mine.write_text(
        text.replace("decision = self.model(", "print('thinking about', msg)\n        decision = self.model(")
    )
    assert chat.main(["kill", str(mine), "--turn", "2"]) == 0
    mine.write_text(
        text.replace("self.provider.refund(order, euros, key, note=key)", "self.provider.refund(order, euros, None)")
    )
    workers.outcomes.cache_clear()
    assert chat.main(["kill", str(mine), "--turn", "2"]) == 1
    assert "2: provider paid            double refund" in capsys.readouterr().out


def lines(out: str) -> dict[str, str]:
    """What `kill` said of each event."""
    return {line[:40].strip(): line[40:] for line in out.splitlines()}


def kill(folder: Path, text: str) -> int:
    mine = folder / "mine.py"
    mine.write_text(text)
    workers.outcomes.cache_clear()
    return chat.main(["kill", str(mine)])


def test_an_agent_that_survives_every_kill_is_told_that_it_pays_twice_after_a_backup_and_after_forgetting(
    tmp_path, capsys
):
    text = Path(example.__file__).read_text()
    assert kill(tmp_path, text) == 0
    assert "36 backups and deletions, all messages sent again, 0 bad" in capsys.readouterr().out
    random = text.replace('row = (f"{customer}:{number}", customer, *', "row = (os.urandom(8).hex(), customer, *")
    random = random.replace("import sqlite3", "import os\nimport sqlite3")
    assert kill(tmp_path, random) == 1
    out = capsys.readouterr().out
    assert "44 crash points, 0 bad" in out and lines(out)["backup of turn 7 put back"] == "double refund"
    assert lines(out)["forgotten after turn 9"] == "ok"
    first = '"delete from heard where customer = ?", (customer,))\n'
    deleted = random.replace('"delete from said where', first + '        self.db.execute("delete from said where')
    assert kill(tmp_path, deleted) == 1
    assert lines(capsys.readouterr().out)["forgotten after turn 9"] == "double refund, words came back"


def test_an_agent_whose_key_guards_the_money_fails_if_words_come_back_or_if_keys_expire(tmp_path, capsys):
    text = Path(example.__file__).read_text()
    first = '"delete from heard where customer = ?", (customer,))\n'
    deleted = text.replace('"delete from said where', first + '        self.db.execute("delete from said where')
    assert kill(tmp_path, deleted.replace("insert into owed", "insert or ignore into owed")) == 1
    out = lines(capsys.readouterr().out)
    assert out["forgotten after turn 9"] == "words came back" and out["backup of turn 0 put back, keys gone"] == "ok"
    assert kill(tmp_path, text.replace("def restored(", "def unread(")) == 1
    out = lines(capsys.readouterr().out)
    assert out["backup of turn 0 put back"] == "ok"
    assert out["backup of turn 0 put back, keys gone"] == "double refund"
    assert out["forgotten after turn 9, keys gone"] == "ok"


def test_an_agent_that_is_wrong_without_a_crash_is_told_to_be_mended_first(tmp_path, capsys):
    assert kill(tmp_path, Path(example.__file__).read_text().replace("if decision.refund:", "if False:")) == 1
    assert "Fix this first" in capsys.readouterr().out


def test_an_agent_that_cannot_forget_is_told_so(tmp_path, capsys):
    assert kill(tmp_path, Path(example.__file__).read_text().replace("def forget(", "def erase(")) == 0
    assert "no method forget(customer)" in capsys.readouterr().out


def test_the_example_shows_a_reply_to_its_own_customer_only_and_answers_after_an_error(tmp_path):
    provider = Provider(tmp_path / "provider.db", sync="off")
    own = example.Agent(tmp_path, provider, rule_model, lambda label: None, lambda: 1e9, "off")
    own.turn("n1", "ann", "I live at 5 Elm Street.")
    assert own.turn("n1", "bob", "What is my address?") == "I have no address."
    own.model = lambda msg, memory: Decision("ok", facts=[("address",)])
    with pytest.raises(ValueError, match="not enough values"):
        own.turn("n2", "ann", "hello")
    own.model = rule_model
    assert own.turn("n2", "ann", "What is my address?") == "5 Elm Street"
    own.forget("ann")
    assert "Elm" not in own.turn("n1", "ann", "I live at 5 Elm Street.") and own.contents()["facts"] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (", "mine.py:1: SyntaxError: '(' was never closed"),
        ("x = 1\0", "mine.py: SyntaxError: source code string cannot contain null bytes"),
        ("import nothing_of_this_name", "mine.py:1: ModuleNotFoundError: No module named 'nothing_of_this_name'"),
        ("x = 1", "mine.py: it defines no class Agent"),
        ("class Agent:\n    def turn(self): ...", "mine.py: its class Agent has no method contents"),
        ("raise SystemExit(3)", "mine.py:1: SystemExit: 3"),
        (
            "class Agent:\n    def __init__(self, *a, **k): ...\n    def turn(self, *a):\n        return 1 / 0\n"
            "    def contents(self):\n        return {}",
            "mine.py:4: ZeroDivisionError: division by zero",
        ),
        (
            "class Agent:\n    def __init__(self, *a, **k): ...\n    def turn(self, *a): ...\n"
            "    def contents(self):\n        return []",
            'mine.py: contents() returned []; it needs a dict with "refunds", rows of (order, euros)',
        ),
        (
            "class Agent:\n    def __init__(self, *a, **k): ...\n    def turn(self, *a): ...\n"
            '    def contents(self):\n        return {"refunds": [], "turns": ["x"]}',
            "mine.py: contents()[\"turns\"] holds 'x'; its rows are (number, customer, message, reply)",
        ),
        (
            "import sys\nclass Agent:\n    def __init__(self, *a, **k): ...\n    def turn(self, *a): sys.exit(0)\n"
            "    def contents(self): ...",
            "mine.py:4: SystemExit: 0",
        ),
        (
            "import os\nclass Agent:\n    def __init__(self, *a, **k): ...\n    def turn(self, *a): os._exit(0)\n"
            "    def contents(self): ...",
            "mine.py:4: SystemExit: 0",
        ),
    ],
    ids=[
        "syntax",
        "null_bytes",
        "import",
        "no_agent",
        "no_contents",
        "exits",
        "fails_at_work",
        "contents_a_list",
        "turn_no_row",
        "turn_exits",
        "turn_exits_at_once",
    ],
)
def test_an_agent_that_cannot_be_used_is_named_with_its_line_in_one_line(tmp_path, capsys, text, said):
    mine = tmp_path / "mine.py"
    mine.write_text(text)
    assert chat.main(["kill", str(mine)]) == 2
    out, err = capsys.readouterr()
    assert said in err and len(err.splitlines()) == 1 and not out


@pytest.mark.parametrize("name", ["no such design", "missing.py", "folder.py"])
def test_a_name_that_is_no_agent_gets_one_line(tmp_path, capsys, name):
    (tmp_path / "folder.py").mkdir()
    assert chat.main(["kill", str(tmp_path / name)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_agent_without_crash_points_is_told_to_name_them(tmp_path, capsys):
    mine = tmp_path / "mine.py"
    mine.write_text(Path(example.__file__).read_text().replace("self.point(", "str("))
    assert chat.main(["kill", str(mine)]) == 2
    assert "no crash point" in capsys.readouterr().out


def test_a_crash_after_which_an_agent_cannot_restart_is_told_with_its_error(tmp_path, capsys):
    mine = tmp_path / "mine.py"
    text = Path(example.__file__).read_text()
    mine.write_text(text.replace("create table if not exists owed", "create table owed"))
    assert chat.main(["kill", str(mine), "--turn", "1"]) == 1
    assert "cannot restart: " in (out := capsys.readouterr().out) and "table owed already exists" in out


def test_an_agent_that_waits_for_ever_is_told_so(tmp_path, capsys, monkeypatch):
    mine = tmp_path / "mine.py"
    text = "import signal\nsignal.alarm = (lambda ring: lambda s: ring(s and 1))(signal.alarm)\n"  # one second for all
    mine.write_text(
        text + Path(example.__file__).read_text().replace("decision = self.model", "while True: self.model")
    )
    assert chat.main(["kill", str(mine)]) == 2
    assert "did not end within" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def model(msg, memory):\n    return 1 / 0", "mine.py:2: ZeroDivisionError: division by zero"),
        ("def model(msg, memory):\n    return 'ok'", "mine.py: model() returned 'ok', not a Decision"),
        ("model = 3", "mine.py: it defines no function model(msg, memory)"),
    ],
    ids=["fails", "no_decision", "no_function"],
)
def test_a_model_of_a_readers_that_fails_ends_the_chat_in_one_line(tmp_path, capsys, monkeypatch, text, said):
    mine = tmp_path / "mine.py"
    mine.write_text(text)
    monkeypatch.setattr("builtins.input", lambda _: "hello")
    assert chat.main(["chat", "--customer", "ann", "--state", str(tmp_path), "--model", str(mine)]) == 2
    err = capsys.readouterr().err
    assert said in err and len(err.splitlines()) == 1


def test_a_model_of_a_readers_answers_in_the_chat(tmp_path, capsys, monkeypatch):
    mine = tmp_path / "mine.py"
    mine.write_text(
        "from labs.customer_support_agent.adapter import asking\n"
        'model = asking(lambda prompt: \'{"reply": "Done.", "refund": "31"}\')'
    )
    said = iter(["My lamp is broken", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(said))
    assert chat.main(["chat", "--customer", "ann", "--state", str(tmp_path), "--model", str(mine)]) == 0
    assert agent(tmp_path).provider.ledger() == [("31", 35)]
    assert "not a language model" not in capsys.readouterr().out
