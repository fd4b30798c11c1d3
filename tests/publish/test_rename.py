"""`make rename` moves a post with all that is its own and all that names it; the old address leads to the new one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import pytest
import yaml
from support import POSTS, ROOT, SITE_URL, build, built, copy, copytree, files, header, made, replaced
from writing.posts.header import faults
from writing.posts.schema import problem
from writing.renaming import headed, rename, rewritten

OLD, NEW = "agent-loop", "four-phases"
KEPT = ("README.md", "CONTRIBUTING.md", "Makefile")


@pytest.fixture(scope="module")
def renamed(tmp_path_factory) -> Path:
    """The repository with one of its posts renamed, and the site that it builds."""
    root = copy(tmp_path_factory.mktemp("renamed") / "repository")
    copytree(ROOT / "tests", root / "tests", "made")
    for name in KEPT:
        shutil.copy(ROOT / name, root)
    assert all(rename(root, OLD, NEW))
    built(root, root / "site")
    return root


def test_everything_of_the_post_has_moved(renamed):
    lab, new = OLD.replace("-", "_"), NEW.replace("-", "_")
    moved = [f"docs/posts/{OLD}.md", f"docs/figures/{OLD}", f"docs/labs/{lab}"]
    tests = [path.relative_to(ROOT).as_posix() for path in ROOT.glob(f"tests/labs/test_{lab}*.py")]
    assert tests
    for path in [*moved, *tests]:
        assert (ROOT / path).exists(), path
        assert not (renamed / path).exists(), path
        assert (renamed / path.replace(OLD, NEW).replace(lab, new)).exists(), path
    meta = header(renamed / f"docs/posts/{NEW}.md")
    assert (meta["slug"], meta["lab"], meta["aliases"]) == (NEW, new, [OLD])
    listing = yaml.safe_load((renamed / "tests/site/listing.yml").read_text(encoding="utf-8"))["posts"]
    assert {OLD, NEW} & {post["slug"] for post in listing} == {NEW}


def test_the_lab_runs_under_its_new_name_and_its_results_are_those_it_had(renamed):
    command = [sys.executable, "-c", f"import labs.{NEW.replace('-', '_')} as lab; print(lab.__file__)"]
    said = subprocess.run(command, cwd=renamed / "docs", capture_output=True, text=True)
    assert str(renamed) in said.stdout, said.stderr
    old, new = (
        json.loads((root / f"docs/labs/{name.replace('-', '_')}/results.json").read_bytes())
        for root, name in ((ROOT, OLD), (renamed, NEW))
    )
    assert {key for key in old if old[key] != new[key]} == {"lab", "source"}
    for path in (renamed / "tests/labs").glob(f"test_{NEW.replace('-', '_')}*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
        assert OLD.replace("-", "_") not in path.read_text(encoding="utf-8")


def test_the_old_address_leads_to_the_new_one_and_asks_nobody(renamed):
    for part in ("posts", "labs"):
        page = html5lib.parse((renamed / f"site/{part}/{OLD}/index.html").read_bytes(), namespaceHTMLElements=False)
        refresh = [meta.get("content") for meta in page.iter("meta") if meta.get("http-equiv") == "refresh"]
        assert refresh == [f"0; url=../{NEW}/"]
        assert [link.get("href") for link in page.iter("link")] == [f"{SITE_URL}{part}/{NEW}/"]
        assert [a.get("href") for a in page.iter("a")] == [f"../{NEW}/"]
        assert not list(page.iter("script"))
        assert (renamed / f"site/{part}/{NEW}/index.html").exists()


def test_the_sitemap_has_the_new_address_and_feeds_know_the_post_by_its_first(renamed):
    sitemap = (renamed / "site/sitemap.xml").read_text(encoding="utf-8")
    assert f"posts/{NEW}/" in sitemap
    assert OLD not in sitemap
    items = {item.findtext("link"): item for item in ElementTree.parse(renamed / "site/feed.xml").iter("item")}
    guid = items[f"{SITE_URL}posts/{NEW}/"].find("guid")
    assert (guid.text, guid.get("isPermaLink")) == (f"{SITE_URL}posts/{OLD}/", "false")
    ids = {item["url"]: item["id"] for item in json.loads((renamed / "site/feed.json").read_bytes())["items"]}
    assert ids[f"{SITE_URL}posts/{NEW}/"] == f"{SITE_URL}posts/{OLD}/"
    others = {url: id for url, id in ids.items() if NEW not in url}
    assert others
    assert all(url == id for url, id in others.items())


def test_no_page_of_the_site_leads_to_the_old_address(renamed):
    there = [f"posts/{OLD}/", f"../{OLD}/", f"figures/{OLD}/", f"labs/{OLD}/"]
    for path in (renamed / "site").rglob("*.html"):
        tree = html5lib.parse(path.read_bytes(), namespaceHTMLElements=False)
        links = [node.get(key) or "" for node in tree.iter() for key in ("href", "src") if isinstance(node.tag, str)]
        assert [link for link in links for old in there if old in link] == [], path


def test_every_post_can_be_renamed_so_that_headers_numbers_and_links_stay_right(tmp_path):
    root = copy(tmp_path / "repository")
    for number, old in enumerate(POSTS):
        assert all(rename(root, old, f"another-name-{number}"))
    command = [sys.executable, "-m", "writing", "check", "../docs", "-f", "../mkdocs.yml"]
    done = subprocess.run(command, cwd=root / "hooks", capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("text", "own", "right"),
    [
        ("[a](agent-loop.md#x) and <a href='./agent-loop.md'>", False, "[a](new-one.md#x) and <a href='./new-one.md'>"),
        ("[a]: ../posts/agent-loop.md", False, "[a]: ../posts/new-one.md"),
        ('<data value="agent_loop.share">', False, '<data value="new_one.share">'),
        ("<!-- table: agent_loop.rows -->", False, "<!-- table: new_one.rows -->"),
        ('--8<-- "labs/agent_loop/loop.py:run"', False, '--8<-- "labs/new_one/loop.py:run"'),
        ("../figures/agent-loop/a-light.svg", False, "../figures/new-one/a-light.svg"),
        ("make lab NAME=agent-loop SEED=7", False, "make lab NAME=new-one SEED=7"),
        (".venv/bin/lab --check agent-loop", False, ".venv/bin/lab --check new-one"),
        ("from labs.agent_loop import a", False, "from labs.new_one import a"),
        ("from labs import agent_loop as lab", False, "from labs import new_one as lab"),
        ("the agent-loop question, an agent_loop", False, "the agent-loop question, an agent_loop"),
        ("packages/src/agent-loop.ts", False, "packages/src/agent-loop.ts"),
        ("https://code.example/posts/agent-loop.md", False, "https://code.example/posts/agent-loop.md"),
        ("https://code.example/labs/agent_loop/", True, "https://code.example/labs/agent_loop/"),
        ("[b](agent-loop-two.md) labs/agent_loop_two/", False, "[b](agent-loop-two.md) labs/agent_loop_two/"),
        ("my-agent-loop.md", True, "my-agent-loop.md"),
        ('"agent-loop has commands", test_agent_loop', True, '"new-one has commands", test_new_one'),
    ],
)
def test_what_names_a_post_is_rewritten_and_what_only_looks_like_it_is_not(text, own, right):
    assert rewritten(text, "agent-loop", "new-one", own) == right


def test_a_name_of_one_word_is_a_lab_or_an_address_by_what_stands_around_it():
    text = (
        'labs/penny/__init__.py [a](../labs/penny.md) (penny.md) labs.penny LABS / "penny" NAME=penny penny = 1 "penny"'
    )
    assert rewritten(text, "penny", "coin-toss", own=True) == (
        "labs/coin_toss/__init__.py [a](../labs/coin-toss.md) (coin-toss.md) labs.coin_toss "
        'LABS / "coin_toss" NAME=coin-toss penny = 1 "coin-toss"'
    )


SOURCE = '---\ntitle: "A"\nslug: one\nlab: one\ndraft: {}\n{}---\n\nlab: one stays here\nslug: one\n'


@pytest.mark.parametrize(
    ("draft", "aliases", "new", "right"),
    [
        ("false", "", "two", ["one"]),
        ("false", "aliases: [zero]\n", "two", ["zero", "one"]),
        ("false", "aliases:\n  - zero\n  - half\n", "two", ["zero", "half", "one"]),
        ("false", "aliases: [zero]\n", "zero", ["zero", "one"]),
        ("true", "", "two", None),
        ("true", "aliases: [zero]\n", "two", ["zero"]),
        ("false", "", "2024", ["one"]),
    ],
)
def test_a_header_keeps_every_earlier_name_the_first_one_first(draft, aliases, new, right):
    text = headed(SOURCE.format(draft, aliases), "one", new)
    meta = yaml.safe_load(text.split("---\n")[1])
    assert (meta["slug"], meta["lab"], meta.get("aliases")) == (new, new.replace("-", "_"), right)
    assert text.endswith("---\n\nlab: one stays here\nslug: one\n")
    assert headed(SOURCE.format(draft, aliases).replace("\n", "\r\n"), "one", new) == text.replace("\n", "\r\n")


def run(root: Path, *names: str) -> str:
    """What the command says."""
    command = [sys.executable, "-m", "writing", "rename", "../docs", *names, "-f", "../mkdocs.yml"]
    return subprocess.run(command, cwd=root / "hooks", capture_output=True, text=True).stdout


def test_of_a_draft_it_does_not_say_that_the_old_address_leads_anywhere(tmp_path):
    root = made(tmp_path / "repository")
    assert "The old address leads to the new one" in run(root, "plain-words", "two")
    replaced(root / "docs/posts/two.md", "slug:", "draft: true\nslug:")
    said = run(root, "two", "three")
    assert "Now: make check" in said
    assert "old address" not in said


@pytest.mark.parametrize(
    "content",
    [b"no header\n", b"---\ntitle: caf\xe9\n---\n", b"---\naliases: 5\n---\n"],
    ids=["none", "Latin-1", "odd"],
)
def test_a_post_whose_header_cannot_be_read_is_named_and_nothing_changes(tmp_path, content):
    root = made(tmp_path / "repository")
    (root / "docs/posts/other.md").write_bytes(content)
    before = files(root)
    with pytest.raises(ValueError, match=r"^docs/posts/other\.md:\d: \w[^\n]*; [^\n]*$"):
        list(rename(root, "plain-words", "two"))
    assert files(root) == before


def test_editors_copies_are_no_posts_and_other_bytes_stay_as_they_are(tmp_path):
    root = made(tmp_path / "repository")
    (root / "docs/posts/.#two.md").symlink_to("ada@desk.1")
    (root / "docs/posts/plain-words.md~").write_text("no header\n")
    (root / "docs/zebra.md").write_bytes(b"# Caf\xe9\r\n\r\n[a](posts/plain-words.md)\r\n")
    assert all(rename(root, "plain-words", "two"))
    assert (root / "docs/zebra.md").read_bytes() == b"# Caf\xe9\r\n\r\n[a](posts/two.md)\r\n"


def test_posts_whose_folder_is_a_link_are_renamed_with_what_is_in_them(tmp_path):
    root = made(tmp_path / "repository")
    (root / "docs/posts").rename(tmp_path / "posts")
    (root / "docs/posts").symlink_to(tmp_path / "posts")
    assert all(rename(root, "plain-words", "two"))
    assert header(root / "docs/posts/two.md")["slug"] == "two"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("coin-toss", "Coin Toss", "'Coin Toss' is not kebab-case; write words like-this"),
        ("coin-toss", "../x", "is not kebab-case"),
        ("coin-toss", "plain-words", "docs/posts/plain-words.md is there already"),
        ("coin-toss", "coin-toss", "docs/posts/coin-toss.md is there already"),
        ("coin-toss", "2026", "'2026' cannot name a lab"),
        ("coin-toss", "record", "'record' cannot name a lab"),
        ("coin-tos", "one", "no post 'coin-tos'; there are: coin-toss, plain-words"),
        ("coin-toss", "earlier", "docs/posts/plain-words.md:6: 'earlier' leads there"),
        ("coin-toss", "a" * 300, "slug has 300 characters; at most 100 fit"),
    ],
)
def test_a_name_that_is_wrong_or_taken_is_refused_in_a_line_and_nothing_changes(tmp_path, old, new, said):
    root = made(tmp_path / "repository")
    replaced(root / "docs/posts/plain-words.md", "slug: plain-words\n", "slug: plain-words\naliases: [earlier]\n")
    before = files(root)
    with pytest.raises(ValueError, match=r"^[^\n]*$") as refused:
        list(rename(root, old, new))
    assert said in str(refused.value)
    assert files(root) == before


def test_a_lab_that_is_not_as_it_was_recorded_is_not_renamed_for_the_digests_would_hide_it(tmp_path):
    root = made(tmp_path / "repository")
    lab = root / "docs/labs/coin_toss/__init__.py"
    lab.write_text(lab.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    before = files(root)
    with pytest.raises(ValueError, match="make lab NAME=coin-toss RECORD=1"):
        list(rename(root, "coin-toss", "penny"))
    assert files(root) == before


@pytest.mark.parametrize("fails", [1, 2, 3])
def test_if_one_move_fails_everything_is_as_it_was(tmp_path, monkeypatch, fails):
    root = made(tmp_path / "repository")
    before, known, calls = files(root), Path.rename, []

    def moved(path: Path, target: Path) -> Path:
        calls.append(path)
        if len(calls) == fails:
            raise OSError("no space left")
        return known(path, target)

    monkeypatch.setattr(Path, "rename", moved)
    with pytest.raises(ValueError, match="nothing has changed: no space left"):
        list(rename(root, "coin-toss", "penny"))
    assert files(root) == before


def test_a_post_whose_new_name_is_part_of_index_html_builds_and_so_it_does_when_it_gets_its_name_back(tmp_path):
    root = made(tmp_path / "repository")
    for old, new in (("coin-toss", "html"), ("html", "coin-toss")):
        assert all(rename(root, old, new))
        site = built(root, root / "site")
        for part in ("posts", "labs"):
            assert f"url=../{new}/" in (site / f"{part}/{old}/index.html").read_text(encoding="utf-8")
        assert "How this was measured" in (site / f"posts/{new}/index.html").read_text(encoding="utf-8")
        items = json.loads((site / "feed.json").read_bytes())["items"]
        assert f"{SITE_URL}posts/coin-toss/" in [item["id"] for item in items], "its first name, both times"


def test_the_name_that_the_examples_use_is_no_reference_in_them(tmp_path):
    root = made(tmp_path / "repository")
    shutil.copy(ROOT / "CONTRIBUTING.md", root)
    assert all(rename(root, "plain-words", "my-post"))
    assert all(rename(root, "my-post", "our-post"))
    assert (root / "CONTRIBUTING.md").read_bytes() == (ROOT / "CONTRIBUTING.md").read_bytes()


def test_two_posts_at_one_address_are_refused_and_so_is_what_is_no_list_of_names(tmp_path):
    post = "---\ntitle: A\ndescription: B\ndate: 2026-11-21\nslug: {}\ncategories: [c]\naliases: [{}]\n---\nText.\n"
    posts = {"posts/a.md": post.format("a", "b").encode(), "posts/b.md": post.format("b", "c").encode()}
    said = list(faults(posts, ("c",), ()))
    assert said == ["posts/a.md:7: the address of 'b' is taken by posts/b.md; take it out of aliases"]
    for wrong in ("x", [1], ["A B"], None):
        assert "aliases is not a list of earlier slugs" in problem("aliases", wrong, (), ())
    root = made(tmp_path / "repository")
    replaced(root / "docs/posts/plain-words.md", "slug: plain-words\n", "slug: plain-words\naliases: [coin-toss]\n")
    done = build(root, root / "site")
    assert done.returncode == 1
    assert "posts/plain-words.md:6: the address of 'coin-toss' is taken by posts/coin-toss.md" in done.stderr
