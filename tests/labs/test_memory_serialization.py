"""The crash harness, the save that the post prints, and the command `lab memory-serialization check`."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest
from labs.__main__ import main
from labs.memory_serialization import (
    command,
    conversation,
    damage,
    designs,
    harness,
    pairs,
    resume,
    room,
    session,
    smalldisk,
    writers,
)
from labs.memory_serialization.harness import Finding
from labs.memory_serialization.room import judge, storage

MESSAGES = conversation.messages(0, 12)
OLD, NEW, THEN = MESSAGES[:4], MESSAGES[4], MESSAGES[5]


def found(name: str, **options) -> dict[str, Finding]:
    return {one.test: one for one in harness.check(*designs.DESIGNS[name], **options)}


@pytest.mark.parametrize("name", ["append", "SQLite"])
def test_the_append_and_sqlite_come_through_every_case_of_the_harness(name):
    for one in found(name, most=80).values():
        assert one.cases > 2
        assert (one.bad, one.torn, one.said, one.where) == (0, 0, "kept", "")


def test_the_replacing_save_loses_only_one_of_two_saves_at_once():
    tests = found("save", most=80)
    assert (tests["size limit"].bad, tests["killed"].bad) == (0, 0)
    assert (tests["two writers"].said, tests["two writers"].torn) == ("lost", 0)


@pytest.mark.parametrize(
    ("name", "test", "said"),
    [
        ("open and dump", "size limit", "unreadable"),
        ("open and dump", "killed", "unreadable"),
        ("open and dump", "two writers", "unreadable"),
        ("text first, in place", "size limit", "unreadable"),
        ("beside, fixed name", "two writers", "unreadable"),
        ("beside, process's name", "two writers", "unreadable"),
        ("append, plain", "size limit", "lost"),
        ("append, answer unread", "size limit", "lost"),
    ],
)
def test_the_harness_finds_each_known_bad_way(name, test, said):
    assert found(name)[test].said == said


def test_the_harness_finds_the_same_on_a_disk_as_in_memory(tmp_path, monkeypatch):
    memory = {name: found(name, most=40) for name in ("append", "open and dump", "save")}
    monkeypatch.setattr(room, "ROOM", str(tmp_path))
    assert {name: found(name, most=40) for name in memory} == memory


def test_a_size_limit_cuts_the_write_at_that_byte(tmp_path):
    path = tmp_path / "file"
    with harness.full_at(7), pytest.raises(OSError), path.open("wb") as file:
        file.write(b"0123456789")
    assert path.read_bytes() == b"0123456"
    path.write_bytes(b"0123456789")
    assert path.stat().st_size == 10


def test_every_byte_of_the_file_is_tried_and_the_cases_say_where():
    cases = harness.full_disk(*designs.DESIGNS["save"], OLD, NEW, THEN)
    assert len(cases) == len(json.dumps([*OLD, NEW]))
    assert [case.where for case in cases[:2]] == ["byte 0", "byte 1"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux' list of open files")
@pytest.mark.parametrize("way", designs.DESIGNS)
def test_no_way_to_save_leaves_a_file_open_where_a_write_fails(way):
    before = [*Path("/proc/self/fd").iterdir()]
    harness.full_disk(*designs.DESIGNS[way], OLD, NEW, THEN, most=20)
    assert len([*Path("/proc/self/fd").iterdir()]) == len(before)


def test_a_kill_comes_before_each_call_on_a_file_and_nothing_else_counts():
    cases = harness.kills(*designs.DESIGNS["append, plain"], OLD, NEW, THEN)
    ends = harness.kills(*designs.DESIGNS["open and dump"], OLD, NEW, THEN, ends=True)
    assert [case.where.split(" (")[0] for case in ends] == [
        "before open", "before __exit__", "before open", "before write", "before write", "before __exit__"
    ]  # fmt: skip
    assert [case.where for case in cases] == ["before open (1)", "before write (2)", "before __exit__ (3)"]
    assert storage(os.fsync)
    assert not storage(len)
    assert not storage(os.getpid)


def test_two_writers_of_four_calls_take_turns_in_seventy_orders():
    orders = writers.orders(4, 70)
    assert len(orders) == len(set(orders)) == 70
    assert {order.count("A") for order in orders} == {4}
    assert len(writers.orders(4, 69)) < 70


def test_two_writers_wait_for_each_others_lock():
    cases = writers.two_writers(*designs.DESIGNS["append"], OLD, NEW, THEN, 40, tail=b'{"n": 4, "te')
    assert {case.said for case in cases} == {"kept"}
    unlocked = writers.two_writers(
        *designs.DESIGNS["append, mended, no lock"], OLD, NEW, THEN, 100, tail=b'{"n": 4, "te'
    )
    assert "lost" in {case.said for case in unlocked}


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ([1, 2], "kept"),
        ([1, 2, 3], "kept"),
        ([2, 1], "kept"),
        ([1], "lost"),
        ([1, 2, 2], "changed"),
        ([1, 9], "changed"),
    ],
)
def test_an_outcome_is_the_worst_that_holds(stored, said):
    assert judge(lambda path: stored, Path(), [1, 2], [3]) == said


def test_what_raises_is_unreadable():
    assert judge(lambda path: 1 / 0, Path(), [1]) == "unreadable"


def test_the_harness_refuses_code_that_does_not_work_without_failures():
    with pytest.raises(ValueError, match="lost without any failure"):
        harness.check(lambda path, message: path.touch(), lambda path: [])


@pytest.mark.parametrize("tail", [b"", b'{"n": 9', b'{"n": 9}', b"\xff\xfe", b"\n"])
def test_append_leaves_a_file_that_any_reader_can_read(tmp_path, tail):
    path = tmp_path / "log"
    path.write_bytes(b'{"n": 1}\n' + tail)
    session.append(path, {"n": 2})
    whole = [{"n": 9}] if tail == b'{"n": 9}' else []
    if tail == b"\n":
        with pytest.raises(ValueError):
            session.load(path)
    else:
        assert designs.refusing(path) == session.load(path) == [{"n": 1}, *whole, {"n": 2}]


@pytest.mark.parametrize(("tail", "shown"), [(b"\n", "\\n"), (b"", "}"), (b'\n{"n": 2, "te', "e")])
def test_the_shell_line_of_the_post_shows_whether_the_last_line_is_ended(tail, shown, tmp_path):
    line = "tail -c 1 session.jsonl | od -An -c"
    assert f"`{line}`" in (Path(session.__file__).parents[2] / "posts/memory-serialization.md").read_text(
        encoding="utf-8"
    )
    (tmp_path / "session.jsonl").write_bytes(b'{"n": 1}' + tail)
    assert subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True).stdout.strip() == shown


def test_a_value_that_does_not_convert_touches_no_file(tmp_path):
    for save in (session.save, session.append):
        with pytest.raises(TypeError):
            save(tmp_path / "log", {"value": {1}})
    assert list(tmp_path.iterdir()) == []


def test_a_failed_save_leaves_no_temporary_file(tmp_path):
    with harness.full_at(3), pytest.raises(OSError):
        session.save(tmp_path / "log", "a long text")
    assert list(tmp_path.iterdir()) == []


def test_upgrades_run_in_order_and_newer_records_are_refused():
    steps = [lambda r: {**r, "b": r["a"]}, lambda r: {**r, "c": r["b"]}]
    assert session.upgraded({"a": 1}, steps) == {"a": 1, "b": 1, "c": 1, "v": 3}
    assert session.upgraded({"v": 2, "b": 1}, steps) == {"b": 1, "c": 1, "v": 3}
    with pytest.raises(ValueError, match="version 4; this code knows 3"):
        session.upgraded({"v": 4}, steps)


ANTHROPIC = [
    {"role": "assistant", "content": [{"type": "tool_use", "id": "a"}, {"type": "tool_use", "id": "b"}]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a"}]},
]  # fmt: skip
OPENAI = [
    {"role": "assistant", "tool_calls": [{"id": "a"}, {"id": "b"}]},
    {"role": "tool", "tool_call_id": "a", "content": ""},
    {"role": "user", "content": "well?"},
]


@pytest.mark.parametrize("messages", [ANTHROPIC, OPENAI])
def test_a_call_without_its_result_is_found_in_both_shapes(messages):
    assert pairs.unanswered(messages) == [(0, "b")]


@pytest.mark.parametrize("messages", [ANTHROPIC, OPENAI])
def test_a_repaired_conversation_answers_every_call_right_behind_it(messages):
    assert pairs.unanswered(pairs.repaired(messages)) == []
    assert pairs.repaired(pairs.repaired(messages)) == pairs.repaired(messages)
    assert pairs.repaired(messages[:1])[0] == messages[0]


def test_in_openais_shape_a_repair_adds_a_message_for_each_call_behind_the_one_that_makes_it():
    roles = [message["role"] for message in pairs.repaired(OPENAI)]
    assert roles == ["assistant", "tool", "tool", "user"]
    assert {m["tool_call_id"]: m["content"] for m in pairs.repaired(OPENAI)[1:3]} == {"a": "", "b": pairs.UNKNOWN}


def test_in_anthropics_shape_a_repair_puts_all_results_first_into_one_users_message():
    assert [message["role"] for message in pairs.repaired(ANTHROPIC)] == ["assistant", "user"]
    assert [b["tool_use_id"] for b in pairs.repaired(ANTHROPIC)[1]["content"]] == ["b", "a"]
    alone = pairs.repaired(ANTHROPIC[:1])
    assert [b["tool_use_id"] for b in alone[1]["content"]] == ["a", "b"]
    spoken = pairs.repaired([ANTHROPIC[0], {"role": "user", "content": "well?"}])
    assert [b["type"] for b in spoken[1]["content"]] == ["tool_result", "tool_result", "text"]
    assert len(spoken) == 2
    assert len(pairs.repaired([ANTHROPIC[0], {"role": "assistant", "content": "hm"}])) == 3


def test_a_message_stored_block_by_block_is_one_message():
    parts = [{"role": "assistant", "id": "m", "content": [block]} for block in ANTHROPIC[0]["content"]]
    answered = [
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": id_, "content": ""}]} for id_ in "ab"
    ]
    assert pairs.unanswered([*parts, *answered]) == []
    assert pairs.unanswered([*parts, answered[0]]) == [(1, "b")]
    assert pairs.unanswered(pairs.repaired(parts)) == []


def test_what_is_repaired_is_not_changed_in_the_store():
    before = json.dumps(ANTHROPIC)
    pairs.repaired(ANTHROPIC)
    assert json.dumps(ANTHROPIC) == before


def test_saving_keeps_the_files_mode_and_a_link_a_link(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("[]")
    real.chmod(0o600)
    link.symlink_to(real)
    session.save(link, [1])
    assert link.is_symlink()
    assert json.loads(real.read_bytes()) == [1]
    assert real.stat().st_mode & 0o777 == 0o600


def test_of_records_with_one_id_the_last_is_read_in_the_place_of_the_first():
    assert session.once([{"id": 1, "n": 1}, {"id": 2}, {"id": 1, "n": 2}]) == [{"id": 1, "n": 2}, {"id": 2}]


def check(path: Path, capsys, *options: str) -> tuple[int, str]:
    status = main(["memory-serialization", "check", str(path), *options])
    out, error = capsys.readouterr()
    return status, (out + error).replace(f"{path}: ", "")


LINE = b'{"n": 1, "role": "user", "text": "hi"}\n'
FILES = {
    "good.jsonl": (LINE * 2, 0, "2 records read, 0 faults found"),
    "torn.jsonl": (LINE + b'{"n": 2, "ro', 1, "line 2, byte 39: torn, 12 bytes"),
    "joined.jsonl": (LINE + b'{"n": 2, "ro' + LINE, 1, "line 2, byte 39: records joined on one line; 1 whole record"),
    "both.jsonl": (LINE + LINE[:-1] + LINE, 1, "2 whole records recovered"),
    "ending.jsonl": (LINE + LINE[:-1], 1, "complete, its newline is missing"),
    "zeros.jsonl": (LINE + b"\0" * 9 + b"\n" + LINE, 1, "line 2, byte 39: 9 zero bytes"),
    "latin.jsonl": (LINE + b'{"n": 2, "role": "", "text": "\xe9"}\n' + LINE, 1, "line 2, byte 39: byte 30 of it is no"),
    "half.jsonl": (b'{"text": "\\ud83d"}\n', 1, "half a character"),
    "middle.jsonl": (LINE + b"oh no\n" + LINE, 1, "line 2, byte 39: no JSON"),
    "inner.jsonl": (LINE + b'{"n": 2, "in": {"a": 1}, "x\n' + LINE, 1, "2 records read, 1 fault found"),
    "deep.jsonl": (b"[" * 100_000 + b"\n", 1, "line 1, byte 0: no JSON"),
    "blank.jsonl": (LINE + b"\n" + LINE, 0, "which JSON Lines does not allow"),
    "unknown.jsonl": (LINE, 0, "tool calls seen: 0, results: 0"),
    "orphan.jsonl": (json.dumps(OPENAI[1]).encode() + b"\n", 1, "record 1: a result for call a, which no record makes"),
    "nested.jsonl": (b'{"a": 1}\n{"b": 1}\n{"n": 2, "in": {"c": 1}\n', 1, "2 records read, 1 fault found"),
    "call.jsonl": (LINE + b'{"n": 2, "ro' + json.dumps(OPENAI[0]).encode() + b"\n", 1, "record 2: call a has no"),
    "first.jsonl": (b'{"n": 2, "ro' + LINE + LINE, 1, "2 records read, 1 fault found"),
    "lead.json": (b'[{"n": 1}, {"n": 2}, {"euros": ', 1, "2 whole records before that"),
    "object.json": (b'{"v": 1, "messages": [{"n": 1}, {"n": ', 1, "1 whole record before that"),
    "calls.json": (json.dumps(OPENAI).encode(), 1, "record 1: call b has no result behind it"),
    "wrapped.json": (json.dumps({"messages": OPENAI}).encode(), 1, "call b has no result"),
    "torn.json": (b'[{"a": 1}', 1, "1 whole record before that; look for a temporary file or a copy beside it"),
    "other.json": (b"3", 0, "no list of messages"),
    "lines.json": (LINE * 2, 2, "give it the ending .jsonl"),
    "empty.json": (b"", 2, "0 bytes: look for a temporary file"),
    "null.json": (b"\0" * 5, 2, "5 zero bytes and nothing else"),
    "marked.json": (b"\xef\xbb\xbf[" + LINE + b"]", 1, "1 record read, 1 fault found"),
    "marked.jsonl": (b"\xef\xbb\xbf" + LINE + LINE[:9], 1, "begins with a byte order mark, which many readers refuse"),
    "place.jsonl": (b"\xef\xbb\xbf" + LINE + LINE[:9], 1, "line 2, byte 42: torn, 9 bytes"),
    "lines.jsonl": (b"\n \r\n", 2, "4 bytes: look for a temporary file or a copy beside it"),
    "nan.jsonl": (b'{"n": NaN, "m": -Infinity}\n', 1, "line 1, byte 0: NaN is no value of JSON, so other readers"),
    "huge.json": (b'[{"n": 1e999}]', 1, "1e999 is no value of JSON, so other readers refuse it; it is read as null"),
    "twice.jsonl": (b'{"n": 1, "n": 2}\n', 1, '"n" stands twice in one object; the last is read, as most readers do'),
    "not.db": (b"not a database" * 50, 2, "SQLite says: file is not a database"),
    "notes.txt": (b"hi", 2, "its ending is none of"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_look_at_a_file_says_where_and_what_is_wrong(name, tmp_path, capsys):
    content, status, line = FILES[name]
    (tmp_path / name).write_bytes(content)
    said = check(tmp_path / name, capsys)
    assert said[0] == status
    assert line in said[1]
    assert "Traceback" not in said[1]


def test_a_database_is_read_and_not_written(tmp_path, capsys):
    path = tmp_path / "s.db"
    designs.inserted(path, OPENAI[0])
    before = path.read_bytes()
    status, said = check(path, capsys)
    assert status == 1
    assert "record 1: call a has no result behind it" in said
    assert "it compares no checksum" in said
    assert path.read_bytes() == before
    assert "no such table: other" in check(path, capsys, "--table", "other")[1]


def test_repair_recovers_the_swallowed_record_and_never_writes_in_place(tmp_path, capsys):
    path, out = tmp_path / "s.jsonl", tmp_path / "new.jsonl"
    path.write_bytes(LINE + b'{"n": 2, "ro' + LINE.replace(b"1", b"3") + LINE[:5])
    before = path.read_bytes()
    assert "wrote" in check(path, capsys, "--repair", str(out))[1]
    assert [record["n"] for record in session.load(out)] == [1, 3]
    assert path.read_bytes() == before
    assert "is there already" in check(path, capsys, "--repair", str(out))[1]
    assert str(tmp_path / "none" / "out") in check(path, capsys, "--repair", str(tmp_path / "none" / "out"))[1]
    assert {file.name for file in tmp_path.iterdir()} == {"s.jsonl", "new.jsonl"}


def test_repair_writes_every_record_behind_a_byte_order_mark_and_nothing_that_is_no_json(tmp_path, capsys):
    path, out = tmp_path / "s.json", tmp_path / "new.jsonl"
    path.write_bytes(b'\xef\xbb\xbf[{"n": NaN}, {"n": 1}, {"n": ')
    check(path, capsys, "--repair", str(out))
    assert out.read_text() == '{"n": null}\n{"n": 1}\n'


def test_repair_recovers_what_open_and_dump_left_of_a_session(tmp_path, capsys):
    path, out = tmp_path / "s.json", tmp_path / "new.jsonl"
    with pytest.raises(TypeError):
        designs.dump(path, [*MESSAGES, {"euros": {1}}])
    check(path, capsys, "--repair", str(out))
    assert session.load(out) == MESSAGES


def test_the_folder_of_a_killed_run_is_taken_away_and_a_living_ones_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "ROOM", str(tmp_path))
    child = subprocess.Popen(["true"])
    child.wait()
    dead, alive = (tmp_path / f"{room.PREFIX}{pid}-x" for pid in (child.pid, os.getpid()))
    dead.mkdir()
    alive.mkdir()
    room.swept()
    assert (dead.exists(), alive.exists()) == (False, True)


ENDS = """import json, sys
def append(p, m):
    with open(p, "a") as f: f.write(json.dumps(m) + "\\n")
def load(p):
    try: return [json.loads(line) for line in open(p)]
    except ValueError: sys.{}
"""
CODE = {
    "good.py": ("from labs.memory_serialization.session import append, load\n", 0, "two writers"),
    "bad.py": (
        "import json\ndef save(path, messages):\n    with open(path, 'w') as f: json.dump(messages, f)\n"
        "def load(path): return json.loads(open(path).read())\n", 1, "the worst unreadable (byte 0)",
    ),
    "empty.py": ("", 2, "it defines no function load; wanted: append(path, message) or save(path, messages)"),
    "syntax.py": ("x = 1\ndef save(:\n", 2, "line 2: invalid syntax"),
    "raises.py": ("def append(path, m):\n    path.mkdir()\ndef load(path): return []\n", 2, "line 2: FileExistsError"),
    "wrong.py": ("def append(m): pass\ndef load(path): return []\n", 2, "append does not take 2 arguments"),
    "async.py": ("async def append(p, m): pass\ndef load(p): return []\n", 2, "append is async; wrap it in a plain"),
    "exits.py": (ENDS.format("exit(0)"), 1, "size limit  30 cases: 6 of 30 cases bad, the worst unreadable"),
    "ends.py": ("import sys\ndef append(p, m): sys.exit(0)\ndef load(p): return []\n", 2, "line 2: SystemExit: 0"),
    "forgets.py": ("def append(path, m): path.touch()\ndef load(path): return []\n", 2, "lost without any failure"),
}  # fmt: skip


@pytest.mark.parametrize("name", CODE)
def test_a_readers_own_code_is_tried_or_refused_in_one_line(name, tmp_path, capsys):
    text, status, line = CODE[name]
    (tmp_path / name).write_text(text)
    said = check(tmp_path / name, capsys, "--most", "30")
    assert said[0] == status
    assert line in said[1]
    assert "Traceback" not in said[1]


@pytest.mark.parametrize(("how", "said"), [("", True), (", timeout=0", False)])
def test_a_database_that_waits_is_told_of_before_the_writers_are_tried(how, said, tmp_path, monkeypatch, capsys):
    path = tmp_path / "mine.py"
    path.write_text(
        "import json, sqlite3\n"
        f"def append(path, m):\n    with sqlite3.connect(path{how}) as db:\n"
        "        db.execute('create table if not exists t (b)')\n"
        "        db.execute('insert into t values (?)', [json.dumps(m)])\n    db.close()\n"
        "def load(path):\n    db = sqlite3.connect(path)\n"
        "    rows = [json.loads(b) for b, in db.execute('select b from t')]\n    db.close()\n    return rows\n"
    )
    seen = []
    monkeypatch.setattr(harness, "two_writers", lambda *arm: seen.append(capsys.readouterr()) or [])
    assert command.main(["check", str(path), "--most", "10"]) == 0
    assert ("Pass timeout=0" in seen[0].err) == said
    assert seen[0].out.count("cases: nothing lost") == 2  # what is known already has been printed


@pytest.mark.parametrize(
    "argv", [[], ["look"], ["check"], ["check", "x.json", "--most", "many"], ["check", "gone.jsonl"]]
)
def test_a_mistake_in_the_command_is_one_line(argv):
    with pytest.raises(ValueError) as error:
        command.main(argv)
    assert "\n" not in str(error.value)


def test_what_is_found_in_a_broken_line_has_the_keys_of_a_record():
    one, other = frozenset({"n", "role", "x"}), frozenset({"n", "role"})
    assert damage.plausible({"n": 1, "role": ""}, [one, other])
    assert not damage.plausible({"a": 1}, [other])
    assert not damage.plausible({"c": 1}, [frozenset({"a"}), frozenset({"b"})])
    assert not damage.plausible({"c": 1}, [])
    spoken, call = frozenset({"role", "content"}), {"role": "assistant", "tool_calls": [{"id": "a"}]}
    assert damage.plausible(call, [spoken])
    assert damage.plausible({"role": "tool", "tool_call_id": "a"}, [spoken])
    assert not damage.plausible(call, [frozenset({"type", "message"})])  # the record is the one around it
    assert not damage.plausible({"role": "x"}, [spoken])


def test_sqlite_refuses_the_second_writer_and_keeps_what_it_took(tmp_path):
    path = tmp_path / "s.db"
    designs.inserted(path, NEW)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        designs.inserted(path, THEN)
    other.execute("rollback")
    assert designs.rows(path) == [NEW]


def test_where_no_file_system_can_be_mounted_the_command_says_so_in_one_line(monkeypatch):
    monkeypatch.setattr(smalldisk, "measured", Path("/nowhere/at/all").read_bytes)
    with pytest.raises(ValueError, match="it takes Linux, and root"):
        command.main(["disk", "2026-11-26"])


def test_something_else_takes_what_is_free_before_each_call_on_a_file(tmp_path, monkeypatch):
    taken = []
    monkeypatch.setattr(smalldisk, "fill", taken.append)
    smalldisk.taking(lambda: designs.appended(tmp_path / "log", NEW), tmp_path / "ballast")
    assert len(taken) == len(harness.steps(designs.appended, tmp_path / "log", NEW)) == 3


@pytest.mark.parametrize("way", smalldisk.WAYS.values())
def test_a_session_put_on_the_small_disk_in_one_go_is_what_the_way_would_have_saved(way, tmp_path):
    smalldisk.begun(way, tmp_path / "session", OLD)
    assert designs.DESIGNS[way][1](tmp_path / "session") == OLD


@pytest.mark.parametrize("length", smalldisk.LENGTHS)
def test_long_lines_have_the_length_that_is_told_and_differ(length):
    lines = [designs.line_of(message) for message in smalldisk.long_lines(length, smalldisk.LONG + 2)]
    assert {len(line) for line in lines} == {length}
    assert len({*lines}) == len(lines)


ASKS = {"role": "assistant", "tool_calls": [{"id": "r1", "function": {"name": "refund"}}]}


def test_a_call_is_in_the_session_before_its_tool_runs_and_its_result_is_there_afterwards(tmp_path):
    path, seen = tmp_path / "session.jsonl", []

    def run(call):
        seen.append(session.load(path))
        return f"refunded under {call['id']}"

    resume.make(path, ASKS, {"refund": resume.Tool(run)})
    assert seen == [[ASKS]]
    assert session.load(path) == [ASKS, {"role": "tool", "tool_call_id": "r1", "content": "refunded under r1"}]


def test_a_tool_that_dies_leaves_its_call_open(tmp_path):
    def run(call):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resume.make(tmp_path / "session.jsonl", ASKS, {"refund": resume.Tool(run)})
    assert pairs.unanswered(session.load(tmp_path / "session.jsonl")) == [(0, "r1")]


@pytest.mark.parametrize(
    ("again", "found", "answer", "runs"),
    [
        ("only reads", None, "ran", 1),
        ("takes a key", None, "ran", 1),
        ("look first", None, "ran", 1),
        ("look first", "found", "found", 0),
        ("look first", "", "", 0),
        ("ask a person", None, pairs.UNKNOWN, 0),
        ("a kind that nobody wrote down", None, pairs.UNKNOWN, 0),
    ],
)
def test_an_open_call_is_run_again_only_if_its_tool_says_so(again, found, answer, runs):
    ran = []
    tool = resume.Tool(lambda call: ran.append(call) or "ran", again, lambda call: found)
    assert resume.settle(ASKS["tool_calls"][0], tool) == answer
    assert len(ran) == runs
    assert resume.Tool(tool.run).again == "ask a person"


def test_the_code_that_post_and_notes_print_runs_as_copied(tmp_path):
    def section(module, name):
        text = Path(module.__file__).read_text()
        return text.split(f"[start:{name}]\n")[1].split("# --8<--")[0]

    names = (fcntl, json, os, Path, IO, Any, Callable, Mapping, dataclass)  # what the notes' blocks import
    copied = {getattr(one, "__name__", getattr(one, "_name", None)): one for one in names} | {"__name__": "copied"}
    printed = [section(session, name) for name in ("append", "mend", "load")] + [section(resume, "tool")]
    exec(compile("".join(printed), "copied", "exec", dont_inherit=True), copied)
    path = tmp_path / "session.jsonl"
    path.write_bytes(b'{"n": 1}\n{"n": 2')
    assert copied["load"](path) == [{"n": 1}]
    copied["make"](path, ASKS, {"refund": copied["Tool"](lambda call: "refunded")})
    assert [one.get("content") for one in copied["load"](path)[1:]] == [None, "refunded"]
