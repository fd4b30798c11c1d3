"""Quoted numbers: what counts as one, what it is compared with, and how it is written anew."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import MADE
from writing.evidence.check import faults, fixed, marked
from writing.evidence.precision import WORDS, like
from writing.evidence.quoted import quoted
from writing.evidence.quotes import lookup, quotes

LABS = MADE / "labs"

WRITTEN = [
    ("57%", 0.57, "57%"),
    ("57%", 0.613, "61%"),
    ("57.0%", 0.613, "61.3%"),
    ("57 %", 0.613, "61 %"),
    ("0.57", 0.613, "0.61"),
    ("0.6", 0.613, "0.6"),
    ("1,234", 1234, "1,234"),
    ("1,234", 56, "56"),
    ("1234", 5678, "5678"),
    ("999", 1234, "1,234"),
    ("1,234.5", 98765.43, "98,765.4"),
    ("12.5 kB", 81_300, "81.3 kB"),
    ("12k", 81_300, "81k"),
    ("12 MB", 81_300_000, "81 MB"),
    ("1.2M", 81_300_000, "81.3M"),
    ("3×", 11.6, "12×"),
    ("3.0×", 11.6, "11.6×"),
    ("17", -17, "-17"),
    ("−17", -18, "−18"),
    ("-17", -18, "-18"),
    ("−17", 18, "18"),
    ("+17", 18, "+18"),
    ("+17", -18, "-18"),
    ("+5%", 0.05, "+5%"),
    ("5", -0.2, "0"),
    ("five", 5, "five"),
    ("five", 6, "six"),
    ("Five", 6, "Six"),
    ("five", 13, "13"),
    ("five", 0.4, "0"),
    ("tails", "heads", "heads"),
    ("5", "heads", "heads"),
    ("yes", True, "True"),
    ("5", None, "None"),
]


@pytest.mark.parametrize(("text", "value", "right"), WRITTEN, ids=[f"{t} {v}" for t, v, _ in WRITTEN])
def test_a_value_is_written_in_the_form_of_the_text(text, value, right):
    assert like(text, value) == right
    assert like(right, value) == right


@pytest.mark.parametrize(
    ("value", "either"),
    [
        (0.125, ["12%", "13%"]),
        (0.5, ["0", "1"]),
        (-2.5, ["-2", "-3"]),
        (0.285, ["28%", "29%"]),
        (1.005, ["1.00", "1.01"]),
    ],
)
def test_a_tie_may_be_rounded_either_way_but_no_further(value, either):
    assert [like(text, value) for text in either] == either
    far = [re.sub(r"\d(?=%?$)", lambda d: str((int(d[0]) + 3) % 10), text) for text in either]
    assert all(like(text, value) != text for text in far)


@pytest.mark.parametrize(
    "text", ["", "about 5", "5 ms", "**5**", "1,23", "5,0", "1.2.3", ".5", "5 6", "5\n", "<b>5</b>"]
)
def test_what_is_no_number_is_told_what_to_write(text):
    with pytest.raises(ValueError, match="is not a number; write digits, with %, k, kB, M, MB or × behind"):
        like(text, 5)


numbers = st.one_of(st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12, allow_nan=False))
forms = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "+", "-", "−"]),
    st.sampled_from(["0", "7", "42", "999", "1000", "1,000", "12,345,678"]),
    st.sampled_from(["", ".0", ".00", ".125"]),
    st.sampled_from(["", "%", " %", "k", " kB", "M", " MB", "×"]),
)


@given(st.one_of(forms, st.sampled_from(WORDS)), numbers)
def test_what_is_written_anew_is_accepted_and_within_half_a_unit_of_its_last_place(text, value):
    new = like(text, value)
    assert like(new, value) == new
    if new not in WORDS:
        sign, digits, places = re.match(r"([+−-]?)([\d,]+)(?:\.(\d+))?", new).groups(default="")
        scale = {"%": 100, "k": 1e-3, "kB": 1e-3, "M": 1e-6, "MB": 1e-6}.get(new.lstrip("+−-0123456789,. "), 1)
        shown = float(f"{sign}{digits}.{places}".replace("−", "-").replace(",", ""))
        assert shown == pytest.approx(value * scale, abs=0.5001 * 10 ** -len(places), rel=1e-12)


def said(source: str) -> list[tuple[int, str]]:
    return list(faults(source, LABS))


RIGHT = [
    '<data value="coin_toss.heads">50%</data>',
    '<data value="coin_toss.heads">0.4966</data>',
    '<data value="coin_toss.heads.low">48.3%</data> to <data value="coin_toss.heads.high">0.51</data>',
    '<data value="coin_toss.record">81.3 kB</data>, <data value="coin_toss.tosses">5k</data>',
    '<data value="coin_toss.runs">Five</data> or <data value="coin_toss.runs">5</data>',
    '<data value="coin_toss.winner">tails</data>',
    '<data value="coin_toss.heads.unit">share</data>',
]


@pytest.mark.parametrize("source", RIGHT)
def test_a_literal_that_is_right_at_the_precision_written_has_no_fault(source):
    assert said(source) == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('<data value="coin_toss.heads">57%</data>', "quotes 57%, coin_toss.heads is 0.4966"),
        ('<data value="coin_toss.heads.low">57%</data>', "quotes 57%, coin_toss.heads.low is 0.482741"),
        ('<data value="coin_toss.runs">six</data>', "quotes six, coin_toss.runs is 5"),
        ('<data value="coin_toss.winner">heads</data>', "quotes heads, coin_toss.winner is tails"),
        ('<data value="coin_tos.heads">57%</data>', "no lab 'coin_tos' has results; `lab --list` names the labs"),
        ('<data value="coin_toss.haeds">57%</data>', "lab coin_toss has no 'haeds'; did you mean heads?"),
        ('<data value="coin_toss.zzz">57%</data>', "lab coin_toss has no 'zzz'"),
        ('<data value="coin_toss.heads.lo">57%</data>', "lab coin_toss has no 'lo'; did you mean low?"),
        ('<data value="coin_toss.runs.low">57%</data>', "lab coin_toss has no 'low'"),
        ('<data value="coin_toss">57%</data>', "lab coin_toss has no ''"),
        ('<data value="">57%</data>', "no lab '' has results; `lab --list` names the labs"),
        (
            '<data value="coin_toss.heads">half</data>',
            "'half' is not a number; write digits, with %, k, kB, M, MB or × behind them if need be",
        ),
        (
            '<data value="coin_toss.heads"><b>50%</b></data>',
            "'<b>50%</b>' is not a number; write digits, with %, k, kB, M, MB or × behind them if need be",
        ),
    ],
)
def test_a_wrong_literal_is_told_what_the_lab_recorded_or_what_is_near(source, message):
    assert said(f"One.\n\nTwo {source} three.\n") == [(3, message)]


TABLE = "<!-- table: coin_toss.by_run -->\n| run | heads | share |\n|---|--:|--:|\n| run 1 | 498 | 50% |\n"


@pytest.mark.parametrize(
    "source",
    [
        TABLE,
        TABLE.replace("-->\n", "-->\n\n"),
        TABLE.replace("50% |", "50%"),
        TABLE.replace("| run | heads | share |", "| run | share | heads |").replace("498 | 50%", "50% | 498"),
        TABLE[:-1],
        "\n".join(f"    {line}" for line in TABLE.splitlines()),
        "\n".join(f"> {line}" for line in TABLE.splitlines()),
        "<!-- table: coin_toss.by_run -->\n| run |\n",
        "<!-- table: coin_toss.by_run -->\n|\n|\n|\n",
        "<!-- table: coin_toss.by_run -->\nno table\n",
    ],
)
def test_a_table_whose_cells_are_as_recorded_has_no_fault(source):
    assert said(source) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("498", "497", 4, "quotes 497, coin_toss.by_run.run 1.heads is 498"),
        ("50%", "51%", 4, "quotes 51%, coin_toss.by_run.run 1.share is 0.498"),
        ("50% |", "51%", 4, "quotes 51%, coin_toss.by_run.run 1.share is 0.498"),
        ("run 1", "run 9", 4, "lab coin_toss has no 'run 9'; did you mean run 5?"),
        ("| heads", "| haeds", 4, "lab coin_toss has no 'haeds'; did you mean heads?"),
        ("498", "", 4, "'' is not a number; write digits, with %, k, kB, M, MB or × behind them if need be"),
        ("-->\n", "-->\n\n\n", 6, None),
    ],
)
def test_a_wrong_cell_is_told_by_the_names_of_its_row_and_column(old, new, line, message):
    found = said(TABLE.replace(old, new) if message else TABLE.replace(old, new).replace("498", "1"))
    assert found[0] == (line, message or "quotes 1, coin_toss.by_run.run 1.heads is 498")


@pytest.mark.parametrize(
    "marker", ["nobody.nothing", "coin_toss.by_rum", "coin_toss", "coin-toss.by_run", "coin_toss.by_run.x"]
)
def test_a_table_of_an_unknown_name_is_a_fault_in_every_cell(marker):
    assert len(said(TABLE.replace("coin_toss.by_run", marker))) == 2


def test_cells_of_a_row_that_stands_twice_in_the_results_cannot_be_quoted(tmp_path):
    (tmp_path / "twins").mkdir()
    table = {"says": "", "columns": ["run", "heads"], "rows": [["a", 1], ["a", 2], ["b", 3]]}
    (tmp_path / "twins" / "results.json").write_text(json.dumps({"values": {}, "tables": {"t": table}}))
    source = "<!-- table: twins.t -->\n| run | heads |\n|---|---|\n| b | 3 |\n| a | 2 |\n"
    assert list(faults(source, tmp_path)) == [(5, "lab twins has several rows 'a'; quote its numbers one by one")]


@pytest.mark.parametrize(
    "code",
    [
        "```html\n{}\n```",
        "~~~~\n{}\n~~~~",
        "````\n```\n{}\n```\n````",
        "> ```\n> {}\n> ```",
        "    ```\n    {}\n    ```",
        "Inline `{}` code.",
    ],
)
def test_what_is_shown_in_code_is_no_quote(code):
    literal = '<data value="nobody.nothing">5</data>'
    assert said(code.format(literal)) == []
    if "\n" in code:
        assert said(code.format(TABLE.replace("coin_toss", "nobody"))) == []
    after = code.format(literal) + '\n\n<data value="coin_toss.runs">6</data>\n'
    assert said(after) == [(after.count("\n"), "quotes 6, coin_toss.runs is 5")]


def test_code_in_a_cell_does_not_hide_its_table():
    assert said(TABLE.replace("498", "`498`"))[0][0] == 4


def test_fixed_rewrites_every_wrong_number_and_nothing_else():
    source = (
        'Of <data value="coin_toss.tosses">4,000</data>, <data value="coin_toss.heads">57.0%</data> in\n'
        '<data value="coin_toss.runs">three</data> runs; `<data value="a.b">1</data>`.\n\n'
    ) + TABLE.replace("498", "1").replace("50%", "0.511")
    right = (
        'Of <data value="coin_toss.tosses">5,000</data>, <data value="coin_toss.heads">49.7%</data> in\n'
        '<data value="coin_toss.runs">five</data> runs; `<data value="a.b">1</data>`.\n\n'
    ) + TABLE.replace("50%", "0.498")
    assert fixed(source, LABS) == right
    assert said(right) == []


def test_fixed_leaves_what_it_cannot_rewrite_and_rewrites_the_rest():
    literals = ("haeds", "5"), ("runs", "about 5"), ("runs", "4")
    source = " ".join(f'<data value="coin_toss.{name}">{text}</data>' for name, text in literals)
    assert fixed(source, LABS) == source.replace(">4<", ">5<")


names = st.sampled_from(["heads", "heads.low", "tosses", "record", "lead", "runs", "wall_ms"])
literals = st.builds('<data value="coin_toss.{}">{}</data>'.format, names, forms)
cells = st.builds(
    "<!-- table: coin_toss.by_run -->\n| run | heads | share |\n|---|---|---|\n| run 2 | {} | {} |\n".format,
    forms,
    forms,
)
between = st.sampled_from([" ", "\n", "\n\n", " é ", "```\n<data>\n```\n", "`x`", "|"])


@given(st.lists(st.one_of(literals, cells.map("\n\n{}\n\n".format), between)).map("".join))
def test_what_fixed_returns_has_no_fault_and_is_not_changed_by_fixing_again(source):
    once = fixed(source, LABS)
    assert said(once) == []
    assert fixed(once, LABS) == once
    assert once.count("\n") == source.count("\n")


@given(st.text(st.sampled_from('|-`~> \n<!data value="coin_toss.by_run">table:/5'), max_size=80), st.booleans())
def test_no_text_makes_a_traceback_and_every_line_named_exists(text, table):
    source = f"<!-- table: coin_toss.by_run -->\n{text}" if table else text
    for line, _ in said(source):
        assert 1 <= line <= source.count("\n") + 1
    marked(source, LABS)


def test_an_unreadable_path_through_the_results_is_a_message_and_no_traceback():
    for path in (("coin_toss", "seed", "x"), ("coin_toss", "recorded", "date", "x", "y"), ("a\0b", "values")):
        with pytest.raises(ValueError, match=r"no 'x'|null"):
            lookup(path, LABS)


def test_checked_cells_are_marked_for_the_reader_and_row_names_are_not():
    assert marked(TABLE, LABS).splitlines()[3] == (
        '| run 1 | <data value="coin_toss.by_run">498</data> | <data value="coin_toss.by_run">50%</data> |'
    )
    assert marked(TABLE, LABS).splitlines()[:3] == TABLE.splitlines()[:3]
    plain = '<data value="coin_toss.runs">5</data>\n\n| a | b |\n|---|---|\n| c | 1 |\n'
    assert marked(plain, LABS) == plain


def test_quotes_say_where_they_stand():
    source = 'x <data value="coin_toss.heads.low">0.48</data>\n' + TABLE
    found = list(quotes(source))
    assert [source[q.start : q.end] for q in found] == [q.text for q in found] == ["0.48", "498", "50%"]
    assert [q.path for q in found] == [
        ("coin_toss", "values", "heads", "low"),
        ("coin_toss", "tables", "by_run", "run 1", "heads"),
        ("coin_toss", "tables", "by_run", "run 1", "share"),
    ]


def test_each_quoted_result_is_listed_once_with_all_ways_it_is_written():
    source = (
        '<data value="coin_toss.runs">five</data> <data value="coin_toss.runs">5</data> '
        f'<data value="coin_toss.runs">5</data> <data value="coin_toss.heads.low">0.48</data>\n\n{TABLE}'
    )
    assert quoted(source, LABS) == [
        ["five, 5", "runs of a thousand tosses", "coin_toss.runs"],
        ["0.48", "share of heads <over> all runs", "coin_toss.heads"],
        ["2 cells", "Heads by run", "coin_toss.by_run"],
    ]


CLAIM = '<data value="coin_toss.near_half">In <data value="coin_toss.runs">five</data> runs it holds.</data>'


def test_a_sentence_that_holds_for_every_seed_may_stand_and_the_number_in_it_is_checked():
    assert list(faults(CLAIM, LABS)) == []
    assert list(faults(CLAIM.replace("five", "six"), LABS)) == [(1, "quotes six, coin_toss.runs is 5")]
    assert fixed(CLAIM.replace("five", "six"), LABS) == CLAIM


def test_a_sentence_that_fails_for_one_seed_stops_the_build_with_its_line_and_count():
    source = 'First.\n\n<data value="coin_toss.tails_win">Tails win.</data>'
    assert list(faults(source, LABS)) == [(3, "coin_toss.tails_win holds in 4 of 5 seeds")]
    assert fixed(source, LABS) == source


def test_a_sentence_is_marked_apart_from_the_numbers_in_it():
    assert marked(CLAIM, LABS) == CLAIM.replace("<data", '<data class="claim"', 1)


def test_the_list_of_what_a_post_quotes_says_what_a_sentence_rests_on():
    assert quoted(CLAIM, LABS)[1] == [
        "In five runs it holds.",
        "Checked sentence: Five thousand tosses stay within two points of one half, for each seed.",
        "coin_toss.near_half",
    ]
