"""Quoted numbers: what counts as one, what it is compared with, and how it is written anew."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import MADE, ROOT, copytree
from writing.converting import converter
from writing.evidence.check import report
from writing.evidence.precision import WORDS, format_like
from writing.evidence.quotes import fixed, quotes, rewritten
from writing.evidence.rendered import linked, read
from writing.evidence.results import lookup

LABS = MADE / "labs"
convert = converter(ROOT / "mkdocs.yml")

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
    ("5", -0.2, "-0.20"),
    ("5", -0.002, "0"),
    ("0k", 300, "300"),
    ("0×", 0.4966, "0.50"),
    ("1", 0.9, "0.90"),
    ("five", 5, "five"),
    ("five", 6, "six"),
    ("Five", 6, "Six"),
    ("five", 13, "13"),
    ("five", 0.4, "0.40"),
    ("tails", "heads", "heads"),
    ("5", "heads", "heads"),
    ("yes", True, "True"),
    ("5", None, "None"),
]


@pytest.mark.parametrize(("text", "value", "right"), WRITTEN, ids=[f"{t} {v}" for t, v, _ in WRITTEN])
def test_a_value_is_written_in_the_form_of_the_text(text, value, right):
    assert format_like(text, value) == right
    assert format_like(right, value) == right


@pytest.mark.parametrize(
    ("value", "either"),
    [
        (0.125, ["12%", "13%"]),
        (1.5, ["1", "2"]),
        (-2.5, ["-2", "-3"]),
        (0.285, ["28%", "29%"]),
        (1.005, ["1.00", "1.01"]),
    ],
)
def test_a_tie_may_be_rounded_either_way_but_no_further(value, either):
    assert [format_like(text, value) for text in either] == either
    far = [re.sub(r"\d(?=%?$)", lambda d: str((int(d[0]) + 3) % 10), text) for text in either]
    assert all(format_like(text, value) != text for text in far)


@pytest.mark.parametrize(
    "text", ["", "about 5", "5 ms", "**5**", "1,23", "5,0", "1.2.3", ".5", "5 6", "5\n", "<b>5</b>"]
)
def test_what_is_no_number_is_told_what_to_write(text):
    with pytest.raises(ValueError, match="is not a number; write digits, with %, k, kB, M, MB or × behind"):
        format_like(text, 5)


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
    new = format_like(text, value)
    assert format_like(new, value) == new
    if new not in WORDS:
        sign, digits, places = re.match(r"([+−-]?)([\d,]+)(?:\.(\d+))?", new).groups(default="")
        scale = {"%": 100, "k": 1e-3, "kB": 1e-3, "M": 1e-6, "MB": 1e-6}.get(new.lstrip("+−-0123456789,. "), 1)
        shown = float(f"{sign}{digits}.{places}".replace("−", "-").replace(",", ""))
        assert shown == pytest.approx(value * scale, abs=0.5001 * 10 ** -len(places), rel=1e-12)


def faults(source: str, labs: Path) -> list[tuple[int, str]]:
    """What is wrong with the page that a text becomes: the line of the text, and the message."""
    lines = report(read(convert(source), labs), {"a.md": source})
    found = [re.fullmatch(r"a\.md:(\d+): (.*)", line, re.S) for line in lines]
    return [(int(one[1]), one[2]) for one in found]


def said(source: str) -> list[tuple[int, str]]:
    return faults(source, LABS)


def page(source: str) -> str:
    """The page that a text becomes, with what it quotes linked."""
    return linked(read(convert(source), LABS), LABS, "../../labs/", {"coin_toss"})


RIGHT = [
    '<data value="coin_toss.heads"><b>50%</b></data>',
    "**<data value='coin_toss.heads'>50%</data>**",
    "<DATA VALUE=coin_toss.heads class=big >50%</DATA>",
    '<data value="coin_toss.heads">50%</data>',
    '<data value="coin_toss.heads">0.4966</data>',
    '<data value="coin_toss.heads.low">48.3%</data> to <data value="coin_toss.heads.high">0.51</data>',
    '<data value="coin_toss.record">81.3 kB</data>, <data value="coin_toss.tosses">5k</data>',
    '<data value="coin_toss.runs">Five</data> or <data value="coin_toss.runs">5</data>',
    '<data value="coin_toss.winner">tails</data>',
    '<data value="coin_toss.tosses">5k</data>, <data value="coin_toss.runs">5×</data> as many',
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
        ('<data value="coin_toss.tosses">0M</data>', "quotes 0M, coin_toss.tosses is 5000"),
        ('<data value="coin_toss.heads">0</data>', "quotes 0, coin_toss.heads is 0.4966"),
        ('<data value="coin_toss.winner">heads</data>', "quotes heads, coin_toss.winner is tails"),
        ('<data value="coin_toss.heads">0×</data>', "quotes 0×, coin_toss.heads is 0.4966"),
        *[
            (
                f'<data value="coin_toss.{name}">{text}</data>',
                f"writes {sign}, and coin_toss.{name} is recorded {what}; take the {sign} out, or record the unit",
            )
            for name, text, sign, what in [
                ("tosses", "5 kB", "kB", "without a unit"),
                ("tosses", "0.005 MB", "MB", "without a unit"),
                ("runs", "500%", "%", "without a unit"),
                ("lead", "-1700 %", "%", "without a unit"),
                ("record", "81,300×", "×", "in bytes"),
                ("record", "8130000%", "%", "in bytes"),
                ("wall_ms", "94%", "%", "in ms"),
                ("wall_ms", "0.9×", "×", "in ms"),
            ]
        ],
        ('<data value="coin_tos.heads">57%</data>', "no lab 'coin_tos'; `lab --list` names the labs"),
        ('<data value="coin_toss.haeds">57%</data>', "lab coin_toss has no 'haeds'; did you mean heads?"),
        ('<data value="coin_toss.zzz">57%</data>', "lab coin_toss has no 'zzz'"),
        ('<data value="coin_toss.heads.lo">57%</data>', "lab coin_toss has no 'lo'; did you mean low?"),
        ('<data value="coin_toss.runs.low">57%</data>', "lab coin_toss has no 'low'"),
        ('<data value="coin_toss">57%</data>', "<data value='coin_toss'>: write lab.name, lab.name.low or .high"),
        ('<data value="">57%</data>', "<data value=''>: write lab.name, lab.name.low or .high"),
        ("<data>57%</data>", "<data value=None>: write lab.name, lab.name.low or .high"),
        ('<data value="coin_toss.near_half"></data>', "coin_toss.near_half holds no words"),
        ('<data value="coin_toss.near_half.low">x</data>', "lab coin_toss has no 'near_half'; did you mean near_half?"),
        (
            '<data value="coin_toss.heads">half</data>',
            "'half' is not a number; write digits, with %, k, kB, M, MB or × behind them if need be",
        ),
    ],
)
def test_a_wrong_literal_is_told_what_the_lab_recorded_or_what_is_near(source, message):
    assert said(f"One.\n\nTwo {source} three.\n") == [(3, message)]


TABLE = "<!-- table: coin_toss.by_run -->\n\n| run | heads | share |\n|---|--:|--:|\n| run 1 | 498 | 50% |\n"
HTML = (
    "<!-- table: coin_toss.by_run -->\n<table><tr><th>run</th><th>heads</th></tr>\n"
    "<tr><td>run 1</td><td>498</td></tr></table>\n"
)


@pytest.mark.parametrize(
    "source",
    [
        TABLE,
        TABLE.replace("-->\n\n", "-->\n"),
        TABLE.replace("50% |", "50%"),
        TABLE.replace("| run | heads | share |", "| run | share | heads |").replace("498 | 50%", "50% | 498"),
        TABLE[:-1],
        TABLE.replace("498", "**498**"),
        "- item\n\n" + "\n".join(f"    {line}" for line in TABLE.splitlines()),
        "\n".join(f"> {line}" for line in TABLE.splitlines()),
        HTML,
        "<!-- a table of contents would stand here -->\n\nText.\n",
    ],
)
def test_a_table_whose_cells_are_as_recorded_has_no_fault(source):
    assert said(source) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("498", "497", 5, "quotes 497, coin_toss.by_run.run 1.heads is 498"),
        ("50%", "51%", 5, "quotes 51%, coin_toss.by_run.run 1.share is 0.498"),
        ("50% |", "51%", 5, "quotes 51%, coin_toss.by_run.run 1.share is 0.498"),
        ("run 1", "run 9", 5, "lab coin_toss has no 'run 9'; did you mean run 5?"),
        ("| heads", "| haeds", 5, "lab coin_toss has no 'haeds'; did you mean heads?"),
        ("498", "", 5, "'' is not a number; write digits, with %, k, kB, M, MB or × behind them if need be"),
        ("| run 1 | 498", "run 1 | 1", 5, "quotes 1, coin_toss.by_run.run 1.heads is 498"),
        ("<!-- table: coin_toss", "<!-- Table coin_toss", 1, None),
        ("<!-- table: coin_toss.by_run -->", "<!--table:coin_toss.by_run -->", 0, None),
    ],
)
def test_a_wrong_cell_is_told_by_the_names_of_its_row_and_column(old, new, line, message):
    found = said(TABLE.replace(old, new))
    if message is None:
        message = "<!-- Table coin_toss.by_run -->: write <!-- table: lab.name -->"
    assert found[:1] == ([(line, message)] if line else [])


def test_a_wrong_cell_of_a_table_in_html_and_of_a_row_without_a_bar_in_front_is_found():
    assert said(HTML.replace("498", "9,999")) == [(3, "quotes 9,999, coin_toss.by_run.run 1.heads is 498")]
    assert said(TABLE + "run 5 | 9,999 | 51%\n")[0] == (6, "quotes 9,999, coin_toss.by_run.run 5.heads is 506")


@pytest.mark.parametrize(
    "marker", ["nobody.nothing", "coin_toss.by_rum", "coin_toss", "coin-toss.by_run", "coin_toss.by_run.x"]
)
def test_a_table_of_an_unknown_name_is_a_fault(marker):
    assert said(TABLE.replace("coin_toss.by_run", marker))


def test_a_cell_is_a_share_among_fractions_in_bytes_below_a_head_that_says_so_and_else_a_count(tmp_path):
    copytree(LABS, tmp_path)
    path = tmp_path / "coin_toss/results.json"
    content = json.loads(path.read_text())
    columns, rows = ["run", "heads", "share", "kept bytes"], [["a", 4, 2.0, 81_300], ["b", 6, 2.5, 0]]
    content["tables"]["by_run"] |= {"columns": columns, "rows": rows}
    path.write_text(json.dumps(content))
    marked = "<!-- table: coin_toss.by_run -->\n| run | heads | share | kept bytes |\n|---|---|---|---|\n"
    assert faults(marked + "| a | 4 | 200% | 81.3 kB |\n| b | 6× | 250% | 0 |\n", tmp_path) == []
    told = [message for _, message in faults(marked + "| a | 400% | 0.002 MB | 81300× |\n", tmp_path)]
    wrong = [message.split(";")[0] for message in told]
    assert told[0].endswith("take the % out, or record shares")
    assert told[2].endswith("take the × out")
    assert wrong[0] == "writes %, and coin_toss.by_run.a.heads is recorded without a unit"
    assert wrong[1].startswith("quotes 0.002 MB")
    assert wrong[2] == "writes ×, and coin_toss.by_run.a.kept bytes is recorded in bytes"


@pytest.mark.parametrize(
    "below", ["no table\n", "", "Text.\n\n| run |\n|---|\n| a |\n", "| run | heads |\n|---|---|\n"]
)
def test_a_mark_that_stands_above_no_table_with_rows_is_a_fault(below):
    assert said(f"<!-- table: coin_toss.by_run -->\n\n{below}")


NINE = '<data value="coin_toss.tosses">9,999</data>'
HIDDEN = {
    "escaped backticks": f"A \\`tick {NINE} and \\`another.",
    "double backticks": f"Code ``a ` b`` and {NINE} and `c`.",
    "a fence that is indented too far to be one": f"text\n     ```\n{NINE}\n     ```\n",
    "a fence that is never closed": f"Some `` code {NINE}",
    "a fence ended otherwise": f"```\ncode\n```\n\n{NINE}\n\n```\ncode\n```",
    "a quotation": f"> ```\n> code\n> ```\n>\n> {NINE}",
    "upper case": NINE.replace("data", "DATA"),
    "single quotes": NINE.replace('"', "'"),
    "no quotes": NINE.replace('"', ""),
    "spaces and a class": NINE.replace("<data value", '<data  class="x"\n value'),
    "an attribute list": f"*{NINE}*{{: .big }}",
    "a footnote": f"Text.[^1]\n\n[^1]: {NINE}",
    "details": f"??? note\n    {NINE}",
    "a heading": f"## {NINE} tosses",
    "entities": NINE.replace("9,999", "9&#44;999"),
}


@pytest.mark.parametrize("source", HIDDEN.values(), ids=list(HIDDEN))
def test_whatever_a_page_shows_as_measured_is_compared(source):
    """Where Markdown makes no code of it, a reader sees it as checked: then it is."""
    shown = "<data" in convert(source).lower()
    found = said(source)
    assert [message for _, message in found] == (["quotes 9,999, coin_toss.tosses is 5000"] if shown else [])
    assert all(source.splitlines()[line - 1] for line, _ in found)


def test_most_of_the_inputs_above_show_the_number():
    assert sum("<data" in convert(source).lower() for source in HIDDEN.values()) >= len(HIDDEN) - 2


def test_cells_of_a_row_that_stands_twice_in_the_results_cannot_be_quoted(tmp_path):
    (tmp_path / "twins").mkdir()
    table = {"says": "", "columns": ["run", "heads"], "rows": [["a", 1], ["a", 2], ["b", 3]]}
    content = {
        "values": {},
        "tables": {"t": table},
        "recorded": {"date": "2026-01-01", "seconds": 1, "python": "3"},
        "seed": 0,
        "source": "",
        "data": "",
        "drawn": "",
    }
    (tmp_path / "twins" / "results.json").write_text(json.dumps(content))
    source = "<!-- table: twins.t -->\n| run | heads |\n|---|---|\n| b | 3 |\n| a | 2 |\n"
    assert faults(source, tmp_path) == [(5, "lab twins has several rows 'a'; quote its numbers one by one")]


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
    if code[0] in "`~":
        assert said(code.format(TABLE.replace("coin_toss", "nobody"))) == []
    after = code.format(literal) + '\n\n<data value="coin_toss.runs">6</data>\n'
    assert said(after) == [(after.count("\n"), "quotes 6, coin_toss.runs is 5")]


def test_code_in_a_cell_does_not_hide_its_number():
    assert said(TABLE.replace("498", "`497`")) == [(5, "quotes 497, coin_toss.by_run.run 1.heads is 498")]


def test_fixed_rewrites_every_wrong_number_and_nothing_else():
    source = (
        'Of <data value="coin_toss.tosses">4,000</data>, <data value="coin_toss.heads">57.0%</data> in\n'
        '<data value="coin_toss.runs">three</data> runs; `<data value="a.b">1</data>`.\n\n'
    ) + TABLE.replace("498", "1").replace("50%", "0.511")
    right = (
        'Of <data value="coin_toss.tosses">5,000</data>, <data value="coin_toss.heads">49.7%</data> in\n'
        '<data value="coin_toss.runs">five</data> runs; `<data value="a.b">1</data>`.\n\n'
    ) + TABLE.replace("50%", "0.498")
    assert fixed(source, rewritten(source, LABS)) == right
    assert said(right) == []


@pytest.mark.parametrize("before", ["> ", "> > ", "    ", ">     "])
def test_a_table_inside_a_quote_note_or_list_is_rewritten_and_needs_an_empty_line_below_its_mark(before):
    above = {"    ": "- item\n\n", ">     ": "> - item\n>\n"}.get(before, "")
    source = above + "".join(f"{before}{line}\n" for line in TABLE.replace("498", "1").splitlines())
    once = fixed(source, rewritten(source, LABS))
    assert once == source.replace("| 1 |", "| 498 |")
    assert said(once) == []
    why = "inside a note, list or quote leave an empty line between the mark of coin_toss.by_run and its table"
    assert [what for _, what in said(once.replace(f"-->\n{before}\n", "-->\n"))] == [why]


def test_fixed_leaves_the_line_ends_of_windows_and_what_stands_in_their_blocks_of_code():
    source = '```\n<data value="coin_toss.runs">4</data>\n```\n\n<data value="coin_toss.tosses">4,000</data>\n\n'
    source += TABLE.replace("498", "1")
    right = source.replace(">4,000<", ">5,000<").replace("| 1 |", "| 498 |").replace("\n", "\r\n")
    source = source.replace("\n", "\r\n")
    assert fixed(source, rewritten(source, LABS)) == right


def test_fixed_leaves_what_it_cannot_rewrite_and_rewrites_the_rest():
    literals = ("haeds", "5"), ("runs", "about 5"), ("runs", "4")
    source = " ".join(f'<data value="coin_toss.{name}">{text}</data>' for name, text in literals)
    assert fixed(source, rewritten(source, LABS)) == source.replace(">4<", ">5<")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| **499** |", "| **498** |"),
        ("| *499* |", "| *498* |"),
        ("| `499` |", "| `498` |"),
        ("| __499__ |", "| __498__ |"),
    ],
)
def test_a_number_in_bold_italics_or_code_is_rewritten_and_stays_so(old, new):
    source = TABLE.replace("| 498 |", old)
    assert fixed(source, rewritten(source, LABS)) == TABLE.replace("| 498 |", new)
    for part in ("run 1", "heads"):  # the names of row and column may stand out as well
        source = TABLE.replace("498", "1").replace(f"| {part} |", f"| **{part}** |", 1)
        assert fixed(source, rewritten(source, LABS)) == source.replace("| 1 |", "| 498 |")


@pytest.mark.parametrize("tag", ["<data value='{}'>", '<data class="x" value="{}">', "<data value={} class=x>"])
def test_a_number_in_a_tag_of_another_spelling_is_rewritten(tag):
    source = tag.format("coin_toss.runs") + "6</data>"
    assert fixed(source, rewritten(source, LABS)) == source.replace("6<", "5<")


@pytest.mark.parametrize("written", ["**tails**", "`tails`", "_tails_", "tails"])
def test_a_text_that_is_as_recorded_keeps_its_markup(written):
    source = f'<data value="coin_toss.record">{written}</data>'
    recorded = lookup(("coin_toss", "values", "record", "value"), LABS)
    source = source.replace("tails", str(recorded))
    assert said(source) == []
    assert fixed(source, rewritten(source, LABS)) == source


def test_a_text_with_a_bar_or_a_sign_of_html_is_left_as_it_is_right_and_written_so_that_a_page_shows_it(tmp_path):
    copytree(LABS, tmp_path)
    path = tmp_path / "coin_toss/results.json"
    content = json.loads(path.read_text())
    content["tables"]["by_run"] |= {"columns": ["run", "who"], "rows": [["a", "x|y <b> & co"]]}
    content["values"]["record"]["value"] = "AT&T <b>"
    path.write_text(json.dumps(content))
    right = '<data value="coin_toss.record">AT&amp;T &lt;b&gt;</data>\n\n'
    right += "<!-- table: coin_toss.by_run -->\n| run | who |\n|---|---|\n| a | x\\|y &lt;b> &amp; co |\n"
    assert faults(right, tmp_path) == []
    assert list(rewritten(right, tmp_path)) == []
    old = right.replace("AT&amp;T &lt;b&gt;", "before").replace("x\\|y &lt;b> &amp; co", "before")
    once = fixed(old, rewritten(old, tmp_path))
    assert once == right.replace("&lt;b&gt;", "&lt;b>")
    assert faults(once, tmp_path) == []


def test_what_an_indented_block_of_code_shows_is_not_rewritten_and_what_a_list_or_a_note_holds_is():
    literal = '    <data value="coin_toss.runs">4</data>\n'
    for above in ("Text:\n\n", "Text:\r\n\r\n"):
        assert list(rewritten(above + literal, LABS)) == []
        assert said(above + literal) == []
    for above in (
        "- item\n\n",
        "1. item\n\n",
        "!!! note\n\n",
        "[^1]:\n\n",
        "!!! note\n    Text.\n\n",
        "- a\n\n    b\n\n",
    ):
        assert [new for _, new in rewritten(above + literal, LABS)] == ["5"]


def test_a_minus_written_as_an_entity_is_read_as_the_page_shows_it():
    text = '<data value="coin_toss.lead">{}</data>'
    value = lookup(("coin_toss", "values", "lead", "value"), LABS)
    assert value < 0
    shown = format_like("−1", value)
    assert list(rewritten(text.format(shown.replace("−", "&minus;")), LABS)) == []
    assert [new for _, new in rewritten(text.format("&minus;1000000"), LABS)] == [shown]


def test_below_kilobytes_a_number_is_no_count_of_bytes_and_a_cell_is_told_what_a_table_can_say(tmp_path):
    copytree(LABS, tmp_path)
    path = tmp_path / "coin_toss/results.json"
    content = json.loads(path.read_text())
    content["tables"]["by_run"] |= {"columns": ["run", "kilobytes", "size"], "rows": [["a", 81_300, 81_300]]}
    path.write_text(json.dumps(content))
    marked = "<!-- table: coin_toss.by_run -->\n| run | kilobytes | size |\n|---|---|---|\n"
    said = [message for _, message in faults(marked + "| a | 81.3 kB | 81.3 kB |\n", tmp_path)]
    assert len(said) == 2
    assert all(message.endswith("take the kB out, or say bytes in the column's name") for message in said)


def test_a_unit_or_an_interval_of_a_value_leads_to_the_row_of_the_value():
    html = page('<data value="coin_toss.heads.unit">share</data>')
    assert re.findall(r'#([^"]*)">', html) == ["n-heads"]


names = st.sampled_from(["heads", "heads.low", "tosses", "record", "lead", "runs", "wall_ms"])
literals = st.builds('<data value="coin_toss.{}">{}</data>'.format, names, forms)
cells = st.builds(
    "<!-- table: coin_toss.by_run -->\n| run | heads | share |\n|---|---|---|\n| run 2 | {} | {} |\n".format,
    forms,
    forms,
)
between = st.sampled_from([" ", "\n", "\n\n", " é ", "x"])


@given(st.lists(st.one_of(literals, cells.map("\n\n{}\n\n".format), between)).map("".join))
def test_what_fixed_returns_has_no_fault_and_is_not_changed_by_fixing_again(source):
    once = fixed(source, rewritten(source, LABS))
    assert [line for line in said(once) if "quotes" in line[1]] == []
    assert fixed(once, rewritten(once, LABS)) == once
    assert once.count("\n") == source.count("\n")


@given(st.text(st.sampled_from('|-`~> \n<!data value="coin_toss.by_run">table:/5'), max_size=80), st.booleans())
def test_no_text_makes_a_traceback_and_every_line_named_exists(text, table):
    source = f"<!-- table: coin_toss.by_run -->\n{text}" if table else text
    for line, _ in said(source):
        assert 1 <= line <= source.count("\n") + 1
    page(source)


def test_an_unreadable_path_through_the_results_is_a_message_and_no_traceback():
    for path in (("coin_toss", "seed", "x"), ("coin_toss", "recorded", "date", "x", "y"), ("a\0b", "values")):
        with pytest.raises(ValueError, match=r"no 'x'|null"):
            lookup(path, LABS)


def test_each_number_leads_to_its_row_a_bound_to_its_end_and_a_cell_to_its_cell():
    html = page(f'<data value="coin_toss.runs">5</data> <data value="coin_toss.heads.low">0.48</data>\n\n{TABLE}')
    doors = re.findall(r'<a class="num" href="\.\./\.\./labs/coin-toss/#([^"]*)">([^<]*)</a>', html)
    assert doors == [("n-runs", "5"), ("n-heads.low", "0.48"), ("t-by_run-0-1", "498"), ("t-by_run-0-2", "50%")]
    assert "<data" not in html and "<!--" not in html
    assert "<td>run 1</td>" in html


def test_a_number_of_a_lab_without_a_page_is_marked_and_leads_nowhere():
    reading = read(convert('<data value="coin_toss.runs">5</data>'), LABS)
    assert linked(reading, LABS, "../", set()) == '<p><span class="num">5</span></p>'


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('[see <data value="coin_toss.runs">5</data>](x.md)', "coin_toss.runs"),
        ('<data value="coin_toss.runs">[5](x.md)</data>', "coin_toss.runs"),
        ('[<data value="coin_toss.near_half">All is near.</data>](x.md)', "coin_toss.near_half"),
        (TABLE.replace("498", "[498](x.md)"), "coin_toss.by_run.run 1.heads"),
    ],
)
def test_a_number_or_a_sentence_in_a_link_of_the_author_is_refused_as_it_could_not_lead_to_its_row(text, name):
    said = [message for _, message in read(convert(text), LABS).faults]
    assert said == [f"{name} shares its words with a link, and leads to its row itself; let the link end before it"]


def test_a_page_of_another_generator_may_repeat_a_heading_with_its_number_in_a_link():
    html = '<h3><a class="toclink" href="#a">A <data value="coin_toss.runs">5</data></a></h3>'
    assert read(html, LABS, whole=True).faults == []


def test_a_link_inside_a_checked_sentence_may_stand():
    assert read(convert('<data value="coin_toss.near_half">All is [near](x.md).</data>'), LABS).faults == []


def test_quotes_say_where_they_stand():
    source = 'x <data value="coin_toss.heads.low">0.48</data>\n' + TABLE
    found = list(quotes(source))
    assert [source[q.start : q.end] for q in found] == [q.text for q in found] == ["0.48", "498", "50%"]
    assert [q.path for q in found] == [
        ("coin_toss", "values", "heads", "low"),
        ("coin_toss", "tables", "by_run", "run 1", "heads"),
        ("coin_toss", "tables", "by_run", "run 1", "share"),
    ]


CLAIM = '<data value="coin_toss.near_half">In <data value="coin_toss.runs">five</data> runs it holds.</data>'


def test_a_sentence_that_holds_for_every_seed_may_stand_and_the_number_in_it_is_checked():
    assert faults(CLAIM, LABS) == []
    assert faults(CLAIM.replace("five", "six"), LABS) == [(1, "quotes six, coin_toss.runs is 5")]
    wrong = CLAIM.replace("five", "six")
    assert fixed(wrong, rewritten(wrong, LABS)) == CLAIM


def test_a_sentence_that_fails_for_one_seed_stops_the_build_with_its_line_and_count():
    source = 'First.\n\n<data value="coin_toss.tails_win">Tails win.</data>'
    assert faults(source, LABS) == [(3, "coin_toss.tails_win holds in 4 of 5 seeds")]
    assert fixed(source, rewritten(source, LABS)) == source


def test_a_sentence_carries_one_mark_that_leads_to_its_claim_and_the_number_in_it_leads_to_its_row():
    assert page(CLAIM) == (
        '<p><span class="claim">In <a class="num" href="../../labs/coin-toss/#n-runs">five</a> runs it holds.'
        '<a class="tick" href="../../labs/coin-toss/#n-near_half" aria-label="Checked sentence"></a></span></p>'
    )


def test_a_claim_may_be_a_heading_whose_id_and_title_are_its_words():
    html = page('## <data value="coin_toss.near_half">Coins are fair</data>')
    assert html.startswith('<h2 id="coins-are-fair"><span class="claim">Coins are fair<a class="tick"')
