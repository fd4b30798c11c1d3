"""Reads what a site is made of, from mkdocs.yml and docs/, in the terms in which steps of a build ask MkDocs for it."""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, unquote

from writing.addresses import UNKNOWN, Addresses, addresses
from writing.build import PluginError
from writing.checking_links import left_out
from writing.converting import body, configs, settings
from writing.posts import public
from writing.posts.drafts import OUT
from writing.posts.header import header
from writing.posts.reading_time import minutes
from writing.posts.schema import moment
from writing.posts.slugs import word


@dataclass(frozen=True)
class File:
    """A file of docs/ and where it is in the site."""

    src_uri: str
    url: str

    @property
    def dest_uri(self) -> str:
        """The path below the site."""
        return unquote(f"{self.url}index.html" if self.url == "" or self.url.endswith("/") else self.url)


@dataclass(frozen=True)
class Link:
    """A category or a tag, as templates show it."""

    title: str
    url: str

    @property
    def name(self) -> str:
        """As a tag is asked for its title."""
        return self.title


@dataclass(eq=False)
class Page:
    """A page, as templates ask MkDocs for it; `config` is a post's header, None for every other page."""

    file: File
    title: str
    canonical_url: str
    meta: dict[str, Any]
    markdown: str = ""
    content: str = ""
    config: Any = None
    edit_url: str = ""
    toc: list[dict[str, str]] = field(default_factory=list)
    categories: list[Link] = field(default_factory=list)
    authors: tuple[Any, ...] = ()
    posts: list[Page] | None = None  # of a listing
    previous_page: Page | None = None
    next_page: Page | None = None

    @property
    def url(self) -> str:
        """The address below the site."""
        return self.file.url

    @property
    def is_homepage(self) -> bool:
        """Whether this is the front page."""
        return self.file.url == ""

    @property
    def tags(self) -> list[Link]:
        """The tags, each with its place on the page of all tags."""
        return [Link(tag, f"tags/#tag:{word(tag, '-')}") for tag in self.meta.get("tags") or ()]


class Files:
    """The files of docs/, found as `mkdocs.structure.files.Files` finds them, and the pages of labs, which are none."""

    def __init__(self, docs: Path, left_out: frozenset[str], labs: set[str]) -> None:
        self.docs, self.left_out = docs, left_out
        self.made = {"labs/index.md"} | {f"labs/{lab.replace('_', '-')}.md" for lab in labs}

    def get_file_from_path(self, path: str) -> File | None:
        """The file with this path, if it is published."""
        name, ending = posixpath.splitext(path)
        if path in self.left_out or not (path in self.made or (self.docs / path).is_file()):
            return None
        parts = name.removesuffix("index") if name.rpartition("/")[2] == "index" else f"{name}/"
        return File(path, quote(parts if ending in (".md", ".markdown") else path))


def read_config(path: Path, site: Path) -> SimpleNamespace:
    """The settings that steps read. Raises PluginError if mkdocs.yml cannot be read, or no address is known."""
    try:
        said = settings(path)
        mdx_configs = configs(said, path)
    except (OSError, ValueError) as error:
        raise PluginError(str(error)) from error
    root = path.parent.resolve()
    docs = root / str(said.get("docs_dir") or "docs")
    given = Addresses(said.get("site_url"), said.get("repo_url"), said.get("edit_uri"))
    found = addresses(root, docs, given)
    theme = said["theme"] if isinstance(said.get("theme"), dict) else {}
    return SimpleNamespace(
        site_name=said.get("site_name") or "", site_description=said.get("site_description") or "",
        site_url=found.site or UNKNOWN, repo_url=found.repository, edit_uri=found.edit,
        copyright=said.get("copyright") or "", extra=said.get("extra") or {}, mdx_configs=mdx_configs,
        theme={"language": theme.get("language") or "en"},
        left_out=left_out(docs, said, [f"posts/{post.name}" for post in public.posts(docs)]),
        docs_dir=str(docs), site_dir=str(site), config_file_path=str(root / path.name),
        templates=root / str(theme.get("custom_dir") or "overrides"),
        plugins={"material/blog": SimpleNamespace(blog=SimpleNamespace(posts=[]))},
    )  # fmt: skip


def page(config: SimpleNamespace, source: str, url: str, title: str, meta: dict[str, Any], text: str = "") -> Page:
    """A page of the site; `source` is its path below docs/."""
    edit = f"{config.repo_url}/{config.edit_uri}{source}" if config.repo_url and config.edit_uri and source else ""
    return Page(File(source, url), title, config.site_url + url, meta, text, edit_url=edit)


def read_posts(config: SimpleNamespace) -> Iterator[tuple[Page, bool]]:
    """Every post, and whether it is published. Headers are right by now, but of what settings leave out."""
    docs = Path(config.docs_dir)
    for path in public.posts(docs):
        if config.left_out.get(f"posts/{path.name}") == OUT:
            continue
        source = path.read_bytes()
        meta, _ = header(source)
        dates = meta["date"] if isinstance(meta["date"], dict) else {"created": meta["date"]}
        created, updated = moment(dates["created"]), dates.get("updated")
        text = body(source.decode("utf-8-sig")).strip("\n")
        post = page(config, f"posts/{path.name}", f"posts/{meta['slug']}/", meta["title"], dict(meta), text)
        post.config = SimpleNamespace(
            date=SimpleNamespace(created=created, updated=updated and moment(updated)), slug=meta["slug"],
            categories=meta["categories"], draft=meta.get("draft", False), readtime=minutes(text),
        )  # fmt: skip
        post.categories = [Link(name, f"category/{word(name, '-')}/") for name in meta["categories"]]
        post.meta.setdefault("tags", [])
        yield post, post.file.src_uri not in config.left_out


def listings(config: SimpleNamespace, posts: list[Page]) -> dict[str, Page]:
    """The page of each category and year that has posts, by its path below the site."""
    found: dict[str, Page] = {}
    for post in posts:
        year = datetime.datetime.strftime(post.config.date.created, "%Y")
        for name, url in [(c.title, c.url) for c in post.categories] + [(year, f"archive/{year}/")]:
            listing = found.setdefault(f"{url}index.html", page(config, "", url, name, {}))
            listing.posts = [*(listing.posts or ()), post]
    for name, listing in found.items():
        count = f"{len(listing.posts or ())} post{'s' if len(listing.posts or ()) > 1 else ''}"
        of = "of" if name.startswith("archive/") else "on"
        listing.meta["description"] = f"{config.site_name}: {count} {of} {listing.title}, the newest first."
    return found
