"""What the support agent's lab claims, each claim made false once; what it counts; the language model's door."""

import json
import os
import sqlite3
from collections import Counter
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from labs.customer_support_agent import (
    adapter,
    arms,
    crash,
    found,
    found_costs,
    found_later,
    found_more,
    hazards,
    kept,
    later,
    messages,
    numbering,
    spoken,
    storage,
    workers,
)  # fmt: skip
from labs.customer_support_agent.agent import MIGRATIONS, Agent
from labs.customer_support_agent.cases import BEST, CASES, TRUSTING, TWISTS
from labs.customer_support_agent.model import Memory
from labs.customer_support_agent.provider import Provider
from labs.record import Results

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
ANN = Memory("ann", {}, [], [])


def agent(folder: Path, **options) -> Agent:
    return Agent(folder, Provider(folder / "provider.db", sync="off"), sync="off", **options)


def held(results: Results) -> dict[str, bool]:
    return {name: claim.holds == (True,) for name, claim in results.claims.items()}


def test_two_lives_killed_at_one_step_hold_the_same_and_at_another_step_not(tmp_path):
    held_at = {}
    for step, folder in ((30, "a"), (30, "b"), (31, "c"), (58, "d")):
        (tmp_path / folder).mkdir()
        assert crash.killed(lambda point, to=tmp_path / folder: crash.live(CASES[BEST], to, False, point), step)[0]
        held_at[folder] = crash.held(tmp_path / folder)
    assert (tmp_path / "a" / "memory.db-wal").read_bytes() != (tmp_path / "b" / "memory.db-wal").read_bytes()
    assert held_at["a"] == held_at["b"] != held_at["d"]


# Claims on crashes, from all outcomes with one of them changed


@pytest.fixture(scope="module")
def killed():
    names = [*CASES, *TWISTS]
    found = workers.together([("suite", name) for name in names])
    return {name: [(label, wrong) for label, wrong in points] for name, points in zip(names, found, strict=True)}


def changed(killed, name, wrong, *steps):
    """The outcomes with `wrong` at every point of `name` that has one of the steps, or at all."""
    points = [(label, wrong if not steps or label.split(": ")[-1] in steps else was) for label, was in killed[name]]
    return {**killed, name: points}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("claim", "design", "wrong", "steps"),
    [
        ("window", "outbox, no key", ["double refund"], ["committed"]),
        ("transaction_is_no_better", "refund inside the transaction", [], ["provider paid"]),
        ("one_step_left", "journalled steps, no key", [], ["provider paid"]),
        ("format_is_not_it", "JSON, rename, outbox", ["double refund"], ["renamed"]),
        ("journal_needs_key", "journalled steps, no key", [], []),
        ("journal_needs_key", "journalled steps, no key", ["refund missing"], []),
        ("drained_at_start", f"{BEST}; not drained at the start", [], []),
        ("number_or_twice", BEST, ["double refund"], ["committed"]),
        ("once_is_held", "outbox, no key, never sent twice", ["double refund"], ["marked tried"]),
        ("new_keys_are_none", "outbox, new key per send", [], ["provider paid"]),
        ("content_swallows", "outbox, content key", [], []),
        ("decision_first", "inside, message number as key; model changes its mind", [], []),
        ("decision_first", "inside, message number as key; model changes its mind", ["fact lost"], []),
        ("old_rows_held", f"{BEST}; three days down, holds old rows", ["double refund"], ["provider paid"]),
    ],
)
def test_a_claim_on_crashes_is_false_when_a_design_ends_otherwise(killed, claim, design, wrong, steps):
    right, other = Results(), Results()
    found.add_crashes(right, killed)
    found.add_crashes(other, changed(killed, design, wrong, *steps))
    assert held(right)[claim] and not held(other)[claim]
    assert all(held(right).values())


TWICE = {name: {"pairs": 9, "bad": bad, "recovery": 2, "recovery_bad": 0, "points": 5, "same": 5}
         for name, bad in (("outbox, no key", 3), ("refund inside the transaction", 2), (BEST, 0))}  # fmt: skip
WRITES = {"outbox, no key": [9, 2], BEST: [9, 0]}
KINDS = ("tried", "paid twice", "not hers", "memory and money differ", "no answer")
CHOICES = {
    name: dict(zip(KINDS, counts, strict=True))
    for name, counts in {
        "outbox, no key": (9, 2, 0, 2, 0), "inside, message number as key": (9, 0, 0, 3, 1),
        "journalled steps, number as key": (9, 0, 0, 0, 0), TRUSTING: (9, 0, 4, 0, 0), BEST: (9, 0, 0, 0, 0),
    }.items()
}  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "change"),
    [
        ("two_crashes", lambda: TWICE[BEST].update(bad=1)),
        ("two_crashes", lambda: TWICE["outbox, no key"].update(bad=0)),
        ("copies_are_kills", lambda: TWICE[BEST].update(same=4)),
        ("inside_the_steps", lambda: WRITES.update({BEST: [9, 1]})),
        ("inside_the_steps", lambda: WRITES.update({"outbox, no key": [9, 0]})),
        ("whatever_it_chooses", lambda: CHOICES[BEST].update({"paid twice": 1})),
        (
            "whatever_it_chooses",
            lambda: CHOICES["outbox, no key"].update({"paid twice": 0, "memory and money differ": 0}),
        ),
        ("code_has_the_last_word", lambda: CHOICES[TRUSTING].update({"not hers": 0})),
    ],
)
def test_a_claim_on_deeper_crashes_needs_the_best_clean_and_the_bad_broken(monkeypatch, claim, change):
    right, other = Results(), Results()
    found_more.add_deeper(right, TWICE, WRITES, CHOICES)
    for name in ("TWICE", "WRITES", "CHOICES"):
        monkeypatch.setitem(globals(), name, json.loads(json.dumps(globals()[name])))
    change()
    found_more.add_deeper(other, TWICE, WRITES, CHOICES)
    assert held(right)[claim] and not held(other)[claim]


# Claims on forgetting and restoring, with a piece of the agent taken away


@pytest.fixture(scope="module")
def measured():
    """What is forgotten and restored, as it is; measured once."""
    return found_later.measured()


def claims(found) -> dict[str, bool]:
    results = Results()
    found_later.add_later(results, found)
    return held(results)


def test_every_claim_on_forgetting_and_restoring_holds(measured):
    assert all(claims(measured).values())


def forget_all(self, customer):
    """Deletes the numbers with the words."""
    self.db.execute("delete from heard where customer = ?", (customer,))
    self.db.execute("delete from facts where customer = ?", (customer,))
    self.db.execute("delete from turns where customer = ?", (customer,))
    return True


def numberless(renumbered, make, numbers):
    """The same with an agent that ignores the client's numbers."""
    return renumbered(arms.Unnumbered, numbers)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("owner", "piece", "instead", "touched", "false"),
    [
        (
            Agent,
            "forget",
            forget_all,
            [("forgotten", kept.RANDOM), ("forgotten", kept.NUMBER)],
            ["evening", "forget_paid_twice", "words_come_back", "only_the_number_survives", "kept_number_forgets"],
        ),
        (
            Agent,
            "key",
            arms.RandomKey.key,
            [("restored", kept.NUMBER)],
            ["restored_random_pays_twice", "restored_number_right", "only_the_number_survives"],
        ),
        (
            arms.PositionKey,
            "key",
            Agent.key,
            [("restored", kept.POSITION), ("forgotten", kept.POSITION)],
            ["restored_counters_fail", "only_the_number_survives"],
        ),
        (
            kept.RowKey,
            "key",
            Agent.key,
            [("restored", kept.ROW)],
            ["restored_counters_fail", "only_the_number_survives"],
        ),
        (
            Agent,
            "restored",
            lambda self: None,
            [("restored, ledger read", kept.NUMBER), ("both", kept.NUMBER), ("both", kept.NOTED)],
            ["expired_needs_ledger", "new_words_new_wish", "note_counts"],
        ),
        (later, "OUTSIDE", "no such file", [("restored, keys gone", kept.OUTSIDE)], ["expired_needs_ledger"]),
        (kept.OutsideNumbers, "drain", Agent.drain, [], ["outside_can_lose"]),
        (
            kept.NumberKeyForgotten,
            "key",
            arms.RandomKey.key,
            [("forgotten", kept.KEYED_DELETED), ("forgotten, keys gone", kept.KEYED_DELETED)],
            ["key_guards_money"],
        ),
        (kept.NumberKeyErased, "forget", Agent.forget, [("forgotten, keys gone", kept.ERASED)], ["key_guards_money"]),
        (Agent, "key", kept.SharedNumbers.key, [], ["number_of_a_customer"]),
        (numbering, "renumbered", partial(numberless, numbering.renumbered), [], ["old_number_swallows"]),
    ],
    ids=[
        "number_deleted",
        "key_random",
        "place_is_number",
        "row_is_number",
        "ledger_unread",
        "outside_lost",
        "outside_not_written",
        "deleted_random",
        "refunds_stay",
        "shared",
        "number_ignored",
    ],
)
def test_a_claim_on_forgetting_and_restoring_is_false_without_what_it_names(
    monkeypatch, measured, owner, piece, instead, touched, false
):
    monkeypatch.setattr(owner, piece, instead)
    found = {what: dict(designs) for what, designs in measured.items()}
    for what, name in touched:  # measured again; the rest stands as it was
        found[what][name] = found_later.RUNS[what][0](kept.KEPT[name])
    got = claims(found_later.compared(found))
    assert [name for name in false if got[name]] == []


def test_the_evening_of_the_post_pays_again_only_where_the_number_was_deleted(monkeypatch):
    told = found_later.evenings()
    assert [list(seen.values())[:3] for seen in told.values()] == [[20, 0, 20], [20, 0, 0], [20, 1, 0]]
    assert [seen["words"] > 0 for seen in told.values()] == [True, True, False]
    monkeypatch.setattr(kept.NumberForgotten, "hear", Agent.hear)
    monkeypatch.setattr(kept.NumberForgotten, "heard", Agent.heard)
    assert found_later.evenings()["random\nkey"]["again"] == 0


def test_a_second_refund_of_one_mug_of_four_stays_within_the_charge_and_a_second_lamp_does_not():
    mugs, lamps = ({("17", 20): 4}, {("17", 20): 5}), ({("31", 35): 1}, {("31", 35): 2})
    assert [later.within_charge(Counter(paid)) for paid in (*mugs, *lamps)] == [1, 0, 1, 0]
    assert later.evening(kept.NumberForgotten)["room"] == 1, "a cap on refunds would not have stopped the evening"
    late = later.restored(Agent, days=3)["a message comes again"]
    assert 0 < late["within"] < late["paid twice"]


# The statements of the post


def test_the_statements_of_the_post_promise_a_refund_once_and_find_it_until_it_is_confirmed_or_old():
    text = Path(later.__file__).with_name("once.sql").read_text(encoding="utf-8")
    text = "\n".join(line.partition("--")[0] for line in text.splitlines())
    one, two, begin, hear, promise, commit, unsent, confirmed = filter(str.strip, text.split(";"))
    assert " ".join(one.split()) == MIGRATIONS[0][0], "what the numbers cost is counted for the agent's own table"
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.execute(one)
    db.execute(two)
    said = {"customer": "ann", "number": "m8", "order_id": "17", "amount": 20}
    for statement in (begin, hear, promise, commit):
        db.execute(statement, {name: value for name, value in said.items() if f":{name}" in statement})
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(hear, {"customer": "ann", "number": "m8"})
    db.execute(hear, {"customer": "bob", "number": "m8"})
    assert db.execute(unsent).fetchall() == [("ann:m8", "17", 20)]
    for hours, rows in ((23, 1), (25, 0)):
        db.execute("update outbox set created = datetime('now', ?)", (f"-{hours} hours",))
        assert len(db.execute(unsent).fetchall()) == rows
    db.execute("update outbox set created = datetime('now')")
    db.execute(confirmed, {"key": "ann:m8"})
    assert db.execute(unsent).fetchall() == []


def test_places_counted_again_from_nothing_refuse_new_requests_after_a_deletion():
    assert later.forgotten(arms.PositionKey)["new requests"]["no answer"] > 0
    assert later.forgotten(Agent)["new requests"] == Counter({"tried": 9})


# A language model behind the door


def test_a_choosing_model_takes_what_the_message_makes_likelier():
    def score(prompt, endings):
        likely = {
            "I refund one mug of order 17.": 5.0,
            "I refund one lamp of order 31.": 3.0 * ("lamp" in prompt.split("now:")[1]),
        }
        return [likely.get(ending, 0.0) for ending in endings]

    assert adapter.choosing(score)("The lamp is broken", ANN).refund == ("31", 35)
    assert adapter.choosing(score, plain=True)("The lamp is broken", ANN).refund == ("17", 20)


def test_a_model_is_never_offered_or_shown_another_customers_order():
    bob = Memory("bob", {}, [], [])
    assert "17" not in adapter.context("hello", bob) and "mug" not in adapter.context("hello", bob)
    assert [decision.refund for _, decision in adapter.actions("hello", bob)] == [None, None, ("22", 45)]


@pytest.mark.parametrize(
    ("text", "refund"),
    [
        ('{"reply": "Done.", "refund": "31"}', ("31", 35)),
        ('Sure!\n```json\n{"reply": "Done.", "refund": 31}\n```', ("31", 35)),
        ('{"reply": "No.", "refund": null}', None),
        ('{"reply": "Hello."}', None),
    ],
)
def test_a_decision_in_json_is_read(text, refund):
    decision = adapter.asking(lambda prompt: text)("hello", ANN)
    assert decision.refund == refund and decision != adapter.UNREAD


UNREADABLE = ["", "I refund you.", "{", "[]", '"{"', "{}{}", '{"refund": "31"}', '{"reply": "", "refund": "31"}']
UNREADABLE += ['{"reply": 3, "refund": "31"}', '{"reply": "ok", "refund": true}', '{"reply": "ok", "refund": ["31"]}']


@pytest.mark.parametrize("text", [*UNREADABLE, '{"reply": "ok", "refund": "99"}'])
def test_what_cannot_be_read_as_a_decision_is_no_refund_and_says_that_a_colleague_answers(text):
    assert adapter.asking(lambda prompt: text)("refund order 31", ANN) == adapter.UNREAD


def test_the_messages_have_six_of_each_right_answer():
    assert Counter(right for _, right in messages.MESSAGES) == {0: 6, 1: 6, 2: 6, 3: 6}


def test_the_small_model_refunds_bobs_kettle_when_he_asks_for_anns_address_and_a_kill_changes_nothing():
    got = spoken.crashed(CASES[BEST])
    assert (5, "22", 45) in got["paid"] and got["differ"] == 0 < got["points"]
    assert spoken.crashed(CASES["outbox, no key"])["differ"] > 0, "the same kills change a design known to be bad"


def model() -> dict:
    marks = {"right": 11, "wrong refund": 8, "refund missed": 4}
    json_marks = {"right": 6, "wrong refund": 0, "refund missed": 12}
    crashed = {"points": 9, "differ": 0, "paid": [[5, "22", 45]], "asked": 1, "refused": 0}
    ways = {name: dict(json_marks if "JSON" in name else marks) for name in found_more.WAYS}
    return {"ways": ways, "table": [], "unread": 24, "crashed": crashed, "baseline": {**crashed, "differ": 4}}


@pytest.mark.parametrize(
    ("claim", "change"),
    [
        ("model_changes_nothing", lambda got: got["crashed"].update(differ=1)),
        ("model_changes_nothing", lambda got: got["baseline"].update(differ=0)),
        ("kettle", lambda got: got["crashed"].update(paid=[[5, "17", 20]])),
        ("kettle", lambda got: got["crashed"].update(paid=[[4, "22", 45]])),
        ("model_wrong_and_paid", lambda got: got["ways"][list(found_more.WAYS)[1]].update({"wrong refund": 0})),
        ("unread_is_no_refund", lambda got: got.update(unread=23)),
    ],
)
def test_a_claim_on_the_model_is_false_when_it_does_otherwise(claim, change):
    right, other, got = Results(), Results(), model()
    found_more.add_model(right, model())
    change(got)
    found_more.add_model(other, got)
    assert held(right)[claim] and not held(other)[claim]


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


def test_the_claim_on_bytes_is_false_when_json_is_never_cheaper(monkeypatch):
    monkeypatch.setattr(storage, "asked_of_linux", lambda *_: None)
    curves = {size: storage.curves(1000, size) for size in found_costs.SIZES}
    dear = {size: {**c, "JSON, rewritten": [n + 10**6 for n in c["JSON, rewritten"]]} for size, c in curves.items()}
    right, other = Results(), Results()
    found_costs.add_bytes(right, curves)
    found_costs.add_bytes(other, dear)
    assert held(right)["json_cheap_while_short"] and not held(other)["json_cheap_while_short"]


# Memory that is wrong, not lost


def test_a_forgotten_filter_hands_anns_address_to_bob():
    assert hazards.probe(Agent) == (0, "I have no address.")
    assert hazards.probe(hazards.Unfiltered) == (2, "5 Elm Street")


def test_the_harness_sees_a_context_that_holds_another_customers_words(tmp_path):
    with pytest.raises(crash.Leak):
        crash.watched(lambda msg, memory: None, "hello", Memory("bob", {"address": "5 Elm Street"}, [], []))


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
        support.turn(f"n{i}", "ann", "I live at 5 Elm Street")
    assert sum(hazards.hits(tmp_path)) > 0
    assert support.forget("ann")
    assert hazards.hits(tmp_path) == (0, 0)


def test_pieces_of_a_deleted_message_are_found_though_none_of_them_is_a_fact(tmp_path):
    support = agent(tmp_path)
    support.turn("n1", "ann", "My mother's maiden name is Featherstonehaugh. " + " ".join(map(str, range(2000))))
    deleted = hazards.texts(support.db, "ann")
    assert hazards.left(tmp_path, deleted, [])[0] > 300, "also where SQLite split the message over pages"
    support.db.execute("delete from turns")  # without an emptied log
    assert hazards.left(tmp_path, deleted, [])[0] > 300
    support.forget("ann")
    left, searched = hazards.left(tmp_path, deleted, [])
    assert left == 0 < searched


def test_a_piece_that_stays_in_another_customers_row_proves_nothing():
    assert hazards.left(Path("/nonexistent"), ["Understood, no refund."], ["Understood, no refund."]) == (0, 0)


def test_forget_says_so_when_an_open_reader_keeps_the_bytes(tmp_path):
    support = agent(tmp_path)
    support.turn("n1", "ann", "I live at 5 Elm Street")
    reader = sqlite3.connect(tmp_path / "memory.db", isolation_level=None)
    reader.execute("begin")
    reader.execute("select count(*) from facts").fetchone()
    support.db.execute("pragma busy_timeout=0")
    assert not support.forget("ann")
    assert sum(hazards.hits(tmp_path)) > 0
    reader.execute("commit")
    assert support.forget("ann")
    assert hazards.hits(tmp_path) == (0, 0)
