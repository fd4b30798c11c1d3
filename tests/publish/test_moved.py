"""A clone that has been moved keeps its .venv; what would keep it from publishing is asked before any check."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import ENVIRONMENT, ROOT, copytree, files, made
from writing.moved import mended, named

MOVED = ROOT / "hooks/writing/moved.py"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with a real virtual environment, a command in it and a path to its labs, as pip writes them."""
    root = tmp_path / "a clone"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root / ".venv")], check=True)
    python = root / ".venv/bin/python"
    (root / "docs/labs").mkdir(parents=True)
    (root / "docs/labs/__init__.py").write_text("")
    said = "print(labs.__file__)"
    for name, first in (("pip", f"#!{python}\n"), ("lab", f"#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''\n")):
        (root / f".venv/bin/{name}").write_text(f"{first}import labs\n{said}\n")
        (root / f".venv/bin/{name}").chmod(0o755)
    packages = next(root.glob(".venv/lib/*/site-packages"))
    (packages / "_writing.pth").write_text(str(root / "docs"))
    return root


def lab(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(root / ".venv/bin/lab")], capture_output=True, text=True)


def test_after_a_move_the_commands_of_the_venv_run_and_find_the_labs_where_they_are_now(clone, tmp_path):
    assert str(clone / "docs") in lab(clone).stdout
    there = clone.rename(tmp_path / "elsewhere")
    assert not lab(there).stdout, "the test moves it in earnest"
    assert "this clone has moved" in mend(there)
    assert str(there / "docs") in lab(there).stdout
    assert str(clone).encode() not in b"".join(p.read_bytes() for p in there.glob(".venv/bin/*") if not p.is_symlink())


def test_a_clone_that_is_where_it_was_is_left_alone_and_so_is_one_without_a_venv(clone, tmp_path):
    assert named(clone / ".venv") == clone / ".venv"
    assert mended(clone / ".venv") == 0
    assert mended(tmp_path / "none/.venv") == 0


def mend(root: Path) -> str:
    """What make says."""
    return subprocess.run([sys.executable, "-I", str(MOVED)], cwd=root, capture_output=True, text=True).stderr


def test_a_venv_that_is_a_link_to_that_of_another_clone_goes_on_naming_that_one(clone, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / ".venv").symlink_to("../a clone/.venv")
    before = files(clone)
    assert mend(other) == ""
    assert files(clone) == before
    there = clone.rename(tmp_path / "elsewhere")
    (other / ".venv").unlink()
    (other / ".venv").symlink_to(there / ".venv")
    mend(other)
    assert str(there / "docs") in lab(there).stdout


def test_of_a_clone_that_is_copied_each_goes_on_with_its_own_labs(clone, tmp_path):
    shutil.copytree(clone, tmp_path / "copy", symlinks=True)
    before = files(clone)
    assert "this clone has moved or is a copy" in mend(tmp_path / "copy")
    assert files(clone) == before
    for root in (clone, tmp_path / "copy"):
        assert lab(root).stdout == f"{root}/docs/labs/__init__.py\n"


def test_make_does_so_before_anything_else():
    alone = {
        key: value for key, value in os.environ.items() if not key.startswith("MAKE")
    }  # not as a part of make test
    done = subprocess.run(["make", "-n", "build"], cwd=ROOT, env=alone, capture_output=True, text=True)
    said = done.stdout.splitlines()
    assert "hooks/writing/moved.py" in said[0]


def ready(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "writing", "ready", "-f", "../mkdocs.yml"]
    known = {**ENVIRONMENT, **environment}
    return subprocess.run(command, cwd=root / "hooks", env=known, capture_output=True, text=True)


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def test_what_would_keep_a_site_from_being_published_is_one_line_before_any_check(tmp_path):
    root = made(tmp_path / "work")
    assert "is not in a git repository" in ready(root).stderr
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "bare.git")
    git(root, "init", "-q", "-b", "main")
    git(root, "remote", "add", "origin", "../bare.git")
    unknown = ready(root, SITE_URL="", REPO_URL="")
    assert unknown.returncode == 1
    assert "The site's address is not known" in unknown.stderr
    assert "Traceback" not in unknown.stderr
    done = ready(root)
    assert done.returncode == 0, done.stderr
    assert "This publishes https://example.org/blog/ to the branch gh-pages of origin" in done.stdout
    assert "what is not committed" in done.stdout
    copytree(root / "docs", tmp_path / "other")
    git(tmp_path / "other", "init", "-q", "-b", "gh-pages")
    git(tmp_path / "other", "add", "index.md")
    git(tmp_path / "other", "commit", "-qm", "elsewhere")
    git(tmp_path / "other", "push", "-q", "../bare.git", "gh-pages")
    assert ready(root).returncode == 0, "it is fetched where a clone has none"
    git(tmp_path / "other", "commit", "-q", "--allow-empty", "-m", "more")
    git(tmp_path / "other", "push", "-q", "../bare.git", "gh-pages")
    behind = ready(root)
    assert behind.returncode == 1
    assert "git fetch origin +gh-pages:refs/remotes/origin/gh-pages" in behind.stderr
    git(root, "remote", "set-url", "origin", "../gone.git")
    silent = ready(root)
    assert silent.returncode == 1
    assert silent.stderr.startswith("the remote origin does not answer (")
    assert "git remote set-url" in silent.stderr
