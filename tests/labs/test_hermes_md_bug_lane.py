"""The lab hermes_md_bug: which lane a response names, and what the pass-through passes on."""

from __future__ import annotations

import gzip
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from labs.hermes_md_bug import lane

REFUSED = b'{"error": {"message": "You\'re out of extra usage. Add more and keep going."}}'


class Upstream(BaseHTTPRequestHandler):
    """A service that says in a header which lane it charged: the last word of the path."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.names = [(name.lower(), value) for name, value in self.headers.items()]
        self.send_response(int(self.headers.get("X-Status", "200")))
        if self.headers.get("X-Encoding"):
            self.send_header("Content-Encoding", self.headers["X-Encoding"])
        if (claim := self.path.rpartition("/")[2]) != "silent":
            self.send_header(lane.HEADER, claim)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        said = REFUSED if "X-Status" in self.headers else b""
        self.wfile.write(gzip.compress(said) if self.headers.get("X-Encoding") == "gzip" else said)
        self.wfile.write(b"" if said else b"data: " + body + b" " + self.headers["Authorization"].encode() + b"\n\n")

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    with ThreadingHTTPServer(("127.0.0.1", 0), Upstream) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/base"
        server.shutdown()


@pytest.fixture
def received():
    """A service of the test's own: its server, which keeps the headers of the last request as `names`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Upstream) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def watched(service):
    """Start watch-lane before the service; gives the server and a way to send it a request."""
    started = []

    def start(stop=False, upstream=service):
        server = lane.Server(upstream, stop=stop)
        started.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def send(claim, **headers):
            connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
            connection.request("POST", f"/v1/{claim}", b"hello", {"Authorization": "Bearer x", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace"), answer.getheader(lane.HEADER)

        return server, send

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def test_watch_lane_passes_on_body_and_headers_and_prints_no_more_than_the_lane(watched, capsys):
    server, send = watched()
    assert send("five_hour") == (200, "data: hello Bearer x\n\n", "five_hour")
    assert send("overage")[0] == 200
    assert server.metered == 1
    assert send("silent")[2] is None
    out = capsys.readouterr().out
    assert [line.split(None, 1)[1] for line in out.splitlines()] == [
        "200  plan  (five_hour)", "200  metered  (overage)", "200  unknown  (no header)"]  # fmt: skip
    assert "hello" not in out and "Bearer" not in out


def test_watch_lane_can_stop_at_the_first_metered_response(watched):
    _, send = watched(stop=True)
    assert [send(claim)[0] for claim in ("seven_day", "overage", "five_hour")] == [200, 200, 503]


@pytest.mark.parametrize("headers", [{"X-Status": "400"}, {"X-Status": "400", "X-Encoding": "gzip"},
                                     {"X-Status": "429"}])  # fmt: skip
def test_watch_lane_says_loudly_that_a_request_was_refused_for_want_of_credits(watched, capsys, headers):
    server, send = watched(stop=True)
    assert send("silent", **headers)[0] == int(headers["X-Status"])
    assert "  METERED LANE, REFUSED  (" in capsys.readouterr().out
    assert server.metered == 1 and send("five_hour")[0] == 503


@pytest.mark.parametrize(
    ("status", "encoding", "body"),
    [(200, None, REFUSED), (400, None, b"bad request"), (400, "gzip", REFUSED), (400, "br", b"?")],
)
def test_another_refusal_or_one_that_cannot_be_read_is_not_called_metered(status, encoding, body):
    assert not lane.refused(status, encoding, body)


@pytest.mark.parametrize("words", [b"You're out of extra usage", b"API Error: Usage credits required for 1M context"])
def test_a_refusal_is_known_by_the_old_name_of_the_lane_and_by_the_new(words):
    assert lane.refused(400, None, words) and lane.refused(429, "gzip", gzip.compress(words))


def test_a_refusal_is_passed_on_whole(watched):
    assert watched()[1]("silent", **{"X-Status": "400"})[1].encode() == REFUSED


def test_watch_lane_says_what_it_cannot_pass_on(watched):
    _, send = watched()
    assert send("five_hour", **{"Transfer-Encoding": "chunked"})[0] == 411
    assert [send("five_hour", **{"Content-Length": size})[0] for size in ("abc", "-1", "²")] == [400, 400, 400]
    _, send = watched(upstream="http://127.0.0.1:9")
    assert send("five_hour")[0] == 502


def test_watch_lane_passes_on_a_repeated_header_twice_and_adds_none(watched, received):
    server, _ = watched(upstream=f"http://127.0.0.1:{received.server_address[1]}")
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.putrequest("POST", "/v1/five_hour", skip_accept_encoding=True)
    sent = [("anthropic-beta", "one"), ("anthropic-beta", "two"), ("authorization", "x"), ("content-length", "2")]
    for name, value in sent:
        connection.putheader(name, value)
    connection.endheaders(b"hi")
    assert connection.getresponse().status == 200
    assert [pair for pair in received.names if pair[0] != "host"] == sent


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("five_hour", "plan"),
        ("seven_day_fallback", "plan"),
        ("seven_day_opus", "plan"),
        ("seven_day_sonnet", "plan"),
        ("overage", "metered"),
        ("extra_usage", "metered"),
        ("api", "metered"),
        ("seven_day_overage_included", "unknown"),
        ("a_new_bucket", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_value_that_was_never_seen_is_not_called_the_plan(claim, said):
    assert lane.lane(claim) == said
