"""The front page says what listing.yml says, word for word and in that order."""

from __future__ import annotations

import datetime
import re

import pytest
import yaml
from support import LISTING, POSTS, ROOT, SHOWN, build, built, header, replaced

GIVEN = {entry["slug"]: entry for entry in LISTING["posts"]}
BOTH = "change tests/site/listing.yml too if the words given by the owner of the site have changed; else mend the post"


def text(element) -> str:
    return " ".join("".join(element.itertext()).replace("¶", "").split())


def shown(page) -> list[dict]:
    """What a listing shows: one entry a post."""
    entries = []
    for article in page.find("article", **{"class": "listing__post"}):
        title, summary, dim = article.find("h2/a"), *article.findall("p")
        slug = title.get("href").rstrip("/").split("/")[-1]
        categories = [text(link) for link in dim.findall("a")]
        entries.append(
            {"slug": slug, "title": text(title), "summary": text(summary), "categories": categories, "dim": text(dim)}
        )
    return entries


def differences(slug: str, meta: dict, given: dict) -> list[str]:
    """In what the header of a post is not what the listing says."""
    keys = {"title": "title", "summary": "description", "date": "date", "categories": "categories"}
    if isinstance(meta["date"], dict):  # a post that was updated
        meta = {**meta, "date": meta["date"]["created"]}
    return [
        f"docs/posts/{slug}.md: {key} is {meta.get(key)!r}, tests/site/listing.yml says {given[says]!r}; {BOTH}"
        for says, key in keys.items()
        if meta.get(key) != given[says]
    ]


def test_the_words_given_are_twenty_posts_newest_first():
    dates = [entry["date"] for entry in LISTING["posts"]]
    assert len(GIVEN) == 20
    assert dates == sorted(dates, reverse=True)


def test_the_head_of_the_front_page_has_the_words_given(pages):
    front = pages["index.html"]
    assert [text(e) for e in front.find("p", **{"class": "eyebrow"})] == [LISTING["eyebrow"]]
    assert [text(e) for e in front.find("h1")] == [LISTING["tagline"]]
    assert [text(e) for e in front.find("p", **{"class": "lead"})] == [LISTING["description"]]
    assert [e.get("content") for e in front.find("meta", name="description")] == [LISTING["description"]]
    assert text(front.find("title")[0]) == f"Writing — {LISTING['tagline']}"


def test_the_front_page_lists_every_post_and_the_given_ones_in_the_order_given(pages):
    listed = [
        entry["slug"]
        for name, page in pages.items()
        if re.fullmatch(r"(page/\d+/)?index.html", name)
        for entry in shown(page)
    ]
    assert sorted(listed) == sorted(header(path)["slug"] for path in SHOWN.values())
    assert [slug for slug in listed if slug in GIVEN] == [slug for slug in GIVEN if slug in listed]


def test_each_entry_has_the_words_given_and_below_them_reading_time_and_categories(pages):
    for entry in shown(pages["index.html"]):
        if given := GIVEN.get(entry["slug"]):
            assert entry["title"] == given["title"]
            assert entry["summary"] == given["summary"]
            assert sorted(entry["categories"]) == sorted(given["categories"])
            assert re.match(r"[1-9]\d? [A-Z][a-z]+ 20\d\d · [1-9]\d* min read · ", entry["dim"])


@pytest.mark.parametrize("slug", [slug for slug in POSTS if slug in GIVEN])
def test_the_header_of_a_post_has_the_words_given(slug):
    assert differences(slug, header(POSTS[slug]), GIVEN[slug]) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", "Another"),
        ("description", "Another."),
        ("date", datetime.date(2026, 11, 22)),
        ("categories", ["Security"]),
    ],
)
def test_a_post_that_says_something_else_is_named_with_what_to_do(key, value):
    given = GIVEN["agent-loop"]
    meta = {
        "title": given["title"],
        "description": given["summary"],
        "date": given["date"],
        "categories": given["categories"],
    }
    assert differences("agent-loop", meta, given) == []
    assert differences("agent-loop", {**meta, "date": {"created": given["date"]}}, given) == []
    found = differences("agent-loop", {**meta, key: value}, given)
    assert len(found) == 1
    assert found[0].startswith(f"docs/posts/agent-loop.md: {key} is ")
    assert found[0].endswith(BOTH)


def test_every_given_post_has_the_slug_its_file_is_named_after():
    assert [path.name for path in POSTS.values() if header(path)["slug"] != path.stem] == []


def test_the_settings_have_the_words_given_and_no_category_that_is_not_given():
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8").replace("!ENV", ""))
    assert (settings["extra"]["eyebrow"], settings["extra"]["tagline"]) == (LISTING["eyebrow"], LISTING["tagline"])
    assert settings["site_description"] == LISTING["description"]
    blog = next(plugin["blog"] for plugin in settings["plugins"] if isinstance(plugin, dict) and "blog" in plugin)
    assert set(blog["categories_allowed"]) == {name for entry in GIVEN.values() for name in entry["categories"]}


def test_the_made_front_page_lists_newest_first_with_title_summary_and_one_dim_line(small_pages):
    entries = shown(small_pages["index.html"])
    assert [entry["slug"] for entry in entries] == ["coin-toss", "plain-words"]
    assert entries[0]["title"] == "Does a Fair Coin Fall on Heads & Tails Alike?"
    assert entries[1]["summary"] == "Nothing is measured here, so nothing can be wrong."
    assert entries[1]["dim"] == "20 November 2026 · 1 min read · Security"
    assert sorted(entries[0]["categories"]) == ["AI infrastructure", "Agent design"]


def test_a_category_and_a_year_list_their_posts(small_pages):
    assert [e["slug"] for e in shown(small_pages["category/security/index.html"])] == ["plain-words"]
    assert [e["slug"] for e in shown(small_pages["category/agent-design/index.html"])] == ["coin-toss"]
    assert [e["slug"] for e in shown(small_pages["archive/2026/index.html"])] == ["coin-toss", "plain-words"]


def test_a_draft_is_marked_on_serve_and_absent_from_the_published_site(repository):
    replaced(repository / "docs/posts/plain-words.md", "slug:", "draft: true\nslug:")
    replaced(repository / "docs/posts/coin-toss.md", "[sister post](plain-words.md#the-second-heading)", "sister post")
    site = built(repository, repository / "site")
    assert not (site / "posts/plain-words").exists()
    assert [
        p for p in site.rglob("*") if p.suffix in (".html", ".xml", ".json") and b"Plain Words" in p.read_bytes()
    ] == []


def test_a_wrong_header_stops_the_build_with_file_and_line(repository):
    replaced(repository / "docs/posts/plain-words.md", "[Security]", "[Securty]")
    done = build(repository, repository / "site")
    assert done.returncode == 1
    assert "posts/plain-words.md:6: no category 'Securty'; did you mean Security?" in done.stderr
    assert "Traceback" not in done.stderr
