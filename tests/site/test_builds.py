"""What a build does with the same source again, with a fault in it, and with other tools beside it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from support import ENVIRONMENT, ROOT, build, built, files, replaced


@pytest.mark.slow
def test_two_builds_of_the_same_source_are_the_same_byte_for_byte(site, tmp_path):
    again = files(built(ROOT, tmp_path / "again", PYTHONHASHSEED="1"))
    first = files(site)
    assert again.keys() == first.keys()
    assert [name for name in first if again[name] != first[name]] == []


@pytest.mark.slow
def test_another_folder_another_time_zone_and_another_order_of_files_change_nothing(small, repository, tmp_path):
    posts = repository / "docs/posts"
    for path in sorted(posts.glob("*.md"), reverse=True):
        text = path.read_bytes()
        path.unlink()
        path.write_bytes(text)
        os.utime(path, (1, 1))
    environment = {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "2", "LC_ALL": "C"}
    again, first = files(built(repository, tmp_path / "again", **environment)), files(small)
    assert [name for name in first.keys() | again.keys() if again.get(name) != first.get(name)] == []


def test_a_build_of_some_pages_is_refused_for_lists_and_feeds_are_made_of_all(repository, tmp_path):
    done = build(repository, tmp_path / "site", "--dirty")
    assert done.returncode == 1
    assert "every build remembers: leave it out" in done.stderr


def test_the_source_is_not_changed_by_a_build(repository, tmp_path):
    before = files(repository)
    built(repository, tmp_path / "site")
    after = files(repository)
    assert {name for name in after if ".cache" not in name and after[name] != before.get(name)} == set()


def test_a_number_that_is_off_by_one_digit_stops_the_build_with_file_and_line(repository, tmp_path):
    replaced(repository / "docs/posts/coin-toss.md", ">5,000<", ">5,001<")
    replaced(repository / "docs/posts/coin-toss.md", "| 0.51 |", "| 0.52 |")
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert "posts/coin-toss.md:11: quotes 5,001, coin_toss.tosses is 5000" in done.stderr
    assert "posts/coin-toss.md:21: quotes 0.52, coin_toss.by_run.run 5.share is 0.506" in done.stderr
    assert "`make fix` rewrites numbers" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "site/posts/coin-toss/index.html").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("plain-words.md#the-second-heading", "plain-words.md#the-third-heading", "#the-third-heading"),
        ("plain-words.md#the-second-heading", "plain-word.md", "plain-word.md"),
        ("plain-words.md#the-second-heading", "/posts/plain-words/", "/posts/plain-words/"),
        ("coin_toss/__init__.py:toss", "coin_toss/__init__.py:tossed", "tossed"),
        ("labs/coin_toss/__init__.py:toss", "../../../pyproject.toml", "pyproject.toml"),
    ],
)
def test_a_dead_link_or_inclusion_stops_the_build(repository, tmp_path, old, new, said):
    replaced(repository / "docs/posts/coin-toss.md", old, new)
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert said in done.stdout + done.stderr
    assert "posts/coin-toss.md" in done.stdout + done.stderr or "Snippet" in done.stdout + done.stderr


def test_with_the_package_mkdocs_blog_plugin_beside_it_the_theme_s_own_blog_makes_index_and_categories(small):
    """Both register the name `blog`; with the Material theme MkDocs takes `material/blog`."""
    code = """
from importlib.metadata import entry_points, version
from mkdocs.config import load_config
named = {e.value for e in entry_points(group="mkdocs.plugins") if e.name in ("blog", "material/blog")}
held = load_config("mkdocs.yml").plugins.items()
print(version("mkdocs-blog-plugin"), len(named), *[f"{k}={type(p).__module__}" for k, p in held if "blog" in k])
"""
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True).stdout
    version, registered, *held = said.split()
    assert version
    assert registered == "2"
    assert held == ["material/blog=material.plugins.blog.plugin"]
    for name in ("index.html", "category/security/index.html", "archive/2026/index.html"):
        assert "listing__post" in (small / name).read_text(encoding="utf-8")
