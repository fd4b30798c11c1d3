"""`python -m writing check`: an author's links, figures, inclusions and settings, without a build."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import ROOT, SITE_URL, build, built, made, replaced
from writing.__main__ import main
from writing.converting import settings as read
from writing.evidence.results import digests

JUNK = [None, True, 0, "", "x", [], [None], ["x", 3], [{}], [[]], {}, {"x": 1}, {1: 2}, {"x": {"y": []}}]
LINE = re.compile(r"[\w./ -]+:\d+: \S.*")


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A made site to change and to put right again."""
    return made(tmp_path_factory.mktemp("check") / "repository")


def said(place: Path, capsys) -> list[str]:
    code = main(["check", str(place / "docs"), "-f", str(place / "mkdocs.yml")])
    lines = capsys.readouterr().out.splitlines()
    return lines if code else []


POST = "docs/posts/plain-words.md"
WRONG = {
    "a page that is not there": ("[a](nowhere.md)\n", "nowhere.md leads nowhere"),
    "a place that is not there": ("[a](coin-toss.md#nothing)\n", "posts/coin-toss.md has no id 'nothing'"),
    "a place on its own page": ("[a](#nothing)\n", "leads to no place: posts/plain-words.md has no id 'nothing'"),
    "a row of a lab": ("[a](../labs/coin-toss.md#n-toses)\n", "labs/coin-toss.md has no id 'n-toses'"),
    "an address of the site": ("[a](/posts/coin-toss/)\n", "/posts/coin-toss/ leads nowhere"),
    "an image": ("![a](../figures/coin-toss/none.svg)\n", "none.svg leads nowhere"),
    "an excluded file": ("[a](../labs/answers.json)\n", "links to ../labs/answers.json, left out of the site"),
    "an excluded file, in HTML": ('<a href="../labs/answers.json">a</a>\n', "links to ../labs/answers.json, left out"),
    "an excluded file, by reference": ("[a][r]\n\n[r]: ../labs/answers.json\n", "../labs/answers.json, left out"),
    "an excluded kind of file": (
        "[a](../assets/d.xlsx)\n", "links to ../assets/d.xlsx, which is not published: no ending of a file that is",
    ),
    "a feed": ("[a](../feed.xml)\n", 'the site makes that without a file; write <a href="../../feed.xml">'),
    "from the page, a feed": ("[a](../../feed.xml)\n", 'write <a href="../../feed.xml">'),
    "a list": ("[a](../category/security/)\n", 'write <a href="../../category/security/">'),
    "its own address": (f"[a]({SITE_URL}posts/no/)\n", f"{SITE_URL}posts/no/ leads nowhere"),
    "a draft": ("[a](hidden.md)\n", "links to hidden.md, a draft or dated later"),
    "a draft, spelt out of sight": ('<a href="h&#105;dd%65n.md">a</a>\n', "links to hidden.md, a draft or dated later"),
    "a draft that is included": ('--8<-- "posts/hidden.md"\n', "includes posts/hidden.md, a draft or dated later"),
    "a figure without its dark version": (
        "![a](../figures/other/only-light.svg)\n", "figures/other/only-dark.svg is not there",
    ),
    "an inclusion of nothing": ('```\n--8<-- "labs/empty.txt"\n```\n', "this block of code is empty"),
    "an image of another host": (
        "![a](https://x.example/a.png)\n", "https://x.example/a.png is on another host; browsers are told not to ask",
    ),
    "a frame of another host": (
        '<iframe src="//x.example/a"></iframe>\n', "//x.example/a is on another host; browsers are told not to ask it",
    ),
    "a refresh": (
        '<META http-equiv="refresh" content="0; url=https://x.example/">\n', "a page's head is the site's to write",
    ),
    "a style": ('<style>.num::before { content: "1" }</style>\n', "a page's head is the site's to write"),
    "an inclusion of an empty section": ('```\n--8<-- "labs/marked.txt:none"\n```\n', "this block of code is empty"),
}  # fmt: skip


BUILT = (
    "an excluded", "a feed", "a list", "its own", "a draft", "a figure", "an inc", "an image of", "a frame", "a ref",
)  # fmt: skip


@pytest.fixture(scope="module")
def awkward(place: Path) -> Path:
    """The made site with a draft, an excluded file, half a figure and empty files to include."""
    docs = place / "docs"
    text = (docs / "posts/plain-words.md").read_text(encoding="utf-8")
    hidden = text.replace("slug: plain-words", "draft: true\nslug: hidden").replace("title: ", 'title: "Hidden" #')
    (docs / "posts/hidden.md").write_text(hidden, encoding="utf-8")
    (docs / "labs/answers.json").write_text("{}")
    (docs / "assets/d.xlsx").write_text("")
    (docs / "labs/empty.txt").write_text("")
    (docs / "labs/marked.txt").write_text("# --8<-- [start:none]\n# --8<-- [end:none]\nx\n")
    light = (docs / "figures/coin-toss/by-run-light.svg").read_text(encoding="utf-8")
    (docs / "figures/other").mkdir()
    (docs / "figures/other/only-light.svg").write_text(light, encoding="utf-8")
    return place


def test_what_is_right_is_right(awkward, capsys):
    assert said(awkward, capsys) == []


@pytest.mark.parametrize(("body", "what"), WRONG.values(), ids=WRONG)
def test_a_link_or_an_inclusion_that_gives_a_reader_nothing_has_its_line(awkward, capsys, monkeypatch, body, what):
    monkeypatch.setenv("SITE_URL", SITE_URL)
    post, before = awkward / POST, (awkward / POST).read_bytes()
    post.write_bytes(before + b"\n```python\nx = 1\n```\n\n" + body.encode())
    try:
        found = [line for line in said(awkward, capsys) if what in line]
    finally:
        post.write_bytes(before)
    at = before.decode().count("\n") + 6 + (2 if "[r]:" in body else 0)  # where the address stands
    assert found, what
    assert found[0].startswith(f"posts/plain-words.md:{at}: ")


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in WRONG if name.startswith(BUILT)])
def test_the_build_stops_at_it_too_with_the_same_line(awkward, repository, tmp_path, name):
    body, what = WRONG[name]
    for path in ("posts/hidden.md", "labs/answers.json", "labs/empty.txt", "labs/marked.txt", "assets/d.xlsx"):
        (repository / "docs" / path).write_bytes((awkward / "docs" / path).read_bytes())
    if "figure" in name:
        (repository / "docs/figures/coin-toss/by-run-dark.svg").unlink()
        body, what = "", "figures/coin-toss/by-run-dark.svg is not there"
        results = repository / "docs/labs/coin_toss/results.json"  # which would say it first
        now = digests(results.parent, repository / "docs/figures/coin-toss")["drawn"]
        replaced(results, json.loads(results.read_text())["drawn"], now)
    post = repository / POST
    before = post.read_bytes()
    post.write_bytes(before + b"\n" + body.encode())
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    at = before.decode().count("\n") + 2 + (2 if "[r]:" in body else 0)
    place = "posts/coin-toss.md:" if "figure" in name else f"posts/plain-words.md:{at}: "
    assert any(place in line and what in line for line in done.stderr.splitlines()), done.stderr


def test_a_figure_that_is_not_there_is_one_line_with_the_command_that_draws_it(awkward, capsys):
    post, before = awkward / POST, (awkward / POST).read_bytes()
    post.write_bytes(before + b"\n![a](../figures/coin-toss/none-light.svg)\n")
    try:
        (line,) = said(awkward, capsys)
    finally:
        post.write_bytes(before)
    assert "none-light.svg is not there; did you mean by-run-light.svg?" in line
    assert line.endswith("`make lab NAME=coin-toss RECORD=1` draws both versions")


@pytest.mark.parametrize("text", ["", "\n\n", "<!-- to be written -->\n"])
def test_a_post_without_a_word_is_not_written_yet_unless_it_is_a_draft(place, capsys, tmp_path, text):
    post, before = place / POST, (place / POST).read_text(encoding="utf-8")
    head = before[: before.index("\n---\n") + 5]
    try:
        post.write_text(head + text, encoding="utf-8")
        assert "posts/plain-words.md:1: has no text below its header; write it, or add `draft: true`" in said(
            place, capsys
        )
        done = build(place, tmp_path / "site")
        assert done.returncode == 1
        assert "posts/plain-words.md:1: has no text below its header" in done.stderr
        post.write_text(head.replace("slug:", "draft: true\nslug:") + text, encoding="utf-8")
        assert not any("has no text" in line for line in said(place, capsys))
    finally:
        post.write_text(before, encoding="utf-8")


def test_markdown_beside_a_lab_is_no_page_and_what_it_says_is_nobody_s_to_check(repository, capsys):
    lab = repository / "docs/labs/coin_toss"
    for name in ("README.md", "todo.md", "data/README.markdown"):
        (lab / name).write_text('# A\n\n[b](c.md) <data value="coin_toss.tosses">5,001</data>\n', encoding="utf-8")
    now = digests(lab, repository / "docs/figures/coin-toss")["data"]
    replaced(lab / "results.json", json.loads((lab / "results.json").read_text())["data"], now)
    assert said(repository, capsys) == []
    site = built(repository, repository / "site")
    assert {page.parent.name for page in (site / "labs").rglob("*.html")} == {"labs", "coin-toss"}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("labs/coin-toss.md", "labs/coin-toss/index.html"),
        ("labs/README.md", "labs/index.html"),
        ("posts/coin-toss/index.html", "posts/coin-toss/index.html"),
        ("feed.xml", "feed.xml"),
        ("assets/cards/site.png", "assets/cards/site.png"),
        ("tags/index.html", "tags/index.html"),
        ("labs/earlier.md", "labs/earlier/index.html"),
        ("posts/earlier/index.html", "posts/earlier/index.html"),
    ],
)
def test_a_file_that_would_take_the_place_of_another_is_refused_by_check_and_build(repository, capsys, name, place):
    replaced(repository / "docs/posts/coin-toss.md", "slug: coin-toss", "slug: coin-toss\naliases: [earlier]")
    path = repository / "docs" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("# A\n\nWords.\n", encoding="utf-8")
    line = f"{name}:1: would stand at {place}, the place of "
    assert [found for found in said(repository, capsys) if found.startswith(line)]
    done = build(repository, repository / "site")
    assert done.returncode == 1
    assert line in done.stderr


@pytest.mark.parametrize("target", ["loop.md", "nowhere.md"])
def test_a_post_that_is_a_link_to_nothing_has_its_line(place, capsys, target):
    post = place / "docs/posts/loop.md"
    post.symlink_to(target)
    try:
        (line,) = said(place, capsys)
    finally:
        post.unlink()
    assert LINE.fullmatch(line)
    assert "posts/loop.md:1: " in line


@pytest.mark.parametrize("name", [".#plain-words.md", "plain-words.md~", "plain-words (copy).md"])
def test_an_editor_s_copy_or_lock_is_no_page_as_for_a_build(place, capsys, name):
    for folder in (place / "docs", place / "docs/posts"):
        (folder / name).symlink_to("ada@desk.1" if name.startswith(".#") else place / POST)
    try:
        assert said(place, capsys) == []
    finally:
        for folder in (place / "docs", place / "docs/posts"):
            (folder / name).unlink()


SETTINGS = yaml.safe_load(re.sub(r"!ENV \[(\w+), (.*)\]", r"\2", (ROOT / "mkdocs.yml").read_text(encoding="utf-8")))


@pytest.mark.parametrize("key", [*SETTINGS, "INHERIT"])
def test_a_setting_of_any_kind_makes_a_line_or_is_right(place, capsys, key):
    """`markdown_extensions: [{}]` ends MkDocs in a trace before any hook is asked."""
    before = (place / "mkdocs.yml").read_bytes()
    try:
        for value in JUNK:
            (place / "mkdocs.yml").write_text(yaml.safe_dump(SETTINGS | {key: value}), encoding="utf-8")
            found = said(place, capsys)
            assert all(LINE.fullmatch(line) for line in found), (key, value, found)
    finally:
        (place / "mkdocs.yml").write_bytes(before)


def test_an_extension_without_a_name_is_refused_with_its_line(place, capsys):
    before = (place / "mkdocs.yml").read_text(encoding="utf-8")
    try:
        replaced(place / "mkdocs.yml", "  - abbr\n", "  - {}\n")
        line = before.splitlines().index("markdown_extensions:") + 1
        assert said(place, capsys) == [f"mkdocs.yml:{line}: markdown_extensions is not a list of names; {{}} is none"]
    finally:
        (place / "mkdocs.yml").write_text(before, encoding="utf-8")


def paths(node: object, path: tuple = ()) -> list[tuple]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(below for key, value in items for below in paths(value, (*path, key)))]


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from([path for path in paths(SETTINGS) if len(path) > 1]), st.sampled_from(JUNK))
def test_a_setting_of_any_kind_at_any_depth_makes_a_line_or_is_right(place, capsys, path, value):
    content = copy.deepcopy(SETTINGS)
    node = content
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    before = (place / "mkdocs.yml").read_bytes()
    (place / "mkdocs.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    try:
        found = said(place, capsys)
    finally:
        (place / "mkdocs.yml").write_bytes(before)
    assert all(LINE.fullmatch(line) for line in found), (path, value, found)


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_folder_that_is_not_there_is_not_right(place, capsys, command):
    assert main([command, str(place / "nodocs"), "-f", str(place / "mkdocs.yml")]) == 1
    assert "nodocs:1: is no folder" in capsys.readouterr().out


@pytest.fixture
def heir(place: Path) -> Iterator[Path]:
    """A config file that takes all but its site's name from another one."""
    base, file = place / "base.yml", place / "heir.yml"
    base.write_text(yaml.safe_dump(SETTINGS), encoding="utf-8")
    file.write_text("INHERIT: base.yml\nsite_name: Heir\n", encoding="utf-8")
    yield file
    base.unlink()
    file.unlink()


def test_what_a_config_file_inherits_is_checked_as_a_build_reads_it_and_its_folder_need_not_be_named(heir, capsys):
    assert main(["check", "-f", str(heir)]) == 0, capsys.readouterr().out
    replaced(heir, "INHERIT: base.yml\n", "")
    assert main(["check", "-f", str(heir)]) == 1
    assert "[^1] names a note that is not there" in capsys.readouterr().out  # the extension that reads it is gone


@pytest.mark.parametrize("extension", ["attr_list", {"toc": {"permalink": True}}])
def test_of_what_is_inherited_lists_are_replaced_and_mappings_joined(heir, extension):
    own = {"markdown_extensions": [extension], "extra": {"own": 1}}
    heir.write_text(heir.read_text(encoding="utf-8") + yaml.safe_dump(own), encoding="utf-8")
    found = read(heir)
    assert found["markdown_extensions"] == [extension]
    assert found["extra"] == {**SETTINGS["extra"], "own": 1}
    assert found["theme"] == SETTINGS["theme"]


@pytest.mark.parametrize(
    ("named", "what"),
    [("none.yml", "is not a file that is there"), ("heir.yml", "to lead back"), ("base.yml", "to lead back")],
)
def test_a_config_file_that_inherits_nothing_or_itself_has_its_line(heir, capsys, named, what):
    replaced(heir, "INHERIT: base.yml", f"INHERIT: {named}")
    if named == "base.yml":
        (heir.parent / named).write_text("INHERIT: heir.yml\n", encoding="utf-8")
    assert main(["check", "-f", str(heir)]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert LINE.fullmatch(line)
    assert what in line


def test_of_a_readme_and_an_index_the_readme_is_to_have_another_name(place, capsys):
    readme = place / "docs/README.md"
    readme.write_text("# About\n", encoding="utf-8")
    try:
        assert said(place, capsys) == [
            "README.md:1: would stand at index.html, the place of index.md; give it another name"
        ]
    finally:
        readme.unlink()


def test_a_link_from_the_root_of_docs_is_right_where_settings_say_so(repository, capsys):
    replaced(repository / "mkdocs.yml", "absolute_links: warn", "absolute_links: relative_to_docs")
    post = repository / POST
    post.write_text(post.read_text(encoding="utf-8") + "\n[a](/method.md)\n", encoding="utf-8")
    assert said(repository, capsys) == []
    built(repository, repository / "site")
