"""What a reader opens: its rules come with the script.

The menu of a narrow screen is not laid out before. Search answers at once where the field is out of sight till then.
"""

from __future__ import annotations

import re

MENU, NARROW = "md-sidebar--primary", "screen and (max-width:76.234375em)"  # as in the theme's stylesheet
HIDE, SHOW = (f"@media {NARROW}{{.{MENU}{{display:{value}}}}}" for value in ("none", "revert"))
WITHIN = re.compile(r"\.md-(?:sidebar--primary|nav--primary|nav__toggle)(?![\w-])")
OPENED = re.compile(r"\[data-md-toggle[^\]]*\]:checked")  # what no page has checked from the start
WIDTH = re.compile(r"(min|max)-width:\s*([\d.]+)em")


def closed(selector: str, condition: str) -> bool:
    """Whether a selector asks, under this condition of `@media`, for what shows only when a reader has opened it.

    That is the menu where it is closed at first, and what opens where the search field is in sight (from 60em).
    """
    widths = [(bound, float(width)) for bound, width in WIDTH.findall(condition)]
    if any(bound == "max" and width <= 76.234375 for bound, width in widths) and WITHIN.search(selector):
        return True
    return any(bound == "min" and width >= 60 for bound, width in widths) and bool(OPENED.search(selector))
