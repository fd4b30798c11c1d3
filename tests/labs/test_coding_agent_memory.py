"""Facts and their truth, the outcome of each check, and the command `lab coding-agent-memory check`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from labs.__main__ import main
from labs.coding_agent_memory.clone import Repository
from labs.coding_agent_memory.collect import Now, notes, now, outcome
from labs.coding_agent_memory.facts import Fact, Module, occurrences
from labs.coding_agent_memory.note import Note, Tree, read, stands

CODE = '''LIMIT = 30

def fetch(url, wait=LIMIT, tries=3):
    """Get a page."""
    if not url:
        raise ValueError(url)
    return client.get(url)
'''
LONG = "def fetch(\n    url,\n    wait,\n):\n    pass\n"


def fact(kind: str, code: str = CODE) -> Fact:
    return next(one for one in Module(code).facts() if one.kind == kind)


def after(kind: str, code: str, before: str = CODE, others: str = "") -> set[str]:
    """The outcome for the note of a kind once its file reads `code`."""
    later = Module(code)
    lines = {line.strip(): [] for line in (code + others).splitlines()}
    return outcome(fact(kind, before), Module(before), later, code == before, Now({}, lines, {}), False)


def test_each_kind_of_fact_quotes_the_line_that_holds_it():
    quoted = {one.kind: (one.symbol, one.detail, one.value, one.quotes[0]) for one in Module(CODE).facts()}
    assert quoted == {
        "constant": ("LIMIT", "", "30", "LIMIT = 30"),
        "arguments": ("fetch", "", ("url", "wait", "tries"), "def fetch(url, wait=LIMIT, tries=3):"),
        "default": ("fetch", "tries", "3", "def fetch(url, wait=LIMIT, tries=3):"),
        "call": ("fetch", "client.get", True, "return client.get(url)"),
        "exceptions": ("fetch", "", frozenset({"ValueError"}), "raise ValueError(url)"),
    }
    assert fact("arguments, several lines", LONG).quotes == ("def fetch(", "url,", "wait,", "):")


def test_a_symbol_that_a_file_defines_twice_gives_no_fact():
    assert not list(Module("def f(a):\n    pass\ndef f(a):\n    pass\n").facts())


@pytest.mark.parametrize(
    ("kind", "code", "true", "quote"),
    [
        ("arguments", CODE.replace("(url,", "(url: str,"), True, False),  # an annotation: true, and a false alarm
        ("arguments", CODE.replace("tries=3", "tries=3, proxy=None"), False, False),
        ("arguments", CODE.replace("fetch", "get") + "# def fetch(url, wait=LIMIT, tries=3):", False, False),
        ("default", CODE.replace("tries=3", "tries=4"), False, False),
        ("constant", CODE.replace("= 30", "= 60"), False, False),
        ("call", CODE.replace("client.get", "client.fetch"), False, False),
        ("exceptions", CODE + "    raise KeyError(url)\n", False, True),  # a fact wider than its line: missed
        ("exceptions", "# moved down\n" + CODE, True, True),
    ],
)
def test_truth_is_read_from_the_tree_and_not_from_the_quoted_line(kind, code, true, quote):
    found = after(kind, code)
    assert ("true" in found, "quote" in found) == (true, quote)


def test_each_check_sees_what_it_looks_at_and_nothing_else():
    everything = after("arguments", CODE)
    assert everything >= {"true", "symbol", "number", "hash", "body", "quote", "quotes", "block", "inside", "count"}
    assert "number" not in after("arguments", "# one line more\n" + CODE)
    assert "body" not in after("arguments", CODE.replace("client.get", "client.fetch"))
    assert "hash" not in after("constant", CODE + "\n")
    assert "count" not in after("constant", CODE + "def g():\n    LIMIT = 30\n")
    assert "anywhere" in after("constant", "", others="LIMIT = 30")
    assert "quote" not in after("constant", "", others="LIMIT = 30")


def test_a_parameter_added_to_a_long_signature_leaves_every_quoted_line_and_breaks_the_block():
    found = after("arguments, several lines", LONG.replace("    wait,\n", "    wait,\n    proxy,\n"), LONG)
    assert "true" not in found
    assert {"quote", "quotes"} <= found
    assert "block" not in found


def test_the_command_counts_a_block_as_the_lab_does_and_wants_it_once():
    twice = LONG + LONG
    for code, once in ((LONG, True), (LONG.replace("def fetch", "def  fetch"), True), (twice, False), ("", False)):
        module = Module(code)
        note = fact("arguments, several lines", LONG)
        assert module.has_once(note) is once
        assert (stands(code, "\n".join(note.quotes)) == 1) is once
    assert {"sole", "once", "words"} <= after("constant", CODE)
    assert "once" not in after("constant", CODE + "def g():\n    LIMIT = 30\n")
    assert "words" in after("constant", "# LIMIT once\n")


def test_blocks_that_share_a_line_break_are_both_counted():
    assert occurrences("\nx\nx\n", "\nx\n") == 2


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    (tmp_path / "a.py").write_text("def stay(a, b):\n    return b\n")
    (tmp_path / "b.py").write_text("def gone(a, b):\n    return b\n")
    (tmp_path / "test_c.py").write_text("def test(a):\n    pass\n")
    git("add", ".")
    git("commit", "-qm", "one")
    (tmp_path / "a.py").write_text("import os\n\n\ndef stay(a, b):\n    return b\n")
    (tmp_path / "b.py").rename(tmp_path / "d.py")
    git("add", ".")
    git("commit", "-qm", "two")
    return tmp_path


def test_a_note_whose_function_went_to_another_file_is_wrong_in_its_place_and_counted_as_moved(repository):
    clone = Repository(repository)
    found = {one.symbol: bits for _, one, bits in notes(clone, f"{clone.head}~1", now(clone))}
    assert found.keys() == {"stay", "gone"}  # the test file gives no notes
    assert {"true", "path", "quote"} <= found["stay"]
    assert not {"moved", "hash", "log", "number"} & found["stay"]
    assert {"moved", "anywhere", "home"} <= found["gone"]
    assert not {"true", "path", "quote"} & found["gone"]


def test_notes_are_lines_with_a_file_and_quoted_lines_outside_fences():
    text = (
        "- `f`: `a.py` `x = 1` `y = 2`\n- then `b/c.py` `` y = `z` ``\n```\n`a.py` `no`\n```\n- use `tabs`\n- `d.py`\n"
    )
    assert list(read(text)) == [
        Note(1, "a.py", "x = 1\ny = 2", ("f",)),
        Note(2, "b/c.py", "y = `z`"),
        Note(7, "d.py", ""),
    ]


def test_a_dotted_name_is_no_file_unless_its_ending_is_one():
    assert list(read("- `retry` reads `os.environ` `WAIT`\n", {"a.py"})) == []
    assert list(read("- gone: `config.toml` `wait = 3`\n", {"a.py"})) == [Note(1, "config.toml", "wait = 3")]
    assert list(read("- gone: `old.abc` `wait = 3`\n", {"new.abc"})) == [Note(1, "old.abc", "wait = 3")]


def test_a_tracked_file_without_slash_or_ending_is_a_file_too():
    assert list(read("- `Makefile` `all:`\n")) == []
    assert list(read("- `Makefile` `all:`\n", {"Makefile"})) == [Note(1, "Makefile", "all:")]


def test_a_line_stands_whatever_its_indentation_and_only_as_a_whole():
    assert stands("if x:\n    y  =  1\n", "y = 1") == 1
    assert stands("y = 10\n", "y = 1") == 0


def test_quoted_lines_stand_only_one_behind_the_other():
    assert stands(LONG, "def fetch(\nurl,\nwait,\n):") == 1
    assert stands(LONG.replace("    wait,\n", "    wait,\n    proxy,\n"), "def fetch(\nurl,\nwait,\n):") == 0


@pytest.mark.parametrize(
    ("note", "word", "why"),
    [
        (Note(1, "a.py", "def stay(a, b):"), "stands", ""),
        (Note(1, "a.py", "def stay(a):"), "gone", "does not have the line def stay(a):"),
        (Note(1, "a.py", "import os\nreturn b"), "gone", "not one behind the other"),
        (Note(1, "a.py", "def stay(a, b):", ("leave",)), "gone", "the name leave"),
        (Note(1, "b.py", "def gone(a, b):"), "moved", "but in d.py"),
        (Note(1, "b.py", "def never(a):"), "gone", "not there"),
        (Note(1, "a.py", ""), "uncheckable", "no quote"),
        (Note(1, "folder/", "pass"), "uncheckable", "is a folder; name the file"),
        (Note(1, "mark.py", "first = 1"), "stands", ""),
        (Note(1, "../x.py", "y"), "refused", "outside"),
        (Note(1, "bin.dat", "y"), "refused", "not UTF-8"),
        (Note(1, "twice.py", "pass"), "ambiguous", "2 times"),
    ],
)
def test_the_check_has_one_word_for_each_case(repository, note, word, why):
    (repository / "bin.dat").write_bytes(b"\xff\xfe\0")
    (repository / "twice.py").write_text("pass\npass\n")
    (repository / "mark.py").write_bytes(b"\xef\xbb\xbffirst = 1\n")
    (repository / "folder").mkdir()
    verdict = Tree(repository).check(note)
    assert verdict.word == word
    assert why in verdict.why


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("- `a.py` `def stay(a, b):`\n", 0, "1 note: 1 stands"),
        ("- `a.py` `def stay(a, b):`\n- `a.py`\n", 1, "NOTES.md:2: uncheckable"),
        ("nothing here\n", 1, "no line names a file and quotes it"),
    ],
)
def test_the_command_is_green_only_if_every_note_stands(repository, capsys, text, code, said):
    path = repository / "NOTES.md"
    path.write_text(text)
    assert main(["coding-agent-memory", "check", str(path), "--repo", str(repository)]) == code
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "none.md"], "No such file"),
        (["check", "latin.md"], "not UTF-8"),
        (["check", "ok.md", "--repo", "."], "no git work tree"),
        (["look"], "one command"),
    ],
)
def test_a_mistake_gets_one_line(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "latin.md").write_bytes(b"caf\xe9")
    (tmp_path / "ok.md").write_text("- `a.py` `x`\n")
    assert main(["coding-agent-memory", *arguments]) == 2
    captured = capsys.readouterr().err.strip()
    assert said in captured
    assert "\n" not in captured


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("see `src/retry.py:12` `BACKOFF = 30`", ("src/retry.py", "BACKOFF = 30", ())),
        ("see [retry](src/retry.py) for the wait", ("src/retry.py", "", ())),
        ("it waits, says src/retry.py:3-9.", ("src/retry.py", "", ())),
        ("`pay()` waits: `src/retry.py` `BACKOFF = 30`", ("src/retry.py", "BACKOFF = 30", ("pay",))),
        ("`Client.fetch` waits: `src/retry.py` `BACKOFF = 30`", ("src/retry.py", "BACKOFF = 30", ("Client", "fetch"))),
    ],
)
def test_a_file_with_a_line_number_in_a_link_or_behind_a_method_is_read(line, found):
    (one,) = read(line, {"src/retry.py"})
    assert (one.path, one.quote, one.names) == found
