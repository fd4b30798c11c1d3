"""What holds for every post: its numbers, its lab, its figures, its entry in the search index."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support import DOCS, LABS, MADE, POSTS, ROOT, SHOWN, header
from writing.evidence.check import faults, fixed
from writing.evidence.quotes import CODE, LITERAL

MARKDOWN = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
FIX = "`make test FIX=1` rewrites the numbers; read the sentences around them again"


def without_code(source: str) -> str:
    return CODE.sub("", source)


@pytest.mark.parametrize("name", MARKDOWN)
def test_every_quoted_number_is_what_its_lab_recorded(name):
    source = (DOCS / name).read_text(encoding="utf-8")
    wrong = [f"docs/{name}:{line}: {message}" for line, message in faults(source, DOCS / "labs")]
    assert not wrong, "\n".join(["", *wrong, FIX])


@pytest.mark.parametrize("name", MARKDOWN)
def test_every_data_element_and_table_mark_has_the_form_that_is_checked(name):
    source = without_code((DOCS / name).read_text(encoding="utf-8"))
    assert len(re.findall(r"<data\b", source, re.I)) == len(list(filter(None, LITERAL.findall(source))))
    marks = re.findall(r"^.*<!--\s*table\b.*$(?:\n\s*)*^(.*)$", source, re.M | re.I)
    assert [line for line in marks if not line.lstrip(" >").startswith("|")] == []
    assert [m for m in re.findall(r"<!--\s*table\b.*", source, re.I) if not re.match(r"<!-- table: \S+ -->", m)] == []


@pytest.mark.parametrize("name", POSTS)
def test_the_lab_of_a_post_has_results_and_the_name_of_the_post(name):
    if lab := header(POSTS[name]).get("lab"):
        assert (DOCS / "labs" / lab / "results.json").is_file(), f"record it: make lab NAME={name} RECORD=1"
        assert lab == name.replace("-", "_"), "the lab's page links the post by this name"


@pytest.mark.parametrize("lab", LABS)
def test_every_lab_has_a_post(lab):
    post = POSTS.get(lab.replace("_", "-"))
    assert post, f"docs/labs/{lab}: no post has `lab: {lab}`"
    assert header(post).get("lab") == lab


def test_every_figure_is_shown_by_the_post_it_is_named_after():
    shown = set()
    for post in POSTS.values():
        notes = DOCS / "labs" / post.stem.replace("-", "_") / "notes.md"
        for path in filter(Path.exists, (post, notes)):
            text = without_code(path.read_text(encoding="utf-8"))
            for name in re.findall(r"\]\(\.\./figures/([\w./-]+)-light\.svg\)", text):
                shown |= {f"{name}-light.svg", f"{name}-dark.svg"}
                assert name.startswith(f"{post.stem}/"), f"{path.name} shows {name}, a figure of another post"
    assert {path.relative_to(DOCS / "figures").as_posix() for path in DOCS.glob("figures/**/*.*")} == shown


@pytest.mark.parametrize("name", SHOWN)
def test_the_search_index_has_the_words_of_a_post(name, site):
    entries = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))["docs"]
    words = re.findall(
        r"(?<=\s)[a-z]+(?: [a-z]+){4,}", without_code(POSTS[name].read_text(encoding="utf-8").split("---\n", 2)[2])
    )
    found = " ".join(re.sub(r"<[^>]+>", "", e["text"]) for e in entries if e["location"].startswith(f"posts/{name}/"))
    assert len(words) > 1
    for phrase in (words[0], words[len(words) // 2], words[-1]):
        assert phrase in " ".join(found.split())
    assert any(entry["title"] == header(POSTS[name])["title"] for entry in entries)


def test_a_changed_digit_is_found_and_rewritten():
    source = (MADE / "posts/coin-toss.md").read_text(encoding="utf-8")
    assert list(faults(source, MADE / "labs")) == []
    wrong = source.replace(">5,000<", ">5,001<").replace("| 506 |", "| 507 |")
    assert [line for line, _ in faults(wrong, MADE / "labs")] == [11, 21]
    assert fixed(wrong, MADE / "labs") == source


def test_the_option_fix_rewrites_the_file_of_a_post(repository, pytester_like):
    """A run of this very file in a copy of the repository whose post has a wrong number."""
    post = repository / "docs/posts/coin-toss.md"
    right = post.read_text(encoding="utf-8")
    post.write_text(right.replace(">5,000<", ">4,000<"), encoding="utf-8")
    said = pytester_like(repository)
    assert "docs/posts/coin-toss.md:11: quotes 4,000, coin_toss.tosses is 5000" in said
    assert FIX in said
    fixing = pytester_like(repository, "--fix")
    assert "rewritten: docs/posts/coin-toss.md" in fixing
    assert "1 passed" in fixing
    assert post.read_text(encoding="utf-8") == right


@pytest.fixture
def pytester_like():
    """Runs one test of this file in another repository and returns what pytest said."""
    import shutil
    import subprocess
    import sys

    def run(repository, *options: str) -> str:
        shutil.copytree(
            ROOT / "tests", repository / "tests", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
        )
        shutil.copy(ROOT / "pyproject.toml", repository)
        test = "tests/site/test_posts.py::test_every_quoted_number_is_what_its_lab_recorded[posts/coin-toss.md]"
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", test, *options]
        return subprocess.run(command, cwd=repository, capture_output=True, text=True).stdout

    return run
