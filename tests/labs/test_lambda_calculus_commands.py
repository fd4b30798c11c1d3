"""The commands a reader uses: fresh items, answers of known and own solvers, grades; bad input gets one clear line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from labs.__main__ import main as lab
from labs.lambda_calculus_benchmark import cli
from labs.lambda_calculus_benchmark.notation import parse
from labs.lambda_calculus_benchmark.terms import flat, key, nameless, normalise


def rows_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def emitted(tmp_path):
    def emit(stratum, n=12, *more):
        items = tmp_path / f"{stratum.split('/')[-1].removesuffix('.py')}.jsonl"
        options = ["emit", "--n", str(n), "--stratum", stratum, "--seed", "test", "--out", str(items), *more]
        assert cli.main(options) == 0
        return items, items.with_name(f"{items.stem}-key.jsonl")

    return emit


def own(path, text):
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_items_do_not_hold_the_key(emitted):
    items, answers = emitted("plain")
    rows = rows_of(items)
    assert {frozenset(row) for row in rows} == {frozenset({"id", "prompt", "term"})}
    assert all(row["term"] in row["prompt"] for row in rows)
    for row, truth in zip(rows, rows_of(answers), strict=True):
        normal, steps, _ = normalise(nameless(parse(row["term"])))
        assert (flat(normal), steps) == (truth["key"], truth["steps"])
        assert key(parse(truth["normal_form"])) == truth["key"]


@pytest.mark.parametrize(
    ("stratum", "solver", "right", "verdicts"),
    [
        ("capture", "right", 12, {"right"}),
        ("capture", "never-renames-outer-first", 0, {"wrong", "missing"}),  # missing: the mistake made it run for ever
        ("capture", "never-renames-inner-first", 0, {"wrong", "missing"}),
        ("control", "never-renames-outer-first", 12, {"right"}),
    ],
)
def test_emit_solve_and_grade_find_out_who_renames(emitted, tmp_path, capsys, stratum, solver, right, verdicts):
    items, answers = emitted(stratum)
    given, said = tmp_path / "answers.jsonl", tmp_path / "verdicts.jsonl"
    assert cli.main(["solve", str(items), "--solver", solver, "--out", str(given)]) == 0
    capsys.readouterr()
    assert cli.main(["grade", str(given), "--key", str(answers), "--verdicts", str(said)]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[1].split()[:3] == ["all", "12", str(right)]
    found = [row["verdict"] for row in rows_of(said)]
    assert set(found) <= verdicts
    line = next(line for line in out.splitlines() if line.startswith("never renames, outer first"))
    assert line.endswith("not ruled out") == ((stratum, solver) != ("capture", "right"))
    assert ("yes, ruled out" in line) == ((stratum, solver) == ("capture", "right"))


def test_the_three_verdicts_and_what_is_missing_are_counted_apart(emitted, tmp_path, capsys):
    _, answers = emitted("plain", 4)
    keys = rows_of(answers)
    wrong = "λa.λb.λc.λd.λe.λf.a"
    texts = [f"**Answer:** ${keys[0]['normal_form']}$.".replace("λ", r"\lambda "), wrong, "I cannot do this."]
    given, said = tmp_path / "a.jsonl", tmp_path / "v.jsonl"
    given.write_text(
        "".join(json.dumps({"id": k["id"], "answer": t}) + "\n" for k, t in zip(keys, texts, strict=False))
    )
    assert cli.main(["grade", str(given), "--key", str(answers), "--verdicts", str(said)]) == 0
    assert [row["verdict"] for row in rows_of(said)] == ["right", "wrong", "unreadable", "missing"]
    out = capsys.readouterr().out.splitlines()
    all_of = next(line for line in out if line.startswith("all "))
    assert all_of.split()[:6] == ["all", "4", "1", "1", "1", "1"]
    assert all_of.endswith(", 75%")  # what it would be if the unreadable and the missing were right


def test_a_readers_own_solver_in_a_file_is_run_and_picked_against(emitted, tmp_path, capsys):
    lazy = own(tmp_path / "lazy.py", "def solve(term: str) -> str:\n    return 'The answer is ' + term\n")
    items, answers = emitted("plain", 3, "--against", lazy)
    assert all(row["procedures"]["lazy.py"] != row["key"] for row in rows_of(answers))
    given = tmp_path / "own.jsonl"
    capsys.readouterr()
    assert cli.main(["solve", str(items), "--solver", lazy, "--out", str(given)]) == 0
    assert [row["answer"] for row in rows_of(given)] == ["The answer is " + row["term"] for row in rows_of(items)]
    assert cli.main(["grade", str(given), "--key", str(answers)]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("lazy.py"))
    assert line.endswith("not ruled out")


def test_capitals_in_the_name_of_a_known_solver_do_not_matter(emitted, tmp_path):
    items, _ = emitted("plain")
    answers = []
    for name in ("renames-as-Explorer-did-in-2019", "renames-as-explorer-did-in-2019"):
        assert cli.main(["solve", str(items), "--solver", name, "--out", str(tmp_path / f"{name}.jsonl")]) == 0
        answers.append((tmp_path / f"{name}.jsonl").read_text(encoding="utf-8"))
    assert answers[0] and answers[0] == answers[1]


def test_items_against_a_known_solver_are_failed_by_it(emitted, tmp_path):
    items, answers = emitted("plain", 5, "--against", "never-renames-outer-first")
    assert all(row["procedures"]["never renames, outer first"] != row["key"] for row in rows_of(answers))
    assert len(rows_of(items)) == 5


def test_a_readers_own_stratum_holds_what_its_rule_accepts(emitted, tmp_path):
    rule = own(
        tmp_path / "two.py", "def belongs(term, answer, steps):\n    return steps == 2 and answer.count('λ') > 1\n"
    )
    _, answers = emitted(rule, 4)
    assert [(row["steps"], row["stratum"]) for row in rows_of(answers)] == [(2, "two")] * 4
    assert all(row["normal_form"].count("λ") > 1 for row in rows_of(answers))


def test_a_readers_own_command_reads_items_and_writes_answers(emitted, tmp_path):
    script = own(
        tmp_path / "model.py",
        "import json, sys\nfor line in sys.stdin:\n    row = json.loads(line)\n"
        "    print(json.dumps({'id': row['id'], 'answer': row['prompt'][:6]}))\n",
    )
    items, _ = emitted("plain", 3)
    given = tmp_path / "given.jsonl"
    command = f"{sys.executable} {script}"
    assert cli.main(["solve", str(items), "--command", command, "--out", str(given)]) == 0
    assert [row["answer"] for row in rows_of(given)] == ["Reduce"] * 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def other(term):\n    pass\n", r"bad\.py: has no function `solve`; write `def solve"),
        ("def solve(term:\n", r"bad\.py: cannot be loaded \(SyntaxError"),
        ("def solve(term):\n    return 7\n", r"bad\.py: solve\('.*'\) returned int; a text is needed"),
        ("def solve(term):\n    return term[999999]\n", r"bad\.py: solve\('.*'\) raised IndexError"),
    ],
)
def test_a_bad_solver_of_a_readers_own_is_refused_in_one_line(emitted, tmp_path, capsys, text, message):
    items, _ = emitted("plain", 2)
    bad = own(tmp_path / "bad.py", text)
    with pytest.raises(ValueError, match=message):
        cli.main(["solve", str(items), "--solver", bad, "--out", str(tmp_path / "x.jsonl")])
    capsys.readouterr()
    solve = ["lambda-calculus-benchmark", "solve", str(items), "--solver", bad, "--out", str(tmp_path / "x.jsonl")]
    assert lab(solve) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_unknown_names_bad_rules_and_bad_commands_are_refused(emitted, tmp_path):
    items, _ = emitted("plain", 2)
    out = ["--out", str(tmp_path / "x.jsonl")]
    with pytest.raises(
        ValueError, match=r"perfect: no such solver; name a Python file, or one of right, renames-any-order, never"
    ):
        cli.main(["solve", str(items), "--solver", "perfect", *out])
    with pytest.raises(ValueError, match=r"hard: no such stratum; name a Python file, or one of plain"):
        cli.main(["emit", "--stratum", "hard", *out])
    with pytest.raises(ValueError, match=r"none\.py: no such file"):
        cli.main(["emit", "--stratum", "none.py", *out])
    rule = own(tmp_path / "rule.py", "def belongs(term, answer, steps):\n    return 1 / 0\n")
    with pytest.raises(ValueError, match=r"rule\.py: belongs\('.*\) raised ZeroDivisionError"):
        cli.main(["emit", "--stratum", rule, *out])
    never = own(tmp_path / "never.py", "def belongs(term, answer, steps):\n    return False\n")
    with pytest.raises(ValueError, match="only 0 of 2 such items in 20 draws"):
        cli.main(["emit", "--n", "2", "--stratum", never, "--draws", "20", *out])
    python = sys.executable
    for command, message in (
        ("no-such-program-here", r"no-such-program-here: cannot be run"),
        (f"{python} -c 'import sys; sys.exit(\"no key\")'", r"exit status 1 \(no key\)"),
        (f"{python} -c 'print(\"hello\")'", r"output line 1: not JSON; print only the answers"),
        (f"{python} -c 'print([1])'", r"output line 1: must be"),
        (f"{python} -c 'import time; time.sleep(9)'", r"not done after 0\.2 s"),
    ):
        with pytest.raises(ValueError, match=message):
            cli.main(
                ["solve", str(items), "--command", command, "--timeout", "0.2" if "sleep" in command else "60", *out]
            )


def test_what_a_command_answered_before_it_failed_is_kept(emitted, tmp_path, capsys):
    items, _ = emitted("plain", 4)
    for name, ending, told in (
        ("exit", "sys.exit('out of credit')", r"exit status 1 \(out of credit\)"),
        ("late", "import time; sys.stdout.flush(); time.sleep(30)", r"not done after 2 s"),
        ("noise", "print('done')", r"output line 3: not JSON"),
        (
            "twice",
            "print(json.dumps({'id': row['id'], 'answer': 'x'}))",
            r"output line 3: a second answer to plain-0002",
        ),
    ):
        script = own(
            tmp_path / f"{name}.py",
            "import json, sys\nfor line in list(sys.stdin)[:2]:\n    row = json.loads(line)\n"
            f"    print(json.dumps({{'id': row['id'], 'answer': 'λx.x'}}))\n{ending}\n",
        )
        given = tmp_path / f"{name}.jsonl"
        command = [
            "solve",
            str(items),
            "--command",
            f"{sys.executable} {script}",
            "--timeout",
            "2",
            "--out",
            str(given),
        ]
        with pytest.raises(ValueError, match=rf"{told}.*; the 2 answers before that are kept in .*{name}\.jsonl"):
            cli.main(command)
        assert [row["id"] for row in rows_of(given)] == ["plain-0001", "plain-0002"]


def test_a_command_without_an_answer_is_refused_and_nothing_is_written(emitted, tmp_path):
    items, _ = emitted("plain", 3)
    with pytest.raises(ValueError, match="true: wrote no answer to its output"):
        cli.main(["solve", str(items), "--command", "true", "--out", str(tmp_path / "a.jsonl")])
    assert not (tmp_path / "a.jsonl").exists()


def test_a_reader_that_stops_reading_causes_no_error(emitted, tmp_path):
    items, answers = emitted("plain", 3)
    given = tmp_path / "given.jsonl"
    cli.main(["solve", str(items), "--solver", "right", "--out", str(given)])
    code = "from labs.__main__ import main; import sys; sys.stdin.read(); sys.exit(main(sys.argv[1:]))"
    argv = [sys.executable, "-c", code, "lambda-calculus-benchmark", "grade", str(given), "--key", str(answers)]
    reader, writer = os.pipe()
    with subprocess.Popen(
        argv, cwd=Path(cli.__file__).parents[2], stdin=subprocess.PIPE, stdout=writer, stderr=subprocess.PIPE
    ) as process:
        os.close(writer)
        os.close(reader)  # nobody reads, before a line is written
        _, told = process.communicate(b"")
    assert (process.returncode, told) == (0, b"")


def test_an_answer_worse_than_a_wrong_solver_is_called_worse(emitted, tmp_path, capsys):
    items, answers = emitted("control", 24)
    given = tmp_path / "same.jsonl"
    given.write_text("".join(json.dumps({"id": r["id"], "answer": "λx.x"}) + "\n" for r in rows_of(items)))
    capsys.readouterr()
    assert cli.main(["grade", str(given), "--key", str(answers)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert next(line for line in out if "it scores" in line).endswith("better than it?")
    assert next(line for line in out if line.startswith("never renames, outer")).endswith("no, worse: not ruled out")


def test_emit_says_how_far_it_is_and_deep_capture_items_are_deep_and_captured(emitted, capsys, monkeypatch):
    monkeypatch.setattr(cli, "EVERY", -1.0)
    _, answers = emitted("deep-capture", 2)
    assert "questions looked at" in capsys.readouterr().err
    for row in rows_of(answers):
        assert row["steps"] >= 9
        assert all(row["procedures"][f"never renames, {how} first"] != row["key"] for how in ("outer", "inner"))


def test_a_line_of_a_batch_is_met_with_a_hint(emitted, tmp_path):
    _, answers = emitted("plain", 2)
    given = tmp_path / "batch.jsonl"
    given.write_text('{"custom_id": "plain-0001", "response": {}}\n')
    with pytest.raises(ValueError, match=r"batch\.jsonl:1: .*a batch's answer\? the lab's notes"):
        cli.main(["grade", str(given), "--key", str(answers)])


def test_the_bare_prompt_does_not_tell_about_renaming(tmp_path):
    for name, more in (("told", []), ("bare", ["--bare"])):
        path = tmp_path / f"{name}.jsonl"
        cli.main(["emit", "--n", "1", "--seed", "test", "--out", str(path), *more])
        assert ("rename" in rows_of(path)[0]["prompt"]) == (name == "told")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"id": "plain-0001", "answer": "x"}\n{"id": ', r"a\.jsonl:2: not JSON"),
        ('\n["x"]', r"a\.jsonl:2: a line must be an object"),
        ('{"id": "plain-0001"}', r'a\.jsonl:1: "answer" is missing'),
        ('{"id": "plain-0001", "answer": "y", "answer": "x"}', r"a\.jsonl:1: 'answer' stands in the object 2 times"),
        ("[" * 100_000, r"a\.jsonl:1: lists or objects are nested too deep to be read"),
        ("1" * 5_000, r"a\.jsonl:1: Exceeds the limit"),
        ('{"id": "plain-0001", "answer": 7}', r'a\.jsonl:1: "answer" is missing or no text'),
        ('{"id": "plain-9999", "answer": "x"}', r"a\.jsonl:1: id plain-9999 is not in .*plain-key\.jsonl"),
        ('{"id": "plain-0001", "answer": "x"}\n' * 2, r"a\.jsonl:2: id plain-0001 was on line 1 already"),
        ("", r"a\.jsonl: there is nothing in it"),
    ],
)
def test_bad_answers_are_refused_with_file_and_line(emitted, tmp_path, capsys, text, message):
    _, answers = emitted("plain", 2)
    given = tmp_path / "a.jsonl"
    given.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        cli.main(["grade", str(given), "--key", str(answers)])
    capsys.readouterr()
    assert lab(["lambda-calculus-benchmark", "grade", str(given), "--key", str(answers)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_missing_files_wrong_keys_and_files_that_are_there_are_named(emitted, tmp_path):
    items, answers = emitted("plain", 2)
    with pytest.raises(ValueError, match=r"none\.jsonl: no such file"):
        cli.main(["grade", str(tmp_path / "none.jsonl"), "--key", str(answers)])
    with pytest.raises(ValueError, match=r'plain\.jsonl:1: "key" is missing'):
        cli.main(["grade", str(items), "--key", str(items)])
    with pytest.raises(ValueError, match=r"plain\.jsonl: there already"):
        cli.main(["emit", "--n", "2", "--out", str(items)])
    with pytest.raises(ValueError, match="ask for one item or more"):
        cli.main(["emit", "--n", "0", "--out", str(tmp_path / "new.jsonl")])
