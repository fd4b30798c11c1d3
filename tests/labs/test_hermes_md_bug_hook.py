"""The lab hermes_md_bug: what its commit hook refuses, beside what git commits."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from labs import hermes_md_bug as lab
from labs.hermes_md_bug import history, message


def scan(folder, *options, capsys=None):
    status = lab.main(["trigger-scan", "--repo", str(folder), *options])
    return status, capsys.readouterr().out if capsys else ""


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
