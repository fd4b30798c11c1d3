"""Converts Markdown as the site does, from mkdocs.yml alone, for `python -m writing`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from markdown import Markdown


class Loader(yaml.SafeLoader):
    """YAML in which a tag of MkDocs (!ENV, !!python/name) stands for its plain value."""


def _plain(loader: Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)[-1]
    return loader.construct_mapping(node) if isinstance(node, yaml.MappingNode) else loader.construct_scalar(node)


Loader.add_multi_constructor("!", _plain)
Loader.add_multi_constructor("tag:yaml.org,2002:python/", _plain)


def settings(path: Path) -> dict[str, Any]:
    """What mkdocs.yml says. Raises ValueError with file and line if it is not YAML or no list of settings."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ValueError(f"{path.name}:{mark.line + 1 if mark else 1}: is not YAML ({error})") from None
    if not isinstance(found, dict):
        raise ValueError(f"{path.name}:1: is not a list of settings; write one `key: value` a line")
    return found


def converter(path: Path) -> Callable[[str], str]:
    """A function from Markdown to HTML with the extensions of a mkdocs.yml. Inclusions are read below its folder."""
    named = settings(path).get("markdown_extensions") or []
    configs = {name: value or {} for one in named if isinstance(one, dict) for name, value in one.items()}
    if snippets := configs.get("pymdownx.snippets"):
        base = snippets.get("base_path", ["."])
        configs["pymdownx.snippets"] = snippets | {"base_path": [str(path.parent / folder) for folder in base]}
    extensions = [next(iter(one)) if isinstance(one, dict) else one for one in named]
    known = Markdown(extensions=extensions, extension_configs=configs)

    def convert(source: str) -> str:
        known.reset()
        return known.convert(source)

    return convert
