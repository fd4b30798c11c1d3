"""Gives code one class for each colour, and none where it is as the text around it: half the tags, the same look."""

from __future__ import annotations

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
