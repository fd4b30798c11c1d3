"""Which posts stand nearest to a post."""

from __future__ import annotations

from writing.posts.related import related


def post(markdown: str = "", tags: str = "", categories: str = "") -> tuple[str, list[str], list[str]]:
    return markdown, tags.split(), categories.split()


def test_a_link_counts_more_than_a_tag_and_a_tag_more_than_a_category():
    posts = {"a": post("See [b](b.md).", "x", "k"), "c": post("", "", "k"), "t": post("", "x"), "b": post()}
    assert related(posts)["a"] == ["b", "t", "c"]


def test_a_link_counts_in_both_directions():
    assert related({"a": post("[b](b.md#part)"), "b": post()}) == {"a": ["b"], "b": ["a"]}


def test_there_are_at_most_three_and_equals_keep_the_order_of_the_posts():
    posts = {name: post("", "", "k") for name in "abcde"}
    assert related(posts)["e"] == ["a", "b", "c"]


def test_a_post_is_not_related_to_itself_nor_to_what_is_no_post():
    assert related({"a": post("[a](a.md) [m](../method.md) [z](z.md)", "x", "k")}) == {"a": []}
