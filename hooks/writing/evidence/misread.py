"""What would read as a checked number, or as another one, though each number by itself is as recorded.

What stands beside the quote, raised digits in it, a turned direction, a cell across columns; what an author marks by
hand as the build marks what it has checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from writing.evidence.beside import another
from writing.evidence.precision import NUMBER

Fault = tuple[tuple[str, ...], str]
MARKED = re.compile(
    r"class\s*=[^>]*\b(?:num|tick|claim)\b|data-(?:explore|table)|(?:<|&lt;)data|figures/", re.I
)  # a false alarm costs 1 ms
PLAIN = {"a", "abbr", "b", "code", "em", "i", "mark", "small", "span", "strong", "u"}  # what a number may be set in,
PARTS = re.compile(
    r"</>|<(?P<end>/?)(?P<tag>data|p|li|t[dh]|h[1-6]|d[dlt]|div|blockquote|figcaption|figure|caption|summary)\b[^>]*>"
    r"(?P<rest>[^<\n]*)",
    re.I,
)
VALUE = re.compile(r"""\bvalue\s*=\s*["']?([^"'\s>]+)""", re.I)
SEEN = {"href", "title", "data-md"}  # with these attributes
STYLED = re.compile("bidi|direction|transform|writing-mode|display|visibility|font-size|opacity", re.I)
TURNED = re.compile("[\u202d\u202e]")


def unclosed(html: str) -> Iterator[tuple[str, Fault]]:
    """The name in each `<data value="name">` without its `</data>`, which ends with its paragraph, and the fault."""
    opened: list[tuple[str, str, str]] = []  # tag, value, and what follows it on its line
    for found in PARTS.finditer(re.sub(r"<!--.*?-->", "", html, flags=re.S) + "</>"):
        tag = (found["tag"] or "").lower()
        if tag and not found["end"]:
            value = VALUE.search(found[0])
            opened.append((tag, unescape(value[1]) if value else "", found["rest"].strip()))
            continue
        while opened and (not tag or tag in [other for other, _, _ in opened]):
            last = opened.pop()
            if last[0] == tag:
                break
            if last[0] == "data":
                what = f"the tag <data value={last[1]!r}> is not closed; write </data> behind what it quotes"
                yield last[1], ((last[1], last[2]), what)


def altered(node: LexborNode, name: str) -> Iterator[str]:
    """What inside or around a number or a cell lets a reader see less of it than is compared, or in another order."""
    for part in node.css("*"):
        inside = part.mem_id != node.mem_id
        odd = (set(part.attributes) - SEEN) if inside else {"hidden"} & set(part.attributes)
        if odd or (inside and part.tag not in PLAIN):
            tag = " ".join([part.tag or "", *sorted(odd)])
            yield f"{name} holds a <{tag}>, which can make it read as another; write it plainly"
    around: LexborNode | None = node
    while around:
        if around.tag == "bdo" or STYLED.search(around.attributes.get("style") or ""):
            what = "a <bdo>" if around.tag == "bdo" else "a style"
            yield f"{name} stands in {what}, which can hide it or turn its digits; take that out"
        around = around.parent


def of_number(node: LexborNode, name: str, unit: str) -> Iterator[Fault]:
    """What makes one quoted number read as another; `unit` is the recorded one."""
    text = " ".join(node.text().split())
    yield from (((name, text), said) for said in altered(node, name))
    for shown in another(node, unit):
        right = f"put all of the number into the tag: >{shown}</data>"
        if not NUMBER.fullmatch(shown):
            right = "write all of it in the tag, with %, k, kB, M, MB or × behind it if need be, or word it apart"
        yield (name, text), f"{name} reads as {shown!r}; {right}"


def of_page(tree: LexborHTMLParser) -> Iterator[Fault]:
    """What a page marks as checked by hand, or turns."""
    for node in tree.css(".num, .tick, .claim"):
        css = next(name for name in ("num", "tick", "claim") if name in (node.attributes["class"] or "").split())
        yield (css,), f'class {css} marks what the build has checked; write <data value="lab.name"> around it'
    for node in tree.css("[alt], [title]"):
        if "<data" in f"{node.attributes.get('alt')}{node.attributes.get('title')}":
            yield (
                ("<data",),
                "a text for a picture, link or abbreviation shows the tag <data> as it is; write it plainly",
            )
    if tree.css_first("data") and (found := TURNED.search(tree.root.text() if tree.root else "")):
        yield (found[0],), f"U+{ord(found[0]):04X} turns the direction of what follows, numbers too; take it out"
