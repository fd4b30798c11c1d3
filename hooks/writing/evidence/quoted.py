"""The list of the results that a text quotes."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from writing.evidence.quotes import claimed, lookup, quotes


def quoted(source: str, labs: Path) -> list[list[str]]:
    """Each result that a text quotes, once: all the ways it is written there, what it is, and its name."""
    written: dict[tuple[str, ...], list[str]] = {}
    for quote in quotes(source):
        written.setdefault(quote.path[:3], []).append(quote.text)
    rows = []
    for (lab, kind, name), texts in written.items():
        shown = ", ".join(dict.fromkeys(texts)) if kind == "values" else f"{len(texts)} cells"
        if claim := claimed((lab, kind, name), labs):
            rows.append([re.sub("<[^>]*>", "", shown), f"Checked sentence: {claim['says']}", f"{lab}.{name}"])
            continue
        with suppress(ValueError, TypeError, KeyError):  # evidence.py tells of a name that no lab has, with its line
            rows.append([shown, lookup((lab, kind, name), labs)["says"], f"{lab}.{name}"])
    return rows
