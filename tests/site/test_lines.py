"""Whatever is wrong, the author gets a line: generated input in headers, bodies, results, labs and settings.

Builds run in this process, which makes many of them cheap; what a command prints is what is logged here.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click import ClickException
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mkdocs.commands.build import build
from mkdocs.config import load_config
from support import ENVIRONMENT, made

POST, PAGE = "docs/posts/plain-words.md", "docs/method.md"
LAB, RESULTS = "docs/labs/coin_toss/__init__.py", "docs/labs/coin_toss/results.json"
LINE = re.compile(r"^[\w./ -]+:\d+: \S.*", re.M)
FEW = settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
JUNK = [None, True, 0, -1, 1e300, "", "x", "<b>", [], [None], ["x", 3], {}, {"x": 1}, {"x": {"y": []}}]
YAML = [
    "",
    "x",
    "[",
    "{",
    '"',
    "*a",
    "&a [*a]",
    "!!python/object:x",
    "- x",
    "3",
    "2026-01-01",
    "[1, {a: b}]",
    "\t",
    "|",
]
SOURCES = ["(", "def", "x = = 1", "\0", "\t x", '"""', "é\udc80", "if x:", "\\", "(" * 300, "[start:toss]", "1_"]
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
MARKDOWN = st.lists(
    st.sampled_from(
        [
            "# h", "\n", "\n\n", "    ", "> ", "- ", "1. ", "|", "---", "```", "~~~", "`", "*", "_", "[", "](",
            ")", "![", "<", ">", "</", "<data", ' value="coin_toss.tosses"', ">5,000</data>",
            "<!-- table: coin_toss.by_run -->", "-->", "--8<-- ", '"', "labs/coin_toss/__init__.py", ":toss",
            ":99999", ":-1:", "{", "}", "{:", "[^1]", "[^1]:", "*[a]: b", "??? x", "!!! y", "<script>", "<pre>",
            "<table>", "<svg>", "\0", "\u202e", "&#0;", "&amp", "plain-words.md", "../method.md#x", "..", "é",
        ]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A made site to change and to put right again."""
    return made(tmp_path_factory.mktemp("lines") / "repository")


def said(place: Path, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """All that a strict build logs; None if it succeeds. Any exception but a message to the author is the test's."""
    heard: list[str] = []

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    logger = logging.getLogger("mkdocs")
    monkeypatch.setattr(logger, "handlers", [handler := Heard(level=logging.WARNING)])
    monkeypatch.chdir(place)
    for key, value in ENVIRONMENT.items():
        monkeypatch.setitem(os.environ, key, value)
    signal.alarm(600)  # the one limit of time: a hang
    try:
        try:
            config = load_config(str(place / "mkdocs.yml"), site_dir=str(place.parent / "site"), strict=True)
        except (
            Exception
        ) as error:  # MkDocs reads its settings before there is any hook: what it raises there is its own
            return f"mkdocs.yml: {error}"
        build(config)
    except ClickException as error:
        return "\n".join([*heard, error.format_message()])
    finally:
        signal.alarm(0)
        logger.removeHandler(handler)
    return None


def tried(place: Path, name: str, change: Callable[[str], str | bytes]) -> str | None:
    """What a build says after a change of a file, which is put back."""
    path, before = place / name, (place / name).read_bytes()
    new = change(before.decode())
    path.write_bytes(new if isinstance(new, bytes) else new.encode("utf-8", "surrogatepass"))
    try:
        with pytest.MonkeyPatch.context() as monkeypatch:
            return said(place, monkeypatch)
    finally:
        path.write_bytes(before)


def told(found: str | None, name: str) -> None:
    """A build that stops names the file, and where it is none of MkDocs' own warnings the line."""
    if found is not None:
        assert "Traceback" not in found
        assert name.removeprefix("docs/") in found, found
        assert LINE.search(found) or "strict mode" in found or "make lab NAME=coin-toss" in found, found


@FEW
@given(st.sampled_from(["title", "description", "date", "slug", "categories", "tags", "lab", "draft", "new"]),
       st.sampled_from([*YAML, "*x", "&x [*x]"]), st.sampled_from([POST, PAGE]))  # fmt: skip
def test_any_header_makes_a_page_or_a_line(place, key, value, name):
    told(
        tried(
            place,
            name,
            lambda text: re.sub(rf"^{key}: .*\n", "", text, flags=re.M).replace("---\n", f"---\n{key}: {value}\n", 1),
        ),
        name,
    )


@FEW
@given(MARKDOWN, st.sampled_from([POST, PAGE]))
def test_any_body_makes_a_page_or_a_line(place, body, name):
    told(tried(place, name, lambda text: f"{text}\n\n{body}\n"), name)


def leaves(node: object, path: tuple = ()) -> list[tuple]:
    """The path of every part of a JSON value."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(leaf for key, value in items for leaf in leaves(value, (*path, key)))]


def altered(node, path: tuple, value):
    """A JSON value with another one in one place; with nothing there if `value` is `...`."""
    if not path:
        return None if value is ... else value
    copy = dict(node) if isinstance(node, dict) else list(node)
    if len(path) == 1 and value is ...:
        del copy[path[0]]
    else:
        copy[path[0]] = altered(copy[path[0]], path[1:], value)
    return copy


@settings(FEW, max_examples=60)
@given(st.data())
def test_any_results_make_a_page_or_a_line(place, data):
    def change(text: str) -> str:
        content = json.loads(text)
        return json.dumps(
            altered(content, data.draw(st.sampled_from(leaves(content))), data.draw(st.sampled_from([..., *JUNK])))
        )

    found = tried(place, RESULTS, change)
    assert found is None or ("coin_toss" in found and "stops the build (" not in found), found


@FEW
@given(st.sampled_from(SOURCES), st.integers(0, 60))
def test_any_source_of_a_lab_makes_a_page_or_a_line(place, text, line):
    def change(source: str) -> str:
        lines = source.splitlines()
        return "\n".join([*lines[:line], text, *lines[line:]]) + "\n"

    told(tried(place, LAB, change), "labs/coin_toss")


@settings(FEW, max_examples=25)
@given(st.data())
def test_any_settings_make_a_site_or_a_line(place, data):
    def change(text: str) -> str:
        content = yaml.safe_load(re.sub(r"!ENV \[(\w+), (.*)\]", r"\2", text))
        free = [path for path in leaves(content) if path and path[0] not in ("hooks", "theme")]
        return yaml.safe_dump(
            altered(content, data.draw(st.sampled_from(free)), data.draw(st.sampled_from([..., *JUNK])))
        )

    tried(place, "mkdocs.yml", change)


@pytest.mark.parametrize(
    ("name", "change", "line"),
    [
        (POST, lambda text: text + '\n--8<-- "labs/nope.py"\n', r"plain-words\.md:\d+: Snippet at path 'labs/nope"),
        (POST, lambda text: f"{text}\n--8<-- '{LAB[5:]}:nope'\n", r"plain-words\.md:\d+: Snippet section 'nope'"),
        (PAGE, lambda text: f"---\n{BOMB}---\n{text}", r"method\.md:2: header is not YAML \(its aliases"),
        (POST, lambda text: text.replace("slug:", f"{BOMB}slug: *i #"), r"plain-words\.md:2: .* \(its aliases"),
        (PAGE, lambda text: "---\ntitle: [1]\n---\n# x\n", r"method\.md:2: title is not a text"),
        (PAGE, lambda text: "---\ntemplate: no.html\n---\n# x\n", r"method\.md:1: names the template no\.html"),
        (PAGE, lambda text: b"# x\n\n\xff\n", r"method\.md:3: is not UTF-8; save it as UTF-8"),
        (LAB, lambda text: text + "\ndef (\n", r"labs/coin_toss/__init__\.py:\d+: invalid syntax"),
        (RESULTS, lambda text: text[:-30], r"labs/coin_toss/results\.json:\d+: is damaged"),
        ("overrides/main.html", lambda text: text + "{% if %}", r"overrides/main\.html:\d+: Expected an expression"),
        ("docs/assets/card.ttf", None, r"assets/card\.ttf:1: is no font"),
    ],
)  # fmt: skip
def test_a_fault_has_its_file_its_line_and_what_would_be_right(place, name, change, line):
    if change:
        found = tried(place, name, change)
    else:
        shutil.rmtree(place / ".cache", ignore_errors=True)
        kept = (place / name).read_bytes()
        (place / name).write_bytes(b"none")
        with pytest.MonkeyPatch.context() as monkeypatch:
            found = said(place, monkeypatch)
        (place / name).write_bytes(kept)
    assert found is not None
    assert re.search(f"^(posts/)?{line}", found, re.M), found
    assert "Traceback" not in found


def test_a_cache_that_cannot_be_written_is_no_fault(place):
    shutil.rmtree(place / ".cache", ignore_errors=True)
    (place / ".cache").write_text("a file")
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert said(place, monkeypatch) is None
    (place / ".cache").unlink()
