"""Reads the theme once, and without listing its fourteen thousand icons, which MkDocs would leave out one by one."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import FileSystemLoader
from mkdocs.plugins import event_priority

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig


class WithoutIcons(FileSystemLoader):
    """As `FileSystemLoader`, but what is in a folder with a leading dot is found and not listed."""

    def list_templates(self) -> list[str]:
        """The names of all templates outside such folders."""
        found = set[str]()
        for root in self.searchpath:
            for folder, folders, files in os.walk(root):
                folders[:] = [name for name in folders if name[0] != "."]
                found |= {f"{folder}/{name}"[len(root) + 1 :].replace(os.sep, "/") for name in files}
        return sorted(found)


@event_priority(90)  # before plugins ask for it
def on_config(config: MkDocsConfig) -> None:
    """Have the theme make one such environment."""
    theme_env = config.theme.get_env

    @cache  # plugins ask for one just to translate a word
    def get_env() -> Environment:
        env = theme_env()
        env.loader = WithoutIcons(config.theme.dirs)
        return env

    config.theme.get_env = get_env
