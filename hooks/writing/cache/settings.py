"""Opens what is kept in .cache/: the memory of steps, and compiled templates, both under a digest of all settings."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils import get_build_datetime

from writing.cache.memory import Memory, digest, plain
from writing.cache.theme_files import WithoutIcons
from writing.patches import given, use_environment

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGES = (
    "markdown", "pymdown-extensions", "pygments", "mkdocs", "mkdocs-material", "jinja2", "selectolax", "tinycss2",
)  # fmt: skip
DATED = re.compile(rb"build_date_utc|update_date")  # by which a template shows the time of the build


@cache
def code(path: Path) -> bytes:
    """A hook's text as this process has loaded it: `mkdocs serve` goes on with that, whatever is saved meanwhile."""
    return path.read_bytes()


def settings(config: MkDocsConfig) -> str:
    """A digest of what shapes every page: versions, settings wherever they came from, hooks and overrides.

    Where the site is written and whether a warning stops the build change no page.
    """
    root = Path(config.config_file_path).parent
    folders = {(root / name).parent for name in config.hooks}
    parts = {
        path: code(path)  # of the repository itself no folder is looked through: it holds .venv and the site
        for folder in folders
        for path in folder.glob("[!.]*.py" if folder == root else "**/[!.]*.py")
    }
    own = Path(config.theme.custom_dir).glob("**/*") if config.theme.custom_dir else ()
    parts |= (templates := {path: path.read_bytes() for path in own if path.is_file()})
    options = [
        {key: value for key, value in part.items() if key not in ("site_dir", "strict")} for part in given(config)
    ]
    named = json.dumps(options, default=plain).replace(str(root), ".")  # MkDocs has made some paths absolute by now
    packages = [sys.version, *(version(package) for package in PACKAGES)]
    plugins = {name: getattr(plugin, "config", None) for name, plugin in config.plugins.items()}
    chosen = json.dumps([config.markdown_extensions, config.mdx_configs, plugins], default=whole)
    shown = [config.site_url, config.repo_url, config.edit_uri, named, chosen.replace(str(root), ".")]
    shown += [get_build_datetime().isoformat()] if any(map(DATED.search, templates.values())) else []
    return digest(
        packages, *shown, *(part for path in sorted(parts) for part in (os.path.relpath(path, root), parts[path]))
    )


def whole(part: Any) -> Any:
    """As `plain`, but settings within settings count with all that they hold."""
    return dict(part) if isinstance(part, Mapping) else plain(part)


def compile_once(config: MkDocsConfig) -> None:
    """Have the theme's templates compiled once for these settings, its icons not listed."""
    compiled = folder(config) / "templates" / settings(config)
    with suppress(OSError):  # a folder that cannot be written only makes a build slower
        compiled.mkdir(parents=True, exist_ok=True)

    def change(env: Environment) -> None:
        if os.access(compiled, os.W_OK):
            env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
        env.loader = WithoutIcons(config.theme.dirs)

    use_environment(config, change)


def opened(config: MkDocsConfig) -> Memory:
    """The memory for these settings."""
    return Memory(folder(config) / "build.sqlite", settings(config))


def folder(config: MkDocsConfig) -> Path:
    """Where all of it is kept."""
    return Path(config.config_file_path).parent / ".cache"
