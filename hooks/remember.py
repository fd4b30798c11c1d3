"""Remembers converted Markdown and rendered posts in .cache/: a build makes only what changed."""

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
    files = [root / "mkdocs.yml", *sorted(root.glob("hooks/*.py")), *sorted(root.glob("overrides/**/*.html"))]
    packages = [sys.version, *(version(package) for package in PACKAGES)]
    return digest(packages, config.site_url, config.repo_url, config.edit_uri, *(path.read_bytes() for path in files))


@event_priority(100)
def on_pre_build(*, config: MkDocsConfig) -> None:
    """Open the memory of this build; have headers read by the fast one of the two equal YAML loaders."""
    structure.SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    folder = Path(config.config_file_path).parent / ".cache"
    config.memory = Memory(folder / "build.sqlite", settings(config))


@event_priority(-100)
def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Have this page converted from memory, whatever the other hooks made of its text."""
    page.render = partial(render, config.memory, page)


@event_priority(-100)
def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> None:
    """Have posts rendered, and templates compiled, from memory."""
    env.template_class = type("Remembered", (RememberedTemplate,), {"memory": config.memory})
    compiled = config.memory.path.parent / "templates" / config.memory.settings
    compiled.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(compiled))


@event_priority(-100)
def on_post_build(*, config: MkDocsConfig) -> None:
    """Keep what is new for the next build."""
    config.memory.keep()
