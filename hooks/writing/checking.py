"""What `python -m writing check` looks at: headers, labs, and each page as its Markdown converts, without building."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from pathspec import GitIgnoreSpec
from pymdownx.snippets import SnippetMissingError
from selectolax.lexbor import LexborHTMLParser

from writing.converting import body, categories, configs, converter, included, settings
from writing.evidence import lab_page
from writing.evidence.check import report
from writing.evidence.rendered import read, suspected
from writing.evidence.results import parted
from writing.html import missing
from writing.posts import drafts, header, inclusions, leads, page_header
from writing.posts.drafts import begun, targets
from writing.posts.drafts import line as line_of_link
from writing.posts.leads import nowhere
from writing.posts.schema import moment

GENERATED = {"labs/index.md"}


class Converted(NamedTuple):
    """A page as HTML, with the author's file that lines are reported of, and its text."""

    html: str
    path: str
    text: str


def sources(docs: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The posts and the other pages below `docs`, path -> bytes."""
    posts = {
        path.relative_to(docs).as_posix(): path.read_bytes()
        for path in sorted(docs.glob("posts/**/*.m*d*"))
        if path.is_file() or path.is_symlink()
    }
    pages = {
        path.relative_to(docs).as_posix(): path.read_bytes()
        for path in sorted(docs.rglob("*.md"))
        if path.is_file() or path.is_symlink()
    }
    return posts, {name: text for name, text in pages.items() if name not in posts}


def prepared(docs: Path, config: Path) -> Iterator[str]:
    """A line for each header that is wrong, and for each lab that is not as it was recorded."""
    posts, pages = sources(docs)
    labs = sorted(path.parent for path in docs.glob("labs/*/__init__.py"))
    yield from header.faults(posts, categories(config), tuple(lab.name for lab in labs))
    yield from header.misnamed(posts)
    yield from page_header.faults(pages)
    for lab in labs:
        try:
            yield from parted(lab, docs / "figures" / lab.name.replace("_", "-"))
        except ValueError as error:
            yield str(error)


def checked(docs: Path, config: Path) -> Iterator[str]:
    """A line `path:line: what is wrong` for each fault of headers, labs, and the Markdown below `docs`, drafts too."""
    yield from prepared(docs, config)
    convert, pages = converter(config, marked=True), dict[str, Converted]()
    out = left_out(docs, settings(config), list(sources(docs)[0]))
    hidden = {name for name, why in out.items() if why == drafts.DRAFT}
    unseen = out.keys() | {f"labs/{name.removeprefix('posts/')}" for name in hidden}
    snippets = configs(settings(config), config).get("pymdownx.snippets")
    for name, path, source in written(docs):
        try:
            if snippets is not None and name not in unseen:
                found = inclusions.drafts(source, (docs / path).read_text("utf-8", "replace"), snippets, docs, hidden)
                yield from (f"{path}:{number}: {why}" for number, why in found)
            pages[name] = Converted(convert(body(source)), path, (docs / path).read_text("utf-8", "replace"))
        except SnippetMissingError as error:
            yield included(error, path, source)
        except Exception as error:  # whatever an extension raises: the author needs the file's name
            yield f"{path}:1: cannot be converted ({type(error).__name__}: {error}); undo the last change there"
    for page in pages.values():
        if suspected(page.html):
            yield from report(read(page.html, docs / "labs"), {page.path: page.text})
        if missing.suspected(page.html):
            yield from (f"{page.path}:{said}" for said in missing.faults(page.html, page.text, docs / "figures"))
        if page.path.startswith("posts/") and page.path not in out and missing.nothing(page.html):
            yield f"{page.path}:{missing.NOTHING}"
    yield from links(docs, settings(config), pages)


def written(docs: Path) -> Iterator[tuple[str, str, str]]:
    """Each page below `docs`, its author's file and its Markdown; notes as part of the page of their lab."""
    posts, pages = sources(docs)
    texts = {name: text.decode("utf-8", "replace") for name, text in (posts | pages).items()}
    for folder in sorted(path.parent for path in docs.glob("labs/*/results.json")):
        slug, lab = folder.name.replace("_", "-"), f"labs/{folder.name}"
        if f"posts/{slug}.md" in posts:
            notes = texts.pop(f"{lab}/notes.md", "")
            with suppress(ValueError):  # said by `prepared`
                yield (
                    f"labs/{slug}.md",
                    f"{lab}/{'notes.md' if notes else '__init__.py'}",
                    lab_page.page(folder, slug, notes),
                )
    yield from ((name, name, text) for name, text in texts.items())


def left_out(docs: Path, said: dict[str, Any], names: list[str]) -> dict[str, str]:
    """Why each of these files of docs/ is not published, for those that are not."""
    spec, why = GitIgnoreSpec.from_lines(str(said.get("exclude_docs") or "").splitlines()), dict[str, str]()
    for name in names:
        if spec.match_file(name):
            why[name] = drafts.OUT
        elif name.startswith("posts/"):
            try:
                meta, _ = header.header((docs / name).read_bytes())
                date = meta["date"]["created"] if isinstance(meta["date"], dict) else meta["date"]
                if meta.get("draft") or not begun(moment(date)):
                    why[name] = drafts.DRAFT
            except (ValueError, KeyError, TypeError, AttributeError):
                continue  # said by `prepared`
    return why


def links(docs: Path, said: dict[str, Any], pages: dict[str, Converted]) -> Iterator[str]:
    """A line for each link or image that leads to no file of docs/, to one left out, or to no place on a page."""
    files = {path.relative_to(docs).as_posix() for path in docs.rglob("*") if path.is_file()}
    out = left_out(docs, said, sorted(files))
    out |= {f"labs/{path.removeprefix('posts/')}": why for path, why in out.items() if path.startswith("posts/")}
    labs = {f"labs/{path.parent.name.replace('_', '-')}.md" for path in docs.glob("labs/*/results.json")}
    own = urlsplit(said.get("site_url") or "").netloc
    ids = {name: {node.id for node in LexborHTMLParser(page.html).css("[id]")} for name, page in pages.items()}
    for name in labs & pages.keys():
        folder = docs / posixpath.dirname(pages[name].path)
        try:
            rows = LexborHTMLParser(lab_page.filled(pages[name].html, folder, {}, ""))
            ids[name] |= {node.id for node in rows.css("[id]")}
        except ValueError as error:
            yield str(error)
    known = files | labs | GENERATED | pages.keys()
    site = leads.guessed(known, out, said)
    for name, page in pages.items():
        raw = [address for _, address in dict.fromkeys(targets(page.html, ":not([data-md])"))]
        for address, fault, _ in nowhere(raw, leads.address_of(name), name, site) if name not in out else ():
            yield f"{page.path}:{line_of_link(page.text, address)}: {fault}"
        for kind, address in dict.fromkeys(targets(page.html)):
            parts = urlsplit(address)
            if kind == "shown" and parts.netloc and parts.netloc != own:
                yield f"{page.path}:{line_of_link(page.text, address)}: {drafts.FOREIGN_LINE.format(address)}"
            if parts.scheme or parts.netloc or (parts.path and address in raw) or (name in out and not parts.path):
                continue
            path = (
                posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
            )
            mark, fault = unquote(parts.fragment), ""
            if path in out and name not in out:
                fault = f"links to {posixpath.relpath(path, posixpath.dirname(name))}, {out[path]}"
            elif path not in known:
                fault = f"{address} leads nowhere; name a file of docs, as in (post.md) or (../method.md)"
            elif mark and path in ids and mark not in ids[path]:
                fault = f"{address} leads to no place: {path} has no id {mark!r}"
            if fault:
                yield f"{page.path}:{line_of_link(page.text, address)}: {fault}"
