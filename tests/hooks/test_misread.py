"""A number that is as recorded cannot be made to read as another, and nothing but the build marks one as checked."""

from __future__ import annotations

import json

import pytest
from support import MADE, copytree
from writing.evidence.misread import beside
from writing.evidence.rendered import read, suspected

LABS = MADE / "labs"
TOSSES = '<data value="coin_toss.tosses">5,000</data>'
HEADS = '<data value="coin_toss.heads">0.50</data>'
RUNS = '<data value="coin_toss.runs">five</data>'
TABLE = "<!-- table: coin_toss.by_run -->\n<table><tr><th>run</th><th>heads</th><th>share</th></tr>{}</table>"


def said(html: str) -> list[str]:
    """What is said of a page; nothing is said of one that is not even suspected."""
    return [message for _, message in read(html, LABS).faults] if suspected(html) else []


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (f"<p>{HEADS}% of them</p>", "0.50%"),
        (f"<p><b>{HEADS}</b> % of them</p>", "0.50 %"),
        (f"<p>1{TOSSES}</p>", "15,000"),
        (f"<p>1<em>{TOSSES}</em></p>", "15,000"),
        (f"<p>{TOSSES},000 tosses</p>", "5,000,000"),
        (f"<p>{TOSSES}<!-- x -->.5 tosses</p>", "5,000.5"),
        (f"<p>{TOSSES}k</p>", "5,000k"),
        (f"<p>−{TOSSES}</p>", "−5,000"),
        (f"<p>twenty-{RUNS}</p>", "twenty-five"),
        (f"<p>{RUNS} thousand tosses</p>", "five thousand"),
        (f'<p>1<data value="coin_toss.near_half">{TOSSES} tosses</data></p>', "15,000"),
    ],
)
def test_what_stands_beside_a_number_and_makes_it_another_is_refused_as_it_reads(html, shown):
    assert [f"reads as {shown!r}" in message for message in said(html)] == [True]


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{TOSSES}, and 3 more</p>",
        f"<p>In 2026, {TOSSES}.</p>",
        f"<p>3–{TOSSES} and top-{TOSSES}</p>",
        f"<p>about ~{TOSSES} ({TOSSES})</p>",
        f'<p>{TOSSES}<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup></p>',
        f"<p>1</p>{TOSSES}<p>2</p>",
        f"<p>1<br>{TOSSES}<br>2</p>",
        f"<p>{RUNS} thousand-toss runs, the five hundred</p>",
        "<p>the number of claims ticked</p>",
        '<pre class="n">num</pre>',
    ],
)
def test_what_stands_beside_a_number_and_leaves_it_what_it_is_may_stand(html):
    assert said(html) == []


def test_a_sign_of_per_cent_may_stand_behind_a_value_that_was_recorded_in_per_cent(tmp_path):
    copytree(LABS, tmp_path)
    path = tmp_path / "coin_toss/results.json"
    content = json.loads(path.read_text())
    content["values"]["runs"]["unit"] = "%"
    path.write_text(json.dumps(content))
    assert read('<p><data value="coin_toss.runs">5</data>%</p>', tmp_path).faults == []


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ('<data value="coin_toss.tosses">50<sup>00</sup></data>', "holds a <sup>"),
        (f'<bdo dir="rtl">{TOSSES}</bdo>', "stands in a <bdo>"),
        (f"<p>\u202e{TOSSES}</p>", "U+202E turns the direction"),
        ('<strong class="num">57%</strong>', "class num marks what the build has checked"),
        ("<a class=num href=x>57%</a>", "class num marks what the build has checked"),
        ('<span class="wide claim">So it is.</span>', "class claim marks what the build has checked"),
        (
            '<img alt="&lt;data value=coin_toss.tosses&gt;4,999&lt;/data&gt;" src="x.png">',
            "shows the tag <data> as it is",
        ),
        (TABLE.format('<tr><td>run 1</td><td colspan="2">498</td></tr>'), "a cell of coin_toss.by_run reaches over"),
        (TABLE.format("<tr><td rowspan=2>run 1</td><td>498</td></tr>"), "a cell of coin_toss.by_run reaches over"),
        ('<figure data-explore="coin_toss.nothing" data-x="run" data-y="heads">', "is no recorded table"),
        ('<figure data-explore="nobody.by_run" data-x="run" data-y="heads">', "is no recorded table"),
        ('<figure data-explore="" data-x="run" data-y="heads">', "is no recorded table"),
        ('<figure data-explore="coin_toss.by_run" data-x="run" data-y="heads, tails">', "data-y 'tails' is no column"),
        ('<figure data-explore="coin_toss.by_run" data-y="heads">', "data-x '' is no column"),
        (
            '<figure data-explore="coin_toss.by_run" data-x="run" data-y="heads" data-by="no">',
            "data-by 'no' is no column",
        ),
    ],
)
def test_what_looks_checked_and_is_not_is_refused(html, message):
    assert [message in text for text in said(html)] == [True]


def test_a_figure_to_turn_that_names_recorded_columns_may_stand():
    assert said('<figure data-explore="coin_toss.by_run" data-x="run" data-y="heads, share" data-by="run">') == []


@pytest.mark.parametrize("mark", ["table - coin_toss.by_run", "table coin_toss.by_run", "Tables = coin_toss.by_run"])
def test_a_mark_that_is_misspelt_is_no_silent_comment(mark):
    table = TABLE.format("<tr><td>run 1</td><td>499</td></tr>").replace("table: coin_toss.by_run", mark)
    assert said(table) == [f"<!-- {mark} -->: write <!-- table: lab.name -->"]


def test_what_is_beside_an_element_ends_with_its_block():
    tree = read(f"<p>a</p><div>{TOSSES}</div><p>b</p>", LABS).tree
    assert [beside(tree.css_first("data"), way) for way in ("prev", "next")] == ["", ""]
