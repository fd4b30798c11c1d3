"""A text put into Markdown that reads as it was written."""

from __future__ import annotations

import re

SIGN = re.compile(r"[^\w\s.,;?']|(?<=\d)\.(?=\s)", re.A)  # a full stop means something behind a number only


def markdown(text: str) -> str:
    """A text on one line in which no sign means anything to Markdown, an extension or HTML."""
    return SIGN.sub(lambda found: f"&#{ord(found[0])};" if found[0].isascii() else found[0], " ".join(text.split()))
