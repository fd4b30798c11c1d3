"""The tool of the post on shared memory: what it says of good, bad and unusable commands."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest
from labs.shared_vs_isolated_memory import probe
from labs.shared_vs_isolated_memory.example import keep
from labs.shared_vs_isolated_memory.probe import Told

APPEND = """import sys, time
time.sleep(0.3)
open("log", "a").write(sys.argv[1] + "\\n")
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.py").write_text(probe.EXAMPLE)
    (tmp_path / "good.py").write_text(APPEND)
    return tmp_path


def lab(capsys, *words: str) -> tuple[int, str, str]:
    code = probe.main(["probe", *words])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_the_example_loses_notes_and_the_tool_says_so(here, capsys):
    code, out, _ = lab(capsys, f"{sys.executable} bad.py", "cat MEMORY.md", "--rounds", "1")
    assert code == 1
    assert "acknowledged 8 of 8" in out
    assert probe.LOSES in out


def test_a_dump_that_prints_only_the_last_notes_is_no_loss(here, capsys):
    code, _, err = lab(capsys, f"{sys.executable} good.py", "tail -n 5 log", "--rounds", "1")
    assert (code, "one after another it does not print 3" in err, "not every note word for word" in err) == (
        2,
        True,
        True,
    )


def test_a_memory_that_rewords_is_no_loss(here, capsys):
    (here / "loud.py").write_text(APPEND.replace("sys.argv[1]", "sys.argv[1].upper()"))
    code, _, err = lab(capsys, f"{sys.executable} loud.py", "cat log", "--agents", "2")
    assert (code, "not every note word for word" in err) == (2, True)


def test_a_memory_that_loses_everything_together_gets_its_verdict():
    lines, code = probe.report(told(*[True] * 8), "")
    assert (code, lines[1], lines[-1]) == (1, "lost         8, the first is note-0", probe.LOSES)


def test_ctrl_c_reports_the_rounds_that_were_through(here, capsys, monkeypatch):
    rounds = iter([None, KeyboardInterrupt])

    def barrier(agents):
        if stop := next(rounds):
            raise stop
        return Barrier(agents)

    monkeypatch.setattr(probe, "alone", lambda *a: None)
    monkeypatch.setattr(probe, "Barrier", barrier)
    code, out, err = lab(capsys, f"{sys.executable} good.py", "cat log", "--rounds", "2")
    assert (code, "acknowledged 8 of 8" in out, err) == (0, True, "stopped after 1 of 2 rounds\n")


def test_ctrl_c_before_a_round_is_through_is_one_line(here, capsys, monkeypatch):
    monkeypatch.setattr(probe, "alone", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
    code, out, err = lab(capsys, "true", "true")
    assert (code, out, err.count("\n")) == (130, "", 1)


def test_the_tool_starts_without_drawing_anything():
    says = "import sys, labs.shared_vs_isolated_memory.probe; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", says], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_memory_that_appends_passes_and_is_not_called_proven(here, capsys):
    code, out, _ = lab(capsys, f"{sys.executable} good.py {{note}}", "cat log", "--rounds", "1")
    assert (code, "lost         0" in out, "no proof" in out) == (0, True, True)


def test_the_memory_to_copy_keeps_every_note(here, capsys):
    probe.main(["example", "good"])
    (here / "keep.py").write_text(capsys.readouterr().out)
    keep = f"{sys.executable} keep.py"
    code, out, _ = lab(capsys, keep, keep, "--rounds", "1")
    assert (code, "acknowledged 8 of 8" in out, "lost         0" in out) == (0, True, True)


def test_the_memory_to_copy_lets_one_do_a_task(tmp_path):
    db, begun = str(tmp_path / "memory.db"), Barrier(8)

    def agent(number: int) -> bool:
        begun.wait()
        return keep(db, "fix the build", lambda page: f"agent {number} did it\n")

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(agent, range(8))) == 1
    with closing(sqlite3.connect(db)) as con:
        assert con.execute("SELECT page FROM memory").fetchone()[0].count("did it") == 1


def test_too_few_overlaps_give_no_verdict(here, capsys):
    code, out, _ = lab(capsys, f"{sys.executable} good.py", "cat log", "--rounds", "1", "--agents", "2")
    assert (code, "No verdict: under 20 overlapping pairs" in out) == (3, True)


@pytest.fixture
def db(tmp_path):
    return str(tmp_path / "memory.db")


def page(db: str) -> str:
    with closing(sqlite3.connect(db)) as con:
        return con.execute("SELECT page FROM memory").fetchone()[0]


def test_the_memory_to_copy_makes_its_tables_and_gives_a_task_back_when_the_call_raises(db):
    def fails(page):
        raise TimeoutError("no answer")

    with pytest.raises(TimeoutError):
        keep(db, "a", fails)
    assert keep(db, "a", lambda page: "done\n")
    assert not keep(db, "a", lambda page: "again\n")
    assert page(db) == "done\n"


def test_the_memory_to_copy_lets_another_take_over_when_the_lease_ends_and_notes_once(db):
    def slow(page):
        assert keep(db, "a", lambda page: "second\n")
        return "first\n"

    assert not keep(db, "a", slow, lease=-1)
    assert page(db) == "second\n"


def test_the_memory_to_copy_keeps_others_out_while_the_lease_runs(db):
    def slow(page):
        assert not keep(db, "a", lambda page: "second\n")
        return "first\n"

    assert keep(db, "a", slow)
    assert page(db) == "first\n"


@pytest.mark.parametrize(
    ("save", "dump", "says"),
    [
        ("no-such-command-1", "cat log", "save: there is no command 'no-such-command-1'"),
        ("true", "no-such-command-2", "dump: there is no command 'no-such-command-2'"),
        ("", "cat log", "save: the command is empty"),
        ("tr'ue", "cat log", 'save: "tr\'ue" has an open quote'),
        ("false", "cat log", "save: nothing acknowledged, nothing tested; all 4 failed, the first with: exit status 1"),
        ("true", "cat nothing-here", "dump: exit status 1: cat: nothing-here"),
        ("true", "true", "dump: of 4 notes saved one after another it does not print 4: another place, not every note"),
        ("/", "true", "save: '/' cannot be run"),
        ("true", "cat no-folder/*.md", "; no shell reads the *: write sh -c '...' for that"),
        ("sh -c 'true | false'", "true", "the first with: exit status 1\n"),
        ("echo {note} >> log", "true", "even without overlap; no shell reads the >: write sh -c"),
    ],
)
def test_unusable_commands_get_one_line(here, capsys, save, dump, says):
    code, out, err = lab(capsys, save, dump, "--agents", "4", "--rounds", "1")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert says in err


@pytest.mark.parametrize("words", [("--agents", "1"), ("--rounds", "0"), ("--limit", "0")])
def test_numbers_out_of_range_get_one_line(here, capsys, words):
    code, _, err = lab(capsys, "true", "true", *words)
    assert (code, err.count("\n"), "--agents is 2 to 64" in err) == (2, 1, True)


def test_a_process_that_hangs_is_ended_and_counts_as_refused(here, capsys):
    code, _, err = lab(capsys, "sh -c 'sleep 30'", "true", "--agents", "2", "--rounds", "1", "--limit", "0.2")
    assert (code, "still running after 0.2 s" in err) == (2, True)


def told(*saved: bool) -> list[Told]:
    return [Told(f"note-{i}", ok, 0.0, 1.0, "no") for i, ok in enumerate(saved)]


def test_a_note_that_was_refused_and_is_there_is_named():
    lines, _ = probe.report(told(True, False), "note-0 note-1")
    assert "refused, and there all the same: 1, the first is note-1" in lines


def test_a_note_that_is_there_twice_is_no_success():
    lines, code = probe.report(told(*[True] * 8), " ".join(f"note-{i}" for i in range(8)) + " note-3")
    assert (code, lines[2]) == (1, "twice        1, the first is note-3")


def test_processes_one_after_another_do_not_overlap():
    assert probe.overlaps([Told("a", True, 0.0, 1.0, ""), Told("b", True, 1.0, 2.0, "")]) == 0
    assert probe.overlaps([Told("a", True, 0.0, 1.1, ""), Told("b", True, 1.0, 2.0, "")]) == 1
