"""Refuses a post with a wrong header: file, line, what is wrong, what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files

from writing.posts.schema import REQUIRED, problem

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same result, many times as fast
HEADER = re.compile(r"\ufeff?---[ \t]*\n(.*?\n)---[ \t]*\n", re.S)


def header(source: bytes) -> tuple[dict, dict[str, int]]:
    """A post's header and the line of each key. Raises ValueError(line, message) if it is none."""
    try:
        found = HEADER.match(source.decode("utf-8").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise ValueError(source[: error.start].count(b"\n") + 1, "is not UTF-8; save it as UTF-8") from None
    if not found:
        raise ValueError(1, "has no header; begin with a line ---, then `key: value` lines, then ---")

    def line(mark: yaml.Mark) -> int:
        return found[1].count("\n", 0, mark.index) + 2

    try:
        loader = Loader(found[1])
        node = loader.get_single_node()
        keys = list(getattr(node, "value", ()))  # before keys merged with << join them
        meta = node and loader.construct_document(node)
    except (yaml.YAMLError, ValueError, LookupError, RecursionError, AttributeError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise ValueError(line(mark) if mark else 2, f'header is not YAML ({problem}); quote texts: "..."') from None
    if not isinstance(meta, dict):
        raise ValueError(2, "header is not a list of keys; write one `key: value` a line")
    lines: dict[str, int] = {}
    for key, _ in keys:
        if lines.setdefault(str(key.value), line(key.start_mark)) != line(key.start_mark):
            raise ValueError(line(key.start_mark), f"{key.value} is there twice; keep one")
    return meta, lines


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


def check(files: Files, config: MkDocsConfig) -> None:
    """Check the header of every post. Raises PluginError with the lines of all faults."""
    docs = Path(config.docs_dir)
    posts = {f.src_uri: Path(f.abs_src_path).read_bytes() for f in files if re.match(r"posts/.*\.md$", f.src_uri)}
    labs = tuple(sorted(path.parent.name for path in docs.glob("labs/*/results.json")))
    allowed = tuple(config.plugins["material/blog"].config.categories_allowed)
    if found := list(faults(posts, allowed, labs)):
        raise PluginError("\n".join(["A post's header is wrong:", *found]))
