"""Accessibility, keyboard, small screens, paper, and the content security policy, in a real browser."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from support import SHOWN, header

KINDS = (
    "",
    "posts/coin-toss/",
    "category/security/",
    "archive/2026/",
    "labs/",
    "labs/coin-toss/",
    "method/",
    "tags/",
    "nowhere/",
)
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}


def faults(page: Page) -> list[str]:
    """What axe-core finds with every rule on, best practice included; a line a rule with the first element."""
    found = Axe().run(page).response["violations"]
    return [f"{page.url}: {v['id']}: {v['help']}: {v['nodes'][0]['html'][:150]} ({len(v['nodes'])})" for v in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_any_kind_of_page(browser: Browser, made_site: str, size: str, scheme: str):
    context = browser.new_context(viewport=SIZES[size], color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found = []
    for kind in KINDS:
        page.goto(made_site + kind)
        found += faults(page)
    context.close()
    assert found == []


@pytest.mark.parametrize("slug", [header(path)["slug"] for path in SHOWN.values()])
def test_axe_finds_nothing_on_a_real_post_once_its_scripts_are_there(browser: Browser, real_site: str, slug: str):
    context = browser.new_context(viewport=SIZES["desktop"], bypass_csp=True)
    page = context.new_page()
    page.goto(f"{real_site}posts/{slug}/")
    page.mouse.wheel(0, 300)
    page.wait_for_function("() => typeof component$ === 'object'")
    door = page.locator("a.num, a.tick").first
    door.scroll_into_view_if_needed()
    door.hover()
    expect(page.locator("#evidence")).to_be_visible()
    found = faults(page)
    context.close()
    assert found == []


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_with_the_search_or_the_menu_open(browser: Browser, made_site: str, size: str):
    context = browser.new_context(viewport=SIZES[size], bypass_csp=True)
    page = context.new_page()
    page.goto(made_site + "posts/coin-toss/")
    page.keyboard.press("/")
    page.keyboard.type("pangolin")
    expect(page.locator(".md-search-result__item").first).to_be_visible()
    found = faults(page)
    page.keyboard.press("Escape")
    if size == "phone":
        page.locator("label.md-header__button[for=__drawer]").click()
        page.wait_for_timeout(400)
        found += faults(page)
    context.close()
    assert found == []


@pytest.mark.parametrize("kind", ["", "posts/coin-toss/"])
def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(page: Page, made_site: str, kind: str):
    page.goto(made_site + kind)
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_class(re.compile("md-skip"))
    expect(focused).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert "#" in page.url


@pytest.mark.parametrize("late", ["comes", "is lost"])
def test_every_stop_of_the_keyboard_can_be_seen(page: Page, made_site: str, late: str):
    if late == "is lost":
        page.route("**/assets/late.*", lambda route: route.abort())
    page.goto(made_site + "posts/coin-toss/")
    unseen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """async () => { const e = document.activeElement; if (e === document.body) return null;
            const shown = () => [e, e.nextElementSibling ?? e].some(one => {
                const style = getComputedStyle(one), { width, height } = one.getBoundingClientRect()
                return width * height > 0 && style.outlineStyle !== "none" && style.opacity > 0.9
            })
            for (let i = 0; i < 40 && !shown(); i++) await new Promise(go => setTimeout(go, 50)) // it may fade in
            return {html: e.outerHTML.slice(0, 100), shown: shown()} }"""
        )
        if state is None:
            break
        if not state["shown"]:
            unseen.append(state["html"])
    assert unseen == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_scrolls_sideways_at_320_px_which_is_also_200_percent_zoom(page: Page, made_site: str, kind: str):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(made_site + kind)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_reduced_motion_is_honoured(browser: Browser, made_site: str):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(made_site)
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0).length"
    )
    context.close()
    assert moving == 0


def test_a_post_prints_with_its_links_addresses_without_navigation_in_light_colours(
    browser: Browser, made_site: str, tmp_path
):
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(made_site + "posts/coin-toss/")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("img[src$='#only-light']")).to_be_visible()
    expect(page.locator("img[src$='#only-dark']")).to_be_hidden()
    for name in (".md-header", ".md-sidebar--primary", ".md-footer", ".post__foot"):
        expect(page.locator(name)).to_be_hidden()
    colour = page.evaluate("getComputedStyle(document.querySelector('.md-typeset > p')).color")
    assert max(map(int, re.findall(r"\d+", colour))) < 100, "dark ink on white paper"
    page.evaluate(
        "document.querySelector('article').insertAdjacentHTML('beforeend', '<p><a id=o href=\"https://example.org/x\">o</a></p>')"
    )
    assert "https://example.org/x" in page.evaluate("getComputedStyle(document.querySelector('#o'), '::after').content")
    page.pdf(path=str(tmp_path / "post.pdf"))
    assert (tmp_path / "post.pdf").read_bytes().startswith(b"%PDF")
    context.close()


def test_on_paper_what_is_folded_can_be_read_but_for_source_and_tables(page: Page, real_site: str):
    page.goto(real_site + "labs/agent-loop/")
    inside, source = page.locator(".note > p").first, page.locator("details.file pre").first
    expect(inside).to_be_hidden()
    page.emulate_media(media="print")
    expect(inside).to_be_visible()
    expect(source).to_be_hidden()


def test_with_forced_colours_a_fold_shows_that_it_opens(browser: Browser, real_site: str):
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(real_site + "labs/agent-loop/")
    sign, paper = page.evaluate(
        "() => ['.note > summary', 'body'].map((name, i) =>"
        " getComputedStyle(document.querySelector(name), i ? null : '::after'))"
        ".map(style => style.backgroundColor)"
    )
    assert sign != paper
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_breaks_its_own_policy(page: Page, made_site: str, kind: str):
    page.goto(made_site + kind)
    page.mouse.move(200, 200)
    page.keyboard.press("/")
    page.keyboard.type("coin")
    expect(page.locator(".md-search-result__item").first).to_be_visible()
    assert [said for said in page.complaints if "404" not in said] == []


def test_an_injected_inline_script_does_not_run(page: Page, made_site: str):
    page.goto(made_site + "posts/coin-toss/")
    page.evaluate(
        """() => { const s = document.createElement('script')
        s.textContent = 'window.injected = 1'; document.body.append(s)
        document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.injected = 2">') }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.injected") is None
    assert any("Content Security Policy" in said for said in page.complaints)


def test_the_policy_allows_no_inline_script_by_word_and_no_other_host(page: Page, made_site: str):
    page.goto(made_site)
    policy = page.locator("meta[http-equiv]").get_attribute("content")
    scripts = policy.split("script-src")[1].split(";")[0]
    assert "unsafe" not in scripts
    assert "http" not in policy
    assert "default-src 'none'" in policy
