"""The same posts as sites of this repository, of stock Material, of Zensical and of Hugo."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from support import ROOT, copytree

from bench.posts import write

STOCK = """
site_name: Writing
site_url: https://example.org/
theme: {name: material, font: false}
plugins: [search, {blog: {blog_dir: ., post_dir: posts, post_url_format: "posts/{slug}"}}, tags]
markdown_extensions:
  [admonition, attr_list, footnotes, tables, md_in_html, {toc: {permalink: true}}, pymdownx.highlight,
   pymdownx.superfences, pymdownx.details, pymdownx.inlinehilite]
"""
ZENSICAL = """
site_name: Writing
site_url: https://example.org/
theme: {name: material, font: false}
markdown_extensions: [attr_list, footnotes, tables, pymdownx.highlight, pymdownx.superfences]
"""
HUGO = """
baseURL = "https://example.org/"
title = "Writing"
[permalinks]
posts = "/posts/:slug/"
[taxonomies]
category = "categories"
"""
LAYOUT = (
    "<!doctype html><title>{{ .Title }}</title>{{ .Content }}"
    "{{ range .Pages }}<a href='{{ .RelPermalink }}'>{{ .Title }}</a>{{ end }}"
)


@dataclass(frozen=True)
class Site:
    """A site to build: its folder, the command that builds it into `site/`, the one that serves it, its posts."""

    name: str
    folder: Path
    build: list[str]
    serve: list[str]
    posts: str
    cache: str | None = None
    search: bool = False  # whether it has the search of Material
    themed: bool = True  # whether its pages are what a reader would get

    @property
    def edited(self) -> Path:
        """The post that is changed and asked for."""
        return sorted((self.folder / self.posts).glob("*.md"))[3]


def ours(folder: Path, count: int) -> Site:
    """This repository with the generated posts in place of its own, and without labs."""
    for name in ("hooks", "overrides"):
        copytree(ROOT / name, folder / name)
    copytree(ROOT / "docs/assets", folder / "docs/assets")
    (folder / "docs/labs").mkdir()
    for path in ("mkdocs.yml", "docs/index.md", "docs/tags.md", "docs/method.md"):
        shutil.copy(ROOT / path, folder / path)
    write(folder / "docs/posts", count)
    return mkdocs("ours", folder, ".cache")


def as_it_is(folder: Path) -> Site:
    """This site with its own posts, labs and figures."""
    for name in ("hooks", "overrides", "docs"):
        copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder / "mkdocs.yml")
    return mkdocs("this site as it is", folder, ".cache")


def stock_as_it_is(folder: Path) -> Site:
    """Stock Material with this site's own posts; code is included from the labs, which have no pages."""
    copytree(ROOT / "docs", folder / "docs")
    own = "exclude_docs: /labs/\nmarkdown_extensions:\n  [{pymdownx.snippets: {base_path: docs}}, "
    (folder / "mkdocs.yml").write_text(STOCK.replace("markdown_extensions:\n  [", own))
    return mkdocs("stock Material, the same posts", folder)


def mkdocs(name: str, folder: Path, cache: str | None = None) -> Site:
    """A site that MkDocs builds."""
    command = [sys.executable, "-m", "mkdocs"]
    serve = [*command, "serve", "--livereload", "--dev-addr"]
    return Site(name, folder, [*command, "build", "--site-dir", "site"], serve, "docs/posts", cache, search=True)


def stock(folder: Path, count: int) -> Site:
    """Material for MkDocs as its documentation sets it up, with the blog plugin and search; the page `method` too."""
    write(folder / "docs/posts", count)
    shutil.copy(ROOT / "docs/method.md", folder / "docs/method.md")
    (folder / "mkdocs.yml").write_text(STOCK)
    (folder / "docs/index.md").write_text("# Writing\n")
    (folder / "docs/tags.md").write_text("# Tags\n\n<!-- material/tags -->\n")
    return mkdocs("stock Material", folder)


def zensical(folder: Path, count: int) -> Site:
    """Zensical; it has no blog plugin, so it makes the posts and no lists of them."""
    write(folder / "docs/posts", count)
    (folder / "mkdocs.yml").write_text(ZENSICAL)
    (folder / "docs/index.md").write_text("# Writing\n")
    command = [sys.executable, "-m", "zensical"]
    return Site("Zensical", folder, [*command, "build"], [*command, "serve", "--dev-addr"], "docs/posts", ".cache")


def hugo(folder: Path, count: int) -> Site | None:
    """Hugo with a template of one line, or None where it is not installed."""
    program = shutil.which("hugo", path=str(Path(sys.executable).parent))
    if not program:
        return None
    write(folder / "content/posts", count)
    (folder / "layouts/_default").mkdir(parents=True)
    (folder / "hugo.toml").write_text(HUGO)
    for name in ("single", "list"):
        (folder / f"layouts/_default/{name}.html").write_text(LAYOUT)
    build = [program, "--quiet", "--destination", "site"]
    return Site("Hugo", folder, build, [], "content/posts", themed=False)
