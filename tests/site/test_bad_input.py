"""Whatever an author puts into a post makes a page or a clear line: no traceback, no hang, no lost file."""

from __future__ import annotations

import json
import shutil

import pytest
from selectolax.lexbor import LexborHTMLParser
from support import build, built, files, replaced
from writing.__main__ import main

HEADER = """---
title: "{title}"
description: "A summary."
date: 2026-11-21T11:00:00Z
slug: odd
categories: [Security]
---

"""


def write(repository, body: str, name: str = "odd.md", title: str = "Odd", newline: str = "\n", start: str = ""):
    """Put a post into the made site."""
    text = start + HEADER.format(title=title) + body
    (repository / "docs/posts" / name).write_bytes(text.replace("\n", newline).encode("utf-8"))


def page(repository, site) -> str:
    return (built(repository, site) / "posts/odd/index.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_megabyte_of_markdown_makes_a_page(repository, tmp_path):
    write(repository, "A sentence of some words, and `code`, and *more* words.\n\n" * 17_500 + "The very end.\n")
    assert "The very end." in page(repository, tmp_path / "site")


@pytest.mark.slow
def test_ten_thousand_headings_make_a_page_with_as_many_anchors(repository, tmp_path):
    write(repository, "".join(f"## Heading {n}\n\nText.\n\n" for n in range(10_000)))
    assert page(repository, tmp_path / "site").count('<h2 id="heading-') == 10_000


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("right to left", "## عنوان\n\nهذا نص من اليمين إلى اليسار, שלום.\n"),
        ("emoji and combining marks", "## 👩‍👩‍👧‍👦 é ﷽\n\nZ͑ͫ̓a͖l͚g͙o 🏳️‍🌈\n"),
        ("zero width and bidi controls", "A\u200bB\u202eC\u2066D\u2069 \ufeff\n"),
        ("unclosed code, tags and tables", "<div><b>\n\n```python\nx = 1\n"),
        ("a table of one line", "| a |\n"),
        ("an unclosed literal", '<data value="coin_toss.tosses">5,000\n'),
        ("brackets for miles", "[" * 500 + "](" * 500 + "\n"),
        ("quotes for miles", "> " * 80 + "deep\n"),
        ("stars for miles", "*" * 3000 + " a " + "_" * 3000 + "\n"),
        ("template and script", "{{ config }} {% raw %} <script>alert(1)</script>\n"),
        ("a null byte", "before \0 after\n"),
    ],
)
def test_odd_text_makes_a_page_or_a_line(repository, tmp_path, name, body):
    write(repository, body)
    done = build(repository, tmp_path / "site")
    assert "Traceback" not in done.stderr, name
    if done.returncode == 0:
        assert (tmp_path / "site/posts/odd/index.html").exists()
        assert (tmp_path / "site/posts/coin-toss/index.html").exists(), "the other posts are there"
    else:
        assert "posts/odd.md" in done.stderr


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(repository, tmp_path):
    body = '## A heading\n\n<data value="coin_toss.tosses">5,000</data> tosses.\n\n```python\nx = 1\n```\n'
    write(repository, body)
    plain = page(repository, tmp_path / "plain")
    write(repository, body, newline="\r\n", start="\ufeff")
    assert page(repository, tmp_path / "windows") == plain


@pytest.mark.parametrize("name", ["an odd name.md", "c#.md", "2026/odd2.md"])
def test_a_file_that_is_not_named_as_its_slug_is_refused(repository, tmp_path, name):
    (repository / "docs/posts/2026").mkdir()
    write(repository, "Text.\n", name=name)
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert f"posts/{name}:5: slug 'odd' is not the file's name" in done.stderr


def test_another_ending_of_markdown_is_refused_by_build_check_and_fix(repository, tmp_path, capsys):
    write(repository, "Text.\n", name="odd.mkdn")
    (repository / "docs/about.mkd").write_text("Text.\n")
    (repository / "docs/.kept.markdown").write_text("Text.\n")
    (repository / "docs/left.mdown").write_text("Text.\n")
    replaced(repository / "mkdocs.yml", "  answers.json\n", "  answers.json\n  left.mdown\n")
    lines = [
        "about.mkd:1: ends in .mkd; rename it about.md",
        "posts/odd.mkdn:1: ends in .mkdn; rename it odd.md",
    ]
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if "rename it" in line] == lines
    for command in ("check", "fix"):
        assert main([command, str(repository / "docs"), "-f", str(repository / "mkdocs.yml")]) == 1
        assert [line for line in capsys.readouterr().out.splitlines() if "rename it" in line] == lines


def test_a_post_may_end_as_jekyll_s_do_and_is_checked_as_any_other_unless_it_has_a_lab(repository, tmp_path, capsys):
    write(repository, '<data value="coin_toss.runs">5</data> runs.\n', name="odd.markdown")
    assert (
        "5 runs"
        in LexborHTMLParser(
            (built(repository, tmp_path / "site") / "posts/odd/index.html").read_text(encoding="utf-8")
        ).text()
    )
    check = ["check", str(repository / "docs"), "-f", str(repository / "mkdocs.yml")]
    assert main(check) == 0, capsys.readouterr().out
    post = repository / "docs/posts/odd.markdown"
    whole = post.read_text(encoding="utf-8")
    wrong = {
        ">5<": (">6<", ": quotes 6, coin_toss.runs is 5"), "description:": ("descriptio:", "description is missing"),
        "slug: odd": ("lab: odd\nslug: odd", "a post with a lab ends in .md; rename the file odd.md"),
    }  # fmt: skip
    for old, (new, said) in wrong.items():
        assert old in whole
        post.write_text(whole.replace(old, new), encoding="utf-8")
        assert said in build(repository, tmp_path / "site").stderr
        assert main(check) == 1
        assert said in capsys.readouterr().out


def test_a_title_with_every_kind_of_quote_stands_everywhere_as_written(repository, tmp_path):
    write(repository, "Text.\n", title="R&D 'one' \\\"two\\\" “three” {{ four }}")
    site = built(repository, tmp_path / "site")
    title = "R&D 'one' \"two\" “three” {{ four }}"
    assert json.loads((site / "feed.json").read_bytes())["items"][0]["title"] == title
    assert "R&amp;D " in (site / "index.html").read_text(encoding="utf-8")


def test_a_link_to_nowhere_is_a_line(repository, tmp_path):
    write(repository, "See [there](nowhere.md) and [that](../method.md#nothing).\n")
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert "nowhere.md" in done.stderr
    assert "#nothing" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_figure_that_is_missing_is_a_line(repository, tmp_path):
    write(repository, "![Words.](../figures/coin-toss/nothing-light.svg)\n")
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert "posts/odd.md" in done.stderr
    assert "nothing-light.svg" in done.stderr
    assert "Traceback" not in done.stderr


def test_results_that_are_missing_or_damaged_are_a_line(repository, tmp_path):
    results = repository / "docs/labs/coin_toss/results.json"
    for text, said in ((None, "coin_toss"), ("{", "results.json"), ("[]", "results.json"), ("{}", "coin_toss")):
        if text is None:
            shutil.move(results, tmp_path / "kept.json")
        else:
            results.write_text(text)
        done = build(repository, tmp_path / "site")
        assert done.returncode == 1, text
        assert "Traceback" not in done.stderr, (text, done.stderr[-1500:])
        assert said in done.stderr, text


def test_a_failed_build_leaves_no_page_of_the_broken_post(repository, tmp_path):
    write(repository, '<data value="coin_toss.tosses">5,001</data>\n')
    assert build(repository, tmp_path / "site").returncode == 1
    assert not [name for name in files(tmp_path / "site") if "odd" in name]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("p { colour red }", "this is no declaration, as color: red is"),
        ("p { color: red p { color: red }", "a rule within a rule is not read here; close the one around it first"),
        ("p { background: url(no%20such.svg?a#b) }", "asks for no such.svg, which is not there; write its path from"),
        ("p { color: red } } a { color: red }", "Unmatched }"),
    ],
)
def test_a_slip_in_the_stylesheet_is_a_line(repository, tmp_path, wrong, said):
    sheet = repository / "docs/assets/site.css"
    lines = sheet.read_text(encoding="utf-8").count("\n") + 1
    sheet.write_text(sheet.read_text(encoding="utf-8") + f"{wrong} /* of\nthree\nlines */\n", encoding="utf-8")
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert f"assets/site.css:{lines}: {said}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_stylesheet_that_is_no_utf_8_is_named(repository, tmp_path):
    (repository / "docs/assets/more.css").write_bytes(b"/* caf\xe9 */")
    replaced(repository / "mkdocs.yml", "[assets/site.css]", "[assets/site.css, assets/more.css]")
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert "assets/more.css:1: is no text in UTF-8" in done.stderr


def test_a_file_that_a_stylesheet_in_a_folder_asks_for_is_found_from_there(repository, tmp_path):
    (repository / "docs/assets/css").mkdir()
    (repository / "docs/assets/css/more.css").write_text("article{background:url(../favicon.svg)}")
    replaced(repository / "mkdocs.yml", "[assets/site.css]", "[assets/site.css, assets/css/more.css]")
    site = built(repository, tmp_path / "site")
    for page, folder in (("index.html", ""), ("posts/coin-toss/index.html", "../../")):
        assert f'url("{folder}assets/css/../favicon.svg")' in (site / page).read_text(encoding="utf-8")
