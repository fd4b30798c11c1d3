"""The notes on a lab's page, one fold a section: a reader opens the section that a post sent them to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from writing.build import line_with

TAKEN = "the id {!r} is that of a row or a line further down; write another heading, or another id: {{#like-this}}"
START, END = '<div data-part="notes"></div>', '<div data-part="end"></div>'


def folded(html: str) -> str:
    """The page's HTML with each section of its notes folded below its `h2`; they stand between START and END."""
    if START not in html:
        return html
    before, _, rest = html.partition(START)
    notes, _, after = rest.rpartition(END)  # the last: an author may write one, too
    tree = LexborHTMLParser(notes, is_fragment=True)
    fold = None
    for node in list(tree.root.iter(include_text=True)) if tree.root else ():
        if node.tag == "h2":
            fold, summary = tree.create_node("details"), tree.create_node("summary")
            fold.attrs["class"] = "note"
            node.insert_before(fold, move=True)
            fold.insert_child(summary, move=True)
            summary.insert_child(node, move=True)
        elif fold:
            fold.insert_child(node, move=True)
    return before + (tree.html or "") + after


def refuse_taken(html: str, whole: str, notes: Path) -> None:
    """Raise ValueError with a line for each id of the notes in `html` that a row of the `whole` page has, too."""
    known = Counter(id for id, _ in ids(whole)) if START in html else {}
    if taken := [(id, words) for id, words in ids(html) if known[id] > 1] if known else []:
        source, name = notes.read_text(encoding="utf-8"), f"labs/{notes.parent.name}/{notes.name}"
        lines = [(line_with(source, id if id in source else words), id) for id, words in taken]
        raise ValueError("\n".join(f"{name}:{line}: {TAKEN.format(id)}" for line, id in lines))


def ids(html: str) -> Iterator[tuple[str, str]]:
    """Each id of a page, with the words of its element."""
    for node in LexborHTMLParser(html).css("[id]"):
        yield node.attributes["id"] or "", node.text().strip("¶")
