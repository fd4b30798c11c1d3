"""The page of a lab: results as tables, downloads, source."""

from __future__ import annotations

import json

import html5lib
import pytest
from support import MADE, build, built, replaced
from writing.evidence.lab_page import lab_page, table, values

FOLDER = MADE / "labs" / "coin_toss"
RECORD = json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("a|b", r"a\|b"),
        ("*a* _b_ `c`", r"\*a\* \_b\_ \`c\`"),
        ("[a](b) \\", r"\[a\](b) \\"),
        ("<b> & c", "&lt;b&gt; &amp; c"),
        ("two\nlines", "two lines"),
        (1234567, "1,234,567"),
        (1234.5, "1234.5"),
        (True, "True"),
        (None, "None"),
    ],
)
def test_a_cell_shows_its_text_and_no_markup(cell, written):
    assert table(["h"], [[cell]]) == f"| h |\n| --- |\n| {written} |"


def test_results_have_bounds_unit_and_a_word_on_the_machine():
    lines = values(RECORD).splitlines()
    assert lines[0] == "| result | value | what it is |"
    assert "| heads | 0.4966 (0.482741 to 0.510459) share | share of heads &lt;over&gt; all runs |" in lines
    assert "| tosses | 5,000 | coins tossed in all |" in lines
    assert [line for line in lines if "Depends on the machine." in line] == [
        line for line in lines if "wall\\_ms" in line
    ]


def test_the_source_is_shown_whole_but_for_the_markers_of_sections():
    page = lab_page(FOLDER, RECORD, "")
    source = (FOLDER / "__init__.py").read_text(encoding="utf-8")
    assert source.count("# --8<--") == 2
    assert "# --8<--" not in page
    kept = "".join(line for line in source.splitlines(keepends=True) if "# --8<--" not in line)
    kept = kept.replace("\n\n\n\n\n", "\n\n\n")
    assert f"## Source: `__init__.py`\n\n~~~~~~python\n{kept}~~~~~~" in page


def test_every_download_and_the_post_are_linked():
    page = lab_page(FOLDER, RECORD, "")
    for link in ("../labs/coin_toss/results.json", "../labs/coin_toss/data/first.csv", "../posts/coin-toss.md"):
        assert f"]({link})" in page
    assert "`make lab NAME=coin-toss`" in page


def test_the_page_lists_what_its_post_quotes():
    page = lab_page(FOLDER, RECORD, 'Some <data value="coin_toss.tosses">5,000</data> tosses.')
    assert "| 5,000 | coins tossed in all | coin\\_toss.tosses |" in page


def test_the_built_page_shows_text_as_text_and_the_source_in_colour(small):
    tree = html5lib.parse(
        (small / "labs/coin-toss/index.html").read_text(encoding="utf-8"), namespaceHTMLElements=False
    )
    cells = ["".join(cell.itertext()) for cell in tree.iter("td")]
    assert "share of heads <over> all runs" in cells
    assert {"wall_ms", "run 5", "0.506"} <= set(cells)
    shown = ["".join(code.itertext()) for code in tree.iter("code")]
    assert any('fair coin; `run` numbers the repetition | and seeds it."""' in code for code in shown)
    assert [span.text for span in tree.iter("span") if span.get("class") == "k"].count("import") >= 2
    titles = ["".join(heading.itertext()).strip("¶") for heading in tree.iter("h3")]
    assert "Heads by run" in titles


def test_the_downloads_are_published_as_committed(small):
    for name in ("results.json", "data/first.csv"):
        assert (small / "labs/coin_toss" / name).read_bytes() == (FOLDER / name).read_bytes()


def test_only_labs_that_a_post_names_have_a_page_and_are_listed(repository, small):
    shown = (small / "labs/index.html").read_text(encoding="utf-8")
    assert 'href="coin-toss/"' in shown
    assert "How far a thousand tosses of a fair coin stray from one half." in shown
    replaced(repository / "docs/posts/coin-toss.md", "lab: coin_toss\n", "")
    site = built(repository, repository / "site")
    assert not (site / "labs/coin-toss").exists()
    assert 'href="coin-toss/"' not in (site / "labs/index.html").read_text(encoding="utf-8")


def test_the_page_lists_each_checked_sentence_with_its_seeds_and_shows_the_notes():
    page = lab_page(FOLDER, RECORD, "", "## Set-up\n\nFive runs.\n")
    assert "| near\\_half | 5 of 5 | Five thousand tosses stay within two points of one half, for each seed. |" in page
    assert "| tails\\_win | 4 of 5 | Tails fell more often. |" in page
    assert "## Set-up\n\nFive runs." in page


def test_notes_are_checked_like_a_post_and_are_no_page_of_their_own(repository):
    notes = repository / "docs/labs/coin_toss/notes.md"
    notes.write_text('## Set-up\n\nOf <data value="coin_toss.tosses">5,000</data> tosses.\n', encoding="utf-8")
    site = built(repository, repository / "site")
    assert "Set-up" in (site / "labs/coin-toss/index.html").read_text(encoding="utf-8")
    assert not (site / "labs/coin_toss/notes").exists()
    replaced(notes, "5,000", "5,001")
    done = build(repository, repository / "other")
    assert done.returncode == 1
    assert "labs/coin_toss/notes.md:3: quotes 5,001, coin_toss.tosses is 5000" in done.stderr
