"""Opens what is kept in .cache/: the memory of steps, and compiled templates, both under a digest of all settings."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig

from writing.cache.memory import Memory, digest, plain
from writing.cache.theme_files import WithoutIcons
from writing.patches import given, use_environment

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGES = (
    "markdown", "pymdown-extensions", "pygments", "mkdocs", "mkdocs-material", "jinja2", "selectolax", "tinycss2",
)  # fmt: skip


def settings(config: MkDocsConfig) -> str:
    """A digest of what shapes every page: versions, settings wherever they came from, hooks and overrides.

    Where the site is written and whether a warning stops the build change no page.
    """
    root = Path(config.config_file_path).parent
    folders = {(root / name).parent for name in config.hooks}
    files = [path for folder in sorted(folders) for path in sorted(folder.glob("**/[!.]*.py"))]
    if config.theme.custom_dir:
        files += sorted(path for path in Path(config.theme.custom_dir).glob("**/*") if path.is_file())
    options = [
        {key: value for key, value in part.items() if key not in ("site_dir", "strict")} for part in given(config)
    ]
    named = json.dumps(options, default=plain).replace(str(root), ".")  # MkDocs has made some paths absolute by now
    packages = [sys.version, *(version(package) for package in PACKAGES)]
    plugins = {name: getattr(plugin, "config", None) for name, plugin in config.plugins.items()}
    chosen = json.dumps([config.markdown_extensions, config.mdx_configs, plugins], default=whole)
    shown = [config.site_url, config.repo_url, config.edit_uri, named, chosen.replace(str(root), ".")]
    files += sources(config.markdown_extensions)
    return digest(
        packages, *shown, *(part for path in files for part in (os.path.relpath(path, root), path.read_bytes()))
    )


def whole(part: Any) -> Any:
    """As `plain`, but settings within settings count with all that they hold."""
    return dict(part) if isinstance(part, Mapping) else plain(part)


def sources(extensions: list[str]) -> list[Path]:
    """The author's own Markdown extensions: what no package brings has no version."""
    paths = []
    for name in extensions:
        with suppress(ImportError, ValueError):
            spec = find_spec(name.partition(":")[0])
            paths += [Path(spec.origin)] if spec and spec.origin and spec.has_location else []
    return [path for path in paths if "site-packages" not in path.parts]


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
