"""An address in HTML stands as it is written: it leads to what is there, or the author gets its line."""

from __future__ import annotations

import pytest
from support import SITE_URL, build, built, replaced
from writing.__main__ import main
from writing.posts.leads import Site, nowhere, place, written

FILES = {"posts/a.md": "posts/a/", "posts/b.md": "posts/b/", "figures/a b.svg": "figures/a b.svg", "index.md": ""}
SITE = Site(
    {*map(place, FILES.values())},
    ("category", "feed.xml"),
    FILES,
    {"posts/draft": "a draft"},
    "https://x.example/blog/",
)


def said(address: str) -> list[str]:
    return [why for _, why, _ in nowhere([address], "posts/a/", "posts/a.md", SITE)]


@pytest.mark.parametrize(
    "address",
    [
        "../b/", "../b", "../b/index.html", "../b/?q#x", "../../", "./", "", "#x", "?q", "../../category/agents/",
        "../../feed.xml", "../../figures/a%20b.svg", "/blog/posts/b/", "/other/", "https://x.example/blog/posts/b/", "https://y.example/z",
        "https://x.example/blog/sitemap.xml", "//x.example/blog/posts/b", "mailto:a@b.example", "data:,x",
    ],
)  # fmt: skip
def test_an_address_that_leads_to_something_may_stand(address):
    assert said(address) == []


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("b.md", "write ../b/, or Markdown"),
        ("../figures/a%20b.svg", "write ../../figures/a%20b.svg, or Markdown"),
        ("../index.md", "write ../../, or Markdown"),
        ("../c/", "leads nowhere; link a page in Markdown"),
        ("/blog/posts/c/", "leads nowhere; link a page in Markdown"),
        ("https://x.example/blog/posts/c/", "leads nowhere"),
        ("../draft/", ", a draft"),
        ("https://x.example/blog/posts/draft/", ", a draft"),
        ("//x.example/blog/posts/dr%61ft", ", a draft"),
    ],
)
def test_an_address_that_leads_to_nothing_is_told_what_would_be_right(address, why):
    assert [why in text for text in said(address)] == [True]


def test_every_spelling_of_an_address_is_found():
    html = "<a href=a/><A HREF = 'b&amp;c'><img srcset=\"d.png 1x\" src='e'><p id=x>f.md</p><a href=''>"
    assert list(written(html)) == ["a/", "b&c", "d.png", "e", ""]


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ('<a href="../method.md">x</a>', "in HTML an address stands as it is; write ../../method/, or Markdown"),
        ('<img alt="x" src="../assets/favicon.svg">', "write ../../assets/favicon.svg, or Markdown"),
        (f"<{SITE_URL}posts/none/>", f"{SITE_URL}posts/none/ leads nowhere"),
        ('<svg><image href="https://img.example.com/x.png"/></svg>', "is on another host"),
    ],
)  # fmt: skip
def test_the_build_stops_at_it_with_the_author_s_line(repository, tmp_path, html, why):
    post = repository / "docs/posts/coin-toss.md"
    post.write_text(post.read_text() + f"\n{html}\n")
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    at = post.read_text().splitlines().index(html) + 1
    assert f"posts/coin-toss.md:{at}: " in done.stderr
    assert why in done.stderr


def test_a_published_address_of_the_site_and_one_in_html_make_a_page(repository, tmp_path):
    post = repository / "docs/posts/coin-toss.md"
    replaced(repository / "docs/posts/plain-words.md", "slug:", "aliases: [words]\nslug:")
    links = f'<a href="../plain-words/">a</a> <a href="../words/">b</a> <{SITE_URL}posts/plain-words/index.md>'
    post.write_text(post.read_text() + f"\n{links}\n\n`<a href='nowhere.md'>` is code\n")
    assert (
        '<a href="../words/">b</a>' in (built(repository, tmp_path / "site") / "posts/coin-toss/index.html").read_text()
    )


def test_a_list_is_linked_if_the_build_makes_it_and_told_with_its_line_if_not(repository, tmp_path):
    post = repository / "docs/posts/coin-toss.md"
    right = ["../../category/security/", "../../archive/2026/", "../../feed.xml", "../../feed.json"]
    post.write_text(post.read_text() + "\n" + " ".join(f'<a href="{address}">x</a>' for address in right) + "\n")
    built(repository, tmp_path / "site")
    whole, wrong = (
        post.read_text(),
        ["../../category/nope/", "../../archive/1999/", "../../page/7/", "../../feed.xml/x"],
    )
    post.write_text(whole + "\n" + "\n\n".join(f'<a href="{address}">x</a>' for address in wrong) + "\n")
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    lines = post.read_text().splitlines()
    for address in wrong:
        at = next(i for i, line in enumerate(lines, 1) if address in line)
        assert f"posts/coin-toss.md:{at}: {address} leads nowhere" in done.stderr


def test_a_place_on_a_page_must_be_there_whoever_makes_it_and_however_it_is_linked(repository, tmp_path, capsys):
    post = repository / "docs/posts/plain-words.md"
    right = [
        "../../labs/coin-toss/#n-heads",
        "../coin-toss/#__measured",
        "#the-first-heading",
        "../../tags/#tag:chance",
    ]
    right += [
        "#top",
        "../coin-toss/#:~:text=coin",
        f"{SITE_URL}posts/coin-toss/#fn:1",
        "#own",
        "https://example.com/a#b",
    ]
    rows = "[a](../labs/coin-toss.md#n-heads) [b](../labs/coin-toss.md#t-by_run) <a name=own></a>"
    post.write_text(post.read_text() + rows + " ".join(f'<a href="{address}">x</a>' for address in right) + "\n")
    check = ["check", str(repository / "docs"), "-f", str(repository / "mkdocs.yml")]
    assert main(check) == 0
    capsys.readouterr()
    built(repository, tmp_path / "site")
    wrong = ["../../labs/coin-toss/#n-nope", "../coin-toss/#nope", "#neither"]
    post.write_text(post.read_text() + "\n" + "\n".join(f'<a href="{address}">x</a>' for address in wrong) + "\n")
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert main(check) == 1
    lines, out = post.read_text().splitlines(), capsys.readouterr().out
    for address in wrong:
        at = next(i for i, text in enumerate(lines, 1) if address in text)
        for told in (done.stderr, out):
            assert f"posts/plain-words.md:{at}: {address} leads to no place: " in told
    assert done.stderr.count("leads to no place") == len(wrong)
