"""Northwind's fortnights one after the other: the event with which the post begins."""

from __future__ import annotations

import datetime

import numpy as np

from labs.memory_hierarchy.ranks import ranked
from labs.memory_hierarchy.windows import AFTER, BEFORE, Asked, K, asked, counts
from labs.memory_hierarchy.world import FORTNIGHT, KINDS, MONTH, MONTHS, OWNERS, START, WINDOW, World
from labs.record import Results


def tell(r: Results, world: World) -> Asked:
    """Northwind's fortnights one after the other, and the first of them that comes back empty."""
    every = asked(world, lambda _: np.arange(0, MONTHS * MONTH - FORTNIGHT, FORTNIGHT).tolist(), owners=1)
    story = next(one for one in every if not len(one.kept[AFTER]))
    day = START + datetime.timedelta(days=story.start)
    r.add("story_from", f"{day:%-d %B %Y}", "first day of the first of Northwind's fortnights that comes back empty")
    r.add("story_number", every.index(story) + 1, "which of Northwind's fortnights that is")
    r.add("story_rows", len(story.wanted), "rows about Northwind in that fortnight")
    r.add(
        "story_best",
        int(story.ranks.min()),
        "rank of the best of these rows among those about Northwind, after 36 months",
    )
    r.add(
        "story_worst",
        int(story.ranks.max()),
        "rank of the last of these rows among those about Northwind, after 36 months",
    )
    r.add("story_own", story.own, "rows about Northwind after 36 months")
    r.table(
        "story_ranks",
        f"Northwind's rows in the fortnight from {day:%-d %B %Y}, by rank among the {story.own} about Northwind, most "
        f"similar first; the first {K} are fetched",
        ("rank", "written", "memory"),
        [
            [int(rank), f"{START + datetime.timedelta(days=world.day[row]):%-d %B %Y}", world.texts[world.text[row]]]
            for rank, row in zip(story.ranks, story.wanted, strict=True)
        ],
    )
    r.add("northwind_fortnights", len(every), "Northwind's fortnights with a row in them, in 36 months")
    r.add("northwind_empty", counts(every, AFTER)[1], "of these, such as come back empty")
    fetched = ranked(world, WINDOW.format(o=OWNERS[0]))[:K]
    many = {kind: int((world.kind[fetched] == KINDS.index(kind)).sum()) for kind in ("plan", "outage")}
    for kind, rows in many.items():
        r.add(f"story_{kind}", rows, f"rows of the kind {kind} among the 20 fetched for Northwind")
    texts = np.unique(world.text[fetched])
    outages = np.unique(world.text[fetched[world.kind[fetched] == KINDS.index("outage")]])
    r.add("story_texts", len(texts), "different texts among the 20 rows fetched for Northwind")
    r.claim(
        "story_fetched",
        bool((world.owner[fetched] == 0).all()) and sum(many.values()) == K and len(outages) == 1 and len(texts) <= 4,
        "The 20 rows fetched for Northwind are all about Northwind, and all say which plan it moved to or, in the same "
        "words each, that it had an outage: at most four different texts.",
    )
    r.claim(
        "story",
        not len(story.kept[AFTER]) and len(story.kept[BEFORE]) == len(story.wanted),
        "One of Northwind's fortnights: with the dates filtered after 20, after 36 months, none of its rows is left; "
        "filtered first, all are.",
    )
    r.claim(
        "northwind_mostly_empty",
        counts(every, AFTER)[1] > 0.5 * len(every),
        "Of Northwind's fortnights in 36 months more than half come back empty with the dates filtered after 20.",
    )
    return story
