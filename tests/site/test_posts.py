"""What holds for every post: its numbers, its lab, its figures, its entry in the search index."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser
from support import DOCS, LABS, POSTS, ROOT, SHOWN, header, replaced
from writing.__main__ import main
from writing.evidence.quotes import CODE
from writing.evidence.rendered import read


def without_code(source: str) -> str:
    return CODE.sub("", source)


def test_headers_numbers_and_sentences_of_every_markdown_file_are_right(capsys):
    assert main(["check", str(DOCS), "-f", str(ROOT / "mkdocs.yml")]) == 0, capsys.readouterr().out


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
    page = LexborHTMLParser((site / f"posts/{name}/index.html").read_text(encoding="utf-8"))
    words = [paragraph.text().split() for paragraph in page.css("article > p:not([class])")]
    mine = [e for e in entries if e["location"].startswith(f"posts/{name}/")]
    found = " ".join(re.sub(r"<[^>]+>", "", f"{e['title']} {e['text']}") for e in mine)
    for paragraph in (words[0], words[len(words) // 2], words[-1]):
        assert " ".join(paragraph[:5]) in " ".join(found.split())
    assert any(entry["title"] == header(POSTS[name])["title"] for entry in entries)


def test_check_names_the_line_of_each_wrong_number_and_fix_rewrites_it_and_says_old_and_new(repository, capsys):
    post = repository / "docs/posts/coin-toss.md"
    right = post.read_text(encoding="utf-8")
    post.write_text(right.replace(">5,000<", ">4,000<").replace("| 506 |", "| 507 |"), encoding="utf-8")
    folder = [str(repository / "docs"), "-f", str(repository / "mkdocs.yml")]
    assert main(["check", *folder]) == 1
    out = capsys.readouterr().out
    assert "posts/coin-toss.md:11: quotes 4,000, coin_toss.tosses is 5000\n" in out
    assert "posts/coin-toss.md:21: quotes 507, coin_toss.by_run.run 5.heads is 506\n" in out
    assert main(["fix", *folder]) == 0
    out = capsys.readouterr().out
    assert "posts/coin-toss.md:11: 4,000 -> 5,000\nposts/coin-toss.md:21: 507 -> 506\n" in out
    assert post.read_text(encoding="utf-8") == right


def test_fix_rewrites_nothing_of_a_page_but_its_numbers_and_names_the_line_that_cannot_be_read(repository, capsys):
    docs = repository / "docs"
    for path, start in ((docs / "posts/coin-toss.md", b""), (docs / "zebra.md", b"# Caf\xe9\n\n")):
        text = b'<data value="coin_toss.tosses">5,000</data>\n' if start else path.read_bytes()
        path.write_bytes((start + text).replace(b"\n", b"\r\n").replace(b">5,000<", b">4,000<"))
    before = {path: path.read_bytes() for path in docs.rglob("*.md")}
    (docs / "posts/.#coin-toss.md").symlink_to("ada@desk.1")
    assert main(["fix", str(docs), "-f", str(repository / "mkdocs.yml")]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "posts/coin-toss.md:11: 4,000 -> 5,000"
    assert out[1:] == ["zebra.md:3: 4,000 -> 5,000", "zebra.md:1: is not UTF-8; save it as UTF-8"]
    for path, content in before.items():
        assert path.read_bytes() == content.replace(b">4,000<", b">5,000<")


def test_fix_writes_nothing_if_it_cannot_read_all(repository, capsys):
    post = repository / "docs/posts/coin-toss.md"
    replaced(post, ">5,000<", ">4,000<")
    (repository / "docs/posts/nowhere.md").symlink_to("nothing.md")
    assert main(["fix", str(repository / "docs"), "-f", str(repository / "mkdocs.yml")]) == 1
    assert "posts/nowhere.md:1: No such file" in capsys.readouterr().out
    assert ">4,000<" in post.read_text(encoding="utf-8")


def test_fix_says_which_lab_is_not_as_it_was_recorded(repository, capsys):
    source = repository / "docs/labs/coin_toss/__init__.py"
    source.write_text(source.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert main(["fix", str(repository / "docs"), "-f", str(repository / "mkdocs.yml")]) == 1
    assert "labs/coin_toss: its source is not what was recorded" in capsys.readouterr().out


def test_the_example_of_the_method_page_is_as_recorded(site):
    """It stands in a block of code, which no build compares."""
    page = LexborHTMLParser((site / "method/index.html").read_text(encoding="utf-8"))
    (example,) = [code.text() for code in page.css("pre code") if "<data" in code.text()]
    reading = read(example, DOCS / "labs")
    assert reading.quotes
    assert reading.faults == []


def test_check_reads_drafts_and_headers_too(repository, capsys):
    post = repository / "docs/posts/plain-words.md"
    source = post.read_text(encoding="utf-8").replace("categories:", "draft: true\ncategorys:", 1)
    post.write_text(source + '\n<data value="coin_toss.tosses">1</data>\n', encoding="utf-8")
    assert main(["check", str(repository / "docs"), "-f", str(repository / "mkdocs.yml")]) == 1
    out = capsys.readouterr().out
    assert "posts/plain-words.md:7: unknown key 'categorys'; did you mean categories?" in out
    assert f"posts/plain-words.md:{source.count(chr(10)) + 2}: quotes 1, coin_toss.tosses is 5000" in out


def test_check_names_the_line_of_an_inclusion_that_finds_nothing(repository, capsys):
    post = repository / "docs/posts/plain-words.md"
    post.write_text(post.read_text(encoding="utf-8") + '\n```\n--8<-- "no/such.py"\n```\n', encoding="utf-8")
    line = post.read_text(encoding="utf-8").splitlines().index('--8<-- "no/such.py"') + 1
    assert main(["check", str(repository / "docs"), "-f", str(repository / "mkdocs.yml")]) == 1
    out = capsys.readouterr().out
    assert f"posts/plain-words.md:{line}: " in out
    assert "name a file below docs, as in --8<--" in out
