"""What each key of a post's header must be."""

from __future__ import annotations

import datetime
import re
import unicodedata
from difflib import get_close_matches
from html import unescape

KEYS = ("title", "description", "date", "slug", "categories", "tags", "lab", "draft", "authors", "aliases")
REQUIRED = KEYS[:5]
LONGEST = {"title": 110, "description": 240, "slug": 100}
LONGEST_TAG = 40
KEBAB = r"[a-z0-9]+(-[a-z0-9]+)*"
RESERVED = {"index": "the address of the list of posts", "site": "the card of all other pages"}
DATES = (datetime.date, datetime.datetime)
EARLIEST = 1990
DATE = "write YYYY-MM-DDTHH:MM:SSZ without quotes, or {created: ..., updated: ...}"


def near(word: object, words: tuple[str, ...]) -> str:
    """The known word that was probably meant, or all of them."""
    close = get_close_matches(str(word), words, 1, 0.5)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(words) or 'none'}"


def unseen(text: str) -> str:
    """What is wrong with a text of one line that no reader could see; empty if nothing is."""
    for c in text:
        if c in "\n\r\x85":
            return "has a line break; write it on one line, or folded (>-)"
        if unicodedata.category(c) in ("Cc", "Cs") or c in "\ufffe\uffff":
            return f"has the control character U+{ord(c):04X}; take it out"
        if c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
            return f"has U+{ord(c):04X}, which turns the direction of what follows it on the page; take it out"
        if c in "\u00ad\u200b\u2060\ufeff":
            return f"has U+{ord(c):04X}, which nobody sees; take it out"
    return ""


def marked(text: str) -> str:
    """What of a name the theme, which puts it into pages as it is, would read as HTML; empty if nothing is."""
    if "<" in text:
        return "has a <, which the theme would read as markup; say it in words"
    found = re.search(r"&#?\w+;", text)
    return f"has {found[0]}, which the theme would read as {unescape(found[0])}; write that" if found else ""


def moment(date: datetime.date) -> datetime.datetime:
    """The beginning of what a date names; without a zone it is in UTC."""
    if isinstance(date, datetime.datetime):
        return date if date.tzinfo else date.replace(tzinfo=datetime.UTC)
    return datetime.datetime(date.year, date.month, date.day, tzinfo=datetime.UTC)


def dates(value: object) -> str | None:
    """What is wrong with the date of a post."""
    if not isinstance(value, dict):
        return dates({"created": value}) if isinstance(value, DATES) else f"date is not a date; {DATE}"
    if odd := [key for key in value if key not in ("created", "updated")]:
        return f"date has no {odd[0]!r}; {near(odd[0], ('created', 'updated'))}"
    if "created" not in value or not all(isinstance(date, DATES) for date in value.values()):
        return f"date is not a date; {DATE}"
    if old := next((date for date in value.values() if date.year < EARLIEST), None):
        return f"date is of the year {old.year}, before there were sites; {DATE}"
    created, updated = value["created"], value.get("updated", value["created"])
    only_days = not (isinstance(created, datetime.datetime) and isinstance(updated, datetime.datetime))
    first, last = moment(created), moment(updated)
    if last.date() < first.date() if only_days else last < first:
        return f"date: updated ({updated}) is before created ({created})"
    if updated != created and last > datetime.datetime.now(datetime.UTC):
        today = datetime.datetime.now().astimezone().date()
        if isinstance(updated, datetime.datetime) or updated > today:
            return f"date: updated ({updated}) is later than now"
    return None


def unquoted(value: object) -> str:
    """What YAML has read a word as, and what would be right."""
    kind, word = ("nothing" if value is None else type(value).__name__), "..." if isinstance(value, bool) else value
    return f'{value} is {kind} in YAML; quote it: "{word}"'


def words(key: str, value: object, categories: tuple[str, ...]) -> str | None:
    """What is wrong with a list of words: categories, tags or authors."""
    if not isinstance(value, list) or not value:
        return f"{key} is not a list of words; write {key}: [...]"
    for word in value:
        if not isinstance(word, str):
            return f"{key} is not a list of words: {unquoted(word)}"
        if not word.strip():
            return f"{key} has an empty word; take it out"
        if fault := unseen(word) or marked(word):
            return f"{key}: {word!r} {fault}"
        if key == "tags" and len(word) > LONGEST_TAG:
            return f"tags: {word[:20]!r}... has {len(word)} characters; at most {LONGEST_TAG} fit"
    folded = [word.casefold() for word in value]
    if twice := [word for i, word in enumerate(value) if word.casefold() in folded[:i]]:
        return f"{key} has {twice[0]!r} twice; keep one"
    wrong = [word for word in value if word not in categories] if key == "categories" else []
    return f"no category {wrong[0]!r}; {near(wrong[0], categories)}" if wrong else None


def problem(key: str, value: object, categories: tuple[str, ...], labs: tuple[str, ...]) -> str | None:
    """What is wrong with the value of a key and what would be right; None if it is as it should be."""
    if key in ("title", "description"):
        longest = LONGEST[key]
        if not isinstance(value, str) or not value.strip():
            return f'{key} is not a text; write {key}: "..."'
        if fault := unseen(value.strip()):
            return f"{key} {fault}"
        if "<data" in value:
            return f"{key} has a tag <data>, which would be shown as it is; write its number plainly"
        if key == "title" and (fault := marked(value)):
            return f"title {fault}"
        return f"{key} has {len(value)} characters; at most {longest} fit" if len(value) > longest else None
    if key == "date":
        return dates(value)
    if key in ("slug", "lab") and isinstance(value, bool | int | float | datetime.date):
        return f"{key} {unquoted(value)}"
    if key in ("slug", "lab") and not value:
        return f"{key} is empty; " + ("write the file's name" if key == "slug" else near("", labs))
    if key == "slug":
        if not isinstance(value, str) or not re.fullmatch(KEBAB, value):
            return f"slug {value!r} is not kebab-case; write words like-this"
        if value in RESERVED:
            return f"slug {value!r} would take {RESERVED[value]}; choose another"
        longest = LONGEST[key]
        return f"slug has {len(value)} characters; at most {longest} fit" if len(value) > longest else None
    if key in ("categories", "tags", "authors"):
        return words(key, value, categories)
    if key == "aliases":
        right = isinstance(value, list) and all(isinstance(one, str) and re.fullmatch(KEBAB, one) for one in value)
        return (
            None if right else "aliases is not a list of earlier slugs; `make rename` writes it: aliases: [like-this]"
        )
    if key == "lab":
        return None if value in labs else f"no lab {value!r}; {near(value, labs)}"
    if key == "draft":
        return None if isinstance(value, bool) else "draft is neither true nor false; write draft: true"
    return f"unknown key {key!r}; {near(key, KEYS)}"
