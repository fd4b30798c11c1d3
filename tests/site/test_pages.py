"""What holds for every page of the site."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser
from support import DOCS, SHOWN, SITE_URL, built, created, header, published

LOADED = {
    ("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("video", "src"), ("audio", "src"),
    ("embed", "src"), ("object", "data"), ("video", "poster"), ("input", "src"), ("track", "src"),
}  # fmt: skip


@pytest.fixture(params=["site", "small"])
def both(request) -> tuple[Path, dict]:
    """The real site and the made one, each as folder and pages."""
    pages = "pages" if request.param == "site" else "small_pages"
    return request.getfixturevalue(request.param), request.getfixturevalue(pages)


def every(pages: dict, faults) -> dict[str, list]:
    """The pages with faults, and their faults."""
    return {name: found for name, page in pages.items() if (found := list(faults(page)))}


def references(page):
    """Every address on a page, with the element it stands in."""
    for element in page.tree.iter():
        for key in ("href", "src", "data", "poster", "action", "xlink:href"):
            if (value := element.get(key)) is not None and not (key == "data" and element.tag != "object"):
                yield element, value
        for candidate in (element.get("srcset") or "").split(","):
            if candidate.strip():
                yield element, candidate.split()[0]


def address(name: str) -> str:
    """The address of a built file."""
    return SITE_URL + re.sub(r"(^|/)index\.html$", r"\1", name)


def test_every_page_is_valid_html(both):
    assert every(both[1], lambda page: page.errors) == {}


def test_every_page_has_one_h1_and_no_empty_heading(both):
    assert every(both[1], lambda page: [] if len(page.find("h1")) == 1 else [len(page.find("h1"))]) == {}
    empty = lambda page: [h for n in range(1, 7) for h in page.find(f"h{n}") if not "".join(h.itertext()).strip("¶ \n")]  # noqa: E731
    assert every(both[1], empty) == {}


def test_no_id_stands_twice_on_a_page(both):
    assert every(both[1], lambda page: {i for i in page.ids if page.ids.count(i) > 1}) == {}


def test_every_page_has_a_language_and_a_title_of_its_own(both):
    pages = both[1]
    assert every(pages, lambda page: [] if page.find("html")[0].get("lang") == "en" else ["no lang"]) == {}
    titles = {name: "".join(page.find("title")[0].itertext()).strip() for name, page in pages.items()}
    assert [name for name, title in titles.items() if not title] == []
    assert {t for t in titles.values() if list(titles.values()).count(t) > 1} == set()


def test_every_page_has_a_description_and_its_own_canonical_address(both):
    pages = {name: page for name, page in both[1].items() if name != "404.html"}
    descriptions = {
        name: [m.get("content") for m in page.find("meta", name="description")] for name, page in pages.items()
    }
    assert {name: found for name, found in descriptions.items() if len(found) != 1 or not found[0].strip()} == {}
    canonical = {
        name: [link.get("href") for link in page.find("link", rel="canonical")] for name, page in pages.items()
    }
    assert canonical == {name: [address(name)] for name in pages}


def test_a_post_has_its_own_title_and_summary_in_its_head(pages):
    for path in SHOWN.values():
        meta = header(path)
        page = pages[f"posts/{meta['slug']}/index.html"]
        assert "".join(page.find("h1")[0].itertext()).strip() == meta["title"]
        assert "".join(page.find("title")[0].itertext()).strip() == f"{meta['title']} — Writing"
        assert page.find("meta", name="description")[0].get("content") == meta["description"]


def dead(site: Path, pages: dict, name: str, reference: str) -> str | None:
    """Why an address on a page leads nowhere; None if it leads somewhere, or to another host."""
    target = urlsplit(urljoin(address(name), reference))
    if target.scheme not in ("http", "https") or target.netloc != urlsplit(SITE_URL).netloc:
        return None
    if not target.path.startswith(urlsplit(SITE_URL).path):
        return f"{reference} leads out of the site"
    path = unquote(target.path[len(urlsplit(SITE_URL).path) :])
    path += "index.html" if path.endswith("/") or not path else ""
    if not (site / path).is_file():
        return f"{reference}: there is no {path}"
    if target.fragment and path in pages and unquote(target.fragment) not in [*pages[path].ids, "__nowhere"]:
        return f"{reference}: {path} has no #{target.fragment}"
    return None


def test_no_link_within_the_site_is_dead(both):
    site, pages = both
    found = {
        name: [d for _, ref in references(page) if (d := dead(site, pages, name, ref))] for name, page in pages.items()
    }
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    ("reference", "lives"),
    [
        ("../plain-words/", True),
        ("../plain-words/#the-second-heading", True),
        ("#__nowhere", True),
        ("../../", True),
        ("https://elsewhere.example/x", True),
        ("mailto:a@b.example", True),
        ("../plain-words/#the-third-heading", False),
        ("../plain-word/", False),
        ("../plain-words", False),
        ("../../../", False),
        ("../../figures/coin-toss/none.svg", False),
    ],
)
def test_a_dead_link_is_told_from_a_live_one(small, small_pages, reference, lives):
    assert (dead(small, small_pages, "posts/coin-toss/index.html", reference) is None) == lives


def values(suffix: str, text: str):
    """Every text and attribute of an XML file, every value of a JSON file."""
    if suffix == ".xml":
        for element in ElementTree.fromstring(text).iter():
            yield from ((element.text or "").strip(), *element.attrib.values())
    else:
        todo = [json.loads(text)]
        while todo:
            node = todo.pop()
            todo += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
            yield node


def test_no_address_in_a_feed_the_sitemap_or_the_search_index_is_dead(both):
    site, pages = both
    found = []
    for path in (*site.glob("*.xml"), *site.glob("feed*.json")):
        text = path.read_text(encoding="utf-8")
        addresses = re.findall(rf"{SITE_URL}[^\"'<>\s\\)]*", html.unescape(html.unescape(text)))
        found += [f"{path.name}: {d}" for ref in addresses if (d := dead(site, pages, "", ref))]
        found += [f"{path.name}: None" for value in values(path.suffix, text) if value is None or value == "None"]
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    found += [f"search: {d}" for entry in index["docs"] if (d := dead(site, pages, "", entry["location"]))]
    assert found == []
    mapped = re.findall(r"<loc>(.*?)</loc>", (site / "sitemap.xml").read_text(encoding="utf-8"))
    assert sorted(mapped) == sorted(address(name) for name in pages if name != "404.html")


def test_no_file_that_a_stylesheet_names_is_missing(both):
    site, _ = both
    rules = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.css")}
    for path in site.rglob("*.html"):
        rules[path] = "".join(re.findall(r"<style\b.*?</style>", path.read_text(encoding="utf-8"), re.S))
    assert any("data-late" in text for text in rules.values())
    for path, text in rules.items():
        for url in re.findall(r"url\([\"']?(?!data:|#)([^\"')]+)", text):
            assert not urlsplit(url).netloc, f"{path.name} loads {url} from another host"
            assert (path.parent / unquote(urlsplit(url).path)).is_file(), f"{path.name}: there is no {url}"


def test_a_post_holds_no_rule_for_what_only_other_posts_have(small):
    heads = {}
    for name in ("coin-toss", "plain-words"):
        page = (small / f"posts/{name}/index.html").read_text(encoding="utf-8")
        heads[name] = re.search(r"<style data-late.*?</style>", page, re.S)[0]
        assert ("<table" in page) == (name == "coin-toss")
    assert {name: " td" in rules for name, rules in heads.items()} == {"coin-toss": True, "plain-words": False}
    assert all(".post__head" in rules and ".md-header" in rules for rules in heads.values())


def test_nothing_is_loaded_from_another_host(both):
    def foreign(page):
        for element, value in references(page):
            rel = (element.get("rel") or "").split()
            loads = (element.tag, "src") in LOADED or (element.tag, "data") in LOADED or element.get("srcset")
            if element.tag == "link":
                loads = {
                    "stylesheet",
                    "icon",
                    "preload",
                    "modulepreload",
                    "preconnect",
                    "dns-prefetch",
                    "manifest",
                } & set(rel)
            if loads and urlsplit(value).netloc:
                yield value

    assert every(both[1], foreign) == {}


def test_every_image_has_a_text_in_its_place_and_a_size(both):
    images = lambda page: [img.get("src") for img in page.find("img") if not (img.get("alt") or "").strip()]  # noqa: E731
    assert every(both[1], images) == {}
    unsized = lambda page: [img.get("src") for img in page.find("img") if not (img.get("width") and img.get("height"))]  # noqa: E731
    assert every(both[1], unsized) == {}


def test_the_feeds_have_every_post_with_its_title_summary_and_date(site, small):
    for folder, posts in ((site, DOCS / "posts"), (small, DOCS.parent / "tests/made/posts")):
        metas = {header(path)["slug"]: header(path) for path in posts.glob("*.md") if published(path)}
        items = json.loads((folder / "feed.json").read_text(encoding="utf-8"))["items"]
        assert {i["url"].rstrip("/").split("/")[-1]: i["title"] for i in items} == {
            s: m["title"] for s, m in metas.items()
        }
        rss = ElementTree.parse(folder / "feed.xml")
        for item in rss.iter("item"):
            meta = metas[item.findtext("link").rstrip("/").split("/")[-1]]
            assert item.findtext("title") == meta["title"]
            assert item.findtext("description") == meta["description"]
            assert f"{created(meta):%d %b %Y %H:%M:%S}" in item.findtext("pubDate")
            assert set(meta["categories"]) <= {category.text for category in item.iter("category")}


def test_no_program_no_vectors_and_no_cache_is_published(site, small):
    refused = {".pyc", ".npz", ".npy", ".lock", ".tmp"}
    for folder in (site, small):
        assert [
            p for p in folder.rglob("*") if p.suffix in refused or p.name == "__pycache__" or p.name.startswith(".")
        ] == []


@pytest.mark.parametrize("words", [b"<p>caf\xe9", b"<p>\r\n<p>", b"\xef\xbb\xbf<p>"], ids=["Latin-1", "CRLF", "BOM"])
def test_a_page_of_the_authors_own_html_is_copied_byte_for_byte(repository, tmp_path, words):
    (repository / "docs/own.html").write_bytes(words)
    for turn in ("first", "second"):
        assert (built(repository, tmp_path / turn) / "own.html").read_bytes() == words


def test_an_icon_that_pages_link_is_in_the_site_even_if_the_author_names_none(repository, tmp_path):
    config = repository / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("  favicon: assets/favicon.svg\n", ""), encoding="utf-8")
    site = built(repository, tmp_path / "site")
    icon = LexborHTMLParser((site / "index.html").read_text("utf-8")).css_first("link[rel=icon]")
    assert (site / icon.attributes["href"]).is_file()


def test_a_stylesheet_may_begin_with_a_byte_order_mark(repository, tmp_path):
    sheet = repository / "docs/assets/site.css"
    sheet.write_text("\ufeffarticle{order:7}" + sheet.read_text("utf-8"), encoding="utf-8")
    assert "article{order:7}" in (built(repository, tmp_path / "site") / "method/index.html").read_text("utf-8")
