"""Words in addresses: ids of headings, tags and categories, in any script, and never one for two."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

SIGNS = {"+": "plus", "#": "sharp", "*": "star", "&": "and", "%": "percent", "@": "at", "=": "equals", "!": "bang"}


def heading(words: str, separator: str) -> str:
    """The id of a heading: lower case without accents, letters of other scripts kept (the default drops them).

    It never begins with an underscore, as the ids of the templates do.
    """
    plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", words))
    kept = "".join(c for c in unicodedata.normalize("NFC", plain) if unicodedata.category(c)[0] in "LNM" or c in "-_ ")
    return re.sub(rf"[{re.escape(separator)}\s]+", separator, kept.strip().lower()).lstrip("_") or "section"


def word(name: str, separator: str) -> str:
    """The slug of a tag or a category. Signs that tell two apart have names (C++, C#, .NET), a picture its number."""
    parts = []
    for i, c in enumerate(unicodedata.normalize("NFC", name).casefold()):
        kind = unicodedata.category(c)
        if kind[0] in "LN" or kind in ("Mn", "Mc") or c in "-_":
            parts.append(c)
        elif c in SIGNS:
            parts.append(f"-{SIGNS[c]}")
        elif c == ".":
            parts.append("dot-" if i == 0 else "-")
        elif kind[0] == "S":
            parts.append(f"-{ord(c):x}-")
        else:
            parts.append(" ")
    return re.sub(r"[-\s]+", separator, "".join(parts)).strip(separator) or "-".join(f"{ord(c):x}" for c in name)


def use(config: MkDocsConfig) -> None:
    """Have headings, tags and categories get these, unless mkdocs.yml names a function of its own."""
    from writing.patches import given  # `python -m writing` does without

    config.mdx_configs.setdefault("toc", {}).setdefault("slugify", heading)
    said = {key for part in given(config) for one in part.get("plugins") or () for key in _keys(one)}
    for plugin, key in (("material/tags", "tags_slugify"), ("material/blog", "categories_slugify")):
        if plugin in config.plugins and key not in said:
            config.plugins[plugin].config[key] = word


def _keys(plugin: object) -> list[str]:
    """The settings that mkdocs.yml gives a plugin."""
    return [key for value in plugin.values() for key in value or ()] if isinstance(plugin, dict) else []
