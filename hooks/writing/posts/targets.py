"""Finds where a page leads and what it shows, and refuses what leads to nothing a reader gets, or to another host."""

from __future__ import annotations

import hashlib
import logging
import posixpath
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from writing.build import Build, PluginError
from writing.posts.drafts import DRAFT, HINT, OUT
from writing.posts.leads import LISTS, Site, below, id_of, ids, nowhere, place, there, written

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.hooks.posts")
SHOWN = "audio, embed, frame, iframe, image, img, input, object, script, source, track, use, video"
URL = re.compile(r"url\(\s*[\"']?([^\"')\s]+)", re.I)
FOREIGN = re.compile(
    r"(?:src|srcset|poster|data)\s*=\s*[\"']?\s*(?:https?:)?//|<(?:image|use)\b|(?:background|srcdoc)\s*=|url\(", re.I
)  # a false alarm costs 1 ms
LISTED = re.compile(r"""["'=/](?:category|archive|author|page|[\w.-]+\.(?:xml|json|txt))\b""", re.I)  # as above
ID = re.compile(r"""href=["']?([^"'\s>]*)#([^"'\s>]+)""")
FOREIGN_LINE = "{} is on another host; browsers are told not to ask it: keep a copy"


def targets(html: str, only: str = "") -> Iterator[tuple[str, str]]:
    """What the page leads to and what it shows, as `("link" | "shown", address)`, read as a browser reads it.

    `only` is a selector that the elements must match.
    """
    tree = LexborHTMLParser(html, is_fragment=True)
    for node in tree.css(f"a[href]{only}, area[href]{only}"):
        yield "link", node.attributes.get("href") or ""
    for node in tree.css(", ".join(f"{name}{only}" for name in SHOWN.split(", "))):
        names = ("href", "xlink:href") if node.tag in ("image", "use") else ("src", "poster", "data")
        known = [node.attributes.get(name) or "" for name in names]
        known += [part.split()[0] for part in (node.attributes.get("srcset") or "").split(",") if part.strip()]
        yield from (("shown", address) for address in known if address)
    for node in tree.css(f"[style]{only}, [background]{only}, [srcdoc]{only}"):
        style, background, page = (node.attributes.get(name) or "" for name in ("style", "background", "srcdoc"))
        within = [address for kind, address in targets(page) if kind == "shown"] if page else []
        held = [*URL.findall(style), background, *within]
        yield from (("shown", address) for address in held if urlsplit(address).netloc)


def line(source: str, target: str) -> int:
    """The line of the author's text in which a target stands, in a link if there is one; 1 if in none."""
    lines = [unquote(unescape(text)) for text in source.splitlines()]
    whole = any(unquote(target) in text for text in lines)
    name = unquote(target if whole else posixpath.basename(urlsplit(target).path.rstrip("/"))) or target
    linked = re.compile(r"(?:[(<\"'=]|\]:\s*)[^\s()<>\"']*" + re.escape(name))
    found = [i for i, text in enumerate(lines, 1) if name in text]
    return next((i for i in found if linked.search(re.sub("`[^`]*`", "", lines[i - 1]))), found[0] if found else 1)


def refuse_targets(html: str, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Raise PluginError with the line of each link to a file that is left out: it would lead nowhere.

    What another host holds is noted for `refuse_foreign`; a link to nothing is a warning.
    """
    build = Build.of(config)
    if page.file.generated_by is not None and page.file.src_uri not in build.notes:
        return
    site = known_site(config, files)
    parts = [html, page.url, page.file.src_uri, build.published]
    found = build.memory.recall("targets", parts, lambda: faults(html, page, build, site, files), nothing_in)
    for said in found.get("dead", ()):  # as MkDocs does: strict builds stop at the end, with all of it
        log.warning(said)
    build.foreign += found.get("foreign", ())
    build.unmade += unmade(html, page, site)
    if said := found.get("faults"):
        raise PluginError("\n".join([HINT, *found["foreign"], *said]))


def unmade(html: str, page: Page, site: Site) -> Iterator[tuple[str, str, str]]:
    """Where the page leads to what is not made yet, a list, a feed, an id: path, id, and the line if it is not there.

    The ids that links in Markdown lead to are MkDocs' to check.
    """
    known = {*re.findall(r' id="([^"]*)"', html), *(id for to in (page.links_to_anchors or {}).values() for id in to)}
    later = {found for found in ID.findall(html) if found[1] not in known}
    later = {id for address, id in later if not address or below(address, page.url, site.address) is not None}
    if not later and not LISTED.search(html):
        return
    names = {place(url): name for name, url in site.files.items()} if later else {}
    for address in dict.fromkeys(address for _, address in targets(html)):
        path, id, said = below(address, page.url, site.address), "", ""
        path = place(page.url) if address.startswith("#") else path
        if path is None:
            continue
        if path not in site.places and path.partition("/")[0] in site.made:
            said = f"{address} leads nowhere; no post is in that list, or no such page is made"
        elif path in names and urlsplit(address).fragment in later and (id := id_of(address)):
            said = f"{address} leads to no place: {names[path]} has no id {id!r}"
        if said:
            yield path, id, f"{page.file.src_uri}:{line(page.file.content_string, address)}: {said}"


def nothing_in(found: dict[str, list[str]]) -> bool:
    """Whether nothing was found wrong: what was is found anew, for its lines may be others by now."""
    return not any(found.values())


def faults(html: str, page: Page, build: Build, site: Site, files: Files) -> dict[str, list[str]]:
    """A line for each link to what is left out, for each thing that another host holds, and for each dead link."""
    out = {file.url.rstrip("/"): file.src_uri for file in files if file.inclusion.is_excluded()}
    out |= {file: file for file in out.values()}  # in HTML an address is left as it was written
    dead = [address for address in dict.fromkeys(written(html)) if not there(address, page.url, site)]
    names = {posixpath.splitext(posixpath.basename(name.rstrip("/")))[0] for name in out}
    plain = unquote(unescape(html))  # an address may be written as a browser reads it: &#100;raft.md, dr%61ft.md
    if not dead and not FOREIGN.search(html) and not any(name in plain for name in names):
        return {}
    left, foreign, own = list[tuple[str, str]](), list[tuple[str, str]](), urlsplit(site.address)
    for kind, address in dict.fromkeys(targets(html)):
        parts = urlsplit(address)
        if kind == "shown" and parts.netloc and parts.netloc != own.netloc:
            foreign.append((address, FOREIGN_LINE.format(address)))
        if parts.scheme or parts.netloc or not parts.path:
            continue
        bases = [
            unquote(urlsplit(urljoin(f"https://x/{base}", parts.path)).path) for base in (page.url, page.file.src_uri)
        ]
        if led := next((out[path.strip("/")] for path in bases if path.strip("/") in out), None):
            name = posixpath.relpath(led, posixpath.dirname(page.file.src_uri))
            left.append((address, f"links to {name}, {DRAFT if led in build.left_out else OUT}"))
            dead = [other for other in dead if other != address]
    links, warned = {address for _, address in targets(html)} if dead else set(), list[tuple[str, str]]()
    for address, why, left_out in nowhere(filter(links.__contains__, dead), page.url, page.file.src_uri, site):
        (left if left_out else warned).append((address, why))

    def lines(said: list[tuple[str, str]]) -> list[str]:
        source = page.file.content_string
        return [f"{page.file.src_uri}:{line(source, target)}: {why}" for target, why in dict.fromkeys(said)]

    return {"faults": lines(left), "foreign": lines(foreign), "dead": lines(warned)}


def known_site(config: MkDocsConfig, files: Files) -> Site:
    """What this build will publish, as addresses are compared with it; collected once a build."""
    build = Build.of(config)
    if build.site is None:
        shown = {file.src_uri: file.url for file in files if not file.inclusion.is_excluded()}
        out = {
            place(file.url): DRAFT if file.src_uri in build.left_out else OUT
            for file in files
            if file.inclusion.is_excluded()
        } | {place(url): why for url, why in build.dropped.items()}
        aliases = [
            f"{folder}/{name}"
            for post in config.plugins["material/blog"].blog.posts
            for name in post.meta.get("aliases") or ()
            for folder in ("posts", "labs")
        ]
        copies = [f"{place(url)}/index.md" for url in shown.values()]
        places = {*map(place, shown.values()), *map(place, aliases), *copies}
        made = (*LISTS, *config.theme.static_templates)
        build.site = Site(places, made, shown, out, config.site_url or "")
        published = repr((sorted(places), sorted(made), sorted(shown.items()), sorted(out.items()), build.site.address))
        build.published = hashlib.sha256(published.encode()).hexdigest()
    return build.site


def refuse_foreign(config: MkDocsConfig) -> None:
    """Raise PluginError with the line of everything that another host holds: the policy lets no reader load it.

    At the end of every build, strict or not, so that all of them are told at once. A list or an id that was not made
    is a warning, as for a page.
    """
    for path, id, said in dict.fromkeys(Build.of(config).unmade):
        made = [name for name in (path, f"{path}/index.html".lstrip("/")) if Path(config.site_dir, name).is_file()]
        if not made or (id and id not in ids(Path(config.site_dir, made[0]).read_text(encoding="utf-8"))):
            log.warning(said)
    if foreign := Build.of(config).foreign:
        raise PluginError("\n".join([HINT, *dict.fromkeys(foreign)]))
