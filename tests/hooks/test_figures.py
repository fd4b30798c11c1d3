"""A figure is shown in the reader's colour scheme, and takes its room before it is loaded."""

from __future__ import annotations

import re

import markdown
import pytest
from support import MADE, build, replaced
from writing.html import missing
from writing.html.figures import both, size


def svg(width: str, height: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 1 1"></svg>'


def test_points_become_pixels():
    assert size(svg("460.8pt", "266.4pt")) == (614, 355)


@pytest.mark.parametrize(
    "bad", ["", "<svg></svg>", svg("100", "50"), svg("100px", "50px"), " " * 1000 + svg("1pt", "1pt")]
)
def test_an_svg_without_a_size_in_points_is_an_error(bad):
    with pytest.raises(ValueError, match="has no width and height in pt"):
        size(bad)


def test_a_light_figure_becomes_a_pair_with_size_and_the_same_alt_text(tmp_path):
    (tmp_path / "a-post").mkdir()
    (tmp_path / "a-post" / "cost-light.svg").write_text(svg("460.8pt", "266.4pt"))
    html = '<p><img alt="Costs &quot;rise&quot;." src="../../figures/a-post/cost-light.svg" title="T" /></p>'
    rest = 'width="614" height="355" loading="lazy" decoding="async" alt="Costs &quot;rise&quot;."  title="T"'
    assert re.sub(" +", " ", both(html, tmp_path)) == re.sub(
        " +",
        " ",
        f'<p><a class="zoom" href="../../figures/a-post/cost-light.svg">'
        f'<img src="../../figures/a-post/cost-light.svg#only-light" {rest}>'
        f'<img src="../../figures/a-post/cost-dark.svg#only-dark" {rest}></a></p>',
    )


@pytest.mark.parametrize(
    "html",
    [
        '<img alt="" src="../assets/photo.png">',
        '<img src="../figures/a/cost-dark.svg">',
        '<img src="../figures/a/b.svg">',
    ],
)
def test_other_images_stay_as_they_are(html, tmp_path):
    assert both(html, tmp_path) == html


def test_a_missing_figure_stops_the_build_with_the_page_and_the_command(repository):
    replaced(repository / "docs/posts/coin-toss.md", "by-run-light.svg", "by-rum-light.svg")
    done = build(repository, repository / "site")
    assert done.returncode == 1
    assert re.search(r"posts/coin-toss\.md:24: figures/coin-toss/by-rum-(light|dark)\.svg is not there", done.stderr)
    assert "Traceback" not in done.stderr


def test_a_figure_without_a_size_stops_the_build_with_the_page_and_the_command(repository):
    replaced(repository / "docs/posts/coin-toss.md", "by-run-light.svg", "by-rum-light.svg")
    replaced(repository / "docs/posts/coin-toss.md", "figures/coin-toss", "figures/other")
    (repository / "docs/figures/other").mkdir()
    for scheme in ("light", "dark"):
        (repository / f"docs/figures/other/by-rum-{scheme}.svg").write_text("<svg></svg>")
    done = build(repository, repository / "site")
    assert done.returncode == 1
    line = "posts/coin-toss.md:24: figures/other/by-rum-light.svg: has no width and height in pt; `make lab NAME=other "
    assert line in done.stderr


def test_the_page_of_a_made_post_shows_both_schemes(small):
    html = (small / "posts/coin-toss/index.html").read_text(encoding="utf-8")
    assert (MADE / "figures/coin-toss/by-run-dark.svg").exists()
    assert html.count("figures/coin-toss/by-run-light.svg#only-light") == 1
    assert html.count("figures/coin-toss/by-run-dark.svg#only-dark") == 1


def test_the_dark_version_shown_by_itself_is_refused_with_the_name_to_show():
    html = '<p><img alt="x" src="../../figures/coin-toss/by-run-dark.svg"></p>'
    assert missing.suspected(html)
    said = list(missing.faults(html, "\n![x](../figures/coin-toss/by-run-dark.svg)\n", MADE / "figures"))
    assert said == ["2: show by-run-light.svg; the build adds the other, for readers in dark colours"]


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ([], ""),
        (["by-run-dark"], ""),
        (
            ["per-run-light", "share-light"],
            "did you mean per-run-light.svg? If the lab has it, but has not been recorded since, ",
        ),
    ],
)
def test_a_figure_that_is_not_there_is_one_fault_with_the_nearest_that_is_or_the_command(tmp_path, there, instead):
    (tmp_path / "coin-toss").mkdir()
    for name in there:
        (tmp_path / f"coin-toss/{name}.svg").touch()
    html = '<p><img alt="x" src="../../figures/coin-toss/by-run-light.svg"></p>'
    (said,) = missing.faults(html, "\n![x](../figures/coin-toss/by-run-light.svg)\n", tmp_path)
    command = "`make lab NAME=coin-toss RECORD=1` draws both versions"
    assert said == f"2: figures/coin-toss/by-run-light.svg is not there; {instead}{command}"


@pytest.mark.parametrize("end", ["#only-light", "?v=2"])
def test_a_figure_that_one_scheme_would_not_show_is_refused_with_its_line(end):
    html = f'<p><img alt="x" src="../../figures/coin-toss/by-run-light.svg{end}"></p>'
    said = list(missing.faults(html, f"\n![x](../figures/coin-toss/by-run-light.svg{end})\n", MADE / "figures"))
    assert said == ["2: a figure has no ? and no #, or one scheme would not show it; end it at -light.svg"]


@pytest.mark.parametrize(
    ("html", "id"),
    [
        ('<h2 id="x">a</h2><p id=x>b</p>', "x"),
        ("<h2 ID='__search'>a</h2>", "__search"),
        ('<h2 id="__related">a</h2>', "__related"),
        ('<h2 id="__nav_5">a</h2>', "__nav_5"),
    ],
)
def test_an_id_that_another_element_has_or_a_template_gives_is_refused(html, id):
    assert missing.suspected(html)
    assert list(missing.faults(html, f"a\n## b {{#{id}}}\n", MADE / "figures")) == [
        f"2: the id {id!r} is taken; write another behind the #"
    ]
    assert not missing.suspected('<h2 id="x">a</h2><p id="y">b</p><input id="__tabbed_1_1">')


def test_of_two_places_with_one_id_the_last_that_names_it_is_told():
    source = 'title: "a and b"\n\n[b](#b) <b id="b">x</b>\n\n## B\n\n[b](#b)\n'
    assert list(missing.faults('<b id="b">x</b><h2 id="b">B</h2>', source, MADE / "figures")) == [
        "3: the id 'b' is taken; write another behind the #"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a[^nope] b", "[^nope] names a note that is not there; write `[^nope]: ...`, or backticks"),
        ("a [b][nope]", "[b][nope] names an address that is not there; write `[nope]: ...`, or backticks"),
        ("![b][nope]", "[b][nope] names an address that is not there; write `[nope]: ...`, or backticks"),
        ("a [b][] c", "[b][] names an address that is not there; write `[b]: ...`, or backticks"),
        ("`[^a]` [b][c]\n\n[c]: https://example.org/", None),
        ("```\n[a][b]\n```", None),
        ("a[^1]\n\n[^1]: b", None),
    ],
)
def test_a_note_or_a_link_by_a_name_that_is_not_there_is_refused_with_its_line(text, said):
    html = markdown.markdown(text, extensions=["footnotes", "fenced_code"])
    assert list(missing.faults(html, f"\n{text}\n", MADE / "figures")) == ([f"2: {said}"] if said else [])
    assert missing.suspected(html) or not said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[x](javascript:alert(1))", "an address javascript: would run a program"),
        ('<a href="java&Tab;script&colon;alert(1)">x</a> script:', "an address javascript: would run a program"),
        ('<p><b ONERROR="alert(1)">x</b></p>', "onerror= would run a program"),
        ("<b onclick=alert(1)>x</b>", "onclick= would run a program"),
        ("`<b onclick=x>`, JavaScript: on=1", None),
        ("*x*{ onclick=y }", "onclick= would run a program"),
        ('<b one="1" only>x</b>', None),
    ],
)
def test_a_program_in_an_attribute_is_refused_with_its_line(text, said):
    html = markdown.markdown(text, extensions=["attr_list"])
    found = [f"2: {said}, which the pages' policy forbids; take it out"] if said else []
    assert list(missing.faults(html, f"\n{text}\n", MADE / "figures")) == found
    assert missing.suspected(html) or not said


@pytest.mark.parametrize("sign", ["\b", "\x1b", "\x85"])
def test_a_control_character_in_a_text_is_refused_with_its_line(sign):
    html = f"<p>a{sign}b</p>"
    assert missing.suspected(html)
    said = f"2: has the control character U+{ord(sign):04X}; take it out"
    assert list(missing.faults(html, f"\na{sign}b\n", MADE / "figures")) == [said]
