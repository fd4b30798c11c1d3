"""results.json: what is kept, how it is written, how a rerun is compared."""

from __future__ import annotations

import copy
import json
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from labs import record
from labs.record import Results, as_json, differences, plain, read, same, source_hash, write
from writing.evidence.results import digests


@pytest.fixture
def content(lab):
    """What a small run of coin_toss would record."""
    results = Results()
    results.add("share", 0.123456789, "a share", "share", low=0.0, high=np.float64(0.2), interval="95%")
    results.add("count", np.int64(5), "a count", tolerance=2)
    results.add("side", "heads", "a word")
    results.add("fair", True, "a truth")
    results.add("wall_ms", 12.5, "a time", "ms", machine=True)
    results.claim("small", np.bool_(True), "The share is small.")
    results.table("rows", "some rows", ["name", "n"], [["a", np.float32(1.5)], ["b", 2.0]])
    results.table("machine_rows", "times", ["name", "ms"], [["a", 10.0]])
    results.figure("bars", lambda: None)
    return as_json("coin_toss", results, 7, "2026-11-22", 1.2)


def test_what_is_kept_is_what_was_found_without_empty_fields(content):
    assert content["values"] == {
        "share": {"value": 0.123457, "says": "a share", "unit": "share", "low": 0, "high": 0.2, "interval": "95%"},
        "count": {"value": 5, "says": "a count", "tolerance": 2},
        "side": {"value": "heads", "says": "a word"},
        "fair": {"value": True, "says": "a truth"},
        "wall_ms": {"value": 12.5, "says": "a time", "unit": "ms", "machine": True},
    }
    assert content["tables"]["rows"] == {
        "says": "some rows",
        "columns": ["name", "n"],
        "rows": [["a", 1.5], ["b", 2]],
        "at": "",
    }
    assert content["claims"] == {"small": {"holds": [True], "says": "The share is small.", "at": ""}}
    assert (content["lab"], content["seed"], list(content["figures"])) == ("coin_toss", 7, ["bars"])
    assert content["recorded"]["date"] == "2026-11-22"
    assert content["recorded"]["seconds"] == 2
    assert content["recorded"].keys() >= {"python", "machine", "numpy", "scipy", "scikit-learn"}


def test_a_name_set_twice_a_number_that_is_none_and_a_short_row_are_errors():
    results = Results()
    results.add("a", 1, "says")
    with pytest.raises(ValueError, match="result a is set twice"):
        results.add("a", 2, "says")
    with pytest.raises(ValueError, match="result a is set twice"):
        results.claim("a", True, "says")
    results.table("t", "says", ["x"], [[1]])
    with pytest.raises(ValueError, match="table t is set twice"):
        results.table("t", "says", ["x"], [[1]])
    for value in (float("nan"), float("inf"), np.float64("nan")):
        with pytest.raises(ValueError, match=r"result b is (nan|inf), not a finite number"):
            results.add("b", value, "says")
    for value in (1, None, "yes", np.float64(1)):
        with pytest.raises(TypeError, match=r"claim c: holds is .*, not True or False"):
            results.claim("c", value, "says")
    with pytest.raises(ValueError, match="table t: row 1 has 1 cells for 2 columns"):
        results.table("t", "says", ["x", "y"], [[1, 2], [1]])


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (1 / 3, 0.333333),
        (1e-9 / 3, 3.33333e-10),
        (2.0, 2),
        (1234567.8, 1234570),
        (1e20, 1e20),
        (np.float32(0.1), 0.1),
        ("x", "x"),
    ],
)
def test_numbers_are_kept_with_six_digits_and_whole_ones_as_integers(value, kept):
    assert plain(value) == kept
    assert type(plain(value)) is type(kept)


def test_what_is_written_is_read_back_and_written_the_same_again(content, tmp_path):
    path = tmp_path / "results.json"
    write(path, content)
    first = path.read_bytes()
    assert read(path) == content
    write(path, read(path))
    assert path.read_bytes() == first
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["results.json"]
    assert b"\r" not in first
    assert first.endswith(b"}\n")


def test_keys_are_sorted_and_a_row_is_a_line(content, tmp_path):
    write(tmp_path / "results.json", content)
    text = (tmp_path / "results.json").read_text(encoding="utf-8")
    assert list(json.loads(text)) == sorted(content)
    assert '\n    ["a", 1.5],\n    ["b", 2]]' in text


cells = st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.text(max_size=9), st.just("@t@"))


@given(st.lists(st.lists(cells, min_size=2, max_size=2), max_size=4))
def test_any_cells_survive_writing_and_reading(tmp_path_factory, rows):
    frame = {"values": {}, "tables": {"t": {"says": "é @t@", "columns": ["x", "@t@"], "rows": rows}}}
    path = tmp_path_factory.mktemp("cells") / "results.json"
    write(path, frame)
    assert read(path) == frame


def test_a_missing_and_a_broken_file_are_errors_that_say_what_to_do(tmp_path):
    path = tmp_path / "coin_toss" / "results.json"
    with pytest.raises(
        ValueError, match=r"results\.json: there is none; record it with `make lab NAME=coin-toss RECORD=1`"
    ):
        read(path)
    path.parent.mkdir()
    path.write_text("{")
    with pytest.raises(ValueError, match=r"results\.json: not JSON \(.*\); record it again"):
        read(path)


def changed(content: dict, *keys: str | int, to: object) -> dict:
    """The content with one thing in it replaced; None removes it."""
    new = copy.deepcopy(content)
    node = new
    for key in keys[:-1]:
        node = node[key]
    if to is None:
        del node[keys[-1]]
    else:
        node[keys[-1]] = to
    return new


def test_the_same_run_has_no_difference(content):
    assert list(differences(content, copy.deepcopy(content))) == []


@pytest.mark.parametrize(
    ("keys", "to", "said"),
    [
        (("values", "share", "value"), 0.2, "share is recorded as 0.123457, the rerun gives 0.2"),
        (("values", "share", "low"), 0.1, "share.low is recorded as 0, the rerun gives 0.1"),
        (("values", "share", "high"), None, "share.high is recorded as 0.2, the rerun gives None"),
        (("values", "count", "value"), 8, "count is recorded as 5, the rerun gives 8"),
        (("values", "side", "value"), "tails", "side is recorded as heads, the rerun gives tails"),
        (("values", "fair", "value"), False, "fair is recorded as True, the rerun gives False"),
        (("values", "side", "says"), "another", "side.says is recorded as a word, the rerun gives another"),
        (("values", "share", "unit"), "ms", "share.unit is recorded as share, the rerun gives ms"),
        (("values", "share", "interval"), "99%", "share.interval is recorded as 95%, the rerun gives 99%"),
        (("values", "share", "seeds"), [0.1, 0.2], "share.seeds is recorded as None, the rerun gives [0.1, 0.2]"),
        (("values", "share", "at"), "a.py:3", "share.at is recorded as None, the rerun gives a.py:3"),
        (("values", "wall_ms", "machine"), False, "wall_ms.machine is recorded as True, the rerun gives False"),
        (("values", "count", "tolerance"), 3, "count.tolerance is recorded as 2, the rerun gives 3"),
        (("claims", "small", "record"), "x.json", "claim small.record is recorded as None, the rerun gives x.json"),
        (("claims", "small", "says"), "Another.", "claim small.says is recorded as The share is small., the rerun"),
        (("claims", "small", "holds"), [True, True], "claim small.holds is recorded as [True], the rerun gives [T"),
        (("tables", "rows", "says"), "others", "table rows.says is recorded as some rows, the rerun gives others"),
        (("figures", "bars"), "a.py:3", "figures is recorded as {'bars': ''}, the rerun gives {'bars': 'a.py:3'}"),
        (("seed",), 8, "seed is recorded as 7, the rerun gives 8"),
        (("lab",), "other", "lab is recorded as coin_toss, the rerun gives other"),
        (("values", "side"), None, "side is no longer found"),
        (("values", "new"), {"value": 1, "says": "x"}, "new is new"),
        (("tables", "rows"), None, "rows is no longer found"),
        (("tables", "rows", "rows", 1, 1), 3, "table rows, row 2, n: recorded 2, the rerun gives 3"),
        (("tables", "rows", "rows", 1), None, "table rows has another shape"),
        (("tables", "rows", "columns"), ["name", "m"], "table rows has another shape"),
        (("source",), "0" * 16, "its code is 0000000000000000, the results were recorded with"),
    ],
)
def test_each_difference_is_one_line_that_names_it(content, keys, to, said):
    found = list(differences(content, changed(content, *keys, to=to)))
    assert len(found) == 1
    assert found[0].startswith(said)


@pytest.mark.parametrize(
    ("keys", "to"),
    [
        (("values", "count", "value"), 7),
        (("values", "share", "value"), 0.1234575),
        (("values", "wall_ms", "value"), 99),
        (("tables", "machine_rows", "rows", 0, 1), 99),
        (("recorded", "date"), "2027-01-01"),
        (("recorded", "seconds"), 9),
    ],
)
def test_what_is_within_tolerance_or_depends_on_the_machine_is_no_difference(content, keys, to):
    assert list(differences(content, changed(content, *keys, to=to))) == []


def test_equal_means_equal_for_words_and_close_for_numbers():
    assert same(1, 1 + 5e-6, 0)
    assert not same(1, 1 + 5e-5, 0)
    assert same(10, 12, 2)
    assert not same(10, 12.1, 2)
    assert not same(True, 2, 5)
    assert not same("1", 1, 5)
    assert not same(None, 0, 5)


def test_the_hash_is_of_all_the_code_and_of_nothing_else(lab):
    before = source_hash(lab)
    assert len(before) == 16
    (lab / "results.json").write_text("{}")
    (lab / "data" / "second.csv").write_text("x\n")
    code = lab / "__init__.py"
    code.write_bytes(code.read_bytes().replace(b"\n", b"\r\n"))
    assert source_hash(lab) == before
    code.write_bytes(code.read_bytes().replace(b"1000", b"1001"))
    assert source_hash(lab) != before
    changed_once = source_hash(lab)
    (lab / "more.py").write_text("")
    assert source_hash(lab) != changed_once


def run_of(value: float, held: bool, claim: str = "small") -> Results:
    results = Results()
    results.add("share", value, "a share", "share")
    results.add("always", 5, "the same with every seed")
    results.add("wall_ms", value, "a time", "ms", machine=True)
    results.claim(claim, held, "The share is small.")
    return results


def test_over_seeds_a_claim_keeps_each_answer_and_a_number_its_range_but_stays_the_first_seeds():
    results = record.over_seeds([run_of(0.2, True), run_of(0.1, False), run_of(0.4, True)])
    assert results.claims["small"].holds == (True, False, True)
    assert (results.values["share"].value, results.values["share"].seeds) == (0.2, [0.1, 0.4])
    assert results.values["always"].seeds == results.values["wall_ms"].seeds == ()


def test_a_claim_names_the_recorded_run_that_it_rests_on_and_no_other_does(lab):
    (lab / "measured.json").write_text("{}", encoding="utf-8")
    results = run_of(0.2, True)
    results.claim("timed", True, "It was fast.", record="measured.json")
    results = record.over_seeds([results, results])
    assert results.claims["timed"] == record.Claim(
        (True, True), "It was fast.", results.claims["timed"].at, "measured.json"
    )
    kept = record.as_json("coin_toss", results, 0, "2026-11-27", 1.0)["claims"]
    assert kept["timed"]["record"] == "measured.json" and "record" not in kept["small"]


def test_a_claim_that_rests_on_a_file_that_the_lab_has_not_is_an_error(lab):
    results = run_of(0.2, True)
    results.claim("timed", True, "It was fast.", record="measured.json")
    with pytest.raises(ValueError, match=r"claim timed: its record measured\.json is no file in docs/labs/coin_toss"):
        record.as_json("coin_toss", results, 0, "2026-11-27", 1.0)


def test_a_claim_that_only_some_seeds_make_is_an_error():
    with pytest.raises(ValueError, match=r"claim (large|small) is made with some seeds only"):
        record.over_seeds([run_of(0.2, True), run_of(0.1, True, "large")])


def test_where_a_result_was_made_is_kept_as_file_and_line(lab):
    content = record.read(lab / "results.json")
    lines = (lab / "__init__.py").read_text(encoding="utf-8").splitlines()
    found = {**content["values"], **content["claims"], **content["tables"]}
    for name, entry in found.items():
        file, _, line = entry["at"].partition(":")
        assert file == "__init__.py"
        call = "".join(lines[int(line) - 1 : int(line) + 2])
        assert f'"{name}"' in call and "results." in call


HELPERS = """from labs.record import Results

def put(r, name):
    r.add(name, 1, "one")
    r.claim(f"{name}_held", True, "It held.")

def each(r, names):
    for name in names:
        put(r, name)

def run(seed):
    r = Results()
    put(r, "a")
    put(r, "b")
    each(r, ["c", "d", "e"])
    r.add("alone", 1, "one")
    return r
"""


def test_where_a_helper_made_a_result_the_call_that_tells_it_from_the_others_is_kept_too(lab):
    (lab / "__init__.py").write_text(HELPERS, encoding="utf-8")
    run = {"__name__": "made_lab"}
    exec(compile(HELPERS, str(lab / "__init__.py"), "exec"), run)
    content = as_json("coin_toss", run["run"](0), 0, "2026-11-28", 1.0)
    made = {name: (entry["at"], entry.get("through")) for name, entry in content["values"].items()}
    assert made == {
        "a": ("__init__.py:13", "__init__.py:4"),
        "b": ("__init__.py:14", "__init__.py:4"),
        **dict.fromkeys("cde", ("__init__.py:4", None)),  # five by this line, six by the call in the loop
        "alone": ("__init__.py:16", None),
    }
    assert content["claims"]["b_held"]["through"] == "__init__.py:5"


def test_a_rerun_that_breaks_a_claim_or_drops_it_differs(content):
    rerun = copy.deepcopy(content)
    rerun["claims"]["small"]["holds"] = [False]
    assert list(differences(content, rerun)) == ["claim small.holds is recorded as [True], the rerun gives [False]"]
    rerun["claims"] = {}
    assert list(differences(content, rerun)) == ["small is no longer found"]


@pytest.mark.parametrize(
    ("keys", "to", "said"),
    [
        (("values", "share", "seeds"), [0.1, 0.2], []),
        (("values", "share", "seeds"), [0.15, 0.2], ["share.seeds is recorded as [0.15, 0.2], the rerun gives None"]),
        (("claims", "small", "holds"), [True, False], []),
        (("claims", "small", "holds"), [True], ["claim small.holds is recorded as [True], the rerun gives [True]"]),
        (("claims", "small", "holds"), [False, True], ["claim small.holds is recorded as [False, True], the rerun"]),
    ],
)
def test_a_rerun_with_the_first_seed_alone_finds_what_cannot_be_whatever_the_others_gave(content, keys, to, said):
    content["claims"]["small"]["holds"] = [True, True]
    rerun = changed(content, "claims", "small", "holds", to=[True])
    found = list(differences(changed(content, *keys, to=to), rerun, 2))
    assert [line.startswith(one) for line, one in zip(found, said, strict=True)] == [True] * len(said)


def test_where_calls_stand_is_not_compared_where_the_code_has_changed(content):
    old = changed(changed(content, "source", to="0" * 16), "values", "share", "at", to="a.py:3")
    assert len(list(differences(old, content))) == 1


def test_the_data_a_lab_reads_is_part_of_what_was_run_and_its_notes_are_not(lab):
    before = record.data_hash(lab)
    (lab / "notes.md").write_text("Notes.", encoding="utf-8")
    assert record.data_hash(lab) == before
    (lab / "answers.json").write_text("{}", encoding="utf-8")
    assert record.data_hash(lab) != before
    (lab / "answers.json").unlink()
    for name in ("data/results.json", "data/notes.md", "data/_raw.csv", "data/more/x.csv"):
        (lab / name).parent.mkdir(exist_ok=True)
        (lab / name).write_text("1", encoding="utf-8")
        assert record.data_hash(lab) != before, name
        assert record.data_hash(lab) == digests(lab, lab)["data"]
        (lab / name).unlink()
    next(lab.glob("data/*.csv")).write_text("other\n", encoding="utf-8")
    assert record.data_hash(lab) != before


@pytest.mark.parametrize(
    "name",
    [
        "data/.DS_Store",
        ".ipynb_checkpoints/a.csv",
        ".ipynb_checkpoints/a.py",
        "README.md",
        "notes.md~",
        "#notes.md#",
        "notes.md.orig",
        "__init__.py~",
        "__init__.py.bak",
        "data/a.csv.rej",
    ],
)
def test_an_editor_s_copy_a_readme_and_what_is_hidden_count_as_no_file_of_a_lab(lab, name):
    before = record.data_hash(lab), source_hash(lab)
    (lab / name).parent.mkdir(exist_ok=True)
    (lab / name).write_text("1", encoding="utf-8")
    assert (record.data_hash(lab), source_hash(lab)) == before
    assert [digests(lab, lab)[key] for key in ("data", "source")] == list(before)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda r: r.add("x", [1, 2], "s"), "result x is [1, 2], of type list; give a number"),
        (lambda r: r.add("x", Fraction(1, 2), "s"), "result x is Fraction(1, 2), of type Fraction; give a number"),
        (lambda r: r.add("x", 1.5, "s", None), "unit of result x is None, of type NoneType; give a text"),
        (lambda r: r.add("x", 1.5, "s", interval=95), "interval of result x is 95, of type int; give a text"),
        (lambda r: r.add("x", 1.5, "s", low=np.float64("nan")), "low of result x is nan, not a finite number"),
        (
            lambda r: r.add("x", 1.5, "s", high="2"),
            "high of result x is '2', of type str; give a number, as of float()",
        ),
        (lambda r: r.claim("c", True, None), "says of claim c is None, of type NoneType; give a text"),
        (lambda r: r.table("t", "s", ["a", "b"], [["r", float("nan")]]), "table t: row 0, b is nan, not a finite"),
        (
            lambda r: r.table("t", "s", ["a"], [[1], [(1, 2)]]),
            "table t: row 1, a is (1, 2), of type tuple; give a number",
        ),
        (lambda r: r.table("t", "s", [1, "1"], []), "no page could quote it"),
        (lambda r: r.figure("by run", lambda: None), "figure 'by run' could not be shown"),
        (lambda r: r.figure("a/b", lambda: None), "figure 'a/b' could not be shown"),
        (lambda r: [r.figure("p", lambda: None), r.figures["p"]()], "its function gives None; end it with `return"),
    ],
)
def test_what_no_record_can_hold_or_no_page_can_show_is_refused_in_the_lab(make, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        make(Results())


def test_cells_and_columns_of_numpy_are_written_as_numbers(lab):
    results = Results()
    results.table("t", "s", np.arange(2), [[np.int64(1), None]])
    written = json.loads(json.dumps(as_json("coin_toss", results, 0, "2026-11-20", 1)))
    assert (written["tables"]["t"]["columns"], written["tables"]["t"]["rows"]) == ([0, 1], [[1, None]])


@pytest.mark.parametrize("name", ["a.low", "a b", '"><b>', "", "-a"])
def test_a_result_that_no_page_could_quote_is_refused_when_it_is_made(name):
    for make in (
        lambda results: results.add(name, 1, "one"),
        lambda results: results.claim(name, True, "So."),
        lambda results: results.table(name, "Rows.", ["a"], [[1]]),
        lambda results: results.table("rows", "Rows.", ["a", "a"], [[1, 2]]),
    ):
        with pytest.raises(ValueError, match="could"):
            make(Results())
