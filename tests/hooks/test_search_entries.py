"""The search index holds what the theme's own would hold, as plain text."""

from __future__ import annotations

import json
import re
from html import escape, unescape

import pytest
from support import built, replaced
from writing.outputs.search import sections, text


def entries(site) -> list[dict]:
    return json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))["docs"]


def letters(html: str) -> str:
    return "".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def test_every_section_has_the_title_the_tags_and_the_words_that_the_theme_finds(small, repository):
    replaced(
        repository / "hooks/outputs.py", "patches.use_search_entries(config, search.enter, search.add_entries)", ""
    )
    theirs, ours = entries(built(repository, repository / "site")), entries(small)
    assert [(e["location"], letters(e["title"]), e.get("tags")) for e in theirs] == [
        (e["location"], letters(escape(e["title"])), e.get("tags")) for e in ours
    ]
    for their, our in zip(theirs, ours, strict=True):
        if not our["location"].endswith(("/#tables", "/#source")):  # folded, and left out
            assert letters(escape(our["text"])).endswith(letters(their["text"]))
        assert "#" in our["location"] or len(our["text"]) >= len(letters(their["text"]))
    assert any("<data value=" in e["text"] for e in ours)  # a post writes about it; its text is not escaped
    assert not any("<p>" in e["text"] for e in ours)


def test_the_summary_of_a_post_is_found_and_the_source_of_its_lab_is_not(small):
    found = {entry["location"]: entry["text"] for entry in entries(small)}
    assert found["posts/coin-toss/"].startswith("Five thousand tosses of a fair coin, counted by a program,")
    assert "def toss" not in found["labs/coin-toss/#source"]
    assert "share of heads" in found["labs/coin-toss/#values"]


def test_a_page_that_begins_with_its_title_is_one_entry_without_an_id():
    assert sections('<h1 id="a">A<a class="headerlink" href="#a">¶</a></h1>\n<p>b</p>') == [("", "A", "b")]


def test_a_text_above_the_first_heading_belongs_to_the_page_and_the_heading_keeps_its_id():
    html = '<p>b</p><h2 id="c">C <code>d</code></h2><p>e</p><h3 id="f">F</h3>'
    assert sections(html) == [("", "", "b"), ("c", "C d", "e"), ("f", "F", "")]
    assert sections('<h2 title="a > b" id="c">C</h2>') == [("", "", ""), ("c", "C", "")]


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>a\nb</p>\n<p>c</p>", "a b\nc"),
        ('<p>a <img alt="x > y"> b <span title=\'p > q\'>c</span> <i data-x="it\'s>">d</i></p>', "a  b c d"),
        ("<ul>\n<li>a</li>\n<li>b <em>c</em></li></ul>", "a\nb c"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>", "a b\nc d"),
        ("<pre><code><span>a</span> &lt; <span>b</span>\nc</code></pre>", "a < b c"),
        ("<p>isn&#39;t &amp;amp;<br>b</p>", "isn't &amp;\nb"),
    ],
)
def test_a_block_is_a_line_of_plain_text(html, lines):
    assert text(html) == lines


def test_what_an_author_leaves_out_of_search_is_left_out(repository):
    replaced(repository / "docs/posts/plain-words.md", "\n## ", "\nHidden ocelots.\n{ data-search-exclude }\n\n## ")
    found = [e for e in entries(built(repository, repository / "site")) if e["location"].startswith("posts/plain")]
    assert found
    assert not any("Hidden ocelots" in e["text"] or "<p>" in e["text"] for e in found)
