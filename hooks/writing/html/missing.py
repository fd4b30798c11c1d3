"""What a page would show and has not: one of the two versions of a figure, the code of an inclusion that is empty, the
text of a post. And what belongs to the head of a page, where the site writes it: a refresh would send readers away,
a style could show other numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from writing.build import Build, PluginError, line_with

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

FIGURE = re.compile(r"(?:^|/)figures/(.+)-(light|dark)\.svg$")
EMPTY = re.compile(r"<code[^>]*>(?:\s|</?span[^>]*>)*</code>", re.I)  # a false alarm costs a millisecond
NOTHING = "1: has no text below its header; write it, or add `draft: true`"
HEAD = "a page's head is the site's to write, and {} would change what readers get; take it out"
ID = re.compile(r"\sid\s*=\s*[\"']?([^\s\"'>]+)", re.I)
ACTIVE = re.compile(r"[\s\"'/]on[a-z]+\s*=|script|&(?:#|tab|newline)", re.I)
WORDS = {"on", "once", "one", "ones", "only", "onto", "online"}  # no browser runs these: they are no events
CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
HEAD_TAG = re.compile(r"<(?:meta|base|link|style)\b", re.I)
TAKEN = re.compile(
    r"__(?!(?:tabbed|code|codelineno|span)[_-])"
)  # by templates, but for what extensions of Markdown write
UNMADE = re.compile(r"(?P<note>\[\^[^\]\s]+\])|\[[^\[\]\n]+\]\[(?P<name>[^\]\n]*)\]")  # Markdown leaves it as text
VERBATIM = "pre, code, kbd, samp, script, style"
FENCE = re.compile(r"[ >]*(```+|~~~+)")


def suspected(html: str) -> bool:
    """Whether a page can have such a fault."""
    ids = ID.findall(html)
    if len(set(ids)) < len(ids) or any(map(TAKEN.match, ids)):
        return True
    return "figures/" in html or any(sign.search(html) for sign in (EMPTY, HEAD_TAG, UNMADE, ACTIVE, CONTROL))


def nothing(html: str) -> bool:
    """Whether a page has neither words nor pictures."""
    if len(html) > 10_000:
        return False
    tree = LexborHTMLParser(html, is_fragment=True)
    return not (tree.root and tree.root.text().strip()) and not tree.css("img, svg, video, audio, iframe, object")


def faults(html: str, source: str, figures: Path) -> Iterator[str]:
    """`line: what is wrong; what would be right` for each fault of a page, read as a browser reads it."""
    tree = LexborHTMLParser(html, is_fragment=True)
    for node in tree.css("img[src]"):
        parts = urlsplit(node.attributes["src"] or "")
        if not (found := FIGURE.search(unquote(parts.path))):
            continue
        line, light = line_with(source, f"{found[1]}-{found[2]}.svg"), f"{found[1]}-light.svg"
        if found[2] == "dark":
            yield f"{line}: show {light.rpartition('/')[2]}; the build adds the other, for readers in dark colours"
        elif gone := [name for name in (light, f"{found[1]}-dark.svg") if not (figures / name).is_file()]:
            command = f"`make lab NAME={found[1].partition('/')[0]} RECORD=1` draws both versions"
            drawn = [path.name for path in (figures / found[1]).parent.glob("*-light.svg")]
            near = get_close_matches(light.rpartition("/")[2], drawn, 1, 0) if len(gone) > 1 else []
            instead = f"did you mean {near[0]}? If the lab has it, but has not been recorded since, " if near else ""
            yield f"{line}: figures/{gone[0]} is not there; {instead}{command}"
        elif parts.query or parts.fragment:
            yield f"{line}: a figure has no ? and no #, or one scheme would not show it; end it at -light.svg"
    seen = set[str]()
    for name in (node.attributes["id"] or "" for node in tree.css("[id]")):
        if name in seen or TAKEN.match(name):
            written = re.compile(r"(?:[{\s]#|\bid\s*=\s*[\"']?)" + re.escape(name) + r"(?![\w-])", re.I)
            lines = [i for i, text in enumerate(source.splitlines(), 1) if written.search(text)]
            yield f"{(lines or [line_with(source, name)])[-1]}: the id {name!r} is taken; write another behind the #"
        seen.add(name)
    for node in tree.css("meta[http-equiv], base, link, style"):
        tag = f"<{node.tag}"
        line = next((i for i, text in enumerate(source.splitlines(), 1) if tag in text.lower()), 1)
        yield f"{line}: {HEAD.format(f'{tag}>')}"
    yield from active(tree, source)
    for c in dict.fromkeys(CONTROL.findall(html)):
        line = source.count("\n", 0, max(source.find(c), 0)) + 1
        yield f"{line}: has the control character U+{ord(c):04X}; take it out"
    blocks, fences = [not node.text().strip() for node in tree.css("pre code")], list(_fences(source))
    for i in [i for i, empty in enumerate(blocks) if empty]:
        line = fences[i] if len(fences) == len(blocks) else line_with(source, "8<-" if "8<-" in source else "```")
        yield f"{line}: this block of code is empty; write into it, or include what has lines"
    yield from unmade(tree, source)


def active(tree: LexborHTMLParser, source: str) -> Iterator[str]:
    """Attributes that hold a program: the pages' policy lets no browser run it."""
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            address = re.sub(r"[\0-\x20]", "", value).lower() if value and ":" in value else ""
            if name.startswith("on") and name not in WORDS:
                found, what = rf"[<{{][^>}}]*\b{re.escape(name)}\s*=", f"{name}= would run a program"
            elif address.startswith(("javascript:", "vbscript:")):
                found, what = r"script\s*:", f"an address {address.partition(':')[0]}: would run a program"
            else:
                continue
            line = next((i for i, text in enumerate(source.splitlines(), 1) if re.search(found, text, re.I)), 1)
            yield f"{line}: {what}, which the pages' policy forbids; take it out"


def unmade(tree: LexborHTMLParser, source: str) -> Iterator[str]:
    """Notes and links by name that stand on the page as they were written, for nothing has that name.

    Takes what is shown as written out of the tree.
    """
    for node in tree.css(VERBATIM):
        node.decompose()
    for found in UNMADE.finditer(tree.root.text() if tree.root else ""):
        text, name = found[0], found["note"] or f"[{found['name'] or found[0][1:].partition(']')[0]}]"
        what = "a note" if found["note"] else "an address"
        yield f"{line_with(source, text)}: {text} names {what} that is not there; write `{name}: ...`, or backticks"


def _fences(source: str) -> Iterator[int]:
    """The line of each fence that begins a block of code: only to report it."""
    end = ""
    for i, text in enumerate(source.splitlines(), 1):
        found = FENCE.match(text)
        if found and not end:
            end = found[1]
            yield i
        elif found and found[1].startswith(end) and text.strip(" >`~") == "":
            end = ""


def refuse(html: str, page: Page, config: MkDocsConfig) -> None:
    """Raise PluginError with file and line of what the page has not."""
    name = page.file.src_uri
    if name.startswith("posts/") and nothing(html):
        raise PluginError(f"A post is not written yet:\n{name}:{NOTHING}")
    if not suspected(html):
        return
    source = page.file.content_string
    if notes := Build.of(config).notes.get(name):  # what an author wrote of a lab's page
        name, source = notes.relative_to(config.docs_dir).as_posix(), notes.read_text(encoding="utf-8")
    if said := [f"{name}:{text}" for text in faults(html, source, Path(config.docs_dir, "figures"))]:
        raise PluginError("\n".join(["A page shows what is not there:", *dict.fromkeys(said)]))
