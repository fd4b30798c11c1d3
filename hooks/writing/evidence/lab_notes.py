"""The notes on a lab's page, one fold a section: a reader opens the section that a post sent them to."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

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
