"""Every page of the site, in a desktop browser and on two phones."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from selectolax.lexbor import LexborHTMLParser
from support import SHOWN

TOO_WIDE = """() => {
  const root = document.scrollingElement
  if (root.scrollWidth <= innerWidth) return []
  const wide = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
  return [`${root.scrollWidth} of ${innerWidth} px`, ...wide.slice(0, 5).map(e => e.tagName + "." + e.className)]
}"""


def addresses(folder) -> list[str]:
    """The addresses of all pages of a built site, and one where there is none; but for those that only lead on."""
    found = [
        path for path in sorted(folder.rglob("index.html")) if 'http-equiv="refresh"' not in path.read_text("utf-8")
    ]
    pages = [path.relative_to(folder).as_posix() for path in found]
    return [page.removesuffix("index.html") for page in pages] + ["no/such/page/"]


@pytest.mark.parametrize("which", [pytest.param("made", marks=pytest.mark.slow), "real"])
def test_no_page_complains_asks_another_host_or_is_wider_than_a_phone(page: Page, which, request):
    site = request.getfixturevalue(f"{which}_site")
    page.set_viewport_size({"width": 390, "height": 844})
    wide = {}
    for address in addresses(request.getfixturevalue({"made": "small", "real": "site"}[which])):
        page.goto(site + address)
        page.mouse.move(100, 200)
        page.mouse.wheel(0, 2000)
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            if found := page.evaluate(TOO_WIDE):
                wide[f"{address} at {width}"] = found
    page.wait_for_load_state("networkidle")
    missing = f"{site}no/such/page/: Failed to load resource: the server responded with a status of 404 (Not Found)"
    assert [said for said in page.complaints if said != missing] == []
    assert wide == {}


def test_a_page_that_is_too_wide_is_found(page: Page, made_site):
    page.set_viewport_size({"width": 320, "height": 844})
    page.goto(f"{made_site}method/")
    assert page.evaluate(TOO_WIDE) == []
    page.evaluate("document.querySelector('h1').style.width = '500px'")
    assert page.evaluate(TOO_WIDE) != []


def test_an_error_a_warning_and_a_foreign_request_are_found(page: Page, made_site):
    page.goto(made_site)
    page.evaluate(
        "console.error('one'); setTimeout(() => { throw Error('two') }); fetch('http://other.test/three').catch(Date)"
    )
    page.wait_for_function("new Promise(done => setTimeout(() => done(true), 300))")
    said = "\n".join(page.complaints)
    assert all(word in said for word in ("one", "two", "three"))


@pytest.mark.parametrize("name", SHOWN)
def test_each_entry_of_the_contents_leads_to_its_section_and_is_the_one_marked(page, real_site, name):
    page.goto(f"{real_site}posts/{name}/")
    page.mouse.wheel(0, 10)
    page.wait_for_function("() => typeof component$ === 'object'")
    entries = page.locator(".md-sidebar--secondary a.md-nav__link")
    assert entries.count() > 3
    for entry in entries.all():
        entry.click()
        page.wait_for_function(
            "hash => document.querySelector('.md-sidebar--secondary .md-nav__link--active')?.hash === hash",
            arg=f"#{entry.get_attribute('href').partition('#')[2]}",
        )


@pytest.mark.parametrize("name", SHOWN)
def test_every_link_to_evidence_leads_to_an_element_of_its_labs_page(site, name):
    post = LexborHTMLParser((site / f"posts/{name}/index.html").read_text(encoding="utf-8"))
    links = {link.attributes["href"].partition("#")[::2] for link in post.css("a.num, a.tick, figcaption small a")}
    for folder in {page for page, fragment in links if fragment}:
        lab = LexborHTMLParser((site / f"posts/{name}" / folder / "index.html").resolve().read_text(encoding="utf-8"))
        ids = {one.attributes["id"] for one in lab.css("[id]")}
        assert {fragment for page, fragment in links if page == folder} <= ids


@pytest.mark.parametrize("name", SHOWN)
def test_a_labs_page_is_short_and_opens_at_what_a_link_leads_to(page: Page, real_site: str, name: str):
    """Less than 10,000 px at 1440; the section of the notes that an address names stands open."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{real_site}labs/{name}/")
    assert page.evaluate("() => document.scrollingElement.scrollHeight") < 10_000
    heads = page.locator(".note h2").evaluate_all("all => all.map(one => one.id)")
    assert heads
    page.goto(f"{real_site}labs/{name}/#{heads[-1]}")
    page.wait_for_function("() => document.querySelector('.note:has(:target)')?.open")
    assert page.locator(".note[open]").count() == 1


def test_a_date_stays_on_one_line_of_a_phone(page: Page, real_site: str):
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("labs/", "", "labs/agent-loop/"):
        page.goto(real_site + address)
        lines = page.locator("main time").evaluate_all("all => all.map(one => one.getClientRects().length)")
        assert lines
        assert set(lines) == {1}
