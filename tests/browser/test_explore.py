"""A figure that a reader can turn shows recorded numbers in every state, by mouse, by key and from its address."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from support import DOCS, MADE, SHOWN

MARKED = re.compile(r'data-explore="(\w+)\.(\w+)"')
REAL = [name for name, path in SHOWN.items() if MARKED.search(path.read_text(encoding="utf-8"))]


def turned(page: Page, figure: Locator) -> Locator:
    """Turn a figure by its button; its chart."""
    figure.scroll_into_view_if_needed()
    figure.get_by_role("button", name="Turn this figure").click()
    chart = figure.locator(".explore__chart")
    expect(chart.locator("table")).to_be_visible()
    return chart


def recorded(figure: Locator, labs: Path) -> tuple[list[str], list[list]]:
    """Columns and rows of the table that a figure is drawn from."""
    lab, name = figure.get_attribute("data-explore").split(".")
    table = json.loads((labs / lab / "results.json").read_text(encoding="utf-8"))["tables"][name]
    return table["columns"], table["rows"]


CHOOSE = """(figure, chosen) => {
  const boxes = [...figure.querySelectorAll("fieldset input")]
  boxes.forEach((box, i) => chosen && box.checked !== chosen.includes(i) && box.click())
  const table = figure.querySelector(".explore__table")
  return table && {
    heads: [...table.querySelectorAll("thead th")].map(head => head.innerText),
    lines: [...table.querySelectorAll("tbody tr")].map(line => [
      line.querySelector("th").innerText,
      [...line.querySelectorAll("td")].map(cell => [cell.dataset.value, cell.innerText]),
    ]),
  }
}"""


def compare(figure: Locator, labs: Path, chosen: tuple[int, ...] | None = None) -> int:
    """With these boxes chosen, each number that the chart shows is the one recorded for its place and its series.

    Asked of the page at once, a state of a large figure takes milliseconds. Returns how many numbers there are.
    """
    columns, rows = recorded(figure, labs)
    x, by = figure.get_attribute("data-x"), figure.get_attribute("data-by")
    drawn = [name.strip() for name in figure.get_attribute("data-y").split(",")]
    longest = sorted(drawn, key=len, reverse=True)  # "BM25 once" before "once"
    table = figure.evaluate(CHOOSE, None if chosen is None else list(chosen))
    if not table:
        return 0
    across, *heads = table["heads"]
    apart = {x: by, by: x}[across]
    cells = 0
    for place, shown in table["lines"]:
        for head, (said, text) in zip(heads, shown, strict=True):
            column = next((name for name in longest if head == name or head.endswith(f", {name}")), drawn[0])
            group = head.removesuffix(f", {column}") if by else None
            found = [
                row
                for row in rows
                if str(row[columns.index(across)]) == place and (not apart or str(row[columns.index(apart)]) == group)
            ]
            value = found[0][columns.index(column)] if found else None
            if isinstance(value, bool) or not isinstance(value, int | float):
                assert said == (json.dumps(value, ensure_ascii=False).strip('"') if found else "undefined")
                assert text == ("–" if value is None else said)
            else:
                assert float(said) == value  # a script writes 0.0000184586, Python 1.84586e-05
                number = float(re.sub(r"[^0-9.eE-]", "", text.split()[0].replace(",", "")))
                scale = 100 if "%" in text else 1
                assert number == pytest.approx(value * scale, rel=0.01, abs=0.5 if "%" in text else 1e-9)
                assert (number in (0, scale)) == (value in (0, 1)), f"{text} of {value}: rounded away"
            cells += 1
    return cells


def every_state(page: Page, figure: Locator, labs: Path) -> None:
    """Each box alone, all pairs, none and all: whatever is shown is recorded."""
    turned(page, figure)
    assert compare(figure, labs) > 0
    boxes = range(figure.locator("fieldset input").count())
    for count in (0, 1, 2, len(boxes)):
        for chosen in itertools.combinations(boxes, count):
            compare(figure, labs, chosen)


def test_every_state_of_a_turned_figure_is_recorded(page: Page, made_site: str):
    page.goto(f"{made_site}posts/coin-toss/")
    page.mouse.wheel(0, 300)
    every_state(page, page.locator("[data-explore]"), MADE / "labs")
    assert page.complaints == []


@pytest.mark.parametrize("name", REAL)
def test_every_state_of_a_posts_figures_is_recorded(page: Page, real_site: str, name: str):
    page.goto(f"{real_site}posts/{name}/")
    page.mouse.wheel(0, 300)
    for figure in page.locator("[data-explore]").all():
        every_state(page, figure, DOCS / "labs")
    assert page.complaints == []


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        ("%", {0: "0%", 1: "100%", 0.998827: "99.9%", 0.99996: "99.996%", 0.0000184586: "0.0018%", 0.283: "28%"}),
        ("%", {2.12891: "213%", 1.004: "100.4%", -0.9999: "-99.99%", "no cap": "no cap", None: "–", "<b>": "<b>"}),
        ("", {0: "0", 1: "1", 12345: "12,345", 1234567: "1,234,567", 0.99996: "0.99996", 0.0000184586: "0.00001846"}),
    ],
)
def test_no_rounding_makes_a_number_none_or_all_or_gives_it_zeros(page: Page, made_site: str, unit: str, shown: dict):
    rows = [[f"run {i}", value, 0.5] for i, value in enumerate(shown)]
    table = {"columns": ["run", "heads", "share"], "rows": rows}
    page.route("**/results.json", lambda route: route.fulfill(json={"tables": {"by_run": table}}))
    page.goto(f"{made_site}posts/coin-toss/")
    page.mouse.wheel(0, 300)
    figure = page.locator("[data-explore]")
    figure.evaluate("(figure, unit) => figure.dataset.unit = unit", unit)
    turned(page, figure)
    lines = figure.evaluate(CHOOSE, None)["lines"]
    assert [cells[0][1] for _, cells in lines] == list(shown.values())


def test_its_state_stands_in_the_address_and_comes_back_from_there(page: Page, made_site: str):
    page.goto(f"{made_site}posts/coin-toss/")
    page.mouse.wheel(0, 300)
    figure = page.locator("[data-explore]")
    turned(page, figure)
    expect(figure.locator("thead th")).to_have_text(["run", "heads", "share"])
    figure.get_by_label("heads").focus()
    page.keyboard.press("Space")
    expect(figure.locator("thead th")).to_have_text(["run", "share"])
    page.reload()
    page.mouse.wheel(0, 300)
    figure.scroll_into_view_if_needed()
    expect(figure.locator("thead th")).to_have_text(["run", "share"])
    expect(figure.locator("img:visible")).to_have_count(0)
    figure.get_by_role("button", name="As it is printed").click()
    expect(figure.locator("img:visible")).to_have_count(1)


def test_its_address_says_whether_it_is_turned_and_that_nothing_is_picked_and_leads_to_it(page: Page, made_site: str):
    page.goto(f"{made_site}posts/coin-toss/")
    page.mouse.wheel(0, 300)
    figure = page.locator("[data-explore]")
    turned(page, figure)
    assert "by_run=heads~share" in unquote(page.url)
    for box in figure.locator("fieldset input[value=heads], fieldset input[value=share]").all():
        box.uncheck()
    assert page.url.endswith("?by_run=")
    other = page.context.new_page()
    other.set_viewport_size({"width": 390, "height": 300})
    other.goto(page.url)
    expect(other.locator(".explore__chart")).to_have_text("Nothing is picked.")
    expect(other.locator("[data-explore]")).to_be_in_viewport()
    figure.get_by_role("button", name="As it is printed").click()
    assert page.url.endswith("posts/coin-toss/")


SERIES = {"columns": ["run", "heads", "share", "coins"], "rows": [[i, i, i / 9, c] for i in range(9) for c in (3, 5)]}


def with_series(page: Page, made_site: str) -> Locator:
    """The chart of a figure whose table has two series, told apart by how many coins there are."""
    page.route("**/results.json", lambda route: route.fulfill(json={"tables": {"by_run": SERIES}}))
    page.goto(f"{made_site}posts/coin-toss/")
    page.mouse.wheel(0, 300)
    figure = page.locator("[data-explore]")
    figure.evaluate("figure => figure.dataset.by = 'coins'")
    turned(page, figure)
    return figure


def test_what_tells_its_series_apart_is_named_above_their_boxes(page: Page, made_site: str):
    figure = with_series(page, made_site)
    apart = figure.get_by_role("group", name="coins")
    assert [text.strip() for text in apart.locator("label").all_inner_texts()] == ["3", "5"]
    assert [text.strip() for text in figure.locator("legend").all_inner_texts()] == ["Show", "coins", "Axes"]


@pytest.mark.parametrize("name", REAL)
def test_a_chart_fits_as_it_is_first_shown_and_its_bars_can_be_compared(page: Page, real_site: str, name: str):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{real_site}posts/{name}/")
    page.mouse.wheel(0, 300)
    for figure in page.locator("figure[data-explore]").all():
        chart = turned(page, figure)
        assert chart.evaluate("chart => chart.scrollWidth - chart.clientWidth") <= 0
        widths = chart.locator("td").evaluate_all("cells => cells.map(cell => cell.getBoundingClientRect().width)")
        assert len(widths) > 1 and max(widths) - min(widths) < 1, "bars are shares of their cells"


def test_a_row_keeps_its_name_while_the_chart_scrolls_on_a_phone(page: Page, made_site: str):
    page.set_viewport_size({"width": 320, "height": 640})
    chart = with_series(page, made_site).locator(".explore__chart")
    chart.evaluate("chart => chart.scrollTo(200, 0)")
    assert chart.evaluate("chart => chart.scrollLeft") > 20
    for head in chart.locator("tr > th:first-child").all()[:3]:
        assert head.bounding_box()["x"] == pytest.approx(chart.bounding_box()["x"], abs=1)


def test_with_forced_colours_a_number_has_its_bar(browser: Browser, made_site: str):
    context = browser.new_context(forced_colors="active")
    figure = with_series(context.new_page(), made_site)
    bar = figure.locator("tbody td").last.evaluate("cell => getComputedStyle(cell).backgroundImage")
    paper = figure.locator("tbody td").last.evaluate("cell => getComputedStyle(cell).backgroundColor")
    assert bar.startswith("linear-gradient(")
    assert paper not in bar
    context.close()


def test_on_paper_and_without_a_script_the_figure_is_the_static_one(page: Page, browser: Browser, made_site: str):
    page.goto(f"{made_site}posts/coin-toss/")
    page.mouse.wheel(0, 300)
    figure = page.locator("[data-explore]")
    turned(page, figure)
    page.emulate_media(media="print")
    expect(figure.locator("img:visible")).to_have_count(1)
    expect(figure.locator(".explore")).to_be_hidden()
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{made_site}posts/coin-toss/")
    expect(plain.locator("[data-explore] img:visible")).to_have_count(1)
    assert plain.locator("[data-explore] button").count() == 0
    context.close()


def test_its_script_comes_only_where_such_a_figure_is_near(page: Page, made_site: str):
    page.goto(f"{made_site}posts/plain-words/")
    page.mouse.wheel(0, 300)
    page.wait_for_function("() => typeof component$ === 'object'")
    assert page.locator("script[src*='explore.js']").count() == 0


def test_data_that_cannot_be_read_is_said_and_asked_for_again(page: Page, made_site: str):
    page.route("**/results.json", lambda route: route.abort())
    page.goto(f"{made_site}posts/coin-toss/")
    page.mouse.wheel(0, 300)
    figure = page.locator("[data-explore]")
    figure.scroll_into_view_if_needed()
    figure.get_by_role("button", name="Turn this figure").click()
    expect(figure.get_by_role("button")).to_have_text("Its data cannot be read")
    expect(figure.locator("img:visible")).to_have_count(1)
    page.unroute("**/results.json")
    figure.get_by_role("button").click()
    expect(figure.locator(".explore__table")).to_be_visible()
