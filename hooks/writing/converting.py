"""Reads mkdocs.yml and converts Markdown as the site does, without MkDocs, for `python -m writing`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from pymdownx.snippets import SnippetMissingError

from writing.build import line_with
from writing.posts import slugs
from writing.posts.inclusions import line_of

FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n.*?\n---[ \t]*(?:\r?\n|\Z)", re.S)
NAMED = re.compile(r"'([^']+)'")
KINDS: dict[str, tuple[type, str]] = {  # what `python -m writing` reads of mkdocs.yml, and how it would be right
    "site_name": (str, "a text; write site_name: Writing"),
    "site_description": (str, "a text; quote it"),
    "site_url": (str, "an address; write site_url: https://you.example/"),
    "repo_url": (str, "an address; write repo_url: https://github.com/you/blog"),
    "edit_uri": (str, "a text; write edit_uri: edit/main/docs/"),
    "copyright": (str, "a text; quote it"),
    "docs_dir": (str, "a folder's name; write docs_dir: docs"),
    "extra": (dict, "a list of settings; write one `key: value` a line below it"),
    "plugins": (list, "a list; write one `- name` a line below it"),
    "markdown_extensions": (list, "a list; write one `- name` a line below it"),
}


class Loader(yaml.SafeLoader):
    """YAML in which a tag of MkDocs (!ENV, !!python/name) stands for its plain value."""


def _plain(loader: Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return (loader.construct_sequence(node) or [None])[-1]
    return loader.construct_mapping(node) if isinstance(node, yaml.MappingNode) else loader.construct_scalar(node)


Loader.add_multi_constructor("!", _plain)
Loader.add_multi_constructor("tag:yaml.org,2002:python/", _plain)


def merged(parent: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Settings over those that they inherit, as MkDocs puts them: mappings are joined, all else is replaced."""
    both = {
        key: merged(parent[key], value)
        for key, value in own.items()
        if isinstance(value, dict) and isinstance(parent.get(key), dict)
    }
    return {**parent, **own, **both}


def settings(path: Path, heirs: tuple[Path, ...] = ()) -> dict[str, Any]:
    """What mkdocs.yml says, and what it inherits; `heirs` are the files that inherit it.

    Raises ValueError with file and line if one of them is not YAML or not there, or a setting is of a wrong kind.
    """
    try:
        text = path.read_text(encoding="utf-8")
        found = yaml.load(text, Loader)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, LookupError, RecursionError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        words = " ".join(str(getattr(error, "problem", None) or error).split())
        raise ValueError(f"{path.name}:{mark.line + 1 if mark else 1}: is not YAML ({words}); mend it there") from None
    if not isinstance(found, dict):
        raise ValueError(f"{path.name}:1: is not a list of settings; write one `key: value` a line")

    def refuse(key: str, what: str) -> None:
        begun = re.search(rf"^[\"']?{re.escape(key)}\b", text, re.M)
        line = text.count("\n", 0, begun.start()) + 1 if begun else 1
        raise ValueError(f"{path.name}:{line}: {key} is not {what}")

    for key, (kind, right) in KINDS.items():
        if not isinstance(found.get(key), kind | None):
            refuse(key, right)
    if not isinstance(found.get("theme"), dict | str | None):
        refuse("theme", "a theme; write theme: {name: material}")
    for key in ("plugins", "markdown_extensions"):
        for one in found.get(key) or ():
            name, options = next(iter(one.items()), (None, None)) if isinstance(one, dict) else (one, None)
            if not isinstance(name, str) or (isinstance(one, dict) and len(one) != 1):
                refuse(key, f"a list of names; {one!r} is none")
            if not isinstance(options, dict | None):
                refuse(key, f"as {name} wants it: its settings are no list of `key: value`, but {options!r}")
    if (parent := found.pop("INHERIT", None)) is None:
        return found
    if not isinstance(parent, str) or not (path.parent / parent).is_file():
        refuse("INHERIT", f"a file that is there: {parent!r}")
    if (path.parent / parent).resolve() in (heirs := (*heirs, path.resolve())):
        refuse("INHERIT", f"to lead back to a file that inherits this one: {parent!r}; take one of them away")
    return merged(settings(path.parent / parent, heirs), found)


def categories(config: Path) -> tuple[str, ...]:
    """The categories that mkdocs.yml allows. Raises ValueError if they are no list of texts."""
    for plugin in settings(config).get("plugins") or []:
        if isinstance(plugin, dict) and "blog" in plugin:
            found = (plugin["blog"] or {}).get("categories_allowed") or []
            if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
                line = line_with(config.read_text(encoding="utf-8"), "categories_allowed")
                raise ValueError(
                    f"{config.name}:{line}: categories_allowed is not a list of texts; one `- Name` a line"
                )
            return tuple(found)
    return ()


def included(error: SnippetMissingError, path: str, source: str) -> str:
    """The line of an inclusion that finds nothing; line 1 where it stands in a file that is itself included."""
    name = (NAMED.findall(str(error)) or [""])[-1]
    line = line_of(source, name, "section" in str(error))
    right = (
        "a section is marked by `# --8<-- [start:name]` and `[end:name]`"
        if "section" in str(error)
        else ('name a file below docs, as in --8<-- "labs/agent_loop/__init__.py:loop"')
    )
    return f"{path}:{line}: {error}; {right}"


def body(source: str) -> str:
    """A Markdown file without its header, each line where it was."""
    return FRONT.sub(lambda found: "\n" * found[0].count("\n"), source, count=1)


def configs(said: dict[str, Any], path: Path) -> dict[str, dict[str, Any]]:
    """The settings of each Markdown extension, as the hooks leave them: inclusions are read below the site's folder."""
    named = said.get("markdown_extensions") or []
    found = {name: dict(value or {}) for one in named if isinstance(one, dict) for name, value in one.items()}
    found.setdefault("toc", {}).setdefault("slugify", slugs.heading)
    if "pymdownx.snippets" in found:
        base = found["pymdownx.snippets"].get("base_path", ["."])
        folders = [base] if isinstance(base, str) else base
        if not isinstance(folders, list) or not all(isinstance(folder, str) for folder in folders):
            raise ValueError(f"{path.name}:1: base_path of pymdownx.snippets is no folder; write base_path: [docs]")
        found["pymdownx.snippets"]["base_path"] = [str(path.parent / folder) for folder in folders]
    return found


class Marked(Treeprocessor):
    """Marks what Markdown made: MkDocs rewrites the addresses of these elements, and of no others."""

    def run(self, root: Any) -> None:
        """Set `data-md` on each link and image."""
        for element in root.iter():
            if element.tag in ("a", "img"):
                element.set("data-md", "")


def converter(path: Path, marked: bool = False) -> Callable[[str], str]:
    """A function from Markdown to HTML with the extensions of a mkdocs.yml; `marked` as the class above says.

    Raises ValueError if one of them is not there or does not take its settings.
    """
    said = settings(path)
    named = said.get("markdown_extensions") or []
    extensions = list(dict.fromkeys([next(iter(one)) if isinstance(one, dict) else one for one in named] + ["toc"]))
    try:
        known = Markdown(extensions=extensions, extension_configs=configs(said, path))
    except Exception as error:  # whatever an extension raises over its settings: the author needs the file's name
        words = f"{type(error).__name__}: {error}"
        raise ValueError(f"{path.name}:1: markdown_extensions cannot be used ({words}); mend their settings") from None

    if marked:
        known.treeprocessors.register(Marked(known), "marked", -100)

    def convert(source: str) -> str:
        known.reset()
        return known.convert(source)

    return convert
