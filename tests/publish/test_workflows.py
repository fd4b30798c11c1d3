"""The workflows: pinned, least permissions, and one gate. Their syntax is linted by `make test`."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
import yaml
from support import ROOT

WORKFLOWS = {path.stem: path for path in (ROOT / ".github/workflows").glob("*.yml")}


def read(name: str) -> dict:
    return yaml.load(WORKFLOWS[name].read_text(encoding="utf-8"), yaml.BaseLoader)


def test_there_is_one_for_pull_requests_one_to_publish_one_a_week():
    assert set(WORKFLOWS) == {"check", "publish", "weekly"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_each_action_is_pinned_by_commit_and_names_its_version(name):
    used = re.findall(r"uses: ([^.].*)", WORKFLOWS[name].read_text(encoding="utf-8"))
    assert used
    assert [line for line in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", line)] == []


def test_a_pull_request_gets_no_secret_and_may_write_nothing():
    text = WORKFLOWS["check"].read_text(encoding="utf-8")
    assert read("check")["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in text
    assert "secrets." not in text
    assert "write" not in text.replace("no write", "")


def test_the_gate_waits_for_every_other_job():
    jobs = read("check")["jobs"]
    assert set(jobs["gate"]["needs"]) == set(jobs) - {"gate"}
    assert jobs["gate"]["if"] == "always()"


def test_only_publishing_may_write_and_it_publishes_as_an_author_does():
    jobs = read("publish")["jobs"]
    assert read("publish")["permissions"] == {"contents": "read"}
    assert jobs["publish"]["permissions"] == {"contents": "write"}
    assert "make publish" in jobs["publish"]["steps"][-1]["run"]


def test_nothing_is_published_before_every_check_has_passed_and_from_no_cache():
    jobs = read("publish")["jobs"]
    assert jobs["check"]["uses"] == "./.github/workflows/check.yml"
    assert "workflow_call" in read("check")["on"]
    assert jobs["publish"]["needs"] == "check"
    assert "actions/cache" not in WORKFLOWS["publish"].read_text(encoding="utf-8")


def test_the_hook_before_a_commit_does_not_hide_dead_links():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    posts = next(hook for hook in config["repos"][0]["hooks"] if hook["id"] == "posts")
    assert "--strict" in posts["entry"]
    assert "quiet" not in posts["entry"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("docs/posts/a.md", "false"),
        ("docs/method.md", "false"),
        ("docs/posts/a.js", "true"),
        ("docs/posts/a.html", "true"),
        ("docs/figures/a/b-light.svg", "true"),
        ("docs/labs/a/results.json", "true"),
        ("docs/labs/a/notes.md", "true"),
        ("Makefile", "true"),
        ("LICENSE", "true"),
    ],
)
def test_only_what_is_listed_counts_as_prose(tmp_path, change, code):
    assert decided(tmp_path, lambda: (tmp_path / change).write_text("new\n"), change) == code


def test_a_lab_that_is_renamed_into_prose_is_code(tmp_path):
    def rename() -> None:
        (tmp_path / "docs/labs/lab.py").rename(tmp_path / "docs/posts/lab.md")

    assert decided(tmp_path, rename, "docs/posts/lab.md") == "true"


def decided(folder, change, path: str) -> str:
    """What the first job says of a change to a repository in `folder`."""

    def git(*arguments: str) -> str:
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        return subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True).stdout.strip()

    git("init", "-q", "-b", "main")
    for name in (path, "docs/labs/lab.py", "docs/posts/other.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / "docs/labs/lab.py").write_text("line\n" * 50)
    git("add", "-A")
    git("commit", "-qm", "one")
    base = git("rev-parse", "HEAD")
    change()
    git("add", "-A")
    git("commit", "-qm", "two")
    script = next(step["run"] for step in read("check")["jobs"]["changed"]["steps"] if step.get("id") == "diff")
    output = folder / ".git/output"
    environment = {**os.environ, "BASE": base, "GITHUB_OUTPUT": str(output)}
    subprocess.run(["bash", "-ec", script], cwd=folder, env=environment, check=True, capture_output=True)
    return output.read_text().strip().removeprefix("code=")


def test_each_week_every_lock_is_checked_for_known_vulnerabilities():
    audit = read("weekly")["jobs"]["vulnerabilities"]["steps"][-1]
    assert audit["uses"].startswith("pypa/gh-action-pip-audit@")
    assert audit["with"]["inputs"].split() == [
        "requirements.txt",
        "requirements-dev.txt",
        "requirements-model.txt",
    ]


@pytest.mark.parametrize(
    ("said", "annotation"),
    [
        ("posts/a.md:41: quotes 57%", "::error file=docs/posts/a.md,line=41::quotes 57%"),
        ("docs/posts/a.md:7:1: MD001: Heading", "::error file=docs/posts/a.md,line=7::MD001: Heading"),
        ("method.md:3: no lab 'x'", "::error file=docs/method.md,line=3::no lab 'x'"),
    ],
)
def test_a_fault_becomes_an_annotation_on_its_line(tmp_path, said, annotation):
    steps = read("check")["jobs"]["test"]["steps"]
    script = next(step["run"] for step in steps if step.get("name", "").startswith("faults"))
    (tmp_path / "test.log").write_text(f"ERROR   -  something else\n{said}\n")
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == annotation + "\n"
