"""What each key of a post's header must be."""

from __future__ import annotations

import datetime
import re
from difflib import get_close_matches

KEYS = ("title", "description", "date", "slug", "categories", "tags", "lab", "draft", "authors")
REQUIRED = KEYS[:5]
LONGEST = {"title": 110, "description": 240}
DATES = (datetime.date, datetime.datetime)


def near(word: object, words: tuple[str, ...]) -> str:
    """The known word that was probably meant, or all of them."""
    close = get_close_matches(str(word), words, 1, 0.5)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(words) or 'none'}"


def problem(key: str, value: object, categories: tuple[str, ...], labs: tuple[str, ...]) -> str | None:
    """What is wrong with the value of a key and what would be right; None if it is as it should be."""
    if key in ("title", "description"):
        longest = LONGEST[key]
        if not isinstance(value, str) or not value.strip():
            return f'{key} is not a text; write {key}: "..."'
        if key == "title" and "<" in value:
            return "title has a <, which the theme would read as markup; say it in words"
        return f"{key} has {len(value)} characters; at most {longest} fit" if len(value) > longest else None
    if key == "date":
        dates = list(value.values()) if isinstance(value, dict) and "created" in value else [value]
        right = all(isinstance(date, DATES) for date in dates)
        return None if right else "date is not a date; write YYYY-MM-DDTHH:MM:SSZ without quotes"
    if key == "slug":
        right = isinstance(value, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value)
        return None if right else f"slug {value!r} is not kebab-case; write words like-this"
    if key in ("categories", "tags", "authors"):
        if not isinstance(value, list) or not value or not all(isinstance(word, str) for word in value):
            return f"{key} is not a list of words; write {key}: [...]"
        wrong = [word for word in value if word not in categories] if key == "categories" else []
        return f"no category {wrong[0]!r}; {near(wrong[0], categories)}" if wrong else None
    if key == "lab":
        return None if value in labs else f"no lab {value!r}; {near(value, labs)}"
    if key == "draft":
        return None if isinstance(value, bool) else "draft is neither true nor false; write draft: true"
    return f"unknown key {key!r}; {near(key, KEYS)}"
