"""The tool of the lab memory_attribution_failures: what it says of logs, and of files that are none."""

from __future__ import annotations

import json

import pytest
from labs import memory_attribution_failures as lab
from labs.memory_attribution_failures import trace


def traced(tmp_path, capsys, lines, *fields):
    """Status, output and complaint of the tool for lines, each a text or what JSON holds."""
    file = tmp_path / "memories.jsonl"
    file.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines), encoding="utf-8")
    status = lab.main(["trace", str(file), *fields])
    return status, *capsys.readouterr()


def line(name, written, returned=None):
    return {"id": name, "written": written} | ({} if returned is None else {"returned": returned})


def test_a_field_that_comes_back_is_not_called_used_or_right(tmp_path, capsys):
    rows = [line(i, {"text": "x", "by": who}, {"text": "x", "by": who}) for i, who in enumerate("ab")]
    status, out, _ = traced(tmp_path, capsys, rows)
    assert status == 0
    assert out == (
        "by: written in 2 of 2, 2 distinct; of 2 returned, 2 as written\n"
        "Whether a field was extracted rightly, or used after it came back, is not in this file.\n"
    )


@pytest.mark.parametrize(
    ("rows", "fields", "says"),
    [
        (
            [line(1, {"by": "a"}, {}), line(2, {"by": "b"}, {"by": "b"})],
            (),
            "1 as written; 1 without it, 0 changed, between write and return",
        ),
        ([line(1, {"by": "a"}, {"by": "z"}), line(2, {"by": "b"}, {"by": "b"})], (), "0 without it, 1 changed"),
        ([line(i, {"by": "user"}, {"by": "user"}) for i in range(3)], (), 'always "user": not evidence'),
        ([line(1, {"by": "a"}, {"by": "a"}), line(2, {}, {})], (), "1 were written without it"),
        ([line(1, {"by": "a"}, {"by": "a"}), line(2, {}, {})], (), 'always "a": not evidence'),
        ([line(1, {"by": "a"}), line(2, {"by": "b"})], (), "nothing is known of the way back"),
        ([line(1, {"by": "a"}, {"by": "a"})], ("when",), "when: written in 0 of 1; 1 were written without it: lost"),
        (
            [line(1, {"by": 1}, {"by": True}), line(2, {"by": 2}, {"by": 2})],
            (),
            "1 as written; 0 without it, 1 changed",
        ),
        ([line(1, {"by": None}, {"by": "a"}), line(2, {"by": "b"}, {"by": "b"})], (), "1 come back with it that were"),
        ([line(1, {"by": "a"}, {"by": "a"}), line(2, {"by": "b"}, {"By": "b"})], ("by",), "also spells it By"),
        ([line(1, {"by": "a"}, {"by": "a"}), line(2, {"by": "b"}, {"by": "b"})], ("By",), "also spells it by"),
        ([line(1, {"by": None}, {"by": None}), line(2, {"by": "b"}, {"by": "b"})], (), "written in 1 of 2"),
    ],
)
def test_a_lost_or_empty_field_is_named_with_its_counts(tmp_path, capsys, rows, fields, says):
    status, out, _ = traced(tmp_path, capsys, rows, *fields)
    assert status == 1
    assert says in out
    assert out.endswith(f"{trace.BLIND}\n")


def test_a_field_asked_for_in_another_spelling_is_not_called_lost(tmp_path, capsys):
    status, out, _ = traced(tmp_path, capsys, [line(1, {"by": "a"}, {"by": "a"})], "By")
    assert (status, out.splitlines()[0]) == (1, "By: written in 0 of 1; the file also spells it by: one field or two?")


def test_a_score_that_the_read_adds_is_not_said_to_show_a_hole_in_the_log(tmp_path, capsys):
    rows = [line(i, {"by": who}, {"by": who, "score": 0.9}) for i, who in enumerate("ab")]
    _, out, _ = traced(tmp_path, capsys, rows)
    assert "score: written in 0 of 2; 2 come back with it that were written without: added by the read, or" in out


def test_one_time_in_two_spellings_and_a_field_under_metadata_are_not_called_lost(tmp_path, capsys):
    when = ("2026-06-24T10:00:00Z", "2026-06-24T10:00:00+00:00")
    rows = [
        line(1, {"at": when[0], "by": "a"}, {"at": when[1], "metadata": {"by": "a"}}),
        line(2, {"by": "b"}, {"by": "b"}),
    ]
    rows[1]["written"]["at"] = rows[1]["returned"]["at"] = "2026-06-25T10:00:00Z"
    assert traced(tmp_path, capsys, rows)[0] == 0


def test_a_number_and_a_text_are_two_ids_and_a_byte_order_mark_is_no_fault(tmp_path, capsys):
    rows = ["\ufeff" + json.dumps(line(1, {"by": "a"}, {"by": "a"})), line("1", {"by": "b"}, {"by": "b"})]
    assert traced(tmp_path, capsys, rows)[0] == 0


def test_the_two_parts_of_a_memory_may_stand_on_two_lines_in_any_order(tmp_path, capsys):
    rows = [{"id": "a", "returned": {"by": "x"}}, line("a", {"by": "x"}), "", line("b", {"by": "y"}, {"by": "y"})]
    assert traced(tmp_path, capsys, rows)[0] == 0


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ([line(1, {"by": "a"}), "{oops"], "memories.jsonl:2: not JSON"),
        (["3"], 'memories.jsonl:1: no "id"'),
        (['{"results": [', '{"id": "a"}]}'], "this is what a search gives back; put each hit on a line of its own"),
        (['{"id": true, "written": {}}'], 'memories.jsonl:1: no "id"'),
        (['{"id": 1}'], 'memories.jsonl:1: neither "written" nor "returned"'),
        (['{"id": 1, "written": "by user"}'], 'memories.jsonl:1: "written" is not an object'),
        ([line(1, {"by": "a"}), line(1, {"by": "a"})], 'memories.jsonl:2: id 1 has "written" a second time'),
        ([line(1, {"by": "a"}), '{"id": 9, "returned": {}}'], "id 9 is returned and was never written"),
        ([""], "no memories"),
        ([line(1, {"text": "x"})], "no field beside the text"),
        (['{"id": 1, "written": {"by": "a", "by": "b"}}'], '"by" stands twice in one object'),
        (['{"id": 1, "written": {"by": NaN}, "returned": {"by": NaN}}'], "NaN is no value of JSON"),
        (['{"id": 1, "written": {"by": 1e400}, "returned": {"by": 1e401}}'], "1e400 is larger than a number can be"),
        (["[" * 100_000], "memories.jsonl:1: not JSON"),
    ],
)
def test_malformed_input_gets_one_line_and_status_two(tmp_path, capsys, lines, complaint):
    status, out, err = traced(tmp_path, capsys, lines)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert complaint in err


def test_a_file_that_is_not_there_or_not_text_gets_one_line(tmp_path, capsys):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for argv in (["trace", str(tmp_path / "none")], ["trace", str(tmp_path / "binary")], ["trace"], ["explain", "x"]):
        assert lab.main(argv) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_the_line_that_complaints_show_is_itself_read(tmp_path):
    file = tmp_path / "one.jsonl"
    file.write_text(trace.LINE)
    assert trace.read(file) == {'"m1"': {"written": {"speaker": "user"}, "returned": {"speaker": "user"}}}
