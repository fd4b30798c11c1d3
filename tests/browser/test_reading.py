"""What a reader does: searches, changes colours, copies code, opens the menu on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from support import MADE

KINDS = {
    "the front page": "",
    "a post with a lab": "posts/coin-toss/",
    "a post without": "posts/plain-words/",
    "a category": "category/security/",
    "a year": "archive/2026/",
    "tags": "tags/",
    "a lab": "labs/coin-toss/",
    "all labs": "labs/",
    "a plain page": "method/",
    "no page": "no/such/page/",
}
kinds = pytest.mark.parametrize("address", KINDS.values(), ids=[kind.replace(" ", "-") for kind in KINDS])


NAMES = ("as the system", "light", "dark")
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 26)"}


def shows(page: Page, name: str, scheme: str) -> None:
    """The colours are called `name` on the button, and the page has the background of `scheme`."""
    expect(page.locator("label[for^=__palette]:visible")).to_have_attribute("title", re.compile(f"^Colours: {name}"))
    expect(page.locator("body")).to_have_css("background-color", PAPER[scheme])


def toggle(page: Page) -> None:
    page.locator("label[for^=__palette]:visible").click()


@pytest.mark.parametrize("key", ["/", "s", "f"])
def test_a_key_opens_search_and_typing_finds_the_post(page, made_site, key):
    page.goto(f"{made_site}method/")
    page.keyboard.press(key)
    field = page.locator("input[name=query]")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.type("quixotic pangolin")
    result = page.locator(".md-search-result__link").first
    expect(result).to_have_attribute("href", re.compile(r"posts/coin-toss/"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/blog/posts/coin-toss/"))
    assert page.complaints == []


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("tossing", "tosses"),  # another ending
        ("interv", "interval"),  # the beginning
        ('"fair coin"', "fair coin"),
        ("tossery", None),  # no word of the site, though it shares its first letters with several
        ("<data", "<data"),
    ],
)
def test_a_search_finds_other_endings_and_beginnings_and_shows_text_as_text(page, made_site, typed, marked):
    page.goto(made_site)
    page.keyboard.press("/")
    page.keyboard.type(typed)
    if marked is None:
        return expect(page.locator(".md-search-result__meta")).to_contain_text("No matching")
    expect(page.locator(".md-search-result mark").get_by_text(marked, exact=True).first).to_be_attached()
    assert page.locator(".md-search-result data").count() == 0
    return None


def test_search_finds_the_post_by_tap_and_at_the_root_of_a_host_too(page, made_site_at_the_root):
    page.goto(made_site_at_the_root)
    page.locator("input[name=query]").click()
    page.keyboard.type("ocelot")
    result = page.locator(".md-search-result__link").first
    expect(result).to_contain_text("Plain Words")
    result.click()
    page.wait_for_url(re.compile(r"/posts/plain-words/"))
    expect(page.locator("h1")).to_have_text("Plain Words: A Post Without a Lab")
    assert page.complaints == []


def test_a_search_for_nothing_that_is_there_says_so(page, made_site):
    page.goto(made_site)
    page.keyboard.press("/")
    page.keyboard.type("xylophone")
    expect(page.locator(".md-search-result__meta")).to_contain_text("No matching")
    page.keyboard.press("Escape")
    expect(page.locator("input[name=query]")).not_to_be_focused()


def test_a_wrong_letter_is_forgiven_and_said(page, made_site):
    page.goto(made_site)
    page.keyboard.press("/")
    page.keyboard.type("pangolyn")
    expect(page.locator(".md-search-result__meta")).to_contain_text("showing results for “pangolin”")
    expect(page.locator(".md-search-result__link").first).to_have_attribute("href", re.compile(r"posts/coin-toss/"))


def test_a_hit_in_a_section_leads_to_it_with_the_words_marked(page, made_site):
    page.goto(made_site)
    page.keyboard.press("/")
    page.keyboard.type("quixotic pangolin")
    page.locator(".md-search-result__link").first.click()
    page.wait_for_url(re.compile(r"/posts/coin-toss/\?h=quixotic\+pangolin#the-winner-was-tails"))
    expect(page.locator("mark").first).to_have_text("quixotic")
    expect(page.locator("mark").nth(1)).to_have_text("pangolin")
    expect(page.locator("#the-winner-was-tails")).to_be_in_viewport()


def test_posts_come_before_labs_and_lists_are_left_out(page, made_site):
    page.goto(made_site)
    page.keyboard.press("/")
    page.keyboard.type("coin")
    links = page.locator(".md-search-result__item > .md-search-result__link:first-child")
    expect(links.first).to_have_attribute("href", re.compile(r"posts/coin-toss/"))
    addresses = [link.get_attribute("href") for link in links.all()]
    kinds = [re.search(r"/blog/(\w*)", address)[1] for address in addresses]
    assert kinds.index("labs") > kinds.index("posts")
    assert not {"tags", "category", "archive"} & set(kinds)


@kinds
@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_colours_go_round_and_stay_over_a_reload(page, made_site, address, system):
    page.emulate_media(color_scheme=system)
    page.goto(made_site + address)
    shows(page, "as the system", system)
    for name in ("light", "dark", "as the system"):
        toggle(page)
        shows(page, name, system if name == "as the system" else name)
        index = NAMES.index(name)
        page.wait_for_function('i => Object.values(localStorage).some(v => v.includes(`"index":${i}`))', arg=index)
        page.reload()
        shows(page, name, system if name == "as the system" else name)
    assert [said for said in page.complaints if "status of 404" not in said] == []


def test_the_colours_chosen_on_one_page_hold_on_the_next(page, made_site):
    page.goto(made_site)
    toggle(page)
    shows(page, "light", "light")
    toggle(page)
    shows(page, "dark", "dark")
    page.locator(".listing__post h2 a").first.click()
    page.wait_for_url(re.compile(r"/posts/coin-toss/"))
    shows(page, "dark", "dark")
    assert page.complaints == []


def test_the_colours_follow_the_system_until_one_is_chosen(page, made_site):
    page.goto(f"{made_site}posts/coin-toss/")
    for system in ("dark", "light"):
        page.emulate_media(color_scheme=system)
        shows(page, "as the system", system)
    toggle(page)
    shows(page, "light", "light")
    toggle(page)
    page.emulate_media(color_scheme="light")
    shows(page, "dark", "dark")


@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_figure_is_shown_in_the_colours_of_the_page(page, made_site, system):
    page.emulate_media(color_scheme=system)
    page.goto(f"{made_site}posts/coin-toss/")
    for name in NAMES:
        shown = system if name == "as the system" else name
        shows(page, name, shown)
        figure = page.locator(f".md-content img[src$='#only-{shown}']")
        figure.scroll_into_view_if_needed()
        expect(figure).to_be_visible()
        expect(page.locator(".md-content img:visible")).to_have_count(1)
        page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=figure.element_handle())
        toggle(page)


def test_a_figure_keeps_its_room_before_it_is_loaded(page, made_site):
    held = []
    page.route("**/figures/**", lambda route: held.append(route))
    page.goto(f"{made_site}posts/coin-toss/", wait_until="domcontentloaded")
    figure = page.locator(".md-content img[src$='#only-light']").first
    figure.scroll_into_view_if_needed()
    box = figure.bounding_box()
    assert held, "the figure was asked for, and not given"
    assert box["height"] > 100
    assert box["width"] / box["height"] == pytest.approx(460.8 / 266.4, rel=0.02)


def test_code_is_copied_as_it_stands(page, context, made_site):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{made_site}posts/coin-toss/")
    code = page.locator(".highlight pre").first
    code.scroll_into_view_if_needed()
    code.hover()
    page.locator(".highlight").first.get_by_role("button").or_(
        page.locator(".highlight [data-clipboard-target]")
    ).first.click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('def toss'))")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip().startswith("def toss(seed: int, run: int) -> int:\n    ")
    assert copied.strip().endswith("for _ in range(TOSSES))")
    assert page.complaints == []


def test_the_menu_of_a_phone_opens_leads_on_and_closes(page, made_site):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{made_site}posts/coin-toss/")
    drawer = page.locator(".md-sidebar--primary")
    link = drawer.get_by_role("link", name="Method", exact=True)
    expect(link).not_to_be_in_viewport()
    page.locator("header label[for=__drawer]").click()
    expect(link).to_be_in_viewport()
    page.mouse.click(385, 500)
    expect(link).not_to_be_in_viewport()
    page.locator("header label[for=__drawer]").click()
    expect(link).to_be_in_viewport()
    link.click()
    page.wait_for_url(re.compile(r"/method/"))
    assert page.complaints == []


def test_the_first_tab_stop_leads_to_the_content(page, made_site):
    page.goto(f"{made_site}posts/coin-toss/")
    page.keyboard.press("Tab")
    expect(page.locator(".md-skip")).to_be_focused()


def beside(page, selector: str):
    """Point at a checked number; what is shown beside it."""
    page.mouse.wheel(0, 10)
    page.wait_for_function("() => typeof component$ === 'object'")
    link = page.locator(selector).first
    link.scroll_into_view_if_needed()
    link.hover()
    box = page.locator("#evidence")
    expect(box).to_be_visible()
    return box


def test_a_number_pointed_at_shows_its_exact_value_interval_seeds_and_what_it_is(page, made_site):
    page.goto(f"{made_site}posts/coin-toss/")
    box = beside(page, "a.num[href$='#n-heads']")
    for words in ("share of heads <over> all runs", "0.4966 share (0.482741 to 0.510459, 95%)", "0.4954 to 0.5068"):
        expect(box).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    assert page.complaints == []


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ("a.num[href$='#n-heads.low']", "The lower end of the interval: 0.482741 share"),
        ("a.num[href$='#t-by_run-4-2']", "run 5, share: 0.506"),
        ("a.tick", "Holds for 5 of 5 seeds."),
    ],
    ids=["bound", "cell", "sentence"],
)
def test_a_bound_a_cell_and_a_sentence_say_what_they_are(page, made_site, selector, words):
    page.goto(f"{made_site}posts/coin-toss/")
    expect(beside(page, selector)).to_contain_text(words)


def test_a_sentence_that_rests_on_a_recorded_run_says_so_instead_of_its_seeds(page, made_site):
    def recorded(route):
        content = route.fetch().json()
        for claim in content["claims"].values():
            claim["record"] = "measured.json"
        route.fulfill(json=content)

    page.route("**/results.json", recorded)
    page.goto(f"{made_site}posts/coin-toss/")
    expect(beside(page, "a.tick")).to_contain_text("From measured.json, recorded once.")


def test_a_number_can_be_reached_by_key_and_leads_to_its_row_and_to_the_line_that_made_it(page, made_site):
    page.goto(f"{made_site}posts/coin-toss/")
    link = page.locator("a.num[href$='#n-heads']")
    link.focus()
    expect(page.locator("#evidence")).to_contain_text("0.4966")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/labs/coin-toss/#n-heads$"))
    row = page.locator("#n-heads")
    expect(row).to_be_in_viewport()
    page.mouse.wheel(0, 10)
    page.wait_for_function("() => typeof component$ === 'object'")
    row.get_by_role("link", name=re.compile("__init__.py:")).click()
    expect(page.locator("[id^='L-']:target")).to_contain_text("results.add(")
    expect(page.locator("[id^='L-']:target")).to_be_in_viewport()
    assert page.complaints == []


def test_a_tap_shows_and_a_second_one_leads_to_the_row(browser, made_site):
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{made_site}posts/coin-toss/")
    page.touchscreen.tap(200, 600)
    page.wait_for_function("() => typeof component$ === 'object'")
    link = page.locator("a.num[href$='#n-tosses']")
    link.scroll_into_view_if_needed()
    link.tap()
    expect(page.locator("#evidence").first).to_contain_text("coins tossed in all")
    assert page.url.endswith("/posts/coin-toss/")
    link.tap()
    page.wait_for_url(re.compile(r"/labs/coin-toss/#n-tosses$"))
    context.close()


def test_a_tap_on_a_number_that_was_left_shows_it_again_and_does_not_lead_away(browser, made_site):
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{made_site}posts/coin-toss/")
    page.touchscreen.tap(200, 600)
    page.wait_for_function("() => typeof component$ === 'object'")
    link = page.locator("a.num[href$='#n-tosses']")
    link.scroll_into_view_if_needed()
    for _ in range(2):
        link.tap()
        expect(page.locator("#evidence")).to_contain_text("coins tossed in all")
        page.locator("h1").tap()
        expect(page.locator("#evidence")).to_be_hidden()
    assert page.url.endswith("/posts/coin-toss/")
    context.close()


@pytest.mark.parametrize("size", [(640, 400), (320, 200), (390, 800)])
def test_what_stands_behind_a_number_begins_on_the_screen(browser, made_site, size):
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(f"{made_site}posts/coin-toss/", wait_until="networkidle")
    link = page.locator("a.num[href$='#n-tosses']")
    for share in (0.2, 0.5, 0.8):
        link.evaluate("(link, share) => scrollBy(0, link.getBoundingClientRect().top - share * innerHeight)", share)
        link.hover()
        expect(page.locator("#evidence")).to_contain_text("coins tossed in all")
        box = page.locator("#evidence").bounding_box()
        assert box["y"] >= 0
        assert box["x"] >= 0
        page.keyboard.press("Escape")
        page.mouse.move(1, 1)
    page.close()


@pytest.mark.parametrize("lost", ["results.json", "evidence.js"])
def test_a_tap_leads_to_the_row_when_nothing_can_be_shown_and_shows_once_it_can(browser, made_site, lost):
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.route(f"**/{lost}", lambda route: route.abort())
    page.goto(f"{made_site}posts/coin-toss/")
    page.touchscreen.tap(200, 600)
    page.wait_for_function("() => typeof component$ === 'object'")
    page.locator("a.num[href$='#n-tosses']").tap()
    page.wait_for_url(re.compile(r"/labs/coin-toss/#n-tosses$"))
    page.unroute(f"**/{lost}")
    page.go_back()
    page.touchscreen.tap(200, 600)
    page.wait_for_function("() => typeof component$ === 'object'")
    page.locator("a.num[href$='#n-tosses']").tap()
    expect(page.locator("#evidence")).to_contain_text("coins tossed in all")
    context.close()


def test_a_number_whose_record_was_lost_once_shows_it_when_pointed_at_again(page, made_site):
    page.route("**/results.json", lambda route: route.abort())
    page.goto(f"{made_site}posts/coin-toss/")
    page.mouse.wheel(0, 10)
    page.wait_for_function("() => typeof component$ === 'object'")
    with page.expect_event("requestfailed"):
        page.locator("a.num").first.hover()
    page.wait_for_timeout(100)
    expect(page.locator("#evidence")).to_be_hidden()
    page.unroute("**/results.json")
    page.mouse.move(0, 0)
    page.locator("a.num").first.hover()
    expect(page.locator("#evidence")).to_be_visible()
    assert page.url.endswith("/posts/coin-toss/")


def test_without_scripts_a_number_is_a_link_to_its_row(browser, made_site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{made_site}posts/coin-toss/")
    page.locator("a.num[href$='#n-heads']").click()
    expect(page.locator("#n-heads")).to_be_in_viewport()
    context.close()


def looks(page, one: str) -> list[str]:
    """How a link looks under the pointer, and with the focus of the keyboard."""
    page.emulate_media(reduced_motion="reduce")  # no colour on its way to another
    link = page.locator(one).first
    link.scroll_into_view_if_needed()
    style = "link => (({ color, textDecoration, outline }) => color + textDecoration + outline)(getComputedStyle(link))"
    rest = link.evaluate(style)
    link.hover()
    if page.evaluate(
        "() => document.documentElement.classList.contains('js')"
    ):  # the look comes with the deferred sheet
        page.wait_for_function(f"([one, rest]) => ({style})(document.querySelector(one)) !== rest", arg=[one, rest])
    pointed = link.evaluate(style)
    page.mouse.move(0, 0)
    page.keyboard.press("Tab")
    return [pointed, page.locator(":focus").evaluate(style)]


@pytest.mark.parametrize(("address", "one"), [("", ".listing__post a"), ("posts/coin-toss/", "a.num")])
def test_without_scripts_a_link_looks_under_the_pointer_and_with_the_focus_as_with_them(
    browser, page, made_site, address, one
):
    page.goto(made_site + address)
    context = browser.new_context(java_script_enabled=False)
    bare = context.new_page()
    bare.goto(made_site + address)
    at_rest = page.locator(one).first.evaluate("link => getComputedStyle(link).color")
    assert looks(page, one) == (bared := looks(bare, one))
    assert not bared[0].startswith(at_rest)
    assert "2px" in bared[1]
    context.close()


@kinds
def test_without_scripts_every_page_can_be_read(browser, made_site, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(made_site + address)
    expect(page.locator("h1")).to_be_visible()
    context.close()


def test_a_number_under_the_pointer_shows_itself_though_the_script_comes_later(page, made_site):
    """The first move on the page lands on a number and stays there."""
    held = []
    page.route("**/late.js", lambda route: held.append(route))
    page.goto(f"{made_site}posts/coin-toss/")
    number = page.locator("a.num").first
    number.scroll_into_view_if_needed()
    number.hover()
    expect(page.locator("#evidence")).to_have_count(0)
    page.wait_for_timeout(300)
    for route in held:
        route.continue_()
    expect(page.locator("#evidence")).to_be_visible()


@pytest.mark.parametrize("door", ["a.num", "a.tick"])
def test_what_stands_behind_a_number_or_sentence_leads_to_its_row_and_to_the_line_that_made_it(page, made_site, door):
    page.goto(f"{made_site}posts/coin-toss/", wait_until="networkidle")
    page.locator(door).first.hover()
    expect(page.locator("#evidence a")).to_have_count(2)
    row, line = page.locator("#evidence a").all()
    assert row.get_attribute("href") == page.locator(door).first.evaluate("link => link.href")
    file, number = line.text_content().split(":")
    line.click()
    expect(page).to_have_url(re.compile(rf"/labs/coin-toss/#L-{re.escape(file)}-{number}$"))
    expect(page.locator(":target")).to_be_in_viewport()
    source = (MADE / "labs/coin_toss" / file).read_text(encoding="utf-8").splitlines()
    said = source[int(number) - 1]
    assert "add(" in said or "claim(" in said


def test_a_row_that_a_number_leads_to_is_marked_whole(page, made_site):
    page.goto(f"{made_site}labs/coin-toss/#n-heads")
    cells = page.locator("#n-heads > td").evaluate_all("all => all.map(one => getComputedStyle(one).backgroundColor)")
    paper = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    shown = page.locator("#n-heads").evaluate("row => getComputedStyle(row).backgroundColor")
    assert cells[0] == shown != paper


def test_in_right_to_left_text_list_marks_stand_inside_and_a_fold_has_its_bar_on_the_right(page, made_site):
    page.goto(f"{made_site}posts/coin-toss/")
    room, left, right = page.evaluate("""() => {
      const box = document.querySelector("article"), fold = box.querySelector("details.cite")
      box.insertAdjacentHTML("beforeend", `<div dir="rtl"><ol><li>אחת</li></ol></div>`)
      fold.dir = "rtl"
      const style = getComputedStyle(fold)
      const room = box.getBoundingClientRect().right - box.querySelector("[dir=rtl] li").getBoundingClientRect().right
      return [room, parseFloat(style.borderLeftWidth), parseFloat(style.borderRightWidth)]
    }""")
    assert room > 15
    assert left < right


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("turn", [0, 1])
def test_at_a_number_s_row_the_heads_are_seen_below_the_page_s_and_first_cells_stand_apart(
    page, real_site, width, turn
):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(real_site + "posts/agent-loop/")
    number = page.locator("a.num").nth(5 * turn)
    page.goto(real_site + "posts/agent-loop/" + number.get_attribute("href"), wait_until="networkidle")
    top, bottom, row, cells = page.evaluate("""() => {
      const row = document.querySelector("tr:target"), table = row.closest("table")
      const box = element => element.getBoundingClientRect()
      const cells = [...table.tBodies[0].rows].map(one => Math.round(box(one.cells[0]).top))
      const header = box(document.querySelector(".md-header")).bottom
      return [box(table.querySelector("th")).top - header, box(table.querySelector("th")).bottom, box(row).top, cells]
    }""")
    assert 0 <= top < 900
    assert bottom <= row < 900
    assert len(set(cells)) == len(cells)


def test_at_a_line_of_code_the_lines_before_it_are_seen(page, real_site):
    page.goto(real_site + "labs/agent-loop/#L-figures.py-76", wait_until="networkidle")
    assert page.evaluate("document.querySelector(':target').getBoundingClientRect().top") > 150
