"""The store that the post recommends, and the command `lab memory-hierarchy cut`, on input of a reader's own."""

from __future__ import annotations

import json

import pytest
from labs.__main__ import main
from labs.memory_hierarchy import cut, ranks, stack, store, story, windows, world
from labs.record import Results

ROWS = [
    {"id": "a", "time": "2026-03-01T09:00:00Z", "owner": "Northwind", "vector": [1, 0]},
    {"id": "b", "time": "2026-03-02T09:00:00Z", "owner": "Northwind", "vector": [0.9, 0.1]},
    {"id": "c", "time": "2026-05-01T09:00:00Z", "owner": "Bluepeak", "vector": [0.8, 0.2]},
    {"id": "d", "time": "2026-04-10T09:00:00+02:00", "owner": "Northwind", "vector": [0.1, 0.9]},
]
ASKED = {
    "question": "what happened", "owner": "Northwind", "vector": [1, 0],
    "from": "2026-04-01T00:00:00Z", "to": "2026-05-01T00:00:00Z",
}  # fmt: skip


def files(tmp_path, rows, asked, name="questions.jsonl"):
    memories, questions = tmp_path / "memories.jsonl", tmp_path / name
    memories.write_text("".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows))
    questions.write_text("".join(one if isinstance(one, str) else json.dumps(one) + "\n" for one in asked))
    return str(memories), str(questions)


def said(capsys, tmp_path, rows, asked, *options, name="questions.jsonl"):
    status = main(["memory-hierarchy", "cut", *files(tmp_path, rows, asked, name), *options])
    out = capsys.readouterr()
    return status, out.out.splitlines(), out.err.replace(f"{tmp_path}/", "").splitlines()


def test_the_command_says_what_exists_what_is_kept_and_how_far_to_fetch(capsys, tmp_path):
    status, lines, _ = said(capsys, tmp_path, ROWS, [ASKED], "--k", "3")
    assert status == 1
    kept = "1 rows exist, 0 kept after 3, 1 with the owner filtered first; all would take 4 of 4"
    assert lines[0].endswith(f"Northwind: {kept}")
    assert lines[1] == "1 questions, 0 without a row; of the others 1 lost rows, 1 all"


def test_with_all_rows_fetched_nothing_is_lost(capsys, tmp_path):
    status, lines, _ = said(capsys, tmp_path, ROWS, [ASKED], "--k", "4")
    assert status == 0
    assert "1 rows exist, 1 kept after 4; all would take 4 of 4" in lines[0]


def test_a_window_with_more_rows_than_are_fetched_says_that_dates_first_leaves_some_out_too(capsys, tmp_path):
    wide = {**ASKED, "from": "2000-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}
    _, lines, _ = said(capsys, tmp_path, ROWS, [wide], "--k", "1")
    there = int(lines[0].split(" rows exist")[0].rsplit(" ", 1)[1])
    assert there > 1
    assert lines[0].endswith(f"; with owner and dates first, 1 of these {there}")


def test_a_window_without_rows_is_told_apart_from_one_that_lost_them(capsys, tmp_path):
    before = {**ASKED, "from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z"}
    status, lines, _ = said(capsys, tmp_path, ROWS, [before, {**before, "owner": "Nobody"}])
    assert status == 0
    assert lines[0].endswith("Northwind: 0 rows exist in the window")
    assert lines[1].endswith("Nobody: 0 rows exist in the window; no memory has this owner")
    assert lines[2] == "2 questions, 2 without a row; of the others 0 lost rows, 0 all"


def test_a_window_holds_its_first_moment_and_not_its_last(tmp_path):
    rows = cut.memories(cut.Path(files(tmp_path, ROWS, [ASKED])[0]))
    moment = {"from": "2026-03-01T09:00:00Z", "to": "2026-03-02T09:00:00Z"}
    asked = cut.questions(cut.Path(files(tmp_path, ROWS, [{**ASKED, **moment}])[1]), 2)
    assert cut.answers(rows, asked, 20)[0].there == 1


@pytest.mark.parametrize(
    ("rows", "asked", "line"),
    [
        ([{**ROWS[0], "time": "2026-03-01T09:00:00"}], [ASKED], "jsonl:1: time '2026-03-01T09:00:00' has no time zone"),
        ([{**ROWS[0], "time": "yesterday"}], [ASKED], "memories.jsonl:1: time is 'yesterday'"),
        ([{**ROWS[0], "time": 17}], [ASKED], "memories.jsonl:1: time is 17"),
        ([ROWS[0], {**ROWS[1], "vector": [1, 2, 3]}], [ASKED], "memories.jsonl:2: a vector of 3 numbers, 2 in line 1"),
        ([ROWS[0], {**ROWS[1], "vector": None, "text": "x"}], [ASKED], "memories.jsonl:2: no vector, unlike line 1"),
        ([ROWS[0], ROWS[0]], [ASKED], "memories.jsonl:2: id 'a' is that of line 1"),
        ([{**ROWS[0], "vector": [0, 0]}], [ASKED], "memories.jsonl:1: vector is all zeros"),
        ([{**ROWS[0], "vector": ["x"]}], [ASKED], "memories.jsonl:1: vector is no list of numbers"),
        ([{**ROWS[0], "vector": [10**400, 1]}], [ASKED], "memories.jsonl:1: vector is no list of numbers"),
        ([{**ROWS[0], "vector": [float("nan"), 1]}], [ASKED], "memories.jsonl:1: vector is no list of numbers"),
        ([{**ROWS[0], "owner": " "}], [ASKED], "memories.jsonl:1: owner is ' '"),
        ([{"id": 1, "memory": "x", "user_id": "N", "created_at": ROWS[0]["time"]}], [ASKED],
         "memories.jsonl:1: no field `time`, `owner`, `text`; rename `memory`, `user_id`, `created_at`"),
        (['{"id": 1, "owner": "N", "owner": "M"}\n'], [ASKED], "memories.jsonl:1: two fields `owner`; one is wanted"),
        ([{"id": 1, "vector": [1, 0]}], [ASKED], "memories.jsonl:1: no field `time`, `owner`; add it"),
        (ROWS, [{"question": "x", "vector": [1, 0]}], "questions.jsonl:1: no field `owner`, `from`, `to`; add it"),
        (["{\n"], [ASKED], "memories.jsonl:1: not JSON"),
        (["[]\n"], [ASKED], "memories.jsonl:1: a list"),
        ([], [ASKED], "memories.jsonl: no memories in it"),
        (ROWS, [], "questions.jsonl: no questions in it"),
        (ROWS, [{**ASKED, "vector": [1]}], "questions.jsonl:1: a vector of 1 numbers, 2 in the memories"),
        (ROWS, [{**ASKED, "vector": None}], "questions.jsonl:1: the memories are vectors"),
        (ROWS, [{**ASKED, "to": "2026-04-01"}], "questions.jsonl:1: to '2026-04-01' has no time zone"),
        (ROWS, [{**ASKED, "to": ASKED["from"]}], "questions.jsonl:1: `to` is not after `from`"),
    ],
)  # fmt: skip
def test_malformed_input_gets_one_line_with_its_place(capsys, tmp_path, rows, asked, line):
    status, out, error = said(capsys, tmp_path, rows, asked)
    assert (status, out, len(error)) == (2, [], 1)
    assert line in error[0]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("what, then,N,2026-03-01T00:00:00Z,2026-03-09T00:00:00Z", "5 cells, 4 columns; put a text with a comma in"),
        ("what,N,2026-03-01T00:00:00Z", "3 cells, 4 columns"),
    ],
)
def test_a_line_of_csv_with_too_many_or_too_few_cells_is_told_so(capsys, tmp_path, line, says):
    table = f"question,owner,from,to\n{line}\n"
    status, out, error = said(capsys, tmp_path, ROWS, [table], name="questions.csv")
    assert (status, out, len(error)) == (2, [], 1)
    assert f"questions.csv:2: {says}" in error[0]


def test_a_column_that_is_there_twice_is_told_so(capsys, tmp_path):
    table = "question,owner,from,to,to\nwhat,N,2026-03-01T00:00:00Z,2026-03-09T00:00:00Z,2026-03-05T00:00:00Z\n"
    status, out, error = said(capsys, tmp_path, ROWS, [table], name="questions.csv")
    assert (status, out, len(error)) == (2, [], 1)
    assert "questions.csv:1: two columns `to`; one is wanted" in error[0]


@pytest.mark.parametrize("words", ["what\nhappened", "what\u2028happened"])
def test_a_cell_of_csv_keeps_the_line_break_in_its_text(tmp_path, words):
    table = f'question,owner,from,to\n"{words}",N,2026-03-01T00:00:00Z,2026-03-09T00:00:00Z\n'
    path = cut.Path(files(tmp_path, ROWS, [table], "questions.csv")[1])
    assert [one.text for one in cut.questions(path, 0)] == [words]


def test_the_example_shows_the_story_of_the_post_and_overwrites_nothing(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["memory-hierarchy", "example"]) == 0
    assert capsys.readouterr().out == "wrote memories.jsonl and questions.csv\n"
    assert main(["memory-hierarchy", "cut", "memories.jsonl", "questions.csv"]) == 1
    told = story.tell(Results(), world.world(0))
    there, last, own = len(told.wanted), told.ranks.max(), told.own
    line = f"{there} rows exist, 0 kept after 20; all would take {last} of {own}"
    assert capsys.readouterr().out.splitlines()[1].endswith(line)

    (tmp_path / "memories.jsonl").unlink()
    kept = (tmp_path / "questions.csv").read_text()
    assert main(["memory-hierarchy", "example"]) == 2
    assert "questions.csv: is there already; run `example` in another folder" in capsys.readouterr().err
    assert not (tmp_path / "memories.jsonl").exists()
    assert (tmp_path / "questions.csv").read_text() == kept


def test_questions_as_csv_ask_memories_that_are_texts(capsys, tmp_path):
    all_of = world.world(0)
    texts = [all_of.texts[all_of.text[row]] for row in range(3)]
    rows = [{**ROWS[i], "text": text, "vector": None} for i, text in enumerate(texts)]
    days = "2026-03-01T00:00:00Z,2026-03-09T00:00:00Z"
    table = f"question,owner,from,to\nWhat happened with Northwind in that fortnight?,Northwind,{days}\n"
    _, lines, error = said(capsys, tmp_path, rows, [table], name="questions.csv")
    assert error == []
    assert "2 rows exist, 2 kept after 20; all would take" in lines[0]


def test_the_command_finds_what_the_lab_finds(tmp_path):
    part = world.world(0).until(6)
    asked = windows.asked(part, lambda _: [0.0], owners=3)
    vectors = ranks.vectors()
    rows = [
        cut.Memory(row, str(row), world.START + cut.datetime.timedelta(days=float(part.day[row])),
                   world.OWNERS[part.owner[row]], None, tuple(map(float, vectors[part.text[row]])))
        for row in range(len(part))
    ]  # fmt: skip
    for one in asked:
        start = world.START + cut.datetime.timedelta(days=one.start)
        words = world.WINDOW.format(o=world.OWNERS[one.owner])
        direction = tuple(map(float, cut.embedding.embed([words])[0]))
        end = start + cut.datetime.timedelta(days=world.FORTNIGHT)
        question = cut.Question(1, words, world.OWNERS[one.owner], start, end, direction)
        found = cut.answers(rows, [question], len(part))[0]
        assert (found.there, found.kept) == (len(one.wanted), len(one.wanted))


def at(day):
    return f"{day}T00:00:00+00:00"


def filled():
    db = stack.sqlite3.connect(":memory:")
    db.executescript(store.SCHEMA)
    db.executemany(
        "insert into memories values (?, ?, ?, ?, ?)",
        [
            (1, at("2026-01-01"), "N", "plan", "starter"),
            (2, at("2026-02-01"), "N", "plan", "team"),
            (3, at("2026-03-01"), "M", "plan", "business"),
            (4, at("2026-02-01"), "N", "rule", "never on a Friday"),
            (5, at("2026-02-02"), "N", "plan", "starter"),
        ],
    )
    return db


def test_between_filters_first_and_says_how_many_there_are():
    rows, there = store.between(
        filled(),
        "N",
        at("2026-02-01"),
        at("2026-03-01"),
        {"starter": 2.0, "team": 1.0, "never on a Friday": 0.0}.get,
        k=1,
    )
    assert (rows, there) == ([(5, at("2026-02-02"), "starter")], 3)


@pytest.mark.parametrize(
    "spelt",
    ["2026-02-01T00:00:00Z", "2026-02-01T01:00:00+01:00", "2026-02-01 00:00:00+00:00", "2026-02-01T00:00+00:00",
     "2026-02-01T00:00:00", "2026-02-01"],
)  # fmt: skip
def test_a_time_in_another_spelling_is_refused_as_a_bound_and_as_a_row(spelt):
    db = filled()
    with pytest.raises(ValueError, match=r"is not UTC as datetime\.isoformat"):
        store.between(db, "N", spelt, at("2026-03-01"), lambda text: 0.0)
    with pytest.raises(ValueError, match=r"is not UTC as datetime\.isoformat"):
        store.between(db, "N", at("2026-01-01"), spelt, lambda text: 0.0)
    with pytest.raises(stack.sqlite3.IntegrityError):
        db.execute("insert into memories values (6, ?, 'N', 'plan', 'team')", (spelt,))


def test_with_times_as_sqlite_writes_them_the_window_of_the_post_begins_and_ends_a_day_late():
    db = stack.sqlite3.connect(":memory:")
    assert len(db.execute("select current_timestamp").fetchone()[0]) == len("2026-02-01 09:00:00")
    db.execute("create table memories (id integer primary key, time text, owner text, kind text, text text)")
    days = ["2026-01-31", "2026-02-01", "2026-02-02", "2026-02-14", "2026-02-15", "2026-02-16"]
    db.executemany("insert into memories values (?, ? || ' 09:00:00', 'N', 'call', 'x')", enumerate(days))
    rows, there = store.fortnight(db, lambda text: cut.np.ones(1), "what?", "N", stack.datetime.date(2026, 2, 1))
    assert ({row[1][:10] for row in rows}, there) == ({"2026-02-02", "2026-02-14", "2026-02-15"}, 3)


def test_a_row_on_a_bound_is_in_at_the_start_and_out_at_the_end_with_and_without_microseconds():
    db = filled()
    db.execute("insert into memories values (6, '2026-02-01T00:00:00.000001+00:00', 'N', 'plan', 'team')")
    rows, there = store.between(db, "N", at("2026-02-01"), at("2026-02-02"), lambda text: 0.0)
    assert ({row[0] for row in rows}, there) == ({2, 4, 6}, 3)
    assert store.between(db, "N", at("2026-01-01"), at("2026-02-01"), lambda text: 0.0)[1] == 1


def test_the_function_of_the_post_finds_the_fortnight_of_the_story_and_encodes_only_its_rows():
    all_of = world.world(0)
    told = story.tell(Results(), all_of)
    first = (world.START + stack.datetime.timedelta(days=told.start)).date()
    seen = []

    def encode(text):
        seen.append(text)
        return cut.embedding.embed([text])[0]

    question = world.WINDOW.format(o="Northwind")
    db = stack.filled(all_of)
    rows, there = store.fortnight(db, encode, question, "Northwind", first)
    texts = [all_of.texts[text] for text in all_of.text[told.wanted]]
    assert (sorted(text for _, _, text in rows), there) == (sorted(texts), len(told.wanted))
    assert sorted(seen) == sorted([question, *texts])
    assert store.fortnight(db, encode, question, "Northwind", stack.datetime.date(2020, 1, 1)) == ([], 0)


def test_newest_count_and_pinned_are_of_one_customer():
    db = filled()
    assert [row[0] for row in store.newest(db, "N", "plan")] == [5, 2, 1]
    assert [row[0] for row in store.newest(db, "N", "plan", k=1)] == [5]
    assert store.newest(db, "X", "plan") == []
    assert store.count(db, "N", "plan") == 3
    assert store.pinned(db, "N") == [("never on a Friday",)]


def test_like_lists_each_text_once_and_its_newest_time():
    found = store.like(filled(), "N", len, k=2)
    assert found == [("never on a Friday", at("2026-02-01")), ("starter", at("2026-02-02"))]
