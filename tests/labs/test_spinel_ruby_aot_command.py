"""The command: which line widens most, and one clear line for whatever it cannot read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from labs.spinel_ruby_aot import command, density


def warning(line, method, born, **more):
    why = [{"file": "app.rb", "line": line, "col": 2, "role": "passed", "rbs": "untyped"}]
    why.append({"file": "app.rb", "line": born, "col": 0, "role": "from", "rbs": "untyped", "note": "born here"})
    return {"file": "app.rb", "line": line, "severity": "warning", "method": method, "slot": "param", "param": "x",
            "message": "widened", "why": why} | more  # fmt: skip


def written(tmp_path, content, name="app.types.json"):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_the_line_that_explains_most_slots_comes_first(tmp_path, capsys):
    found = [warning(4, "a", 30), warning(5, "b", 20), warning(6, "c", 20), warning(7, "d", 9, why=[])]
    calls = [{"kind": "CallNode", "dispatch": kind} for kind in ("direct", "direct", "direct", "boxed")]
    path = written(tmp_path, {"types": [], "diagnostics": found, "codegen": calls})
    assert command.main(["widen", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == ["2", "app.rb:20"] and "b(x), c(x)" in lines[0]
    assert lines[1].split()[:2] == ["1", "app.rb:30"]
    assert lines[2].split()[:2] == ["1", "without"]
    assert "4 widened slots, from 2 places" in lines[3]
    assert lines[4] == "calls placed: 3 direct (75%), 1 boxed (25%)"


def test_an_older_compiler_gives_counts_and_says_what_is_missing(tmp_path, capsys):
    path = written(tmp_path, {"diagnostics": [warning(4, "a", 3, why=[]), warning(5, "b", 3, why=[])]})
    assert command.main(["widen", str(path)]) == 1
    out = capsys.readouterr().out
    assert "2 widened slots, from 0 places" in out and "older compiler" in out and "%" not in out


def test_refusals_are_listed_without_shares(tmp_path, capsys):
    refused = {"file": "app.rb", "line": 20, "severity": "error", "message": "unsupported call"}
    path = written(tmp_path, {"diagnostics": [refused], "codegen": [{"dispatch": "direct"}]})
    assert command.main(["widen", str(path)]) == 1
    out = capsys.readouterr().out
    assert "refused: app.rb:20: unsupported call" in out and "1 refusal;" in out and "%" not in out


def test_nothing_widened_is_status_zero(tmp_path, capsys):
    path = written(tmp_path, {"diagnostics": [], "codegen": [{"dispatch": "direct"}]})
    assert command.main(["widen", str(path)]) == 0
    assert "0 widened slots" in capsys.readouterr().out


def test_a_warning_without_a_slot_is_told_and_is_not_status_zero(tmp_path, capsys):
    strange = warning(4, "a", 30)
    del strange["slot"]
    assert command.main(["widen", str(written(tmp_path, {"diagnostics": [strange]}))]) == 1
    out = capsys.readouterr().out
    assert "1  without `slot`: 1 warning" in out and "0 widened slots" in out


def test_a_hop_by_a_rule_has_no_line(tmp_path, capsys):
    rule = [{"role": "rule", "note": "never bound"}]
    path = written(tmp_path, {"diagnostics": [warning(4, "a", 3, why=rule)]})
    command.main(["widen", str(path)])
    assert "a rule of the compiler, no line  never bound" in capsys.readouterr().out


def test_where_two_kinds_meet_the_line_that_brought_the_other_kind_is_ranked(tmp_path, capsys):
    why = [
        {"file": "app.rb", "line": 15, "role": "passed", "rbs": "Float", "note": "two kinds meet: untyped"},
        {"file": "app.rb", "line": 14, "role": "and", "rbs": "Integer"},
    ]
    path = written(tmp_path, {"diagnostics": [warning(4, "a", 3, why=why)]})
    command.main(["widen", str(path)])
    first = capsys.readouterr().out.splitlines()[0]
    assert first.split()[:2] == ["1", "app.rb:15"] and "two kinds meet: untyped (meets app.rb:14)" in first


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("app.rb", "puts 1", "--emit-types"),
        ("a.json", "{", "not JSON"),
        ("a.json", "[" * 100_000, "not JSON"),
        ("a.json", "[]", "no list `diagnostics`"),
        ("a.json", '{"types": []}', "no list `diagnostics`"),
        ("a.json", '{"diagnostics": [{"line": 3}]}', "diagnostics[0] has no severity"),
        ("a.json", '{"diagnostics": [{"severity": "warning", "why": "x"}]}', "diagnostics[0].why"),
        ("a.json", '{"diagnostics": [], "codegen": [3]}', "`codegen`"),
        ("a.json", '{"diagnostics": [], "codegen": [{"dispatch": ["x"]}]}', "codegen[0].dispatch is not a string"),
        ("a.json", '{"diagnostics": [{"severity": "warning", "param": 3}]}', "diagnostics[0].param is not a string"),
        ("a.json", '{"diagnostics": [{"severity": "error", "line": "4"}]}', "diagnostics[0].line is not a number"),
        ("a.json", '{"diagnostics": [{"severity": "warning", "why": [{"note": 5}]}]}', "why[0].note is not a string"),
    ],
)
def test_anything_else_gets_one_line_that_names_file_and_fault(tmp_path, name, content, says):
    path = written(tmp_path, content, name)
    with pytest.raises(ValueError) as caught:
        command.main(["widen", str(path)])
    assert str(path) in str(caught.value) and says in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_file_and_a_missing_command_get_one_line(tmp_path):
    with pytest.raises(ValueError, match="No such file"):
        command.main(["widen", str(tmp_path / "none.json")])
    with pytest.raises(ValueError, match="two commands"):
        command.main(["shrink"])


def test_density_names_the_packages_that_it_lacks(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "tree_sitter", None)
    with pytest.raises(ValueError, match="pip install tree-sitter"):
        density.counted([tmp_path])


def race(tmp_path, program="app.rb", **said):
    """Run race.sh with a stand-in for each engine that prints what `said` gives; "spinel" is what its binary prints."""
    for name, words in said.items():
        prints = f"#!/bin/sh\nprintf '%s' '{words}'\n"
        script = f'#!/bin/sh\ncat > "$3" <<"EOF"\n{prints}EOF\nchmod +x "$3"\n' if name == "spinel" else prints
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    return subprocess.run(
        [str(Path(command.__file__).with_name("race.sh")), program],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )


def test_a_race_flags_the_engine_whose_output_is_not_rubys_and_no_other(tmp_path):
    out = race(tmp_path, ruby="670000", jruby="670000", spinel="670000.0").stdout.splitlines()
    flagged = [out[i - 2] if "differ" in out[i - 1] else out[i - 1] for i, line in enumerate(out) if "OTHER" in line]
    assert flagged == ["== ./compiled"]
    assert "OTHER" not in race(tmp_path, ruby="1", jruby="1", spinel="1").stdout


def test_a_race_leaves_out_what_is_not_installed_or_not_compiled(tmp_path):
    out = race(tmp_path, ruby="1").stdout.splitlines()
    assert [line for line in out if line.startswith("==")] == ["== ruby app.rb", "== ruby --yjit app.rb"]
    (tmp_path / "compiled").write_text("#!/bin/sh\necho stale\n")
    (tmp_path / "compiled").chmod(0o755)
    assert "== ./compiled" not in race(tmp_path, ruby="1").stdout
    assert "== jruby app.rb" in race(tmp_path, ruby="1", jruby="1").stdout


def test_a_race_hands_over_a_path_with_a_space_whole(tmp_path):
    for name in ("ruby", "jruby"):
        (tmp_path / name).write_text('#!/bin/sh\nfor last; do :; done\necho "$last"\n')
        (tmp_path / name).chmod(0o755)
    out = race(tmp_path, program="an odd.rb").stdout
    assert "== jruby an odd.rb" in out and "OTHER" not in out
    assert (tmp_path / "got.txt").read_text() == "an odd.rb\n"


def test_a_race_with_nothing_to_compare_stops(tmp_path):
    empty = race(tmp_path, ruby="", jruby="", spinel="")
    assert empty.returncode == 1 and "nothing to compare" in empty.stdout and "==" not in empty.stdout
