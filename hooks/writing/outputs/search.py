"""Makes a page's search entries, one for each section: plain text, a line for each paragraph, item or row."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import Any

from mkdocs.structure.pages import Page

INSIDE = r"(?:\"[^\"]*\"|'[^']*'|[^<>\"'])"  # a tag: what is quoted there may hold a >
HEADING = re.compile(rf'<h([1-6])(?={INSIDE}*? id="([^"]*)")(?>{INSIDE}*)>(.*?)</h\1>', re.S)
DROPPED = re.compile(  # a lab's tables and source are folded there, and would hide the rest
    r'<(?:script.*?</script>|style.*?</style>|!--.*?-->|a class="headerlink".*?</a>|details class="file".*?</details>)',
    re.S,
)
LINE = re.compile(r"<(?=/(?:p|li|pre|tr|d[dt]|h\d|blockquote|summary|figcaption)>|(?:br|hr|ul|ol)\b)")
TAG = re.compile(rf"<(?>{INSIDE}*)>|<[^>]*>")


def text(html: str) -> str:
    """What a reader reads there, with the end of a line behind each block."""
    html = LINE.sub("\n<", html.replace("\n", " ").replace("</td>", " </td>").replace("</th>", " </th>"))
    return "\n".join(line for part in unescape(TAG.sub("", html)).split("\n") if (line := part.strip()))


@lru_cache(maxsize=4096)  # `mkdocs serve` asks again at each save
def sections(html: str) -> list[tuple[str, str, str]]:
    """Id, title and text of each part of a page; the first one, which is the page itself, has no id."""
    before, *rest = HEADING.split(DROPPED.sub("", html))
    found = [("", "", text(before))]
    for level, id, title, body in zip(rest[::4], rest[1::4], rest[2::4], rest[3::4], strict=True):
        if level == "1" and found == [("", "", "")]:
            found, id = [], ""
        found.append((id, text(title), text(body)))
    return found


def add_entries(index: Any, page: Page) -> None:
    """As `SearchIndex.add_entry_from_context`, in a tenth of its time; that one is asked where parts are excluded."""
    settings, tags, first = page.meta.get("search") or {}, page.meta.get("tags"), len(index.entries)
    if "data-search-exclude" in page.content or settings.get("exclude"):
        type(index).add_entry_from_context(index, page)
        for entry in index.entries[first:]:
            entry |= {"title": text(entry["title"]), "text": text(entry["text"])}
        return
    more = {"tags": [str(name) for name in tags]} if isinstance(tags, list) else {}
    more |= {"boost": settings["boost"]} if "boost" in settings else {}
    for id, title, words in sections(page.content):
        name = title or str(page.meta.get("title", page.title))
        if not id and (summary := page.meta.get("description")):
            words = f"{summary}\n{words}"
        index.entries.append({"location": page.url + (id and f"#{id}"), "title": name, "text": words, **more})


def enter(plugin: Any, context: Any, *, page: Page, **more: Any) -> Any:
    """As the plugin's `on_page_context`, which goes through every page for parts to exclude."""
    if "data-search-" in page.content:
        return plugin.on_page_context(context, page=page, **more)
    return add_entries(plugin.search_index, page)
