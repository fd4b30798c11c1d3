"""The command `lab`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from labs import __main__ as command
from labs.__main__ import main, module_name, names
from labs.record import source_hash
from support import ROOT, made, replaced


def test_list_names_every_lab_with_its_first_line(lab, capsys):
    assert main(["--list"]) == 0
    assert capsys.readouterr().out == (
        f"{'coin-toss':28}How far a thousand tosses of a fair coin stray from one half.\n"
    )
    assert names() == ["coin_toss"]


def test_a_lab_goes_by_both_its_names_and_an_unknown_one_is_told_which_there_are(lab, capsys):
    assert module_name("coin-toss") == module_name("coin_toss") == "coin_toss"
    assert main(["coin-tos"]) == 2
    assert capsys.readouterr().err == "lab: no lab 'coin-tos'; there are: coin-toss\n"


def test_no_name_is_an_error_that_says_what_to_give(lab, capsys):
    with pytest.raises(SystemExit) as end:
        main([])
    assert end.value.code == 2
    assert "name a lab, or --list, or --all" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["coin-toss", "--seed", "7", "--record"], "--seed tries a seed and keeps nothing"),
        (["coin-toss", "--check", "--seed=0"], "--seed tries a seed and keeps nothing"),
        (["coin-toss", "--seeds", "--seed", "7"], "--seed tries a seed and keeps nothing"),
        (["coin-toss", "--record", "--check"], "argument --check: not allowed with argument --record"),
        (["--all", "coin-toss"], "name coin-toss, or --all, not both"),
        (["--check", "coin-toss", "play"], "play: a lab's own command stands first, right behind"),
    ],
)
def test_options_that_do_not_go_together_are_refused_and_nothing_is_run(lab, capsys, monkeypatch, options, said):
    monkeypatch.setattr(command, "one", lambda *_: pytest.fail("ran"))
    with pytest.raises(SystemExit) as end:
        main(options)
    assert end.value.code == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_run_shows_values_bounds_units_and_tables_and_writes_nothing(lab, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    before = (lab / "results.json").read_bytes()
    assert main(["coin-toss"]) == 0
    out = capsys.readouterr().out
    for shown in (
        "stay within two points",
        "0.4966 (0.482741 to 0.510459) share",
        "81,300 bytes",
        "share of heads <over> all runs",
        "run 5",
    ):
        assert shown in out
    assert (lab / "results.json").read_bytes() == before


def test_another_seed_gives_other_numbers_and_the_same_seed_the_same(lab, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")

    def heads(*options: str) -> str:
        assert main(["coin-toss", *options]) == 0
        return next(line for line in capsys.readouterr().out.splitlines() if "all runs" in line)

    assert heads() == heads("--seed", "0")
    assert heads() != heads("--seed", "1")


def test_check_finds_nothing_where_nothing_changed(lab, capsys):
    assert main(["coin-toss", "--check"]) == 0
    assert capsys.readouterr().out == "lab coin-toss: as recorded\n"
    assert main(["--all", "--check"]) == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("TOSSES = 1000", "TOSSES = 999", "tosses is recorded as 5000, the rerun gives 4995"),
        ("< 0.5 for", "< 0.6 for", "winner is recorded as tails, the rerun gives heads"),
        ("# --8<-- [end:toss]", "# --8<-- [end:toss] ", "its code is "),
        ("Heads & tails", "Heads or tails", "figure by-run-light.svg is not what the lab draws now"),
    ],
)
def test_check_of_changed_code_names_what_differs_and_the_command_that_records_it(lab, capsys, old, new, said):
    replaced(lab / "__init__.py", old, new)
    assert main(["coin-toss", "--check"]) == 1
    out = capsys.readouterr().out
    assert f"lab coin-toss: {said}" in out
    assert out.endswith("lab coin-toss: differs; if that is right: make lab NAME=coin-toss RECORD=1\n")


def test_recording_writes_results_and_figures_and_removes_figures_no_longer_drawn(lab, capsys):
    replaced(lab / "__init__.py", "TOSSES = 1000", "TOSSES = 900")
    figures = lab.parents[1] / "figures" / "coin-toss"
    (figures / "old-dark.svg").write_text("")
    assert main(["coin-toss", "--record"]) == 0
    content = json.loads((lab / "results.json").read_text(encoding="utf-8"))
    assert content["values"]["tosses"]["value"] == 4500
    source = (lab / "__init__.py").read_text(encoding="utf-8").splitlines()
    name, line = content["figures"]["by-run"].split(":")
    assert (name, source[int(line) - 1].strip()) == ("__init__.py", "figure, axes = chart.new()")
    assert sorted(path.name for path in figures.iterdir()) == ["by-run-dark.svg", "by-run-light.svg"]
    assert "wrote docs/labs/coin_toss/results.json" in capsys.readouterr().out
    assert main(["coin-toss", "--check"]) == 0


def test_the_seconds_of_a_lab_are_the_processor_s_so_waiting_is_not_counted(lab):
    replaced(
        lab / "__init__.py",
        "    start = time.perf_counter()\n",
        "    start = time.perf_counter()\n    time.sleep(2.5)\n",
    )
    assert main(["coin-toss", "--record"]) == 0
    assert json.loads((lab / "results.json").read_text(encoding="utf-8"))["recorded"]["seconds"] in (1, 2), "rounded up"


def test_the_seconds_of_a_lab_are_those_of_its_run_and_of_its_figures(lab):
    work = "        until = time.process_time() + 1\n        while time.process_time() < until:\n            pass\n"
    replaced(lab / "__init__.py", "        figure, axes = chart.new()\n", f"{work}        figure, axes = chart.new()\n")
    assert main(["coin-toss", "--record"]) == 0
    seconds = json.loads((lab / "results.json").read_text(encoding="utf-8"))["recorded"]["seconds"]
    assert 3 <= seconds <= 5, "a second for each colour scheme, and one for the run, rounded up"


def test_a_lab_never_recorded_is_told_how(lab, capsys):
    (lab / "results.json").unlink()
    assert main(["coin-toss", "--check"]) == 2
    assert "there is none; record it with `make lab NAME=coin-toss RECORD=1`" in capsys.readouterr().err


def test_words_behind_the_name_go_to_the_lab_s_own_command_with_their_options(lab, capsys):
    assert main(["coin-toss", "scan", "--seed", "x", "-v"]) == 0
    assert capsys.readouterr().out == "coin-toss was told: scan --seed x -v\n"
    assert main(["coin-toss", "fail"]) == 7


def test_a_lab_without_a_command_of_its_own_says_so(lab, capsys):
    replaced(lab / "__init__.py", "def main(", "def other(")
    assert main(["coin-toss", "scan"]) == 2
    assert capsys.readouterr().err == "lab: the lab coin-toss has no command of its own\n"
    with pytest.raises(SystemExit) as end:
        main(["coin-toss", "--help"])
    assert (end.value.code, "--record" in capsys.readouterr().out) == (0, True)


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_behind_a_lab_s_name_is_that_of_its_own_command(lab, capsys, option):
    assert main(["coin-toss", option]) == 0
    assert capsys.readouterr().out.endswith("Its own commands:\ncoin-toss was told: --help\n")
    replaced(
        lab / "__init__.py", "    print(", '    raise ValueError("coin-toss has one command: scan FILE")\n    print('
    )
    sys.modules.pop("labs.coin_toss")
    assert main(["coin-toss", option]) == 0
    assert capsys.readouterr().out.endswith("Its own commands:\ncoin-toss has one command: scan FILE\n")


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ("import sys\ndef load():\n    sys.exit(0)", ":3: ends the program; let it return or raise"),
        ("import os\ndef load():\n    os._exit(0)", ":3: ends the program; let it return or raise"),
        ("def load():\n    return {}['x']", ":2: KeyError: 'x'; mend it there (LAB_TRACE=1 shows the way)"),
    ],
)
def test_a_reader_s_code_that_ends_the_command_or_raises_is_named_and_never_status_zero(lab, capsys, ends, said):
    mine = lab.parents[2] / "mine.py"
    mine.write_text(ends)
    replaced(lab / "__init__.py", "    print(", "    import runpy\n    runpy.run_path(argv[0])['load']()\n    print(")
    assert main(["coin-toss", str(mine)]) == 2
    assert capsys.readouterr().err == f"lab: {mine}{said}\n"


def test_the_installed_command_and_the_module_check_a_changed_lab(tmp_path):
    """From the outside: the exit status and the words an author sees."""
    repository = made(tmp_path / "repository")
    environment = {**os.environ, "PYTHONPATH": str(repository / "docs"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "labs", "coin-toss", "--check"]
    right = subprocess.run(command, env=environment, cwd=repository, capture_output=True, text=True)
    assert (right.returncode, right.stdout) == (0, "lab coin-toss: as recorded\n"), right.stderr
    replaced(repository / "docs/labs/coin_toss/__init__.py", "1.96", "2.58")
    wrong = subprocess.run(command, env=environment, cwd=repository, capture_output=True, text=True)
    assert wrong.returncode == 1
    assert "heads.low is recorded as" in wrong.stdout
    assert "make lab NAME=coin-toss RECORD=1" in wrong.stdout


def test_the_make_target_passes_name_record_and_seed():
    for given, wanted in (
        (["NAME=coin-toss", "RECORD=1"], "lab coin-toss --record"),
        (["NAME=coin-toss", "SEED=7"], "lab coin-toss --seed 7"),
        ([], "lab --list"),
    ):
        said = subprocess.run(
            ["make", "--no-print-directory", "-n", "lab", *given], cwd=ROOT, capture_output=True, text=True
        ).stdout
        assert " ".join(said.split()).endswith(wanted)


def test_check_runs_one_seed_and_with_seeds_all_of_them(lab, capsys):
    replaced(lab / "__init__.py", "share - 0.5) < 0.02", "share - 0.5) < 0.0036")  # true of seed 0: 0.4966
    main(["coin-toss", "--check"])
    assert "claim near_half" not in capsys.readouterr().out
    assert main(["coin-toss", "--check", "--seeds"]) == 1
    assert "claim near_half.holds is recorded as [True, True, True, True, True]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"interval": "95%"', '"interval": "99%"', "heads.interval is recorded as 99%, the rerun gives 95%"),
        ('__init__.py:52"', '__init__.py:9"', "figures is recorded as {'by-run': '__init__.py:9'"),
        ("true, true, true, true, true", "true", "claim near_half.holds is recorded as [True], the rerun gives [True]"),
        ('"seed": 0', '"seed": 3', "seed is recorded as 3, the rerun gives 0"),
    ],
)  # fmt: skip
def test_check_finds_what_was_changed_in_the_record_beside_its_numbers(lab, capsys, old, new, said):
    replaced(lab / "results.json", old, new)
    assert main(["coin-toss", "--check"]) == 1
    assert f"lab coin-toss: {said}" in capsys.readouterr().out


def test_a_lab_that_names_one_seed_and_depends_on_it_is_found_out(lab, capsys):
    source = (lab / "__init__.py").read_text(encoding="utf-8")
    (lab / "__init__.py").write_text(source.replace("TOSSES = 1000", "TOSSES = 1000\nSEEDS = (0,)"), encoding="utf-8")
    assert main(["coin-toss", "--record"]) == 0
    assert main(["coin-toss", "--check"]) == 0
    capsys.readouterr()
    assert main(["coin-toss", "--check", "--seeds"]) == 1
    assert "SEEDS names one seed, but with another heads is recorded as 0.4966" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("start = 1 / 0", ":26: ZeroDivisionError: division by zero; mend it there"),
        ("start = {}['x']", ":26: KeyError: 'x'; mend it there"),
        ("start = Results().table('t', 's', ['a'], [[1, 2]])", ":26: table t: row 0 has 2 cells for 1 columns"),
        ("start = Results().claim('c', 1, 's')", ":26: TypeError: claim c: holds is 1, not True or False"),
        ("start = = 1", ":26: SyntaxError: invalid syntax"),
        ("raise SystemExit(0)", ":26: the lab ends the program; let its run return what it found"),
    ],
)
def test_a_lab_that_raises_is_told_in_a_line_where(lab, capsys, new, said):
    replaced(lab / "__init__.py", "start = time.perf_counter()", new)
    assert main(["coin-toss"]) == 2
    assert capsys.readouterr().err.startswith(f"lab: docs/labs/coin_toss/__init__.py{said}")


def test_a_lab_that_is_stopped_writes_nothing_and_says_so(lab, capsys):
    before = (lab / "results.json").read_bytes()
    replaced(lab / "__init__.py", "start = time.perf_counter()", "raise KeyboardInterrupt")
    assert main(["coin-toss", "--record"]) == 130
    assert capsys.readouterr().err == "lab: stopped; nothing was written\n"
    assert (lab / "results.json").read_bytes() == before


@pytest.mark.parametrize("option", ["--record", "--check"])
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    return results\n", "", "24: run returns None; end it with `return results`"),
        ("    return results\n", "    return {}\n", "24: run returns a dict; end it with `return results`"),
        ("def run(", "def walk(", "1: has no run; write `def run(seed: int) -> Results:`"),
        ("    start = time", "    raise SystemExit(0)\n    start = time", "26: the lab ends the program; let its run "),
    ],
)
def test_a_lab_that_returns_no_results_is_an_error_with_its_line(lab, capsys, option, old, new, said):
    before = (lab / "results.json").read_bytes()
    replaced(lab / "__init__.py", old, new)
    assert main(["coin-toss", option]) == 2
    assert capsys.readouterr().err.startswith(f"lab: docs/labs/coin_toss/__init__.py:{said}")
    assert (lab / "results.json").read_bytes() == before


@pytest.mark.parametrize("option", ["--record", "--check"])
def test_a_lab_without_a_seed_is_refused_and_not_told_to_record_again(lab, capsys, option):
    replaced(lab / "__init__.py", 'random.Random(f"{seed} {run}")', "random.Random()")
    record = json.loads((lab / "results.json").read_text(encoding="utf-8"))
    replaced(lab / "results.json", record["source"], source_hash(lab))
    before = (lab / "results.json").read_bytes()
    assert main(["coin-toss", option]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("lab: docs/labs/coin_toss/__init__.py:24: two runs with seed 0 differ (")
    assert said.err.endswith("; seed all its chance, as in default_rng(seed)\n")
    assert "RECORD=1" not in said.out
    assert (lab / "results.json").read_bytes() == before


def test_a_lab_that_takes_long_is_run_once_a_seed_when_it_is_recorded(lab, monkeypatch):
    made = []
    monkeypatch.setattr(command, "refuse_unseeded", lambda *_: made.append(1))
    monkeypatch.setattr(command, "CHEAP", 0)
    assert main(["coin-toss", "--record"]) == 0
    assert made == []


def test_a_lab_command_that_a_page_prints_is_the_one_of_a_clone_unless_the_page_activates_it():
    known = "|".join(name.replace("_", "-") for name in names())
    for path in (*ROOT.glob("docs/posts/*.md"), *ROOT.glob("docs/labs/*/notes.md")):
        text = path.read_text(encoding="utf-8").partition(". .venv/bin/activate")[0]
        bare = re.search(rf"(?<![\w/-])(?<!make )lab (?:{known}) .*", text)
        assert not bare, f"{path}: {bare and bare[0][:60]}; write .venv/bin/lab"
