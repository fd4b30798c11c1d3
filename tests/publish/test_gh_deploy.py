"""`mkdocs gh-deploy` against a real git remote on disk."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from support import ENVIRONMENT, ROOT, build, made, replaced
from writing import addresses
from writing.__main__ import main
from writing.cache.memory import digest

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


def deploy(folder: Path, *options: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run `mkdocs gh-deploy` as `make publish` does."""
    command = [sys.executable, "-m", "mkdocs", "gh-deploy", "--strict", *options]
    known = {name: value for name, value in {**ENV, **environment}.items() if value is not None}
    return subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True)


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
    assert [path for path in files if path.endswith(".py")] == ["labs/coin_toss/__init__.py"], "it can be downloaded"
    assert not [path for path in files if path.endswith((".pyc", ".npz", ".ttf")) or "mkdocs.yml" in path]
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


def test_a_published_post_that_is_gone_is_told_and_one_that_keeps_its_name_as_an_alias_is_not(remote, work):
    deploy(work)
    post = work / "docs/posts/plain-words.md"
    text = post.read_text()
    replaced(work / "docs/posts/coin-toss.md", "(plain-words.md#the-second-heading)", "(../method.md)")
    git(work, "commit", "-qam", "no link")
    post.unlink()
    done = deploy(work)
    assert done.returncode == 0, done.stderr
    assert "WARNING -  posts/plain-words/ is published and will be gone: no post has this name" in done.stderr
    assert "coin-toss/ is published" not in done.stderr
    post.write_text(text)
    deploy(work)
    post.unlink()
    (work / "docs/posts/clear-words.md").write_text(
        text.replace("slug: plain-words", "slug: clear-words\naliases: [plain-words]")
    )
    done = deploy(work)
    assert "will be gone" not in done.stderr
    assert "posts/plain-words/index.html" in published(remote)


@pytest.mark.parametrize("how", ["dated later", "draft", "draft_docs"])
def test_a_published_post_that_is_held_back_is_told_with_its_file_and_not_to_get_an_alias(remote, work, how):
    deploy(work)
    post = work / "docs/posts/plain-words.md"
    replaced(work / "docs/posts/coin-toss.md", "(plain-words.md#the-second-heading)", "(../method.md)")
    if how == "dated later":
        post.write_text(re.sub(r"^date: \d{4}", "date: 2036", post.read_text(), flags=re.M))
    elif how == "draft":
        replaced(post, "slug:", "draft: true\nslug:")
    else:
        with (work / "mkdocs.yml").open("a") as settings:
            settings.write("\ndraft_docs: posts/plain-words.md\n")
    done = deploy(work)
    assert done.returncode == 0, done.stderr
    said = "posts/plain-words/ is published and will be gone: posts/plain-words.md is a draft, dated later or left out"
    assert said in done.stderr
    assert "add plain-words" not in done.stderr
    assert "posts/plain-words/index.html" not in published(remote)


def test_a_poisoned_memory_never_reaches_the_published_site(remote, work):
    command = [sys.executable, "-m", "mkdocs", "build", "-q"]
    subprocess.run(command, cwd=work, env=ENV, check=True)
    rows = sqlite3.connect(work / ".cache/build.sqlite")
    known = rows.execute("SELECT key, value FROM steps").fetchall()
    poisoned = [(key, value.replace("tells the rest", "POISON")) for key, value in known if "tells the rest" in value]
    assert poisoned
    for key, value in poisoned:
        rows.execute("UPDATE steps SET sum = ?, value = ? WHERE key = ?", (digest(value.encode()), value, key))
    rows.commit()
    rows.close()
    subprocess.run(command, cwd=work, env=ENV, check=True)
    assert "POISON" in (work / "site/posts/coin-toss/index.html").read_text(), "the memory was poisoned well enough"
    assert deploy(work).returncode == 0
    assert "POISON" not in git(remote, "show", "gh-pages:posts/coin-toss/index.html")


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
    done = deploy(work, SITE_URL="", REPO_URL=None)
    assert done.returncode != 0
    assert "site_url: https://you.example/" in done.stderr
    assert "Building documentation" not in done.stderr or not (work / "site").exists()
    assert git(remote, "branch", "--list", "gh-pages") == ""


@pytest.mark.parametrize(("options", "said"), [
    (["--remote-name", "nope"], "there is no remote nope to publish to; `git remote -v` names"),
    (["--dirty"], "--dirty would make feeds, lists and search without the pages that it skips"),
])  # fmt: skip
def test_an_option_with_which_nothing_right_could_be_published_is_told_before_anything_is_built(work, options, said):
    done = deploy(work, *options)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Building documentation" not in done.stderr


def test_an_address_of_this_machine_is_none(remote, work):
    assert deploy(work, SITE_URL="http://127.0.0.1:8000/").returncode != 0
    assert git(remote, "branch", "--list", "gh-pages") == ""


def test_the_address_in_the_settings_is_enough(remote, work):
    replaced(work / "mkdocs.yml", "site_url: !ENV [SITE_URL, null]", "site_url: https://me.example/")
    done = deploy(work, SITE_URL="https://another.example/")
    assert done.returncode == 0, done.stderr
    assert "<link>https://me.example/</link>" in git(remote, "show", "gh-pages:feed.xml")


def test_without_any_environment_the_remote_on_github_is_enough(remote, work):
    """Git itself rewrites the address to the folder when it pushes."""
    git(work, "remote", "set-url", "origin", "https://github.com/ada/notes.git")
    git(work, "config", f"url.{remote}.pushInsteadOf", "https://github.com/ada/notes.git")
    done = deploy(work, SITE_URL="", REPO_URL=None, EDIT_URI=None, SOURCE_DATE_EPOCH=None)
    assert done.returncode == 0, done.stderr
    assert "<link>https://ada.github.io/notes/</link>" in git(remote, "show", "gh-pages:feed.xml")
    page = git(remote, "show", "gh-pages:posts/coin-toss/index.html")
    assert 'href="https://github.com/ada/notes/edit/main/docs/posts/coin-toss.md"' in page


def test_the_domain_that_the_published_branch_has_is_kept_and_is_the_address(remote, work):
    deploy(work)
    other = remote.parent / "settings"
    git(remote.parent, "clone", "-q", "-b", "gh-pages", str(remote), str(other))
    (other / "CNAME").write_text("blog.example.org\n")
    git(other, "add", "-A")
    git(other, "commit", "-qm", "Create CNAME")
    git(other, "push", "-q", "origin", "gh-pages")
    git(work, "fetch", "-q")
    done = deploy(work, SITE_URL="")
    assert done.returncode == 0, done.stderr
    assert git(remote, "show", "gh-pages:CNAME") == "blog.example.org"
    assert "<link>https://blog.example.org/</link>" in git(remote, "show", "gh-pages:feed.xml")


@pytest.mark.parametrize("form", [["--single-branch"], ["--depth", "1"]])
def test_a_clone_without_the_published_branch_publishes_on_top_of_it(remote, work, tmp_path, form):
    deploy(work)
    first = git(remote, "rev-parse", "gh-pages")
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", *form, f"file://{remote}", str(other))
    replaced(other / "docs/posts/plain-words.md", "---\n\n", "---\n\nFrom elsewhere.\n\n")
    done = deploy(other)
    assert done.returncode == 0, done.stderr
    assert git(remote, "rev-parse", "gh-pages~1") == first
    assert "From elsewhere" in git(remote, "show", "gh-pages:posts/plain-words/index.html")


def test_a_folder_without_git_is_told_so_before_anything_is_built(tmp_path):
    done = deploy(made(tmp_path / "zip"))
    assert done.returncode == 1
    assert "is not in a git repository" in done.stderr
    assert not (tmp_path / "zip/site").exists()
    assert "Traceback" not in done.stderr


def test_a_deploy_from_another_repository_is_refused(remote, work, tmp_path):
    other = tmp_path / "another"
    other.mkdir()
    git(other, "init", "-q")
    command = [sys.executable, "-m", "mkdocs", "gh-deploy", "-f", str(work / "mkdocs.yml")]
    done = subprocess.run(command, cwd=other, env=ENV, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"cd {work} first" in done.stderr


@pytest.mark.parametrize(
    ("origin", "site", "repository"),
    [
        ("https://github.com/ada/notes.git", "https://ada.github.io/notes/", "https://github.com/ada/notes"),
        ("https://github.com/ada/notes/", "https://ada.github.io/notes/", "https://github.com/ada/notes"),
        ("https://ada@github.com/ada/notes.git", "https://ada.github.io/notes/", "https://github.com/ada/notes"),
        ("https://ada:token@github.com/ada/notes", "https://ada.github.io/notes/", "https://github.com/ada/notes"),
        ("git@github.com:ada/notes.git", "https://ada.github.io/notes/", "https://github.com/ada/notes"),
        ("git@github.com-work:ada/notes.git", "https://ada.github.io/notes/", "https://github.com/ada/notes"),
        ("github.com:ada/notes", "https://ada.github.io/notes/", "https://github.com/ada/notes"),
        ("ssh://git@github.com/ada/notes.git", "https://ada.github.io/notes/", "https://github.com/ada/notes"),
        ("ssh://git@ssh.github.com:443/ada/notes.git", "https://ada.github.io/notes/", "https://github.com/ada/notes"),
        ("git://github.com/ada/notes.git", "https://ada.github.io/notes/", "https://github.com/ada/notes"),
        ("https://github.com/Ada/ada.github.io", "https://ada.github.io/", "https://github.com/Ada/ada.github.io"),
        ("git@github.com:ada/Ada.GitHub.io.git", "https://ada.github.io/", "https://github.com/ada/Ada.GitHub.io"),
        ("git@gitlab.com:ada/notes.git", "", "https://gitlab.com/ada/notes"),
        ("https://git.example:3000/ada/notes.git", "", "https://git.example:3000/ada/notes"),
        ("../notes.git", "", ""),
        ("/srv/notes.git", "", ""),
        ("file:///srv/notes.git", "", ""),
        ("C:\\notes.git", "", ""),
        ("", "", ""),
    ],
)
def test_addresses_are_taken_from_any_form_of_the_git_remote(tmp_path, monkeypatch, origin, site, repository):
    for name in ("SITE_URL", "REPO_URL", "EDIT_URI"):
        monkeypatch.delenv(name, raising=False)
    git(tmp_path, "init", "-q", "-b", "main")
    if origin:
        git(tmp_path, "remote", "add", "origin", origin)
    addresses.git.cache_clear()
    found = addresses.addresses(tmp_path, tmp_path / "docs", addresses.Addresses(None, None, None))
    assert found[:2] == (site, repository)
    assert found.edit == {
        "github.com": "edit/main/docs/", "gitlab.com": "-/edit/main/docs/"
    }.get(repository.split("/")[2] if repository else "", "")  # fmt: skip


def test_a_domain_in_docs_goes_before_the_remote_and_a_setting_before_both(tmp_path, monkeypatch):
    monkeypatch.delenv("SITE_URL", raising=False)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "remote", "add", "origin", "git@github.com:ada/notes.git")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/CNAME").write_text("blog.example.org\n")
    addresses.git.cache_clear()

    def site(given: str | None) -> str:
        return addresses.addresses(tmp_path, tmp_path / "docs", addresses.Addresses(given, None, None)).site

    assert site(None) == "https://blog.example.org/"
    monkeypatch.setenv("SITE_URL", "https://environment.example")
    assert site(None) == "https://environment.example/"
    assert site("https://settings.example/") == "https://settings.example/"


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfblog.example.org\n", b"https://blog.example.org/\n", b"# my domain\n", b"blog\n",
        b"a.example.org\nb.example.org\n", "blog.example.org\n".encode("utf-16"), b"blog.example.org:8000\n",
    ],
)  # fmt: skip
def test_a_domain_in_docs_that_is_not_just_a_name_is_refused_with_its_line(tmp_path, capsys, text):
    (made(tmp_path) / "docs/CNAME").write_bytes(text)
    line = "CNAME:1: is not just the name of a domain; write one alone, as UTF-8: blog.example.org"
    for site in (None, "https://settings.example/"):
        with pytest.raises(ValueError, match=f"^{line}$"):
            addresses.addresses(tmp_path, tmp_path / "docs", addresses.Addresses(site, None, None))
    if text.startswith(b"#"):
        assert main(["check", str(tmp_path / "docs"), "-f", str(tmp_path / "mkdocs.yml")]) == 1
        assert capsys.readouterr().out.splitlines() == [line]
        done = build(tmp_path, tmp_path / "site")
        assert done.returncode == 1
        assert line in done.stderr


@pytest.mark.parametrize("text", ["blog.example.org", "Blog-2.example.co.uk\r\n", "b\u00fccher.example", ""])
def test_a_domain_in_docs_that_is_one_is_taken_and_folders_beside_the_site_have_no_editor(tmp_path, text):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/CNAME").write_text(text, encoding="utf-8", newline="")
    given = addresses.Addresses("", "https://github.com/ada/notes", None)
    found = addresses.addresses(tmp_path / "site", tmp_path / "docs", given)
    assert found.site == (f"https://{text.strip()}/" if text else "https://ada.github.io/notes/")
    assert found.edit == ""


def test_a_site_in_a_folder_of_its_repository_is_edited_there(tmp_path):
    git(tmp_path, "init", "-q", "-b", "trunk")
    git(tmp_path, "remote", "add", "origin", "git@github.com:ada/all.git")
    (tmp_path / "a blog").mkdir()
    root = tmp_path / "a blog"
    addresses.git.cache_clear()
    found = addresses.addresses(root, root / "docs", addresses.Addresses("https://x.example/", None, None))
    assert found.edit == "edit/trunk/a%20blog/docs/"


@pytest.mark.skipif(not shutil.which("make"), reason="the Makefile needs make")
def test_make_asks_the_same_function(tmp_path):
    git(tmp_path, "init", "-q")
    git(tmp_path, "remote", "add", "origin", "ssh://git@github.com/ada/notes.git")
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "hooks", tmp_path / "hooks")
    environment = {key: value for key, value in ENV.items() if key not in ("SITE_URL", "REPO_URL", "MAKEFLAGS")}
    command = ["make", "-s", "--eval=show:;@echo $$SITE_URL", "show"]
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert said.stdout.split() == ["https://ada.github.io/notes/"]
