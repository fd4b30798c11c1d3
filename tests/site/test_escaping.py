"""One nasty value in every place that an author writes, read back from every output with that format's own parser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import feedparser
import html5lib
import pytest
import yaml
from markdown_it import MarkdownIt
from PIL import Image
from support import SITE_URL, build, built, made, replaced
from writing.posts.schema import problem

pytestmark = pytest.mark.slow
SIGNS = "\"q\" 'a' & 5% $x$ a_b_c *d* {{e} {{ f }} {% g %} \\h ~ ^ # `i` [j](k) | ]]> é 👩‍💻"
TITLE = f"T {SIGNS}"
SUMMARY = f"D <script>alert(1)</script> &amp; {SIGNS}"
TAG, SECOND = 't "q" & # % $ _ {x} *y* ]]> é', "C++"
CATEGORY = f"C > {SIGNS}"
AUTHOR = 'Ada "L" & {O\'Neill and Co *x*'
NAME = "N 'a' & 5% $x$ *d* {{ f }} \\h # `i` [j](k) | ]]> é 👩‍💻"
SETTING = f"S <u> &amp; {SIGNS}"
LONG = "w" * 60 + " words" * 73  # 498 characters
RESULT = f"R <script>alert(2)</script> &amp; {SIGNS}"
CODE = '[a link](plain-words.md) <data value="coin_toss.runs">5</data> href="x" ]]> &amp; \\'
FEEDS = '<a href="../relative"> src="../relative"'


def quoted(text: str) -> str:
    """A text for YAML."""
    return json.dumps(text, ensure_ascii=False)


def as_written(text: str) -> str:
    """A text as an author writes it into Markdown."""
    return re.sub(r"([\\\\`*_{}\[\]#|])", r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;"))


def nasty(root: Path) -> Path:
    """The made site with a nasty value in every place."""
    replaced(root / "mkdocs.yml", "site_name: Writing\n", f"site_name: {quoted(NAME)}\n")
    settings = (root / "mkdocs.yml").read_text(encoding="utf-8")
    described = f"site_description: {quoted('D ' + SETTING)}\n"
    settings = re.sub(r"site_description: >-\n.*\n.*\n", lambda _: described, settings)
    settings = settings.replace("  eyebrow: // Writing\n", f"  eyebrow: {quoted('E ' + SETTING)}\n")
    settings = settings.replace("  tagline: Thinking out loud.\n", f"  tagline: {quoted(f'L {SETTING} {LONG}')}\n")
    settings = settings.replace("        - Security\n", f"        - Security\n        - {quoted(CATEGORY)}\n")
    settings = settings.replace("authors: false", "authors: true")
    (root / "mkdocs.yml").write_text(settings, encoding="utf-8")
    authors = {"authors": {"ada": {"name": AUTHOR, "description": SETTING, "avatar": "assets/favicon.svg"}}}
    (root / "docs/.authors.yml").write_text(yaml.safe_dump(authors), encoding="utf-8")
    post = root / "docs/posts/coin-toss.md"
    _, head, body = post.read_text(encoding="utf-8").split("---\n", 2)
    meta = yaml.safe_load(head) | {"title": TITLE, "description": SUMMARY, "tags": [TAG, SECOND], "authors": ["ada"]}
    meta |= {"categories": [CATEGORY]}
    body = body.replace(">tails<", f">{as_written(RESULT)}<")
    body += f"\n```text\n{CODE}\n{FEEDS}\n```\n\nInline: `{FEEDS}` and `[a](plain-words.md)`.\n"
    post.write_text(
        f"---\n{yaml.safe_dump(meta, allow_unicode=True, sort_keys=False, width=10_000)}---\n{body}", encoding="utf-8"
    )
    path = root / "docs/labs/coin_toss/results.json"
    results = json.loads(path.read_bytes())
    results["values"]["winner"]["value"] = RESULT
    for part in ("values", "claims", "tables"):
        for entry in results[part].values():
            entry["says"] = RESULT
            entry["at"] = entry["through"] = f'{entry["at"]}"><script>'
    results["values"]["lead"]["unit"] = results["values"]["heads"]["interval"] = RESULT
    results["recorded"]["machine"] = results["recorded"]["numpy"] = results["recorded"]["python"] = RESULT
    results["tables"]["by_run"]["rows"][1][0] = RESULT
    results["tables"]["by_run"]["columns"][0] = "run"
    path.write_text(json.dumps(results), encoding="utf-8")
    (root / "docs/labs/coin_toss/notes.md").write_text(f"## Notes\n\n```text\n{SUMMARY}\n```\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    root = nasty(made(tmp_path_factory.mktemp("nasty") / "repository"))
    return built(root, root / "site")


def tree(path: Path) -> ElementTree.Element:
    return html5lib.parse(path.read_bytes(), namespaceHTMLElements=False)


def words(node: ElementTree.Element) -> str:
    return "".join(node.itertext()).strip()


def shown(node: ElementTree.Element, tag: str, kind: str = "") -> list[str]:
    return [words(one) for one in node.iter(tag) if not kind or kind in (one.get("class") or "").split()]


def described(page: ElementTree.Element) -> dict[str, str]:
    """What the `meta` elements of a page say."""
    return {m.get("name") or m.get("property"): m.get("content") for m in page.iter("meta")}


def test_the_page_shows_every_word_as_it_was_written(site):
    page = tree(site / "posts/coin-toss/index.html")
    assert shown(page, "h1") == [TITLE]
    assert shown(page, "p", "lead") == [SUMMARY]
    assert shown(page, "title") == [f"{TITLE} — {NAME}"]
    links = [words(a) for a in page.iter("a")]
    for text in (CATEGORY, f"#{TAG}", f"#{SECOND}", RESULT):
        assert text in links, text
    assert AUTHOR in shown(page, "p", "dim")[0]
    assert {f"{CODE}\n{FEEDS}", FEEDS, "[a](plain-words.md)"} <= set(shown(page, "code"))
    assert any(f"with Python {RESULT} on {RESULT}." in text for text in shown(page, "p"))


def test_the_head_of_the_page_says_the_same(site):
    said = described(tree(site / "posts/coin-toss/index.html"))
    assert said["description"] == said["og:description"] == SUMMARY
    assert said["og:title"] == said["og:image:alt"] == TITLE
    assert said["og:site_name"] == NAME
    front = described(tree(site / "index.html"))
    assert front["description"] == front["og:description"] == f"D {SETTING}"


def test_no_page_runs_or_shows_markup_that_an_author_never_wrote(site):
    for path in site.rglob("*.html"):
        page = tree(path)
        scripts = [script for script in page.iter("script") if script.get("type") != "application/ld+json"]
        assert [words(script) for script in scripts if "alert(" in words(script)] == [], path
        names = {node.tag for node in page.iter() if isinstance(node.tag, str)}
        assert not names & {"u", "b", "alert"}, path
        odd = [key for node in page.iter() for key in node.attrib if not re.fullmatch(r"([{]http.*[}])?[\w:-]+", key)]
        assert odd == [], path


def test_listings_and_the_tags_page_show_them_too(site):
    front = tree(site / "index.html")
    assert f"L {SETTING} {LONG}" in [text.removesuffix("¶").strip() for text in shown(front, "h1")]
    assert shown(front, "p", "eyebrow") == [f"E {SETTING}"]
    assert shown(front, "p", "lead") == [f"D {SETTING}"]
    for path in (site / "index.html", *site.glob("category/c-*/index.html"), *site.glob("archive/*/index.html")):
        page = tree(path)
        article = next(one for one in page.iter("article") if one.get("class") == "listing__post")
        assert words(article.find("h2")) == TITLE
        assert words(article.find("p")) == SUMMARY
        assert CATEGORY in [words(a) for a in article.iter("a")]
    (category,) = (tree(path) for path in site.glob("category/c-*/index.html"))
    assert [text.removesuffix("¶").strip() for text in shown(category, "h1")] == [CATEGORY]
    assert shown(category, "title") == [f"{CATEGORY} — {NAME}"]
    tags = tree(site / "tags/index.html")
    assert {TAG, SECOND} <= set(shown(tags, "span", "md-tag"))
    assert TITLE in [words(a) for a in tags.iter("a")]


def test_the_navigation_names_the_category_and_the_site(site):
    page = tree(site / "index.html")
    assert CATEGORY in shown(page, "span", "md-ellipsis")
    assert NAME in shown(page, "span", "md-ellipsis")
    logo = next(a for a in page.iter("a") if a.get("data-md-component") == "logo")
    assert (logo.get("title"), logo.get("aria-label")) == (NAME, NAME)


def test_every_link_of_the_site_leads_to_a_file(site):
    for path in site.rglob("*.html"):
        for a in tree(path).iter("a"):
            address = urljoin(f"{SITE_URL}{path.relative_to(site).as_posix()}", a.get("href") or "")
            if address.startswith(SITE_URL):
                there = site / unquote(urlsplit(address).path.removeprefix("/blog/"))
                assert (there / "index.html").exists() or there.is_file(), (path, address)


def test_both_feeds_are_read_back_as_written(site):
    rss = feedparser.parse((site / "feed.xml").read_bytes())
    assert not rss.bozo, rss.get("bozo_exception")
    item = ElementTree.parse(site / "feed.xml").find("channel/item")
    assert item.findtext("title") == TITLE
    assert item.findtext("description") == SUMMARY
    assert [node.text for node in item.iter("category")] == [CATEGORY, TAG, SECOND]
    channel = ElementTree.parse(site / "feed.xml").find("channel")
    assert channel.findtext("title") == f"{NAME} — L {SETTING} {LONG}"
    assert channel.findtext("description") == f"D {SETTING}"
    feed = json.loads((site / "feed.json").read_bytes())
    assert feed["title"] == f"{NAME} — L {SETTING} {LONG}"
    assert (feed["items"][0]["title"], feed["items"][0]["summary"]) == (TITLE, SUMMARY)
    assert feed["items"][0]["tags"] == [CATEGORY, TAG, SECOND]
    content = item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded")
    assert content == feed["items"][0]["content_html"]
    text = html5lib.parseFragment(content, namespaceHTMLElements=False)
    assert {f"{CODE}\n{FEEDS}", FEEDS, "[a](plain-words.md)"} <= set(shown(text, "code"))
    assert all(urlsplit(a.get("href")).scheme == "https" for a in text.iter("a"))


def test_linked_data_is_read_back_as_written(site):
    script = next(s for s in tree(site / "posts/coin-toss/index.html").iter("script") if "ld+json" in s.get("type", ""))
    data = json.loads(words(script))
    assert (data["headline"], data["description"], data["keywords"]) == (TITLE, SUMMARY, [TAG, SECOND])
    assert (data["articleSection"], data["author"]) == ([CATEGORY], [{"@type": "Person", "name": AUTHOR}])
    assert data["publisher"]["name"] == NAME


def fields(entry: str) -> dict[str, str]:
    """The fields of a BibTeX entry, read as BibTeX does: it counts braces, with a backslash before them or not."""
    found, depth, start = {}, 0, 0
    for i, c in enumerate(entry):
        depth += {"{": 1, "}": -1}.get(c, 0)
        assert depth >= 0
        if c == "{" and depth == 2:
            start = i + 1
        if c == "}" and depth == 1:
            name = re.search(r"(\w+)\s*=\s*$", entry[: start - 1])
            found[name[1]] = entry[start:i]
    assert depth == 0, "every brace is closed"
    return found


def untex(text: str) -> str:
    """What TeX prints for a field."""
    named = {r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^"}
    named |= {r"\textbraceleft{}": "{", r"\textbraceright{}": "}"}
    named |= {rf"\{c}": c for c in "&%$#_"}
    assert not re.search(r"(?<!\\)[&%$#_~^]", text), "a sign that means something to TeX"
    return re.sub(
        "|".join(map(re.escape, named)), lambda found: named[found[0]], text.removeprefix("{").removesuffix("}")
    )


def test_the_citation_is_read_back_as_written(site):
    entry = next(text for text in shown(tree(site / "posts/coin-toss/index.html"), "code") if text.startswith("@misc"))
    found = fields(entry)
    assert untex(found["title"]) == TITLE
    assert untex(found["author"]) == AUTHOR
    assert untex(found["howpublished"]) == f"{NAME} — L {SETTING} {LONG}"
    assert found["url"] == f"{SITE_URL}posts/coin-toss/"


def rendered(text: str) -> ElementTree.Element:
    """Markdown read as CommonMark and the usual tables have it."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return html5lib.parseFragment(html, namespaceHTMLElements=False)


def test_llms_txt_is_markdown_that_reads_as_written(site):
    page = rendered((site / "llms.txt").read_text(encoding="utf-8"))
    assert shown(page, "h1") == [f"{NAME} — L {SETTING} {LONG}"]
    assert shown(page, "blockquote") == [f"D {SETTING}"]
    item = next(page.iter("li"))
    assert (words(item.find("a")), item.find("a").get("href")) == (TITLE, f"{SITE_URL}posts/coin-toss/index.md")
    assert words(item) == f"{TITLE}: {SUMMARY}"


def test_the_copy_in_markdown_reads_as_written_and_its_code_is_untouched(site):
    text = (site / "posts/coin-toss/index.md").read_text(encoding="utf-8")
    page = rendered(text)
    assert shown(page, "h1") == [TITLE]
    assert shown(page, "blockquote")[0] == SUMMARY
    assert {f"{CODE}\n{FEEDS}", FEEDS, "[a](plain-words.md)"} <= set(shown(page, "code"))
    assert '```html\n<data value="nobody.nothing">12</data>\n<!-- table: nobody.nothing -->\n| run' in text
    assert f"[sister post]({SITE_URL}posts/plain-words/#the-second-heading)" in text


def test_the_search_index_is_read_back_as_written(site):
    entries = json.loads((site / "search/search_index.json").read_bytes())["docs"]
    post = next(entry for entry in entries if entry["location"] == "posts/coin-toss/")
    assert (post["title"], post["tags"]) == (TITLE, [TAG, SECOND])
    assert post["text"].startswith(f"{SUMMARY}\n")
    assert any(RESULT in entry["title"] for entry in entries if entry["location"].startswith("posts/coin-toss/#"))


def test_the_lab_s_page_shows_what_was_recorded_and_nothing_of_it_is_markup(site):
    page = tree(site / "labs/coin-toss/index.html")
    cells = [words(cell) for cell in page.iter("td")]
    assert RESULT in cells
    said = RESULT.replace("`", "")  # what stands between two is code
    assert any(text.startswith(f"{said} ") for text in cells), "what a value is"
    assert any(text.startswith(said) for text in shown(page, "li")), "what a claim says"
    assert any(text.startswith(said) for text in shown(page, "summary")), "what a table says"
    assert "i" in shown(page, "code")
    assert SUMMARY in shown(page, "code"), "its notes"
    assert TITLE in [words(a) for a in page.iter("a")]
    labs = tree(site / "labs/index.html")
    assert any("How far a thousand tosses" in words(cell) for cell in labs.iter("td"))


def test_the_sitemap_is_well_formed_and_the_card_is_drawn(site):
    ElementTree.parse(site / "sitemap.xml")
    for name in ("coin-toss", "site"):
        card = Image.open(site / f"assets/cards/{name}.png")
        assert card.size == (1200, 630)
        assert len(card.getcolors()) > 8


BAD = {
    "\a": "control character U+0007",
    "\x1b[31m": "control character U+001B",
    "two\nlines": "line break",
    "\u202e": "U+202E",
    "<b>": "has a <",
    "&lt;": "has &lt;",
}


@pytest.mark.parametrize("value", BAD)
@pytest.mark.parametrize("key", ["title", "tags", "categories", "authors"])
def test_a_word_that_no_format_could_hold_is_refused_in_a_header(key, value):
    found = problem(key, f"x {value} y" if key == "title" else [f"x {value} y"], (), ())
    assert BAD[value] in found


@pytest.mark.parametrize("value", [value for value in BAD if value.isprintable() is False])
def test_and_so_it_is_in_a_summary(value):
    assert BAD[value] in problem("description", f"x {value} y", (), ())


@pytest.mark.parametrize(
    ("old", "name", "value"),
    [
        *[("site_name: Writing\n", "site_name", value) for value in BAD],
        *[("  tagline: Thinking out loud.\n", "tagline", value) for value in BAD if not value.isprintable()],
        *[("        - Security\n", "-", value) for value in BAD],
    ],
)
def test_and_so_it_is_in_the_settings_with_its_line(repository, old, name, value):
    lines = (repository / "mkdocs.yml").read_text(encoding="utf-8").split(old)[0].count("\n") + 1
    put = f"- {quoted(f'x {value} y')}" if name == "-" else f"{name}: {quoted(f'x {value} y')}"
    replaced(repository / "mkdocs.yml", old, f"{old[: len(old) - len(old.lstrip())]}{put}\n")
    done = build(repository, repository / "site")
    assert done.returncode == 1
    said = "categories_allowed" if name == "-" else name
    assert re.search(rf"mkdocs\.yml:\d+: {said} .*{re.escape(BAD[value])}", done.stderr), done.stderr
    if name != "-":
        assert f"mkdocs.yml:{lines}: " in done.stderr


def test_the_name_of_an_author_is_checked_too(repository):
    authors = {"authors": {"ada": {"name": "A <b>", "description": "x", "avatar": "x.svg"}}}
    (repository / "docs/.authors.yml").write_text(yaml.safe_dump(authors))
    done = build(repository, repository / "site")
    assert done.returncode == 1
    assert ".authors.yml:2: the author ada: name has a <" in done.stderr
