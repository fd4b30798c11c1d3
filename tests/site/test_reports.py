"""What people reported of other engines, tried here: each test names the report that it is taken from."""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import html5lib
import pytest
from labs.record import source_hash
from support import DOCS, ENVIRONMENT, SITE_URL, build, built, files, made, replaced
from writing.evidence.results import digests, parted
from writing.outputs.card import MARGIN, SIZE, drawable, fitted, missing
from writing.posts.drafts import begun
from writing.posts.header import faults, misnamed
from writing.posts.public import OUTSIDE, linked_out, why
from writing.posts.reading_time import minutes
from writing.posts.slugs import heading, word

FONT = DOCS / "assets/card.ttf"
HEADER = """---
title: {title}
description: {summary}
date: {date}
slug: {slug}
categories: [Security]
tags: {tags}
---

{body}
"""
JAPANESE = "静的サイトの見出しは識別子を失うことがある。"
COPIES = ("plain-words.md~", "#plain-words.md#", ".plain-words.md.swp", "plain-words.md.orig", "plain-words.bak",
          "plain-words (copy).md", "plain-words.sync-conflict-20260101-120000-ABCDEFG.md", "~$notes.md")  # fmt: skip

LOCKED = {
    "docs/posts": "plain-words.md", "docs/labs/coin_toss": "__init__.py", "docs/labs/coin_toss/data": "a.csv",
    "docs/figures/coin-toss": "by-run-light.svg", "hooks": "posts.py", "hooks/writing": "build.py",
}  # fmt: skip


def post(slug: str, **keys: str) -> str:
    """A post that is right but for what is given."""
    known = {"title": f'"{slug}"', "summary": "S.", "date": "2026-11-20", "tags": "[x]", "body": "Text.", "slug": slug}
    return HEADER.format(**{**known, **keys})


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """The made site with what authors of other engines had in theirs; built in a zone west of Greenwich."""
    root = made(tmp_path_factory.mktemp("reports") / "repository")
    for name in COPIES:
        (root / "docs/posts" / name).write_text(post("plain-words", body="An editor's copy."))
    for folder, name in LOCKED.items():
        (root / folder).mkdir(exist_ok=True)
        (root / folder / f".#{name}").symlink_to("ada@machine.1234:5678")
    (root / "docs/assets/.DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (root / "docs/assets/Thumbs.db").write_bytes(b"x")
    (root / "docs/assets/photo.jpg.part").write_bytes(b"x")
    (root / "docs/assets/paper.pdf").write_bytes(b"%PDF-1.4")
    for slug, keys in {
        "japanese": {"body": f"## {JAPANESE}\n\nText.\n\n## 概要\n\nText.\n\n[up](#{heading(JAPANESE, '-')})"},
        "accents": {"body": "## Čaj a káva\n\nText.\n\n[up](#caj-a-kava)"},
        "languages": {"tags": '["C++", "C#", "C", "C++11", "CI/CD", ".NET"]'},
        "cdata": {"body": "An end of a section, `]]>`, and ]]> in the open, &amp; so on: https://x.example/?a=1&b=2"},
        "entity": {"summary": '"' + "a & b " * 38 + '"'},
        "chinese": {"title": '"你好，世界：一篇文章"'},
        "emoji": {"title": '"Ship it 🚀 today"'},
        "escape": {"body": "Pasted: &#27;[31mred&#x1b;[0m and &#16;."},
        "dated": {"date": "2026-11-20"},
        "own-alias": {"tags": "[x]\naliases: [own-alias, earlier-name]"},
    }.items():
        (root / f"docs/posts/{slug}.md").write_text(post(slug, **keys), encoding="utf-8")
    built(root, root / "site", TZ="America/Los_Angeles")
    return root


def tree(path: Path) -> ElementTree.Element:
    return html5lib.parse(path.read_bytes(), namespaceHTMLElements=False)


def said(slug: str, source: str) -> list[str]:
    """What is wrong with one post."""
    posts = {f"posts/{slug}.md": source.encode()}
    return [*faults(posts, ("Security",), ()), *misnamed(posts)]


def test_the_lock_of_emacs_a_link_to_nowhere_is_no_page_no_hook_and_no_file_of_a_lab(place):
    """https://github.com/mkdocs/mkdocs/issues/639"""
    assert not [name for name, content in files(place / "site").items() if ".#" in name or b".#__init__" in content]
    lab = place / "docs/labs/coin_toss"
    assert parted(lab, place / "docs/figures/coin-toss") == []
    assert source_hash(lab) == digests(lab, place / "docs/figures/coin-toss")["source"]


@pytest.mark.parametrize("name", COPIES)
def test_an_editor_s_copy_of_a_post_is_neither_a_post_nor_a_file_of_the_site(place, name):
    """https://github.com/gohugoio/hugo/issues/108 and https://github.com/gohugoio/hugo/issues/6773"""
    assert why(f"posts/{name}") == "an editor's copy"
    found = files(place / "site")
    assert f"posts/{name}" not in found
    assert not [path for path, content in found.items() if b"An editor's copy" in content]


def test_of_other_files_only_those_of_a_known_ending_are_published(place):
    """https://github.com/rdwatters/hugo-docs-concept/pull/96"""
    found = files(place / "site")
    assert "assets/paper.pdf" in found
    assert not [name for name in found if name.endswith((".DS_Store", "Thumbs.db", ".part"))]


def test_every_file_of_this_repository_s_own_site_has_an_ending_that_is_published():
    """As above, the other way round: nothing that pages need is left out."""
    tracked = subprocess.run(["git", "ls-files", "docs"], cwd=DOCS.parent, capture_output=True, text=True).stdout
    left_out = {path for path in tracked.splitlines() if why(path.removeprefix("docs/"))}
    assert {path.rpartition(".")[2] for path in left_out} <= {"npz", "ttf"}


def test_two_tags_with_one_address_are_refused_with_both_places():
    """https://github.com/gohugoio/hugo/issues/12202 and https://github.com/getnikola/nikola/pull/1029"""
    posts = {"posts/a.md": post("a", tags='["a b"]').encode(), "posts/b.md": post("b", tags='["a-b"]').encode()}
    assert list(misnamed(posts)) == [
        "posts/b.md:7: tag 'a-b' has the address of 'a b' (posts/a.md:7); write one of them"
    ]


def test_tags_of_signs_have_anchors_of_their_own_and_links_that_lead_there(place):
    """https://github.com/getnikola/nikola/issues/527 and https://github.com/BlazorStatic/BlazorStatic/issues/46"""
    names = ["C++", "C#", "C", "C++11", "CI/CD", ".NET"]
    assert len({word(name, "-") for name in names}) == len(names)
    ids = {node.get("id") for node in tree(place / "site/tags/index.html").iter()}
    links = [a.get("href") or "" for a in tree(place / "site/posts/languages/index.html").iter("a")]
    anchors = [link.partition("#")[2] for link in links if "tags/#tag:" in link]
    assert len(anchors) == len(names)
    assert set(anchors) <= ids


def test_a_heading_in_another_script_has_an_id_that_its_link_reaches(place):
    """https://github.com/GoogleChrome/web.dev/issues/8528 and https://github.com/arto-app/Arto/issues/220"""
    page = tree(place / "site/posts/japanese/index.html")
    ids = [node.get("id") for node in page.iter("h2") if not (node.get("id") or "_").startswith("_")]
    assert len(ids) == len(set(ids)) == 2
    assert f"#{ids[0]}" in [a.get("href") for a in page.iter("a")]
    assert "概要" in ids


def test_a_heading_with_accents_has_an_id_without(place):
    """https://github.com/gohugoio/hugo/issues/4452"""
    assert "caj-a-kava" in [node.get("id") for node in tree(place / "site/posts/accents/index.html").iter("h2")]


def test_a_date_without_a_time_is_shown_as_it_was_written_in_every_zone(place):
    """https://github.com/HiDeoo/starlight-blog/issues/143 and https://github.com/aptible/www.aptible.com/issues/120"""
    times = list(tree(place / "site/posts/dated/index.html").iter("time"))
    assert (times[0].get("datetime"), times[0].text) == ("2026-11-20T00:00:00+00:00", "20 November 2026")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "UTC"])
def test_a_post_of_today_has_begun_wherever_its_author_is(zone):
    """https://github.com/Andy-set-studio/hylia/pull/120"""
    code = (
        "import datetime as d\nfrom writing.posts.drafts import begun\n"
        "today = d.datetime.now().astimezone().date()\n"
        "at = lambda day: d.datetime.combine(day, d.time(), d.timezone.utc)\n"
        "print(begun(at(today)), begun(at(today + d.timedelta(2))))"
    )
    command, there = [sys.executable, "-c", code], {**ENVIRONMENT, "TZ": zone}
    done = subprocess.run(command, cwd=DOCS.parent / "hooks", env=there, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "False"], done.stderr
    assert begun(datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=1))


def test_two_posts_with_one_slug_are_refused():
    """https://github.com/quarkusio/quarkusio.github.io/issues/257 and https://github.com/rochacbruno/marmite/issues/18"""
    posts = {"posts/a.md": post("a").encode(), "posts/b.md": post("a").encode()}
    assert "posts/b.md:5: slug 'a' is taken by posts/a.md; choose another" in list(faults(posts, ("Security",), ()))


def test_a_colon_in_a_title_without_quotes_says_that_quotes_would_do():
    """https://github.com/eyeseast/python-frontmatter/issues/127 and https://github.com/dauxio/daux.io/issues/19"""
    (line,) = said("a", post("a", title="Assignment 1: Some Title"))
    assert line.startswith("posts/a.md:2: header is not YAML")
    assert 'quote texts: "..."' in line


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("description: S.", "description:S.", r"posts/a\.md:[234]: header is not YAML"),
        ("---\ntitle", "title", r"posts/a\.md:1: has no header; begin with a line ---"),
        ("description: S.", "description: finding: send volume", r"posts/a\.md:3: header is not YAML"),
    ],
)
def test_a_slip_in_a_header_is_told_on_its_line_and_with_its_own_cause(old, new, line):
    """https://github.com/hilmanski/freeStuffDev/pull/2088, jamditis/claude-skills-journalism/issues/157"""
    assert re.match(line, said("a", post("a").replace(old, new, 1))[0])


def test_a_control_character_in_a_summary_is_refused():
    """https://github.com/mkiser/WTFJHT/issues/943"""
    assert "has the control character U+0010" in " ".join(said("a", post("a", summary='"x \\u0010 y"')))


def test_a_control_character_in_the_text_reaches_no_feed(place):
    """https://github.com/11ty/eleventy-plugin-rss/issues/5 and https://github.com/miniflux/v2/issues/575"""
    for name in ("feed.xml", "sitemap.xml"):
        ElementTree.parse(place / "site" / name)
    assert not re.search("[\x00-\x08\x0b-\x1f]", (place / "site/feed.xml").read_text(encoding="utf-8"))
    item = next(i for i in json.loads((place / "site/feed.json").read_bytes())["items"] if "escape" in i["url"])
    assert "red" in item["content_html"]


def test_the_end_of_a_cdata_section_and_ampersands_in_a_text_leave_the_feed_whole(place):
    """https://github.com/thesassway/thesassway.com/issues/51 and https://github.com/vercel/turborepo/issues/13832"""
    rss = feedparser.parse((place / "site/feed.xml").read_bytes())
    assert not rss.bozo
    entry = next(entry for entry in rss.entries if "cdata" in entry.link)
    text = "".join(html5lib.parseFragment(entry.content[0].value, namespaceHTMLElements=False).itertext())
    assert "`" not in text
    assert text.count("]]>") == 2
    assert "?a=1&b=2" in text


def test_a_summary_full_of_ampersands_is_whole_in_the_feed(place):
    """https://github.com/gfx-rs/gfx-rs.github.io/issues/31 and https://github.com/Hashnode/user-feedback/issues/200"""
    items = {item.findtext("link"): item for item in ElementTree.parse(place / "site/feed.xml").iter("item")}
    assert items[f"{SITE_URL}posts/entity/"].findtext("description") == ("a & b " * 38).strip()


def test_an_alias_that_is_the_post_s_own_name_leaves_the_post_alone(place):
    """https://github.com/grafana/mimir/pull/2337"""
    assert "Text." in (place / "site/posts/own-alias/index.html").read_text(encoding="utf-8")
    assert "url=../own-alias/" in (place / "site/posts/earlier-name/index.html").read_text(encoding="utf-8")


def test_a_post_that_has_moved_keeps_its_id_and_the_id_is_no_link(place):
    """https://github.com/11ty/eleventy-plugin-rss/issues/67 and https://github.com/jpmonette/feed/issues/212"""
    replaced(place / "docs/posts/own-alias.md", "[own-alias, earlier-name]", "[earlier-name]")
    built(place, place / "later")
    feed = ElementTree.parse(place / "later/feed.xml")
    items = {item.findtext("link"): item.find("guid") for item in feed.iter("item")}
    guid = items[f"{SITE_URL}posts/own-alias/"]
    assert (guid.text, guid.get("isPermaLink")) == (f"{SITE_URL}posts/earlier-name/", "false")
    assert items[f"{SITE_URL}posts/dated/"].get("isPermaLink") == "true"


def test_a_page_that_leads_on_is_in_no_list(place):
    """https://github.com/haacked/haacked.com/pull/259 and https://github.com/github/government.github.com/pull/56"""
    for name in ("sitemap.xml", "index.html", "archive/2026/index.html", "llms.txt", "search/search_index.json"):
        assert "earlier-name" not in (place / "site" / name).read_text(encoding="utf-8"), name


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("日本語の文章" * 500, 6, 10),  # 3,000 characters
        ("我今天在家吃了好多好多好吃的" * 143, 4, 8),  # 2,000
        ("한국어는 띄어쓰기를 합니다 " * 250, 2, 6),  # 750 words between spaces
        ("word " * 1000, 4, 4),
    ],
)
def test_minutes_to_read_are_counted_by_what_a_script_has(text, least, most):
    """https://github.com/getzola/zola/issues/3141, emdash-cms/emdash/issues/358, TryGhost/Ghost/issues/9507"""
    assert least <= minutes(text) <= most


def test_a_card_that_cannot_draw_a_title_bears_the_site_s_name_and_says_so(place, caplog):
    """https://github.com/squidfunk/mkdocs-material/issues/4354, sphinx-doc/sphinxext-opengraph/issues/108"""
    cards = {path.stem: path.read_bytes() for path in (place / "site/assets/cards").glob("*.png")}
    assert cards["chinese"] == cards["site"] != cards["dated"]
    assert drawable("你好", FONT) == ""
    assert missing("a你 b", FONT) == "你"
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(place / "again")]
    done = subprocess.run(command, cwd=place, env=ENVIRONMENT, capture_output=True, text=True, encoding="utf-8")
    assert re.search(r"posts/chinese\.md:2: the cards' font has no U\+4F60 你", done.stderr)


def test_a_picture_in_a_title_is_left_out_of_its_card_and_nothing_else_is():
    """Of the kind of https://github.com/squidfunk/mkdocs-material/issues/3099: signs of a title shown as boxes."""
    assert drawable("Ship it 🚀 today", FONT) == "Ship it today"
    assert drawable("Café — “naïve” $200, 50% of C++ & C#: ok?", FONT) == "Café — “naïve” $200, 50% of C++ & C#: ok?"
    assert drawable("👩‍💻", FONT) == ""


@pytest.mark.parametrize("title", ["w" * 110, "Incomprehensibilities " * 5, "a " * 55, "M" * 500, "word " * 100])
def test_the_longest_title_fits_its_card(title):
    """https://github.com/squidfunk/mkdocs-material/issues/2974 and https://github.com/parlance-labs/applied-llms/issues/7"""
    lines, face = fitted(title, FONT)
    assert max(map(face.getlength, lines)) <= SIZE[0] - 2 * MARGIN
    assert len(lines) * face.size * 1.2 <= 350


@pytest.mark.parametrize(("name", "left_out"), [("a.MD", True), ("a.md", False), ("a.PNG", False)])
def test_markdown_that_mkdocs_would_copy_as_it_is_with_its_header_is_not_published(name, left_out):
    assert bool(why(f"posts/{name}")) is left_out


def test_a_link_without_an_end_and_a_pipe_are_refused_before_anything_is_read(repository, tmp_path):
    (repository / "docs/one").symlink_to(".")
    (repository / "docs/labs/two").symlink_to("..")
    os.mkfifo(repository / "docs/posts/pipe.md")
    (repository / "docs/elsewhere").symlink_to(repository / "overrides")
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    for line in ("one:1: is a link to a folder", "labs/two:1: is a link to a folder", "posts/pipe.md:1: is neither"):
        assert f"\n{line}" in done.stderr
    assert "elsewhere" not in done.stderr


def test_a_link_that_leads_out_of_the_repository_is_refused_and_a_folder_of_posts_that_is_one_is_not(tmp_path):
    docs, away = tmp_path / "blog" / "docs", tmp_path / "away"
    for folder in (docs / "labs", tmp_path / "blog" / "overrides", away / "posts"):
        folder.mkdir(parents=True)
    (away / "secret.csv").write_text("a")
    (away / "posts" / "a.md").write_text("a")
    (docs / "posts").symlink_to(away / "posts")
    (docs / "labs" / "own").symlink_to(tmp_path / "blog" / "overrides")
    (docs / "labs" / "round").symlink_to(docs)
    (docs / "none.csv").symlink_to("nothing")
    assert linked_out(docs, tmp_path / "blog") == []
    (docs / "labs" / "away").symlink_to(away)
    (away / "posts" / "b.md").symlink_to(away / "secret.csv")
    (docs / "secret.csv").symlink_to(away / "secret.csv")
    assert linked_out(docs, tmp_path / "blog") == [
        f"{name}:1: {OUTSIDE}" for name in ("labs/away", "posts/b.md", "secret.csv")
    ]


def test_a_build_stops_at_a_link_that_leads_out_of_the_repository(repository, tmp_path):
    (tmp_path / "secret.csv").write_text("a")
    (repository / "docs/secret.csv").symlink_to(tmp_path / "secret.csv")
    done = build(repository, repository / "site")
    assert done.returncode == 1
    assert f"\nsecret.csv:1: {OUTSIDE}" in done.stderr
