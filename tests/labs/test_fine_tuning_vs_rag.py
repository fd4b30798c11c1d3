"""The lab's world, stores and prompts, and the command `lab fine-tuning-vs-rag stuck` on input of a reader's own."""

import datetime
import random
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from labs.__main__ import main
from labs.fine_tuning_vs_rag import ledger, reading, stores
from labs.fine_tuning_vs_rag.world import ATTRIBUTES, USERS, History, Row

HEAD = "key,time,text,question\n"
DOG = "alice/pet,2026-01-01,Alice owns a dog.,What pet does Alice own?\n"
PARROT = "alice/pet,2026-02-01,Alice owns a parrot.,What pet does Alice own?\n"
BOB = "bob/city,2026-02-01,Bob lives in Oslo.,Where does Bob live?\n"


def day(number: int) -> datetime.datetime:
    return datetime.datetime(2026, 1, number, tzinfo=datetime.UTC)


def said(capsys, tmp_path, text, *vectors):
    facts = tmp_path / "facts.csv"
    facts.write_text(text)
    options = []
    for option, value in zip(("--vectors", "--questions"), vectors, strict=False):
        path = tmp_path / f"{option[2:]}.npy"
        np.save(path, np.array(value))
        options += [option, str(path)]
    status = main(["fine-tuning-vs-rag", "stuck", str(facts), *options])
    out = capsys.readouterr()
    return status, out.out.replace(f"{tmp_path}/", "").splitlines(), out.err.replace(f"{tmp_path}/", "")


def test_a_fact_whose_old_row_is_nearer_is_named_with_both_lines(capsys, tmp_path):
    status, lines, _ = said(capsys, tmp_path, HEAD + DOG + PARROT + BOB, [[1, 0], [0, 1], [0, 1]], [[1, 0.1]] * 3)
    assert status == 1
    assert lines[0].startswith("facts.csv:3: alice/pet: 'Alice owns a parrot.' is the newest, but line 2 is nearer")
    assert lines[1] == "2 facts, 1 changed, of them 1 stuck on an older row"


def test_the_example_file_runs_without_the_model_and_finds_the_dog(capsys, monkeypatch):
    monkeypatch.delenv("MINILM_DIR", raising=False)
    assert main(["fine-tuning-vs-rag", "stuck", str(Path(ledger.__file__).with_name("ivan.csv"))]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "'Ivan owns a parrot.' is the newest" in lines[0]
    assert lines[0].endswith("'Ivan owns a dog.'")
    assert lines[1] == "2 facts, 1 changed, of them 1 stuck on an older row"


def test_a_fact_whose_newest_row_is_nearest_is_not_stuck(capsys, tmp_path):
    status, lines, _ = said(capsys, tmp_path, HEAD + DOG + PARROT, [[1, 0], [0, 1]], [[0.1, 1]] * 2)
    assert (status, lines) == (0, ["1 facts, 1 changed, of them 0 stuck on an older row"])


def test_the_newest_is_told_by_time_and_not_by_line(capsys, tmp_path):
    status, lines, _ = said(capsys, tmp_path, HEAD + PARROT + DOG, [[0, 1], [1, 0]], [[1, 0.1]] * 2)
    assert status == 1
    assert lines[0].startswith("facts.csv:2: alice/pet")


def test_two_texts_as_near_are_undecided_and_never_called_right(capsys, tmp_path):
    status, lines, _ = said(capsys, tmp_path, HEAD + DOG + PARROT, [[1, 0], [0, 1]], [[1, 1]] * 2)
    assert status == 1
    assert "as near to its question" in lines[0]
    assert lines[1].endswith("of them 0 stuck on an older row, 1 undecided between old and new")


def test_a_fact_that_returns_to_its_first_text_is_not_stuck_on_it(capsys, tmp_path):
    again = DOG.replace("2026-01-01", "2026-03-01")
    status, lines, _ = said(capsys, tmp_path, HEAD + DOG + PARROT + again, [[1, 0], [0, 1], [1, 0]], [[1, 0.1]] * 3)
    assert (status, len(lines)) == (0, 1)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "facts.csv:1: the columns are none; wanted: key, time, text, question"),
        (HEAD, "facts.csv: no rows in it"),
        ("key,time,text\n", "facts.csv:1: the columns are key, time, text; wanted"),
        (HEAD + DOG + BOB, "facts.csv: no key has two different texts, so no fact ever changed"),
        (HEAD + DOG + DOG, "facts.csv: no key has two different texts"),
        (HEAD + DOG + PARROT.replace("2026-02-01", "spring"), "facts.csv:3: the time 'spring' cannot be read; write"),
        (HEAD + DOG + PARROT.replace("2026-02-01", "2026-02-01T09:00Z"), "facts.csv:2: a time without a zone, line 3"),
        (HEAD + DOG + PARROT.replace("2026-02-01", "2026-01-01"), "facts.csv:3: as new as line 2 and of the same key"),
        (HEAD + DOG + "alice/pet,2026-02-01,Alice owns a cat, or two,Which?\n", "facts.csv:3: 5 cells for 4 columns"),
        (HEAD + DOG + "alice/pet,2026-02-01,,Which?\n", "facts.csv:3: text is empty; every row needs all four"),
        (HEAD + DOG + 'alice/pet,2026-02-01,"Alice,Which?\n', "facts.csv:3: not CSV"),
    ],
)
def test_malformed_facts_get_one_line_that_says_where_and_what(capsys, tmp_path, text, wrong):
    status, lines, error = said(capsys, tmp_path, text, [[1, 0], [0, 1]], [[1, 0]] * 2)
    assert (status, lines) == (2, [])
    assert wrong in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(
    ("vectors", "wrong"),
    [
        (([[1, 0]] * 3, [[1, 0]] * 2), "vectors.npy: 3 vectors, 2 rows of facts; they must be as many"),
        (([[1, 0]] * 2, [[1, 0, 0]] * 2), "questions.npy: 3 numbers a vector, 2 in"),
        (([[1, 0], [0, 0]], [[1, 0]] * 2), "vectors.npy: vector 2 is zero"),
        (([[1, float("nan")], [0, 1]], [[1, 0]] * 2), "vectors.npy: vector 1 is zero, too large or no number"),
        (([[1, 0], [1e308, 1e308]], [[1, 0]] * 2), "vectors.npy: vector 2 is zero, too large or no number"),
        (([1, 0], [[1, 0]] * 2), "vectors.npy: a matrix of numbers is wanted"),
        (([["a"], ["b"]], [[1, 0]] * 2), "vectors.npy: a matrix of numbers is wanted"),
        (([[1, 0]] * 2,), "--vectors and --questions go together"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_vectors_that_do_not_fit_are_refused(capsys, tmp_path, vectors, wrong):
    status, lines, error = said(capsys, tmp_path, HEAD + DOG + PARROT, *vectors)
    assert (status, lines) == (2, [])
    assert wrong in error


def test_without_the_model_the_command_asks_for_vectors(capsys, tmp_path, monkeypatch):
    monkeypatch.delenv("MINILM_DIR", raising=False)
    text = HEAD + DOG.replace("dog", "dog that nobody has embedded") + PARROT
    status, _, error = said(capsys, tmp_path, text)
    assert status == 2
    assert "give your own vectors: --vectors TEXTS.npy --questions QUESTIONS.npy" in error


def test_keys_keep_the_newest_value_of_each_fact():
    history = History(3)
    kept = stores.keyed(history.transcript, 0.0, 0)
    assert {row.fact: row.value for row in kept} == dict(enumerate(history.now[-1].tolist()))


def test_an_old_value_and_another_fact_are_told_apart():
    truth = History(0).now[0]
    answers = [Row(0, int(truth[0]), 0), Row(1, int(truth[1] + 1) % 4, 0), Row(0, 0, 0)]
    assert stores.outcome(answers, truth).tolist() == [0, 1, 2]


def test_rows_are_handed_over_oldest_first_and_never_another_users_among_ones_own():
    rows = History(1).transcript
    for fact, these in enumerate(stores.handed(rows, 0, 8, own=True)):
        assert [row.round for row in these] == sorted(row.round for row in these)
        assert {row.fact // 5 for row in these} == {fact // 5}


def test_a_margin_takes_the_newest_of_the_rows_almost_as_near_as_the_best():
    rows = History(0).transcript
    for fact, row in enumerate(stores.nearest(rows, 0, margin=0.08)):
        near = stores.similar(rows, 0)[fact]
        assert row == [other for other, close in zip(rows, near, strict=True) if close >= near.max() - 0.08][-1]
    assert stores.nearest(rows, 0, margin=2) == [rows[-1]] * 100


def test_of_equal_texts_the_older_is_handed_over_unless_the_newer_is_asked_for():
    rows = [Row(0, 0, 0), Row(0, 0, 1), Row(0, 0, 2)]
    assert stores.handed(rows, 0, 2)[0] == rows[:2]
    assert stores.handed(rows, 0, 2, newer=True)[0] == rows[1:]


def test_nothing_of_the_world_is_in_the_notes_of_training():
    values = {value for *_, words in reading.RELATIONS for value in words.split()}
    assert not set(reading.NAMES) & set(USERS)
    assert not values & {value for attribute in ATTRIBUTES for value in attribute.values}
    assert not {said for said, *_ in reading.RELATIONS} & {attribute.said for attribute in ATTRIBUTES}


def test_the_latest_line_of_a_made_up_fact_holds_its_answer():
    rng = random.Random(5)
    for _ in range(200):
        notes = reading.made_up(rng)
        for _, lead, answer in notes.asked:
            mine = [line for line in notes.lines if line.replace(" now", "").rsplit(" ", 1)[0] == lead]
            assert mine[-1].endswith(f" {answer}.")


def test_the_ledger_keeps_what_the_keyed_store_keeps_and_a_late_old_row_changes_nothing():
    db, history = sqlite3.connect(":memory:"), History(2)
    db.execute(ledger.SCHEMA)
    rows = [(USERS[row.fact // 5], str(row.fact % 5), str(row.value), day(row.round + 1)) for row in history.transcript]
    for row in (*rows, *rows[::-1]):  # everything arrives again, the oldest last
        ledger.remember(db, *row)
    for number, user in enumerate(USERS):
        mine = history.now[-1][5 * number : 5 * number + 5]
        assert sorted(ledger.current(db, user)) == sorted(map(str, mine.tolist()))


def test_a_key_that_is_spelt_otherwise_leaves_the_old_row():
    db = sqlite3.connect(":memory:")
    db.execute(ledger.SCHEMA)
    ledger.remember(db, "Alice", "pet", "Alice owns a dog.", day(1))
    ledger.remember(db, "Alice", "animal", "Alice owns a parrot.", day(2))
    assert ledger.current(db, "Alice") == ["Alice owns a dog.", "Alice owns a parrot."]


def test_the_later_of_two_zones_is_kept_whatever_its_text():
    db = sqlite3.connect(":memory:")
    db.execute(ledger.SCHEMA)
    ledger.remember(db, "Alice", "pet", "old", datetime.datetime.fromisoformat("2026-04-20T10:00:00+02:00"))
    ledger.remember(db, "Alice", "pet", "new", datetime.datetime.fromisoformat("2026-04-20T09:00:00Z"))
    assert ledger.current(db, "Alice") == ["new"]
    ledger.remember(db, "Alice", "pet", "newest", datetime.datetime.fromisoformat("2026-04-20T09:00:00.5Z"))
    ledger.remember(db, "Alice", "pet", "late", datetime.datetime.fromisoformat("2026-04-20T09:00:00Z"))
    assert ledger.current(db, "Alice") == ["newest"]


def test_a_time_without_a_zone_and_a_key_that_is_null_are_refused():
    db = sqlite3.connect(":memory:")
    db.execute(ledger.SCHEMA)
    with pytest.raises(ValueError, match="2026-04-20 00:00:00 has no time zone"):
        ledger.remember(db, "Alice", "pet", "dog", datetime.datetime(2026, 4, 20))
    for key in ((None, "pet"), ("Alice", None)):
        with pytest.raises(sqlite3.IntegrityError):
            ledger.remember(db, *key, "dog", day(1))
    assert ledger.current(db, "Alice") == []
