"""What a page asks for before a reader does anything, and that nothing the reader does first is lost."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from bench.reader import cost
from browser.conftest import serving
from playwright.sync_api import Page, Route, expect
from support import built

POST = "posts/coin-toss/"
MOVES = """() => {
  window.moved = 0
  const add = list => list.getEntries().forEach(shift => moved += shift.value)
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true })
}"""
SIGNS = {
    "a key": lambda page: page.keyboard.press("Shift"),
    "the pointer": lambda page: page.mouse.move(300, 300),
    "the wheel": lambda page: page.mouse.wheel(0, 200),
    "a scroll": lambda page: page.evaluate("scrollTo(0, 400)"),
    "focus": lambda page: page.focus(".md-content a"),
}


def loaded(page: Page) -> None:
    page.wait_for_function("() => typeof component$ === 'object'")


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The last part of each address that the page asks for."""
    names = []
    page.on("request", lambda request: names.append(request.url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]))
    return names


def without_rules(path: Path) -> int:
    """The bytes of a page over gzip, less the rules of its stylesheet."""
    return len(gzip.compress(re.sub(rb"<style.*?</style>", b"", path.read_bytes(), flags=re.S), 9))


def held_back(page: Page, held: list[Route]) -> None:
    """Let go the first request that is held, once it has come; a minute is enough, however slow the machine."""
    for _ in range(3_000):
        if held:
            break
        page.wait_for_timeout(20)
    held[0].continue_()


@pytest.mark.parametrize("address", ["", POST, "labs/coin-toss/", "tags/", "method/"])
def test_a_cold_load_is_page_and_icon_within_their_bytes(browser, small, address):
    seen = cost(browser, small, address)
    assert seen["cold"] == [f"/{address}", "/assets/favicon.svg"]
    rest = seen["cold_bytes"] - without_rules(small / address / "index.html")
    assert rest < (7_100 if address else 5_000)  # its rules, the icon and two heads
    assert any("search_index" in path for path in seen["search"])


def test_the_frame_around_a_page_stays_small(small):
    assert without_rules(small / "404.html") < 3_600
    assert without_rules(small / "index.html") < 4_000  # two posts; each more has some 110 B


@pytest.mark.parametrize("sign", SIGNS.values(), ids=[sign.replace(" ", "-") for sign in SIGNS])
def test_any_sign_of_a_reader_brings_the_script_but_not_search(page, made_site, asked, sign):
    page.goto(made_site + POST, wait_until="networkidle")
    assert "late.js" not in asked
    sign(page)
    loaded(page)
    page.wait_for_load_state("networkidle")
    assert any(name.startswith("bundle.") for name in asked)
    assert not {"search.js", "search_index.json", "sitemap.xml"} & set(asked)
    assert page.complaints == []


def test_at_a_sign_every_page_fetches_the_same_stylesheet(page, made_site, asked):
    for address in ("", POST, "labs/coin-toss/"):
        page.goto(made_site + address, wait_until="networkidle")
        page.mouse.move(5, 5)
        loaded(page)
        page.wait_for_load_state("networkidle")
    names = [name for name in asked if name.endswith(".css")]
    assert [re.sub(r"[0-9a-f]{8}", "HASH", name) for name in names] == ["late.HASH.css"] * 3
    assert len(set(names)) == 1


def test_keys_pressed_before_the_script_is_there_are_not_lost(page, made_site):
    page.goto(made_site, wait_until="networkidle")
    held = []
    page.route("**/bundle.*", lambda route: held.append(route))
    page.keyboard.press("/")
    page.keyboard.type("ocelot")
    expect(page.locator("input[name=query]")).to_have_value("ocelot")
    held_back(page, held)
    expect(page.locator(".md-search-result__link").first).to_contain_text("Plain Words")


def test_an_index_that_is_lost_on_its_way_is_asked_for_again_and_the_words_are_not_lost(page, made_site):
    lost = []

    def lose(route: Route) -> None:
        lost.append(route)
        route.abort() if len(lost) == 1 else route.fulfill(status=502) if len(lost) == 2 else route.continue_()

    page.route("**/search_index.json", lose)
    page.goto(made_site, wait_until="networkidle")
    page.keyboard.press("/")
    page.keyboard.type("ocelot")
    expect(page.locator(".md-search-result__link").first).to_contain_text("Plain Words")
    assert len(lost) == 3
    page.complaints.clear()  # the browser's own, of what was lost


@pytest.mark.parametrize("part", ["late.*.css", "late.js"])
def test_a_script_or_stylesheet_that_is_lost_is_asked_for_again(page, made_site, part):
    lost = []

    def lose(route: Route) -> None:
        lost.append(route)
        route.abort() if len(lost) == 1 else route.continue_()

    held = []
    page.route(f"**/{part}", lose)
    if part != "late.js":  # which comes only after its stylesheet is lost
        page.route("**/late.js", lambda route: held.append(route))
    page.goto(made_site, wait_until="networkidle")
    with page.expect_event("requestfailed"):
        page.keyboard.press("Shift")
    page.wait_for_timeout(100)
    for route in held:
        route.continue_()
    page.keyboard.press("/")
    page.keyboard.type("ocelot")
    expect(page.locator(".md-search-result__link").first).to_contain_text("Plain Words")
    assert len(lost) == 2
    page.complaints.clear()  # the browser's own, of what was lost


def test_search_opened_when_the_script_is_there_and_its_stylesheet_is_not_shows_what_it_finds(page, made_site):
    held = []
    page.route("**/late.*css", lambda route: held.append(route))
    page.goto(made_site, wait_until="networkidle")
    page.mouse.move(200, 200)
    loaded(page)
    page.keyboard.press("/")
    page.keyboard.type("ocelot")
    held_back(page, held)
    expect(page.locator(".md-search-result__item").first).to_be_visible()


def test_a_tap_on_the_colours_before_the_script_is_there_is_not_lost(browser, made_site):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(made_site, wait_until="networkidle")
    held = []
    page.route("**/bundle.*", lambda route: held.append(route))
    page.tap("label[for=__palette_1]")
    held_back(page, held)
    page.wait_for_function("() => Object.values(localStorage).some(kept => kept.includes('\"index\":1'))")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "light")
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "light")
    expect(page.locator("label[for=__palette_2]")).to_be_visible()
    context.close()


def test_a_tap_on_search_or_the_menu_works_before_the_script_is_there(browser, made_site):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.route("**/late.js", lambda route: route.abort())
    page.goto(made_site)
    page.tap("header label[for=__drawer]")
    expect(page.locator(".md-sidebar--primary a", has_text="Method")).to_be_in_viewport()
    page.reload()
    page.tap("header label[for=__search]")
    expect(page.locator("input[name=query]")).to_be_in_viewport()
    page.unroute("**/late.js")
    page.reload()
    page.tap("header label[for=__search]")
    expect(page.locator("input[name=query]")).to_be_focused()
    page.keyboard.type("ocelot")
    expect(page.locator(".md-search-result__link").first).to_contain_text("Plain Words")
    context.close()


def test_on_a_slow_phone_search_has_the_focus_at_once_says_that_it_loads_and_loses_no_letter(browser, made_site):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    held = []
    page.route("**/late.js", lambda route: held.append(route))
    page.goto(made_site)
    page.tap("header label[for=__search]")
    expect(page.locator("input[name=query]")).to_be_focused()
    page.keyboard.type("ocelo")
    below = "() => getComputedStyle(document.querySelector('.md-search__inner'), ':after').content"
    assert "Loading" in page.evaluate(below)
    page.keyboard.press("Enter")  # there is nothing yet that it could open
    for route in held:
        route.continue_()
    page.keyboard.type("t")
    expect(page.locator(".md-search-result__link").first).to_contain_text("Plain Words")
    expect(page.locator("input[name=query]")).to_have_value("ocelot")
    assert page.evaluate(below) == "none"
    assert page.url == made_site
    context.close()


def test_who_leaves_the_search_before_the_script_is_there_has_left_it(page, made_site):
    held = []
    page.route("**/late.js", lambda route: held.append(route))
    page.goto(made_site + POST)
    page.keyboard.press("/")
    expect(page.locator("input[name=query]")).to_be_focused()
    page.keyboard.press("Escape")
    held_back(page, held)
    loaded(page)
    page.wait_for_timeout(1_000)  # in which it would be opened again
    expect(page.locator("#__search")).not_to_be_checked()
    page.keyboard.press("/")
    expect(page.locator("#__search")).to_be_checked()


@pytest.mark.parametrize("script", ["not there yet", "there"])
def test_control_and_k_open_search(page, made_site, script):
    page.goto(f"{made_site}method/")
    if script == "there":
        page.mouse.wheel(0, 10)
        loaded(page)
    page.keyboard.press("Control+k")
    expect(page.locator("input[name=query]")).to_be_focused()
    page.keyboard.type("ocelot")
    expect(page.locator(".md-search-result__link").first).to_contain_text("Plain Words")
    expect(page.locator("input[name=query]")).to_have_value("ocelot")


def test_escape_closes_the_menu_and_who_leaves_search_is_where_they_were(page, made_site):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(made_site + POST)
    page.mouse.wheel(0, 10)
    loaded(page)
    page.locator("header label[for=__drawer]").click()
    link = page.locator(".md-sidebar--primary a", has_text="Method")
    expect(link).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(link).not_to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 800})
    here = page.locator("article a").first
    here.focus()
    page.keyboard.press("/")
    expect(page.locator("input[name=query]")).to_be_focused()
    expect(page.locator("#__search")).to_be_checked()  # the theme opens search a moment after it has the focus
    page.keyboard.press("Escape")
    expect(here).to_be_focused()


def test_the_key_for_the_next_page_counts_though_it_is_the_first(page, made_site):
    page.goto(f"{made_site}method/")
    following = page.locator("link[rel=next]").evaluate("link => link.href")
    page.keyboard.press("n")
    page.wait_for_url(following)


def test_a_page_opened_at_an_anchor_or_from_search_has_the_script(page, made_site):
    page.goto(f"{made_site}{POST}#__measured")
    loaded(page)
    page.goto(f"{made_site}{POST}?h=quixotic")
    expect(page.locator("mark").first).to_have_text(re.compile("quixotic", re.I))
    assert page.complaints == []


MARKS = """() => [...document.querySelectorAll("article mark")].map(mark =>
    [(mark.previousSibling?.data ?? "").match(/[a-z]*$/i)[0], mark.textContent.toLowerCase()])"""


@pytest.mark.parametrize(
    ("sought", "marked"),
    [("tails he", {"tails", "he"}), ('"runs together"', {"runs together"}), ("walrus", set()), ("5,000 c+", {"5,000"})],
)
def test_what_was_looked_for_is_marked_where_a_word_begins_and_a_phrase_as_a_whole(page, made_site, sought, marked):
    page.goto(f"{made_site}{POST}?h={quote(sought)}")
    page.wait_for_function(
        f"() => typeof component$ === 'object' && location.search && ({MARKS})().length >= {len(marked)}"
    )
    found = page.evaluate(MARKS)
    assert {word for _, word in found} == marked
    assert {before for before, _ in found} <= {""}
    assert parse_qs(urlsplit(page.url).query) == {"h": [sought]}
    assert page.complaints == []


def test_who_goes_on_before_the_script_is_there_keeps_place_and_words_in_the_address(page, made_site):
    held = []
    page.route("**/bundle.*", lambda route: held.append(route))
    page.goto(f"{made_site}{POST}?h=tails", wait_until="commit")
    page.wait_for_function("() => !location.search")  # the theme's script is not told of the words
    page.evaluate("location.hash = '__measured'")
    held_back(page, held)
    expect(page.locator("article mark").first).to_be_attached()
    assert page.url == f"{made_site}{POST}?h=tails#__measured"


def test_after_back_and_forward_everything_still_works(page, made_site):
    page.goto(made_site)
    page.goto(f"{made_site}method/")
    page.keyboard.press("Shift")
    loaded(page)
    page.go_back()
    page.go_forward()
    page.keyboard.press("/")
    page.keyboard.type("ocelot")
    expect(page.locator(".md-search-result__link").first).to_contain_text("Plain Words")


def test_a_slash_typed_into_another_field_stays_there(page, made_site):
    page.goto(made_site)
    page.evaluate("document.querySelector('h1').append(document.createElement('textarea'))")
    page.focus("textarea")
    page.keyboard.type("a/b")
    expect(page.locator("textarea")).to_have_value("a/b")


def test_nothing_moves_when_the_script_comes(browser, made_site):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    for address in ("", POST, "labs/coin-toss/", "tags/"):
        page.goto(made_site + address, wait_until="networkidle")
        page.evaluate(MOVES)
        page.keyboard.press("Shift")
        loaded(page)
        page.wait_for_timeout(400)
        assert page.evaluate("moved") == 0, address
    context.close()


PALETTES = {
    "none": "",
    "one": "  palette: [{scheme: auto}]\n",
    "two": "  palette:\n"
    "    - {scheme: light, toggle: {icon: custom/sun, name: A}}\n"
    "    - {scheme: dark, toggle: {icon: custom/half, name: B}}\n",
}  # fmt: skip


@pytest.mark.parametrize("kept", ["{index: 7, color: {media: '', scheme: 'light'}}", "{index: 0}"])
def test_scripts_run_whatever_colours_the_browser_kept(page, made_site, kept):
    page.add_init_script(f"localStorage['/blog/.__palette'] = JSON.stringify({kept})")
    page.goto(made_site + POST, wait_until="networkidle")
    page.mouse.move(5, 5)
    loaded(page)
    page.keyboard.press("/")
    expect(page.locator("input[name=query]")).to_be_focused()
    assert page.complaints == []


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_scripts_run_whatever_palette_the_author_keeps_and_the_reader_had(page, repository, tmp_path, palette):
    config = repository / "mkdocs.yml"
    before, rest = config.read_text(encoding="utf-8").split("  palette:\n")
    config.write_text(f"{before}{palette}  features:{rest.partition('  features:')[2]}", encoding="utf-8")
    address = serving(built(repository, tmp_path / "site"), "/blog/")
    page.add_init_script(
        "localStorage['/blog/.__palette'] = JSON.stringify({index: 7, color: {media: '', scheme: 'light'}})"
    )
    page.goto(next(address) + POST, wait_until="networkidle")
    page.mouse.move(5, 5)
    loaded(page)
    page.keyboard.press("/")
    expect(page.locator("input[name=query]")).to_be_focused()
    assert page.complaints == []
    address.close()


@pytest.mark.parametrize("mark", ["#100%", "#%E4", "#a[b"])
def test_an_address_with_any_mark_behind_it_has_its_scripts(page, made_site, mark):
    page.goto(made_site + POST + mark, wait_until="networkidle")
    loaded(page)
    page.keyboard.press("/")
    expect(page.locator("input[name=query]")).to_be_focused()
    assert page.complaints == []


LAZY = "() => document.documentElement.classList.contains('lazy')"


def test_what_is_far_below_is_laid_out_at_the_first_sign_of_a_reader_and_the_end_is_where_it_is(browser, real_site):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{real_site}posts/agent-loop/", wait_until="networkidle")
    assert page.evaluate(LAZY)
    page.keyboard.press("End")
    assert not page.evaluate(LAZY)
    expect(page.locator(".foot")).to_be_in_viewport()
    page.close()


def test_who_comes_to_a_place_further_down_finds_it_there(browser, real_site):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{real_site}posts/agent-loop/", wait_until="networkidle")
    head = page.locator("article h2[id]").last.get_attribute("id")
    other = browser.new_page(viewport={"width": 390, "height": 800})
    other.goto(f"{real_site}posts/agent-loop/#{head}", wait_until="networkidle")
    assert not other.evaluate(LAZY)
    expect(other.locator(f"[id='{head}']")).to_be_in_viewport()
    top = other.evaluate("scrollY")
    other.reload(wait_until="networkidle")
    assert not other.evaluate(LAZY)
    assert abs(other.evaluate("scrollY") - top) < 2
    other.close()
    page.close()
