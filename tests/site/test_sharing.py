"""What feed readers, search engines, social networks and programs find."""

from __future__ import annotations

import datetime
import io
import json
import re
from types import SimpleNamespace
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest
from markdown_it import MarkdownIt
from PIL import Image
from selectolax.lexbor import LexborHTMLParser
from support import SHOWN, SITE_URL, built, created, header, replaced
from writing.outputs.copies import plain
from writing.outputs.feeds import absolute, label

ADDRESS = f"{SITE_URL}posts/coin-toss/"


@pytest.fixture(scope="module")
def rss(small):
    return feedparser.parse((small / "feed.xml").read_bytes())


@pytest.fixture(scope="module")
def feed(small):
    return json.loads((small / "feed.json").read_bytes())


def test_the_rss_feed_is_well_formed_and_has_what_the_specification_requires(small, rss):
    assert not rss.bozo, rss.get("bozo_exception")
    channel = ElementTree.parse(small / "feed.xml").find("channel")
    for name in ("title", "link", "description"):
        assert channel.findtext(name)
    for item in channel.iter("item"):
        assert item.findtext("title")
        assert item.find("guid").get("isPermaLink") == "true"


def test_the_rss_feed_has_every_post_newest_first_with_summary_and_full_text(rss):
    assert [entry.id for entry in rss.entries] == [ADDRESS, f"{SITE_URL}posts/plain-words/"]
    entry = rss.entries[0]
    assert entry.title == "Does a Fair Coin Fall on Heads & Tails Alike?"
    assert entry.summary.startswith("Five thousand tosses")
    assert "quixotic pangolin" in entry.content[0].value
    assert {tag.term for tag in entry.tags} == {"Agent design", "AI infrastructure", "chance", "zebra-tag"}
    assert entry.published_parsed[:4] == (2026, 11, 21, 10)


def test_the_json_feed_is_version_1_1_and_says_the_same(feed, rss):
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{SITE_URL}feed.json"
    assert [item["id"] for item in feed["items"]] == [entry.id for entry in rss.entries]
    assert feed["items"][0]["date_published"] == "2026-11-21T10:00:00+00:00"


def test_every_link_in_the_feeds_is_absolute_and_each_figure_is_there_once(feed):
    html = feed["items"][0]["content_html"]
    links = re.findall(r'\b(?:href|src)="([^"]*)"', html)
    assert links
    assert [link for link in links if not urlsplit(link).scheme] == []
    assert html.count("<img") == 1
    assert "headerlink" not in html


@pytest.mark.parametrize("page", ["index.html", "posts/coin-toss/index.html", "method/index.html", "404.html"])
def test_every_page_names_both_feeds_in_its_head_and_links_them_at_its_foot(small, page):
    html = (small / page).read_text(encoding="utf-8")
    head, body = html.split("<body", 1)
    for kind, name in (("application/rss+xml", "feed.xml"), ("application/feed+json", "feed.json")):
        assert re.search(rf'<link rel="?alternate"? type="?{re.escape(kind)}"?[^>]*{name}', head)
        assert re.search(rf'<a href="?[^">]*{name}', body)


def test_the_sitemap_gives_the_date_of_the_header_and_none_where_none_is_known(small):
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    urls = ElementTree.parse(small / "sitemap.xml").findall("s:url", space)
    dates = {url.findtext("s:loc", None, space): url.findtext("s:lastmod", None, space) for url in urls}
    assert dates[ADDRESS] == "2026-11-21T10:00:00+00:00"
    assert dates[SITE_URL] == dates[ADDRESS], "the front page changed with its newest post"
    assert dates[f"{SITE_URL}method/"] is None
    assert len(dates[f"{SITE_URL}labs/coin-toss/"]) == 10


def test_an_updated_post_says_so_everywhere(repository, tmp_path):
    old, new = "date: 2026-11-21T10:00:00Z", "date: {created: 2026-11-21T10:00:00Z, updated: 2026-11-22T01:00:00Z}"
    replaced(repository / "docs/posts/coin-toss.md", old, new)
    site = built(repository, tmp_path / "site")
    assert "updated <time" in (site / "posts/coin-toss/index.html").read_text(encoding="utf-8")
    assert "2026-11-22T01:00:00" in (site / "sitemap.xml").read_text(encoding="utf-8")
    item = json.loads((site / "feed.json").read_bytes())["items"][0]
    assert item["date_modified"].startswith("2026-11-22T01:00:00")
    assert item["date_published"].startswith("2026-11-21T10:00:00")


def test_robots_may_read_everything_and_are_told_of_the_sitemap(small):
    text = (small / "robots.txt").read_text(encoding="utf-8")
    assert "Allow: /" in text
    assert f"Sitemap: {SITE_URL}sitemap.xml" in text


@pytest.mark.parametrize("slug", SHOWN)
def test_each_post_has_a_card_of_1200_by_630_under_60_kb(site, slug):
    data = (site / f"assets/cards/{slug}.png").read_bytes()
    assert len(data) < 60_000
    card = Image.open(io.BytesIO(data))
    assert card.size == (1200, 630)
    assert len(card.getcolors()) > 8, "letters were drawn on it"


def test_two_titles_make_two_cards(small):
    cards = {path.read_bytes() for path in small.glob("assets/cards/*.png")}
    assert len(cards) == 3  # and the one of all other pages


def linked_data(html: str) -> dict:
    """The JSON-LD of a page."""
    return json.loads(re.search(r'<script type="?application/ld\+json"?>(.*?)</script>', html, re.S)[1])


def test_a_post_describes_itself_to_search_engines_and_networks(small):
    html = (small / "posts/coin-toss/index.html").read_text(encoding="utf-8")
    data = linked_data(html)
    assert data["@type"] == "BlogPosting"
    assert data["headline"] == "Does a Fair Coin Fall on Heads & Tails Alike?"
    assert data["url"] == ADDRESS
    assert data["datePublished"] == "2026-11-21T10:00:00+00:00"
    tags = dict(re.findall(r'<meta (?:property|name)="?([\w:]+)"? content="?([^">]*)', html))
    assert tags["og:type"] == "article"
    assert tags["og:url"] == ADDRESS
    assert tags["twitter:card"] == "summary_large_image"
    card = tags["og:image"].removeprefix(SITE_URL)
    assert (small / card).exists()


def test_the_front_page_describes_the_blog(small):
    data = linked_data((small / "index.html").read_text(encoding="utf-8"))
    assert (data["@type"], data["url"]) == ("Blog", SITE_URL)


def test_the_copy_of_a_post_in_markdown_is_plain_and_whole(small):
    text = (small / "posts/coin-toss/index.md").read_text(encoding="utf-8")
    assert text.startswith("# Does a Fair Coin Fall on Heads & Tails Alike?\n\n> Five thousand tosses")
    assert "fell on heads in 49.7% of 5,000 tosses" in text
    assert "<!-- table: coin_toss" not in text
    assert "--8<--" not in text
    assert "def " in text, "the code is included"
    assert f"]({SITE_URL}posts/plain-words/#the-second-heading)" in text
    assert f"]({SITE_URL}figures/coin-toss/by-run-light.svg)" in text
    html = (small / "posts/coin-toss/index.html").read_text(encoding="utf-8")
    assert re.search(r'<link rel="?alternate"? type="?text/markdown"?[^>]*href="?index.md', html)


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("[a]( b.md )", "[a]( https://e.org/posts/b/ )"),
        ("[a](b.md?x=1#y 'T (u)')", "[a](https://e.org/posts/b/?x=1#y 'T (u)')"),
        ('[![a](../assets/p%20q.png)](b.md "t")', '[![a](https://e.org/assets/p%20q.png)](https://e.org/posts/b/ "t")'),
        ("![a](../assets/p q.png)", "![a](https://e.org/assets/p%20q.png)"),
        ("![a](<../assets/p q.png>)", "![a](<https://e.org/assets/p%20q.png>)"),
        ("![a](../assets/p(1)q.png) (b)", "![a](https://e.org/assets/p%281%29q.png) (b)"),
        ("[a]:\n  b.md 'T'", "[a]:\n  https://e.org/posts/b/ 'T'"),
        ("[a]: <b.md>", "[a]: <https://e.org/posts/b/>"),
        ("[a](#b) [c](https://x.org/b.md) [d](mailto:b.md) \\[e\\](b.md)",) * 2,
        ("<A HREF = ../b/?x=1>b</A>", '<A HREF = "https://e.org/posts/b/?x=1">b</A>'),
        ("<a href='#b'>b</a>", '<a href="https://e.org/posts/a/#b">b</a>'),
        ("<data value='l.n'>5</data> <DATA class=x value=l.n>6</DATA>", "5 6"),
        ('<data value="l.c">a <data value="l.n">5</data> b</data>', "a 5 b"),
        ("> <!--table: l.t-->\n> | a |", "> | a |"),
        ("`<data value='l.n'>` `[a](b.md)`",) * 2,
        ("## A *b* { #c }\n\nT\n{: .d e='f g' }\n\n[g](#h){ .i } `j`{.k}", "## A *b*\n\nT\n\n[g](#h) `j`"),
        ("A { .l }\n-------\n\n| m { .n } | o |", "A\n-------\n\n| m | o |"),
        ("The set {x = 1}, `{ #p }` and f({.q})\n\n    ## r { #s }",) * 2,
        ('<figure markdown="span" data-explore="l.t" id="u">', '<figure id="u">'),
    ],
)
def test_the_copy_says_in_whole_addresses_plain_numbers_and_no_machinery_what_markdown_says_in_any_form(written, right):
    places = {
        "posts/b.md": "posts/b/",
        "assets/p q.png": "assets/p%20q.png",
        "assets/p(1)q.png": "assets/p%281%29q.png",
    }
    files = SimpleNamespace(get_file_from_path=lambda path: path in places and SimpleNamespace(url=places[path]))
    date = SimpleNamespace(created=datetime.date(2026, 11, 21), updated=None)
    page = SimpleNamespace(
        title="T",
        meta={"description": "D"},
        canonical_url="https://e.org/posts/a/",
        config=SimpleNamespace(date=date),
    )
    copy = plain(f"x\n\n{written}\n", None, page, SimpleNamespace(site_url="https://e.org/"), files)
    assert copy == f"# T\n\n> D\n\nhttps://e.org/posts/a/ (2026-11-21)\n\nx\n\n{right}\n"


@pytest.mark.parametrize(
    "words",
    ["1. Measure, then cut.", "2026. What", "# One", "- a", "+ a", "> a", "~~~", "---", "C #", "#", "__a__", "a ~~b~~"],
)
def test_a_title_or_a_summary_reads_in_markdown_as_it_is_written(words):
    text = MarkdownIt().enable("strikethrough").render(f"# {label(words)}\n\n> {label(words)}\n\n- {label(words)}")
    page = LexborHTMLParser(text)
    assert [page.css_first(tag).text().strip() for tag in ("h1", "blockquote > p", "li")] == [words] * 3


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("<a href=../b/>b</a>", '<a href="https://e.org/posts/b/">b</a>'),
        ('<A HREF = "../b/#c">b</A>', '<a href="https://e.org/posts/b/#c">b</a>'),
        (
            '<img srcset="../b.png 1x, /c.png 2x">',
            '<img srcset="https://e.org/posts/b.png 1x, https://e.org/c.png 2x">',
        ),
        ('<object data="b.pdf"></object>', '<object data="https://e.org/posts/a/b.pdf"></object>'),
        ('<figure data-explore="l.t" data-x="a"><pre tabindex="0">b</pre></figure>', "<figure><pre>b</pre></figure>"),
        ('<a href="mailto:b@e.org">b</a><code>&lt;a href="b"&gt;</code>',) * 2,
    ],
)
def test_a_feed_has_whole_addresses_in_whatever_form_html_has_them_and_nothing_for_scripts(written, right):
    assert absolute(written, "https://e.org/posts/a/") == right


def test_llms_txt_lists_every_post_with_its_copy(small):
    text = (small / "llms.txt").read_text(encoding="utf-8")
    assert text.startswith("# Writing")
    for address in re.findall(r"\]\((.*?)\)", text):
        assert (small / address.removeprefix(SITE_URL)).exists()
    assert text.count("](") == 2


@pytest.mark.parametrize("slug", SHOWN)
def test_each_post_can_be_cited(site, slug):
    html = (site / f"posts/{slug}/index.html").read_text(encoding="utf-8")
    entry = re.search(r"<code[^>]*>(@misc\{.*?)</code>", html, re.S)[1]
    keys = re.findall(r"^\s*(\w+)\s*=", entry, re.M)
    assert keys == ["title", "year", "month", "howpublished", "url"]
    assert entry.startswith(f"@misc{{{slug},")
    assert str(created(header(SHOWN[slug])).year) in entry
    assert entry.count("{") == entry.count("}")


def test_posts_are_linked_to_the_ones_before_and_after(small):
    newer = (small / "posts/coin-toss/index.html").read_text(encoding="utf-8")
    older = (small / "posts/plain-words/index.html").read_text(encoding="utf-8")
    assert re.search(r'<a rel="?prev"? href="?\.\./plain-words/', newer)
    assert re.search(r'<a rel="?next"? href="?\.\./coin-toss/', older)
    assert not re.search(r'<a rel="?next', newer)
