"""Refuses a file of docs/ that would stand where another one does: one of them would be lost without a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from writing.build import PluginError

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

OWN = "what the site writes itself"


def faults(places: Iterable[tuple[str, str]], made: Iterable[str]) -> Iterator[str]:
    """`path:line: message` for each file, given with its place in the site, at whose place an earlier one is.

    `made` are the places of what has no file.
    """
    taken = dict.fromkeys(made, OWN)
    for name, place in places:
        if (other := taken.setdefault(place, name)) != name:
            yield f"{name}:1: would stand at {place}, the place of {other}; give it another name"


def written(slugs: Iterable[str]) -> list[str]:
    """The places of what a build makes besides pages and templates: the search index, the cards of posts."""
    return ["search/search_index.json", *(f"assets/cards/{slug}.png" for slug in ("site", *slugs))]


def earlier(headers: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The places of the pages that lead on from the earlier names of posts and their labs."""
    for meta in headers:
        for name in meta["aliases"] if isinstance(meta.get("aliases"), list) else ():
            if name != meta.get("slug"):
                yield from (f"{kind}/{name}/index.html" for kind in ("posts", "labs")[: 1 + ("lab" in meta)])


def check(files: Files, config: MkDocsConfig) -> None:
    """Check every file that is published, an author's after what is made. Raises PluginError with all lines."""
    posts = config.plugins["material/blog"].blog.posts
    shown = sorted(
        (file for file in files if not file.inclusion.is_excluded()),
        key=lambda file: (file.src_dir == config.docs_dir, not file.is_documentation_page()),
    )
    made = [*config.theme.static_templates, *written(post.config.slug for post in posts)]
    made += earlier(post.meta for post in posts)
    every = [*(post.file for post in posts), *shown]  # the plugin shows posts as excluded by now
    if said := list(faults([(file.src_uri, file.dest_uri) for file in every], made)):
        raise PluginError("\n".join(["A file takes the place of another:", *said]))
