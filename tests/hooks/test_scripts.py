"""Scripts other than Latin: reading time, addresses of sections and tags."""

from __future__ import annotations

import json
import re

import pytest
from support import built
from writing.posts.reading_time import minutes
from writing.posts.slugs import heading, word


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("今天我们讨论智能体的记忆系统，它如何在会话之间保存状态。" * 150, 8, 13),
        ("カタカナとひらがなと漢字" * 200, 5, 8),
        ("слово " * 2650, 10, 10),
        ("word " * 2650, 10, 10),
        ("ภาษาไทยไม่มีช่องว่าง" * 200, 3, 6),
        ("", 1, 1),
    ],
)
def test_minutes_are_counted_in_every_script(text, least, most):
    assert least <= minutes(text) <= most


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ("A heading is a claim", "a-heading-is-a-claim"),
        ("Café, déjà vu", "cafe-deja-vu"),
        ("记忆系统", "记忆系统"),
        ("Как это работает", "как-это-работает"),
        ("हिन्दी में", "हिन्दी-में"),
        ("__init__", "init__"),
        ("🔥", "section"),
    ],
)
def test_a_heading_has_an_id_that_says_what_it_is(words, id):
    assert heading(words, "-") == id


def test_tags_that_differ_have_addresses_that_differ():
    names = ["C", "C++", "C#", "F#", ".NET", "NET", "node.js", "🔥", "💧", "日本", "A*", "R&D", "100%"]
    assert len({word(name, "-") for name in names}) == len(names)
    assert all(word(name, "-") for name in names)


def test_pages_link_to_sections_and_tags_in_any_script(repository, tmp_path):
    post = repository / "docs/posts/plain-words.md"
    text = re.sub("tags: .*", "tags: ['C++', 'C#', '🔥', 记忆, chance]", post.read_text())
    post.write_text(text + "\n## 记忆系统\n\nT\n\n## Related\n\nT\n\n## Start {.wide}\n\nXylophone.\n")
    site = built(repository, tmp_path / "site")
    html = (site / "posts/plain-words/index.html").read_text(encoding="utf-8")
    assert 'id="记忆系统"' in html
    assert html.count('id="related"') == html.count('id="__related"') == html.count('id="start"') == 1
    tags = (site / "tags/index.html").read_text(encoding="utf-8")
    for slug in ("c-plus-plus", "c-sharp", "1f525", "记忆"):
        assert tags.count(f'id="tag:{slug}"') == 1, slug
        assert f'#tag:{slug}"' in html, slug
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    found = {doc["location"]: doc["text"] for doc in index["docs"]}
    assert found["posts/plain-words/#start"] == "Xylophone."
    assert "posts/plain-words/#记忆系统" in found
