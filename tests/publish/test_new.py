"""`make new` writes a post that the build takes as a draft, and never over another."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import sys

import pytest
from labs.new import files, main
from support import DOCS, build, built

NOW = datetime.datetime(2026, 11, 22, 20, 0, tzinfo=datetime.UTC)


def test_a_new_post_is_a_draft_that_builds(repository):
    assert main(["my-post"], repository / "docs") == 0
    site = built(repository, repository / "site")
    assert not (site / "posts/my-post").exists(), "a draft is not published"
    (repository / "docs/posts/my-post.md").write_text(
        (repository / "docs/posts/my-post.md").read_text().replace("draft: true\n", "")
    )
    later = build(repository, repository / "site")
    assert later.returncode == 0, later.stderr
    assert (site / "posts/my-post/index.html").exists()


def test_a_new_lab_comes_with_its_test_and_runs():
    made = {path.as_posix(): text for path, text in files("my-post", True, NOW).items()}
    assert set(made) == {"posts/my-post.md", "labs/my_post/__init__.py", "../tests/labs/test_my_post.py"}
    assert "lab: my_post\n" in made["posts/my-post.md"]
    space: dict = {}
    exec(made["labs/my_post/__init__.py"], space)
    assert 0 <= space["run"](0).values["heads"].value <= 100


def test_the_date_is_now():
    assert "date: 2026-11-22T20:00:00Z\n" in next(iter(files("my-post", False, NOW).values()))


def test_what_is_there_is_not_overwritten(repository, capsys):
    before = (repository / "docs/posts/coin-toss.md").read_bytes()
    assert main(["coin-toss"], repository / "docs") == 2
    assert "is there already" in capsys.readouterr().err
    assert (repository / "docs/posts/coin-toss.md").read_bytes() == before


@pytest.mark.parametrize("slug", ["My-Post", "my_post", "my post", "-my", "../x"])
def test_a_slug_that_is_not_kebab_case_is_refused(slug, repository, capsys):
    assert main(["--", slug], repository / "docs") == 2
    assert "kebab-case" in capsys.readouterr().err


@pytest.mark.parametrize("slug", ["2026-in-numbers", "record", "chart", "class", "new"])
def test_a_slug_that_python_reads_otherwise_is_refused_for_a_lab_and_right_for_a_post(slug):
    with pytest.raises(ValueError, match="cannot name a lab"):
        files(slug, True, NOW)
    assert files(slug, False, NOW)


def test_it_runs_with_nothing_but_python(tmp_path):
    (tmp_path / "docs/labs").mkdir(parents=True)
    shutil.copy(DOCS / "labs/new.py", tmp_path / "docs/labs")
    command = [sys.executable, "-S", "docs/labs/new.py", "my-post", "--lab"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "docs/posts/my-post.md").exists()
    assert (tmp_path / "docs/labs/my_post/__init__.py").exists()
