"""`mkdocs serve` tells on the page what stops a build, and serves the last good site meanwhile: with a real server."""

from __future__ import annotations

import re
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import html5lib
import pytest
from served import PATIENCE, Served
from support import replaced

POST = "docs/posts/plain-words.md"
HELD = """
import time
from pathlib import Path

def on_pre_build(*, config):
    while Path(config.config_file_path).with_name("hold").exists():
        time.sleep(0.02)
"""


@pytest.fixture
def served(repository):
    served = Served(repository)
    yield served
    served.process.terminate()
    served.process.wait()


@pytest.fixture
def address(served) -> str:
    return served.wait(r"Serving on (http://127\.0\.0\.1:\d+/\S*)")[1]


def get(address: str) -> str:
    """What a reader gets; a request that waits for a build ends in an error."""
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read().decode("utf-8")


def alert(html: str) -> str:
    """What the page tells its author."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return "".join("".join(node.itertext()) for node in tree.iter("div") if node.get("role") == "alert")


def until(there: Callable[[], bool], said: Callable[[], str]) -> None:
    """Wait for something; only a fault takes long."""
    end = time.monotonic() + PATIENCE / 1000
    while not there():
        assert time.monotonic() < end, said()
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        (POST, "slug: plain-words", "slug: Plain Words", r"posts/plain-words\.md:5: slug .* kebab"),
        (POST, "An ocelot", "--8<-- 'no/such'\n\nAn ocelot", r"posts/plain-words\.md:\d+: .*no/such"),
        (POST, "An ocelot", '<data value="coin_toss.runs">7</data>', r"posts/plain-words\.md:10: quotes 7, .* is 5"),
        ("docs/labs/coin_toss/__init__.py", "TOSSES = 1000", "TOSSES = <b>", r"coin_toss/__init__\.py:\d+: invalid"),
        ("mkdocs.yml", "site_name: Writing", "site_name: [", r"mkdocs\.yml:\d+: "),
        ("overrides/main.html", "{% extends", "{% if %}{% extends", r"overrides/main\.html:\d+: "),
    ],
)
def test_while_a_build_is_broken_every_page_says_what_the_terminal_says_until_it_is_mended(
    served, address, repository, name, old, new, line
):
    """https://github.com/gatsbyjs/gatsby/issues/24695 and https://github.com/webpack/webpack/issues/1934"""
    path = repository / name
    right = path.read_text(encoding="utf-8")
    assert alert(get(f"{address}posts/plain-words/")) == ""
    replaced(path, old, new)
    told = served.wait(line)[0]
    pages = [f"{address}{page}" for page in ("", "posts/plain-words/", "posts/coin-toss/")]
    until(lambda: all(told in alert(get(page)) for page in pages), lambda: f"{told!r}, but {alert(get(address))!r}")
    assert "An ocelot reads the manual" in get(pages[1]), "the last good page is below"
    assert "Traceback" not in served.said
    path.write_text(right, encoding="utf-8")
    until(lambda: not any(alert(get(page)) for page in pages), lambda: alert(get(address)))


def test_a_second_fault_takes_the_place_of_the_first(served, address, repository):
    """https://github.com/webpack/webpack-dev-server/issues/824"""
    replaced(repository / POST, "slug: plain-words", "slug: Plain Words")
    until(lambda: "kebab-case" in alert(get(address)), lambda: served.said)
    replaced(repository / POST, "slug: Plain Words", "slug: plain-word")
    until(lambda: "slug 'plain-word' is not" in alert(get(address)), lambda: served.said)
    assert "kebab-case" not in alert(get(address))


def test_a_fault_that_comes_again_is_told_again(served, address, repository):
    for _ in range(2):
        replaced(repository / POST, "slug: plain-words", "slug: Plain Words")
        until(lambda: "kebab-case" in alert(get(address)), lambda: alert(get(address)) + served.said)
        replaced(repository / POST, "slug: Plain Words", "slug: plain-words")
        until(lambda: not alert(get(address)), lambda: alert(get(address)))


def test_the_figures_of_a_draft_are_shown_while_it_is_written(served, address, repository):
    """https://github.com/hexojs/hexo/issues/4556"""
    replaced(repository / "docs/posts/coin-toss.md", "slug: coin-toss", "slug: coin-toss\ndraft: true")
    until(lambda: "Draft" in get(f"{address}posts/coin-toss/"), lambda: served.said)
    assert "<svg" in get(f"{address}figures/coin-toss/by-run-light.svg")


def test_a_page_that_is_not_there_yet_tells_it_too_and_loads_itself_again(served, address, repository):
    replaced(repository / POST, "slug: plain-words", "slug: Plain Words")
    told = served.wait(r"posts/plain-words\.md:5: slug .*kebab-case")[0]

    def page() -> str:
        with pytest.raises(urllib.error.HTTPError) as missing:
            get(f"{address}no/such/page/")
        return missing.value.read().decode("utf-8")

    until(lambda: told in alert(page()), page)
    assert "livereload(" in page()


def test_the_last_site_is_served_while_a_build_runs_and_no_reader_waits(repository):
    (repository / "hooks/held.py").write_text(HELD)
    replaced(repository / "mkdocs.yml", "  - hooks/publishing.py\n", "  - hooks/publishing.py\n  - hooks/held.py\n")
    served = Served(repository)
    try:
        page = served.wait(r"Serving on (http://127\.0\.0\.1:\d+/\S*)")[1] + "posts/plain-words/"
        assert "An ocelot reads" in get(page)
        (repository / "hold").touch()
        served.forget()
        replaced(repository / POST, "An ocelot reads", "A capybara reads")
        served.wait("Building documentation")
        answers: list[str] = []
        readers = [threading.Thread(target=lambda: answers.append(get(page))) for _ in range(50)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        assert ["An ocelot reads" in answer for answer in answers] == [True] * 50, "and the build still runs"
        assert "Reloading browsers" not in served.said
        (repository / "hold").unlink()
        until(lambda: "A capybara reads" in get(page), lambda: served.said)
    finally:
        (repository / "hold").unlink(missing_ok=True)
        served.process.terminate()
        served.process.wait()


def test_readers_during_many_saves_get_whole_pages_and_nothing_is_left_in_memory(served, address, repository):
    post, pages = repository / POST, [f"{address}posts/{name}/" for name in ("plain-words", "coin-toss")]
    text, faults, done = post.read_text(encoding="utf-8"), [], threading.Event()

    def read(page: str) -> None:
        while not done.is_set():
            try:
                if "</html>" not in get(page):
                    faults.append(f"{page}: cut off")
            except OSError as error:
                faults.append(f"{page}: {error}")

    readers = [threading.Thread(target=read, args=(page,)) for page in pages * 2]
    for reader in readers:
        reader.start()
    for number in range(8):
        post.write_text(f"{text}\nSave {number}.\n", encoding="utf-8")
        time.sleep(0.25)
    until(lambda: "Save 7." in get(pages[0]), lambda: served.said)
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []
    mine = list(Path("/dev/shm").glob(f"mkdocs-{served.process.pid}-*"))
    assert len(mine) <= 2, "the site that is served, and one that is built"


def test_where_the_system_gives_no_watcher_files_are_asked_in_turn(repository, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import watchdog.observers as o\n"
        "def start(self):\n    raise OSError(24, 'inotify instance limit reached')\n"
        "o.Observer.start = start\n"
    )
    served = Served(repository, PYTHONPATH=str(tmp_path))
    try:
        address = served.wait(r"Serving on (http://127\.0\.0\.1:\d+/\S*)")[1]
        assert "the system gives no watcher" in served.said
        replaced(repository / POST, "An ocelot reads", "A capybara reads")
        until(lambda: "A capybara reads" in get(f"{address}posts/plain-words/"), lambda: served.said)
        assert "Traceback" not in served.said
    finally:
        served.process.terminate()
        served.process.wait()


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_save_behind_a_link_is_noticed(repository, tmp_path, kind):
    """https://github.com/mkdocs/mkdocs/issues/1483 and https://github.com/mkdocs/mkdocs/issues/2425"""
    elsewhere, post = tmp_path / "elsewhere", repository / POST
    elsewhere.mkdir()
    if kind == "file":
        real = post.rename(elsewhere / "plain-words.md")
        post.symlink_to(real)
    else:
        posts = (repository / "docs/posts").rename(elsewhere / "posts")
        (repository / "docs/posts").symlink_to(posts)
        real = posts / "plain-words.md"
    served = Served(repository)
    try:
        address = served.wait(r"Serving on (http://127\.0\.0\.1:\d+/\S*)")[1]
        replaced(real, "An ocelot reads", "A capybara reads")
        until(lambda: "A capybara reads" in get(f"{address}posts/plain-words/"), lambda: served.said)
    finally:
        served.process.terminate()
        served.process.wait()


def test_a_port_in_use_is_a_line_before_anything_is_built(repository):
    """https://github.com/mkdocs/mkdocs/issues/4131"""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        served = Served(repository, port)
        assert served.process.wait(PATIENCE / 1000) != 0
        served.wait(rf"127\.0\.0\.1:{port}: cannot be listened at .* another port: mkdocs serve -a")
    assert "Traceback" not in served.said
    assert not re.search("Cleaning site|Documentation built", served.said)
    assert not (repository / ".cache/cards").exists(), "nothing was built"
