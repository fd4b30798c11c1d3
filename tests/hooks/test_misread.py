"""A number that is as recorded cannot be made to read as another, and nothing but the build marks one as checked."""

from __future__ import annotations

import json

import pytest
from selectolax.lexbor import LexborHTMLParser
from support import MADE, copytree
from writing.evidence.beside import another, beside
from writing.evidence.check import report
from writing.evidence.rendered import read, suspected

LABS = MADE / "labs"
TOSSES = '<data value="coin_toss.tosses">5,000</data>'
HEADS = '<data value="coin_toss.heads">0.50</data>'
RUNS = '<data value="coin_toss.runs">five</data>'
FIVE = '<data value="coin_toss.runs">5</data>'
SET = '<data value="coin_toss.tosses">{}</data>'
HIDDEN = [f"<{x}>000</{x.split()[0]}>" for x in ("span hidden", "script", "style", "textarea", "del", "rt", "x-y")]
HIDDEN += ["<br>000", "<input>000", "<img>000"]
MARK = "<!-- table: coin_toss.by_run -->"
TABLE = MARK + "\n<table><tr><th>run</th><th>heads</th><th>share</th></tr>{}</table>"


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
        *[
            (f"<p>{HEADS}{x} of it</p>", f"0.50{x}")
            for x in (" percent", " per cent", "-percent", " percentage points")
        ],
        *[(f"<p>{HEADS}{x} of it</p>", f"0.50{x}") for x in (" pp", "％", "‱", "\xa0%", " pct", " basis points")],
        *[(f"<p>{FIVE}{x} of it</p>", f"5{x}") for x in ("\xa0000", "\u2009000", " 000", "'000", "’000", "_000", "½")],
        *[(f"<p>{FIVE}{x} of it</p>", f"5{x}") for x in ("/8", "⁄8", " / 8", "e3", "E+3", "²", " × 10²", "×10⁶", "^2")],
        *[(f"<p>{FIVE}{x} of it</p>", f"5{x}") for x in (" x 10^6", "·10^6", " and a half", " point two", " M", " bn")],
        *[(f"<p>{TOSSES}{x} of it</p>", f"5,000{x}") for x in ("bn", "GB", "B", "m", " trillion", "-thousand", "٣")],
        *[
            (f"<p>{RUNS}{x} of it</p>", f"five{x}")
            for x in (" dozen", "ty", "teen", " eighths", "-sixths", " quarters")
        ],
        *[(f"<p>to {x}{TOSSES}</p>", f"{x}5,000") for x in ("1\xa0", "1/", "10^", "minus ", "\u2011", "–", "1'", "2e")],
        (f"<p>a hundred and {RUNS}</p>", "hundred and five"),
        (f"<p>a hundred {RUNS}</p>", "hundred five"),
        *[
            (f"<p>{FIVE}{x}00 of it</p>", "500")
            for x in ("\u200b", "\u2060", "&shy;", "<wbr>", "<span hidden>a</span>")
        ],
        *[(f"<p>1{x}{TOSSES}</p>", "15,000") for x in ("<wbr>", "<script>a</script>", "<!-- x --><?a?>")],
        *[(f"<p><{x}>1</{x}>{TOSSES}</p>", "15,000") for x in ("code", "kbd", "var", "samp", "time", "font", "big")],
        *[(f"<p><{x}>1</{x}>{TOSSES}</p>", "15,000") for x in ("label", "x-y", "bdo", "q", "ruby", "output")],
        (f'<p>{HEADS}<sup><a class="footnote-ref" href="#a">1</a></sup> percent</p>', "0.50 percent"),
        (f"<p>{HEADS} <b>per</b> <i>cent</i></p>", "0.50 per cent"),
        ('<p><data value="coin_toss.wall_ms">0.9</data> seconds</p>', "0.9 seconds"),
        ('<p><data value="coin_toss.wall_ms">0.9</data>s, or</p>', "0.9s"),
        ('<p><data value="coin_toss.record">81,300</data> kB</p>', "81,300 kB"),
        *[
            (f'<p><data value="coin_toss.record">81,300</data>{x}, or</p>', f"81,300{x}")
            for x in (" TB", " petabytes", " Mbit", " bits", " kilo", " KiB", " Megabytes", "–90,000 kB", " to 2 GB")
        ],
        *[
            (f'<p><data value="coin_toss.wall_ms">0.9</data>{x}, or</p>', f"0.9{x}")
            for x in (" hrs", " hr", " weeks", " years", "-month", " usec", " m", " or 1.2 s", "–3 minutes")
        ],
        *[(f"<p>{FIVE}{x}, or</p>", f"5{x}") for x in (" to 10 million", "–10 thousand", " or 6 thousand", "–10%")],
        (f"<p>{RUNS} to six hundred</p>", "five to six hundred"),
        *[(f"<p>10<sup>{x}{FIVE}</sup></p>", f"10^{x}5") for x in ("", "-", "−")],
        (f"<p>{FIVE} %-points of it</p>", "5 %-points"),
    ],
)
def test_what_stands_beside_a_number_and_makes_it_another_is_refused_as_it_reads(html, shown):
    assert [f"reads as {' '.join(shown.split())!r}; " in message for message in said(html)] == [True]


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
        f"<p>{RUNS}-fold, {FIVE}th, {FIVE}s, {FIVE}ms, {FIVE} min, {FIVE} GB, {FIVE}–7, {FIVE}-run, as {FIVE}</p>",
        f"<p>{RUNS} second runs, {RUNS} halfway, {FIVE} 100-run lots, {FIVE}, 000, {FIVE} percentiles, {FIVE} ppm</p>",
        f"<p>one in a thousand: {FIVE}; hundreds and {FIVE}, of a hundred {FIVE}-run lots, km/h {FIVE}, —{FIVE}</p>",
        f"<p>{FIVE} × 3, {FIVE} of 8, {FIVE} and 3 more, {RUNS} and a dozen, {RUNS} and one, the {RUNS} point out</p>",
        "<p>over <data value='coin_toss.wall_ms'>0.9</data> ms, <data value='coin_toss.record'>81,300</data> bytes</p>",
        "<p><data value='coin_toss.record'>81,300</data>B, <data value='coin_toss.record'>81.3 kB</data> a run</p>",
        "<p><data value='coin_toss.record'>81,300</data> to 90,000 bytes</p>",
        "<p><data value='coin_toss.wall_ms'>0.9</data> msec, <data value='coin_toss.wall_ms'>0.9</data>–1.2 ms</p>",
        f"<p>{FIVE} k-means runs, {FIVE} M-steps, {FIVE} third parties, {RUNS} half hours</p>",
        f"<p>from {TOSSES} to 10 million, {FIVE} – 10 million more, {FIVE} to 10 million-toss runs</p>",
        "<p><data value='coin_toss.record'>81.3 kB</data> to 2 MB, <data value='coin_toss.heads'>50%</data> to 60%</p>",
        f"<p>{FIVE} to 10 kB, {FIVE} or 6 seconds, x<sup>{FIVE}</sup>, x^{FIVE}</p>",
        "<p><data value='coin_toss.runs'>5×</data> to 10%, <data value='coin_toss.tosses'>5k</data> to 10 million</p>",
        f"<p>1<table></table>{FIVE}<img src=a>5</p>",
        "<p>" + SET.format("<b><i>5</i>,<code>000</code></b>") + "</p>",
        TABLE.format('<tr><td><a href=x title=y>run 1</a></td><td style="text-align: right;"><em>498</em></td></tr>'),
        "<p>the number of claims ticked</p>",
        '<pre class="n">num</pre>',
    ],
)
def test_what_stands_beside_a_number_and_leaves_it_what_it_is_may_stand(html):
    assert said(html) == []


def test_only_per_cent_may_stand_behind_a_value_that_was_recorded_in_per_cent(tmp_path):
    copytree(LABS, tmp_path)
    path = tmp_path / "coin_toss/results.json"
    content = json.loads(path.read_text())
    content["values"]["runs"]["unit"] = "%"
    path.write_text(json.dumps(content))
    right = ("%", " %", " percent", "\xa0per cent", "-percent", " percentage points", " pp")
    for behind in right:
        assert read(f"<p>{FIVE}{behind}, so</p>", tmp_path).faults == []
    for behind in (",000", "0%", ".9%", " thousand", "½ %", "‰", " kB"):
        assert [f"reads as '5{behind}" in said for _, said in read(f"<p>{FIVE}{behind}", tmp_path).faults] == [True]


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ('<data value="coin_toss.tosses">50<sup>00</sup></data>', "holds a <sup>"),
        (f'<bdo dir="rtl">{TOSSES}</bdo>', "stands in a <bdo>"),
        (f"<p>\u202e{TOSSES}</p>", "U+202E turns the direction"),
        *[(SET.format(f"5{x}"), f"holds a <{x[1:].partition('>')[0]}") for x in HIDDEN],
        (SET.format('5<span style="display:none">000</span>'), "holds a <span style>"),
        (f"<table><tr><th>run<tr><td>1</table>{SET.format('<b class=a>5,000</b>')}", "holds a <b class>"),
        (f'<p><span style="unicode-bidi:bidi-override; direction:rtl">{TOSSES}</span></p>', "stands in a style"),
        (f'<p style="transform: scaleX(-1)">{TOSSES}</p>', "stands in a style"),
        (TABLE.format("<tr><td>run 1</td><td>4<sup>98</sup></td></tr>"), "a cell of coin_toss.by_run holds a <sup>"),
        (
            TABLE.format("<tr><td>run 1</td><td>4<b hidden>98</b></td></tr>"),
            "a cell of coin_toss.by_run holds a <b hidden",
        ),
        (TABLE.format("<tr><td>run 1</td><td hidden>498</td></tr>"), "a cell of coin_toss.by_run holds a <td hidden>"),
        (TABLE.format('<tr><td>run 1</td><td style="display:none">498</td></tr>'), "by_run stands in a style"),
        (f"<bdo>{TABLE.format('<tr><td>run 1</td></tr>')}</bdo>", "stands in a <bdo>"),
        ('<strong class="num">57%</strong>', "class num marks what the build has checked"),
        ("<a class=num href=x>57%</a>", "class num marks what the build has checked"),
        ('<span class="wide claim">So it is.</span>', "class claim marks what the build has checked"),
        (
            '<img alt="&lt;data value=coin_toss.tosses&gt;4,999&lt;/data&gt;" src="x.png">',
            "shows the tag <data> as it is",
        ),
        (TABLE.format('<tr><td>run 1</td><td colspan="2">498</td></tr>'), "a cell of coin_toss.by_run reaches over"),
        (TABLE.format("<tr><td rowspan=2>run 1</td><td>498</td></tr>"), "a cell of coin_toss.by_run reaches over"),
    ],
)
def test_what_looks_checked_and_is_not_is_refused(html, message):
    assert [message in text for text in said(html)] == [True]


MISSPELT = [
    "<!-- table - coin_toss.by_run -->",
    "<!-- table coin_toss.by_run -->",
    "<!-- Tables = coin_toss.by_run -->",
]
MISSPELT += ["<!--- table: coin_toss.by_run --->", "<!-- the table: coin_toss.by_run -->", "<!-- coin_toss.by_run -->"]
MISSPELT += ["<!-- list: coin-toss.by_run -->", "<?table: coin_toss.by_run?>", "<!-- See Coin_Toss by_run -->"]
NEAR = TABLE.format("<tr><td>run 1</td><td>499</td></tr>")


@pytest.mark.parametrize("mark", MISSPELT)
def test_a_mark_that_is_misspelt_is_no_silent_comment(mark):
    assert ["write <!-- table: lab.name -->" in text for text in said(NEAR.replace(MARK, mark))] == [True]


def test_a_mark_that_is_no_whole_comment_is_one_and_one_that_is_text_or_hidden_by_a_comment_is_a_fault():
    assert ["quotes 499" in text for text in said(NEAR.replace(MARK, "<!table: coin_toss.by_run>"))] == [True]
    for text in ("<!table: coin_toss.by_run>", "<! coin_toss.by_run >", "<?table: coin_toss.by_run"):
        shown = NEAR.replace(MARK, text.replace("<", "&lt;"))
        assert said(shown) == [f"{text} is shown as text: write <!-- table: lab.name -->"]
        assert said(f"<code>{shown}</code>") == []
    assert said(f"<!-- to do\n\n{NEAR}") == ["this comment hides another; end it with --> above that"]


@pytest.mark.parametrize(
    "html", ["<!-- more -->", "<!-- coin_toss is near, by_run is not -->", "<!-- -->", "<!doctype html>"]
)
def test_a_comment_that_names_no_table_may_stand(html):
    assert said(html + NEAR.replace(MARK, "")) == []


def test_what_is_beside_an_element_ends_with_its_block():
    tree = read(f"<p>a</p><div>{TOSSES}</div><p>b</p>", LABS).tree
    assert [beside(tree.css_first("data"), way) for way in ("prev", "next")] == ["", ""]


@pytest.mark.parametrize(("text", "part"), [("1", "third"), ("One", "half"), ("1", "tenth")])
def test_a_part_in_the_singular_is_one_of_it_only_behind_one(text, part):
    for number, shown in ((text, [f"{text} {part}"]), ("31", []), ("two", [])):
        tree = LexborHTMLParser(f"<p><data>{number}</data> {part}, so</p>")
        assert list(another(tree.css_first("data"), "")) == shown


def test_what_the_tag_cannot_hold_is_not_said_to_go_into_it():
    assert ["put all of the number into the tag: >0.50%</data>" in text for text in said(f"{HEADS}%")] == [True]
    assert ["write all of it in the tag, with %," in text for text in said(f"{HEADS} percent")] == [True]


@pytest.mark.parametrize(
    ("html", "name"),
    [
        (f"<p>{TOSSES[:-7]} of them.</p><p>{RUNS}</p>", "coin_toss.tosses"),
        (f"<ul><li>{TOSSES[:-7]}<ul><li>a</li></ul></li></ul>", "coin_toss.tosses"),
        (f'<p><data value="coin_toss.near_half">Of {TOSSES} tosses half.</p>', "coin_toss.near_half"),
        (TOSSES[:-7], "coin_toss.tosses"),
        (f'<p><data value="coin_toss.near_half">Of {TOSSES} tosses half.</data> {RUNS}</p>', ""),
        (f'<div><data value="coin_toss.near_half"><p>Of {TOSSES}</p> tosses.</data></div>', ""),
    ],
)
def test_a_tag_without_its_end_is_called_that_and_nothing_else(html, name):
    what = f"the tag <data value={name!r}> is not closed; write </data> behind what it quotes"
    assert said(html) == ([what] if name else [])


def test_a_tag_without_its_end_has_its_own_line_where_the_name_stands_twice():
    text = f"<p>{TOSSES}\n{TOSSES[:-7]} of them.</p>"
    assert report(read(text, LABS), {"posts/a.md": text})[0].startswith("posts/a.md:2: the tag ")
