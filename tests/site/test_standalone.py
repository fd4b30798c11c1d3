"""Without MkDocs: the same source built by Zensical, then checked and finished by `python -m writing`."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import feedparser
import html5lib
import pytest
from PIL import Image
from support import ENVIRONMENT, LISTING, SHOWN, SITE_URL, copy, copytree, files, header, made, once, replaced

BARRED = """
import importlib.abc, sys
class Barred(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("mkdocs", "material"):
            raise ImportError(f"{name} is barred")
sys.meta_path.insert(0, Barred())
sys.argv[0] = "writing"
from writing.__main__ import main
sys.exit(main())
"""


def zensical(repository: Path) -> Path:
    """Build with Zensical; the site."""
    command = [sys.executable, "-m", "zensical", "build", "-f", "zensical.yml"]
    done = subprocess.run(command, cwd=repository, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return repository / "site"


def writing(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m writing` in a process in which MkDocs and Material cannot be imported."""
    command = [sys.executable, "-c", BARRED, *arguments, "-f", "../mkdocs.yml"]
    environment = ENVIRONMENT | {"PYTHONPATH": str(repository / "hooks")}
    return subprocess.run(command, cwd=repository / "hooks", env=environment, capture_output=True, text=True)


def finished(repository: Path) -> Path:
    """Build and finish; the site."""
    site = zensical(repository)
    done = writing(repository, "finish", "../site")
    assert done.returncode == 0, done.stdout + done.stderr
    return site


@pytest.fixture(scope="session")
def by_zensical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the made posts, as Zensical built it into `site/`, and a finished copy of that, `finished/`."""

    def make(folder: Path) -> None:
        made(folder)
        built = zensical(folder)
        copytree(built, folder / "as built")
        assert writing(folder, "finish", "../site").returncode == 0
        built.rename(folder / "finished")

    return once(tmp_path_factory, "by zensical", make)


@pytest.fixture
def place(by_zensical: Path, tmp_path: Path) -> Path:
    """The same, not finished yet, to change at will."""
    copytree(by_zensical, tmp_path / "place", "as built", "finished")
    copytree(by_zensical / "as built", tmp_path / "place/site")
    return tmp_path / "place"


def tree(path: Path):
    return html5lib.parse(path.read_text(encoding="utf-8"), namespaceHTMLElements=False)


def words(element) -> str:
    return " ".join("".join(element.itertext()).replace("¶", "").split())


def refused(place: Path) -> list[str]:
    """The lines in which a site is refused; it is left as the generator wrote it."""
    before = files(place / "site")
    done = writing(place, "finish", "../site")
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert files(place / "site") == before
    return done.stdout.splitlines()


@pytest.mark.slow
def test_every_post_of_the_real_site_is_there_with_title_summary_and_its_place_in_the_listing(tmp_path):
    site = finished(copy(tmp_path / "repository"))
    front = tree(site / "index.html")
    assert [words(h1) for h1 in front.iter("h1")] == [LISTING["tagline"]]
    assert any(words(p) == LISTING["eyebrow"] for p in front.iter("p"))
    assert any(words(p) == LISTING["description"].strip() for p in front.iter("p"))
    listed = [words(h2) for h2 in front.iter("h2")]
    assert sorted(listed) == sorted(header(path)["title"] for path in SHOWN.values())
    for slug, path in SHOWN.items():
        page, meta = tree(site / "posts" / slug / "index.html"), header(path)
        assert [words(h1) for h1 in page.iter("h1")] == [meta["title"]]
        assert any(p.get("class") == "lead" and words(p) == meta["description"] for p in page.iter("p"))
        assert any(words(p) == meta["description"] for p in front.iter("p"))
        assert bool(meta.get("lab")) == any(e.get("id") == "__measured" for e in page.iter("h2"))
        assert any(a.get("class") == "num" for a in page.iter("a")) == bool(meta.get("lab"))


def test_a_finished_post_has_its_box_and_each_number_leads_to_its_row(by_zensical):
    page = tree(by_zensical / "finished/posts/coin-toss/index.html")
    numbers = [a for a in page.iter("a") if a.get("class") == "num"]
    assert {words(a) for a in numbers} >= {"5,000", "49.7%", "506", "tails"}
    lab = {e.get("id") for e in tree(by_zensical / "finished/labs/coin-toss/index.html").iter()}
    for number in numbers:
        address, _, row = number.get("href").partition("#")
        assert address == "../../labs/coin-toss/"
        assert row in lab
    box = next(e for e in page.iter("section") if e.get("class") == "evidence")
    assert "make lab NAME=coin-toss CHECK=1" in words(box)


def test_a_finished_page_has_a_policy_that_allows_the_scripts_around_its_content_by_their_hashes(
    by_zensical,
):
    for path in sorted((by_zensical / "finished").rglob("*.html")):
        page = tree(path)
        metas = list(page.iter("meta"))
        assert [m.get("charset") is not None for m in metas[:2]] == [True, False], path
        assert metas[1].get("http-equiv") == "Content-Security-Policy", path
        scripts = [s.text for s in page.iter("script") if not s.get("src") and not s.get("type")]
        wanted = {f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts}
        given = metas[1].get("content").split("script-src ")[1].split(";")[0].split()
        assert set(given) == {"'self'", *wanted}
        assert scripts


def test_feeds_sitemap_cards_and_copies_are_there(by_zensical):
    site = by_zensical / "finished"
    titles = ["Does a Fair Coin Fall on Heads & Tails Alike?", "Plain Words: A Post Without a Lab"]
    feed = feedparser.parse((site / "feed.xml").read_bytes())
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == titles
    assert [item["title"] for item in json.loads((site / "feed.json").read_bytes())["items"]] == titles
    content = json.loads((site / "feed.json").read_bytes())["items"][0]["content_html"]
    assert f'href="{SITE_URL}labs/coin-toss/#n-tosses"' in content
    sitemap = (site / "sitemap.xml").read_text(encoding="utf-8")
    listed = set(re.findall("<loc>(.*?)</loc>", sitemap))
    pages = {p.relative_to(site).as_posix().removesuffix("index.html") for p in site.rglob("index.html")}
    assert listed == {SITE_URL + page for page in pages}
    for name in ("coin-toss", "plain-words", "site"):
        assert Image.open(site / f"assets/cards/{name}.png").size == (1200, 630)
    assert "5,000" in (site / "posts/coin-toss/index.md").read_text(encoding="utf-8")
    assert '<data value="coin_toss' not in (site / "posts/coin-toss/index.md").read_text(encoding="utf-8")


def test_a_page_of_the_authors_own_html_is_left_as_it_is(place):
    (place / "docs/own.html").write_bytes(b"<p>caf\xe9")
    (place / "site/own.html").write_bytes(b"<p>caf\xe9")
    done = writing(place, "finish", "../site")
    assert done.returncode == 0, done.stderr
    assert (place / "site/own.html").read_bytes() == b"<p>caf\xe9"


def test_every_page_links_one_stylesheet_which_has_the_rules_that_it_uses(by_zensical):
    site = by_zensical / "finished"
    sheets = {urljoin(f"/{p.relative_to(site).as_posix()}", link.get("href")) for p in site.rglob("index.html")
              for link in tree(p).iter("link") if link.get("rel") == "stylesheet"}  # fmt: skip
    assert len(sheets) == 1
    css = (site / sheets.pop().lstrip("/")).read_text(encoding="utf-8")
    assert ".listing__post" in css
    assert ".evidence" in css
    assert len(css) < sum(path.stat().st_size for path in (by_zensical / "as built").rglob("*.css")) / 2
    assert not [path for path in site.rglob("*.css") if path.name == "site.css"]


def test_every_link_and_image_of_a_finished_site_leads_to_a_file_and_an_id(by_zensical):
    site = by_zensical / "finished"
    count = 0
    for path in sorted(site.rglob("*.html")):
        base = SITE_URL + path.relative_to(site).as_posix().removesuffix("index.html")
        for element in tree(path).iter():
            address = element.get("href") or element.get("src")
            if not address or not (whole := urljoin(base, address)).startswith(SITE_URL):
                continue
            target = site / unquote(urlsplit(whole).path.removeprefix("/blog/"))
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), (path, address)
            mark = unquote(urlsplit(whole).fragment)
            if mark and target.suffix == ".html":
                assert any(e.get("id") == mark for e in tree(target).iter()), (path, address)
            count += 1
    assert count > 100


def test_a_wrong_number_stops_check_and_finish_with_file_and_line(place):
    replaced(place / "docs/posts/coin-toss.md", ">5,000<", ">5,001<")
    done = writing(place, "check", "../docs")
    assert done.returncode == 1
    line = "posts/coin-toss.md:11: quotes 5,001, coin_toss.tosses is 5000"
    assert line in done.stdout.splitlines()
    zensical(place)
    assert line in refused(place)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (">5,000<", ">5,001<", "posts/coin-toss.md:11: quotes 5,001, coin_toss.tosses is 5000"),
        (">506<", ">507<", "quotes 507, coin_toss.by_run.run 5.heads is 506"),
        ('value="coin_toss.tosses"', "value=coin_toss.toses", "lab coin_toss has no 'toses'; did you mean tosses?"),
        ("plain-words/#the-second", "plain-words/#no-second", "leads to no place: posts/plain-words/index.html has"),
        ('src="../../figures', 'src="../../figure', "leads nowhere: the site has no figure/coin-toss/by-run-light.svg"),
        ('src="../../figures', 'src="https://elsewhere.example/figures', "is on another host, which no page may ask"),
        ('id="the-winner-was-tails"', 'id="__measured"', "the id '__measured' is taken"),
        ("</header>", "<script>alert(1)</script></header>", "has a script around its content that 404.html has not"),
        ('<meta charset="utf-8">', "", "has no <meta charset> in its head"),
        ("assets/site.css", "assets/other.css", "links the stylesheet assets/other.css, which the site has not"),
    ],
)  # fmt: skip
def test_whatever_is_wrong_in_a_built_page_stops_it_and_nothing_is_written(place, old, new, said):
    """The source is right: the generator, or something behind it, has written something else."""
    replaced(place / "site/posts/coin-toss/index.html", old, new)
    assert any(said in line for line in refused(place))


def test_a_script_in_a_post_is_let_stand_and_no_policy_allows_it(place):
    replaced(place / "site/posts/coin-toss/index.html", "<p>A fair coin", "<script>alert(1)</script><p>A fair coin")
    assert writing(place, "finish", "../site").returncode == 0
    page = (place / "site/posts/coin-toss/index.html").read_text(encoding="utf-8")
    digest = b64encode(hashlib.sha256(b"alert(1)").digest()).decode()
    assert "<script>alert(1)</script>" in page
    assert digest not in page


def test_a_post_without_a_page_and_a_page_of_a_draft_stop_it(place):
    shutil.rmtree(place / "site/posts/plain-words")
    replaced(place / "docs/posts/coin-toss.md", "slug:", "draft: true\nslug:")
    said = refused(place)
    assert "posts/plain-words.md:1: has no page: posts/plain-words/index.html is not in the site" in said
    assert "posts/coin-toss.md:1: is a draft or dated later, and the site has a page of it" in said


def test_a_draft_that_a_page_includes_stops_it(place):
    shutil.rmtree(place / "site/posts/plain-words")
    replaced(place / "docs/posts/plain-words.md", "slug:", "draft: true\nslug:")
    post = place / "docs/posts/coin-toss.md"
    post.write_text(post.read_text(encoding="utf-8") + '\n--8<-- "posts/plain-words.md"\n', encoding="utf-8")
    line = len(post.read_text(encoding="utf-8").splitlines())
    assert any(f"posts/coin-toss.md:{line}: includes posts/plain-words.md, a draft" in said for said in refused(place))


def test_what_the_site_never_publishes_stops_it_and_nothing_is_written(place):
    for name in ("notes.md~", "secret.env", "method copy.md"):
        (place / "docs" / name).write_text("# Pelican\n", encoding="utf-8")
        shutil.copy(place / "docs" / name, place / "site")
    shutil.copytree(place / "site/method", place / "site/method copy")
    said = refused(place)
    for name, why in {
        "notes.md~": "an editor's copy",
        "method copy.md": "an editor's",
        "secret.env": "no ending",
    }.items():
        assert any(line.startswith(f"{name}:1: is in the site, and {why}") for line in said)


def test_a_post_that_was_renamed_is_found_at_its_earlier_address(place):
    replaced(place / "docs/posts/plain-words.md", "slug:", "aliases: [first-words]\nslug:")
    site = finished(place)
    assert '<link rel="canonical" href=' in (site / "posts/first-words/index.html").read_text(encoding="utf-8")
    assert (site / "assets/cards/site.png").is_file()


def test_numbers_of_a_draft_on_another_page_stop_it(place):
    replaced(place / "docs/posts/coin-toss.md", "slug:", "draft: true\nslug:")
    shutil.rmtree(place / "site/posts/coin-toss")
    replaced(place / "site/posts/plain-words/index.html", "<h2", '<p><data value="coin_toss.runs">5</data></p><h2')
    assert any("shows coin_toss.runs of posts/coin-toss.md, a draft" in line for line in refused(place))


def test_a_post_that_settings_leave_out_leaves_no_trace_in_a_finished_site(place):
    replaced(place / "docs/posts/plain-words.md", "Nothing else.", "zorblax")
    replaced(place / "docs/posts/coin-toss.md", "(plain-words.md#the-second-heading)", "(../method.md)")
    settings = place / "mkdocs.yml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\ndraft_docs: posts/plain-words.md\n", encoding="utf-8")
    finished(place)
    found = [path for path in (place / "site").rglob("*") if path.is_file() and b"zorblax" in path.read_bytes()]
    assert found == []


def test_figures_and_data_of_a_draft_are_taken_out(place):
    replaced(place / "docs/posts/coin-toss.md", "slug:", "draft: true\nslug:")
    site = finished(place)
    assert not [name for name in files(site) if "coin" in name]
    assert "coin-toss" not in (site / "feed.xml").read_text(encoding="utf-8")


def test_a_site_is_finished_once(by_zensical, place):
    shutil.rmtree(place / "site")
    copytree(by_zensical / "finished", place / "site")
    assert any("is finished already; have the generator build the site anew" in line for line in refused(place))


def test_a_header_that_is_wrong_stops_finish(place):
    replaced(place / "docs/posts/coin-toss.md", "slug:", "slugg: x\nslug:")
    assert any("posts/coin-toss.md:5: unknown key 'slugg'" in line for line in refused(place))


def test_check_runs_where_neither_mkdocs_nor_material_can_be_imported(by_zensical):
    done = writing(by_zensical, "check", "../docs")
    assert (done.returncode, done.stderr) == (0, "")
    assert "are right" in done.stdout
