"""Remembers converted Markdown and rendered pages in .cache/: a build makes only what changed."""

from __future__ import annotations

import sys
from functools import partial
from importlib.metadata import version
from pathlib import Path

import yaml
from build_memory import Memory, digest
from conversions import render
from jinja2 import Environment, FileSystemBytecodeCache
from material.plugins.blog import structure
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from remembered_template import RememberedTemplate

PACKAGES = ("markdown", "pymdown-extensions", "pygments", "mkdocs", "mkdocs-material", "jinja2")


def settings(config: MkDocsConfig) -> str:
    """A digest of what shapes every page: versions, mkdocs.yml, addresses, hooks and overrides."""
    root = Path(config.config_file_path).parent
    files = [
        root / "mkdocs.yml",
        *sorted(root.glob("hooks/*.py")),
        *sorted(path for path in root.glob("overrides/**/*") if path.is_file()),
    ]
    packages = [sys.version, *(version(package) for package in PACKAGES)]
    return digest(packages, config.site_url, config.repo_url, config.edit_uri, *(path.read_bytes() for path in files))


def relieve(memory: Memory) -> None:
    """Write a hundred new values at a time, or a cold build of many posts would hold the site twice."""
    if len(memory.new) > 99:
        memory.keep(last=False)


@event_priority(100)
def on_config(config: MkDocsConfig) -> None:
    """Open the memory of this build and have templates compiled from it; read headers with the faster YAML loader."""
    structure.SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # equal to the other
    folder, known = Path(config.config_file_path).parent / ".cache", settings(config)
    config.memory = Memory(folder / "build.sqlite", known)
    compiled, theme_env = folder / "templates" / known, config.theme.get_env
    compiled.mkdir(parents=True, exist_ok=True)

    def get_env() -> Environment:
        env = theme_env()
        env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
        return env

    config.theme.get_env = get_env


@event_priority(-100)
def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Have this page converted from memory, whatever the other hooks made of its text."""
    relieve(config.memory)
    page.render = partial(render, config.memory, page)


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> None:
    """Hold no more pages than needed."""
    relieve(config.memory)


@event_priority(-100)
def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> None:
    """Have pages rendered from memory."""
    env.template_class = type("Remembered", (RememberedTemplate,), {"memory": config.memory})


@event_priority(-100)
def on_post_build(*, config: MkDocsConfig) -> None:
    """Keep what is new for the next build."""
    config.memory.keep()
