"""The lab hermes_md_bug: the scan, the searches, the rules, each on cases worked by hand, in real git repositories."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from labs import hermes_md_bug as lab
from labs.hermes_md_bug import experiment, history, rules, search

NINE = [row for row in lab.rows("reports") if row["series"] == "hermes"]
GREP = "! git log --format=%B | grep -qF "


def scan(folder, *options, capsys=None):
    status = lab.main(["trigger-scan", "--repo", str(folder), *options])
    return status, capsys.readouterr().out if capsys else ""


def asks(truth):
    """An oracle over positions, and the parts it was asked about."""
    asked = []

    def ask(part):
        asked.append(list(part))
        return truth(part)

    return ask, asked


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
    assert scan(tmp_path / "bare", capsys=capsys)[1].startswith("0 commits")


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


def test_a_hook_refuses_the_commit_that_would_hold_the_string(tmp_path):
    folder = history.case(tmp_path, "clean", "subject")
    hook = folder / ".git" / "hooks" / "commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m labs hermes-md-bug trigger-scan --pre-commit "$1"\n')
    hook.chmod(0o755)

    def commit(message):
        name = ["-c", "user.name=a", "-c", "user.email=a@b"]
        return subprocess.run(["git", *name, "commit", "-q", "--allow-empty", "-m", message], cwd=folder).returncode

    assert commit("docs: hermes") == 0
    assert commit("docs: add HERMES.md") == 1
    assert len(history.messages(folder, 0)) == 2


def test_comment_lines_of_a_message_are_not_part_of_it(tmp_path, capsys):
    (tmp_path / "r").mkdir()
    folder = history.case(tmp_path / "r", "clean", "subject")
    message = tmp_path / "message"
    message.write_text("a change\n# HERMES.md\n")
    assert lab.main(["trigger-scan", "--repo", str(folder), "--pre-commit", str(message)]) == 0
    message.write_text("a change to HERMES.md\n")
    assert lab.main(["trigger-scan", "--repo", str(folder), "--pre-commit", str(message)]) == 1


def test_an_empty_list_is_allowed_and_finds_nothing(tmp_path, capsys):
    listed = tmp_path / "none.csv"
    listed.write_text("string,url,date\n")
    (tmp_path / "r").mkdir()
    folder = history.case(tmp_path / "r", "HERMES.md", "subject")
    assert scan(folder, "--strings", str(listed), capsys=capsys)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "has the commands trigger-scan and find-trigger"),
        (["trigger-scan", "--repo", "/nowhere/at/all"], "is not a folder"),
        (["trigger-scan", "--repo", "EMPTY"], "not a git repository"),
        (["trigger-scan", "--strings", "/nowhere.csv"], "No such file"),
        (["trigger-scan", "--last", "many"], "'many' is not a number"),
        (["find-trigger"], "required: --oracle"),
        (["find-trigger", "--repo", "REPO", "--oracle", "exit 0"], "there is nothing to find"),
        (["find-trigger", "--repo", "REPO", "--oracle", "exit 1"], "the cause is not in them"),
        (["find-trigger", "--repo", "REPO", "--oracle", "exit 7"], "ended with 7; 0 means normal"),
        (["find-trigger", "--repo", "REPO", "--oracle", "./mine.sh"], "so give full paths"),
        (["find-trigger", "--repo", "REPO", "--oracle", "exit 0", "--flips", "0.5"], "says nothing"),
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


def test_find_trigger_names_one_commit_and_its_nine_characters(tmp_path, capsys):
    folder = history.throwaway(tmp_path, ["one", "two", "+ HERMES.md", "four"])
    guilty = history.messages(folder, 0)[1][0]
    assert lab.main(["find-trigger", "--repo", str(folder), "--oracle", GREP + "HERMES.md"]) == 0
    out = capsys.readouterr().out
    assert f"  {guilty[:10]}  9 of 11 characters matter\n" in out
    assert "HERMES" not in out


@pytest.mark.parametrize("method", ["ddmin", "beginnings"])
def test_find_trigger_names_both_messages_of_a_pair(tmp_path, capsys, method):
    folder = history.throwaway(tmp_path, ["a", "bR", "c", "d", "Be", "f"])
    both = "! (git log --reverse --format=%B | tr -d '\\n' | grep -q R.*B)"
    assert lab.main(["find-trigger", "--repo", str(folder), "--oracle", both, "--show", "--method", method]) == 0
    out = capsys.readouterr().out
    assert "trigger 1 of 1: 2 messages" in out
    assert "'R' of 'bR'" in out and "'B' of 'Be'" in out


def test_find_trigger_finds_both_of_two_independent_triggers(tmp_path, capsys):
    folder = history.throwaway(tmp_path, ["aQ", "b", "Zc"])
    either = "! git log --format=%B | grep -qE 'Q|Z'"
    assert lab.main(["find-trigger", "--repo", str(folder), "--oracle", either]) == 0
    assert "trigger 2 of 2: 1 message\n" in capsys.readouterr().out


def test_find_trigger_stops_at_its_limit_of_probes_and_says_how_many(tmp_path, capsys):
    folder = history.throwaway(tmp_path, ["a red", "b"])
    with pytest.raises(ValueError, match="stopped after 3 probes"):
        lab.main(["find-trigger", "--repo", str(folder), "--oracle", GREP + "red", "--max-probes", "3", "--cost", "2"])
    assert capsys.readouterr().out == "3 probes of 3 messages, 6.00 in all\n"


def test_by_halves_finds_one_of_eight_in_at_most_six_probes():
    for guilty in range(8):
        ask, asked = asks(lambda part, guilty=guilty: guilty in part)
        assert search.by_halves(range(8), ask) == [guilty]
        assert len(asked) <= 6


def test_by_halves_stops_with_everything_when_a_pair_stands_in_both_halves():
    ask, asked = asks(lambda part: {1, 6} <= set(part))
    assert search.by_halves(range(8), ask) == list(range(8))
    assert asked == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_ddmin_and_one_at_a_time_find_every_pair_of_eight():
    for a in range(8):
        for b in range(a + 1, 8):
            for method in (search.ddmin, search.one_at_a_time):
                ask, asked = asks(lambda part, a=a, b=b: {a, b} <= set(part))
                assert method(range(8), ask) == [a, b]
                assert method is search.ddmin or len(asked) == 8


def test_beginnings_find_every_pair_and_triple_of_eight_in_few_probes():
    for parts in ({a, b, c} for a in range(8) for b in range(8) for c in range(8)):
        ask, asked = asks(lambda part, parts=parts: parts <= set(part))
        assert search.by_prefix(range(8), ask) == sorted(parts)
        assert len(asked) <= 4 * len(parts)


def test_a_rule_that_the_rest_of_the_prompt_fires_is_no_candidate():
    table = [("now.\nopenclaw.in", True), ("now.\nplain", False)]
    fit = rules.consistent(rules.one_part("openclaw.in"), table)
    assert "contains w." not in fit and "contains aw." in fit


def test_ddmin_finds_a_triple_spread_over_a_history():
    ask, _ = asks(lambda part: {0, 31, 63} <= set(part))
    assert search.ddmin(range(64), ask) == [0, 31, 63]


def test_a_remembered_oracle_is_not_asked_twice():
    ask, asked = asks(lambda part: 1 in part)
    once = search.remembered(ask)
    assert [once([1, 2]), once((1, 2)), once([2])] == [True, True, False]
    assert asked == [[1, 2], [2]]


def test_the_first_answer_at_ten_percent_takes_three_agreements_more_than_disagreements():
    given = iter([True, False, True, True, True])  # step ln 9 = 2.20; the first bound ln(1 / 0.00608 - 1) = 5.10
    assert search.settled(lambda _: next(given), 0.1, 0.01)([1]) is True
    assert next(given, "used up") == "used up"


def test_later_answers_must_be_surer_so_that_the_whole_search_stays_within_its_error():
    count = 0

    def ask(_):
        nonlocal count
        count += 1
        return True

    sure = search.settled(ask, 0.1, 0.01)
    for _ in range(19):
        sure([1])
    count = 0
    sure([1])
    assert count == 6  # the 20th answer: allowed 1.5e-5, bound 11.1, step 2.20


def test_repeated_probes_find_the_pair_where_single_ones_mostly_fail():
    found = dict.fromkeys(("ddmin", "ddmin + SPRT"), 0)
    for name in found:
        for run in range(100):
            found[name] += experiment.one("conjunction", 64, 0.1, name, random.Random(run))[0]
    assert found["ddmin"] < 25
    assert found["ddmin + SPRT"] >= 97


def test_the_order_of_a_pair_counts_and_a_later_copy_does_not_help():
    oracle = experiment.Oracle("ordered pair", [2, 5, 7], 0, random.Random(0))
    assert [oracle(part) for part in ([2, 5], [5, 7], [2, 7], [2, 5, 7])] == [True, False, False, True]
    assert search.ddmin(range(9), oracle) == [2, 5]


def test_a_trigger_that_a_newer_message_hides_is_missed_by_the_second_round():
    def newest_wins(part):  # 0 and 2 set it off, 1 calls it off; the newest of them decides
        return {0: True, 1: False, 2: True}.get(max((i for i in part if i < 3), default=1))

    assert search.every_trigger(range(4), newest_wins, search.ddmin) == [[2]]


def test_shrinking_leaves_the_string_and_nothing_else():
    assert search.shrink(["x", "an old HERMES.md file"], 1, lambda m: "HERMES.md" in m[1], 0, 0.01) == "HERMES.md"


def test_there_are_44_substrings_and_ES_m_is_the_shortest_that_fits():
    assert len(rules.substrings("HERMES.md")) == 44
    rows = [(row["message"], row["outcome"] == "metered") for row in NINE[:7]]
    fit = rules.consistent(rules.one_part(rules.STRING), rows)
    assert min((name.removeprefix("contains ") for name in fit), key=len) == "ES.m"
    assert not any("any case" in name for name in fit)
    fewer = [row for row in rows if row[0] != "README.md"]
    assert fit.keys() == rules.consistent(rules.one_part(rules.STRING), fewer).keys()


def test_a_row_more_removes_the_rules_it_contradicts():
    rows = [("HERMES.md", True), ("THEMES.md", False)]
    fit = rules.consistent(rules.one_part("HERMES.md"), rows)
    assert "contains ES.m" not in fit and "contains RMES.md" in fit


def test_the_message_that_halves_four_rules_is_worth_one_bit():
    four = {part: (lambda text, part=part: part in text) for part in ("a", "ab", "abc", "abcd")}
    assert rules.gain([list(four)], four, "ab") == pytest.approx(1)
    assert rules.gain([list(four)], four, "zzz") == 0
    used, groups = rules.fixed_list(four, ["zzz", "abc", "ab", "a", "abcd"])
    assert used[0] == "ab" and len(used) == 3 and sorted(map(len, groups)) == [1, 1, 1, 1]
    assert max(rules.one_by_one(four, ["abc", "ab", "a"]).values()) == 2


def test_a_hit_is_seen_from_five_states_of_the_history_and_fewer_near_its_end(monkeypatch):
    data = {
        "histories": [{"commits": "10"}],
        "words": [{"repository": "r", "age": age, "word": "HERMES.md"} for age in ("1", "3", "9")],
    }
    monkeypatch.setattr(lab, "rows", data.get)
    results = lab.Results()
    lab.blast(results, {"contains HERMES.md": lambda t: "HERMES.md" in t, "contains ES.m": lambda t: "ES.m" in t})
    assert results.values["reach_exact_windows"].value == 4 + 5  # heads 0 to 3 see the first two; 5 to 9 the last
    assert results.values["reach_exact_repositories"].value == 1
