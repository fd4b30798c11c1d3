"""Gives code one class for each colour, and none where it is as the text around it: half the tags, the same look."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from pygments.token import STANDARD_TYPES

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


def on_config(config: MkDocsConfig) -> None:
    """Have Pygments write the one class instead of the others."""
    kept = {other: name for name, others in SAME.items() for other in others.split()}
    STANDARD_TYPES.update({token: kept.get(name, name) for token, name in STANDARD_TYPES.items()})
