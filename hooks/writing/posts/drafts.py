"""Keeps a draft, its figures and its lab's data out of what is published, and refuses links that lead out of it."""

from __future__ import annotations

import datetime
import hashlib
import logging
import posixpath
import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from writing.build import Build, PluginError
from writing.posts import inclusions
from writing.posts.leads import LISTS, Site, nowhere, place, there, written

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.hooks.posts")
HINT = "A page leads to what readers will not get:"
SHOWN = "audio, embed, frame, iframe, image, img, input, object, script, source, track, video"
DRAFT = "a draft or dated later; publish that first, or unlink it"
OUT = "left out of the site"
FOREIGN = re.compile(
    r"(?:src|srcset|poster|data)\s*=\s*[\"']?\s*(?:https?:)?//|<image\b", re.I
)  # a false alarm costs 1 ms
FOREIGN_LINE = "{} is on another host; browsers are told not to ask it: keep a copy"


def begun(created: datetime.datetime) -> bool:
    """Whether the date of a post has come; one without a time comes with its day, where the author is."""
    whole = created.utcoffset() == datetime.timedelta(0) and created.time() == datetime.time()
    today = datetime.datetime.now().astimezone().date()
    return created <= datetime.datetime.now(datetime.UTC) or (whole and created.date() <= today)


def hidden(config: MkDocsConfig, files: Files) -> frozenset[str]:
    """The `src_uri` of every post that this build leaves out: drafts, and posts dated later."""
    from material.plugins.blog.structure import Post  # `python -m writing` does without

    shown = {post.file.src_uri for post in config.plugins["material/blog"].blog.posts}
    return frozenset({file.src_uri for file in files if isinstance(file.page, Post)} - shown)


def set_aside(files: Files, config: MkDocsConfig) -> None:
    """Note the posts that are left out, and drop their figures and labs' data; the blog plugin has decided which."""
    build = Build.of(config)
    build.left_out = hidden(config, files)
    slugs = [posixpath.splitext(posixpath.basename(path))[0] for path in build.left_out]
    folders = tuple(f"figures/{s}/" for s in slugs) + tuple(f"labs/{s.replace('-', '_')}/" for s in slugs)
    for file in [file for file in files if file.src_uri.startswith(folders)]:
        files.remove(file)


def targets(html: str, only: str = "") -> Iterator[tuple[str, str]]:
    """What the page leads to and what it shows, as `("link" | "shown", address)`, read as a browser reads it.

    `only` is a selector that the elements must match.
    """
    tree = LexborHTMLParser(html, is_fragment=True)
    for node in tree.css(f"a[href]{only}, area[href]{only}"):
        yield "link", node.attributes.get("href") or ""
    for node in tree.css(", ".join(f"{name}{only}" for name in SHOWN.split(", "))):
        names = ("href", "xlink:href") if node.tag == "image" else ("src", "poster", "data")
        known = [node.attributes.get(name) or "" for name in names]
        known += [part.split()[0] for part in (node.attributes.get("srcset") or "").split(",") if part.strip()]
        yield from (("shown", address) for address in known if address)


def line(source: str, target: str) -> int:
    """The line of the author's text in which a target stands, in a link if there is one; 1 if in none."""
    lines = [unquote(unescape(text)) for text in source.splitlines()]
    whole = any(unquote(target) in text for text in lines)
    name = unquote(target if whole else posixpath.basename(urlsplit(target).path.rstrip("/"))) or target
    linked = re.compile(r"(?:[(<\"'=]|\]:\s*)[^\s()<>\"']*" + re.escape(name))
    found = [i for i, text in enumerate(lines, 1) if name in text]
    return next((i for i in found if linked.search(re.sub("`[^`]*`", "", lines[i - 1]))), found[0] if found else 1)


def refuse_inclusions(page: Page, config: MkDocsConfig) -> None:
    """Raise PluginError with the line of each draft that a published page includes."""
    build, known = Build.of(config), config.mdx_configs.get("pymdownx.snippets")
    if known is not None and build.left_out and page.file.src_uri not in build.left_out:
        found = inclusions.drafts(page.markdown, page.file.content_string, known, config.docs_dir, build.left_out)
        if said := [f"{page.file.src_uri}:{number}: {why}" for number, why in found]:
            raise PluginError("\n".join([HINT, *said]))


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
    if said := found.get("faults"):
        raise PluginError("\n".join([HINT, *found["foreign"], *said]))


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
        }
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

    At the end of every build, strict or not, so that all of them are told at once.
    """
    if foreign := Build.of(config).foreign:
        raise PluginError("\n".join([HINT, *dict.fromkeys(foreign)]))
