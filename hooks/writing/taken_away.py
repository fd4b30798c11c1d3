"""Published posts that the next publishing would take away: each in a line, with the reason."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from writing.addresses import git
from writing.checking_links import left_out
from writing.patches import given
from writing.posts.header import header
from writing.posts.public import posts

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

GONE = "posts/{0}/ is published and will be gone: {1}"
NAMELESS = (
    "no post has this name, so its readers will get the 404 page. If it has another name now, add {0} to the `aliases` "
    "in its header"
)
HELD = "{1} is a draft, dated later or left out by mkdocs.yml, so its readers will get the 404 page"


def gone(root: Path, docs: Path, config: MkDocsConfig) -> list[str]:
    """A line for each published post that will be gone: no post of today has its name, nor has it in its `aliases`.

    One that is held back, as a draft, by its date or by mkdocs.yml, is told with its file.
    """
    branch = f"refs/remotes/{config.remote_name}/{config.remote_branch}"
    published = {
        path.rpartition("/")[2] for path in git(root, "ls-tree", "-d", "--name-only", branch, "posts/").split()
    }
    settings, known = {key: value for part in given(config) for key, value in part.items()}, dict[str, str]()
    names = {path.relative_to(docs).as_posix(): path for path in posts(docs)}
    held = left_out(docs, settings, list(names)) if published else {}
    for name, path in names.items():
        with suppress(ValueError):  # the build will say it
            meta, _ = header(path.read_bytes())
            for own in (path.stem, *map(str, meta.get("aliases") or ())):
                known[own] = known.get(own, name) if name in held else ""
    return [
        GONE.format(name, (HELD if known.get(name) else NAMELESS).format(name, known.get(name)))
        for name in sorted(published)
        if known.get(name) != ""
    ]
