"""Publishes what a site is made of, by its ending; never an editor's copy, whatever its ending."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from writing.build import Build, PluginError, process

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

log = logging.getLogger("mkdocs.hooks.posts")
ENDINGS = re.compile(
    r"\.(?:(?-i:md|markdown)|html|css|js|mjs|json|webmanifest|xml|txt|csv|tsv|py|sql|sh|rb|toml|bib|pdf|svg|png|jpe?g|gif|webp|avif"
    r"|ico|woff2?|ttf|mp4|webm|mp3|ogg|opus|wav|vtt|wasm)$",
    re.I,
)
OTHER = re.compile(r"\.(?:mdown|mkdn?)$")  # what MkDocs takes for Markdown, and nothing else here does
NAMES = frozenset({"CNAME", ".nojekyll", "LICENSE"})
COPIES = (  # of vim, Emacs and Kate; of a merge; of Word; of file managers; of a cloud's folder; of a download
    r"~$|^#.*#$|^[.~]#|\.sw[a-p]$|\.kate-swp$",
    r"\.(?:orig|rej|bak|old|save|tmp|temp|part|crdownload)(?:\.\w+)?$|_(?:BASE|LOCAL|REMOTE|BACKUP)_\d+",
    r"^~\$|^Copy of | \((?:\d+|copy|[^)]*conflicted copy)[^)]*\)\.\w+$| copy(?: \d+)?\.\w+$|\.sync-conflict-",
)
OUTSIDE = "is a link to what is outside of the repository, and would be published; put a copy here"
UNPUBLISHED = "which is not published: {}; rename or unlink it"
MEASURED = re.compile(rb"<data\b|<!--+\s*table:", re.I)
COPY = re.compile("|".join(COPIES), re.I)


def why(path: str) -> str:
    """Why a file below docs is not published; empty if it is."""
    name = PurePosixPath(path).name
    if COPY.search(name):
        return "an editor's copy"
    if name in NAMES or ENDINGS.search(name):
        return ""
    return f"no ending of a file that is published ({PurePosixPath(name).suffix or 'none'})"


def posts(docs: Path) -> list[Path]:
    """The file of each post; an editor's copy is none, nor is its lock, a link that leads nowhere."""
    return [path for path in sorted([*docs.glob("posts/*.md"), *docs.glob("posts/*.markdown")]) if not why(path.name)]


def misnamed(paths: Iterable[str]) -> Iterator[str]:
    """A line for each page below docs with another ending than .md and .markdown."""
    for path in paths:
        if (found := OTHER.search(path)) and not COPY.search(PurePosixPath(path).name):
            yield f"{path}:1: ends in {found[0]}; rename it {PurePosixPath(path).stem}.md"


def unreadable(folder: Path, above: frozenset[Path]) -> Iterator[tuple[Path, str]]:
    """Each path below a folder that nobody could read to its end: a link back to where it is, a pipe, a device."""
    for entry in os.scandir(folder):
        path = Path(entry.path)
        if entry.is_dir():
            real = path.resolve()
            if real in above:
                yield path, "is a link to a folder that it is in, which has no end; take it out"
            else:
                yield from unreadable(path, above | {real})
        elif path.exists() and not entry.is_file():
            yield path, "is neither a file nor a folder, and would be waited for; take it out"


def homes(docs: Path, root: Path) -> tuple[Path, ...]:
    """The folders whose files may be published: the repository, the pages, and the posts, which some keep elsewhere."""
    return root.resolve(), docs.resolve(), (docs / "posts").resolve()


def outside(folder: Path, own: tuple[Path, ...], above: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """Each file or folder below one that is a link to what is in none of the folders `own`, once."""
    for path in sorted(folder.iterdir()):
        real = path.resolve() if path.exists() else folder
        if path.is_symlink() and path.exists() and not any(real.is_relative_to(home) for home in own):
            yield path
        elif path.is_dir() and real not in above:
            yield from outside(path, own, above | {real})


def linked_out(docs: Path, root: Path) -> list[str]:
    """A line for each link below `docs` to a file or folder outside of the repository at `root`: it may be a secret."""
    return [
        f"{path.relative_to(docs).as_posix()}:1: {OUTSIDE}"
        for path in outside(docs, homes(docs, root), frozenset([docs.resolve()]))
    ]


def refuse_outside(config: MkDocsConfig) -> None:
    """Raise PluginError with a line for each link that leads out of the repository; `serve` only says so.

    A folder of the posts that is itself such a link is named in a line of the log.
    """
    docs, root = Path(config.docs_dir), Path(config.config_file_path).parent
    if not (posts := (docs / "posts").resolve()).is_relative_to(root.resolve()):
        log.info("posts: is a link to %s; what is published comes from there", posts)
    if (lines := linked_out(docs, root)) and not process.serving:
        raise PluginError("\n".join(["A file of the pages is not in the repository:", *lines]))
    for line in lines:
        log.warning(line)


def refuse_endless(config: MkDocsConfig) -> None:
    """Before MkDocs reads the folder. Raises PluginError with a line for each path that would keep it for ever."""
    docs = Path(config.docs_dir)
    lines = [
        f"{path.relative_to(docs).as_posix()}:1: {why}" for path, why in unreadable(docs, frozenset([docs.resolve()]))
    ]
    if lines:
        raise PluginError("\n".join(["The folder of the pages cannot be read:", *lines]))


def keep(files: Files, config: MkDocsConfig) -> None:
    """Drop every other file, before anything is made of it; say in a line which. Raises PluginError for misnamed pages.

    What MkDocs leaves out by its name is dropped if it is a copy: it may be Emacs' lock, a link that leads nowhere.
    """
    own = [file for file in files if file.src_dir == config.docs_dir]
    if lines := list(misnamed(file.src_uri for file in own if file.inclusion.is_in_serve())):
        raise PluginError("\n".join(["A page is not known by its ending:", *lines]))
    for file in own:
        if (reason := why(file.src_uri)) and (file.inclusion.is_included() or COPY.search(file.name)):
            log.info("%s: is not published: %s (hooks/writing/posts/public.py)", file.src_uri, reason)
        if reason:
            Build.of(config).dropped[file.url] = UNPUBLISHED.format(reason)
            files.remove(file)
        elif file.src_uri.lower().endswith(".html") and MEASURED.search(Path(file.abs_src_path).read_bytes()):
            raise PluginError(f"{file.src_uri}:1: shows numbers as measured that nothing checks; write Markdown")
