"""The page of all labs, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from writing import escaping

HEAD = """---
title: Evidence
description: Every lab behind the posts, with its claims, its values, its data and its source.
---

# The programs behind the posts

Each post has a lab: a program that reproduces its numbers and decides its sentences.
[Method](../method.md) says how they are checked.

| lab | what it does | recorded |
| --- | --- | --- |
"""


def markdown(labs: Iterable[tuple[str, str, str]]) -> str:
    """The page, given the slug of each lab, what it does and when it was recorded."""
    rows = (f"| [{slug}]({slug}.md) | {escaping.markdown(does)} | <time>{date}</time> |" for slug, does, date in labs)
    return HEAD + "\n".join(rows) + "\n"
