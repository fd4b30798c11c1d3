"""The marks above tables, `<!-- table: lab.name -->`, and the cells below them; what is nearly a mark is a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from writing.evidence.misread import Fault, altered
from writing.evidence.results import recorded

MARK = re.compile(r"table: ?([\w.-]+)")
MEANT = re.compile(r"tables?\b\s*(:|\W*\w[\w-]*\.\S+$)", re.I)  # what an author who wrote it meant as a mark
COMMENT = re.compile(r"(?:<|&lt;)(?:!(?!doctype)|\?)", re.I)
SHOWN = re.compile(r"<[!?][\s-]*([^<>\n]*)>?")  # Markdown takes what is no comment for a text
WORD = re.compile(r"\w[\w-]*")
Cell = tuple[tuple[str, ...], str, LexborNode]


def meant(content: str, labs: Path) -> bool:
    """Whether the author of a comment meant a mark, however it is written: it names a recorded table, say."""
    if MEANT.match(content):
        return True
    for lab, name in pairwise(WORD.findall(content)):
        with suppress(ValueError):
            if name in recorded(labs / lab.lower().replace("-", "_"))["tables"]:
                return True
    return False


def cells(tree: LexborHTMLParser, labs: Path, faults: list[Fault], marks: list[LexborNode]) -> Iterator[Cell]:
    """The cells of each table below a mark, but for its heads and its first column, which name columns and rows.

    Adds what is wrong to `faults`, and the comments that are marks to `marks`.
    """
    mark: str | None = None
    code = {part.mem_id for block in tree.css("pre, code") for part in block.traverse(include_text=True)}
    for node in list(tree.root.traverse(include_text=True)) if tree.root else ():
        content = (node.comment_content or "").strip() if node.is_comment_node else ""
        found = SHOWN.search(node.text(deep=False)) if node.is_text_node and node.mem_id not in code else None
        if found and meant(found[1].strip(), labs):
            faults.append(((found[0].strip(),), f"{found[0].strip()} is shown as text: write <!-- table: lab.name -->"))
        elif "<!--" in content:
            faults.append(((content.splitlines()[0],), "this comment hides another; end it with --> above that"))
        elif content and meant(content, labs):
            if mark is not None:
                faults.append((("<!--", mark), f"the mark of {mark} stands above no table"))
            found = MARK.fullmatch(content)
            mark = found[1] if found and found[1].count(".") == 1 else None
            marks.append(node)
            if mark is None:
                written = " ".join(content.split())
                faults.append(((content.splitlines()[0],), f"<!-- {written} -->: write <!-- table: lab.name -->"))
        elif mark is not None and node.tag == "table":
            yield from _table(node, mark, faults)
            mark = None
        elif mark is not None and node.is_text_node and (text := node.text(deep=False).strip()):
            what = f"the mark of {mark} stands above a text; put it right above its table"
            if text.startswith("|") and node.prev and node.prev.mem_id == marks[-1].mem_id:  # in one paragraph
                what = f"inside a note, list or quote leave an empty line between the mark of {mark} and its table"
            faults.append((("<!--", mark), what))
            mark = None
    if mark is not None:
        faults.append((("<!--", mark), f"the mark of {mark} stands above no table"))


def _table(node: LexborNode, mark: str, faults: list[Fault]) -> Iterator[Cell]:
    """The checked cells of one table."""
    lab, name = mark.split(".")
    rows = [[cell for cell in row.iter() if cell.tag in ("td", "th")] for row in node.css("tr")]
    text = [[" ".join(cell.text().split()) for cell in row] for row in rows]
    every = [cell for row in rows for cell in row]
    if len(rows) < 2:
        faults.append((("<!--", mark), f"the table of {mark} has no rows"))
    if any((cell.attributes.get(key) or "1").strip() != "1" for cell in every for key in ("colspan", "rowspan")):
        faults.append((("<!--", mark), f"a cell of {mark} reaches over several; write one for each"))
    odd = dict.fromkeys(said for cell in every for said in altered(cell, f"a cell of {mark}"))
    faults.extend((("<!--", mark), said) for said in odd)
    for row, words in zip(rows[1:], text[1:], strict=True):
        if len(row) > len(text[0]):
            faults.append((("<!--", mark), f"a row of {mark} has more cells than the table has columns: {words[0]}"))
        for cell, column, word in list(zip(row, text[0], words, strict=False))[1:]:
            yield (lab, "tables", name, words[0], column), word, cell
