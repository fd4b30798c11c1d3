"""The survey's table sorts and filters, by mouse and by keyboard, and is a plain table without a script."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

ADDRESS = "posts/agent-design-space/"


def read(page: Page, address: str) -> None:
    """Open a page and begin to read: its scripts come."""
    page.goto(address)
    page.mouse.wheel(0, 300)
    page.wait_for_function("() => typeof component$ === 'object'")
    page.wait_for_function("() => !document.querySelector('.sortable') || document.querySelector('.sortable__button')")


def number(page: Page, head: str) -> int:
    """The place of a column, from 1, by its visible heading."""
    return page.locator(".sortable th").all_inner_texts().index(head) + 1


def column(page: Page, head: str) -> list[str]:
    """The texts of a column's rows that can be seen, as a reader would type them."""
    found = page.locator(f".sortable tbody tr:visible td:nth-child({number(page, head)})").all_inner_texts()
    return [text.strip().replace("\u2011", "-") for text in found]


def ask(page: Page, words: str) -> None:
    """Type into the filter."""
    page.get_by_label("Filter").fill(words)


def test_it_sorts_by_a_head_up_and_down_and_says_so(page: Page, real_site: str):
    read(page, real_site + ADDRESS)
    head = page.locator(".sortable th").first
    before = column(page, "Agent")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    up = column(page, "Agent")
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    down = column(page, "Agent")
    assert sorted(before) == sorted(up)
    assert up == sorted(up, key=lambda name: name.casefold().replace("_", "\1").replace("-", "\2"))
    assert down == up[::-1]


def test_a_gate_sorts_from_default_to_none_and_a_cap_by_number(page: Page, real_site: str):
    read(page, real_site + ADDRESS)
    page.get_by_role("button", name="Gate").click()
    gates = column(page, "Gate")
    assert list(dict.fromkeys(gates)) == ["default", "opt-in", "none"]
    page.get_by_role("button", name="Cap").click()
    caps = column(page, "Cap")
    numbers = [int(cap) for cap in caps if cap != "none"]
    assert caps == [str(cap) for cap in sorted(numbers)] + ["none"] * (len(caps) - len(numbers))


VALUES = (
    "1,667 tokens",
    "-0.122222",
    "0.0170704 share<br><small>95%: 0.01 to 0.3</small>",
    "256",
    "17.99 US$<br><small>over the seeds: 17 to 19</small>",
    "none",
    "1e-05",
    "-0.0777778",
    "0.133<br><small>95%: 0.1 to 0.2</small>",
    "0.2 share",
)


def values(page: Page, made_site: str) -> None:
    """Read a lab's page whose values are those above."""
    rows = "".join(f"<tr><td>{cell}</td><td>{i}</td><td></td><td></td></tr>" for i, cell in enumerate(VALUES))

    def told(route) -> None:
        kept, changed = route.fetch().text().split('<div class="sortable values">')
        changed = re.sub(r"<tbody>.*?</tbody>", f"<tbody>{rows}</tbody>", changed, count=1, flags=re.DOTALL)
        route.fulfill(body=f'{kept}<div class="sortable values">{changed}', content_type="text/html; charset=utf-8")

    page.route("**/labs/coin-toss/", told)
    read(page, f"{made_site}labs/coin-toss/")


def places(page: Page) -> list[int]:
    """Which of the values above can be seen, in the order of their rows."""
    return [int(one) for one in page.locator(".values tbody tr:visible td:nth-child(2)").all_inner_texts()]


def test_values_sort_by_size_with_point_thousands_minus_and_exponent_and_words_come_last(page: Page, made_site: str):
    values(page, made_site)
    button = page.locator(".values").get_by_role("button", name="value")
    button.click()
    assert places(page) == [1, 7, 6, 2, 8, 9, 4, 3, 0, 5]
    button.click()
    assert places(page) == [0, 3, 4, 9, 8, 2, 6, 7, 1, 5]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("value:>1000", {0}),
        ("value:>=1,667", {0}),
        ("value:1667", {0}),
        ("value:>10", {0, 3, 4}),
        ("value:<0.2", {1, 2, 6, 7, 8}),
        ("value:>=.2", {0, 3, 4, 9}),
        ("value:<0", {1, 7}),
        ("value:0.2", {8, 9}),
        ("value:17", {4}),
        ("value:95%", {2, 8}),
        ("value:none", {5}),
        ("value:share", {2, 9}),
    ],
)
def test_a_number_is_asked_for_by_its_size_whatever_stands_beside_it(
    page: Page, made_site: str, words: str, found: set
):
    values(page, made_site)
    page.locator(".values").get_by_label("Filter").fill(words)
    assert set(places(page)) == found
    expect(page.locator(".values .sortable__count")).to_have_text(f"{len(found)} of {len(VALUES)} rows")


def test_it_filters_by_words_and_counts(page: Page, real_site: str):
    read(page, real_site + ADDRESS)
    everything = column(page, "Agent")
    ask(page, "aider")
    expect(page.locator(".sortable__count")).to_have_text(f"1 of {len(everything)} rows")
    assert ["aider" in name.lower() for name in column(page, "Agent")] == [True]
    ask(page, "")
    assert column(page, "Agent") == everything


@pytest.mark.parametrize(
    ("words", "head", "holds"),
    [
        ("of six:6", "Of six", lambda cell: cell == "6"),
        ("Of Six: 6", "Of six", lambda cell: cell == "6"),
        ("of six:>3", "Of six", lambda cell: int(cell) > 3),
        ("six:<=1", "Of six", lambda cell: int(cell) <= 1),
        ("commit:2026-08", "Commit", lambda cell: cell == "2026-08"),
        ("commit:<2025-07", "Commit", lambda cell: cell < "2025-07"),
        ("cap:10", "Cap", lambda cell: cell == "10"),
        ("cap:>100", "Cap", lambda cell: cell != "none" and int(cell) > 100),
        ("cap:none", "Cap", lambda cell: cell == "none"),
        ("gate:opt", "Gate", lambda cell: cell == "opt-in"),
        ("instr:yes", "Instructions", lambda cell: cell == "yes"),
        ('domain:"software company"', "Domain", lambda cell: cell == "software company"),
        ("coding of six:6", "Domain", lambda cell: cell == "coding"),
    ],
)
def test_a_column_is_asked_by_its_heading(page: Page, real_site: str, words: str, head: str, holds):
    read(page, real_site + ADDRESS)
    wanted = [cell for cell in column(page, head) if holds(cell)]
    ask(page, words)
    found = column(page, head)
    assert found
    assert all(map(holds, found))
    assert len(found) == len(wanted) or " of six" in words


def test_a_column_that_there_is_not_is_named_and_hides_nothing(page: Page, real_site: str):
    read(page, real_site + ADDRESS)
    count = len(column(page, "Agent"))
    ask(page, "colour:red")
    expect(page.locator(".sortable__count")).to_have_text(f"{count} of {count} rows; no column is called “colour”")
    ask(page, "gate:")
    expect(page.locator(".sortable__count")).to_have_text(f"{count} of {count} rows")


@pytest.mark.parametrize(
    ("words", "said", "hidden"),
    [
        ("gate:none OR gate:opt-in", "“or” is not understood: a row has to match every word", True),
        ("-gate:none", "“-” leaves nothing out: ask for what you want, as in gate:none", False),
        ("gate!=none", "“!=” leaves nothing out: ask for what you want, as in gate:none", False),
        ("gate=default", "write gate:default", False),
        ("cap>100", "write cap:>100", False),
        ("cap:>many", "under “cap” write a number after >", False),
        ("of six:abc", "no row has “abc” under “of six”", True),
        ("xyzzy", "no row has “xyzzy”", True),
        ('"xyzzy plugh"', "no row has “xyzzy plugh”", True),
    ],
)
def test_what_the_filter_cannot_answer_is_said(page: Page, real_site: str, words: str, said: str, hidden: bool):
    read(page, real_site + ADDRESS)
    count = len(column(page, "Agent"))
    ask(page, words)
    expect(page.locator(".sortable__count")).to_have_text(f"{0 if hidden else count} of {count} rows; {said}")


def test_a_word_that_stands_in_notes_alone_is_told_where_to_ask(page: Page, real_site: str):
    read(page, real_site + ADDRESS)
    ask(page, "notes:disputed")
    found = len(column(page, "Agent"))
    assert found
    ask(page, "disputed")
    said = f"“disputed”, but {found} have it in their notes: write notes:disputed"
    expect(page.locator(".sortable__count")).to_contain_text(said)


@pytest.mark.parametrize(
    ("words", "agent"),
    [("openhands", "software-agent-sdk"), ('"deep research"', "open_deep_research"), ("agent:pi", "pi-mono")],
)
def test_an_agent_is_found_by_the_name_that_the_text_and_the_map_use(
    page: Page, real_site: str, words: str, agent: str
):
    read(page, real_site + ADDRESS)
    ask(page, words)
    assert any(name.startswith(agent) for name in column(page, "Agent"))


def test_what_is_asked_stands_in_the_address_and_comes_back_from_it(page: Page, real_site: str):
    read(page, real_site + ADDRESS)
    ask(page, "run:job of six:>1")
    page.get_by_role("button", name="Cap").click()
    page.get_by_role("button", name="Cap").click()
    asked, found = parse_qs(urlsplit(page.url).query), column(page, "Agent")
    assert asked == {"filter": ["run:job of six:>1"], "sort": ["-cap"]}
    read(page, page.url)
    expect(page.get_by_label("Filter")).to_have_value("run:job of six:>1")
    assert column(page, "Agent") == found
    ask(page, "")
    assert "filter" not in parse_qs(urlsplit(page.url).query)


@pytest.mark.parametrize("width", [390, 1280])
def test_head_and_first_column_stay_while_the_table_scrolls(page: Page, real_site: str, width: int):
    page.set_viewport_size({"width": width, "height": 800})
    read(page, real_site + ADDRESS)
    box = page.locator(".sortable .md-typeset__scrollwrap")
    box.scroll_into_view_if_needed()
    box.evaluate("box => box.scrollTo(400, 300)")
    place = box.bounding_box()
    head = page.locator(".sortable th").nth(1).bounding_box()
    first = page.locator(".sortable tbody tr").nth(20).locator("td").first.bounding_box()
    corner = page.locator(".sortable th").first.bounding_box()
    assert box.evaluate("box => [box.scrollLeft, box.scrollTop]") == [400, 300]
    assert head["y"] == pytest.approx(place["y"], abs=2) == corner["y"]
    assert first["x"] == pytest.approx(place["x"], abs=2) == corner["x"]


def test_on_a_phone_a_head_with_the_focus_is_clear_of_the_first_column_and_of_the_edge(page: Page, real_site: str):
    page.set_viewport_size({"width": 390, "height": 844})
    read(page, real_site + ADDRESS)
    edge = page.locator(".sortable th").first.bounding_box()
    page.get_by_label("Filter").focus()
    page.keyboard.press("Tab")  # the box
    hidden = []
    for place in range(page.locator(".sortable th").count()):
        page.keyboard.press("Tab")
        page.wait_for_timeout(30)  # the box scrolls
        button = page.locator(".sortable th button:focus").bounding_box()
        if place and not edge["width"] * 0.9 < button["x"] < button["x"] + button["width"] <= 392:
            hidden.append((place, button))
    assert hidden == []


@pytest.mark.parametrize("address", [ADDRESS, "labs/agent-loop/"])
def test_on_paper_every_table_fits_and_what_works_on_a_screen_only_is_left_out(
    page: Page, real_site: str, address: str
):
    page.set_viewport_size({"width": 718, "height": 1000})  # A4
    read(page, real_site + address)
    page.emulate_media(media="print")
    assert (
        page.evaluate(
            """[...document.querySelectorAll("table")].filter(t => t.checkVisibility())
           .map(t => Math.round(t.getBoundingClientRect().right)).filter(right => right > innerWidth)"""
        )
        == []
    )
    for name in (".sortable__filter", ".sortable td summary"):
        assert not any(one.is_visible() for one in page.locator(name).all())
    said = "name => getComputedStyle(document.querySelector(name), '::after').content"
    assert [page.evaluate(said, name) for name in (".sortable td a", ".sortable__button")] == ["none", "none"]


def test_notes_open_by_keyboard_and_can_be_asked_for(page: Page, real_site: str):
    read(page, real_site + ADDRESS)
    ask(page, "notes:disputed agent:metagpt")
    assert column(page, "Agent") == ["MetaGPT"]
    folded = page.locator(".sortable tbody tr:visible details")
    folded.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(folded).to_have_attribute("open", "")
    expect(folded).to_contain_text("use_fixed_sop")


def test_it_is_a_plain_table_without_a_script(browser: Browser, real_site: str):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(real_site + ADDRESS)
    assert page.locator(".sortable tbody tr").count() > 30
    assert page.locator(".sortable button").count() == 0
    assert page.locator(".sortable details").count() > 30
    context.close()


@pytest.mark.parametrize("address", ["", "posts/agent-loop/"])
def test_its_script_comes_to_a_reader_where_it_is_needed_and_nowhere_else(page: Page, real_site: str, address: str):
    read(page, real_site + address)
    assert page.locator("script[src*='table.js']").count() == 0
    read(page, real_site + ADDRESS)
    assert page.locator("script[src*='table.js']").count() == 1
