"""The lab hermes_md_bug: find-trigger and the shipped example, with real processes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from labs import hermes_md_bug as lab
from labs.hermes_md_bug import find, history

GREP = "! git log --format=%B | grep -qF "


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


def test_find_trigger_says_why_an_oracle_cannot_be_run(tmp_path, capsys):
    folder = history.throwaway(tmp_path, ["a", "b"])
    script = tmp_path / "lane.sh"
    script.write_text("#!/bin/sh\nexit 0\n")
    command = ["find-trigger", "--repo", str(folder), "--oracle"]
    with pytest.raises(ValueError, match="must be executable, or be called as `sh FILE`"):
        lab.main([*command, str(script)])
    with pytest.raises(ValueError, match="was not found; it runs in another folder, so give full paths"):
        lab.main([*command, "./lane.sh"])
    with pytest.raises(ValueError, match="calls the history of 3 messages normal"):
        lab.main([*command, f"sh '{script}'"])
    assert capsys.readouterr().out.count("1 probe of 3 messages\n") == 3


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


def test_find_trigger_says_at_sigterm_what_it_knows_by_then(tmp_path, capsys):
    folder = history.throwaway(tmp_path, [f"m{i}" for i in range(15)] + ["red"])
    before = signal.getsignal(signal.SIGTERM)
    count = tmp_path / "count"
    oracle = f"echo >> '{count}'; test $(wc -l < '{count}') -lt 6 || kill $PPID; {GREP}red"
    assert lab.main(["find-trigger", "--repo", str(folder), "--oracle", oracle, "--method", "ddmin"]) == 3
    assert "stopped by SIGTERM: the smallest set known" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ('{"type":"rate_limit_event","rate_limit_info":{"rateLimitType":"overage","isUsingOverage":true}}', 1),
        ('{"type":"rate_limit_event","rate_limit_info":{"rateLimitType":"five_hour","isUsingOverage":false}}', 0),
        ('{"status":"allowed","rateLimitType":"five_hour","isUsingOverage":false,"overageInUse":true}', 1),
        ('{"status":"allowed","rateLimitType":"overage","isUsingOverage":false}', 1),
        ('{"rateLimitType":"seven_day_overage_included","isUsingOverage":false,"overageInUse":false}', 0),
        ("API Error: 400 You're out of extra usage", 1),
        ("API Error: 400 Third-party apps now draw from your extra usage, not your plan limits.", 1),
        ("API Error: 400 Third-party apps now draw from extra usage, not plan limits. Ask your workspace admin.", 1),
        ("You're out of usage credits. Add more and keep going.", 1),
        ("API Error: Usage credits required for 1M context", 1),
        ('{"isUsingOverage":false}{"is_error":true,"result":"Extra usage is required for long context requests."}', 1),
        ('{"isUsingOverage":false}{"is_error":true,"result":"Usage credits are required for long requests."}', 1),
        ('{"isUsingOverage":false}{"is_error":true,"result":"API Error: Rate limit reached"}', 2),
        ('{"isUsingOverage":false}{"is_error":false,"result":"Hello!"}', 0),
        ('{"type":"system","slash_commands":["usage-credits","extra-usage"]}', 2),
        ('{"status":"rejected","overageStatus":"rejected","isUsingOverage":false}', 1),
        ('{"status":"allowed","overageStatus":"rejected","isUsingOverage":false}', 0),
        ("API Error: 500", 2),
        ("", 2),
    ],
)
def test_the_oracle_script_reads_the_lane_from_what_the_client_says(tmp_path, said, status):
    client = tmp_path / "claude"
    client.write_text(f"#!/bin/sh\ncat <<'SAID'\n{said}\nSAID\nexit 1\n")
    client.chmod(0o755)
    script = Path(lab.__file__).with_name("lane-oracle.sh")
    done = subprocess.run([str(script)], env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert done.returncode == status


def test_the_oracle_script_asks_with_the_model_it_is_given(tmp_path):
    client = tmp_path / "claude"
    client.write_text('#!/bin/sh\nmetered=false\n[ "$4" = "a model" ] && metered=true\n'
                      'echo "{\\"isUsingOverage\\":$metered}"\n')  # fmt: skip
    client.chmod(0o755)
    script = Path(lab.__file__).with_name("lane-oracle.sh")
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    assert subprocess.run([str(script), "--model", "a model"], env=env).returncode == 1
    assert subprocess.run([str(script)], env=env).returncode == 0


def test_the_oracle_script_leaves_what_is_piped_in_to_the_job(tmp_path):
    client = tmp_path / "claude"
    client.write_text("#!/bin/sh\ncat >/dev/null\necho '{\"isUsingOverage\":false}'\n")
    client.chmod(0o755)
    script = Path(lab.__file__).with_name("lane-oracle.sh")
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-c", f"'{script}' && cat"], env=env, input="a task", text=True, capture_output=True)
    assert done.stdout == "a task"


def test_the_shipped_example_succeeds(capsys):
    script = Path(lab.__file__).with_name("example.sh")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run([str(script)], env={**os.environ, "PATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("trigger 1: 2 messages") == 2
    assert "exact HERMES.md  in subject of" in done.stdout


def test_with_the_oracle_script_find_trigger_names_the_one_message_of_five_that_moves_the_lane(
    tmp_path, monkeypatch, capsys
):
    client = tmp_path / "claude"
    client.write_text(
        "#!/bin/sh\nmetered=false\ngit log --format=%s | grep -q HERMES.md && metered=true\n"
        'echo "{\\"type\\":\\"rate_limit_event\\",\\"isUsingOverage\\":$metered}"\n'
    )
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    script = Path(lab.__file__).with_name("lane-oracle.sh")
    (tmp_path / "r").mkdir()
    subjects = ["one", "two", "docs: add HERMES.md", "four", "add hermes.md"]
    folder = history.throwaway(tmp_path / "r", subjects)
    lab.main(["find-trigger", "--repo", str(folder), "--last", "5", "--oracle", str(script), "--show"])
    out = capsys.readouterr().out
    assert "trigger 1: 1 message" in out and "docs: add HERMES.md" in out and "trigger 2" not in out


def test_post_and_notes_show_commands_that_the_example_ran():
    docs = Path(lab.__file__).parents[2]
    assert "labs/hermes_md_bug/lane-oracle.sh" in (docs / "posts" / "hermes-md-bug.md").read_text()
    assert "labs/hermes_md_bug/example.sh:find" in (docs / "labs" / "hermes_md_bug" / "notes.md").read_text()


def test_shrinking_leaves_the_string_and_nothing_else():
    finder = find.Finder([], lambda m: "HERMES.md" in m[1], 0, 0.01)
    assert finder.shrink(["x", "an old HERMES.md file"], 1) == "HERMES.md"
