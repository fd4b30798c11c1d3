"""`mkdocs gh-deploy` against a real git remote on disk."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import ENVIRONMENT, made, replaced

IDENTITY = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@b.c",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b.c",
}
ENV = {**ENVIRONMENT, **IDENTITY, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


def git(folder: Path, *arguments: str, check: bool = True) -> str:
    """What git says."""
    done = subprocess.run(["git", *arguments], cwd=folder, env=ENV, capture_output=True, text=True)
    assert done.returncode == 0 or not check, done.stderr
    return done.stdout.strip()


def deploy(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `mkdocs gh-deploy` as `make publish` does."""
    command = [sys.executable, "-m", "mkdocs", "gh-deploy", "--strict"]
    return subprocess.run(command, cwd=folder, env={**ENV, **environment}, capture_output=True, text=True)


def published(remote: Path) -> list[str]:
    """The files of the published branch."""
    return git(remote, "ls-tree", "-r", "--name-only", "gh-pages").splitlines()


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A bare repository; beside it `work`, a clone with a made site on main that has been pushed."""
    bare, work = tmp_path / "remote.git", made(tmp_path / "work")
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(bare))
    git(work, "init", "-q", "-b", "main")
    (work / ".gitignore").write_text("site/\n.cache/\n__pycache__/\n")
    git(work, "add", "-A")
    git(work, "commit", "-qm", "site")
    git(work, "remote", "add", "origin", str(bare))
    git(work, "push", "-q", "origin", "main")
    return bare


@pytest.fixture
def work(remote: Path) -> Path:
    return remote.parent / "work"


def test_a_first_deploy_publishes_the_site_and_nothing_else(remote, work):
    done = deploy(work)
    assert done.returncode == 0, done.stderr
    files = published(remote)
    assert {"index.html", "404.html", ".nojekyll", "feed.xml", "posts/coin-toss/index.html"} <= set(files)
    assert not [path for path in files if path.endswith((".py", ".pyc", ".npz", ".ttf")) or "mkdocs.yml" in path]
    sources = [path for path in files if path.endswith(".md") and not path.startswith("posts/")]
    assert sources == [], "only the copies beside posts are Markdown"


def test_a_second_deploy_publishes_the_change_and_a_third_has_nothing_to_add(remote, work):
    deploy(work)
    first = git(remote, "rev-parse", "gh-pages")
    post = work / "docs/posts/plain-words.md"
    post.write_text(post.read_text() + "\nA sentence that was added later.\n")
    assert deploy(work).returncode == 0
    assert "added later" in git(remote, "show", "gh-pages:posts/plain-words/index.html")
    second = git(remote, "rev-parse", "gh-pages")
    assert second != first
    assert deploy(work).returncode == 0
    assert git(remote, "diff", "--stat", second, "gh-pages") == ""


def test_a_remote_that_moved_on_is_not_overwritten_and_a_fetch_mends_it(remote, work, tmp_path):
    deploy(work)
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", "-b", "gh-pages", str(remote), str(other))
    (other / "from-elsewhere.txt").write_text("x")
    git(other, "add", "-A")
    git(other, "commit", "-qm", "elsewhere")
    git(other, "push", "-q", "origin", "gh-pages")
    moved = git(remote, "rev-parse", "gh-pages")
    done = deploy(work)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert git(remote, "rev-parse", "gh-pages") == moved
    assert "git fetch" in done.stderr
    git(work, "fetch", "-q")
    assert deploy(work).returncode == 0
    assert git(remote, "rev-parse", "gh-pages~1") == moved


def test_a_broken_build_publishes_nothing_and_says_why(remote, work):
    deploy(work)
    before = git(remote, "rev-parse", "gh-pages")
    replaced(work / "docs/posts/plain-words.md", "title:", "titel:")
    done = deploy(work)
    assert done.returncode != 0
    assert "did you mean title?" in done.stderr
    assert git(remote, "rev-parse", "gh-pages") == before


def test_a_remote_that_refuses_is_reported_in_a_line(remote, work):
    hook = remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
    hook.chmod(0o755)
    done = deploy(work)
    assert done.returncode != 0
    assert "Failed to deploy" in done.stderr
    assert "Traceback" not in done.stderr
    assert git(remote, "branch", "--list", "gh-pages") == ""


def test_a_cname_is_kept(remote, work):
    (work / "docs/CNAME").write_text("blog.example.org\n")
    deploy(work)
    deploy(work)
    assert git(remote, "show", "gh-pages:CNAME") == "blog.example.org"


def test_a_draft_its_figures_and_its_lab_are_not_published(remote, work):
    replaced(work / "docs/posts/coin-toss.md", "slug:", "draft: true\nslug:")
    for path in (work / "docs").glob("posts/*.md"):
        path.write_text(path.read_text().replace("(coin-toss.md", "(plain-words.md"))
    assert deploy(work).returncode == 0
    assert [path for path in published(remote) if "coin" in path] == []


def test_an_unknown_address_stops_the_deploy_before_it_builds(remote, work):
    done = deploy(work, SITE_URL="http://127.0.0.1:8000/")
    assert done.returncode != 0
    assert "make publish" in done.stderr
    assert git(remote, "branch", "--list", "gh-pages") == ""


@pytest.mark.skipif(not shutil.which("make"), reason="the Makefile needs make")
@pytest.mark.parametrize(
    ("origin", "cname", "address"),
    [
        ("https://github.com/ada/notes.git", None, "https://ada.github.io/notes/"),
        ("git@github.com:ada/notes.git", None, "https://ada.github.io/notes/"),
        ("https://github.com/ada/ada.github.io", None, "https://ada.github.io/"),
        ("https://github.com/ada/notes", "blog.example.org", "https://blog.example.org/"),
    ],
)
def test_make_takes_the_address_from_the_git_remote(tmp_path, origin, cname, address):
    git(tmp_path, "init", "-q")
    git(tmp_path, "remote", "add", "origin", origin)
    (tmp_path / "docs").mkdir()
    if cname:
        (tmp_path / "docs/CNAME").write_text(f"{cname}\n")
    shutil.copy(Path(__file__).parents[2] / "Makefile", tmp_path)
    with (tmp_path / "Makefile").open("a") as makefile:
        makefile.write("\nshow:\n\t@echo $$SITE_URL $$REPO_URL\n")
    environment = {
        key: value for key, value in ENV.items() if key not in ("SITE_URL", "REPO_URL", "EDIT_URI", "MAKEFLAGS")
    }
    said = subprocess.run(["make", "-s", "show"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert said.stdout.split() == [
        address,
        origin.removesuffix(".git").replace("git@github.com:", "https://github.com/"),
    ]
