"""A pass-through on this machine that prints which lane each response says it was charged to."""

from __future__ import annotations

import datetime
import gzip
import http.client
import urllib.parse
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HEADER = "anthropic-ratelimit-unified-representative-claim"
PLAN = ("five_hour", "seven_day", "seven_day_opus", "seven_day_sonnet")  # windows of the plan
REFUSALS = (400, 429)  # with these a request to the metered lane is refused where there are no credits
LANE_WORDS = (b"extra usage", b"usage credits")  # what the vendor calls that lane, until 2.1.144 and since
HOP = {  # headers that concern one connection only, RFC 9110 section 7.6.1, and those for a proxy; `Host` is set anew
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "transfer-encoding",
    "te", "trailer", "upgrade", "host",  # codespell:ignore te
}  # fmt: skip
PIECE = 65536  # bytes passed on at a time


def lane(claim: str | None) -> str:
    """What a value of HEADER says: "plan", "metered", or "unknown" (no header, or a value not seen before).

    The windows of the plan, with or without `_fallback`, and `overage` are those of the client's own schema and of
    dario's source (src/analytics.ts, commit 807b38c), which adds `api`; `extra_usage` is a name that its script
    expects. Values ending in `_overage_included` are "unknown": dario saw one that cost nothing, the schema lists
    it beside `overage`, and nobody defines it.
    """
    if claim is None:
        return "unknown"
    if claim.removesuffix("_fallback") in PLAN:
        return "plan"
    return "metered" if claim in ("overage", "extra_usage", "api") else "unknown"


def refused(status: int, encoding: str | None, body: bytes) -> bool:
    """Whether a service refuses a request for want of credits: 400 or 429 that names the metered lane."""
    if status not in REFUSALS:
        return False
    if encoding == "gzip":
        try:
            body = gzip.decompress(body)
        except (OSError, EOFError):
            return False
    return any(words in body.lower() for words in LANE_WORDS)


class Server(ThreadingHTTPServer):
    """Listens on this machine only. `metered` counts responses on the metered lane; `stop` refuses what follows one."""

    daemon_threads = True

    def __init__(self, upstream: str, port: int = 0, stop: bool = False) -> None:
        """Raises ValueError for an address that cannot be passed on to, or a port in use."""
        self.upstream = urllib.parse.urlsplit(upstream)
        if self.upstream.scheme not in ("http", "https") or not self.upstream.hostname:
            raise ValueError(f"--upstream {upstream}: give an address such as https://api.anthropic.com")
        self.stop, self.metered = stop, 0
        try:
            super().__init__(("127.0.0.1", port), Handler)
        except OSError as error:
            raise ValueError(f"--port {port}: {error.strerror}") from None

    def connect(self) -> http.client.HTTPConnection:
        """A new connection to the service."""
        kind = http.client.HTTPSConnection if self.upstream.scheme == "https" else http.client.HTTPConnection
        return kind(self.upstream.hostname, self.upstream.port, timeout=600)


class Handler(BaseHTTPRequestHandler):
    """Passes one request on and its response back, piece by piece; says its lane."""

    server: Server

    def pass_on(self) -> None:
        """Answer 503 after a stop, 502 if the service cannot be reached, 400 or 411 to what cannot be passed on, else
        what the service answers."""
        if "Transfer-Encoding" in self.headers:
            return self.refuse(411, "watch-lane passes on requests with a Content-Length only")
        length = self.headers.get("Content-Length") or "0"
        if not (length.isascii() and length.isdigit()):
            return self.refuse(400, f"Content-Length {length!r} is not a number of bytes")
        body = self.rfile.read(int(length))
        if self.server.stop and self.server.metered:
            return self.refuse(503, "watch-lane stopped: a response was metered")
        connection = self.server.connect()
        try:
            path = self.server.upstream.path.rstrip("/") + self.path
            connection.putrequest(self.command, path, skip_accept_encoding=True)
            for name, value in self.headers.items():  # a name that comes twice is passed on twice
                if name.lower() not in HOP:
                    connection.putheader(name, value)
            connection.endheaders(body or None)
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            return self.refuse(502, f"{self.server.upstream.hostname}: {error}")
        except ValueError as error:
            return self.refuse(400, f"the request cannot be passed on: {error}")
        with closing(connection), answer:
            claim = answer.getheader(HEADER)
            first = answer.read(PIECE) if answer.status in REFUSALS else b""  # it is short, and says why
            said, why = lane(claim), claim or "no header"
            if refused(answer.status, answer.getheader("Content-Encoding"), first):
                said, why = "METERED LANE, REFUSED", f"the answer names that lane; {why}"
            self.server.metered += said.lower().startswith("metered")
            print(f"{datetime.datetime.now():%H:%M:%S}  {answer.status}  {said}  ({why})", flush=True)
            self.send_response_only(answer.status, answer.reason)
            for name, value in answer.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            while first or (first := answer.read1(PIECE)):
                self.wfile.write(first)
                self.wfile.flush()
                first = b""
        return None

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = do_PATCH = pass_on

    def refuse(self, status: int, why: str) -> None:
        """Answer with a line of this program's own."""
        print(f"{datetime.datetime.now():%H:%M:%S}  {status}  {why}", flush=True)
        self.send_response_only(status)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(f"{why}\n".encode())

    def log_message(self, *_: object) -> None:
        """Say nothing by itself: paths and clients stay out of the output."""


def watch(upstream: str, port: int, stop: bool) -> int:
    """Serve until Ctrl-C. Returns 1 if a response was metered."""
    with Server(upstream, port, stop) as server:
        print(f"start the client with ANTHROPIC_BASE_URL=http://127.0.0.1:{server.server_address[1]}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print(f"{server.metered} metered responses")
        return int(server.metered > 0)
