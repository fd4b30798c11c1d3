"""Opens what is kept in .cache/: the memory of steps, and compiled templates, both under a digest of all settings."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig

from writing.cache.memory import Memory, digest
from writing.cache.theme_files import WithoutIcons
from writing.patches import use_environment

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGES = ("markdown", "pymdown-extensions", "pygments", "mkdocs", "mkdocs-material", "jinja2")


def settings(config: MkDocsConfig) -> str:
    """A digest of what shapes every page: versions, mkdocs.yml, addresses, hooks and overrides."""
    root = Path(config.config_file_path).parent
    files = [
        root / "mkdocs.yml",
        *sorted(root.glob("hooks/**/*.py")),
        *sorted(path for path in root.glob("overrides/**/*") if path.is_file()),
    ]
    packages = [sys.version, *(version(package) for package in PACKAGES)]
    return digest(packages, config.site_url, config.repo_url, config.edit_uri, *(path.read_bytes() for path in files))


def opened(config: MkDocsConfig) -> Memory:
    """The memory for these settings. The theme's templates are compiled once for them, its icons not listed."""
    folder, known = Path(config.config_file_path).parent / ".cache", settings(config)
    compiled = folder / "templates" / known
    with suppress(OSError):  # a folder that cannot be written only makes a build slower
        compiled.mkdir(parents=True, exist_ok=True)

    def change(env: Environment) -> None:
        if os.access(compiled, os.W_OK):
            env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
        env.loader = WithoutIcons(config.theme.dirs)

    use_environment(config, change)
    return Memory(folder / "build.sqlite", known)
