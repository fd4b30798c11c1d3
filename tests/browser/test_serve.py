"""`mkdocs serve` while an author writes: a save shows by itself, a mistake is told and does no harm."""

from __future__ import annotations

import random
import re
import signal
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from served import PATIENCE, Served
from support import replaced


@pytest.fixture
def served(repository):
    served = Served(repository)
    yield served
    served.process.terminate()
    served.process.wait()


@pytest.fixture
def address(served) -> str:
    return served.wait(r"Serving on (http://127\.0\.0\.1:\d+/\S*)")[1]


def test_a_saved_post_shows_in_the_open_page_without_a_reload_by_hand(served, address, repository, page: Page):
    page.goto(f"{address}posts/plain-words/")
    expect(page.locator("article, .md-content").first).to_contain_text("An ocelot reads the manual")
    for words in ("A capybara mends", "A dormouse signs"):
        post = repository / "docs/posts/plain-words.md"
        post.write_text(re.sub(r"An? \w+ \w+ the manual", f"{words} the manual", post.read_text()), encoding="utf-8")
        expect(page.locator("article, .md-content").first).to_contain_text(f"{words} the manual", timeout=PATIENCE)
    assert page.complaints == []


def test_one_save_is_one_build(served, address, repository, page: Page):
    """A build opens the files it reads; a server that takes that for a change builds for ever."""
    page.goto(f"{address}posts/plain-words/")
    served.forget()
    replaced(repository / "docs/posts/plain-words.md", "Nothing else.", "Saved once.")
    expect(page.locator(".md-content").first).to_contain_text("Saved once.", timeout=PATIENCE)
    page.wait_for_timeout(2_000)
    assert served.said.count("Building documentation") == 1


def test_two_posts_saved_at_once_and_again_while_the_build_runs_are_both_served_as_last_saved(
    served, address, repository, page: Page
):
    posts = {name: repository / f"docs/posts/{name}.md" for name in ("plain-words", "coin-toss")}
    texts = {name: path.read_text(encoding="utf-8") for name, path in posts.items()}

    def save(name: str, mark: str) -> None:
        posts[name].write_text(f"{texts[name]}\n{mark} of {name}.\n", encoding="utf-8")

    draw = random.Random(1)
    for number in range(8):
        saving = [threading.Thread(target=save, args=(name, f"Save {number}")) for name in posts]
        for thread in saving:
            thread.start()
        for thread in saving:
            thread.join()
        time.sleep(draw.uniform(0, 0.7))  # some saves fall into the build of those before
    for name in posts:
        page.goto(f"{address}posts/{name}/")
        expect(page.locator(".md-content").first).to_contain_text(f"Save 7 of {name}.", timeout=PATIENCE)
    assert "Traceback" not in served.said
    assert served.process.poll() is None


def test_a_post_that_is_added_renamed_or_removed_comes_and_goes_from_the_open_front_page(
    served, address, repository, page: Page
):
    page.goto(address)
    titles = page.locator(".listing__post h2")
    expect(titles).to_have_count(2)
    source = (repository / "docs/posts/plain-words.md").read_text(encoding="utf-8")
    added = repository / "docs/posts/third-words.md"
    added.write_text(source.replace("slug: plain-words", "slug: third-words").replace("Plain Words", "Third Words"))
    expect(titles).to_have_count(3, timeout=PATIENCE)
    added = added.rename(added.with_name("fourth-words.md"))
    added.write_text(source.replace("slug: plain-words", "slug: fourth-words").replace("Plain Words", "Fourth Words"))
    expect(page.get_by_role("link", name="Fourth Words")).to_be_visible(timeout=PATIENCE)
    expect(titles).to_have_count(3)
    added.unlink()
    expect(titles).to_have_count(2, timeout=PATIENCE)
    assert "Traceback" not in served.said


def test_a_changed_title_shows_in_the_open_front_page(served, address, repository, page: Page):
    page.goto(address)
    replaced(repository / "docs/posts/plain-words.md", "Plain Words: A Post", "Plain Speech: A Post")
    expect(page.locator(".listing__post h2").last).to_contain_text("Plain Speech: A Post", timeout=PATIENCE)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("slug: plain-words", "slug: Plain Words", r"posts/plain-words\.md:5: slug 'Plain Words' is not kebab-case"),
        ('title: "Plain', "title: Plain", r"posts/plain-words\.md:2: header is not YAML"),
        (
            "An ocelot",
            '<data value="coin_toss.runs">7</data>',
            r"posts/plain-words\.md:10: quotes 7, coin_toss\.runs is 5",
        ),
    ],
)
def test_a_mistake_is_told_with_file_and_line_and_the_server_recovers_when_it_is_mended(
    served, address, repository, page: Page, old, new, said
):
    page.goto(f"{address}posts/plain-words/")
    post = repository / "docs/posts/plain-words.md"
    right = post.read_text(encoding="utf-8")
    served.forget()
    replaced(post, old, new)
    served.wait(said)
    assert served.process.poll() is None
    expect(page.locator("h1")).to_be_visible()
    post.write_text(right.replace("Nothing else.", "Mended now."), encoding="utf-8")
    expect(page.locator(".md-content").first).to_contain_text("Mended now.", timeout=PATIENCE)
    assert "Traceback" not in served.said


def test_a_broken_post_stops_serve_at_the_start_with_file_and_line(repository):
    replaced(repository / "docs/posts/plain-words.md", "slug: plain-words", "slug: Plain Words")
    served = Served(repository)
    served.wait(r"posts/plain-words\.md:5: slug 'Plain Words' is not kebab-case; write words like-this")
    assert served.process.wait(PATIENCE / 1000) != 0
    assert "Traceback" not in served.said


def test_what_is_served_leaves_nothing_behind_and_a_killed_server_is_cleaned_up_after(repository):
    """Another server may run beside this one, so only what these two made counts."""
    made = []
    for end in (signal.SIGKILL, signal.SIGINT):
        served = Served(repository)
        address = served.wait(r"Serving on (http://127\.0\.0\.1:\d+/\S*)")[1]
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(f"{address}no/such/page/")
        assert b"Page not found" in missing.value.read()
        made.append(f"mkdocs-{served.process.pid}-*")
        served.process.send_signal(end)
        served.process.wait(PATIENCE / 1000)
    assert [path for pattern in made for path in Path("/dev/shm").glob(pattern)] == []
