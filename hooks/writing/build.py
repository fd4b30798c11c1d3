"""What the steps of one build share, and what this process knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

try:
    from mkdocs.exceptions import PluginError  # MkDocs prints its message, and no trace
except ImportError:  # `python -m writing` does without MkDocs

    class PluginError(Exception):  # type: ignore[no-redef]
        """What keeps a site from being made, in lines for its author."""


if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


class Recall(Protocol):
    """What a step asks for a value that an earlier build may have made; `cache.memory.Memory` is one."""

    def recall(self, kind: str, parts: list[Any], make: Callable[[], Any], good: Callable[[Any], bool] = bool) -> Any:
        """What `make()` gave for the same `kind` and `parts`, if it is still `good`; else what it gives now."""


class Forgetful:
    """A memory that holds nothing: each value is made. Used where `fast.py` has opened no other."""

    def recall(self, kind: str, parts: list[Any], make: Callable[[], Any], good: Callable[[Any], bool] = bool) -> Any:
        """Return `make()`."""
        return make()


def line_with(source: str, text: str) -> int:
    """The first line of an author's file in which a text stands; 1 if in none."""
    return next((i for i, line in enumerate(source.splitlines(), 1) if text in line), 1)


@dataclass(eq=False)
class Build:
    """The state of one build. MkDocs makes a config for each, `serve` for each rebuild, so the config is its key."""

    config: MkDocsConfig
    memory: Recall = field(default_factory=Forgetful)
    find: Callable[[str], str | None] = lambda name: None  # the file that a page includes by this name; fast.py
    left_out: frozenset[str] = frozenset()  # `src_uri` of each draft and each post dated later; posts/drafts.py
    dropped: dict[str, str] = field(default_factory=dict)  # address of a file of docs/ -> why it is dropped
    foreign: list[str] = field(default_factory=list)  # a line for all that another host holds; posts/targets.py
    unmade: list[tuple[str, str, str]] = field(default_factory=list)  # path, id, a line if not made; posts/targets.py
    site: Any = None  # posts/leads.py's Site: what this build will publish; posts/targets.py
    published: str = ""  # a digest of it
    copies: dict[str, str] = field(default_factory=dict)  # `src_uri` -> the post as Markdown; outputs/copies.py
    redirects: dict[str, str] = field(default_factory=dict)  # file of the site -> a page; outputs/redirects.py
    used: set[str] = field(default_factory=set)  # the labs that pages quote or ask for a table; evidence/check.py
    results: str = ""  # a digest of what all labs recorded; evidence/lab_pages.py
    labs: set[str] = field(default_factory=set)  # the labs that have a page; evidence/lab_pages.py
    notes: dict[str, Path] = field(default_factory=dict)  # `src_uri` of a lab's page -> its notes.md, if it has one
    quoted: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # lab -> value -> how posts write it
    tags: dict[str, set[str]] = field(default_factory=dict)  # kind of page -> their start tags; css/stylesheet.py
    bodies: dict[str, dict[str, str]] = field(default_factory=dict)  # group of pages -> file -> a digest of it
    sheets: list[str] = field(default_factory=list)  # the stylesheets that templates link, below the site
    scripts: tuple[str, ...] = ()  # the inline scripts of the site's own templates; html/policy.py
    sheet: str = ""  # the stylesheet that comes with the script, below assets/
    rules: dict[str, str] = field(default_factory=dict)  # group of pages -> the rules in each, at first

    current: ClassVar[Build | None] = None

    @classmethod
    def of(cls, config: MkDocsConfig) -> Build:
        """The build that this config belongs to, begun at the first call."""
        if Build.current is None or Build.current.config is not config:
            Build.current = cls(config)
        return Build.current


@dataclass
class Process:
    """What stays the same from one build to the next."""

    command: str = ""  # as MkDocs names it: build, gh-deploy or serve

    @property
    def serving(self) -> bool:
        """Whether this is `mkdocs serve`."""
        return self.command == "serve"


process = Process()
