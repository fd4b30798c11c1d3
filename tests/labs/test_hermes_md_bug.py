"""The lab hermes_md_bug: the scan, the searches, the rules, each on cases worked by hand, in real git repositories."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import random
import re
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from labs import hermes_md_bug as lab
from labs import record
from labs.hermes_md_bug import evidence, exact, experiment, find, history, hook, lane, message, rules, search, searching

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


@pytest.fixture
def repository(tmp_path):
    """A repository whose commit-msg hook is trigger-scan, and a way to commit in it."""
    (tmp_path / "r").mkdir()
    folder = history.case(tmp_path / "r", "clean", "subject")
    script = folder / ".git" / "hooks" / "commit-msg"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f'#!/bin/sh\n"{sys.executable}" -m labs hermes-md-bug trigger-scan --pre-commit "$1"\n')
    script.chmod(0o755)
    file = tmp_path / "message"

    def commit(text, *words, settings=()):
        file.write_text(text)
        given = [part for pair in settings for part in ("-c", pair)]
        words = [word.replace("FILE", str(file)) for word in words]
        command = ["git", *given, "-c", f"core.editor=cp '{file}'", "commit", "-q", "--allow-empty", *words]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | history.OWN
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)

    commit.folder = folder
    return commit


COMMENT = "a change\n\n# HERMES.md\n"
CUT = f"a change\n\n# {message.CUT}\nbelow: HERMES.md\n"
INSIDE = "a change\n\nif a >8 b then HERMES.md\n"


@pytest.mark.parametrize(
    ("text", "words", "settings", "kept"),
    [
        ("docs: add HERMES.md\n", ["-F", "FILE"], [], True),
        ("docs: hermes\n", ["-F", "FILE"], [], False),
        (INSIDE, ["-F", "FILE"], [], True),
        (INSIDE, [], [], True),
        (COMMENT, ["-F", "FILE"], [], True),
        (COMMENT, [], [], False),
        (COMMENT, ["--cleanup=whitespace"], [], True),
        (COMMENT, ["--clean", "verbatim"], [], True),
        (COMMENT, [], ["commit.cleanup=scissors"], True),
        (COMMENT, ["-F", "FILE"], ["commit.cleanup=strip"], False),
        (COMMENT, [], ["core.commentChar=;"], True),
        (COMMENT, [], ["core.commentChar=auto"], None),
        (CUT, [], [], True),
        (CUT, ["-v"], [], False),
        (CUT, ["-m", "-v"], [], None),
        (CUT, [], ["commit.verbose=true"], False),
        (CUT, ["-F", "FILE"], ["commit.cleanup=scissors"], True),
        (CUT, [], ["commit.cleanup=scissors"], False),
    ],
)
def test_the_hook_refuses_exactly_what_git_would_commit_with_the_string(repository, text, words, settings, kept):
    bare = repository(text, *words, "--no-verify", settings=settings)
    assert bare.returncode == 0, bare.stderr
    truth = "HERMES.md" in history.git(repository.folder, "log", "-1", "--format=%B")
    refused = repository(text, *words, settings=settings).returncode == 1
    assert refused or not truth
    if kept is not None:  # None: git's choice is not to be seen, and a refusal too many is allowed
        assert (truth, refused) == (kept, kept)


def test_the_hook_does_not_mind_a_file_of_that_name(repository):
    (repository.folder / "HERMES.md").write_text("test")
    history.git(repository.folder, "add", "--all")
    assert repository("docs: a clean message\n").returncode == 0


def test_a_message_is_read_by_hand_and_in_a_named_mode(tmp_path, capsys):
    folder = history.throwaway(tmp_path / "r", ["one"])
    file = tmp_path / "message"
    file.write_text(COMMENT)
    command = ["trigger-scan", "--repo", str(folder), "--pre-commit", str(file)]
    assert [lab.main(command), lab.main([*command, "--cleanup", "whitespace"])] == [0, 1]
    assert capsys.readouterr().out.startswith("the message read, 2 strings looked for: 0 exact")


@pytest.mark.parametrize(
    ("words", "mode", "verbose"),
    [
        (["-F", "x"], "", False),
        (["-am", "-v"], "", False),
        (["-av"], "", True),
        (["--message", "--cleanup=strip"], "", False),
        (["--cleanup", "strip", "--verb"], "strip", True),
        (["-v", "--no-verbose"], "", False),
        (["--", "-v"], "", False),
        (["-Skey-v"], "", False),
    ],
)
def test_the_command_line_of_git_is_read_as_git_reads_it(words, mode, verbose):
    assert message.told(words) == (mode, verbose)


def test_the_nearest_git_above_says_how_it_commits():
    lines = [["sh", "-c", "x"], ["/usr/bin/git", "-c", "a.b=c", "commit", "-v"], ["git", "rebase"]]
    assert message.committing(iter(lines)) == ("commit", ["-v"])
    assert message.committing(iter([["make"]])) == ("", [])


def test_an_empty_list_is_allowed_and_finds_nothing(tmp_path, capsys):
    listed = tmp_path / "none.csv"
    listed.write_text("string,url,date\n")
    (tmp_path / "r").mkdir()
    folder = history.case(tmp_path / "r", "HERMES.md", "subject")
    assert scan(folder, "--strings", str(listed), capsys=capsys)[0] == 0


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
        (["find-trigger", "--repo", "REPO", "--oracle", "exit 7"], "ended with 7; 0 means normal"),
        (["find-trigger", "--repo", "REPO", "--oracle", "./mine.sh"], "so give full paths"),
        (["find-trigger", "--repo", "REPO", "--oracle", "exit 0", "--flips", "0.5"], "says nothing"),
        (["find-trigger", "--repo", "REPO", "--oracle", "exit 0", "--timeout", "nan"], "nan is less than 0"),
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


def test_find_trigger_names_one_commit_and_shrinks_only_when_asked(tmp_path, capsys):
    folder = history.throwaway(tmp_path, ["one", "two", "+ HERMES.md", "four"])
    guilty = history.messages(folder, 0)[1][0]
    command = ["find-trigger", "--repo", str(folder), "--oracle", GREP + "HERMES.md"]
    assert lab.main(command) == 0
    out = capsys.readouterr().out
    assert f"trigger 1: 1 message\n  {guilty[:10]}\n" in out and "characters" not in out
    assert lab.main([*command, "--shrink"]) == 0
    out = capsys.readouterr().out
    assert f"  {guilty[:10]}  9 of 11 characters matter\n" in out
    assert "HERMES" not in out


@pytest.mark.parametrize("method", ["one-at-a-time", "ddmin", "beginnings"])
def test_find_trigger_names_both_messages_of_a_pair(tmp_path, capsys, method):
    folder = history.throwaway(tmp_path, ["a", "bR", "c", "d", "Be", "f"])
    both = "! (git log --reverse --format=%B | tr -d '\\n' | grep -q R.*B)"
    assert lab.main(["find-trigger", "--repo", str(folder), "--oracle", both, "--show", "--method", method]) == 0
    out = capsys.readouterr().out
    assert "trigger 1: 2 messages" in out and "  bR\n" in out and "  Be\n" in out


def test_find_trigger_finds_both_of_two_independent_triggers(tmp_path, capsys):
    folder = history.throwaway(tmp_path, ["aQ", "b", "Zc"])
    either = "! git log --format=%B | grep -qE 'Q|Z'"
    assert lab.main(["find-trigger", "--repo", str(folder), "--oracle", either]) == 0
    assert "trigger 2: 1 message\n" in capsys.readouterr().out


def test_find_trigger_keeps_what_it_found_when_the_limit_comes_in_the_shrinking(tmp_path, capsys):
    folder = history.throwaway(tmp_path, ["a red herring", "b"])
    guilty = history.messages(folder, 0)[1][0]
    command = ["find-trigger", "--repo", str(folder), "--oracle", GREP + "red", "--max-probes", "6", "--shrink"]
    assert lab.main([*command, "--cost", "2"]) == 3
    out = capsys.readouterr().out
    assert f"trigger 1: 1 message\n  {guilty[:10]}\n" in out
    assert out.endswith("6 probes of 3 messages, 12.00 in all\n")


def test_find_trigger_says_at_its_limit_what_it_knows_by_then(tmp_path, capsys):
    folder = history.throwaway(tmp_path, [f"m{i}" for i in range(15)] + ["red"])
    command = ["find-trigger", "--repo", str(folder), "--oracle", GREP + "red", "--method", "ddmin"]
    assert lab.main([*command, "--max-probes", "6"]) == 3
    out = capsys.readouterr().out
    known = int(re.search(r"smallest set known to show it has (\d+) of 17", out)[1])
    assert known < 17
    assert len(re.findall(r"^  [0-9a-f]{10}$", out, re.M)) == known
    assert lab.main([*command, "--max-probes", "1", "--flips", "0.05"]) == 3
    assert "not even the whole" in capsys.readouterr().out


def test_find_trigger_says_at_ctrl_c_what_it_knows_by_then(tmp_path, capsys, monkeypatch):
    folder = history.throwaway(tmp_path, [f"m{i}" for i in range(15)] + ["red"])
    ask, asked = find.Process.__call__, []

    def interrupted(self, given):
        asked.append(given)
        if len(asked) == 6:
            raise KeyboardInterrupt
        return ask(self, given)

    monkeypatch.setattr(find.Process, "__call__", interrupted)
    assert lab.main(["find-trigger", "--repo", str(folder), "--oracle", GREP + "red", "--method", "ddmin"]) == 3
    out = capsys.readouterr().out
    known = int(re.search(r"stopped by Ctrl-C: the smallest set known to show it has (\d+) of 17", out)[1])
    assert known < 17 and len(re.findall(r"^  [0-9a-f]{10}$", out, re.M)) == known


def test_the_shipped_example_succeeds(capsys):
    script = Path(lab.__file__).with_name("example.sh")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run([str(script)], env={**os.environ, "PATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("trigger 1: 2 messages") == 2
    assert "exact HERMES.md  in subject of" in done.stdout


def test_the_post_shows_commands_that_the_example_ran():
    text = (Path(lab.__file__).parents[2] / "posts" / "hermes-md-bug.md").read_text()
    assert "labs/hermes_md_bug/example.sh:find" in text


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


def test_belief_and_repetition_find_the_pair_where_single_questions_mostly_fail():
    found = dict.fromkeys(("ddmin", "ddmin, until sure", "beginnings, by belief"), 0)
    for name in found:
        for run in range(100):
            rng = random.Random(run)
            found[name] += experiment.one("a pair", sorted(rng.sample(range(64), 2)), 64, 0.1, name, rng)[0]
    assert found.pop("ddmin") < 25
    assert min(found.values()) >= 97


@pytest.mark.parametrize("length", [5, 7, 64])
def test_what_is_computed_is_what_the_searches_do_at_every_place(length):
    for kind, parts in exact.PARTS.items():
        for name in experiment.COMPUTED:
            places = itertools.combinations(range(length), parts)
            done = [experiment.one(kind, place, length, 0, name, random.Random(0)) for place in places]
            assert sum(count for _, count in done) / len(done) == pytest.approx(exact.probes(name, length, parts))
            assert sum(right for right, _ in done) / len(done) == pytest.approx(exact.right(name, length, parts, 0))


@pytest.mark.parametrize("name", experiment.COMPUTED)
def test_what_is_computed_for_wrong_answers_agrees_with_a_sample(name):
    rng = random.Random(1)
    for kind, parts in exact.PARTS.items():
        done = [experiment.one(kind, sorted(rng.sample(range(16), parts)), 16, 0.1, name, rng)[0] for _ in range(4000)]
        assert sum(done) / len(done) == pytest.approx(exact.right(name, 16, parts, 0.1), abs=0.03)


def test_belief_needs_an_oracle_that_says_something():
    with pytest.raises(ValueError, match="cannot be settled"):
        search.by_belief(range(4), lambda _: True, 0.5, 0.01)


def test_the_order_of_a_pair_counts_and_a_later_copy_does_not_help():
    oracle = experiment.Oracle("ordered pair", [2, 5, 7], 0, random.Random(0))
    assert [oracle(part) for part in ([2, 5], [5, 7], [2, 7], [2, 5, 7])] == [True, False, False, True]
    assert search.ddmin(range(9), oracle) == [2, 5]


def test_a_trigger_that_a_newer_message_hides_is_missed_by_the_second_round():
    def newest_wins(part):  # 0 and 2 set it off, 1 calls it off; the newest of them decides
        return {0: True, 1: False, 2: True}.get(max((i for i in part if i < 3), default=1))

    assert list(search.every_trigger(range(4), newest_wins, search.ddmin)) == [[2]]


def test_shrinking_leaves_the_string_and_nothing_else():
    finder = find.Finder([], lambda m: "HERMES.md" in m[1], 0, 0.01)
    assert finder.shrink(["x", "an old HERMES.md file"], 1) == "HERMES.md"


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
    family = rules.one_part("HERMES.md")
    assert "contains ." in family and "contains ., any case" not in family
    fit = rules.consistent(rules.one_part("HERMES.md"), rows)
    assert "contains ES.m" not in fit and "contains RMES.md" in fit


def test_the_message_that_halves_four_rules_is_worth_one_bit():
    four = {part: (lambda text, part=part: part in text) for part in ("a", "ab", "abc", "abcd")}
    assert rules.gain([list(four)], four, "ab") == pytest.approx(1)
    assert rules.gain([list(four)], four, "zzz") == 0
    used, groups = rules.fixed_list(four, ["zzz", "abc", "ab", "a", "abcd"])
    assert used[0] == "ab" and len(used) == 3 and sorted(map(len, groups)) == [1, 1, 1, 1]
    assert max(rules.one_by_one(four, ["abc", "ab", "a"]).values()) == 2


class Upstream(BaseHTTPRequestHandler):
    """A service that says in a header which lane it charged: the last word of the path."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        if (claim := self.path.rpartition("/")[2]) != "silent":
            self.send_header(lane.HEADER, claim)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b"data: " + body + b" " + self.headers["Authorization"].encode() + b"\n\n")
        self.server.names = [(name.lower(), value) for name, value in self.headers.items()]

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    with ThreadingHTTPServer(("127.0.0.1", 0), Upstream) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/base"
        server.shutdown()


@pytest.fixture
def received():
    """A service of the test's own: its server, which keeps the headers of the last request as `names`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Upstream) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def watched(service):
    """Start watch-lane before the service; gives the server and a way to send it a request."""
    started = []

    def start(stop=False, upstream=service):
        server = lane.Server(upstream, stop=stop)
        started.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def send(claim, **headers):
            connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
            connection.request("POST", f"/v1/{claim}", b"hello", {"Authorization": "Bearer x", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.getheader(lane.HEADER)

        return server, send

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def test_watch_lane_passes_on_body_and_headers_and_prints_no_more_than_the_lane(watched, capsys):
    server, send = watched()
    assert send("five_hour") == (200, "data: hello Bearer x\n\n", "five_hour")
    assert send("overage")[0] == 200
    assert server.metered == 1
    assert send("silent")[2] is None
    out = capsys.readouterr().out
    assert [line.split(None, 1)[1] for line in out.splitlines()] == [
        "200  plan  (five_hour)", "200  metered  (overage)", "200  unknown  (no header)"]  # fmt: skip
    assert "hello" not in out and "Bearer" not in out


def test_watch_lane_can_stop_at_the_first_metered_response(watched):
    _, send = watched(stop=True)
    assert [send(claim)[0] for claim in ("seven_day", "overage", "five_hour")] == [200, 200, 503]


def test_watch_lane_says_what_it_cannot_pass_on(watched):
    _, send = watched()
    assert send("five_hour", **{"Transfer-Encoding": "chunked"})[0] == 411
    assert [send("five_hour", **{"Content-Length": size})[0] for size in ("abc", "-1", "²")] == [400, 400, 400]
    _, send = watched(upstream="http://127.0.0.1:9")
    assert send("five_hour")[0] == 502


def test_watch_lane_passes_on_a_repeated_header_twice_and_adds_none(watched, received):
    server, _ = watched(upstream=f"http://127.0.0.1:{received.server_address[1]}")
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.putrequest("POST", "/v1/five_hour", skip_accept_encoding=True)
    sent = [("anthropic-beta", "one"), ("anthropic-beta", "two"), ("authorization", "x"), ("content-length", "2")]
    for name, value in sent:
        connection.putheader(name, value)
    connection.endheaders(b"hi")
    assert connection.getresponse().status == 200
    assert [pair for pair in received.names if pair[0] != "host"] == sent


@pytest.mark.parametrize(
    ("claim", "said"),
    [("five_hour", "plan"), ("seven_day_fallback", "plan"), ("seven_day_overage_included", "plan"),
     ("overage", "metered"), ("api", "metered"), ("a_new_bucket", "unknown"), (None, "unknown")],
)  # fmt: skip
def test_a_value_that_was_never_seen_is_not_called_the_plan(claim, said):
    assert lane.lane(claim) == said


# --- each claim that carries the post turns false when the thing it rests on is broken -------------------------------


def made(function, *arguments):
    results = record.Results()
    function(results, *arguments)
    return {name: claim.holds[0] for name, claim in results.claims.items()}


def reports(*changes):
    """The reported rows with some of them changed: (message, column, value), or (message, None, None) to drop one."""
    rows = [dict(row) for row in lab.rows("reports")]
    for message_, column, value in changes:
        if column is None:
            rows = [row for row in rows if row["message"] != message_]
        for row in rows:
            if row["message"] == message_ and column:
                row[column] = value
    return rows


def test_claims_about_the_report_hold_and_fail_with_other_rows():
    standing = [row["text"] for row in lab.rows("standing")]
    assert all(made(evidence.which_rule, reports(), standing).values())
    plain = ("THEMES.md", "HERMES.m", "HXRMES.md", "ERMES.md", "RELEASE_NOTES.md")
    told = [NINE[0] | {"message": text, "outcome": "plan"} for text in plain]
    assert not made(evidence.which_rule, reports() + told, standing)["report_names_no_rule"]
    assert not made(evidence.which_rule, reports(("AGENTS.md", None, None)), standing)["readme_removes_pairs_only"]
    extra = [NINE[0] | {"series": "pair", "message": "THEMES.md", "outcome": "plan"}]
    assert not made(evidence.which_rule, reports() + extra, standing)["pair_adds_nothing"]
    early = [
        NINE[0] | {"message": "HERMES.text", "outcome": "plan"}
    ]  # the .txt row is then not alone in what it removes
    assert not made(evidence.which_rule, reports() + early, standing)["two_controls_did_most"]
    second = [row for row in reports() if (row["series"], row["outcome"]) == ("openclaw", "metered")]
    both = [(row["message"], "message", f"{row['message']} HERMES.md") for row in second]
    later = reports(*both)
    assert not made(evidence.which_rule, later, standing)["none_fits_the_second"]


def test_claims_about_the_cases_fail_with_other_outcomes(tmp_path):
    strings = Path(lab.__file__).parent / "data" / "strings.csv"
    assert all(made(evidence.scan, reports(), strings).values())
    other = made(
        evidence.scan, reports(("add HERMES.md", "outcome", "plan"), ("AGENTS.md", "outcome", "metered")), strings
    )
    assert not other["case_alone_decides"] and not other["scan_agrees"]


def test_claims_about_reach_and_incidents_fail_with_other_lists():
    words = [{"repository": "r", "word": "HERMES.md"}]
    assert not made(evidence.reach, lab.rows("histories"), words)["readings_differ"]
    listed = [row | {"place": "commit message"} for row in lab.rows("incidents")]
    assert not made(evidence.incidents, listed)["scan_blind_to_most"]


def test_the_claim_about_the_hook_fails_with_the_old_rule(monkeypatch):
    assert made(hook.compare)["hook_reads_what_git_commits"]
    monkeypatch.setattr(message, "kept", lambda raw, how, folder: hook.old_rule(raw, folder))
    assert not made(hook.compare)["hook_reads_what_git_commits"]


@pytest.fixture(scope="module")
def cells():
    """The recorded table of all searches, as `searching.claims` takes it."""
    recorded = json.loads((record.LABS / "hermes_md_bug" / "results.json").read_text())["tables"]["by_method"]
    return {
        (kind, length, int(flips[:-1]) / 100, name): experiment.Cell(
            n, right, low, high, probes, 0.5, computed == "yes"
        )
        for kind, length, flips, name, n, right, low, high, probes, computed in recorded["rows"]
    }


BROKEN = [
    ("halves_lose_pairs", ("a pair", 64, 0.0, "both halves"), {"right": 0.2}),
    ("beginnings_find_pairs", ("a pair", 1024, 0.0, "beginnings"), {"right": 0.99}),
    ("beginnings_find_pairs", ("a pair", 64, 0.0, "ddmin"), {"probes": 20}),
    ("five_one_at_a_time", ("a pair", 5, 0.0, "beginnings"), {"probes": 4.5}),
    ("wrong_answers_ruin_plain", ("a pair", 64, 0.05, "ddmin"), {"right": 0.9}),
    ("belief_is_cheapest", ("a pair", 64, 0.05, "beginnings, until sure"), {"probes": 40}),
    ("belief_is_cheapest", ("a pair", 64, 0.05, "beginnings, by belief"), {"right": 0.9}),
    ("three_times_is_worse", ("a pair", 64, 0.05, "beginnings, best of three"), {"right": 1.0}),
    ("repeated_within_error", ("a pair", 64, 0.1, "ddmin, until sure"), {"right": 0.1}),
]


@pytest.mark.parametrize(("name", "where", "change"), BROKEN)
def test_a_claim_about_the_searches_fails_when_its_arm_does_otherwise(cells, name, where, change):
    assert made(searching.claims, cells)[name]
    assert not made(searching.claims, cells | {where: replace(cells[where], **change)})[name]


def test_the_claim_about_the_tool_fails_with_a_limit_too_small(monkeypatch):
    monkeypatch.setattr(searching, "LIMIT", 9)
    assert not made(searching.tool, 0)["tool_works_at_its_default"]


def test_repetition_that_never_doubts_breaks_the_claim_about_other_triggers(monkeypatch):
    monkeypatch.setattr(search, "by_belief", lambda items, ask, flips, error: search.by_prefix(items, ask))
    assert not made(searching.other_triggers, 0)["other_triggers_too"]
