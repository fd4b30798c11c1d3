"""Where the pages lead that `python -m writing check` has converted, as far as docs/ and mkdocs.yml tell."""

from __future__ import annotations

import contextlib
import posixpath
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from pathspec import GitIgnoreSpec

from writing.evidence import lab_page
from writing.posts import drafts, header, inclusions, leads, places
from writing.posts.drafts import begun
from writing.posts.leads import nowhere
from writing.posts.public import UNPUBLISHED
from writing.posts.public import why as why_not
from writing.posts.schema import moment
from writing.posts.targets import FOREIGN_LINE, targets
from writing.posts.targets import line as line_of_link

GENERATED = {"labs/index.md"}


class Converted(NamedTuple):
    """A page as HTML, with the author's file that lines are reported of, and its text."""

    html: str
    path: str
    text: str


def left_out(docs: Path, said: dict[str, Any], names: list[str]) -> dict[str, str]:
    """Why each of these files of docs/ is not published, for those that are not."""
    excluded, why = str(said.get("exclude_docs") or "").splitlines(), dict[str, str]()
    spec = GitIgnoreSpec.from_lines([".*", "/templates/", *excluded])  # the first two as MkDocs does
    later = GitIgnoreSpec.from_lines(str(said.get("draft_docs") or "").splitlines())
    for name in names:
        if spec.match_file(name):
            why[name] = drafts.OUT
        elif later.match_file(name):
            why[name] = drafts.DRAFT
        elif name.startswith("posts/"):
            try:
                meta, _ = header.header((docs / name).read_bytes())
                date = meta["date"]["created"] if isinstance(meta["date"], dict) else meta["date"]
                if meta.get("draft") or not begun(moment(date)):
                    why[name] = drafts.DRAFT
            except (ValueError, KeyError, TypeError, AttributeError):
                continue  # said by `prepared`
    return why


def hidden(out: dict[str, str]) -> set[str]:
    """The posts among what is left out, whose labs and figures are left out, too."""
    return {*filter(drafts.is_post, out)}


def headers(docs: Path, names: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The header of each post of these names; none for one that cannot be read, which `prepared` says."""
    for name in names:
        if name.startswith("posts/") and name.endswith((".md", ".markdown")):
            with contextlib.suppress(ValueError):
                yield header.header((docs / name).read_bytes())[0]


def place(name: str) -> str:
    """Where a file of docs/ stands in the site."""
    address = leads.address_of(name)
    return f"{address}index.html" if address.endswith("/") or not address else address


def places_of(names: Collection[str]) -> list[tuple[str, str]]:
    """The files that are published, each with its place, pages first; what is made of posts has the post's name."""
    shown = sorted(
        (name for name in names if not why_not(name)),
        key=lambda name: (not name.endswith((".md", ".markdown")), PurePosixPath(name).stem == "README", name),
    )
    slugs = [PurePosixPath(name).stem for name in shown if name.startswith("posts/")]
    return [*((places.OWN, made) for made in places.written(slugs)), *((name, place(name)) for name in shown)]


def links(docs: Path, said: dict[str, Any], pages: dict[str, Converted]) -> Iterator[str]:
    """A line for each link or image that leads to no file of docs/, to one left out, or to no place on a page."""
    files = {path.relative_to(docs).as_posix() for path in docs.rglob("*") if path.is_file()}
    out = left_out(docs, said, sorted(files))
    out |= {f"labs/{path.removeprefix('posts/')}": why for path, why in out.items() if path.startswith("posts/")}
    below = inclusions.folders(hidden(out))
    out |= {path: drafts.DRAFT for path in files if path.startswith(tuple(below))}
    out = {path: UNPUBLISHED.format(why_not(path)) for path in files if why_not(path)} | out
    labs = {f"labs/{path.parent.name.replace('_', '-')}.md" for path in docs.glob("labs/*/results.json")}
    rooted = "relative_to_docs" in str(said.get("validation"))  # how MkDocs may read /method.md
    own = urlsplit(said.get("site_url") or "").netloc
    ids = {name: leads.ids(page.html) for name, page in pages.items()}
    for name in labs & pages.keys():
        folder = docs / posixpath.dirname(pages[name].path)
        try:
            ids[name] |= leads.ids(lab_page.filled(pages[name].html, folder, {}, ""))
        except ValueError as error:
            yield str(error)
    known = files | labs | GENERATED | pages.keys()
    site = leads.guessed(known, out, said)
    made = [*map(place, labs | GENERATED), *site.made, *places.earlier(headers(docs, files - out.keys()))]
    yield from places.faults(places_of(files - out.keys()), made)
    placed = {leads.place(leads.address_of(name)): name for name in pages if name not in out}
    for name, page in pages.items():
        raw = [address for _, address in dict.fromkeys(targets(page.html, ":not([data-md])"))]
        raw += [address for _, address in targets(page.html, "[data-md]") if urlsplit(address).netloc]
        for address, fault, _ in nowhere(raw, leads.address_of(name), name, site) if name not in out else ():
            yield f"{page.path}:{line_of_link(page.text, address)}: {fault}"
        for kind, address in dict.fromkeys(targets(page.html)):
            parts = urlsplit(address)
            if kind == "shown" and parts.netloc and parts.netloc != own:
                yield f"{page.path}:{line_of_link(page.text, address)}: {FOREIGN_LINE.format(address)}"
            led = leads.below(address, leads.address_of(name), site.address) if address in raw else None
            mark, fault = leads.id_of(address) if address in raw else unquote(parts.fragment), ""
            if led in placed and name not in out:
                path = placed[led]
                mark = "" if mark.startswith(("__", "tag:")) else mark  # what a template writes
            elif parts.scheme or parts.netloc or (parts.path and address in raw) or (name in out and not parts.path):
                continue
            else:
                path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
                path = (path.lstrip("/") if rooted else path) if parts.path else name
            if path in out and name not in out:
                fault = f"links to {posixpath.relpath(path, posixpath.dirname(name))}, {out[path]}"
            elif kind == "shown" and leads.FIGURE.fullmatch(path):
                continue  # said by `missing`, with the command that draws it
            elif path not in known and not (path.partition("/")[0] in leads.LISTS and path.endswith(".md")):  # a list
                fault = leads.in_html(address, path, leads.address_of(name), site)
                fault = fault or f"{address} leads nowhere; name a file of docs, as in (post.md) or (../method.md)"
            elif mark and path in ids and mark not in ids[path]:
                fault = f"{address} leads to no place: {path} has no id {mark!r}"
            if fault:
                yield f"{page.path}:{line_of_link(page.text, address)}: {fault}"
