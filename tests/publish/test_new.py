"""`make new` writes a post that the build takes as a draft, and never over another."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from labs.new import files, main
from support import DOCS, build, built
from writing.posts.schema import RESERVED, problem

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


@pytest.mark.parametrize("slug", sorted(RESERVED))
def test_a_slug_of_the_sites_own_is_refused(slug, repository, capsys):
    assert main([slug], repository / "docs") == 2
    assert "an address of the site's own" in capsys.readouterr().err


@pytest.mark.parametrize("slug", ["My-Post", "my_post", "my post", "-my", "../x"])
def test_a_slug_that_is_not_kebab_case_is_refused(slug, repository, capsys):
    assert main(["--", slug], repository / "docs") == 2
    assert "kebab-case" in capsys.readouterr().err


@pytest.mark.parametrize(
    "slug", ["2026", "404", "0x1f", "2026-11-22", "no", "off", "true", "null", "my-post", "no-more", "n", "nan"]
)
def test_a_slug_is_a_text_in_the_header_whatever_yaml_would_read_it_as(slug):
    lab = slug.isidentifier()
    meta = yaml.safe_load(files(slug, lab, NOW)[Path(f"posts/{slug}.md")].split("---\n")[1])
    assert (meta["slug"], meta.get("lab")) == (slug, slug if lab else None)
    assert not problem("slug", meta["slug"], (), ())


def test_a_slug_too_long_is_refused_and_what_cannot_be_written_is_a_line(tmp_path, capsys):
    assert main(["a" * 300], tmp_path) == 2
    assert capsys.readouterr().err == "make new: slug has 300 characters; at most 100 fit\n"
    assert problem("slug", "a" * 101, (), ()) == "slug has 101 characters; at most 100 fit"
    assert not problem("slug", "a" * 100, (), ())
    (tmp_path / "posts").write_text("a file where the folder should be")
    assert main(["a" * 100], tmp_path) == 2
    assert "make new: " in capsys.readouterr().err


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
