"""The workflows: pinned, least permissions, and one gate. Their syntax is linted by `make test`."""

from __future__ import annotations

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
    used = re.findall(r"uses: (.*)", WORKFLOWS[name].read_text(encoding="utf-8"))
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
