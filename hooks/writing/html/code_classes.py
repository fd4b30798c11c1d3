"""Gives code one class for each colour, and none where it is as the text around it: half the tags, the same look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

# The theme gives these classes of Pygments the same colour, or assets/site.css does
SAME = {
    "": "n w kc na nv vc vg vi",
    "p": "o ow",
    "s": "cpf l sb sc s1 s2 si ss",
    "m": "mb mf mh mi il mo",
    "k": "kd kn kp kr kt nd ni nl nt",
    "nb": "no bp",
    "nf": "nc ne nn",
    "c": "cm c1 ch cs sd",
}

KEPT = {other: name for name, others in SAME.items() for other in others.split()}


def use_folder(config: MkDocsConfig) -> None:
    """Have the folders of included code begin at mkdocs.yml, not where the command was called."""
    known = config.mdx_configs.get("pymdownx.snippets", {})
    folders = known.get("base_path", ["."])
    root = Path(config.config_file_path).parent
    known["base_path"] = [str(root / folder) for folder in ([folders] if isinstance(folders, str) else folders)]
