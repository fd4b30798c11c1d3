"""The command that checks the survey's links in clones, on a clone made for it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from labs.agent_design_space import links
from labs.agent_design_space.survey import FIELDS, Agent


@pytest.fixture
def one_clone(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A folder of clones with one repository, and a row of the survey that links into it."""
    home = tmp_path / "ada" / "engine"
    home.mkdir(parents=True)
    (home / "loop.py").write_text("import os\n\nwhile True:\n    pass\n", encoding="utf-8")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "loop"]):
        author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        subprocess.run(["git", "-C", home, *author, *command], check=True)
    commit = subprocess.run(["git", "-C", home, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    row = {"repository": "ada/engine", "commit": commit.stdout.strip(), **{f + "_evidence": "" for f in FIELDS}}
    return tmp_path, row


def link(row: dict[str, str], line: str) -> list[Agent]:
    return [Agent(row | {"driver_evidence": f"https://github.com/ada/engine/blob/{row['commit']}/{line}"})]


def test_a_link_to_a_line_is_found_and_sorted(one_clone: tuple[Path, dict[str, str]]) -> None:
    folder, row = one_clone
    assert [found[3] for found in links.check(link(row, "loop.py#L3"), folder)] == ["code"]
    assert [found[3] for found in links.check(link(row, "loop.py#L1"), folder)] == ["definition"]
    assert links.sort("README.md", "while True:") == links.sort("a.py", "# while True:") == "text"


@pytest.mark.parametrize(
    ("line", "fault"),
    [("loop.py#L9", "line 9"), ("loop.py#L2", "line 2"), ("gone.py#L1", "no file gone.py"), ("loop.py", "is no line")],
)
def test_a_link_that_leads_nowhere_is_named(one_clone: tuple[Path, dict[str, str]], line: str, fault: str) -> None:
    folder, row = one_clone
    with pytest.raises(ValueError, match=rf"survey.csv, ada/engine, driver: .*{fault}"):
        list(links.check(link(row, line), folder))


def test_a_clone_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"clone https://github.com/ada/engine into it"):
        links.clone(tmp_path, "ada/engine")
