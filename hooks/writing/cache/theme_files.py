"""Finds the theme's files without listing its fourteen thousand icons, which MkDocs would then leave out one by one.

It saves 0.08 s of CPU in every build: of 0.69 at 20 posts when nothing changed.
"""

from __future__ import annotations

import os

from jinja2 import FileSystemLoader


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
