"""Listings show the summary; every other file is the same, byte for byte, with and without the hook."""

from __future__ import annotations

from support import built, files, replaced


def test_without_the_hook_posts_search_index_and_feeds_are_the_same(small, repository):
    replaced(repository / "mkdocs.yml", "  - hooks/summaries.py\n", "")
    replaced(repository / "hooks/writing/required.py", '"summaries.py", ', "")  # which refuses a site without it
    without, with_it = files(built(repository, repository / "site")), files(small)
    assert without.keys() == with_it.keys()
    kept = [name for name in with_it if name.startswith(("posts/", "labs/", "search/", "feed."))]
    assert {"posts/coin-toss/index.html", "search/search_index.json", "feed.xml"} <= set(kept)
    assert [name for name in kept if without[name] != with_it[name]] == []
