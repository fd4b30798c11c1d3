"""Each kind of page, in each state a reader can bring about, looks as it does with the theme's whole stylesheets."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from browser.conftest import serving
from playwright.sync_api import Browser, Page
from support import built, made, replaced

POST = "posts/coin-toss/"
ADDRESSES = ["", POST, "posts/plain-words/", "category/security/", "tags/", "labs/", "labs/coin-toss/", "no/such/page/"]
SIZES = {"desktop": (1280, 900), "tablet": (1000, 900), "phone": (390, 844)}
BOXES = re.compile(r'<div class="md-typeset__scrollwrap"[^>]*><div class="md-typeset__table"><table>')
LOOK = """(opened = true) => {
  const seen = {}, late = /transition|cursor|tap-highlight|touch-action|scroll-(behavior|snap)|backface|outline-color/
  const unopened = [".md-overlay, .md-search__overlay, .md-search__options", // nothing of them is in sight
    ...innerWidth < 1220 ? [".md-sidebar--primary"] : [], ...innerWidth < 960 ? [".md-search"] : []].join()
  const name = element => [element.tagName, ...[...element.classList].sort()].join(".")
  const chosen = [...document.querySelectorAll("html, body, body :not(script)")].filter(element => {
    if (!opened && element.closest(unopened)) return false
    const kind = `${name(element)} in ${element.parentElement ? name(element.parentElement) : ""}`
    seen[kind] = (seen[kind] ?? 0) + 1
    return seen[kind] < 3
  })
  const parts = element => ["::before", "::after"].filter(part => getComputedStyle(element, part).content != "none")
  const places = element => [null, ...parts(element), ...element.placeholder ? ["::placeholder"] : []]
  return chosen.flatMap(element => places(element).map(part => {
    const style = getComputedStyle(element, part)
    const names = [...style].filter(name => !name.startsWith("--") && (opened || !late.test(name)))
    const properties = names.map(name => `${name}: ${style[name]}`)
    return [name(element), part ?? "", properties.join("; ")].join(" | ")
  }))
}"""
WHOLE = (  # of the changes only those to the frame; no loader, no stylesheets of our making, the theme's search
    ("writing/html/page.py", "for change in CHANGES:", "for change in CHANGES[:4]:"),
    ("writing/finish.py", 'stylesheet.note(build, parts.html, parts.taken["stylesheets"][0], kind, path)', '""'),
    ("writing/finish.py", "    deferred.fill(parts.taken, build.config)\n", ""),
    ("pages.py", "    deferred.drop_unused(files, config)\n", ""),
    ("pages.py", "    stylesheet.write(config)\n", ""),
    ("outputs.py", "    patches.use_search_entries(config, search.enter, search.add_entries)\n", ""),
)
EXTRA = """
??? note "To unfold"

    Folded.

1. one
2. two

> said

| a | b |
|---|--:|
| 1 | 2 |

Text[^1] and ==mark== with `code`.

[^1]: A note.

---
"""


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Addresses of the made site as it is, and with the theme's own stylesheets and scripts on every page."""
    addresses = []
    for which in ("whole", "ours"):
        folder = tmp_path_factory.mktemp(which)
        repository = made(folder / "repository")
        post = repository / "docs/posts/plain-words.md"
        post.write_text(post.read_text(encoding="utf-8") + EXTRA, encoding="utf-8")
        if which == "whole":
            shutil.rmtree(repository / "overrides/partials/javascripts")
            for file, old, new in WHOLE:
                replaced(repository / "hooks" / file, old, new)
        site = built(repository, folder / "site")
        for path in site.rglob("*.html"):
            html = path.read_text(encoding="utf-8")
            html = html.replace("data-explore=", "data-printed=").replace('class="sortable', 'class="printed')
            if which == "whole":  # there the theme's script boxes the tables
                html = BOXES.sub("<table>", html).replace("</table></div></div>", "</table>")
            path.write_text(html, encoding="utf-8")
        addresses.append(serving(site, "/blog/"))
    yield tuple(next(address) for address in addresses)
    for address in addresses:
        next(address, None)


def search(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("pangolin")
    page.wait_for_selector(".md-search-result__item")
    page.evaluate("""() => {  // the same results in both, whatever is found, and whenever
      const list = document.querySelector(".md-search-result__list")
      list.replaceWith(Object.assign(list.cloneNode(false), { innerHTML: RESULTS }))
      const meta = document.querySelector(".md-search-result__meta")
      meta.replaceWith(Object.assign(meta.cloneNode(false), { textContent: "Found" }))
    }""")


def menu(page: Page) -> None:
    page.evaluate("document.getElementById('__drawer').click()")


def unfolded(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")


def copied(page: Page) -> None:
    if page.locator(".md-code__button").count():
        page.locator(".md-code__button").first.click()
        page.wait_for_selector(".md-dialog--active")


def scrolled(page: Page) -> None:
    page.evaluate("scrollTo(0, 900)")


def tabbed(page: Page) -> None:
    for _ in range(9):
        page.keyboard.press("Tab")


def dark(page: Page) -> None:
    for _ in range(2):
        page.locator("label[for^=__palette]:visible").click()


STATES = {state.__name__: state for state in (search, menu, unfolded, copied, scrolled, tabbed, dark)}
RESULTS = """window.BOXED =
`<div class="md-typeset__scrollwrap" tabindex="0"><div class="md-typeset__table">TABLE</div></div>`
window.RESULTS = `<li class="md-search-result__item">
<a href="#" class="md-search-result__link" tabindex="-1">
<article class="md-search-result__article md-typeset" data-md-score="1">
<div class="md-search-result__icon md-icon"></div>
<h1>A <mark>title</mark></h1><p>Text <mark>marked</mark></p><nav class="md-tags"><span class="md-tag">tag</span></nav>
<p class="md-search-result__terms">Missing: <del>word</del></p></article></a>
<details class="md-search-result__more" open><summary tabindex="-1"><div>1 more</div></summary>
<a href="#" class="md-search-result__link" tabindex="-1">
<article class="md-search-result__article md-typeset" data-md-score="1"><h2>A <mark>title</mark></h2>
<p>Text</p></article>
</a></details></li>`"""


def looks(
    browser: Browser, bases: tuple[str, ...], address: str, size: tuple[int, int], colours: str, state: str
) -> list[list[str]]:
    """For each site one line for each element and pseudo-element: what it is, and every property as computed.

    The sites are loaded together: much of the time of these tests is waiting.
    """
    width, height = size
    given = {"viewport": {"width": width, "height": height}, "color_scheme": colours, "reduced_motion": "reduce"}
    contexts = [browser.new_context(**given) for _ in bases]
    pages = [context.new_page() for context in contexts]
    for page, base in zip(pages, bases, strict=True):
        page.goto(base + address, wait_until="commit")
    for page in pages:
        page.wait_for_load_state("networkidle")
        page.mouse.move(5, height - 5)
    for page in pages:
        page.wait_for_function("() => typeof component$ === 'object'")
        page.evaluate(RESULTS)
    pages[0].wait_for_timeout(200)
    found = []
    for page in pages:  # one after the other: what a click shows goes by itself
        STATES.get(state, lambda page: None)(page)
        page.wait_for_timeout(600)
        page.mouse.move(6, height - 6)  # what opened below the pointer is pointed at from now on, in both
        page.wait_for_timeout(100)
        page.evaluate("document.querySelector('.md-search-result__meta').textContent = 'Found'")  # or "Initializing"
        found.append([re.sub(r"127\.0\.0\.1:\d+", "host", line) for line in page.evaluate(LOOK)])
    for context in contexts:
        context.close()
    return found


def differences(ours: list[str], whole: list[str]) -> list[str]:
    """What is not the same, property by property."""
    found = [] if len(ours) == len(whole) else [f"{len(ours)} elements, {len(whole)} before"]
    for mine, theirs in zip(ours, whole, strict=False):
        if mine != theirs:
            here, there = (line.split(" | ") for line in (mine, theirs))
            pairs = zip(here[-1].split("; "), there[-1].split("; "), strict=False)
            found.append(f"{here[:2]}: " + ", ".join(f"{a} (was {b})" for a, b in pairs if a != b)[:300])
    return found


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_each_page_looks_the_same(browser, sites, address, size):
    colours = "dark" if size == SIZES["phone"] else "light"
    whole, ours = looks(browser, sites, address, size, colours, "at rest")
    assert differences(ours, whole) == []


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("state", STATES)
def test_each_state_of_a_post_looks_the_same(browser, sites, state, size):
    whole, ours = looks(browser, sites, POST, size, "light", state)
    assert differences(ours, whole) == []


@pytest.mark.parametrize("size", [SIZES["desktop"], SIZES["phone"]], ids=["desktop", "phone"])
@pytest.mark.parametrize("state", ["search", "menu"])
def test_a_list_of_posts_which_has_a_stylesheet_of_its_own_looks_the_same_in_use(browser, sites, state, size):
    whole, ours = looks(browser, sites, "", size, "light", state)
    assert differences(ours, whole) == []


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_before_the_script_comes_no_rule_of_its_stylesheet_is_missed(browser, sites, address, size):
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    page.route("**/late.*", lambda route: route.abort())
    page.goto(sites[1] + address, wait_until="networkidle")
    page.mouse.move(width - 5, height - 5)  # away from the menu, which would open below the pointer
    late = sites[1] + "assets/" + page.evaluate("document.querySelector('[data-late]').dataset.late")
    before = page.evaluate(LOOK, False)
    page.unroute("**/late.*")
    page.add_style_tag(url=late)
    assert page.evaluate("[...document.styleSheets].at(-1).cssRules.length") > 50
    assert differences(page.evaluate(LOOK, False), before) == []
    context.close()


def test_a_rule_that_is_lost_is_noticed(browser, sites):
    whole, ours = looks(browser, sites, POST, SIZES["phone"], "light", "unfolded")
    broken = [line.replace("display: block", "display: flex") for line in ours]
    assert differences(broken, whole) != []
