"""A number in the alt text of a lab's figure: in the drawing, among the lab's values, in the table it names."""

import json
import shutil

import pytest
from support import MADE, built, made, replaced
from writing.__main__ import main
from writing.evidence.alt_texts import near
from writing.evidence.rendered import read

pytestmark = pytest.mark.unit
FIGURE = '<figure{}><img alt="{}" src="../figures/coin-toss/by-run-light.svg"><figcaption>C</figcaption></figure>'


@pytest.fixture(scope="module")
def labs(tmp_path_factory):
    """The made lab with a second table, and a drawing that says 77."""
    docs = tmp_path_factory.mktemp("alt")
    shutil.copytree(MADE, docs, dirs_exist_ok=True)
    path = docs / "labs/coin_toss/results.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["tables"]["other"] = {"columns": ["n", "share"], "rows": [[4321, 0.876]], "says": "another"}
    record["values"]["made"] = {"value": 98765, "says": "a value"}
    path.write_text(json.dumps(record), encoding="utf-8")
    drawing = docs / "figures/coin-toss/by-run-light.svg"
    replaced(drawing, "</svg>", "<text>of 77</text><!-- or 2,468 --></svg>")
    return docs / "labs"


def said(labs, alt, more=""):
    return [message for _, message in read(FIGURE.format(more, alt), labs).faults]


@pytest.mark.parametrize("alt", ["Ends at 77.", "2,468 in all", "98,765", "4,321 rows", "87.6%", "88%", "0.88", "Five"])
def test_a_number_that_is_drawn_or_recorded_may_stand_in_an_alt_text(labs, alt):
    assert said(labs, alt) == []


@pytest.mark.parametrize(
    ("alt", "refused"),
    [
        ("Share with its 95% interval.", 0),
        ("95% Wilson intervals", 0),
        ("A 95% confidence band", 0),
        ("95% of heads, with its 95% interval", 1),
        ("95% of the interval", 1),
        ("its 90% interval", 1),
    ],
)
def test_an_alt_text_may_name_the_interval_that_a_value_was_recorded_with(labs, alt, refused):
    assert len(said(labs, alt)) == refused


@pytest.mark.parametrize(
    ("alt", "number"), [("from 77 to 9,999", "9,999"), ("87.7%", "87.7%"), ("4,320 rows", "4,320")]
)
def test_another_number_in_an_alt_text_is_refused(labs, alt, number):
    (message,) = said(labs, alt)
    assert f"says {number}, which neither it nor results.json of coin_toss holds" in message


def test_a_figure_that_names_its_table_is_not_excused_by_another(labs):
    assert said(labs, "4,321 rows", ' data-table="other"') == []
    (message,) = said(labs, "4,321 rows", ' data-table="by_run"')
    assert "neither it nor table by_run of coin_toss holds" in message
    (message,) = [one for one in said(labs, "9,999", ' data-explore="elsewhere.by_run"') if "alt text" in one]
    assert "neither it nor results.json of coin_toss holds" in message  # another lab's table of the same name


@pytest.mark.parametrize(
    ("text", "number", "right"), [("62%", 0.6249, True), ("62%", 0.626, False), ("0.5", 0.54, True)]
)
def test_a_number_is_near_what_rounds_to_it(text, number, right):
    assert near(text, [number]) is right


def test_a_page_without_a_checked_number_is_read_too_by_build_and_check(tmp_path, capsys):
    made(tmp_path)
    figure = "![It ends at 9,999.](../figures/coin-toss/by-run-light.svg)"
    replaced(tmp_path / "docs/posts/plain-words.md", "Nothing else.", figure)
    line = "the alt text of by-run-light.svg says 9,999"
    with pytest.raises(AssertionError, match=line):
        built(tmp_path, tmp_path / "site")
    main(["check", str(tmp_path / "docs"), "-f", str(tmp_path / "mkdocs.yml")])
    out = capsys.readouterr()
    assert line in out.out + out.err
