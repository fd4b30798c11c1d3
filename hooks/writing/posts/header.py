"""Refuses a post with a wrong header: file, line, what is wrong, what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import yaml

from writing.posts.schema import REQUIRED, problem
from writing.posts.slugs import word

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same result, many times as fast
LARGEST = 10_000  # nodes of a header with every *alias written out; without a bound a few lines fill the memory
HEADER = re.compile(r"\ufeff?---[ \t]*\n(.*?\n)---[ \t]*\n", re.S)


def unfolded(node: yaml.Node | None, known: dict[int, int]) -> int:
    """How many nodes there are below one, with every alias written out. Raises RecursionError if it holds itself."""
    if id(node) not in known:
        parts = getattr(node, "value", None)
        below = (
            [part for pair in parts for part in (pair if isinstance(pair, tuple) else [pair])]
            if isinstance(parts, list)
            else []
        )
        known[id(node)] = LARGEST  # so much for one that holds itself
        known[id(node)] = 1 + sum(unfolded(part, known) for part in below)
    return known[id(node)]


@lru_cache(maxsize=4096)  # `mkdocs serve` asks again at each save
def header(source: bytes) -> tuple[dict, dict[str, int]]:
    """A post's header and the line of each key. Raises ValueError(line, message) if it is none."""
    try:
        found = HEADER.match(source.decode("utf-8").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise ValueError(source[: error.start].count(b"\n") + 1, "is not UTF-8; save it as UTF-8") from None
    if not found and re.search(rb"\n---[ \t]*$", source):
        raise ValueError(source.count(b"\n") + 1, "header ends with the file; write a post below it")
    if not found:
        raise ValueError(1, "has no header; begin with a line ---, then `key: value` lines, then ---")

    def line(mark: yaml.Mark) -> int:
        return found[1].count("\n", 0, mark.index) + 2

    try:
        loader = Loader(found[1])
        node = loader.get_single_node()
        if unfolded(node, {}) > LARGEST:
            raise ValueError("its aliases, written out, are too many")
        keys = list(getattr(node, "value", ()))  # before keys merged with << join them
        meta = node and loader.construct_document(node)
    except (yaml.YAMLError, ValueError, LookupError, RecursionError, AttributeError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        mark = mark or unmade(found[1])
        raise ValueError(line(mark) if mark else 2, f'header is not YAML ({problem}); quote texts: "..."') from None
    if not isinstance(meta, dict):
        raise ValueError(2, "header is not a list of keys; write one `key: value` a line")
    lines: dict[str, int] = {}
    for key, _ in keys:
        if lines.setdefault(str(key.value), line(key.start_mark)) != line(key.start_mark):
            raise ValueError(line(key.start_mark), f"{key.value} is there twice; keep one")
    return meta, lines


def unmade(text: str) -> yaml.Mark | None:
    """Where the first value stands that YAML reads and Python cannot make, such as 30 February."""
    try:
        loader = Loader(text)
        for key, value in getattr(loader.get_single_node(), "value", ()):
            try:
                if unfolded(value, {}) < LARGEST:
                    loader.construct_object(value, deep=True)
            except (yaml.YAMLError, ValueError, LookupError, AttributeError):
                return key.start_mark
    except (yaml.YAMLError, ValueError, LookupError, RecursionError, AttributeError, TypeError):
        return None
    return None


def faults(posts: dict[str, bytes], categories: tuple[str, ...], labs: tuple[str, ...]) -> Iterator[str]:
    """`path:line: message` for every fault of all posts, given as path -> bytes."""
    slugs: dict[str, str] = {}
    for path, source in posts.items():
        try:
            meta, lines = header(source)
        except ValueError as error:
            yield "{}:{}: {}".format(path, *error.args)
            continue
        yield from (f"{path}:1: {key} is missing; add a line `{key}: ...`" for key in REQUIRED if key not in meta)
        for key, value in meta.items():
            if message := problem(str(key), value, categories, labs):
                yield f"{path}:{lines.get(str(key), 1)}: {message}"
        other = slugs.setdefault(str(meta.get("slug")), path)
        if other != path and "slug" in meta:
            yield f"{path}:{lines.get('slug', 1)}: slug {meta['slug']!r} is taken by {other}; choose another"
    yield from taken(posts, slugs)


def taken(posts: dict[str, bytes], slugs: dict[str, str]) -> Iterator[str]:
    """`path:line: message` for each earlier name of a post at whose address another one is, or was."""
    for path, source in posts.items():
        try:
            meta, lines = header(source)
        except ValueError:
            continue  # said by `faults`
        for name in meta["aliases"] if isinstance(meta.get("aliases"), list) else ():
            if (other := slugs.setdefault(str(name), path)) != path:
                yield f"{path}:{lines['aliases']}: the address of {name!r} is taken by {other}; take it out of aliases"


def misnamed(posts: dict[str, bytes]) -> Iterator[str]:
    """`path:line: message` where file, slug and lab of a post differ, or two tags would share an address."""
    tags: dict[str, tuple[str, str]] = {}
    for path, source in posts.items():
        try:
            meta, lines = header(source)
        except ValueError:
            continue  # said by `faults`
        slug, lab, stem = meta.get("slug"), meta.get("lab"), PurePosixPath(path).stem
        if PurePosixPath(path).parent.name != "posts":
            yield f"{path}:1: is in a folder of its own; move it to posts/{PurePosixPath(path).name}"
        if isinstance(slug, str) and slug != stem:
            yield f"{path}:{lines['slug']}: slug {slug!r} is not the file's name, {stem!r}; a post has one name"
        elif isinstance(lab, str) and isinstance(slug, str) and lab != slug.replace("-", "_"):
            yield f"{path}:{lines['lab']}: lab {lab!r} is not the slug; {slug.replace('-', '_')}"
        elif isinstance(lab, str) and not path.endswith(".md"):
            yield f"{path}:{lines['lab']}: a post with a lab ends in .md; rename the file {stem}.md"
        for tag in meta.get("tags") if isinstance(meta.get("tags"), list) else ():
            if isinstance(tag, str) and tag.strip():
                place = f"{path}:{lines['tags']}"
                first, there = tags.setdefault(word(tag, "-"), (tag, place))
                if first != tag:
                    yield f"{place}: tag {tag!r} has the address of {first!r} ({there}); write one of them"


def check(files: Files, config: MkDocsConfig) -> None:
    """Check the header of every post that `mkdocs serve` shows. Raises PluginError with the lines of all faults."""
    from mkdocs.exceptions import PluginError

    docs = Path(config.docs_dir)
    pages = [file for file in files if file.is_documentation_page() and file.inclusion.is_in_serve()]
    written = [file for file in pages if file.src_uri.startswith("posts/")]
    posts = {file.src_uri: Path(file.abs_src_path).read_bytes() for file in written}
    labs = tuple(sorted(path.parent.name for path in docs.glob("labs/*/__init__.py")))
    allowed = tuple(config.plugins["material/blog"].config.categories_allowed)
    if found := [*faults(posts, allowed, labs), *misnamed(posts)]:
        raise PluginError("\n".join(["A post's header is wrong:", *found]))
