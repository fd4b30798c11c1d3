"""A browser, and servers for the built sites."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser.find import HELP, installed, shell
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

QUIET = ("no-first-run", "disable-quic", "disable-background-networking", "disable-component-update", "disable-sync")
STANDS = {"test_every_page", "test_explore", "test_reader_look", "test_search", "test_table"}


class Handler(SimpleHTTPRequestHandler):
    """Files below a folder, at an address below the host as a project's pages are; 404.html for the rest."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: object, base: str, **more: object) -> None:
        self.base = base
        super().__init__(*arguments, **more)

    def translate_path(self, path: str) -> str:
        path = urlsplit(path).path
        inside = path.startswith(self.base)
        return super().translate_path(path[len(self.base) - 1 :] if inside else "/there/is/no/such/file")

    def send_error(self, code: int, *arguments: object) -> None:
        body = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Takes many connections at once: one that is turned away is tried again only after seconds, at last minutes."""

    request_queue_size = 128


def serving(folder: Path, base: str) -> Iterator[str]:
    """Serves a folder until the generator ends; gives its address."""
    server = Server(("127.0.0.1", 0), partial(Handler, directory=str(folder), base=base))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{base}"
    server.shutdown()


@pytest.fixture(scope="session")
def made_site(small: Path) -> Iterator[str]:
    """The address of the made site, below a folder of the host."""
    yield from serving(small, "/blog/")


@pytest.fixture(scope="session")
def made_site_at_the_root(small: Path) -> Iterator[str]:
    """The address of the made site at the root of a host."""
    yield from serving(small, "/")


@pytest.fixture(scope="session")
def real_site(site: Path) -> Iterator[str]:
    """The address of the real site."""
    yield from serving(site, "/blog/")


@pytest.fixture(scope="session")
def launched() -> Iterator[Callable[[str | None], Browser]]:
    """A function from the path of a browser to that browser, begun once and closed at the end."""
    with sync_playwright() as playwright:
        begun: dict[str, Browser] = {}

        def launch(path: str | None) -> Browser:
            assert path, HELP
            if path not in begun:
                arguments = ["--no-sandbox", *(f"--{name}" for name in QUIET)]
                begun[path] = playwright.chromium.launch(executable_path=path, args=arguments)
            return begun[path]

        yield launch
        for browser in begun.values():
            browser.close()


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest, launched: Callable[[str | None], Browser]) -> Browser:
    """A Chromium; without a window for the tests of what stands on a page, not of what a page asks for, and when."""
    return launched(shell() if request.path.stem in STANDS else installed())


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile on a desktop in light colours."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    context.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that remembers in `page.complaints` each console error and each request to another host."""
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(f"{page.url}: {error}"))
    page.on(
        "console", lambda said: said.type in ("error", "warning") and page.complaints.append(f"{page.url}: {said.text}")
    )

    def look(request) -> None:
        host = urlsplit(request.url).hostname
        if host not in ("127.0.0.1", None) or (request.url.startswith("http") and host is None):
            page.complaints.append(f"{page.url}: asks for {request.url}")

    page.on("request", look)
    return page
