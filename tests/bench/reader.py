"""What a reader's browser asks for and what it weighs over gzip: on a cold load, and once search is open."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser

TEXT = {".html", ".css", ".js", ".json", ".svg", ".xml", ".txt"}
READY = """() => new Promise(done => {
  const said = () => document.querySelector(".md-search-result__meta")?.textContent ?? "initializing"
  const look = () => /initializing/i.test(said()) ? setTimeout(look, 2) : done(performance.now() - began)
  look()
})"""


@cache
def packed(path: Path) -> bytes:
    """A file as it goes over the wire."""
    return gzip.compress(path.read_bytes(), 9) if path.suffix in TEXT else path.read_bytes()


@contextmanager
def served(site: Path) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """The address of a site, and a list that fills with each request and its bytes, head and body."""
    asked: list[tuple[str, int]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = site / urlsplit(self.path).path.lstrip("/")
            path = path / "index.html" if path.is_dir() else path
            status, path = (200, path) if path.is_file() else (404, site / "404.html")
            body = packed(path) if path.is_file() else b""
            head = {"Content-Type": guess_type(path.name)[0] or "text/plain", "Content-Length": str(len(body))}
            if path.suffix in TEXT:
                head["Content-Encoding"] = "gzip"
            self.send_response(status)
            for name, value in head.items():
                self.send_header(name, value)
            size = sum(map(len, self._headers_buffer)) + 2 + len(body)
            self.end_headers()
            self.wfile.write(body)
            asked.append((self.path, size))

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", asked
    server.shutdown()


def cost(browser: Browser, site: Path, address: str = "", search: bool = True) -> dict:
    """Requests and bytes of a cold load of one page (figures aside), then of opening search, and its milliseconds."""
    with served(site) as (base, asked):
        context = browser.new_context(viewport={"width": 412, "height": 823})
        page = context.new_page()
        page.goto(base + address, wait_until="networkidle")
        time.sleep(0.5)
        seen = [(path, size) for path, size in asked if "/figures/" not in path]
        found = {"cold": [path for path, _ in seen], "cold_bytes": sum(size for _, size in seen)}
        if search:
            asked.clear()
            page.evaluate("addEventListener('keydown', () => { window.began ??= performance.now() }, true)")
            page.keyboard.press("/")
            found["search_ready_ms"] = round(page.evaluate(READY))
            page.wait_for_load_state("networkidle")
            for _ in range(100):  # a request is noted once it has been answered
                if any("search_index" in path for path, _ in asked):
                    break
                time.sleep(0.05)
            found |= {"search": [path for path, _ in asked], "search_bytes": sum(size for _, size in asked)}
        context.close()
    return found
