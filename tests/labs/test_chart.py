"""Figures: drawn in both colour schemes, with text as text, small, and the same again."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from labs import chart

SVG = "{http://www.w3.org/2000/svg}"


def bars():
    figure, axes = chart.new()
    axes.bar(["a", "b"], [1, 2], color=chart.colour(0))
    axes.set_title("Costs & <gains>")
    return figure


def dots():
    figure, axes = chart.new()
    for i in range(2000):
        axes.plot(i, i % 7, "o", color=chart.colour(i))
    return figure


@pytest.mark.parametrize("scheme", chart.SCHEMES)
def test_a_figure_is_svg_with_its_text_as_text_and_its_size_in_points(scheme):
    root = ElementTree.fromstring(chart.as_svg(bars, scheme))
    assert root.tag == f"{SVG}svg"
    assert (root.get("width"), root.get("height")) == ("460.8pt", "266.4pt")
    assert {"Costs & <gains>", "a", "b"} <= {"".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")}


def test_each_scheme_has_its_own_colours_and_no_background():
    light, dark = (chart.as_svg(bars, scheme) for scheme in ("light", "dark"))
    for text, own, other in ((light, "light", "dark"), (dark, "dark", "light")):
        assert chart.SCHEMES[own]["ink"] in text
        assert chart.SCHEMES[own]["series"][0] in text
        assert chart.SCHEMES[other]["ink"] not in text
        assert chart.SCHEMES[other]["series"][0] not in text
        assert chart.SCHEMES[own]["paper"] not in text


def test_drawing_again_gives_the_same_bytes_and_no_date_tool_or_metadata():
    first = chart.as_svg(bars, "light")
    assert chart.as_svg(bars, "light") == first
    assert not re.search(r"metadata|Matplotlib v|20\d\d-|<\?xml|DOCTYPE", first)


def test_fonts_are_those_of_the_reader_s_system():
    families = set(re.findall(r"font-family: ([^;\"]+)", chart.as_svg(bars, "dark")))
    assert families
    assert all(family.startswith("system-ui") for family in families)


def test_the_scheme_ends_with_its_block_even_if_drawing_fails():
    before = chart.colour("ink")
    with pytest.raises(ZeroDivisionError), chart.scheme("dark"):
        assert chart.colour("ink") == chart.SCHEMES["dark"]["ink"]
        raise ZeroDivisionError
    assert chart.colour("ink") == before == chart.SCHEMES["light"]["ink"]
    assert chart.colour(7) == chart.colour(1)


def test_every_figure_is_written_in_both_schemes(tmp_path):
    written = chart.write({"bars": bars}, tmp_path / "new" / "folder")
    assert [path.name for path in written] == ["bars-light.svg", "bars-dark.svg"]
    assert list(chart.differences({"bars": bars}, tmp_path / "new" / "folder")) == []


def test_a_figure_that_is_too_large_is_an_error_and_is_not_written(tmp_path):
    with pytest.raises(ValueError, match=r"figure dots has \d+ bytes; 40000 are allowed: draw fewer marks"):
        chart.write({"dots": dots}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_limit_of_40_kilobytes_counts_bytes_and_not_letters(tmp_path, monkeypatch):
    assert chart.LIMIT == 40_000
    monkeypatch.setattr(chart, "as_svg", lambda draw, scheme: "é" * 30_000)
    with pytest.raises(ValueError, match="has 60000 bytes"):
        chart.write({"wide": bars}, tmp_path)


def test_missing_changed_and_unknown_figures_are_named(tmp_path):
    chart.write({"bars": bars}, tmp_path)
    (tmp_path / "bars-dark.svg").unlink()
    light = tmp_path / "bars-light.svg"
    light.write_text(light.read_text(encoding="utf-8").replace(">a<", ">c<"), encoding="utf-8")
    (tmp_path / "old-light.svg").write_text("")
    assert list(chart.differences({"bars": bars}, tmp_path)) == [
        "figure old-light.svg is drawn by nothing; delete it",
        "figure bars-light.svg is not what the lab draws now",
        "figure bars-dark.svg is missing",
    ]


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ('x="10.00"', 'x="10.90"', True),
        ('x="10.00"', 'x="11.10"', False),
        ('x="10.00"', 'y="10.00"', False),
        ("10.0 20.0", "10.0", False),
        (">a<", ">b<", False),
        ("-1.5", "-0.6", True),
    ],
)
def test_two_figures_are_alike_if_no_point_moved_by_a_whole_one(a, b, alike):
    assert chart.alike(a, b) == alike


def test_a_heat_map_labels_every_cell_readably():
    def draw():
        figure, axes = chart.new()
        chart.heat(axes, [[0.0, 1.0], [0.5, 0.25]], ["r1", "r2"], ["c1", "c2"])
        return figure

    root = ElementTree.fromstring(chart.as_svg(draw, "light"))
    texts = {"".join(t.itertext()).strip(): t.get("style") for t in root.iter(f"{SVG}text")}
    assert {"0%", "100%", "50%", "25%", "r1", "r2", "c1", "c2"} <= texts.keys()
    assert chart.SCHEMES["light"]["paper"] in texts["100%"]
    assert chart.SCHEMES["light"]["ink"] in texts["0%"]


def test_contrast_is_the_one_of_the_web_guidelines():
    assert chart.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert chart.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert chart.contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("scheme", chart.SCHEMES)
def test_every_colour_of_a_figure_stands_out_from_its_paper(scheme):
    with chart.scheme(scheme):
        for name in ("ink", "dim", *range(6)):
            assert chart.contrast(chart.colour(name), chart.colour("paper")) >= 4.5, name
