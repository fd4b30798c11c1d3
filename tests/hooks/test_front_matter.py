"""Each row is a post's header and what the author is told about it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from writing.posts.header import faults, header, misnamed
from writing.posts.schema import KEYS, LONGEST, near, problem

CATEGORIES = ("Agent design", "Agent memory", "Security")
LABS = ("agent_loop", "memory_hierarchy")
RIGHT = {
    "title": '"A: b"',
    "description": '"What it says."',
    "date": "2026-11-22T01:00:00Z",
    "slug": "a-b",
    "categories": "[Security]",
}


def post(**changed: str | None) -> bytes:
    """A post with a right header, but for the keys that are changed, added, or (None) left out."""
    keys = {**RIGHT, **changed}
    return ("---\n" + "".join(f"{k}: {v}\n" for k, v in keys.items() if v is not None) + "---\n\nText.\n").encode()


def told(*sources: bytes) -> list[str]:
    """What is said about posts named a.md, b.md, ..."""
    return list(faults({f"posts/{'abc'[i]}.md": s for i, s in enumerate(sources)}, CATEGORIES, LABS))


def test_a_right_header_has_no_fault():
    full = post(tags="[x, y]", lab="agent_loop", draft="true", authors="[somebody]")
    assert told(full) == []
    assert told(post(date="2026-11-22")) == []
    assert told(post(date="{created: 2026-11-22, updated: 2026-11-22}")) == []


@pytest.mark.parametrize("change", [lambda s: s.replace(b"\n", b"\r\n"), lambda s: b"\xef\xbb\xbf" + s])
def test_windows_line_ends_and_a_byte_order_mark_are_no_fault(change):
    assert told(change(post())) == []
    assert told(change(post(slug="A"))) == ["posts/a.md:5: slug 'A' is not kebab-case; write words like-this"]


NO_TEXT = '{0} is not a text; write {0}: "..."'
DATA = "{} has a tag <data>, which would be shown as it is; write its number plainly"
LIST = "{0} is not a list of words; write {0}: [...]"
EARLY = (
    "date is of the year {}, before there were sites; "
    "write YYYY-MM-DDTHH:MM:SSZ without quotes, or {{created: ..., updated: ...}}"
)
DATE = "date is not a date; write YYYY-MM-DDTHH:MM:SSZ without quotes, or {created: ..., updated: ...}"
WRONG = [
    ({"title": None}, 1, "title is missing; add a line `title: ...`"),
    ({"description": None}, 1, "description is missing; add a line `description: ...`"),
    ({"date": None}, 1, "date is missing; add a line `date: ...`"),
    ({"slug": None}, 1, "slug is missing; add a line `slug: ...`"),
    ({"categories": None}, 1, "categories is missing; add a line `categories: ...`"),
    ({"title": ""}, 2, NO_TEXT.format("title")),
    ({"title": '"  "'}, 2, NO_TEXT.format("title")),
    ({"title": "2026"}, 2, NO_TEXT.format("title")),
    ({"title": "List<T> explained"}, 2, "title has a <, which the theme would read as markup; say it in words"),
    ({"title": "x" * 111}, 2, "title has 111 characters; at most 110 fit"),
    ({"description": "[a]"}, 3, NO_TEXT.format("description")),
    ({"description": "x" * 241}, 3, "description has 241 characters; at most 240 fit"),
    ({"date": '"2026-11-22"'}, 4, DATE),
    ({"date": "soon"}, 4, DATE),
    ({"date": "0001-01-01"}, 4, EARLY.format(1)),
    ({"date": "{created: 1969-12-31T23:00:00Z, updated: 2020-01-01}"}, 4, EARLY.format(1969)),
    ({"date": "{updated: 2026-11-22}"}, 4, DATE),
    ({"date": "{created: 2026-11-22, updated: soon}"}, 4, DATE),
    ({"slug": "Agent_Loop"}, 5, "slug 'Agent_Loop' is not kebab-case; write words like-this"),
    ({"slug": "-a"}, 5, "slug '-a' is not kebab-case; write words like-this"),
    ({"slug": "null"}, 5, "slug is empty; write the file's name"),
    ({"slug": '""'}, 5, "slug is empty; write the file's name"),
    ({"slug": "12"}, 5, 'slug 12 is int in YAML; quote it: "12"'),
    ({"slug": "2026-11-22"}, 5, 'slug 2026-11-22 is date in YAML; quote it: "2026-11-22"'),
    ({"slug": "no"}, 5, 'slug False is bool in YAML; quote it: "..."'),
    ({"slug": "a" * 101}, 5, "slug has 101 characters; at most 100 fit"),
    ({"lab": "no"}, 7, 'lab False is bool in YAML; quote it: "..."'),
    ({"slug": "index"}, 5, "slug 'index' would take the address of the list of posts; choose another"),
    ({"slug": "site"}, 5, "slug 'site' would take the card of all other pages; choose another"),
    ({"categories": "Security"}, 6, LIST.format("categories")),
    ({"categories": "[]"}, 6, LIST.format("categories")),
    ({"categories": "[Agent desing]"}, 6, "no category 'Agent desing'; did you mean Agent design?"),
    ({"categories": "[Food]"}, 6, "no category 'Food'; there are: Agent design, Agent memory, Security"),
    ({"tags": "one"}, 7, LIST.format("tags")),
    ({"tags": "[1]"}, 7, 'tags is not a list of words: 1 is int in YAML; quote it: "1"'),
    ({"lab": "agent_lop"}, 7, "no lab 'agent_lop'; did you mean agent_loop?"),
    ({"lab": "agent-loop"}, 7, "no lab 'agent-loop'; did you mean agent_loop?"),
    ({"lab": "zzz"}, 7, "no lab 'zzz'; there are: agent_loop, memory_hierarchy"),
    ({"draft": "maybe"}, 7, "draft is neither true nor false; write draft: true"),
    ({"categorys": "[Security]"}, 7, "unknown key 'categorys'; did you mean categories?"),
    ({"sumary": "x"}, 7, f"unknown key 'sumary'; {near('sumary', KEYS)}"),
    ({"1": "x"}, 7, f"unknown key '1'; there are: {', '.join(KEYS)}"),
    ({"categories": '"a'}, 7, 'header is not YAML (found unexpected end of stream); quote texts: "..."'),
    ({"title": "A: b"}, 2, 'header is not YAML (mapping values are not allowed in this context); quote texts: "..."'),
    ({"title": "a\ntitle: b"}, 3, "title is there twice; keep one"),
    ({"title": '"a <data value=x.y>5</data>"'}, 2, DATA.format("title")),
    ({"description": '"a <data value=x.y>5</data>"'}, 3, DATA.format("description")),
    ({"title": '"\u200b"'}, 2, "title has U+200B, which nobody sees; take it out"),
    ({"date": "2026-02-30"}, 4, 'header is not YAML (day is out of range for month); quote texts: "..."'),
]


@pytest.mark.parametrize(("changed", "line", "message"), WRONG, ids=[f"{m[:40]} {next(iter(c))}" for c, _, m in WRONG])
def test_a_wrong_key_is_named_with_its_line_and_what_would_be_right(changed, line, message):
    assert told(post(**changed)) == [f"posts/a.md:{line}: {message}"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"", "1: has no header; begin with a line ---, then `key: value` lines, then ---"),
        (b"Just text.\n", "1: has no header; begin with a line ---, then `key: value` lines, then ---"),
        (b"---\ntitle: never closed\n", "1: has no header; begin with a line ---, then `key: value` lines, then ---"),
        (b"---\n- a\n- b\n---\n", "2: header is not a list of keys; write one `key: value` a line"),
        (b"---\n\n---\n", "2: header is not a list of keys; write one `key: value` a line"),
        (b"---\ntitle: a\nslug: caf\xe9\n---\n", "3: is not UTF-8; save it as UTF-8"),
    ],
)
def test_a_file_without_a_readable_header_is_told_so(source, said):
    assert told(source) == [f"posts/a.md:{said}"]


def test_all_faults_of_all_posts_are_said_at_once():
    assert told(post(slug="A", title=None, tags="x"), b"nothing", post(date="soon")) == [
        "posts/a.md:1: title is missing; add a line `title: ...`",
        "posts/a.md:4: slug 'A' is not kebab-case; write words like-this",
        "posts/a.md:6: tags is not a list of words; write tags: [...]",
        "posts/b.md:1: has no header; begin with a line ---, then `key: value` lines, then ---",
        f"posts/c.md:4: {DATE}",
    ]


def test_a_taken_slug_names_the_post_that_has_it():
    assert told(post(), post()) == ["posts/b.md:5: slug 'a-b' is taken by posts/a.md; choose another"]
    assert told(post(slug=None), post(slug=None)) == [
        f"posts/{name}.md:1: slug is missing; add a line `slug: ...`" for name in "ab"
    ]


def test_texts_may_be_as_long_as_the_limit():
    for key, longest in LONGEST.items():
        assert problem(key, "x" * longest, (), ()) is None


PIECES = [
    *(
        "title",
        "slug",
        "lab",
        "date",
        ": ",
        ":",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "&a ",
        "*a",
        "<<: ",
        "!!bool ",
        "!!int ",
        '""',
    ),
    *(
        "!!timestamp ",
        "!!float ",
        "!!python/name:os ",
        "? ",
        "|",
        ">",
        '"',
        "'",
        "#",
        "%",
        "\t",
        "\x00",
        "\x85",
        "\u2028",
    ),
    *("\r", "\ufeff", "\ud7ff", "null", "1", "0b_", "2026-13-45", "\n", "\n", "\n  ", "é", "...", "---\n", "a"),
]
headers = st.lists(st.sampled_from(PIECES)).map(lambda parts: ("---\n" + "".join(parts) + "\n---\n").encode())


@given(st.lists(st.one_of(st.binary(), headers, st.builds(bytes.__add__, headers, st.binary())), max_size=3))
def test_no_bytes_make_a_traceback_and_every_message_is_one_line_that_names_an_existing_line(sources):
    for said in told(*sources):
        found = re.fullmatch(r"posts/([abc])\.md:(\d+): \S.*", said)
        assert found, said
        assert 1 <= int(found[2]) <= sources["abc".index(found[1])].count(b"\n") + 1


@pytest.mark.parametrize(
    "value", ["!!bool x", '!!int ""', '!!float ""', "!!timestamp x", "!!python/name:os", "\x00", "*a"]
)
def test_a_value_that_yaml_cannot_make_is_a_fault_and_no_traceback(value):
    assert told(post(draft=value))[0].startswith("posts/a.md:")


def test_a_key_merged_from_elsewhere_has_no_line_and_makes_no_traceback():
    source = b"---\nbase: &b {slug: x}\n<<: *b\n---\n"
    assert "posts/b.md:1: slug 'x' is taken by posts/a.md; choose another" in told(source, source)


def test_lines_are_counted_as_editors_count_them():
    """YAML also breaks lines at U+2028, which editors do not."""
    assert told(post(title='"a\u2028b"', slug="A")) == [
        "posts/a.md:5: slug 'A' is not kebab-case; write words like-this"
    ]


def test_the_header_comes_with_the_line_of_each_key():
    meta, lines = header(post())
    assert meta["title"] == "A: b"
    assert lines == {"title": 2, "description": 3, "date": 4, "slug": 5, "categories": 6}


TURNED = "title has U+202E, which turns the direction of what follows it on the page; take it out"


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        ({"date": "{created: 2026-11-20, update: 2026-11-21}"}, 4, "date has no 'update'; did you mean updated?"),
        ({"date": "{created: 2026-11-20, updated: 2026-11-19}"}, 4,
         "date: updated (2026-11-19) is before created (2026-11-20)"),
        ({"date": "{created: 2026-11-20, updated: 2096-01-01}"}, 4, "date: updated (2096-01-01) is later than now"),
        ({"tags": "[python, 3.12]"}, 7, 'tags is not a list of words: 3.12 is float in YAML; quote it: "3.12"'),
        ({"tags": "[no]"}, 7, 'tags is not a list of words: False is bool in YAML; quote it: "..."'),
        ({"tags": "[sqlite, '']"}, 7, "tags has an empty word; take it out"),
        ({"tags": "[sqlite, SQLite]"}, 7, "tags has 'SQLite' twice; keep one"),
        ({"categories": "[Security, Security]"}, 6, "categories has 'Security' twice; keep one"),
        ({"title": '"a\\x1bb"'}, 2, "title has the control character U+001B; take it out"),
        ({"title": '"a\\u202Eb"'}, 2, TURNED),
        ({"title": '"a\\nb"'}, 2, "title has a line break; write it on one line, or folded (>-)"),
    ],
)  # fmt: skip
def test_a_value_that_no_output_could_carry_is_refused(change, line, said):
    assert told(post(**change)) == [f"posts/a.md:{line}: {said}"]


def test_a_header_that_ends_with_the_file_is_called_that():
    assert told(post().partition(b"---\n\nText")[0] + b"---") == [
        "posts/a.md:7: header ends with the file; write a post below it"
    ]


def test_file_slug_and_lab_have_one_name():
    right = {"posts/a-b.md": post(lab="a_b")}
    assert list(misnamed(right)) == []
    assert list(misnamed({"posts/c#.md": post()})) == [
        "posts/c#.md:5: slug 'a-b' is not the file's name, 'c#'; a post has one name"
    ]
    assert list(misnamed({"posts/a-b.md": post(lab="agent_loop")})) == [
        "posts/a-b.md:7: lab 'agent_loop' is not the slug; a_b"
    ]


def test_two_tags_with_one_address_are_refused_with_both_places_and_signs_make_a_difference():
    def two(one: str, other: str) -> list[str]:
        return list(misnamed({"posts/a.md": post(slug="a", tags=f"['{one}']"),
                              "posts/b.md": post(slug="b", tags=f"['{other}']")}))  # fmt: skip

    assert two("SQLite", "sqlite") == [
        "posts/b.md:7: tag 'sqlite' has the address of 'SQLite' (posts/a.md:7); write one of them"
    ]
    assert two("a b", "a-b") != []
    for one, other in (("C++", "C#"), ("C", "C++"), ("NET", ".NET"), ("🔥", "💧"), ("日本", "中国"), ("é", "e")):
        assert two(one, other) == [], (one, other)


def test_a_post_in_a_folder_of_its_own_is_told_where_it_belongs():
    said = list(misnamed({"posts/2026/a.md": b"---\nslug: a\n---\n\nx\n"}))
    assert said == ["posts/2026/a.md:1: is in a folder of its own; move it to posts/a.md"]
