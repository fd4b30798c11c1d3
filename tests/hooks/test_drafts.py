"""A draft is seen by its author and by nobody else."""

from __future__ import annotations

from support import build, built, files, replaced
from writing.posts.drafts import links


def test_a_link_is_found_with_its_line():
    text = 'one\n[a](x.md) and [b](../y.md#z)\n<a href="v.md">\n[c]: w.md\n[d](https://a.b/c)\n'
    assert list(links(text)) == [(2, "x.md"), (2, "../y.md"), (3, "v.md"), (4, "w.md")]


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
