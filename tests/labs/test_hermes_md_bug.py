"""The lab hermes_md_bug: the scan and the mistakes of its readers, each on real git repositories."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from labs import hermes_md_bug as lab
from labs.hermes_md_bug import history

NINE = [row for row in lab.rows("reports") if row["series"] == "hermes"]


def scan(folder, *options, capsys=None):
    status = lab.main(["trigger-scan", "--repo", str(folder), *options])
    return status, capsys.readouterr().out if capsys else ""


@pytest.mark.parametrize("row", NINE, ids=lambda row: f"{row['where']}: {row['message']}")
def test_the_scan_gives_each_of_the_nine_cases_its_reported_lane(tmp_path, row, capsys):
    status, _ = scan(history.case(tmp_path, row["message"], row["where"]), capsys=capsys)
    assert status == (row["outcome"] == "metered")


def test_the_reporter_gives_nine_cases_of_which_two_are_metered():
    assert [row["outcome"] for row in NINE].count("metered") == 2
    assert len(NINE) == 9


def test_another_case_of_the_letters_is_a_near_miss_and_no_failure(tmp_path, capsys):
    status, out = scan(history.case(tmp_path, "hermes.md", "subject"), capsys=capsys)
    assert status == 0
    assert out.startswith("near  HERMES.md  in subject of ")


def test_a_short_string_gets_no_near_misses():
    text = [history.Text("subject", "this does more")]
    assert history.find(text, ["ES.m"]) == []
    assert [hit.kind for hit in history.find([history.Text("subject", "NOTES.md")], ["ES.m"])] == ["exact"]


def test_a_bare_repository_is_read_for_its_messages(tmp_path, capsys):
    history.git(tmp_path, "init", "-q", "--bare", "bare", clean=True)
    assert scan(tmp_path / "bare", capsys=capsys)[1].startswith("0 commits read,")


def test_a_repository_with_a_tree_is_said_to_be_read_with_branch_user_and_status(tmp_path, capsys):
    out = scan(history.case(tmp_path, "clean", "subject"), capsys=capsys)[1]
    assert out.startswith("1 commits, branch, user and status read,")


@pytest.mark.parametrize("place", ["body", "branch", "untracked"])
def test_body_branch_and_untracked_files_are_read_too(tmp_path, place, capsys):
    assert scan(history.case(tmp_path, "HERMES.md", place), capsys=capsys)[0] == 1


def test_only_the_newest_messages_asked_for_are_read(tmp_path, capsys):
    folder = history.case(tmp_path, "HERMES.md", "sixth")
    assert [scan(folder, "--last", n, capsys=capsys)[0] for n in ("5", "6", "0")] == [0, 1, 1]


def test_the_scan_shows_ids_and_no_messages_unless_asked(tmp_path, capsys):
    folder = history.case(tmp_path, "secret plan about HERMES.md", "subject")
    assert "secret plan" not in scan(folder, capsys=capsys)[1]
    assert "secret plan" in scan(folder, "--show", capsys=capsys)[1]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.csv", "string,url,date\n", "none.csv: no string in it; write one a line"),
        ("none.txt", "\n", "none.txt: no string in it"),
        ("open.csv", 'a,string\n2,"unclosed\n', r"open.csv:2: not CSV \(.*\); close each quote"),
    ],
)
def test_an_empty_or_broken_list_is_refused_and_is_no_all_clear(tmp_path, name, content, says):
    (tmp_path / name).write_text(content)
    with pytest.raises(ValueError, match=says):
        history.read_strings(tmp_path / name)


def test_a_list_may_be_plain_text_with_a_string_a_line_and_a_csv_needs_its_column(tmp_path, capsys):
    (tmp_path / "r").mkdir()
    folder = history.case(tmp_path / "r", "a red herring, and more", "subject")
    listed = tmp_path / "mine.txt"
    listed.write_text("\nred herring, and\nopenclaw\n")
    status, out = scan(folder, "--strings", str(listed), capsys=capsys)
    assert status == 1 and "2 strings looked for: 1 exact" in out
    with pytest.raises(ValueError, match="must name a column `string`; a plain list"):
        lab.main(["trigger-scan", "--repo", str(folder), "--strings", str(listed.rename(tmp_path / "mine.csv"))])


@pytest.mark.parametrize("file", sorted((Path(lab.__file__).parent / "data").glob("*.csv")), ids=lambda file: file.name)
def test_every_row_of_a_data_set_has_a_value_for_each_column_and_no_more(file):
    with file.open(encoding="utf-8", newline="") as lines:
        head, *rows = csv.reader(lines)
    assert {len(row) for row in rows} == {len(head)}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "has the commands trigger-scan, find-trigger and watch-lane"),
        (["trigger-scan", "--repo", "/nowhere/at/all"], "is not a folder"),
        (["trigger-scan", "--repo", "EMPTY"], "not a git repository"),
        (["trigger-scan", "--strings", "/nowhere.csv"], "No such file"),
        (["trigger-scan", "--last", "many"], "'many' is not a number"),
        (["find-trigger"], "required: --oracle"),
        (["find-trigger", "--repo", "REPO", "--oracle", "exit 0"], "there is nothing to find"),
        (["find-trigger", "--repo", "REPO", "--oracle", "exit 1"], "the cause is not in them"),
        (
            ["find-trigger", "--repo", "REPO", "--oracle", "exit 7"],
            "ended with 7; 0 means normal, 1 means the symptom. It runs in another folder",
        ),
        (["find-trigger", "--repo", "REPO", "--oracle", "./mine.sh"], "so give full paths"),
        (["find-trigger", "--repo", "REPO", "--oracle", "exit 0", "--flips", "0.5"], "says nothing"),
        (["find-trigger", "--repo", "REPO", "--oracle", "exit 0", "--timeout", "nan"], "nan is not 0 or more"),
        (["trigger-scan", "--repo", "REPO", "--pre-commit", "/nowhere"], "No such file"),
        (["trigger-scan", "--cleanup", "tidy"], "invalid choice: 'tidy'"),
        (["watch-lane", "--upstream", "api.example.org"], "give an address such as"),
        (["watch-lane", "--port", "70000"], "ports end at 65535"),
    ],
)
def test_a_mistake_is_answered_in_one_line(tmp_path, arguments, says):
    for name in ("empty", "repo"):
        (tmp_path / name).mkdir()
    folder = {"EMPTY": str(tmp_path / "empty"), "REPO": str(history.throwaway(tmp_path / "repo", ["one", "two"]))}
    with pytest.raises(ValueError) as error:
        lab.main([folder.get(a, a) for a in arguments])
    assert says in str(error.value)
    assert "\n" not in str(error.value)
