"""A draft is seen by its author and by nobody else."""

from __future__ import annotations

import datetime
import time
from urllib.parse import urlsplit

import pytest
from support import build, built, files, replaced
from writing.__main__ import main
from writing.posts.drafts import begun
from writing.posts.targets import FOREIGN, line, targets


def test_what_a_page_leads_to_and_shows_is_read_from_its_html():
    html = """<a href='a.md'>x</a><A HREF=b/ >x</A><code>&lt;a href="no.md"&gt;</code>
    <video poster=c.png><source src="d.webm"></video><img srcset="e.png 1x, //f.example/g.png 2x">"""
    assert sorted(targets(html)) == [
        ("link", "a.md"), ("link", "b/"),
        ("shown", "//f.example/g.png"), ("shown", "c.png"), ("shown", "d.webm"), ("shown", "e.png"),
    ]  # fmt: skip


@pytest.mark.parametrize("html", [
    '<div style="color:red;background-image:url( &quot;{}&quot;)">a</div>', "<table background={}><tr><td>a</table>",
    '<iframe srcdoc="<a href=https://y.example/>y</a><img src={}>"></iframe>',
    '<svg><use href="{}"></use></svg>', '<svg><use xlink:href="{}"></use></svg>',
])  # fmt: skip
@pytest.mark.parametrize("address", ["https://x.example/a.svg", "//x.example/a"])
def test_what_another_host_holds_is_found_wherever_an_element_can_name_it(html, address):
    assert list(targets(html.format(address))) == [("shown", address)]
    assert FOREIGN.search(html.format(address))
    assert not any(urlsplit(found).netloc for _, found in targets(html.format("../figures/a.svg")))


def test_the_line_is_that_of_the_link_and_not_of_the_same_word_in_code():
    assert line("one\n`[a](x.md)`\nsee [x] here\n\n[x]: ../x.md\n", "x.md") == 5


@pytest.mark.parametrize("link", [
    "[a](plain-words.md)", "[a](<plain-words.md>)", "[a][b]\n\n[b]: plain-words.md", '[a](plain-words.md "A title")',
    '<a href="plain-words.md">a</a>', "<a href='plain-words.md'>a</a>", "<a href=plain-words.md>a</a>",
    "[a](./plain-words.md#the-second-heading)", '<a href="../plain-words/">a</a>', "[a](../posts/plain-words.md)",
])  # fmt: skip
def test_every_legal_form_of_a_link_to_a_draft_stops_the_build(repository, tmp_path, link):
    replaced(repository / "docs/posts/plain-words.md", "slug:", "draft: true\nslug:")
    post = repository / "docs/posts/coin-toss.md"
    post.write_text(post.read_text().replace("(plain-words.md", "(coin-toss.md") + f"\n{link}\n")
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert "links to plain-words.md, a draft or dated later" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_draft_named_in_code_is_no_link(repository, tmp_path):
    replaced(repository / "docs/posts/plain-words.md", "slug:", "draft: true\nslug:")
    post = repository / "docs/posts/coin-toss.md"
    post.write_text(
        post.read_text().replace("(plain-words.md#the-second-heading)", "(coin-toss.md)") + "\n`[a](plain-words.md)`\n"
    )
    built(repository, tmp_path / "site")


def test_what_another_host_holds_is_refused_with_its_line(repository, tmp_path):
    post = repository / "docs/posts/plain-words.md"
    post.write_text(post.read_text() + "\n![x](https://img.example.com/x.png)\n")
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    lines = post.read_text().splitlines()
    at = lines.index("![x](https://img.example.com/x.png)") + 1
    assert f"posts/plain-words.md:{at}: https://img.example.com/x.png is on another host" in done.stderr


@pytest.mark.parametrize(("text", "fast"), [
    ('--8<-- "posts/plain-words.md"', True), ("--8<--\nposts/plain-words.md:2:4\n--8<--", True),
    ('- x\n\n    -8<- "posts/../posts/plain-words.md"', True), ('```\n--8<-- "other.txt"\n```', True),
    ('--8<-- "part.md"', True), ('--8<-- "part.md"', False), ('-8<- "posts/plain-words.md"', True),
    ("-8<-\nposts/plain-words.md\n-8<-", True),
])  # fmt: skip
def test_a_draft_that_a_page_includes_stops_the_build_in_whatever_form(repository, tmp_path, text, fast):
    replaced(repository / "docs/posts/plain-words.md", "slug:", "draft: true\nslug:")
    (repository / "docs/other.txt").symlink_to("posts/plain-words.md")
    (repository / "docs/part.md").write_text('-8<- "posts/plain-words.md"\n')
    replaced(repository / "mkdocs.yml", "exclude_docs: |", "exclude_docs: |\n  /part.md")
    if not fast:
        replaced(repository / "mkdocs.yml", "  - hooks/fast.py\n", "")
    post = repository / "docs/posts/coin-toss.md"
    whole = post.read_text().replace("(plain-words.md#the-second-heading)", "(coin-toss.md)").replace("--8<--", "-8<-")
    post.write_text(whole + f"\n{text}\n")
    lines = post.read_text().splitlines()
    at = next(
        (i for i, line in enumerate(lines, 1) if "plain-words.md" in line or "other.txt" in line or "part.md" in line),
        1,
    )
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert f"posts/coin-toss.md:{at}: includes posts/plain-words.md, a draft or dated later" in done.stderr
    assert "Traceback" not in done.stderr


OPEN = """---
title: "Open"
description: "A."
date: 2026-01-02
slug: open
categories: [Security]
tags: [chance]
---

{}
"""


@pytest.mark.parametrize(("text", "said"), [
    ('<data value="coin_toss.near_half">It stays</data>', "shows coin_toss.near_half of posts/coin-toss.md"),
    ('<DATA class=x value = coin&#95;toss.runs>5</DATA>', "shows coin_toss.runs of posts/coin-toss.md"),
    ("<!-- table: coin_toss.by_run -->\n| run | heads |\n|---|---|\n| 1 | 2 |", "shows coin_toss.by_run of"),
    ('<figure data-explore="coin_toss.by_run">\nx\n</figure>', "shows coin_toss.by_run of posts/coin-toss.md"),
    ('```\n--8<-- "labs/coin_toss/__init__.py:toss"\n```', "includes labs/coin_toss/__init__.py of posts/coin-toss.md"),
    ('-8<- "labs/coin_toss/notes.md"', "includes labs/coin_toss/notes.md of posts/coin-toss.md"),
    ("![x](../figures/coin-toss/by-run-light.svg)", "links to ../figures/coin-toss/by-run-light.svg"),
    ("[x](../labs/coin_toss/results.json)", "links to ../labs/coin_toss/results.json"),
])  # fmt: skip
def test_nothing_of_a_drafts_lab_is_shown_by_a_published_page(repository, tmp_path, capsys, text, said):
    replaced(repository / "docs/posts/coin-toss.md", "slug:", "draft: true\nslug:")
    (repository / "docs/labs/coin_toss/notes.md").write_text("Words.\n")
    (repository / "docs/posts/open.md").write_text(OPEN.format(text))
    line = 11 if "```" in text else 10
    want = f"posts/open.md:{line}: {said}"
    done = build(repository, tmp_path / "site")
    assert want in done.stderr
    assert "a draft or dated later" in done.stderr
    assert main(["check", str(repository / "docs"), "-f", str(repository / "mkdocs.yml")]) == 1
    assert want in capsys.readouterr().out


def test_a_draft_that_the_navigation_names_stops_build_and_check(repository, tmp_path, capsys):
    replaced(repository / "docs/posts/plain-words.md", "slug:", "draft: true\nslug:")
    replaced(repository / "docs/posts/coin-toss.md", "(plain-words.md#the-second-heading)", "(coin-toss.md)")
    replaced(
        repository / "mkdocs.yml", "  - Tags: tags.md", "  - More:\n    - Soon: posts/plain-words.md\n  - Tags: tags.md"
    )
    lines = (repository / "mkdocs.yml").read_text().splitlines()
    said = f"mkdocs.yml:{lines.index('    - Soon: posts/plain-words.md') + 1}: nav names posts/plain-words.md, a draft"
    assert said in build(repository, tmp_path / "site").stderr
    assert main(["check", str(repository / "docs"), "-f", str(repository / "mkdocs.yml")]) == 1
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "UTC", "Etc/GMT+12"])
def test_a_post_with_a_date_only_appears_on_that_day_where_its_author_is(monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        today = datetime.datetime.now().astimezone().date()
        midnight = datetime.datetime(today.year, today.month, today.day, tzinfo=datetime.UTC)
        assert begun(midnight)
        assert not begun(midnight + datetime.timedelta(days=2))
        assert not begun(datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1, seconds=1))
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_draft_leaves_no_trace_in_the_build(repository, tmp_path):
    replaced(repository / "docs/posts/coin-toss.md", "slug:", "draft: true\nslug:")
    site = files(built(repository, tmp_path / "site"))
    assert [name for name in site if "coin" in name] == []
    assert [
        name
        for name, data in site.items()
        if b"coin" in data.lower() and name.endswith((".html", ".xml", ".json", ".txt"))
    ] == []


def test_a_post_dated_later_is_a_draft_until_then(repository, tmp_path):
    replaced(repository / "docs/posts/coin-toss.md", "date: 2026", "date: 2996")
    site = built(repository, tmp_path / "site")
    assert not (site / "posts/coin-toss").exists()


def test_a_link_to_a_draft_stops_the_build_with_file_and_line(repository, tmp_path):
    replaced(repository / "docs/posts/plain-words.md", "slug:", "draft: true\nslug:")
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert "posts/coin-toss.md:11: links to plain-words.md, a draft or dated later" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("setting", ["draft_docs: posts/coin-toss.md\n", "exclude_docs: |\n  /posts/coin-toss.md\n"])
def test_a_post_that_settings_leave_out_leaves_no_trace_and_nothing_of_it_is_shown(
    repository, tmp_path, capsys, setting
):
    replaced(repository / "mkdocs.yml", "exclude_docs: |\n", setting + "exclude_docs: |\n" * ("draft" in setting))
    site = built(repository, tmp_path / "site")
    assert [path for path in site.rglob("*") if "coin" in path.name] == []
    number = '<data value="coin_toss.runs">5</data>'
    (repository / "docs/posts/open.md").write_text(OPEN.format(f'{number}\n\n--8<-- "posts/coin-toss.md"\n'))
    said = [
        "posts/open.md:10: shows coin_toss.runs of posts/coin-toss.md, a draft or",
        "posts/open.md:12: includes posts/coin-toss.md, a",
    ]
    done = build(repository, tmp_path / "site")
    assert main(["check", str(repository / "docs"), "-f", str(repository / "mkdocs.yml")]) == 1
    checked = capsys.readouterr().out
    assert all(line in done.stderr and line in checked for line in said)


def test_a_file_that_is_left_out_is_nobody_s_to_read(repository, tmp_path, capsys):
    replaced(repository / "mkdocs.yml", "exclude_docs: |\n", "exclude_docs: |\n  /posts/ideas.md\n  /posts/parts/\n")
    for name in ("posts/ideas.md", "posts/.idea.md", "posts/parts/part.md", "templates/post.md", ".drafts/x.md"):
        path = repository / "docs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("Part.\n" if "parts" in name else "---\ntitle: {{ title }}\n---\n# x\n")
    post = repository / "docs/posts/plain-words.md"
    post.write_text(post.read_text() + '\n--8<-- "posts/parts/part.md"\n')
    assert main(["check", str(repository / "docs"), "-f", str(repository / "mkdocs.yml")]) == 0, capsys.readouterr().out
    assert "<p>Part.</p>" in (built(repository, tmp_path / "site") / "posts/plain-words/index.html").read_text()
